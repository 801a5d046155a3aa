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
    /// As it was sent, for ever.
    pub raw: String,
    /// Comparable form; a phone or e-mail that does not parse has none, nor has an address that is very long.
    pub key: Option<String>,
    /// Type as the sender named it, such as `Work` or a messenger's name; empty when none was given.
    pub label: String,
}

impl ContactPoint {
    /// A contact point with its key; `None` when the value is blank.
    pub fn new(kind: ContactKind, raw: &str, label: &str, country: Country) -> Option<Self> {
        let raw = text::tidy(raw);
        if raw.is_empty() {
            return None;
        }
        let key = match kind {
            ContactKind::Phone => identity::phone(&raw, country),
            ContactKind::Email => identity::email(&raw),
            ContactKind::Im | ContactKind::Website => {
                Some(text::fold(&raw)).filter(|key| key.len() <= identity::LONGEST_KEY)
            }
        };
        Some(Self { kind, raw: raw.into_owned(), key, label: text::tidy(label).into_owned() })
    }

    /// Whether both name the same address.
    pub fn same_address(&self, other: &Self) -> bool {
        let names_equal = self.kind != ContactKind::Im || text::fold(&self.label) == text::fold(&other.label);
        self.kind == other.kind
            && names_equal
            && match (&self.key, &other.key) {
                (Some(one), Some(two)) => one == two,
                (None, None) => self.raw == other.raw,
                _ => false,
            }
    }
}
