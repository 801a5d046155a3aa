//! One deal: its facts, notes about it, what happened to it, and moving it on.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use bytes::Bytes;
use domain::change::Change;
use domain::field::FieldEntity;
use domain::{CatalogKind, Deal, Error, Instant, Note, Result, Viewer};
use hub::deals::steps::{self, Facts, Seen};
use hub::{Tx, catalog, fields};
use jiff::tz::TimeZone;

use super::list::{self, Sums};
use super::{Form, KINDS, Tile, facts, place};
use crate::messages::Messages;
use crate::page::{Answer, Page, Section, Toast, fragment_and_say, fragment_with, go};
use crate::pages::panel::{self, Refusal};
use crate::pages::sent::{Choices, Sent, back};
use crate::pages::{own_fields, trail, words};
use crate::{Visitor, show as shown};

/// Everything that a deal is drawn from.
struct Record {
    tile: Tile,
    stages: Vec<(i64, String)>,
    form: Form,
    notes: Vec<Note>,
    history: Vec<Change>,
    /// Whether the form of the facts stands open.
    is_open: bool,
    refusal: Option<Refusal>,
    written: String,
}

#[derive(Template)]
#[template(path = "deals/record.html")]
struct Article {
    page: Page,
    visitor: Visitor,
    record: Record,
}

impl Article {
    fn of(visitor: Visitor, record: Record) -> Self {
        let Deal { name, number, .. } = &record.tile.deal;
        let page = visitor.page(Section::Deals, words::subject(name, number));
        Self { page, visitor, record }
    }
}

/// A deal where it stands in a list: its tile on the board with what the lanes come to now, and beside the side panel its row in the
/// table too.
#[derive(Template)]
#[template(path = "deals/behind.html")]
struct Behind {
    page: Page,
    visitor: Visitor,
    tile: Tile,
    stages: Vec<(i64, String)>,
    sums: Option<Sums>,
    now: Instant,
}

impl Behind {
    async fn of(visitor: Visitor, tile: Tile, stages: Vec<(i64, String)>) -> Result<Self> {
        let (page, sums) = (visitor.page(Section::Deals, visitor.t.nav.deals), list::sums(&visitor).await?);
        Ok(Self { page, now: visitor.web.hub.now(), visitor, tile, stages, sums })
    }
}

/// `GET /deals/{number}`: the page, or what goes into the side panel.
pub async fn show(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    let record = find(&visitor, number, None).await?;
    let article = Article::of(visitor, record);
    panel::show(&article.visitor, &article.page, &place(number), &article)
}

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
    let deal = steps::find_for(tx, viewer, number)?;
    let choices = Choices::find(tx, &KINDS)?;
    let (stages, own) = (catalog::list(tx, CatalogKind::DealStage)?, fields::list(tx, FieldEntity::Deal)?);
    Ok(Record {
        stages: stages.into_iter().map(|stage| (stage.number, shown::visible(&stage.label))).collect(),
        form: Form::of(&deal, &choices, own, sent.filter(|sent| sent.has("facts")), t, zone),
        notes: steps::notes_of(tx, viewer, &deal)?,
        history: trail::named(tx, |tx| steps::history_of(tx, viewer, &deal))?,
        is_open: sent.is_some_and(|sent| sent.has("facts")),
        refusal: None,
        written: sent.map(|sent| sent.text("body").to_owned()).unwrap_or_default(),
        tile: Tile::of(deal),
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
        let (status, refusal) = panel::said(&visitor, &error, part, &record.history, visitor.t.deals.clash);
        let is_told = own_fields::tell(&mut record.form.own, &visitor, &error);
        record.refusal = Some(refusal).filter(|_| !is_told);
        status
    });
    let tile = Tile { is_apart: true, ..Tile::of(record.tile.deal.clone()) };
    let behind = Behind::of(visitor.clone(), tile, record.stages.clone()).await?;
    let article = Article::of(visitor, record);
    panel::answer(&article.visitor, &article.page, &article, &behind, done)
}

