//! Many customers at once: what is to be done is said, counted, confirmed, done, listed, and can be taken back.

use askama::Template;
use axum::extract::{Path, Query as Asking};
use bytes::Bytes;
use domain::org::Org;
use domain::{CatalogKind, Error, Id, Result, Viewer};
use hub::bulk::{self, Action, Batch};
use hub::{Tx, catalog, customers, users};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::Query;
use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Section, Toast, fragment, go, show as show_page};
use crate::pages::sent::back;
use crate::pages::words;

/// Rows of a page of what was done.
const ROWS: i64 = 30;

/// What a form asks for.
#[derive(Debug, Clone, Default)]
struct Asked {
    /// The list, as it stands in its address.
    query: String,
    /// Numbers of those that were picked.
    picks: Vec<i64>,
    /// Whether it is about everybody in the list instead.
    is_all: bool,
    /// Such as `on.tag.3`, `off.tag.3`, `owner.5`, `delete`.
    action: String,
}

impl Asked {
    fn read(body: &Bytes) -> Self {
        let mut asked = Self::default();
        for (key, value) in form_urlencoded::parse(body) {
            match &*key {
                "query" => asked.query = Query::read(&value).raw(),
                "pick" => asked.picks.extend(value.parse::<i64>().ok()),
                "all" => asked.is_all = true,
                "action" => asked.action = value.into_owned(),
                _ => {}
            }
        }
        asked
    }

