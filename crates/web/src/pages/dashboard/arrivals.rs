//! The list behind the numbers of the first page: customers and leads as they came, by day, door and source.

use std::collections::HashMap;

use askama::Template;
use axum::extract::RawQuery;
use domain::{CatalogKind, Customer, Dialect, Id, Instant, Lead};
use hub::catalog;
use hub::overview::{self, Arrival, Asked};

use crate::Visitor;
use crate::page::{Answer, Page, Section, fragment, show as show_page};
use crate::pages::sent::{Sent, after_of};

/// Rows of a page.
const ROWS: i64 = 50;

/// Somebody or something that came.
struct Row {
    arrival: Arrival,
    customer: Option<Customer>,
    lead: Option<Lead>,
    source: String,
}

#[derive(Template)]
#[template(path = "dashboard/arrivals.html")]
struct List {
    page: Page,
    visitor: Visitor,
    sent: Sent,
    doors: Vec<&'static str>,
    sources: Vec<(i64, String)>,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "dashboard/rows.html")]
struct Rows {
    page: Page,
    visitor: Visitor,
    rows: Vec<Row>,
    next: Option<String>,
}

/// `GET /arrivals`
pub async fn show(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let sent = Sent::read(raw.unwrap_or_default().as_bytes());
    let (viewer, asked, zone) = (visitor.viewer.clone(), sent.clone(), visitor.zone.clone());
    let (found, items) = visitor
        .read(move |tx| {
            let items = catalog::list(tx, CatalogKind::Source)?;
            let source = asked.number("source").map(|number| match number {
                0 => None,
                _ => Some(items.iter().find(|item| item.number == number).map_or(Id(-1), |item| item.id)),
            });
            let nouns = ["customer", "lead"];
            let wanted = Asked {
                subject: nouns.into_iter().find(|noun| *noun == asked.text("noun")),
                dialect: Dialect::of(asked.text("door")).map(Dialect::word),
                source,
                at: (asked.day("from", &zone), asked.end_of_day("to", &zone)),
            };
            let after = after_of(asked.text("after"));
            Ok((overview::list(tx, &viewer, &wanted, after, ROWS)?, items))
        })
        .await?;
    let labels: HashMap<Id, String> = items.iter().map(|item| (item.id, crate::show::visible(&item.label))).collect();
    let row = |(arrival, customer, lead): (Arrival, Option<Customer>, Option<Lead>)| {
        let source = arrival.source.and_then(|source| labels.get(&source).cloned()).unwrap_or_default();
        Row { arrival, customer, lead, source }
    };
    let rows = found.rows.into_iter().map(row).collect();
    let next = found.next.map(|(at, Id(id)): (Instant, Id)| {
        format!("/arrivals?{}&after={}.{id}", sent.raw(&["noun", "door", "source", "from", "to"]), at.0)
    });
    let page = visitor.page(Section::Dashboard, visitor.t.dashboard.arrivals);
    if visitor.wants_fragment && sent.has("after") {
        return fragment(&Rows { page, visitor, rows, next });
    }
    let doors = Dialect::DOORS.into_iter().chain([Dialect::Web, Dialect::Cli]).map(Dialect::word).collect();
    let sources = items.iter().map(|item| (item.number, crate::show::visible(&item.label))).collect();
    let visit = visitor.clone();
    show_page(&visit, &List { page, visitor, sent, doors, sources, rows, next })
}
