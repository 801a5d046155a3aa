//! One ticket: what is wrong, its clock, notes, what happened to it; closing it and opening it again.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderValue, StatusCode};
use bytes::Bytes;
use domain::change::Change;
use domain::{CatalogKind, Deal, Error, Instant, Note, Result, Ticket, Viewer};
use hub::tickets::{self, Seen};
use hub::{Tx, catalog, deals};

use super::{Form, KINDS, Shown, facts, place};
use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Section, Toast, fragment, fragment_and_say, fragment_with, go, show as show_page};
use crate::pages::sent::{Choices, Sent, back};
use crate::pages::{trail, words};

/// Everything that a ticket is drawn from.
struct Record {
    shown: Shown,
    deal: Option<Deal>,
    form: Form,
    notes: Vec<Note>,
    history: Vec<Change>,
    /// Whether the form of the facts stands open.
    is_open: bool,
    refusal: Option<String>,
    written: String,
}

#[derive(Template)]
#[template(path = "tickets/page.html")]
struct Whole {
    page: Page,
    visitor: Visitor,
    record: Record,
}

#[derive(Template)]
#[template(path = "tickets/panel.html")]
struct Panel {
    page: Page,
    place: String,
    visitor: Visitor,
    record: Record,
}

#[derive(Template)]
#[template(path = "tickets/record.html")]
struct Article {
    page: Page,
    visitor: Visitor,
    record: Record,
}

/// `GET /tickets/{number}`: the page, or what goes into the side panel.
pub async fn show(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    let record = find(&visitor, number, None).await?;
    let page = page(&visitor, &record);
    if visitor.wants_fragment {
        return fragment(&Panel { page, place: place(number), visitor, record });
    }
    let visit = visitor.clone();
    show_page(&visit, &Whole { page, visitor, record })
}

fn page(visitor: &Visitor, record: &Record) -> Page {
    let Ticket { title, number, .. } = &record.shown.ticket;
    visitor.page(Section::Tickets, words::subject(title, number))
}

async fn find(visitor: &Visitor, number: i64, sent: Option<Sent>) -> Result<Record> {
    let (viewer, t, now) = (visitor.viewer.clone(), visitor.t, visitor.web.hub.now());
    visitor.read(move |tx| read(tx, &viewer, number, sent.as_ref(), t, now)).await
}

fn read(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    number: i64,
    sent: Option<&Sent>,
    t: &'static Messages,
    now: Instant,
) -> Result<Record> {
    let ticket = tickets::find_for(tx, viewer, number)?;
    let choices = Choices::find(tx, &KINDS)?;
    let levels = catalog::list(tx, CatalogKind::Sla)?;
    let deal = match ticket.deal {
        Some(deal) => Some(deals::find(tx, deal)?).filter(|deal| deal.permit.allows(viewer)),
        None => None,
    };
    let facts = sent.filter(|sent| sent.has("facts"));
    Ok(Record {
        form: Form::of(&ticket, &choices, facts, t),
        notes: tickets::notes_of(tx, viewer, &ticket)?,
        history: trail::named(tx, |tx| tickets::history_of(tx, &ticket))?,
        deal,
        is_open: facts.is_some(),
        refusal: None,
        written: sent.map(|sent| sent.text("note").to_owned()).unwrap_or_default(),
        shown: Shown::of(ticket, &levels, now),
    })
}

