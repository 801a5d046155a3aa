//! Contacts of version 2: added, changed, searched and shown.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use domain::dialect::System;
use domain::{Customer, Error, Result};
use hub::{Call, Tx, arrivals, customers};
use kit::http::{self, Shared};

use crate::calls::{self, Site};
use crate::error::{Empty, Refused, done};
use crate::lookup::{by_id, by_ref_id, layout, look_up};
use crate::wire::{self, Contact};
use crate::{many, map, reads, routes};

/// `POST /api/v2/contact/add`
pub async fn add(State(shared): State<Shared>, request: Request) -> Response {
    let work = |tx: &mut Tx<'_>, site: &Site, contact: &Contact| admit(tx, site, contact).map(|_| done(true));
    calls::write(&shared, request, routes::ADD, Empty::False, read_new, work).await
}

/// `POST /api/v2/contact/addMany`
pub async fn add_many(State(shared): State<Shared>, request: Request) -> Response {
    many::add(&shared, request, routes::ADD_MANY, many::Told::Each).await
}

/// `POST /api/v2/contact/update`
pub async fn update(State(shared): State<Shared>, request: Request) -> Response {
    let work = |tx: &mut Tx<'_>, site: &Site, contact: &Contact| amend(tx, site, contact).map(|_| done(true));
    calls::write(&shared, request, routes::UPDATE, Empty::False, read_known, work).await
}

/// `POST /api/v2/contact/search`, and `POST /api/contacts/list` of version 1.
pub async fn search(State(shared): State<Shared>, request: Request) -> Response {
    reads::search(&shared, request).await
}

/// `GET /api/v2/contact/get/{id}`, and `GET /api/contacts/details/{id}` of version 1.
pub async fn find(
    State(shared): State<Shared>,
    id: std::result::Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let caller = match calls::let_in(&shared, &request).await {
        Ok(caller) => caller,
        Err(refused) => return http::response(refused.answer(Empty::Null)),
    };
    let id = sound_id(id);
    calls::read(&shared, &caller, move |tx, site| {
        let found = match by_id(tx, site, &id)? {
            Some(found) => found,
            None => by_ref_id(tx, site, &id)?.ok_or_else(not_found)?,
        };
        Ok(done(map::item(&layout(tx)?, &found)))
    })
    .await
}

/// The id in a path; what is no UTF-8, or what no engine can look for, is nobody's.
pub fn sound_id(id: std::result::Result<Path<String>, PathRejection>) -> String {
    id.map(|Path(id)| id).ok().filter(|id| !id.contains('\0')).unwrap_or_default()
}

/// Takes a contact in: attached to the record that is certainly the same, otherwise made. A known `refId` is a conflict.
pub fn admit(tx: &mut Tx<'_>, site: &Site, contact: &Contact) -> Result<Customer> {
    let known = look_up(tx, site, contact)?;
    let mut new = Customer::default();
    map::apply(contact, known, site.country, &mut new);
    arrivals::admit(tx, new, System::OmicrmRefId).map(arrivals::Arrived::into_customer)
}

/// Changes the contact that `_id` names, otherwise the one that `refId` names. Beside `_id`, `refId` is a new one.
pub fn amend(tx: &mut Tx<'_>, site: &Site, contact: &Contact) -> Result<Customer> {
    let named = match (&contact.id, &contact.ref_id) {
        (Some(id), _) => by_id(tx, site, id)?,
        (None, Some(code)) => by_ref_id(tx, site, code)?,
        (None, None) => None,
    };
    let id = named.ok_or_else(not_found)?.id;
    let known = look_up(tx, site, contact)?;
    let changed = customers::change(tx, id, |customer| {
        let own = customer.codes.get(&System::OmicrmRefId).cloned();
        map::apply(contact, known, site.country, customer);
        if contact.id.is_none() {
            // The `refId` that led here may be that of a record merged into this one, which keeps its own.
            customer.codes.extend(own.map(|own| (System::OmicrmRefId, own)));
        }
        Ok(())
    })?;
    Ok(changed.after)
}

/// Nobody, or nobody whom the caller may see.
pub fn not_found() -> Error {
    Error::not_found("Không tìm thấy khách hàng")
}

/// Reads a contact that is to be added, which says who it is about.
pub fn read_new(body: &[u8], call: &mut Call, site: &Site) -> std::result::Result<Contact, Refused> {
    let node = calls::document(body, call)?;
    check_new(wire::contact(&calls::top(&node)?, &site.zone)?)
}

/// Reads a contact that is to be changed, which says which one it is.
pub fn read_known(body: &[u8], call: &mut Call, site: &Site) -> std::result::Result<Contact, Refused> {
    let node = calls::document(body, call)?;
    let contact = wire::contact(&calls::top(&node)?, &site.zone)?;
    if contact.id.is_some() || contact.ref_id.is_some() {
        return Ok(contact);
    }
    Err(Refused::coded("data_is_required", "Cần refId hoặc _id của khách hàng cần cập nhật"))
}

/// A new contact of which nothing else is known than, say, a tag, would never be found again.
pub fn check_new(contact: Contact) -> std::result::Result<Contact, Refused> {
    if map::names_somebody(&contact) {
        return Ok(contact);
    }
    let detail = "Khách hàng mới phải có ít nhất một trong: fullName, phones, emails, passport, refId, refCode";
    Err(Refused::coded("data_is_required", detail))
}
