//! The deals: lanes by stage with what they come to in each currency, or one table.

use std::collections::HashMap;

use askama::Template;
use axum::extract::RawQuery;
use domain::org::Org;
use domain::{CatalogItem, CatalogKind, Id, Instant, Result, User, Viewer};
use hub::deals::lanes::{self, Lane, Sum};
use hub::{Filter, Tx, catalog};

use super::{Tile, money};
use crate::Visitor;
use crate::page::{Answer, Page, Section, fragment, show as show_page};
use crate::pages::sent::{Choices, Sent, back};

/// Tiles of a lane that are shown at first, and added each time.
const TILES: i64 = 15;
/// Rows of a page of the table.
const ROWS: i64 = 50;
/// Deals that a search shows at most.
const FOUND: i64 = 150;

/// What stands in the address.
#[derive(Clone)]
pub struct Query {
    sent: Sent,
}

impl Query {
    const NARROWS: [&'static str; 3] = ["q", "who", "stage"];

    /// Whether a table is asked for. What one person has is one.
    pub fn is_table(&self) -> bool {
        self.sent.text("view") == "table" || self.sent.has("who") || self.sent.has("stage")
    }

    /// What is searched for.
    pub fn keyword(&self) -> &str {
        self.sent.text("q").trim()
    }

    /// Whether anything narrows the list.
    pub fn is_narrowed(&self) -> bool {
        Self::NARROWS.iter().any(|name| self.sent.has(name))
    }

    /// The value of a filter, as the form shows it.
    pub fn text(&self, name: &str) -> &str {
        self.sent.text(name)
    }

    /// The search as a board or a table.
    pub fn seen_as(&self, view: &str) -> String {
        format!("/deals?{}&view={view}", self.sent.raw(&["q"]))
    }

    /// What follows in the table.
    pub fn next_rows(&self, before: &Id) -> String {
        format!("/deals?{}&view=table&after={before}", self.sent.raw(&Self::NARROWS))
    }

    /// What follows in a lane.
    pub fn next(&self, lane: &i64, before: &Id) -> String {
        format!("/deals?view=board&lane={lane}&after={before}")
    }

    fn before(&self) -> Option<Id> {
        self.sent.number("after").map(Id)
    }
}

/// A column of the board.
pub struct Column {
    /// Number of its stage; 0 for deals that have none.
    pub number: i64,
    /// What people read.
    pub label: String,
    /// The item's own colour.
    pub colour: Option<String>,
    /// The item.
    pub item: Id,
    /// How many deals it has.
    pub count: i64,
    /// What they come to, one text a currency.
    pub sums: Vec<String>,
    /// The first of them.
    pub tiles: Vec<Tile>,
    /// Where they go on.
    pub next: Option<Id>,
}

#[derive(Template)]
#[template(path = "deals/list.html")]
struct List {
    page: Page,
    visitor: Visitor,
    query: Query,
    stages: Vec<(i64, String)>,
    people: Vec<(i64, String)>,
    totals: Vec<String>,
    columns: Vec<Column>,
    rows: Vec<Tile>,
    next: Option<Id>,
    now: Instant,
}

impl List {
    /// Whether there is neither a row in the table nor a card in any lane; only one of the two is drawn.
    fn is_blank(&self) -> bool {
        self.rows.is_empty() && self.columns.iter().all(|column| column.count == 0)
    }
}

#[derive(Template)]
#[template(path = "deals/tiles.html")]
struct Tiles {
    page: Page,
    visitor: Visitor,
    query: Query,
    stages: Vec<(i64, String)>,
    column: Column,
}

#[derive(Template)]
#[template(path = "deals/rows.html")]
struct Rows {
    page: Page,
    visitor: Visitor,
    query: Query,
    rows: Vec<Tile>,
    next: Option<Id>,
    now: Instant,
}

/// What the lanes of the board come to.
pub struct Sums {
    /// Of each stage by number, 0 for deals that have none: one text a currency.
    pub lanes: Vec<(i64, Vec<String>)>,
    /// Of all.
    pub totals: Vec<String>,
}

/// What the lanes come to now, where the board that says so is the page on which a change was asked for.
pub(super) async fn sums(visitor: &Visitor) -> Result<Option<Sums>> {
    let place = back(visitor, "");
    let place = place.split('#').next().unwrap_or_default();
    let (path, raw) = place.split_once('?').unwrap_or((place, ""));
    let query = Query { sent: Sent::read(raw.as_bytes()) };
    if path != "/deals" || query.is_table() || query.is_narrowed() {
        return Ok(None);
    }
    let viewer = visitor.viewer.clone();
    let draw = move |tx: &mut Tx<'_>| {
        let (sums, currencies) = (lanes::sums(tx, &viewer)?, currencies(tx)?);
        let stages = catalog::list(tx, CatalogKind::DealStage)?.into_iter().map(|stage| (stage.number, stage.id));
        let lane = |(number, item)| {
            let of: Vec<&Sum> = sums.iter().filter(|sum| sum.stage.unwrap_or(Id(0)) == item).collect();
            (number, texts(&of, &currencies))
        };
        let lanes = std::iter::once((0, Id(0))).chain(stages).map(lane).collect();
        Ok(Sums { lanes, totals: texts(&sums.iter().collect::<Vec<_>>(), &currencies) })
    };
    visitor.read(draw).await.map(Some)
}

