//! The list of tickets, narrowed by what stands in the address.

use askama::Template;
use axum::extract::RawQuery;
use domain::org::Org;
use domain::{CatalogKind, Id, Instant, Result, Viewer};
use hub::tickets::{self, After, Asked, Page as Found, State};
use hub::{Filter, Tx, catalog, users};

use super::{KINDS, Shown};
use crate::Visitor;
use crate::page::{Answer, Page, Section, fragment, show as show_page};
use crate::pages::sent::{Choices, Pick, Sent, after_of};

/// Rows of a page of the list.
const ROWS: i64 = 50;
/// Tickets that a search shows at most.
const FOUND: i64 = 150;

/// What stands in the address.
pub struct Query {
    sent: Sent,
}

impl Query {
    const NARROWS: [&'static str; 7] = ["q", "state", "team", "channel", "sla", "from", "to"];

    /// Which tickets, by whether they were solved: `open` unless something else is asked for.
    pub fn state(&self) -> &'static str {
        match self.state_of() {
            State::Open => "open",
            State::Closed => "closed",
            State::All => "all",
        }
    }

    fn state_of(&self) -> State {
        match self.sent.text("state") {
            "closed" => State::Closed,
            "all" => State::All,
            // Whoever searches looks for a ticket, whatever became of it.
            "" if self.sent.has("q") => State::All,
            _ => State::Open,
        }
    }

    /// What is searched for.
    pub fn keyword(&self) -> &str {
        self.sent.text("q").trim()
    }

    /// The value of a filter, as the form shows it.
    pub fn text(&self, name: &str) -> &str {
        self.sent.text(name)
    }

    /// Whether anything narrows the list.
    pub fn is_narrowed(&self) -> bool {
        Self::NARROWS.iter().any(|name| self.sent.has(name))
    }

    /// What follows.
    pub fn next(&self, after: &After) -> String {
        format!("/tickets?{}&after={}.{}", self.sent.raw(&Self::NARROWS), after.created_at.0, after.id.0)
    }

    fn asked(&self, tx: &mut Tx<'_>, org: &Org) -> Result<Asked> {
        let zone = org.settings.time_zone();
        let mut asked = Asked {
            state: self.state_of(),
            created: (self.sent.day("from", &zone), self.sent.end_of_day("to", &zone)),
            ..Asked::default()
        };
        // A number that names nothing finds nothing.
        if let Some(number) = self.sent.number("team") {
            asked.team = Some(users::find_team_by_number(tx, number)?.map_or(Id(-1), |team| team.id));
        }
        for (name, kind) in [("sla", CatalogKind::Sla), ("channel", CatalogKind::TicketChannel)] {
            if let Some(number) = self.sent.number(name) {
                asked.labels.push(catalog::find_by_number(tx, kind, number)?.map_or(Id(-1), |item| item.id));
            }
        }
        Ok(asked)
    }

    fn find(&self, tx: &mut Tx<'_>, viewer: &Viewer, org: &Org) -> Result<Found> {
        let asked = self.asked(tx, org)?;
        if self.keyword().is_empty() {
            let after = after_of(self.sent.text("after")).map(|(created_at, id)| After { created_at, id });
            return tickets::page(tx, viewer, &asked, after, ROWS);
        }
        let mut filter = Filter::everything(viewer.clone());
        (filter.keyword, filter.country) = (Some(self.keyword().to_owned()), org.settings.country());
        let mut found = tickets::find(tx, &filter, FOUND)?;
        found.retain(|ticket| {
            let has = |item: &Id| ticket.labels.iter().any(|label| label.item == *item);
            let is_asked = match asked.state {
                State::Open => ticket.is_open(),
                State::Closed => !ticket.is_open(),
                State::All => true,
            };
            is_asked
                && asked.labels.iter().all(has)
                && asked.team.is_none_or(|team| ticket.team.as_ref().is_some_and(|known| known.id == team))
                && asked.created.0.is_none_or(|from| ticket.created_at >= from)
                && asked.created.1.is_none_or(|to| ticket.created_at < to)
        });
        Ok(Found { tickets: found, next: None })
    }
}

#[derive(Template)]
#[template(path = "tickets/list.html")]
struct List {
    page: Page,
    visitor: Visitor,
    query: Query,
    picks: Vec<Pick>,
    rows: Vec<Shown>,
    next: Option<After>,
    now: Instant,
}

#[derive(Template)]
#[template(path = "tickets/rows.html")]
struct Rows {
    page: Page,
    visitor: Visitor,
    query: Query,
    rows: Vec<Shown>,
    next: Option<After>,
    now: Instant,
}

/// `GET /tickets`
pub async fn show(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let raw = raw.unwrap_or_default();
    let query = Query { sent: Sent::read(raw.as_bytes()) };
    let (viewer, org, now) = (visitor.viewer.clone(), visitor.org.clone(), visitor.web.hub.now());
    let (found, levels, choices) = visitor
        .read(move |tx| {
            let asked = Query { sent: Sent::read(raw.as_bytes()) };
            let found = asked.find(tx, &viewer, &org)?;
            Ok((found, catalog::list(tx, CatalogKind::Sla)?, Choices::find(tx, &KINDS)?))
        })
        .await?;
    let rows: Vec<Shown> = found.tickets.into_iter().map(|ticket| Shown::of(ticket, &levels, now)).collect();
    let (page, next, t) = (visitor.page(Section::Tickets, visitor.t.nav.tickets), found.next, visitor.t);
    if visitor.wants_fragment && query.sent.has("after") {
        return fragment(&Rows { page, visitor, query, rows, next, now });
    }
    let (channels, levels) = (choices.list(CatalogKind::TicketChannel), choices.list(CatalogKind::Sla));
    let picks = vec![
        Pick::of("team", t.tickets.team, &choices.teams, query.sent.number("team")).or(t.common.all),
        Pick::of("channel", t.catalog.ticket_channel, channels, query.sent.number("channel")).or(t.common.all),
        Pick::of("sla", t.catalog.sla, levels, query.sent.number("sla")).or(t.common.all),
    ];
    let visit = visitor.clone();
    show_page(&visit, &List { page, visitor, query, picks, rows, next, now })
}
