//! `contact/…` and `customer/…`: insert, update, delete, one record, a list of them.

use std::collections::HashSet;

use axum::extract::{Request, State};
use axum::response::Response;
use domain::dialect::System;
use domain::{Customer, Error, Id, Result, Viewer};
use hub::drafts::{self, Unknown};
use hub::{Answer, Tx, customer_number, customers, files};
use jiff::tz::TimeZone;
use kit::http::{self, Shared};
use kit::reader::{Presence, Reader};

use crate::auth::{self, Visit};
use crate::listing::Listing;
use crate::uploads::{self, Upload};
use crate::wire::{Contact, Purpose, Strictness};
use crate::{error, map, rows};

/// Records of one delete at most.
const MOST_DELETED: usize = 1_000;

/// `POST /api/customer/contact/insert`
pub async fn insert(State(shared): State<Shared>, request: Request) -> Response {
    let (route, page) = ("POST /api/customer/contact/insert", "/customer-contact-contact/view");
    http::response(add(&shared, request, route, page).await.unwrap_or_else(|refused| refused))
}

/// `POST /api/customer/customer/insert`
pub async fn insert_customer(State(shared): State<Shared>, request: Request) -> Response {
    let (route, page) = ("POST /api/customer/customer/insert", "/customer-customer-customer/view");
    http::response(add(&shared, request, route, page).await.unwrap_or_else(|refused| refused))
}

/// `POST /api/customer/contact/update`
pub async fn update(State(shared): State<Shared>, request: Request) -> Response {
    http::response(change(&shared, request).await.unwrap_or_else(|refused| refused))
}

/// `POST /api/customer/contact/delete`
pub async fn delete(State(shared): State<Shared>, request: Request) -> Response {
    http::response(remove(&shared, request).await.unwrap_or_else(|refused| refused))
}

/// `GET /api/customer/contact/item`
pub async fn item(State(shared): State<Shared>, request: Request) -> Response {
    http::response(look(&shared, request).await.unwrap_or_else(|refused| refused))
}

/// `GET /api/customer/contact/gets` and `GET /api/customer/customer/gets`
pub async fn gets(State(shared): State<Shared>, request: Request) -> Response {
    http::response(list(&shared, request).await.unwrap_or_else(|refused| refused))
}

/// A call that ends early does so with its answer.
type Reply = std::result::Result<Answer, Answer>;

async fn add(shared: &Shared, request: Request, route: &'static str, page: &'static str) -> Reply {
    auth::refuse_unless_post(&request)?;
    let visit = auth::enter(shared, request).await?;
    let call = visit.call(shared, route);
    let (contact, uploads) = match read(&visit, Purpose::Insert) {
        Ok(read) => read,
        Err(error) => return Ok(shared.hub.refuse(call, error::failed(&error)).await),
    };
    let (manner, viewer, zone) = (visit.manner, visit.caller.viewer.clone(), visit.zone.clone());
    let code = contact.code.clone().unwrap_or_default();
    let checked = move |tx: &mut Tx<'_>| drafts::refuse_taken(tx, System::OneOffice, &code);
    let files = match put(shared, &visit, uploads, checked).await {
        Ok(files) => files,
        Err(error) => return Ok(shared.hub.refuse(call, error::failed(&error)).await),
    };
    let draft = map::draft(&contact, files);
    let work = move |tx: &mut Tx<'_>| {
        let mut new = Customer::default();
        map::apply(&contact, manner.country, &mut new);
        let made = drafts::admit(tx, new, &draft, manner)?.into_customer();
        let url = format!("{page}?ID={}", made.number);
        told(tx, made, &viewer, &zone, "Thêm mới thành công", Some(url))
    };
    Ok(shared.hub.answer(call, work, error::failed).await)
}

async fn change(shared: &Shared, request: Request) -> Reply {
    auth::refuse_unless_post(&request)?;
    let visit = auth::enter(shared, request).await?;
    let call = visit.call(shared, "POST /api/customer/contact/update");
    let read = read(&visit, Purpose::Update).and_then(|read| Ok((read, named(&visit)?)));
    let ((contact, uploads), name) = match read {
        Ok(read) => read,
        Err(error) => return Ok(shared.hub.refuse(call, error::failed(&error)).await),
    };
    let (manner, viewer, zone) = (visit.manner, visit.caller.viewer.clone(), visit.zone.clone());
    let (sought, seen_by) = (name.clone(), viewer.clone());
    let checked = move |tx: &mut Tx<'_>| find(tx, &seen_by, &sought).map(drop);
    let files = match put(shared, &visit, uploads, checked).await {
        Ok(files) => files,
        Err(error) => return Ok(shared.hub.refuse(call, error::failed(&error)).await),
    };
    let draft = map::draft(&contact, files);
    let work = move |tx: &mut Tx<'_>| {
        let known = find(tx, &viewer, &name)?;
        map::check_unlisted(&contact, &known)?;
        let apply = |customer: &mut Customer| map::apply(&contact, manner.country, customer);
        let changed = drafts::change(tx, known.id, &draft, manner, apply)?;
        told(tx, changed, &viewer, &zone, "Cập nhật thành công", None)
    };
    Ok(shared.hub.answer(call, work, error::failed).await)
}

async fn remove(shared: &Shared, request: Request) -> Reply {
    auth::refuse_unless_post(&request)?;
    let visit = auth::enter(shared, request).await?;
    let call = visit.call(shared, "POST /api/customer/contact/delete");
    let names = match named_for_delete(&visit) {
        Ok(names) => names,
        Err(error) => return Ok(shared.hub.refuse(call, error::failed(&error)).await),
    };
    let viewer = visit.caller.viewer.clone();
    let work = move |tx: &mut Tx<'_>| {
        let mut gone = Vec::with_capacity(names.len());
        for name in &names {
            gone.push(find(tx, &viewer, &Name::Code(name.clone()))?.id);
        }
        gone.sort_unstable();
        gone.dedup();
        for id in gone {
            customers::delete(tx, id)?;
        }
        Ok(error::done("Xóa thành công", &names, None))
    };
    Ok(shared.hub.answer(call, work, error::failed).await)
}