fn currencies(tx: &mut Tx<'_>) -> Result<HashMap<Id, String>> {
    Ok(catalog::list(tx, CatalogKind::Currency)?.into_iter().map(|item| (item.id, item.label)).collect())
}

/// Everything that a part of the list, or the whole of it, is drawn from.
struct Drawn {
    stages: Vec<CatalogItem>,
    people: Vec<(i64, String)>,
    columns: Vec<Column>,
    totals: Vec<String>,
    rows: Vec<Tile>,
    next: Option<Id>,
}

/// `GET /deals`
pub async fn show(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let query = Query { sent: Sent::read(raw.unwrap_or_default().as_bytes()) };
    let (viewer, org, user, now) =
        (visitor.viewer.clone(), visitor.org.clone(), visitor.user.clone(), visitor.web.hub.now());
    let is_part = visitor.wants_fragment && query.sent.has("after");
    let asked = query.clone();
    let drawn = visitor.read(move |tx| draw(tx, &asked, &viewer, &org, &user, is_part)).await?;
    let Drawn { stages, people, mut columns, totals, rows, next } = drawn;
    let stages = stages.into_iter().map(|stage| (stage.number, crate::show::visible(&stage.label))).collect();
    let page = visitor.page(Section::Deals, visitor.t.nav.deals);
    if is_part && query.is_table() {
        return fragment(&Rows { page, visitor, query, rows, next, now });
    }
    if is_part && let Some(column) = columns.pop() {
        return fragment(&Tiles { page, visitor, query, stages, column });
    }
    let visit = visitor.clone();
    show_page(&visit, &List { page, visitor, query, stages, people, totals, columns, rows, next, now })
}

