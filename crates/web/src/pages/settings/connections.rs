//! Connections: for each interface its address, a call to copy, and how strict it is.

use askama::Template;
use axum::extract::Path;
use domain::{Dialect, Error};
use hub::settings;
use hub::tokens::{NewToken, Secret};

use super::{Made, Part, Sent, curls, page};
use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Toast, go, show as show_page};

/// A choice of an org about an interface: its key, and what people read for the two values.
pub struct Choice {
    /// Key of the setting.
    pub key: &'static str,
    /// What it is about.
    pub label: &'static str,
    /// Value, what people read for it, and whether it holds.
    pub values: [(&'static str, &'static str, bool); 2],
}

struct Connection {
    dialect: Dialect,
    name: &'static str,
    base: String,
    about: &'static str,
    curl: Option<String>,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "settings/connections.html")]
struct Connections {
    page: Page,
    part: Part,
    connections: Vec<Connection>,
    vbot: (String, String),
}

/// `GET /settings/connections`
pub async fn list(visitor: Visitor) -> Answer {
    visitor.must_be_admin()?;
    let (org, url) = (&visitor.org, visitor.base_url());
    let connections = Dialect::DOORS.map(|dialect| Connection {
        dialect,
        name: curls::name(&dialect),
        base: curls::base(dialect, &url, org),
        about: about(dialect, visitor.t),
        curl: curls::with_token(dialect, &url, org, curls::PLACE),
        choices: choices(dialect, &visitor),
    });
    let (page, vbot) = (page(&visitor, Part::Connections), (org.vbot_id.clone(), org.project_code.clone()));
    show_page(&visitor, &Connections { page, part: Part::Connections, connections: connections.into(), vbot })
}

fn about(dialect: Dialect, t: &Messages) -> &'static str {
    let t = &t.settings_doors;
    match dialect {
        Dialect::OneOffice => t.oneoffice_about,
        Dialect::Omicrm => t.omicrm_about,
        Dialect::Vbot => t.vbot_about,
        Dialect::Caresoft => t.caresoft_about,
        _ => t.beeiq_about,
    }
}

fn choices(dialect: Dialect, visitor: &Visitor) -> Vec<Choice> {
    let (t, settings) = (&visitor.t.settings_doors, &visitor.org.settings);
    let choice = |key: &'static str, label, words: [&'static str; 2], shown: [&'static str; 2]| Choice {
        key,
        label,
        values: [0, 1].map(|place| (words[place], shown[place], settings.text(key) == words[place])),
    };
    let required = ["document", "lenient"];
    match dialect {
        Dialect::OneOffice => vec![choice("oneoffice.required", t.required, required, [t.strict, t.oneoffice_lenient])],
        Dialect::Vbot => vec![choice("vbot.unknown", t.vbot_unknown, ["refuse", "create"], [t.refuse, t.create])],
        Dialect::Caresoft => vec![
            choice("caresoft.required", t.required, required, [t.strict, t.caresoft_lenient]),
            choice("caresoft.rate_limit", t.rate_limit, ["off", "on"], [t.limit_off, t.limit_on]),
        ],
        Dialect::Beeiq => {
            vec![choice("beeiq.unknown_sender", t.unknown_sender, ["refuse", "accept"], [t.refuse, t.accept])]
        }
        _ => Vec::new(),
    }
}

/// `POST /settings/connections`: the choices of one interface, and back to its card.
pub async fn set(visitor: Visitor, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let doors = Dialect::DOORS.into_iter();
    let known: Vec<(Dialect, &str)> = doors
        .flat_map(|dialect| choices(dialect, &visitor).into_iter().map(move |choice| (dialect, choice.key)))
        .collect();
    let door_of = |sent: &str| known.iter().find(|(_, key)| *key == sent).map(|(door, _)| door.word());
    let changes: Vec<(String, String)> =
        sent.pairs().iter().filter(|(key, _)| door_of(key).is_some()).cloned().collect();
    let place = match changes.first().and_then(|(key, _)| door_of(key)) {
        Some(door) => format!("/settings/connections#{door}"),
        None => "/settings/connections".to_owned(),
    };
    visitor.write(move |tx| settings::set(tx, &changes)).await?;
    go(&visitor, &place, Some(&Toast::good(visitor.t.settings.saved)))
}

/// `POST /settings/connections/{dialect}/token`: a token for one interface, with a call that works as it stands.
pub async fn make_token(visitor: Visitor, Path(word): Path<String>) -> Answer {
    visitor.must_be_admin()?;
    let unknown = || Error::not_found("Không có giao diện này");
    let dialect = Dialect::of(&word).filter(|dialect| Dialect::DOORS.contains(dialect)).ok_or_else(unknown)?;
    let secret = Secret::random()?;
    let curl = curls::with_token(dialect, &visitor.base_url(), &visitor.org, secret.reveal()).ok_or_else(unknown)?;
    let (kept, user, name) = (secret.clone(), visitor.user.id, curls::name(&dialect).to_owned());
    let new = NewToken { name, dialects: vec![dialect], user: Some(user), expires_at: None, networks: Vec::new() };
    let number = visitor.write(move |tx| settings::add_token(tx, &new, &kept)).await?;
    let t = visitor.t;
    let made = Made {
        page: page(&visitor, Part::Connections),
        part: Part::Connections,
        heading: t.settings_people.token_added(number),
        note: t.settings_people.token_once,
        items: vec![
            (t.settings_people.token.to_owned(), secret.reveal().to_owned()),
            (t.settings_doors.try_it.to_owned(), curl),
        ],
    };
    made.show(&visitor)
}