async fn look(shared: &Shared, request: Request) -> Reply {
    let visit = auth::enter(shared, request).await?;
    let name = named(&visit).map_err(|error| error::failed(&error))?;
    let (viewer, zone) = (visit.caller.viewer.clone(), visit.zone.clone());
    let found = shared.hub.glance(visit.caller.org.id, move |tx| {
        let customer = find(tx, &viewer, &name)?;
        Ok(rows::contact(&customer, &files::of_customer(tx, customer.id)?, &zone))
    });
    found.await.map(error::item).map_err(|error| error::failed(&error))
}

async fn list(shared: &Shared, request: Request) -> Reply {
    let visit = auth::enter(shared, request).await?;
    let listing = Listing::read(&visit).map_err(|error| error::failed(&error))?;
    let (caller, zone) = (visit.caller.clone(), visit.zone.clone());
    let found = shared.hub.read(visit.caller.org.id, move |tx| {
        let Some(filter) = listing.filter(tx, &caller)? else { return Ok((Vec::new(), 0)) };
        let paging = listing.paging();
        let (customers, total) = customers::search(tx, &filter, paging.offset(), paging.size)?;
        let ids: Vec<Id> = customers.iter().map(|customer| customer.id).collect();
        let files = files::of_customers(tx, &ids)?;
        Ok((customers.iter().map(|customer| rows::contact(customer, &files, &zone)).collect(), total))
    });
    let (rows, total): (Vec<_>, i64) = found.await.map_err(|error| error::failed(&error))?;
    Ok(error::page(rows, total))
}

fn read(visit: &Visit, purpose: Purpose) -> Result<(Contact, Vec<Upload>)> {
    let strictness = match visit.manner.unknown {
        Unknown::Refuse => Strictness::Document,
        Unknown::Create => Strictness::Lenient,
    };
    let contact = Contact::read(&Reader::object(visit.form()?, "")?, &visit.zone, purpose, strictness)?;
    let uploads = uploads::decode(&contact.files)?;
    Ok((contact, uploads))
}

/// Puts files away, after a look at whether the call has a chance: bytes of one that is refused would lie there for nobody.
async fn put(
    shared: &Shared,
    visit: &Visit,
    uploads: Vec<Upload>,
    checked: impl FnMut(&mut Tx<'_>) -> Result<()> + Send + 'static,
) -> Result<Vec<drafts::PutFile>> {
    if !uploads.is_empty() {
        shared.hub.read(visit.caller.org.id, checked).await?;
    }
    uploads::put(&shared.hub, uploads).await
}

/// The answer with a record as far as the caller may see it.
fn told(
    tx: &mut Tx<'_>,
    customer: Customer,
    viewer: &Viewer,
    zone: &TimeZone,
    message: &str,
    url: Option<String>,
) -> Result<Answer> {
    let hidden = rows::hidden(&customer);
    let Some(seen) = customers::as_seen(tx, viewer, customer)? else { return Ok(error::done(message, hidden, url)) };
    let files = files::of_customer(tx, seen.id)?;
    Ok(error::done(message, rows::contact(&seen, &files, zone), url))
}

/// How a record is named.
#[derive(Debug, Clone)]
enum Name {
    Code(String),
    Number(i64),
}

/// `code`, or `ID` for records that came through another door and have no code of 1Office's.
fn named(visit: &Visit) -> Result<Name> {
    let form = Reader::object(visit.form()?, "")?;
    if form.presence("code") == Presence::Given {
        return Ok(Name::Code(form.trimmed("code")?.unwrap_or_default()));
    }
    form.integer(["ID", "id"])?.map(Name::Number).ok_or_else(|| form.missing("code"))
}

/// `delIds`: codes between commas; a code with a comma of its own must come in a list.
fn named_for_delete(visit: &Visit) -> Result<Vec<String>> {
    let form = Reader::object(visit.form()?, "")?;
    let mut names = match form.value("delIds") {
        Some(_) => form.comma_separated("delIds")?,
        None => form.trimmed("code")?.into_iter().collect(),
    };
    let mut named = HashSet::new();
    names.retain(|name| named.insert(name.clone()));
    match names.len() {
        0 => Err(form.missing("delIds")),
        1..=MOST_DELETED => Ok(names),
        _ => Err(form.invalid("delIds", &format!("có quá {MOST_DELETED} mã"))),
    }
}

/// The record of a name, if the caller may see it. `PID-12`, which no client gives as a code, is a number.
fn find(tx: &mut Tx<'_>, viewer: &Viewer, name: &Name) -> Result<Customer> {
    let (id, shown) = match name {
        Name::Number(number) => (customers::find_by_number(tx, *number)?, number.to_string()),
        Name::Code(code) => {
            let by_code = customers::find_by_code(tx, System::OneOffice, code)?;
            let number = customer_number(code).filter(|_| code.contains('-'));
            let id = match (by_code, number) {
                (None, Some(number)) => customers::find_by_number(tx, number)?,
                (id, _) => id,
            };
            (id, code.chars().take(60).collect())
        }
    };
    let found = match id {
        Some(id) => customers::find(tx, viewer, id)?,
        None => None,
    };
    found.ok_or_else(|| Error::not_found(format!("Không tìm thấy liên hệ có mã {shown}")))
}