fn draw(tx: &mut Tx<'_>, query: &Query, viewer: &Viewer, org: &Org, user: &User, is_part: bool) -> Result<Drawn> {
    let stages = catalog::list(tx, CatalogKind::DealStage)?;
    let people = if is_part { Vec::new() } else { Choices::find(tx, &[])?.users };
    let mut drawn = Drawn { stages, people, columns: Vec::new(), totals: Vec::new(), rows: Vec::new(), next: None };
    let found = if query.keyword().is_empty() { None } else { Some(found(tx, query, viewer, org)?) };
    if query.is_table() {
        let deals = match found {
            Some(found) => found,
            None => {
                let page = table(tx, query, viewer, &drawn.stages, user)?;
                drawn.next = page.next;
                page.deals
            }
        };
        drawn.rows = deals.into_iter().map(Tile::of).collect();
        return Ok(drawn);
    }
    let sums = if is_part || found.is_some() { Vec::new() } else { lanes::sums(tx, viewer)? };
    let currencies = currencies(tx)?;
    let only = is_part.then(|| query.sent.number("lane").unwrap_or(0));
    let nowhere = (0, String::new(), None, Id(0));
    let lanes = drawn
        .stages
        .iter()
        .map(|stage| (stage.number, crate::show::visible(&stage.label), stage.colour.clone(), stage.id));
    for (number, label, colour, item) in std::iter::once(nowhere).chain(lanes) {
        if only.is_some_and(|only| only != number) {
            continue;
        }
        let of: Vec<&Sum> = sums.iter().filter(|sum| sum.stage.unwrap_or(Id(0)) == item).collect();
        let mut column = Column {
            number,
            label,
            colour,
            item,
            count: of.iter().map(|sum| sum.count).sum(),
            sums: texts(&of, &currencies),
            tiles: Vec::new(),
            next: None,
        };
        match &found {
            Some(found) => {
                let here = found.iter().map(|deal| Tile::of(deal.clone())).filter(|tile| tile.lane() == number);
                column.tiles = here.collect();
                column.count = column.tiles.len() as i64;
            }
            None => {
                let lane = if number == 0 { Lane::Nowhere } else { Lane::In(item) };
                let page = lanes::page(tx, viewer, lane, query.before(), TILES)?;
                (column.tiles, column.next) = (page.deals.into_iter().map(Tile::of).collect(), page.next);
            }
        }
        if number != 0 || !column.tiles.is_empty() || is_part {
            drawn.columns.push(column);
        }
    }
    drawn.totals = texts(&sums.iter().collect::<Vec<_>>(), &currencies);
    Ok(drawn)
}

/// What some sums come to, one text a currency, the largest number of deals first.
fn texts(sums: &[&Sum], currencies: &HashMap<Id, String>) -> Vec<String> {
    let mut by_currency: Vec<(Option<Id>, i64, i128)> = Vec::new();
    for sum in sums {
        match by_currency.iter_mut().find(|(currency, ..)| *currency == sum.currency) {
            Some((_, count, amount)) => (*count, *amount) = (*count + sum.count, *amount + sum.amount),
            None => by_currency.push((sum.currency, sum.count, sum.amount)),
        }
    }
    by_currency.retain(|(.., amount)| *amount != 0);
    by_currency.sort_by_key(|(_, count, _)| -count);
    let text = |(currency, _, amount): &(Option<Id>, i64, i128)| {
        let currency = currency.and_then(|id| currencies.get(&id)).map(|label| crate::show::visible(label));
        money(*amount, currency.as_deref())
    };
    by_currency.iter().map(text).collect()
}

fn table(tx: &mut Tx<'_>, query: &Query, viewer: &Viewer, stages: &[CatalogItem], user: &User) -> Result<lanes::Page> {
    if let Some(owner) = query.sent.user(tx, "who", user.id)? {
        return lanes::of_owner(tx, viewer, owner, query.before(), ROWS);
    }
    let stage = query.sent.number("stage").map(|number| stages.iter().find(|stage| stage.number == number));
    let lane = match stage {
        None => Lane::All,
        Some(Some(stage)) => Lane::In(stage.id),
        Some(None) => Lane::Nowhere,
    };
    lanes::page(tx, viewer, lane, query.before(), ROWS)
}

fn found(tx: &mut Tx<'_>, query: &Query, viewer: &Viewer, org: &Org) -> Result<Vec<domain::Deal>> {
    let mut filter = Filter::everything(viewer.clone());
    (filter.keyword, filter.country) = (Some(query.keyword().to_owned()), org.settings.country());
    lanes::find(tx, &filter, FOUND)
}
