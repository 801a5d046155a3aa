//! The leads: lanes by status, or one table, narrowed by what stands in the address.

use askama::Template;
use axum::extract::RawQuery;
use domain::org::Org;
use domain::{CatalogKind, Id, Instant, Lead, Result, User, Viewer};
use hub::leads::lanes::{self, After, Lane, MOST_COUNTED, Standing};
use hub::{Filter, Tx, catalog};

use super::{Status, Tile};
use crate::Visitor;
use crate::page::{Answer, Page, Section, fragment, show as show_page};
use crate::pages::sent::{Choices, Pick, Sent, after_of};

/// Tiles of a lane that are shown at first, and added each time.
const TILES: i64 = 15;
/// Rows of a page of the table.
const ROWS: i64 = 50;
/// Leads that a search shows at most.
const FOUND: i64 = 150;

/// What stands in the address.
#[derive(Clone)]
pub struct Query {
    sent: Sent,
}

impl Query {
    /// Names that narrow the list.
    const NARROWS: [&'static str; 6] = ["q", "who", "status", "source", "from", "to"];

    /// Whether a table is asked for.
    pub fn is_table(&self) -> bool {
        self.sent.text("view") == "table"
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

    /// The same list as a board or a table.
    pub fn seen_as(&self, view: &str) -> String {
        format!("/leads?{}&view={view}", self.sent.raw(&Self::NARROWS))
    }

    /// What follows in the table.
    pub fn next_rows(&self, after: &After) -> String {
        self.next(&0, after)
    }

    /// What follows in a lane.
    pub fn next(&self, lane: &i64, after: &After) -> String {
        let view = if self.is_table() { "table" } else { "board" };
        format!("{}&lane={lane}&after={}.{}", self.seen_as(view), after.created_at.0, after.id.0)
    }

    fn after(&self) -> Option<After> {
        after_of(self.sent.text("after")).map(|(created_at, id)| After { created_at, id })
    }

    fn lane(&self, tx: &mut Tx<'_>, me: Id, org: &Org) -> Result<Lane> {
        let zone = org.settings.time_zone();
        let item = |tx: &mut Tx<'_>, kind, name| -> Result<Option<Id>> {
            let Some(number) = self.sent.number(name) else { return Ok(None) };
            Ok(Some(catalog::find_by_number(tx, kind, number)?.map_or(Id(-1), |item| item.id)))
        };
        let status = item(tx, CatalogKind::LeadStatus, "status")?;
        Ok(Lane {
            standing: status.map_or(Standing::Any, Standing::In),
            assignee: self.sent.user(tx, "who", me)?,
            source: item(tx, CatalogKind::Source, "source")?,
            from: self.sent.day("from", &zone),
            to: self.sent.end_of_day("to", &zone),
        })
    }

    fn found(&self, tx: &mut Tx<'_>, viewer: &Viewer, lane: &Lane, org: &Org) -> Result<Vec<Lead>> {
        let mut filter = Filter::everything(viewer.clone());
        filter.keyword = Some(self.keyword().to_owned());
        filter.country = org.settings.country();
        let mut found = lanes::find(tx, &filter, FOUND)?;
        let has = |lead: &Lead, item: Id| lead.labels.iter().any(|label| label.item == item);
        found.retain(|lead| {
            lane.assignee.is_none_or(|user| lead.assignee.as_ref().is_some_and(|known| known.id == user))
                && lane.source.is_none_or(|source| has(lead, source))
                && !matches!(lane.standing, Standing::In(status) if !has(lead, status))
                && lane.from.is_none_or(|from| lead.created_at >= from)
                && lane.to.is_none_or(|to| lead.created_at < to)
        });
        Ok(found)
    }
}

/// A column of the board.
pub struct Column {
    /// Number of its status; 0 for leads that have none.
    pub number: i64,
    /// What people read; empty for leads that have no status.
    pub label: String,
    /// The item's own colour.
    pub colour: Option<String>,
    /// The item.
    pub item: Id,
    /// What has to be asked before a lead comes here.
    pub asks: Option<&'static str>,
    /// How many leads it has.
    pub count: i64,
    /// The first of them.
    pub tiles: Vec<Tile>,
    /// Where they go on.
    pub next: Option<After>,
}

impl Column {
    /// Whether there are more than were counted.
    pub fn is_more(&self) -> bool {
        self.count >= MOST_COUNTED
    }
}

#[derive(Template)]
#[template(path = "leads/list.html")]
struct List {
    page: Page,
    visitor: Visitor,
    query: Query,
    statuses: Vec<Status>,
    picks: Vec<Pick>,
    people: Vec<(i64, String)>,
    columns: Vec<Column>,
    rows: Vec<Tile>,
    next: Option<After>,
    now: Instant,
}

impl List {
    /// Whether there is neither a row in the table nor a card in any lane; only one of the two is drawn.
    fn is_blank(&self) -> bool {
        self.rows.is_empty() && self.columns.iter().all(|column| column.count == 0)
    }
}

#[derive(Template)]
#[template(path = "leads/tiles.html")]
struct Tiles {
    page: Page,
    visitor: Visitor,
    query: Query,
    statuses: Vec<Status>,
    column: Column,
    now: Instant,
}

#[derive(Template)]
#[template(path = "leads/rows.html")]
struct Rows {
    page: Page,
    visitor: Visitor,
    query: Query,
    rows: Vec<Tile>,
    next: Option<After>,
    now: Instant,
}

/// Everything that a part of the list, or the whole of it, is drawn from.
struct Drawn {
    statuses: Vec<Status>,
    choices: Choices,
    columns: Vec<Column>,
    rows: Vec<Tile>,
    next: Option<After>,
}

/// `GET /leads`
pub async fn show(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let query = Query { sent: Sent::read(raw.unwrap_or_default().as_bytes()) };
    let (viewer, org, user, now) =
        (visitor.viewer.clone(), visitor.org.clone(), visitor.user.clone(), visitor.web.hub.now());
    let is_part = visitor.wants_fragment && query.sent.has("after");
    let asked = query.clone();
    let drawn = visitor.read(move |tx| draw(tx, &asked, &viewer, &org, &user, is_part)).await?;
    let Drawn { statuses, choices, mut columns, rows, next } = drawn;
    let page = visitor.page(Section::Leads, visitor.t.nav.leads);
    if is_part && query.is_table() {
        return fragment(&Rows { page, visitor, query, rows, next, now });
    }
    if is_part && let Some(column) = columns.pop() {
        return fragment(&Tiles { page, visitor, query, statuses, column, now });
    }
    let t = visitor.t;
    let (status, source) = (query.sent.number("status"), query.sent.number("source"));
    let mut picks =
        vec![Pick::of("source", t.catalog.source, choices.list(CatalogKind::Source), source).or(t.common.all)];
    if query.is_table() {
        let all = choices.list(CatalogKind::LeadStatus);
        picks.insert(0, Pick::of("status", t.catalog.lead_status, all, status).or(t.common.all));
    }
    let visit = visitor.clone();
    let people = choices.users;
    show_page(&visit, &List { page, visitor, query, statuses, picks, people, columns, rows, next, now })
}

fn draw(tx: &mut Tx<'_>, query: &Query, viewer: &Viewer, org: &Org, user: &User, is_part: bool) -> Result<Drawn> {
    let lane = query.lane(tx, user.id, org)?;
    let statuses = Status::all(tx)?;
    let kinds = [CatalogKind::LeadStatus, CatalogKind::Source];
    let choices = if is_part { Choices::default() } else { Choices::find(tx, &kinds)? };
    let (mut columns, mut rows, mut next) = (Vec::new(), Vec::new(), None);
    let found = if query.keyword().is_empty() { None } else { Some(query.found(tx, viewer, &lane, org)?) };
    if query.is_table() {
        let leads = match found {
            Some(found) => found,
            None => {
                let page = lanes::page(tx, viewer, &lane, query.after(), ROWS)?;
                next = page.next;
                page.leads
            }
        };
        rows = leads.into_iter().map(Tile::of).collect();
    } else {
        let only = is_part.then(|| query.sent.number("lane").unwrap_or(0));
        columns = lanes_of(&statuses).collect();
        columns.retain(|column: &Column| only.is_none_or(|number| column.number == number));
        for column in &mut columns {
            let standing = if column.number == 0 { Standing::Nowhere } else { Standing::In(column.item) };
            let lane = Lane { standing, ..lane };
            if let Some(found) = &found {
                let here = found.iter().filter(|lead| Tile::of((*lead).clone()).lane() == column.number);
                column.tiles = here.cloned().map(Tile::of).collect();
                column.count = column.tiles.len() as i64;
                continue;
            }
            let page = lanes::page(tx, viewer, &lane, query.after(), TILES)?;
            // A lane whose end is in sight is counted by itself.
            column.count = match page.next {
                None if !is_part => page.leads.len() as i64,
                _ if is_part => 0,
                _ => lanes::count(tx, viewer, &lane)?,
            };
            (column.next, column.tiles) = (page.next, page.leads.into_iter().map(Tile::of).collect());
        }
        columns.retain(|column| column.number != 0 || !column.tiles.is_empty() || is_part);
    }
    Ok(Drawn { statuses, choices, columns, rows, next })
}

/// A lane for each status, and a first one for leads that have none.
fn lanes_of(statuses: &[Status]) -> impl Iterator<Item = Column> {
    let empty = Column {
        number: 0,
        label: String::new(),
        colour: None,
        item: Id(0),
        asks: None,
        count: 0,
        tiles: Vec::new(),
        next: None,
    };
    let of = |status: &Status| Column {
        number: status.item.number,
        label: crate::show::visible(&status.item.label),
        colour: status.item.colour.clone(),
        item: status.item.id,
        asks: status.asks(),
        count: 0,
        tiles: Vec::new(),
        next: None,
    };
    std::iter::once(empty).chain(statuses.iter().map(of).collect::<Vec<_>>())
}
