//! The list of customers: searched, filtered, sorted and paged through, with the columns somebody chose, and saved as views.

mod bulk;
mod columns;
mod export;
mod query;
mod views;

use askama::Template;
use axum::extract::{Query as QueryOf, RawQuery};
use axum::http::HeaderValue;
use domain::catalog::CatalogItem;
use domain::view::View;
use domain::{CatalogKind, Customer, Error, Instant, Result, User};
use hub::{Tx, browse, catalog, users};
use serde::Deserialize;

pub use self::bulk::{apply as apply_bulk, ask as ask_bulk, list as list_bulks, undo as undo_bulk};
pub use self::columns::{Cell, Column};
pub use self::export::csv;
pub use self::query::Query;
pub use self::views::{delete as delete_view, keep as keep_view};
use crate::Visitor;
use crate::page::{Answer, Page, Section, fragment, show as show_page};

/// Rows of a page of the list.
const ROWS: i64 = 50;
/// Customers that the palette offers.
const OFFERED: i64 = 8;

/// What the filters may be set to.
pub struct Choices {
    /// Statuses, sources, tags and the other lists, each with its items.
    pub lists: Vec<(CatalogKind, Vec<CatalogItem>)>,
    /// Users who may be responsible.
    pub users: Vec<User>,
    /// Columns that may be shown.
    pub columns: Vec<Column>,
}

impl Choices {
    /// Everything to choose from.
    pub fn find(tx: &mut Tx<'_>) -> Result<Self> {
        let mut lists = Vec::new();
        for kind in Query::KINDS {
            lists.push((kind, catalog::list(tx, kind)?));
        }
        let users = users::list(tx)?.into_iter().filter(|user| user.active).collect();
        Ok(Self { lists, users, columns: Column::all(tx)? })
    }
}

#[derive(Template)]
#[template(path = "customers/list.html")]
struct List {
    page: Page,
    visitor: Visitor,
    query: Query,
    choices: Choices,
    columns: Vec<Column>,
    found: browse::Page,
    views: Vec<View>,
    now: Instant,
}

#[derive(Template)]
#[template(path = "customers/results.html")]
struct Results {
    page: Page,
    visitor: Visitor,
    query: Query,
    columns: Vec<Column>,
    found: browse::Page,
    now: Instant,
}

#[derive(Template)]
#[template(path = "customers/rows.html")]
struct Rows {
    page: Page,
    visitor: Visitor,
    query: Query,
    columns: Vec<Column>,
    found: browse::Page,
    now: Instant,
}

/// `GET /customers`
pub async fn list(visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let mut query = Query::read(raw.as_deref().unwrap_or_default());
    let now = visitor.web.hub.now();
    let page = visitor.page(Section::Customers, visitor.t.nav.customers);
    let (asked, viewer, org, user) = (query.clone(), visitor.viewer.clone(), visitor.org.clone(), visitor.user.id);
    let is_part = visitor.wants_fragment;
    let (choices, found, views) = visitor
        .read(move |tx| {
            let filter = asked.filter(tx, &viewer, &org)?;
            let found = browse::customers(tx, &filter, asked.order, asked.after, ROWS)?;
            let choices = if is_part {
                Choices { lists: Vec::new(), users: Vec::new(), columns: Column::all(tx)? }
            } else {
                Choices::find(tx)?
            };
            let views = if is_part { Vec::new() } else { hub::views::list(tx, "customers", user)? };
            Ok((choices, found, views))
        })
        .await?;
    let columns = query.columns(&choices.columns);
    if columns.iter().eq(choices.columns.iter().filter(|column| column.is_usual())) {
        // The usual ones need not stand in the address.
        query.shown.clear();
    }
    if !is_part {
        let visit = visitor.clone();
        return show_page(&visit, &List { page, visitor, query, choices, columns, found, views, now });
    }
    if query.after.is_some() {
        return fragment(&Rows { page, visitor, query, columns, found, now });
    }
    let address = HeaderValue::from_str(&format!("/customers?{}", query.raw())).map_err(Error::broken)?;
    let mut response = fragment(&Results { page, visitor, query, columns, found, now })?;
    response.headers_mut().insert("hx-push-url", address);
    Ok(response)
}

#[derive(Template)]
#[template(path = "customers/row.html")]
struct Row<'r> {
    page: &'r Page,
    visitor: &'r Visitor,
    customer: &'r Customer,
    columns: Vec<Column>,
    now: Instant,
    is_apart: bool,
}

/// A customer's line of the list that is shown, with the columns it has there; nothing where another page is shown.
pub async fn row_behind(visitor: &Visitor, page: &Page, customer: &Customer) -> Result<Option<String>> {
    let Some(shown) = visitor.shown().filter(|shown| shown.path() == "/customers") else { return Ok(None) };
    let all = visitor.read(Column::all).await?;
    let columns = Query::read(shown.query().unwrap_or_default()).columns(&all);
    let row = Row { page, visitor, customer, columns, now: visitor.web.hub.now(), is_apart: true };
    row.render().map(Some).map_err(Error::broken)
}

/// What the palette asks.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "customers/offered.html")]
struct Offered {
    customers: Vec<Customer>,
}

/// `GET /customers/find`: the first few, for the palette.
pub async fn offer(visitor: Visitor, QueryOf(Asked { q }): QueryOf<Asked>) -> Answer {
    let query = Query { keyword: q, ..Query::default() };
    let (viewer, org) = (visitor.viewer.clone(), visitor.org.clone());
    let found = visitor
        .read(move |tx| {
            let filter = query.filter(tx, &viewer, &org)?;
            browse::customers(tx, &filter, query.order, None, OFFERED)
        })
        .await?;
    fragment(&Offered { customers: found.customers })
}
