//! The org: a tenant with its settings.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::id::{Instant, OrgId};
use crate::identity::Country;
use crate::sending::QuietHours;

/// The word that switches a limit off; see [`Settings::can_be_off`].
pub const OFF: &str = "off";

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
    /// How many, or `off` for no limit.
    Count,
    /// `HH:MM-HH:MM` or `off`.
    Hours,
}

const SETTINGS: [Setting; 18] = [
    Setting { key: "time_zone", default: "Asia/Ho_Chi_Minh", accepts: Accepts::TimeZone },
    Setting { key: "locale", default: "vi", accepts: Accepts::OneOf(&["vi", "en"]) },
    Setting { key: "country", default: "VN", accepts: Accepts::Country },
    Setting { key: "journal.retention_days", default: "30", accepts: Accepts::Days },
    Setting { key: "delivery.retention_days", default: "30", accepts: Accepts::Days },
    Setting { key: "oneoffice.required", default: "document", accepts: Accepts::OneOf(&["document", "lenient"]) },
    Setting { key: "vbot.unknown", default: "refuse", accepts: Accepts::OneOf(&["refuse", "create"]) },
    Setting { key: "caresoft.required", default: "document", accepts: Accepts::OneOf(&["document", "lenient"]) },
    Setting { key: "caresoft.rate_limit", default: "off", accepts: Accepts::OneOf(&["off", "on"]) },
    // With whom a customer is shared that somebody makes on a page; through the other doors their documents say it.
    Setting { key: "permit.default", default: "everybody", accepts: Accepts::OneOf(&["everybody", "only_me", "team"]) },
    Setting { key: "beeiq.unknown_sender", default: "refuse", accepts: Accepts::OneOf(&["refuse", "accept"]) },
    // What goes out is held back from the first day by caps that only a mistake reaches.
    Setting { key: "sms.trial", default: "20", accepts: Accepts::Count },
    Setting { key: "sms.daily_cap", default: "10000", accepts: Accepts::Count },
    Setting { key: "sms.recipient_daily_cap", default: "50", accepts: Accepts::Count },
    Setting { key: "sms.quiet_hours", default: "off", accepts: Accepts::Hours },
    Setting { key: "email.daily_cap", default: "50000", accepts: Accepts::Count },
    Setting { key: "email.recipient_daily_cap", default: "50", accepts: Accepts::Count },
    Setting { key: "email.quiet_hours", default: "off", accepts: Accepts::Hours },
];

/// The most that a count can be set to.
const MOST: i64 = 10_000_000;

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

    /// Whether a setting is a limit, or a time of quiet, that [`OFF`] takes away.
    pub fn can_be_off(key: &str) -> bool {
        let setting = SETTINGS.iter().find(|setting| setting.key == key);
        setting.is_some_and(|setting| matches!(setting.accepts, Accepts::Count | Accepts::Hours))
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
            Accepts::Count if value != OFF && !value.parse::<i64>().is_ok_and(|count| (0..=MOST).contains(&count)) => {
                Some(format!("phải là số từ 0 đến {MOST}, hoặc {OFF} để không giới hạn"))
            }
            Accepts::Hours if value != OFF && QuietHours::parse(value).is_none() => {
                Some(format!("phải có dạng HH:MM-HH:MM, ví dụ 21:00-08:00, hoặc {OFF}"))
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

    /// A setting that is a number of things; `None` means no limit.
    pub fn count(&self, key: &str) -> Option<i64> {
        self.text(key).parse().ok()
    }

    /// A setting that is a time of quiet; `None` means none.
    pub fn quiet_hours(&self, key: &str) -> Option<QuietHours> {
        QuietHours::parse(self.text(key))
    }

    /// How many days it is kept what was delivered to webhooks.
    pub fn delivery_days(&self) -> i64 {
        self.text("delivery.retention_days").parse().unwrap_or(30)
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
    fn limits_can_be_switched_off() {
        let mut settings = Settings::default();
        assert_eq!((settings.count("sms.trial"), settings.quiet_hours("sms.quiet_hours")), (Some(20), None));
        settings.set("sms.trial", "off").unwrap();
        settings.set("sms.quiet_hours", "21:00-08:00").unwrap();
        assert_eq!(settings.count("sms.trial"), None);
        assert_eq!(settings.quiet_hours("sms.quiet_hours"), QuietHours::parse("21:00-08:00"));
    }

    #[test]
    fn what_can_be_off_takes_the_word_for_it() {
        for (key, default) in Settings::default().all() {
            let is_taken = Settings::default().set(key, OFF).is_ok();
            // CareSoft's limit is on or off, and never how many.
            assert_eq!(Settings::can_be_off(key), is_taken && key != "caresoft.rate_limit", "{key}, usually {default}");
        }
        assert!(!Settings::can_be_off("name"));
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
            ("sms.daily_cap", "-1"),
            ("sms.daily_cap", "many"),
            ("sms.quiet_hours", "21h-8h"),
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
