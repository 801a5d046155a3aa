//! Ways to reach someone: phones, e-mails, messengers and websites, each kept as it was spelt.

use crate::identity::{self, Country};
use crate::text;

/// What kind of address a contact point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContactKind {
    /// Telephone number.
    Phone,
    /// E-mail address.
    Email,
    /// Messenger account; the label names the network.
    Im,
    /// Web address.
    Website,
}

impl ContactKind {
    /// Every kind, in the order in which records show them.
    pub const ALL: [Self; 4] = [Self::Phone, Self::Email, Self::Im, Self::Website];

    /// The word that is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Im => "im",
            Self::Website => "website",
        }
    }

    /// The kind of a stored word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// One way to reach someone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPoint {
    /// What kind of address it is.
    pub kind: ContactKind,
    /// As it was sent, for ever, but for outer blanks.
    pub raw: String,
    /// Comparable form; a phone or e-mail that does not parse has none, nor has an address that is very long.
    pub key: Option<String>,
    /// Type as the sender named it, such as `Work` or a messenger's name; empty when none was given.
    pub label: String,
}

impl ContactPoint {
    /// A contact point with its key; `None` when the value is blank.
    pub fn new(kind: ContactKind, raw: &str, label: &str, country: Country) -> Option<Self> {
        let tidy = text::tidy(raw);
        if tidy.is_empty() {
            return None;
        }
        let key = match kind {
            ContactKind::Phone => identity::phone(&tidy, country),
            ContactKind::Email => identity::email(&tidy),
            ContactKind::Im | ContactKind::Website => {
                Some(text::fold(&tidy)).filter(|key| key.len() <= identity::LONGEST_KEY)
            }
        };
        Some(Self { kind, raw: raw.trim().to_owned(), key, label: text::tidy(label).into_owned() })
    }

    /// Whether somebody can be reached by it as it is written: a phone that can be dialled, an e-mail that has the form of one. What
    /// people type is held to that; what other programs send is kept whatever it is.
    pub fn is_reachable(&self) -> bool {
        match self.kind {
            ContactKind::Phone => self.key.is_some() || identity::can_be_dialled(&self.raw),
            ContactKind::Email => self.key.is_some(),
            ContactKind::Im | ContactKind::Website => true,
        }
    }

    /// Whether both name the same address.
    pub fn same_address(&self, other: &Self) -> bool {
        let names_equal = self.kind != ContactKind::Im || text::fold(&self.label) == text::fold(&other.label);
        self.kind == other.kind
            && names_equal
            && match (&self.key, &other.key) {
                (Some(one), Some(two)) => one == two,
                (None, None) => text::tidy(&self.raw) == text::tidy(&other.raw),
                _ => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spelling_is_kept_and_compared_by_what_it_means() {
        let point = |kind, raw: &str| ContactPoint::new(kind, raw, "", Country::VIET_NAM).unwrap();
        let (composed, decomposed) = ("huế@example.vn", "hue\u{302}\u{301}@example.vn");
        for kind in ContactKind::ALL {
            let padded = format!(" {decomposed} ");
            let (one, other) = (point(kind, composed), point(kind, &padded));
            assert_eq!((one.raw.as_str(), other.raw.as_str()), (composed, decomposed));
            assert_eq!(one.key, other.key);
            assert!(one.same_address(&other), "{kind:?}");
        }
        assert_eq!(ContactPoint::new(ContactKind::Phone, " \u{a0}", "", Country::VIET_NAM), None);
    }

    #[test]
    fn nobody_is_reached_by_what_cannot_be_dialled_or_written_to() {
        let reachable = |kind, raw: &str| ContactPoint::new(kind, raw, "", Country::VIET_NAM).unwrap().is_reachable();
        for (kind, raw, is_reachable) in [
            (ContactKind::Phone, "0905 000 001", true),
            (ContactKind::Phone, "+84 (0)28-3822.1234", true),
            (ContactKind::Phone, "1900 1234", true),
            (ContactKind::Phone, "113", true),
            (ContactKind::Phone, "028 3822 1234 ext. 12", true),
            (ContactKind::Phone, "02838221234 máy lẻ 12", true),
            (ContactKind::Phone, "02838221234#12", true),
            (ContactKind::Phone, "02838221234 ext", false),
            (ContactKind::Phone, "ext 12", false),
            (ContactKind::Phone, "12ab", false),
            (ContactKind::Phone, "abc", false),
            (ContactKind::Phone, "--", false),
            (ContactKind::Email, "an@example.vn", true),
            (ContactKind::Email, "sai@@x", false),
            (ContactKind::Email, "a b@c", false),
            (ContactKind::Email, "an", false),
            (ContactKind::Im, "an", true),
        ] {
            assert_eq!(reachable(kind, raw), is_reachable, "{raw}");
        }
    }
}
