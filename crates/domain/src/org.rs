//! The org: a tenant with its settings.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::id::{Instant, OrgId};
use crate::identity::Country;

/// A tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct Org {
    /// Its identity.
    pub id: OrgId,
    /// Short name in addresses: lower-case letters, digits and dashes.
    pub slug: String,
    /// Name for people to read.
    pub name: String,
    /// VBot's id of the customer of theirs that the org is.
    pub vbot_id: String,
    /// VBot's code of the project; with the id it names the org.
    pub project_code: String,
    /// What can be set.
    pub settings: Settings,
    /// When it was made.
    pub created_at: Instant,
}

/// Settings by key. One that was never set has its default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings(pub BTreeMap<String, String>);

/// A setting: its key, its default, and what it accepts.
struct Setting {
    key: &'static str,
    default: &'static str,
    accepts: Accepts,
}

enum Accepts {
    OneOf(&'static [&'static str]),
    Days,
    TimeZone,
    Country,
}

const SETTINGS: [Setting; 9] = [
    Setting { key: "time_zone", default: "Asia/Ho_Chi_Minh", accepts: Accepts::TimeZone },
    Setting { key: "locale", default: "vi", accepts: Accepts::OneOf(&["vi", "en"]) },
    Setting { key: "country", default: "VN", accepts: Accepts::Country },
    Setting { key: "journal.retention_days", default: "30", accepts: Accepts::Days },
    Setting { key: "oneoffice.required", default: "document", accepts: Accepts::OneOf(&["document", "lenient"]) },
    Setting { key: "vbot.unknown", default: "refuse", accepts: Accepts::OneOf(&["refuse", "create"]) },
    Setting { key: "caresoft.required", default: "document", accepts: Accepts::OneOf(&["document", "lenient"]) },
    Setting { key: "caresoft.rate_limit", default: "off", accepts: Accepts::OneOf(&["off", "on"]) },
    Setting { key: "beeiq.unknown_sender", default: "refuse", accepts: Accepts::OneOf(&["refuse", "accept"]) },
];

impl Settings {
    /// Every setting that there is, with its present value.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &str)> {
        SETTINGS.iter().map(|setting| (setting.key, self.text(setting.key)))
    }

    /// The value of a setting, or its default; empty for a key that does not exist.
    pub fn text(&self, key: &str) -> &str {
        let default = SETTINGS.iter().find(|setting| setting.key == key).map_or("", |setting| setting.default);
        self.0.get(key).map_or(default, String::as_str)
    }

    /// Sets one, refusing keys that do not exist and values that mean nothing.
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let Some(setting) = SETTINGS.iter().find(|setting| setting.key == key) else {
            let known: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
            return Err(Error::invalid(key, format!("Không có thiết lập {key}. Các thiết lập: {}", known.join(", "))));
        };
        let value = value.trim();
        let refusal = match setting.accepts {
            Accepts::OneOf(words) if !words.contains(&value) => Some(format!("chỉ nhận: {}", words.join(", "))),
            Accepts::Days if !value.parse::<i64>().is_ok_and(|days| (1..=3650).contains(&days)) => {
                Some("phải là số ngày từ 1 đến 3650".to_owned())
            }
            Accepts::TimeZone if jiff::tz::TimeZone::get(value).is_err() => {
                Some("không phải múi giờ IANA, ví dụ Asia/Ho_Chi_Minh".to_owned())
            }
            Accepts::Country if !(value.len() == 2 && value.bytes().all(|b| b.is_ascii_uppercase())) => {
                Some("phải là mã nước hai chữ cái, ví dụ VN".to_owned())
            }
            _ => None,
        };
        if let Some(refusal) = refusal {
            return Err(Error::invalid(key, format!("Thiết lập {key} {refusal}")));
        }
        self.0.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    /// The org's time zone.
    pub fn time_zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(self.text("time_zone")).unwrap_or(jiff::tz::TimeZone::UTC)
    }

    /// The org's country, for phone numbers.
    pub fn country(&self) -> Country {
        Country::of(self.text("country"))
    }

    /// How many days the journal is kept.
    pub fn journal_days(&self) -> i64 {
        self.text("journal.retention_days").parse().unwrap_or(30)
    }
}

/// Refuses a slug that cannot stand in an address.
pub fn check_slug(slug: &str) -> Result<()> {
    let sound = (1..=63).contains(&slug.len())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !slug.starts_with('-')
        && !slug.ends_with('-');
    if sound {
        return Ok(());
    }
    Err(Error::invalid("slug", "Tên ngắn (slug) gồm 1 đến 63 chữ thường a-z, chữ số hoặc dấu gạch ngang ở giữa"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_hold_until_set() {
        let mut settings = Settings::default();
        assert_eq!(settings.text("beeiq.unknown_sender"), "refuse");
        assert_eq!(settings.journal_days(), 30);
        settings.set("beeiq.unknown_sender", "accept").unwrap();
        assert_eq!(settings.text("beeiq.unknown_sender"), "accept");
    }

    #[test]
    fn nonsense_is_refused() {
        let mut settings = Settings::default();
        for (key, value) in [
            ("no.such", "x"),
            ("journal.retention_days", "0"),
            ("time_zone", "Mars/Base"),
            ("oneoffice.required", "maybe"),
            ("country", "vn"),
        ] {
            assert!(settings.set(key, value).is_err(), "{key}={value}");
        }
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn slugs() {
        assert!(check_slug("cong-ty-1").is_ok());
        for slug in ["", "-a", "a-", "Công ty", "a b", "A"] {
            assert!(check_slug(slug).is_err(), "{slug}");
        }
    }
}
