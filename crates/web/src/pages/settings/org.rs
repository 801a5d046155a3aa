//! Settings of the org itself: time zone, language, what is kept how long, and what holds messages back.

use askama::Template;
use domain::Error;
use domain::org::{OFF, Org, Settings};
use hub::settings;

use super::{Part, Sent, field as name_of, page};
use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Toast, go, show as show_page};

/// A setting as the form shows it.
pub struct Entry {
    /// Its key.
    pub key: &'static str,
    /// What it is about.
    pub label: &'static str,
    /// What it accepts, in a sentence.
    pub hint: &'static str,
    /// Its value.
    pub value: String,
    /// The values it can have, where they are few, with what people read for them.
    pub choices: Vec<(&'static str, &'static str)>,
    /// Whether it may be left empty, which is to have no limit.
    pub is_optional: bool,
}

#[derive(Template)]
#[template(path = "settings/org.html")]
struct OrgSettings {
    page: Page,
    part: Part,
    org: Org,
    groups: Vec<(&'static str, Vec<Entry>)>,
}

/// `GET /settings/org`
pub async fn show(visitor: Visitor) -> Answer {
    visitor.must_be_admin()?;
    let (org, page) = (visitor.org.clone(), page(&visitor, Part::Org));
    show_page(&visitor, &OrgSettings { page, part: Part::Org, groups: groups(&org, visitor.t), org })
}

fn groups(org: &Org, t: &Messages) -> Vec<(&'static str, Vec<Entry>)> {
    let s = &t.settings_org;
    let entry = |key: &'static str, label, hint| {
        let is_optional = Settings::can_be_off(key);
        // People leave the field empty where a limit is off.
        let value = org.settings.text(key);
        let value = if is_optional && value == OFF { String::new() } else { value.to_owned() };
        Entry { key, label, hint, value, choices: Vec::new(), is_optional }
    };
    let mut locale = entry("locale", s.locale, s.locale_hint);
    locale.choices = vec![("vi", t.shell.vi), ("en", t.shell.en)];
    let mut permit = entry("permit.default", s.permit, s.permit_hint);
    permit.choices = vec![
        ("everybody", t.customers.permit_everybody),
        ("only_me", t.customers.permit_only_me),
        ("team", t.customers.permit_team),
    ];
    vec![
        (
            s.place,
            vec![
                entry("time_zone", s.time_zone, s.time_zone_hint),
                locale,
                entry("country", s.country, s.country_hint),
            ],
        ),
        (s.sharing, vec![permit]),
        (
            s.keeping,
            vec![
                entry("journal.retention_days", s.journal_days, s.days_hint),
                entry("delivery.retention_days", s.delivery_days, s.days_hint),
            ],
        ),
        (
            s.limits_sms,
            vec![
                entry("sms.trial", s.trial, s.count_hint),
                entry("sms.daily_cap", s.daily_cap, s.count_hint),
                entry("sms.recipient_daily_cap", s.recipient_cap, s.count_hint),
                entry("sms.quiet_hours", s.quiet_hours, s.quiet_hint),
            ],
        ),
        (
            s.limits_email,
            vec![
                entry("email.daily_cap", s.daily_cap, s.count_hint),
                entry("email.recipient_daily_cap", s.recipient_cap, s.count_hint),
                entry("email.quiet_hours", s.quiet_hours, s.quiet_hint),
            ],
        ),
    ]
}

/// `POST /settings/org`
pub async fn set(visitor: Visitor, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let known = groups(&visitor.org, visitor.t);
    let entries: Vec<&Entry> = known.iter().flat_map(|(_, entries)| entries).collect();
    let change = |(key, value): &(String, String)| {
        let entry = entries.iter().find(|entry| entry.key == key)?;
        let is_off = entry.is_optional && value.trim().is_empty();
        Some((key.clone(), if is_off { OFF.to_owned() } else { value.clone() }))
    };
    let changes: Vec<(String, String)> = sent.pairs().iter().filter_map(change).collect();
    let refused = |error| match error {
        // People know a setting by what the form calls it.
        Error::Invalid { field, message } if entries.iter().any(|entry| entry.key == field) => {
            let name = format!("“{}”", name_of(&field, visitor.t));
            let message = visitor.said(&message).replacen(&field, &name, 1);
            Error::Invalid { field, message }
        }
        other => other,
    };
    visitor.write(move |tx| settings::set(tx, &changes)).await.map_err(refused)?;
    go(&visitor, "/settings/org", Some(&Toast::good(visitor.t.settings.saved)))
}