    /// Whom it is about.
    fn customers(&self, tx: &mut Tx<'_>, viewer: &Viewer, org: &Org) -> Result<Vec<Id>> {
        if self.is_all {
            let filter = Query::read(&self.query).filter(tx, viewer, org)?;
            return bulk::select(tx, &filter);
        }
        if self.picks.is_empty() {
            return Err(Error::invalid(
                "pick",
                "Hãy đánh dấu khách hàng trong danh sách, hoặc chọn cả danh sách đang lọc",
            ));
        }
        let mut ids = Vec::new();
        for number in &self.picks {
            if let Some(id) = customers::find_by_number(tx, *number)?
                && customers::find(tx, viewer, id)?.is_some()
            {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// What is to be done.
    fn action(&self, tx: &mut Tx<'_>, t: &'static Messages) -> Result<Action> {
        let unknown = || Error::invalid("action", t.customers.bulk_choose);
        if self.action == "delete" {
            return Ok(Action::Delete);
        }
        let (verb, rest) = self.action.split_once('.').ok_or_else(unknown)?;
        if verb == "owner" {
            let number = rest.parse().map_err(|_| unknown())?;
            let user = users::find_by_number(tx, number)?.ok_or_else(unknown)?;
            return Ok(Action::Own(user.id));
        }
        let (list, number) = rest.split_once('.').ok_or_else(unknown)?;
        let kind = CatalogKind::of(list).filter(|kind| Query::KINDS.contains(kind)).ok_or_else(unknown)?;
        let number = number.parse().map_err(|_| unknown())?;
        let item = catalog::find_by_number(tx, kind, number)?.ok_or_else(unknown)?;
        match verb {
            "on" => Ok(Action::Label(item.id)),
            "off" => Ok(Action::Unlabel(item.id)),
            _ => Err(unknown()),
        }
    }
}

/// What people read for an action; what it names may be gone.
fn told(tx: &mut Tx<'_>, action: Action, t: &'static Messages) -> Result<String> {
    let item = bulk::item(tx, action)?;
    let (list, label) = match &item {
        Some(item) => (words::list(&item.kind, t), crate::show::visible(&item.label)),
        None => (t.catalog.tag, "–".to_owned()),
    };
    Ok(match action {
        Action::Label(_) => t.customers.bulk_put_on(list, label),
        Action::Unlabel(_) => t.customers.bulk_take_off(list, label),
        Action::Own(user) => {
            let user = users::find(tx, user)?;
            t.customers.bulk_own(user.as_ref().map_or_else(|| "–".to_owned(), words::person))
        }
        Action::Delete => t.customers.bulk_delete.to_owned(),
    })
}

#[derive(Template)]
#[template(path = "customers/bulk.html")]
struct Sure {
    page: Page,
    asked: Asked,
    said: String,
    count: i64,
    is_delete: bool,
}

/// `POST /customers/bulk`: how many it would be.
pub async fn ask(visitor: Visitor, body: Bytes) -> Answer {
    let asked = Asked::read(&body);
    let (wanted, viewer, org, t) = (asked.clone(), visitor.viewer.clone(), visitor.org.clone(), visitor.t);
    let (said, count, is_delete) = visitor
        .read(move |tx| {
            let action = wanted.action(tx, t)?;
            Ok((told(tx, action, t)?, wanted.customers(tx, &viewer, &org)?.len() as i64, action == Action::Delete))
        })
        .await?;
    let page = visitor.page(Section::Customers, t.customers.bulk);
    show_page(&visitor, &Sure { page, asked, said, count, is_delete })
}

/// `POST /customers/bulk/apply`: does it.
pub async fn apply(visitor: Visitor, body: Bytes) -> Answer {
    let asked = Asked::read(&body);
    let (wanted, viewer, org, t) = (asked.clone(), visitor.viewer.clone(), visitor.org.clone(), visitor.t);
    let (action, ids) =
        visitor.read(move |tx| Ok((wanted.action(tx, t)?, wanted.customers(tx, &viewer, &org)?))).await?;
    let done = visitor.web.hub.bulk(visitor.actor(), visitor.viewer.clone(), ids, action).await?;
    let said = Toast::good(t.customers.bulk_done(crate::show::number(&(done.changed as i64))));
    let toast = said.with_undo(format!("/customers/bulk/{}/undo", done.batch));
    go(&visitor, &format!("/customers?{}", asked.query), Some(&toast))
}

/// `POST /customers/bulk/{batch}/undo`
pub async fn undo(visitor: Visitor, Path(batch): Path<i64>) -> Answer {
    let done = visitor.web.hub.undo_bulk(visitor.actor(), visitor.viewer.clone(), Id(batch)).await?;
    let toast = Toast::good(visitor.t.customers.bulk_undone(crate::show::number(&(done.changed as i64))));
    go(&visitor, &back(&visitor, "/customers"), Some(&toast))
}

#[derive(Template)]
#[template(path = "customers/bulks.html")]
struct Bulks {
    page: Page,
    rows: Rows,
}

#[derive(Template)]
#[template(path = "customers/bulk_rows.html")]
struct Rows {
    page: Page,
    /// Each with what was done, in words.
    batches: Vec<(Batch, String)>,
    next: Option<String>,
    zone: TimeZone,
}

/// Where a page of them begins.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Before {
    #[serde(default)]
    before: String,
}

/// `GET /customers/bulk`: what was done before, by the visitor or, for those who keep the settings, by anybody.
pub async fn list(visitor: Visitor, Asking(before): Asking<Before>) -> Answer {
    let (whose, t) = (Some(visitor.user.id).filter(|_| !visitor.user.role.sees_everything()), visitor.t);
    let before = before.before.parse().ok().map(Id);
    let (batches, next) = visitor
        .read(move |tx| {
            let found = bulk::list(tx, whose, before, ROWS)?;
            let next = found.last().filter(|_| found.len() as i64 == ROWS).map(|last| last.id);
            let mut batches = Vec::with_capacity(found.len());
            for batch in found {
                let said = match batch.action {
                    Some(action) => told(tx, action, t)?,
                    None => String::new(),
                };
                batches.push((batch, said));
            }
            Ok((batches, next))
        })
        .await?;
    let page = visitor.page(Section::Customers, t.customers.bulks);
    let next = next.map(|before| format!("/customers/bulk?before={before}"));
    let rows = Rows { page: page.clone(), batches, next, zone: visitor.zone.clone() };
    if visitor.wants_fragment {
        return fragment(&rows);
    }
    show_page(&visitor, &Bulks { page, rows })
}
