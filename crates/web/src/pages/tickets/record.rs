//! One ticket: what is wrong, its clock, notes, what happened to it; closing it and opening it again.

use askama::Template;
use axum::extract::{Path, RawQuery};
use bytes::Bytes;
use domain::change::Change;
use domain::field::FieldEntity;
use domain::{CatalogKind, Deal, Instant, Note, Result, Ticket, Viewer};
use hub::tickets::{self, Facts, Seen};
use hub::{Tx, catalog, deals, fields};

use super::{Form, KINDS, Shown, facts, place};
use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Section, Toast, go};
use crate::pages::panel::{self, Refusal};
use crate::pages::sent::{Choices, Sent, back};
use crate::pages::{own_fields, trail, words};

/// Everything that a ticket is drawn from.
struct Record {
    shown: Shown,
    deal: Option<Deal>,
    form: Form,
    notes: Vec<Note>,
    history: Vec<Change>,
    /// Whether the form of the facts stands open.
    is_open: bool,
    refusal: Option<Refusal>,
    written: String,
}

#[derive(Template)]
#[template(path = "tickets/record.html")]
struct Article {
    page: Page,
    visitor: Visitor,
    record: Record,
}

impl Article {
    fn of(visitor: Visitor, record: Record) -> Self {
        let Ticket { title, number, .. } = &record.shown.ticket;
        let page = visitor.page(Section::Tickets, words::subject(title, number));
        Self { page, visitor, record }
    }
}

/// A ticket where it stands in the list behind the side panel.
#[derive(Template)]
#[template(path = "tickets/behind.html")]
struct Behind<'a> {
    page: &'a Page,
    visitor: &'a Visitor,
    shown: &'a Shown,
    now: Instant,
}

/// `GET /tickets/{number}`: the page, or what goes into the side panel.
pub async fn show(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    let record = find(&visitor, number, None).await?;
    let article = Article::of(visitor, record);
    panel::show(&article.visitor, &article.page, &place(number), &article)
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
    let (levels, own) = (catalog::list(tx, CatalogKind::Sla)?, fields::list(tx, FieldEntity::Ticket)?);
    let deal = match ticket.deal {
        Some(deal) => Some(deals::find(tx, deal)?).filter(|deal| deal.permit.allows(viewer)),
        None => None,
    };
    let facts = sent.filter(|sent| sent.has("facts"));
    Ok(Record {
        form: Form::of(&ticket, &choices, own, facts, t),
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
async fn answer(visitor: Visitor, number: i64, part: &'static str, sent: Sent, done: Result<Toast>) -> Answer {
    let done = match done {
        Ok(toast) if !visitor.wants_fragment => return go(&visitor, &place(number), Some(&toast)),
        Err(error) => Err(panel::told(error)?),
        done => done,
    };
    let mut record = find(&visitor, number, done.is_err().then_some(sent)).await?;
    let done = done.map_err(|error| {
        let (status, refusal) = panel::said(&visitor, &error, part, &record.history, visitor.t.tickets.clash);
        let is_told = own_fields::tell(&mut record.form.own, &visitor, &error);
        record.refusal = Some(refusal).filter(|_| !is_told);
        status
    });
    let article = Article::of(visitor, record);
    let Article { page, visitor, record } = &article;
    let behind = Behind { page, visitor, shown: &record.shown, now: visitor.web.hub.now() };
    panel::answer(visitor, page, &article, &behind, done)
}

/// `POST /tickets/{number}`: corrects the facts.
pub async fn correct(visitor: Visitor, Path(number): Path<i64>, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let (viewer, version) = (visitor.viewer.clone(), sent.number("version").unwrap_or(0));
    let (asked, facts, country) = (sent.clone(), facts(&sent), visitor.org.settings.country());
    let done = visitor
        .write(move |tx| {
            let known = tickets::find_for(tx, &viewer, number)?;
            // Who was faster is told before what is wrong.
            let values = if known.version == version {
                own_fields::read(tx, FieldEntity::Ticket, &known.values, &asked, country)?
            } else {
                Vec::new()
            };
            let facts = Facts { values, ..facts.clone() };
            tickets::correct(tx, Seen { viewer: &viewer, number, version }, &facts)
        })
        .await;
    let done = done.map(|_| Toast::good(visitor.t.tickets.saved));
    answer(visitor, number, "edit", sent, done).await
}

/// `POST /tickets/{number}/notes`
pub async fn note(visitor: Visitor, Path(number): Path<i64>, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let (viewer, text, is_public) = (visitor.viewer.clone(), sent.text("note").to_owned(), sent.has("public"));
    let done = visitor.write(move |tx| tickets::note(tx, &viewer, number, &text, is_public)).await;
    let done = done.map(|_| Toast::good(visitor.t.tickets.noted));
    answer(visitor, number, "note", sent, done).await
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
        toast => answer(visitor, number, "", sent, toast).await,
    }
}
