//! Every call as it came in: the live list, one call with its answer and what it did, and calls played again.

mod replay;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use domain::change::Change;
use domain::request::Request;
use domain::{Dialect, Id, Instant, Result};
use hub::Tx;
use hub::journal::{self, Filter};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;

pub use self::replay::{confirm, play_one, play_some, rehearse};
use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Section, fragment, show as show_page};
use crate::pages::trail;

/// Calls of a page.
const ROWS: i64 = 50;
/// Letters of a body or an answer that stand in a page; the whole is a file.
const SHOWN: usize = 24 * 1024;

/// What is asked for, as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Ask {
    #[serde(default)]
    dialect: String,
    #[serde(default)]
    failed: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    before: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    live: String,
}

impl Ask {
    /// The query of an address that asks for the same, from another place.
    fn query(&self, extra: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let own = [("dialect", &self.dialect), ("failed", &self.failed), ("from", &self.from), ("to", &self.to)];
        for (name, value) in own.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query.extend_pairs(extra);
        query.finish()
    }

    /// The same filters.
    fn plain(&self) -> String {
        self.query(&[])
    }

    /// The same filters, and nothing appears by itself.
    fn paused(&self) -> String {
        self.query(&[("live", "0")])
    }

    fn is_narrowed(&self) -> bool {
        [&self.dialect, &self.failed, &self.from, &self.to].into_iter().any(|value| !value.is_empty())
    }

    /// Whether new calls appear by themselves: not while somebody looks at a time that is over, or has stopped it.
    fn is_live(&self) -> bool {
        self.to.is_empty() && self.live != "0"
    }

    /// What the journal is asked. Days are those of the org's calendar, both of them meant whole.
    fn filter(&self, tx: &mut Tx<'_>, zone: &TimeZone) -> Result<Filter> {
        let id = |text: &str| text.parse::<i64>().ok().map(Id);
        let mut filter = Filter {
            dialect: Dialect::of(&self.dialect),
            only_failed: self.failed == "1",
            before: id(&self.before),
            after: id(&self.after),
        };
        if let Some(from) = day(&self.from, 0, zone) {
            filter.after = filter.after.max(journal::last_before(tx, from)?);
        }
        if let Some(to) = day(&self.to, 1, zone) {
            let last = journal::last_before(tx, to)?.map_or(Id(0), |last| Id(last.0 + 1));
            filter.before = Some(filter.before.map_or(last, |before| before.min(last)));
        }
        Ok(filter)
    }
}

/// The beginning of a day, so many days later.
fn day(text: &str, later: i64, zone: &TimeZone) -> Option<Instant> {
    let date: Date = text.parse().ok()?;
    let date = (0..later).try_fold(date, |date, _| date.tomorrow().ok())?;
    date.to_zoned(zone.clone()).ok().map(|at| Instant(at.timestamp().as_microsecond()))
}

/// How a call ended, from the word that the journal keeps, as people read it.
pub fn outcome<'m>(word: &str, t: &'m Messages) -> &'m str {
    match word {
        "ok" => t.inbox.outcome_ok,
        "partly" => t.inbox.outcome_partly,
        "running" => t.inbox.outcome_running,
        _ => t.inbox.outcome_refused,
    }
}

/// The mark beside that: one for each state, so that nobody needs its colour.
pub fn mark(word: &str) -> &'static str {
    match word {
        "ok" => "good",
        "partly" | "running" => "warn",
        _ => "bad",
    }
}

/// Why a call was not done in full: the words of its answer, out of whichever envelope they are in.
pub fn why(answer: &str) -> String {
    let read: Value = serde_json::from_str(answer).unwrap_or_default();
    let is_word = |text: &&str| !text.is_empty() && !["success", "ok"].contains(text);
    let items = read["data"].as_array().into_iter().flatten();
    let mut said = items.chain([&read]).flat_map(|part| ["detail", "message"].map(|name| part[name].as_str()));
    said.find_map(|text| text.filter(is_word)).unwrap_or(answer).to_owned()
}

#[derive(Template)]
#[template(path = "inbox/list.html")]
struct List {
    page: Page,
    ask: Ask,
    rows: Rows,
    doors: [Dialect; 5],
    /// A call to be copied, while there is none to be seen.
    curl: Option<String>,
}

#[derive(Template)]
#[template(path = "inbox/rows.html")]
struct Rows {
    page: Page,
    calls: Vec<Request>,
    zone: TimeZone,
    /// Where the next newer calls are asked for, while the list is live.
    newer: Option<String>,
    /// Where the older ones are.
    older: Option<String>,
}

