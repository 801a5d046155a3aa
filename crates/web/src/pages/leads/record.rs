//! One lead: its facts, its comments, what happened to it; and moving it on, converting it, giving it up.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use bytes::Bytes;
use domain::change::Change;
use domain::field::FieldEntity;
use domain::{CatalogKind, Error, Instant, Lead, Note, Result, Viewer};
use hub::leads::steps::{self, Facts, Sale, Seen};
use hub::{Tx, fields, leads, notes};
use jiff::tz::TimeZone;

use super::form::{Ending, Form, ending, form};
use super::{KINDS, Status, Tile, place};
use crate::messages::Messages;
use crate::page::{Answer, Page, Section, Toast, fragment_and_say, fragment_with, go};
use crate::pages::panel::{self, Refusal};
use crate::pages::sent::{Choices, Sent, back};
use crate::pages::{own_fields, trail, words};
use crate::{Visitor, show as shown};

/// Everything that a lead is drawn from.
struct Record {
    tile: Tile,
    statuses: Vec<Status>,
    form: Form,
    ending: Ending,
    notes: Vec<Note>,
    history: Vec<Change>,
    /// Which part stands open: `edit`, `convert` or `give-up`.
    ask: String,
    refusal: Option<Refusal>,
    comment: String,
}

#[derive(Template)]
#[template(path = "leads/record.html")]
struct Article {
    page: Page,
    visitor: Visitor,
    record: Record,
    now: Instant,
}

impl Article {
    fn of(visitor: Visitor, record: Record) -> Self {
        let Lead { subject, number, .. } = &record.tile.lead;
        let page = visitor.page(Section::Leads, words::subject(subject, number));
        Self { page, now: visitor.web.hub.now(), visitor, record }
    }
}

/// A lead where it stands in a list: its tile on the board, and beside the side panel its row in the table too.
#[derive(Template)]
#[template(path = "leads/behind.html")]
struct Behind {
    page: Page,
    visitor: Visitor,
    tile: Tile,
    statuses: Vec<Status>,
    now: Instant,
}

impl Behind {
    fn of(visitor: Visitor, tile: Tile, statuses: Vec<Status>) -> Self {
        let page = visitor.page(Section::Leads, visitor.t.nav.leads);
        Self { page, now: visitor.web.hub.now(), visitor, tile, statuses }
    }
}

/// `GET /leads/{number}`: the page, or what goes into the side panel. `?ask=` opens a part of it.
pub async fn show(visitor: Visitor, Path(number): Path<i64>, RawQuery(raw): RawQuery) -> Answer {
    let ask = Sent::read(raw.unwrap_or_default().as_bytes()).text("ask").to_owned();
    let record = Record { ask, ..find(&visitor, number, None).await? };
    let article = Article::of(visitor, record);
    panel::show(&article.visitor, &article.page, &place(number), &article)
}

/// What is drawn; with what was sent in its forms instead of what is known.
async fn find(visitor: &Visitor, number: i64, sent: Option<Sent>) -> Result<Record> {
    let (viewer, t, zone) = (visitor.viewer.clone(), visitor.t, visitor.zone.clone());
    visitor.read(move |tx| read(tx, &viewer, number, sent.as_ref(), t, &zone)).await
}

fn read(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    number: i64,
    sent: Option<&Sent>,
    t: &'static Messages,
    zone: &TimeZone,
) -> Result<Record> {
    let (lead, _) = leads::find_for(tx, viewer, number)?;
    let choices = Choices::find(tx, &KINDS)?;
    let own = fields::list(tx, FieldEntity::Lead)?;
    let notes = notes::of_lead(tx, lead.id)?.into_iter().filter(|note| note.permit.allows(viewer)).collect();
    Ok(Record {
        statuses: Status::all(tx)?,
        form: form(&lead, &choices, own, sent, t, zone),
        ending: ending(&lead, &choices, sent, t),
        notes,
        history: trail::named(tx, |tx| steps::history_of(tx, &lead))?,
        ask: String::new(),
        refusal: None,
        comment: sent.map(|sent| sent.text("body").to_owned()).unwrap_or_default(),
        tile: Tile::of(lead),
    })
}

/// Shows what became of a change: the record with what was done, or with what stood in the way.
async fn answer(visitor: Visitor, number: i64, ask: &'static str, sent: Sent, done: Result<Toast>) -> Answer {
    let done = match done {
        Ok(toast) if !visitor.wants_fragment => return go(&visitor, &place(number), Some(&toast)),
        Err(error) => Err(panel::told(error)?),
        done => done,
    };
    let mut record = find(&visitor, number, done.is_err().then_some(sent)).await?;
    let done = done.map_err(|error| {
        // Where somebody else ended the lead meanwhile, the part that would have done so is gone.
        let is_gone = matches!(ask, "convert" | "give-up") && !record.tile.offers(ask);
        let part = if is_gone { "" } else { ask };
        let (status, refusal) = panel::said(&visitor, &error, part, &record.history, visitor.t.leads.clash);
        let is_told = own_fields::tell(&mut record.form.own, &visitor, &error);
        (record.ask, record.refusal) = (ask.to_owned(), Some(refusal).filter(|_| !is_told));
        status
    });
    let tile = Tile { is_apart: true, ..Tile::of(record.tile.lead.clone()) };
    let behind = Behind::of(visitor.clone(), tile, record.statuses.clone());
    let article = Article::of(visitor, record);
    panel::answer(&article.visitor, &article.page, &article, &behind, done)
}

