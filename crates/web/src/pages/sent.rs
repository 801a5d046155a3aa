//! What a form or an address says: read leniently, shown again as it was written.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use domain::catalog::CatalogKind;
use domain::field::FieldValue;
use domain::{Id, Instant, Result};
use hub::{Tx, catalog, users};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::words;
use crate::fault::unread;
use crate::show;
use crate::visitor::local;
use crate::{Fault, Visitor, Web};

/// Names and values as they came, in their order.
#[derive(Debug, Clone, Default)]
pub struct Sent(Vec<(String, String)>);

impl Sent {
    /// Reads the body of a form, or a query.
    pub fn read(raw: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(raw);
        Self(pairs.map(|(name, value)| (name.into_owned(), value.replace("\r\n", "\n"))).collect())
    }

    /// The value of a name; empty when it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a name.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a name without outer blanks, if there is one.
    pub fn some(&self, name: &str) -> Option<String> {
        Some(self.text(name).trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// What stands on lines of its own, or between commas.
    pub fn list(&self, name: &str) -> Vec<String> {
        let parts = self.text(name).split(['\n', ',']).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// Every name with its value.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Whether a name was sent with a value.
    pub fn has(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// The number of a name.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.text(name).trim().parse().ok()
    }

    /// Every number of a name.
    pub fn numbers(&self, name: &str) -> Vec<i64> {
        self.all(name).filter_map(|value| value.trim().parse().ok()).collect()
    }

    /// The user that a name narrows a list to: `me`, or one by number. Everybody where it is empty; a number that is nobody's finds
    /// nothing.
    pub fn user(&self, tx: &mut Tx<'_>, name: &str, me: Id) -> Result<Option<Id>> {
        match self.text(name) {
            "" => return Ok(None),
            "me" => return Ok(Some(me)),
            _ => {}
        }
        let known = match self.number(name) {
            Some(number) => users::find_by_number(tx, number)?,
            None => None,
        };
        Ok(Some(known.map_or(Id(-1), |user| user.id)))
    }

    /// The first moment of a day of the org's, as `<input type="date">` sends it.
    pub fn day(&self, name: &str, zone: &TimeZone) -> Option<Instant> {
        begin(self.text(name).parse().ok()?, zone)
    }

    /// The same, of a moment that is known: where the day is still the one that the form showed, its hour stays too.
    pub fn day_of(&self, name: &str, known: Option<Instant>, zone: &TimeZone) -> Option<Instant> {
        if self.text(name) == day_of(known, zone) { known } else { self.day(name, zone) }
    }

    /// The first moment after a day.
    pub fn end_of_day(&self, name: &str, zone: &TimeZone) -> Option<Instant> {
        begin(self.text(name).parse::<Date>().ok()?.tomorrow().ok()?, zone)
    }

    /// Everything that was sent under the names given, as it stands in an address.
    pub fn raw(&self, names: &[&str]) -> String {
        let mut raw = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            if names.contains(&name.as_str()) && !value.is_empty() {
                raw.append_pair(name, value);
            }
        }
        raw.finish()
    }
}

impl FromRequest<Web> for Sent {
    type Rejection = Fault;

    async fn from_request(request: Request, web: &Web) -> std::result::Result<Self, Fault> {
        let body = Bytes::from_request(request, web).await;
        let body = body.map_err(|refused| unread(refused.status()))?;
        Ok(Self::read(&body))
    }
}

fn begin(day: Date, zone: &TimeZone) -> Option<Instant> {
    let at = day.to_datetime(Time::midnight()).to_zoned(zone.clone()).ok()?;
    Some(Instant(at.timestamp().as_microsecond()))
}

/// A moment as the day that `<input type="date">` shows; empty when there is none.
pub fn day_of(at: Option<Instant>, zone: &TimeZone) -> String {
    let shown = at.and_then(|at| Timestamp::from_microsecond(at.0).ok());
    shown.map(|at| at.to_zoned(zone.clone()).date().to_string()).unwrap_or_default()
}

/// The first moments of the last `count` days of the org's, oldest first, and the end of today.
pub fn last_days(now: Instant, count: i64, zone: &TimeZone) -> Vec<(Date, Instant, Instant)> {
    let Ok(today) = Timestamp::from_microsecond(now.0).map(|at| at.to_zoned(zone.clone()).date()) else {
        return Vec::new();
    };
    let days = (0..count).rev().filter_map(|back| today.checked_sub(back.days()).ok());
    days.filter_map(|day| Some((day, begin(day, zone)?, begin(day.tomorrow().ok()?, zone)?))).collect()
}

/// The values of a custom field as one text to read.
pub fn joined(value: &FieldValue) -> String {
    words::own(value).collect::<Vec<_>>().join(", ")
}

/// The two numbers of `after=1.2`: a moment and an id.
pub fn after_of(text: &str) -> Option<(Instant, Id)> {
    let (at, id) = text.split_once('.')?;
    Some((Instant(at.parse().ok()?), Id(id.parse().ok()?)))
}

/// The page of ours that a change was asked for on, to go back to; otherwise `usual`.
pub fn back(visitor: &Visitor, usual: &str) -> String {
    let text = |name: &str| visitor.headers.get(name).and_then(|value| value.to_str().ok());
    let asked = text("hx-current-url").or_else(|| text("referer"));
    let place = asked.and_then(|url| url.split_once("://")).and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    match place.map(local) {
        Some(place) if place != "/" => place.to_owned(),
        _ => usual.to_owned(),
    }
}

/// A list to pick one from.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "components/pick.html")]
pub struct Pick {
    /// Its name in the form.
    pub name: &'static str,
    /// What people read before it.
    pub label: &'static str,
    /// What people read when nothing is picked; without it something must be.
    pub none: Option<&'static str>,
    /// Whether it is left to people to pick something, and has to be.
    pub is_needed: bool,
    /// Value, text, and whether it is picked.
    pub options: Vec<(i64, String, bool)>,
}

impl Pick {
    /// Of numbers with their texts.
    pub fn of(name: &'static str, label: &'static str, all: &[(i64, String)], picked: Option<i64>) -> Self {
        let options = all.iter().map(|(number, text)| (*number, text.clone(), picked == Some(*number))).collect();
        Self { name, label, none: Some("—"), is_needed: false, options }
    }

    /// The same, where nothing may be picked under another name.
    pub fn or(self, none: &'static str) -> Self {
        Self { none: Some(none), ..self }
    }

    /// The same, where people must pick something themselves, if there is anything.
    pub fn needed(self) -> Self {
        Self { is_needed: !self.options.is_empty(), ..self }
    }

    /// The same, where something must be picked.
    pub fn must(self) -> Self {
        Self { none: None, ..self }
    }
}

/// What lists, people and teams may be picked from.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    lists: Vec<(CatalogKind, Vec<(i64, String)>)>,
    /// Users who are active.
    pub users: Vec<(i64, String)>,
    /// Teams.
    pub teams: Vec<(i64, String)>,
}

impl Choices {
    /// Some lists, and everybody.
    pub fn find(tx: &mut Tx<'_>, kinds: &[CatalogKind]) -> Result<Self> {
        let mut lists = Vec::new();
        for kind in kinds {
            let items = catalog::list(tx, *kind)?;
            lists.push((*kind, items.into_iter().map(|item| (item.number, show::visible(&item.label))).collect()));
        }
        let users = users::list(tx)?.into_iter().filter(|user| user.active);
        let users = users.map(|user| (user.number, show::visible(users::display_name(&user)))).collect();
        let teams = users::teams(tx)?.into_iter().map(|team| (team.number, show::visible(&team.name))).collect();
        Ok(Self { lists, users, teams })
    }

