//! Calls of the journal played again: one or those of a list, for real or to see what they would do.

use askama::Template;
use axum::extract::{Path, Query};
use domain::change::Change;
use domain::request::Request;
use domain::{Error, Id, Result};
use hub::replay::Manner;
use hub::{Outcome, journal};
use jiff::tz::TimeZone;
use kit::replay::{Played, Player};

use super::{Ask, Excerpt};
use crate::Visitor;
use crate::page::{Answer, Page, Section, Toast, go, show as show_page};
use crate::pages::sent::Sent;
use crate::pages::trail;

/// Calls that the page plays one after the other while somebody waits; more is a matter of `daumoi replay`.
const MOST: i64 = 200;

fn player(visitor: &Visitor) -> Result<&Player> {
    visitor.web.player.as_ref().ok_or_else(|| Error::not_found("Máy chủ này không phát lại được"))
}

/// `POST /inbox/{id}/replay`
pub async fn play_one(visitor: Visitor, Path(id): Path<i64>, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let manner = Manner { is_rehearsal: false, sends: sent.has("send") };
    let played = player(&visitor)?.play(visitor.org.id, Id(id), manner).await?;
    let (t, status) = (&visitor.t.inbox, played.status);
    let toast = match played.outcome {
        Outcome::Done => Toast::good(t.replayed(status)),
        Outcome::Partly => Toast::bad(t.replay_partly(status)),
        Outcome::Refused => Toast::bad(t.replay_refused(status)),
    };
    let place = played.call.map_or_else(|| format!("/inbox/{id}"), |call| format!("/inbox/{call}"));
    go(&visitor, &place, Some(&toast))
}

#[derive(Template)]
#[template(path = "inbox/rehearsed.html")]
struct Rehearsed {
    page: Page,
    original: i64,
    status: u16,
    outcome: Outcome,
    body: Excerpt,
    decisions: Vec<String>,
    touched: Vec<i64>,
    changes: Vec<Change>,
    zone: TimeZone,
}

/// `POST /inbox/{id}/rehearse`: the very answer and the changes it would make; nothing is written.
pub async fn rehearse(visitor: Visitor, Path(id): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    let manner = Manner { is_rehearsal: true, sends: false };
    let Played { status, outcome, body, report, .. } = player(&visitor)?.play(visitor.org.id, Id(id), manner).await?;
    let (decisions, touched, changes) =
        report.map(|report| (report.decisions, report.touched, report.changes)).unwrap_or_default();
    let changes: Vec<Change> = visitor.read(move |tx| trail::named(tx, |_| Ok(changes.clone()))).await?;
    let page = visitor.page(Section::Inbox, visitor.t.inbox.rehearsal);
    let (body, zone) = (Excerpt::of(&body), visitor.zone.clone());
    show_page(&visitor, &Rehearsed { page, original: id, status, outcome, body, decisions, touched, changes, zone })
}

#[derive(Template)]
#[template(path = "inbox/confirm.html")]
struct Confirm {
    page: Page,
    query: String,
    calls: Vec<Request>,
    zone: TimeZone,
    is_more: bool,
}

/// The calls that are meant, oldest first. Those that played another one again are left out: the other one is meant.
async fn meant(visitor: &Visitor, ask: &Ask) -> Result<(Vec<Request>, bool)> {
    let (ask, zone) = (Ask { before: String::new(), after: String::new(), ..ask.clone() }, visitor.zone.clone());
    let found = visitor
        .read(move |tx| {
            let filter = ask.filter(tx, &zone)?;
            journal::page(tx, &filter, MOST + 1)
        })
        .await?;
    let is_more = found.len() as i64 > MOST;
    let is_meant =
        |call: &Request| call.replay_of.is_none() && call.body_digest.is_none() && !call.route.starts_with("GET ");
    let mut calls: Vec<Request> = found.into_iter().take(MOST as usize).filter(is_meant).collect();
    calls.reverse();
    Ok((calls, is_more))
}

/// `GET /inbox/replay`: which calls of a list would be played again.
pub async fn confirm(visitor: Visitor, Query(ask): Query<Ask>) -> Answer {
    visitor.must_be_admin()?;
    let (calls, is_more) = meant(&visitor, &ask).await?;
    let page = visitor.page(Section::Inbox, visitor.t.inbox.replay_list);
    let (query, zone) = (ask.query(&[]), visitor.zone.clone());
    show_page(&visitor, &Confirm { page, query, calls, zone, is_more })
}

/// One call that was played, with how it ended.
struct Line {
    original: Request,
    outcome: std::result::Result<Played, String>,
}

impl Line {
    /// How it went, where it was played at all.
    fn played(&self) -> Option<&Played> {
        self.outcome.as_ref().ok()
    }

    /// Why it was not played.
    fn reason(&self) -> &str {
        self.outcome.as_ref().err().map_or("", String::as_str)
    }
}

#[derive(Template)]
#[template(path = "inbox/played.html")]
struct PlayedPage {
    page: Page,
    lines: Vec<Line>,
    is_rehearsal: bool,
    zone: TimeZone,
}

/// `POST /inbox/replay`: plays the ticked calls again, oldest first.
pub async fn play_some(visitor: Visitor, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let mut ids: Vec<Id> = sent.all("call").filter_map(|id| id.parse().ok().map(Id)).take(MOST as usize).collect();
    ids.sort_unstable();
    let manner = Manner { is_rehearsal: sent.text("how") == "rehearse", sends: sent.has("send") };
    let player = player(&visitor)?;
    let mut lines = Vec::with_capacity(ids.len());
    for id in ids {
        let (original, _) = visitor.read(move |tx| journal::find(tx, id)).await?;
        let outcome = player.play(visitor.org.id, id, manner).await.map_err(|error| visitor.said(error.public()));
        lines.push(Line { original, outcome });
    }
    let page = visitor.page(Section::Inbox, visitor.t.inbox.replay_list);
    let (is_rehearsal, zone) = (manner.is_rehearsal, visitor.zone.clone());
    show_page(&visitor, &PlayedPage { page, lines, is_rehearsal, zone })
}