/// `POST /deals/{number}`: corrects the facts.
pub async fn correct(visitor: Visitor, Path(number): Path<i64>, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let (viewer, version) = (visitor.viewer.clone(), sent.number("version").unwrap_or(0));
    let (asked, zone, country) = (sent.clone(), visitor.zone.clone(), visitor.org.settings.country());
    let done = visitor
        .write(move |tx| {
            let known = steps::find_for(tx, &viewer, number)?;
            // Who was faster is told before what is wrong.
            let values = if known.version == version {
                own_fields::read(tx, FieldEntity::Deal, &known.values, &asked, country)?
            } else {
                Vec::new()
            };
            let facts = Facts { values, ..facts(&asked, known.close_at, &zone) };
            steps::correct(tx, Seen { viewer: &viewer, number, version }, &facts)
        })
        .await;
    let done = done.map(|_| Toast::good(visitor.t.deals.saved));
    answer(visitor, number, "edit", sent, done).await
}

/// `POST /deals/{number}/notes`
pub async fn note(visitor: Visitor, Path(number): Path<i64>, body: Bytes) -> Answer {
    let sent = Sent::read(&body);
    let (viewer, text) = (visitor.viewer.clone(), sent.text("body").to_owned());
    let done = visitor.write(move |tx| steps::note(tx, &viewer, number, &text)).await;
    let done = done.map(|_| Toast::good(visitor.t.deals.noted));
    answer(visitor, number, "note", sent, done).await
}

/// `POST /deals/{number}/move`: to another stage, from the board, from its own page, or back by the toast that tells of it.
pub async fn move_on(visitor: Visitor, Path(number): Path<i64>, RawQuery(raw): RawQuery, body: Bytes) -> Answer {
    let (query, sent) = (Sent::read(raw.unwrap_or_default().as_bytes()), Sent::read(&body));
    let is_undo = query.has("stage");
    let asked = if is_undo { &query } else { &sent };
    let (version, stage) = (asked.number("version").unwrap_or(0), asked.number("stage").unwrap_or(0));
    let viewer = visitor.viewer.clone();
    let done = visitor
        .write(move |tx| {
            let before = steps::find_for(tx, &viewer, number)?.label(CatalogKind::DealStage).map(|stage| stage.number);
            Ok((before, steps::move_to(tx, Seen { viewer: &viewer, number, version }, stage)?))
        })
        .await;
    let done = done.map(|(before, deal)| {
        let label = deal.label(CatalogKind::DealStage).map(|stage| shown::visible(&stage.label)).unwrap_or_default();
        let toast = Toast::good(visitor.t.deals.moved(number, label));
        match before.filter(|_| !is_undo) {
            Some(before) => toast.with_undo(format!("/deals/{number}/move?stage={before}&version={}", deal.version)),
            None => toast,
        }
    });
    let is_on_board =
        visitor.headers.get("hx-target").is_some_and(|target| target == format!("deal-{number}").as_str());
    match done {
        Err(error) if is_undo => Err(error.into()),
        done if is_on_board => answer_on_board(visitor, number, done).await,
        Ok(toast) if is_undo || !visitor.wants_fragment => go(&visitor, &back(&visitor, "/deals"), Some(&toast)),
        done => answer(visitor, number, "", sent, done).await,
    }
}

/// The tile where it belongs now: moved, or with who was faster.
async fn answer_on_board(visitor: Visitor, number: i64, done: Result<Toast>) -> Answer {
    let Record { mut tile, stages, history, .. } = match &done {
        Ok(_) | Err(Error::Conflict { .. }) => find(&visitor, number, None).await?,
        Err(error) => return Err(error.clone().into()),
    };
    if done.is_err() {
        tile.clash = Some(panel::clash(&visitor, &history, visitor.t.deals.clash));
    }
    let drawn = Behind::of(visitor, tile, stages).await?;
    match done {
        Ok(toast) => fragment_and_say(&drawn.page, &drawn, &toast),
        Err(_) => fragment_with(StatusCode::CONFLICT, &drawn),
    }
}
