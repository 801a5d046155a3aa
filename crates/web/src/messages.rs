//! The words of the pages in Vietnamese and English, made from `messages/` at build time; a key that is missing does not compile.

use std::fmt::Display;

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Vietnamese, unless somebody asks for another.
    #[default]
    Vietnamese,
    /// English.
    English,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Vietnamese, Self::English];

    /// Its ISO 639 code, as it stands in cookie, setting and `lang`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
        }
    }

    /// The language of a code.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.word() == word)
    }

    /// Its messages.
    pub fn messages(self) -> &'static Messages {
        match self {
            Self::Vietnamese => &VI,
            Self::English => &EN,
        }
    }
}

/// A text with its values filled in: `{name}` by the value, `{count|call|calls}` by the first word if the value is 1, else the second.
fn fill(text: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, tail) = after.split_once('}').unwrap_or((after, ""));
        let mut parts = inside.split('|');
        let name = parts.next().unwrap_or_default();
        let value = values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str());
        filled.push_str(before);
        match (parts.next(), parts.next()) {
            (Some(one), Some(many)) => filled.push_str(if value == "1" { one } else { many }),
            _ => filled.push_str(value),
        }
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_in() {
        let said = |count: i64| {
            fill("{count} {count|call|calls} of {who}", &[("count", count.to_string()), ("who", "An {x}".to_owned())])
        };
        assert_eq!(said(1), "1 call of An {x}");
        assert_eq!(said(12), "12 calls of An {x}");
    }

    #[test]
    fn languages_are_told_apart() {
        assert_ne!(VI.nav.customers, EN.nav.customers);
        assert_eq!(Language::of("en"), Some(Language::English));
        assert_eq!(Language::of("fr"), None);
    }
}