/// Shows what became of a change: the record with what was done, or with what stood in the way.
async fn answer(visitor: Visitor, number: i64, sent: Sent, done: Result<Toast>) -> Answer {
    let refusal = match done {
        Ok(toast) if visitor.wants_fragment => {
            let record = find(&visitor, number, None).await?;
            let page = page(&visitor, &record);
            return fragment_and_say(&page.clone(), &Article { page, visitor, record }, &toast);
        }
        Ok(toast) => return go(&visitor, &place(number), Some(&toast)),
        Err(refusal @ (Error::Conflict { .. } | Error::Invalid { .. })) => refusal,
        Err(error) => return Err(error.into()),
    };
    let mut record = find(&visitor, number, Some(sent)).await?;
    let (status, message) = match &refusal {
        Error::Conflict { .. } => (StatusCode::CONFLICT, clash(&visitor, &record.history)),
        _ => (StatusCode::UNPROCESSABLE_ENTITY, visitor.said(refusal.public())),
    };
    record.refusal = Some(message);
    let page = page(&visitor, &record);
    if visitor.wants_fragment {
        let mut response = fragment_with(status, &Article { page, visitor, record })?;
        response.headers_mut().insert("hx-retarget", HeaderValue::from_static("closest .record"));
        return Ok(response);
    }
    let visit = visitor.clone();
    let mut response = show_page(&visit, &Whole { page, visitor, record })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Who was faster, and what they did.
fn clash(visitor: &Visitor, history: &[Change]) -> String {
    match trail::last(history, &visitor.zone, visitor.t) {
        Some((who, what)) => visitor.t.tickets.clash_by(who, what),
        None => visitor.t.tickets.clash.to_owned(),
    }
}

/// `POST /tickets/{number}`: corrects the facts.
pub async fn correct(visitor: Visitor, Path(number): Path<i64>, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let (viewer, version) = (visitor.viewer.clone(), sent.number("version").unwrap_or(0));
    let facts = facts(&sent);
    let done = visitor.write(move |tx| tickets::correct(tx, Seen { viewer: &viewer, number, version }, &facts)).await;
    let done = done.map(|_| Toast::good(visitor.t.tickets.saved));
    answer(visitor, number, sent, done).await
}

/// `POST /tickets/{number}/notes`
pub async fn note(visitor: Visitor, Path(number): Path<i64>, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let (viewer, text, is_public) = (visitor.viewer.clone(), sent.text("note").to_owned(), sent.has("public"));
    let done = visitor.write(move |tx| tickets::note(tx, &viewer, number, &text, is_public)).await;
    let done = done.map(|_| Toast::good(visitor.t.tickets.noted));
    answer(visitor, number, sent, done).await
}

/// What is done with the version that was seen.
type Step = fn(&mut Tx<'_>, Seen<'_>) -> Result<Ticket>;

/// `POST /tickets/{number}/close`
pub async fn close(visitor: Visitor, number: Path<i64>, query: RawQuery, body: Bytes) -> Answer {
    let said = visitor.t.tickets.was_closed(number.0);
    step(visitor, number.0, query, body, tickets::close, said, "reopen").await
}

/// `POST /tickets/{number}/reopen`
pub async fn reopen(visitor: Visitor, number: Path<i64>, query: RawQuery, body: Bytes) -> Answer {
    let said = visitor.t.tickets.was_reopened(number.0);
    step(visitor, number.0, query, body, tickets::reopen, said, "close").await
}

/// Closes or opens; the toast takes it back by the other one, and says so in the address.
async fn step(
    visitor: Visitor,
    number: i64,
    RawQuery(raw): RawQuery,
    body: Bytes,
    step: Step,
    said: String,
    other: &str,
) -> Answer {
    let (query, sent) = (Sent::read(raw.unwrap_or_default().as_bytes()), Sent::read(&body));
    let is_undo = query.has("version");
    let version = if is_undo { query.number("version") } else { sent.number("version") }.unwrap_or(0);
    let viewer = visitor.viewer.clone();
    let done = visitor.write(move |tx| step(tx, Seen { viewer: &viewer, number, version })).await;
    let toast = done.map(|ticket| {
        let toast = Toast::good(said);
        if is_undo { toast } else { toast.with_undo(format!("/tickets/{number}/{other}?version={}", ticket.version)) }
    });
    match toast {
        Ok(toast) if is_undo => go(&visitor, &back(&visitor, "/tickets"), Some(&toast)),
        Err(error) if is_undo => Err(error.into()),
        toast => answer(visitor, number, sent, toast).await,
    }
}