    /// A list that was asked for.
    pub fn list(&self, kind: CatalogKind) -> &[(i64, String)] {
        self.lists.iter().find(|(known, _)| *known == kind).map_or(&[], |(_, items)| items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_leniently() {
        let sent = Sent::read(b"a=1&a=2&b=&day=2024-03-21&text=m%E1%BB%99t%0D%0Ahai&x");
        assert_eq!((sent.number("a"), sent.numbers("a"), sent.number("b")), (Some(1), vec![1, 2], None));
        assert_eq!((sent.text("text"), sent.text("x"), sent.has("b")), ("một\nhai", "", false));
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        assert_eq!(sent.day("day", &zone).unwrap().rfc3339(), "2024-03-20T17:00:00Z");
        assert_eq!(sent.end_of_day("day", &zone).unwrap().rfc3339(), "2024-03-21T17:00:00Z");
        assert_eq!(sent.day("a", &zone), None);
        assert_eq!(day_of(sent.day("day", &zone), &zone), "2024-03-21");
        assert_eq!(sent.raw(&["a", "b", "day"]), "a=1&a=2&day=2024-03-21");
        // Half past midnight there, on the day before in UTC.
        let known = Some(Instant(sent.day("day", &zone).unwrap().0 + 1_800_000_000));
        assert_eq!(sent.day_of("day", known, &zone), known);
        assert_eq!(sent.day_of("b", known, &zone), None);
        assert_eq!(sent.day_of("day", known.map(|at| at.plus_seconds(86_400)), &zone), sent.day("day", &zone));
        assert_eq!(sent.day_of("day", None, &zone), sent.day("day", &zone));
    }

    #[test]
    fn days_end_where_the_next_begins() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let days = last_days(Instant(1_711_008_666_000_000), 3, &zone);
        let names: Vec<String> = days.iter().map(|(day, ..)| day.to_string()).collect();
        assert_eq!(names, ["2024-03-19", "2024-03-20", "2024-03-21"]);
        assert!(days.windows(2).all(|two| two[0].2 == two[1].1));
    }

    #[test]
    fn an_end_of_a_page_is_read_back() {
        assert_eq!(after_of("5.9"), Some((Instant(5), Id(9))));
        assert_eq!(after_of("x"), None);
    }
}
