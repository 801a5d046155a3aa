//! Companies: the organizations among the customers, and one of them with its people.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, RawQuery};
use domain::customer::{Address, Kind};
use domain::{ContactPoint, Customer, Deal, Id, Instant};
use hub::Filter;
use hub::browse::{self, After, Order};
use hub::companies::{self, People};

use super::deals::Tile;
use super::{panel, words};
use crate::messages::Messages;
use crate::page::{Answer, Page, Section, fragment, go, show as show_page};
use crate::pages::sent::{Sent, after_of};
use crate::{Visitor, show as shown};

/// Rows of a page of the list.
const ROWS: i64 = 50;
/// People of a page.
const PEOPLE: i64 = 30;

/// An organization as the list shows it.
struct Row {
    company: Customer,
    people: i64,
}

#[derive(Template)]
#[template(path = "companies/list.html")]
struct List {
    page: Page,
    visitor: Visitor,
    keyword: String,
    total: i64,
    rows: Vec<Row>,
    next: Option<String>,
    now: Instant,
}

#[derive(Template)]
#[template(path = "companies/rows.html")]
struct Rows {
    page: Page,
    visitor: Visitor,
    rows: Vec<Row>,
    next: Option<String>,
    now: Instant,
}

/// `GET /companies`
pub async fn list(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let sent = Sent::read(raw.unwrap_or_default().as_bytes());
    let keyword = sent.text("q").trim().to_owned();
    let after = after_of(sent.text("after")).map(|(updated_at, id)| After { updated_at, id });
    let mut filter = Filter::everything(visitor.viewer.clone());
    filter.kind = Some(Kind::Organization);
    filter.country = visitor.org.settings.country();
    filter.keyword = Some(keyword.clone()).filter(|keyword| !keyword.is_empty());
    let (found, sizes) = visitor
        .read(move |tx| {
            let found = browse::customers(tx, &filter, Order::Newest, after, ROWS)?;
            let sizes: HashMap<Id, i64> = companies::sizes(tx, &found.customers)?;
            Ok((found, sizes))
        })
        .await?;
    let next =
        found.next.map(|after| format!("/companies?{}&after={}.{}", sent.raw(&["q"]), after.updated_at.0, after.id.0));
    let rows =
        found.customers.into_iter().map(|company| Row { people: *sizes.get(&company.id).unwrap_or(&0), company });
    let (rows, now) = (rows.collect(), visitor.web.hub.now());
    let page = visitor.page(Section::Companies, visitor.t.nav.companies);
    if visitor.wants_fragment && after.is_some() {
        return fragment(&Rows { page, visitor, rows, next, now });
    }
    let visit = visitor.clone();
    show_page(&visit, &List { page, visitor, keyword, total: found.total, rows, next, now })
}

/// An organization with its people.
struct Record {
    company: Customer,
    people: People,
    deals: Vec<Tile>,
}

#[derive(Template)]
#[template(path = "companies/record.html")]
struct Article {
    page: Page,
    visitor: Visitor,
    record: Record,
}

#[derive(Template)]
#[template(path = "companies/people.html")]
struct More {
    page: Page,
    record: Record,
}

/// `GET /companies/{number}`: the page, what goes into the side panel, or more of its people.
pub async fn show(visitor: Visitor, Path(number): Path<i64>, RawQuery(raw): RawQuery) -> Answer {
    let before = Sent::read(raw.unwrap_or_default().as_bytes()).number("after").map(Id);
    let viewer = visitor.viewer.clone();
    let record = visitor
        .read(move |tx| {
            let company = companies::find(tx, &viewer, number)?;
            let deals: Vec<Deal> = companies::deals(tx, &viewer, company.id)?;
            let people = companies::people(tx, &viewer, company.id, before, PEOPLE)?;
            Ok(Record { company, people, deals: deals.into_iter().map(Tile::of).collect() })
        })
        .await?;
    let place = format!("/companies/{}", record.company.number);
    if record.company.number != number {
        return go(&visitor, &place, None);
    }
    let page = visitor.page(Section::Companies, shown::name(&record.company));
    if visitor.wants_fragment && before.is_some() {
        return fragment(&More { page, record });
    }
    let article = Article { page, visitor, record };
    panel::show(&article.visitor, &article.page, &place, &article)
}

/// An address in one line.
pub fn line(address: &Address) -> String {
    shown::visible(&address.line())
}

/// What a contact point is called.
pub fn kind(point: &ContactPoint, t: &'static Messages) -> &'static str {
    words::points(point.kind, t)
}
