//! Contacts of version 1, which existing clients still call.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use domain::contact_point::{ContactKind, ContactPoint};
use domain::{Customer, Error, identity, text};
use hub::{Answer, Filter, Tx, customers};
use kit::http::{self, Shared};
use kit::reader::Reader;

use crate::calls::{self, Site};
use crate::contacts::{admit, amend, not_found, read_known, read_new, sound_id};
use crate::error::{Empty, Refused, done};
use crate::lookup::{by_id, layout};
use crate::wire::Contact;
use crate::{many, map, reads, routes};

/// Records that share a phone and are looked through.
const MOST_SHARING: i64 = 20;

/// `POST /api/contacts/add`: as in version 2, but the answer is the contact.
pub async fn add(State(shared): State<Shared>, request: Request) -> Response {
    let work = |tx: &mut Tx<'_>, site: &Site, contact: &Contact| {
        let added = admit(tx, site, contact)?;
        told(tx, site, added)
    };
    calls::write(&shared, request, routes::V1_ADD, Empty::Null, read_new, work).await
}

/// `POST /api/contacts/add-more`: the body is the list, and the answer says `true`.
pub async fn add_more(State(shared): State<Shared>, request: Request) -> Response {
    many::add(&shared, request, routes::V1_ADD_MORE, many::Told::Any).await
}

/// `POST /api/contacts/update`: as in version 2, but the answer is the contact.
pub async fn update(State(shared): State<Shared>, request: Request) -> Response {
    let work = |tx: &mut Tx<'_>, site: &Site, contact: &Contact| {
        let changed = amend(tx, site, contact)?;
        told(tx, site, changed)
    };
    calls::write(&shared, request, routes::V1_UPDATE, Empty::Null, read_known, work).await
}

/// The answer with a contact as far as the caller may see it; of one that came to a record that is not shared with them, that
/// it was taken.
fn told(tx: &mut Tx<'_>, site: &Site, written: Customer) -> Result<Answer, Error> {
    match customers::as_seen(tx, &site.viewer, written)? {
        Some(seen) => Ok(done(map::item(&layout(tx)?, &seen))),
        None => Ok(done(true)),
    }
}

/// `GET /api/contacts/get?phone=`: the newest contact with a phone.
pub async fn find_by_phone(State(shared): State<Shared>, request: Request) -> Response {
    let phone = phone(&request);
    let asked = calls::let_in(&shared, &request).await.and_then(|caller| Ok((caller, phone?)));
    let (caller, phone) = match asked {
        Ok(asked) => asked,
        Err(refused) => return http::response(refused.answer(Empty::Null)),
    };
    calls::read(&shared, &caller, move |tx, site| {
        let key = identity::phone(&phone, site.country);
        let has_it = |point: &ContactPoint| match &key {
            Some(_) => point.key == key,
            None => text::tidy(&point.raw) == text::tidy(&phone),
        };
        let keyword = Some(phone.clone());
        let filter = Filter { keyword, country: site.country, ..Filter::everything(site.viewer.clone()) };
        let (found, _) = customers::search(tx, &filter, 0, MOST_SHARING)?;
        let found = found.into_iter().find(|customer| customer.points_of(ContactKind::Phone).any(has_it));
        let found = found.ok_or_else(not_found)?;
        Ok(done(map::item(&layout(tx)?, &found)))
    })
    .await
}

fn phone(request: &Request) -> Result<String, Refused> {
    let query = reads::query(request)?;
    let phone = Reader::object(&query, "")?.trimmed("phone")?;
    phone.ok_or_else(|| Refused::coded("data_is_required", "Tham số phone là bắt buộc"))
}

/// `DELETE /api/contacts/delete/{id}`
pub async fn delete(
    State(shared): State<Shared>,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let id = sound_id(id);
    let work = |tx: &mut Tx<'_>, site: &Site, id: &String| {
        let found = by_id(tx, site, id)?.ok_or_else(not_found)?;
        customers::delete(tx, found.id)?;
        Ok(done(true))
    };
    calls::write(&shared, request, routes::V1_DELETE, Empty::False, move |_, _, _| Ok(id), work).await
}