/// `GET /inbox`
pub async fn list(visitor: Visitor, Query(ask): Query<Ask>) -> Answer {
    visitor.must_be_admin()?;
    let (asked, zone) = (ask.clone(), visitor.zone.clone());
    let calls = visitor
        .read(move |tx| {
            let filter = asked.filter(tx, &zone)?;
            journal::page(tx, &filter, ROWS)
        })
        .await?;
    let is_poll = visitor.wants_fragment && !ask.after.is_empty();
    if is_poll && calls.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let place = |name: &str, id: &str| format!("/inbox?{}", ask.query(&[(name, id)]));
    let older = calls.last().filter(|_| calls.len() as i64 == ROWS && !is_poll);
    let older = older.map(|call| place("before", &call.id.to_string()));
    let newest = calls.first().map_or_else(|| "0".to_owned(), |call| call.id.to_string());
    let newer = (ask.is_live() && ask.before.is_empty()).then(|| place("after", &newest));
    let page = visitor.page(Section::Inbox, visitor.t.nav.inbox);
    let rows = Rows { page: page.clone(), calls, zone: visitor.zone.clone(), newer, older };
    if visitor.wants_fragment {
        return fragment(&rows);
    }
    let curl = match rows.calls.is_empty() && !ask.is_narrowed() {
        true => curl(&visitor).await?,
        false => None,
    };
    show_page(&visitor, &List { page, ask, rows, doors: Dialect::DOORS, curl })
}

/// A call to the first listener whose address is known.
async fn curl(visitor: &Visitor) -> Result<Option<String>> {
    let listeners = visitor.read(hub::listeners::list).await?;
    for listener in listeners.into_iter().filter(|listener| listener.active) {
        let shown = visitor.web.hub.listener(visitor.org.id, listener.number).await?;
        if let Some((path, _)) = shown.paths.first() {
            let base = visitor.base_url();
            return Ok(Some(super::settings::curls::to_listener(&base, path, &visitor.user.email)));
        }
    }
    Ok(None)
}

/// A text, and whether it is only the first part of one.
struct Excerpt {
    text: String,
    is_cut: bool,
}

impl Excerpt {
    fn of(text: &str) -> Self {
        let shown = &text[..text.floor_char_boundary(SHOWN)];
        Self { text: shown.to_owned(), is_cut: shown.len() < text.len() }
    }
}

#[derive(Template)]
#[template(path = "inbox/call_page.html")]
struct CallPage {
    page: Page,
    call: Call,
}

#[derive(Template)]
#[template(path = "inbox/call.html")]
struct Call {
    page: Page,
    is_panel: bool,
    request: Request,
    body: Excerpt,
    answer: Excerpt,
    changes: Vec<Change>,
    zone: TimeZone,
    may_replay: bool,
}

fn found(tx: &mut Tx<'_>, id: i64) -> Result<(Request, Vec<Change>)> {
    let (request, mut changes) = journal::find(tx, Id(id))?;
    trail::name_fields(tx, &mut changes)?;
    Ok((request, changes))
}

/// `GET /inbox/{id}`
pub async fn show(visitor: Visitor, Path(id): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    let (request, changes) = visitor.read(move |tx| found(tx, id)).await?;
    let page = visitor.page(Section::Inbox, request.route.clone());
    let call = Call {
        page: page.clone(),
        is_panel: visitor.wants_fragment,
        body: Excerpt::of(&request.body),
        answer: Excerpt::of(&request.answer),
        may_replay: request.body_digest.is_none() && visitor.web.player.is_some(),
        request,
        changes,
        zone: visitor.zone.clone(),
    };
    if visitor.wants_fragment {
        return fragment(&call);
    }
    show_page(&visitor, &CallPage { page, call })
}

/// `GET /inbox/{id}/body` and `GET /inbox/{id}/answer`: the whole as it is kept, as a file.
pub async fn download(visitor: Visitor, Path((id, what)): Path<(i64, String)>) -> Answer {
    visitor.must_be_admin()?;
    let (request, _) = visitor.read(move |tx| journal::find(tx, Id(id))).await?;
    let text = if what == "answer" { request.answer } else { request.body };
    let mut response = text.into_response();
    let head = response.headers_mut();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    head.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"call.txt\""));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_org() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        assert_eq!(day("2024-03-21", 0, &zone), Some(Instant(1_710_954_000_000_000)));
        assert_eq!(day("2024-03-21", 1, &zone), Some(Instant(1_711_040_400_000_000)));
        assert_eq!(day("21/03/2024", 0, &zone), None);
    }

    #[test]
    fn the_address_keeps_what_was_asked() {
        let ask = Ask { dialect: "vbot".into(), failed: "1".into(), live: "0".into(), ..Ask::default() };
        assert_eq!(ask.query(&[("before", "7")]), "dialect=vbot&failed=1&before=7");
        assert!(ask.is_narrowed() && !ask.is_live());
    }

    #[test]
    fn the_reason_is_found_in_any_envelope() {
        for (answer, told) in [
            (r#"{"error":true,"message":"Mã KH-1 đã tồn tại","data":null}"#, "Mã KH-1 đã tồn tại"),
            (r#"{"success":true,"message":"success","data":[{"message":null},{"message":"thiếu"}]}"#, "thiếu"),
            (r#"{"message":"contact_existed","detail":"Mã OMI-1 đã tồn tại"}"#, "Mã OMI-1 đã tồn tại"),
            (r#"{"code":"errors"}"#, r#"{"code":"errors"}"#),
            ("not found", "not found"),
        ] {
            assert_eq!(why(answer), told);
        }
    }

    #[test]
    fn excerpts_end_between_letters() {
        let text = "ữ".repeat(SHOWN);
        let excerpt = Excerpt::of(&text);
        assert!(excerpt.is_cut && excerpt.text.chars().all(|letter| letter == 'ữ'));
        assert!(!Excerpt::of("{}").is_cut);
    }
}
