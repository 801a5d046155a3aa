//! Many customers at once: what is to be done is said, counted, confirmed, done, and can be taken back.

use askama::Template;
use axum::extract::Path;
use bytes::Bytes;
use domain::org::Org;
use domain::{CatalogKind, Error, Id, Result, Viewer};
use hub::bulk::{self, Action};
use hub::{Tx, catalog, customers, users};

use super::Query;
use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Section, Toast, go, show as show_page};
use crate::pages::sent::back;
use crate::pages::words;

/// What a form asks for.
#[derive(Debug, Clone, Default)]
struct Asked {
    /// The list, as it stands in its address.
    query: String,
    /// Numbers of those that were picked; none means everybody in the list.
    picks: Vec<i64>,
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
                "action" => asked.action = value.into_owned(),
                _ => {}
            }
        }
        asked
    }

    /// Whom it is about.
    fn customers(&self, tx: &mut Tx<'_>, viewer: &Viewer, org: &Org) -> Result<Vec<Id>> {
        if self.picks.is_empty() {
            let filter = Query::read(&self.query).filter(tx, viewer, org)?;
            return bulk::select(tx, &filter);
        }
        let mut ids = Vec::new();
        for number in &self.picks {
            ids.extend(customers::find_by_number(tx, *number)?);
        }
        Ok(ids)
    }

    /// What is to be done, and how that is said.
    fn action(&self, tx: &mut Tx<'_>, t: &'static Messages) -> Result<(Action, String)> {
        let unknown = || Error::invalid("action", t.customers.bulk_choose);
        if self.action == "delete" {
            return Ok((Action::Delete, t.customers.bulk_delete.to_owned()));
        }
        let (verb, rest) = self.action.split_once('.').ok_or_else(unknown)?;
        if verb == "owner" {
            let number = rest.parse().map_err(|_| unknown())?;
            let user = users::find_by_number(tx, number)?.ok_or_else(unknown)?;
            return Ok((Action::Own(user.id), t.customers.bulk_own(words::person(&user))));
        }
        let (list, number) = rest.split_once('.').ok_or_else(unknown)?;
        let kind = CatalogKind::of(list).filter(|kind| Query::KINDS.contains(kind)).ok_or_else(unknown)?;
        let number = number.parse().map_err(|_| unknown())?;
        let item = catalog::find_by_number(tx, kind, number)?.ok_or_else(unknown)?;
        let (list, label) = (words::list(&kind, t), crate::show::visible(&item.label));
        match verb {
            "on" => Ok((Action::Label(item.id), t.customers.bulk_put_on(list, label))),
            "off" => Ok((Action::Unlabel(item.id), t.customers.bulk_take_off(list, label))),
            _ => Err(unknown()),
        }
    }
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
            let (action, said) = wanted.action(tx, t)?;
            Ok((said, wanted.customers(tx, &viewer, &org)?.len() as i64, action == Action::Delete))
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
        visitor.read(move |tx| Ok((wanted.action(tx, t)?.0, wanted.customers(tx, &viewer, &org)?))).await?;
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