/// `POST /leads/{number}`: corrects the facts.
pub async fn correct(visitor: Visitor, Path(number): Path<i64>, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let (viewer, zone, asked) = (visitor.viewer.clone(), visitor.zone.clone(), sent.clone());
    let country = visitor.org.settings.country();
    let done = visitor
        .write(move |tx| {
            let (known, _) = leads::find_for(tx, &viewer, number)?;
            let seen = Seen { viewer: &viewer, number, version: asked.number("version").unwrap_or(0) };
            // Who was faster is told before what is wrong.
            let values = if known.version == seen.version {
                own_fields::read(tx, FieldEntity::Lead, &known.values, &asked, country)?
            } else {
                Vec::new()
            };
            let facts = Facts {
                subject: asked.text("subject").to_owned(),
                service: asked.number("service"),
                source: asked.number("source"),
                labels: asked.numbers("label"),
                team: asked.number("team"),
                assignee: asked.number("assignee"),
                expected_close: asked.day_of("expected_close", known.expected_close, &zone),
                reference_url: asked.text("reference_url").to_owned(),
                company_name: asked.text("company_name").to_owned(),
                values,
            };
            steps::correct(tx, seen, &facts)
        })
        .await;
    let done = done.map(|_| Toast::good(visitor.t.leads.saved));
    answer(visitor, number, "edit", sent, done).await
}

/// `POST /leads/{number}/convert`
pub async fn convert(visitor: Visitor, Path(number): Path<i64>, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let viewer = visitor.viewer.clone();
    let version = sent.number("version").unwrap_or(0);
    let sale = Sale {
        name: sent.text("name").to_owned(),
        value: sent.text("value").to_owned(),
        currency: sent.number("currency"),
        stage: sent.number("stage"),
        close_at: sent.day("close_at", &visitor.zone),
    };
    let done = visitor.write(move |tx| steps::convert(tx, Seen { viewer: &viewer, number, version }, &sale)).await;
    match done {
        Ok((_, deal)) => {
            let toast = Toast::good(visitor.t.leads.converted(deal.number));
            go(&visitor, &format!("/deals/{}", deal.number), Some(&toast))
        }
        Err(error) => answer(visitor, number, "convert", sent, Err(error)).await,
    }
}

/// `POST /leads/{number}/give-up`
pub async fn give_up(visitor: Visitor, Path(number): Path<i64>, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let viewer = visitor.viewer.clone();
    let (version, reason) = (sent.number("version").unwrap_or(0), sent.number("reason"));
    let done = visitor.write(move |tx| steps::give_up(tx, Seen { viewer: &viewer, number, version }, reason)).await;
    let done = done.map(|_| Toast::good(visitor.t.leads.given_up));
    answer(visitor, number, "give-up", sent, done).await
}

/// `POST /leads/{number}/comments`
pub async fn comment(visitor: Visitor, Path(number): Path<i64>, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let (viewer, text, is_public) = (visitor.viewer.clone(), sent.text("body").to_owned(), sent.has("public"));
    let done = visitor.write(move |tx| steps::comment(tx, &viewer, number, &text, is_public)).await;
    let done = done.map(|_| Toast::good(visitor.t.leads.commented));
    answer(visitor, number, "comment", sent, done).await
}

/// `POST /leads/{number}/move`: to another status, from the board, from its own page, or back by the toast that tells of it.
pub async fn move_on(visitor: Visitor, Path(number): Path<i64>, RawQuery(raw): RawQuery, body: Bytes) -> Answer {
    let (query, sent) = (Sent::read(raw.unwrap_or_default().as_bytes()), Sent::read(&body));
    let is_undo = query.has("status");
    let asked = if is_undo { &query } else { &sent };
    let (version, status) = (asked.number("version").unwrap_or(0), asked.number("status").unwrap_or(0));
    let viewer = visitor.viewer.clone();
    let done = visitor
        .write(move |tx| {
            let before =
                leads::find_for(tx, &viewer, number)?.0.label(CatalogKind::LeadStatus).map(|status| status.number);
            Ok((before, steps::move_to(tx, Seen { viewer: &viewer, number, version }, status)?))
        })
        .await;
    let done = done.map(|(before, lead)| {
        let label = lead.label(CatalogKind::LeadStatus).map(|status| shown::visible(&status.label)).unwrap_or_default();
        let toast = Toast::good(visitor.t.leads.moved(number, label));
        match before.filter(|_| !is_undo) {
            Some(before) => toast.with_undo(format!("/leads/{number}/move?status={before}&version={}", lead.version)),
            None => toast,
        }
    });
    let is_on_board =
        visitor.headers.get("hx-target").is_some_and(|target| target == format!("lead-{number}").as_str());
    match done {
        Err(error) if is_undo => Err(error.into()),
        done if is_on_board => answer_on_board(visitor, number, done).await,
        Ok(toast) if is_undo || !visitor.wants_fragment => go(&visitor, &back(&visitor, "/leads"), Some(&toast)),
        done => answer(visitor, number, "", sent, done).await,
    }
}

/// The tile where it belongs now: moved, or with who was faster.
async fn answer_on_board(visitor: Visitor, number: i64, done: Result<Toast>) -> Answer {
    let Record { mut tile, statuses, history, .. } = match &done {
        Ok(_) | Err(Error::Conflict { .. }) => find(&visitor, number, None).await?,
        Err(error) => return Err(error.clone().into()),
    };
    if done.is_err() {
        tile.clash = Some(panel::clash(&visitor, &history, visitor.t.leads.clash));
    }
    let drawn = Behind::of(visitor, tile, statuses);
    match done {
        Ok(toast) => fragment_and_say(&drawn.page, &drawn, &toast),
        Err(_) => fragment_with(StatusCode::CONFLICT, &drawn),
    }
}
