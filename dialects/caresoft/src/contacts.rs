//! Contacts: the customers behind leads, as the vendor's clients look them up and keep them.

use axum::extract::{Request, State};
use axum::response::Response;
use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::{CustomerRef, Kind};
use domain::field::FieldEntity;
use domain::{Customer, Error, Result};
use hub::access::Caller;
use hub::contacts::{self, Kept};
use hub::{Answer, Filter, Tx, customers, enquiries, fields};

use crate::call::{self, Here, Reach};
use crate::{error, map, wire};

/// `POST /{domain}/api/v1/contacts`
pub async fn create(State(here): State<Here>, request: Request) -> Response {
    call::write(
        here,
        request,
        "POST /{domain}/api/v1/contacts",
        |body, _, _| wire::Contact::read(body)?.must_be_somebody(),
        |tx, caller, sent| {
            let organization = organization(tx, caller, sent)?;
            let mut new = Customer::default();
            map::apply(sent, organization.as_ref(), caller.org.settings.country(), &mut new);
            new.values = enquiries::values(tx, FieldEntity::Customer, &map::values(sent.custom_fields.clone()))?;
            let kept = contacts::create(tx, &new)?;
            told(tx, caller, kept)
        },
        error::contact,
    )
    .await
}

/// `PUT /{domain}/api/v1/contacts/{contactId}`
pub async fn update(State(here): State<Here>, request: Request) -> Response {
    call::write(
        here,
        request,
        "PUT /{domain}/api/v1/contacts/{contactId}",
        |body, uri, _| Ok((call::id(uri)?, wire::Contact::read(body)?)),
        |tx, caller, (number, sent)| {
            let organization = organization(tx, caller, sent)?;
            let country = caller.org.settings.country();
            let values = enquiries::values(tx, FieldEntity::Customer, &map::values(sent.custom_fields.clone()))?;
            let apply = |customer: &mut Customer| map::apply(sent, organization.as_ref(), country, customer);
            let kept = contacts::change(tx, &caller.viewer, *number, values, apply)?;
            told(tx, caller, kept)
        },
        error::contact,
    )
    .await
}

/// The organization that is named by its number.
fn organization(tx: &mut Tx<'_>, caller: &Caller, sent: &wire::Contact) -> Result<Option<CustomerRef>> {
    let Some(number) = sent.organization_id else { return Ok(None) };
    match contacts::find(tx, &caller.viewer, number) {
        Ok(Customer { kind: Kind::Organization, id, number, name, .. }) => Ok(Some(CustomerRef { id, number, name })),
        Ok(_) | Err(Error::NotFound { .. }) => {
            Err(Error::invalid("organization_id", format!("Trường organization_id không có trong hệ thống: {number}")))
        }
        Err(other) => Err(other),
    }
}

fn told(tx: &mut Tx<'_>, caller: &Caller, kept: Kept) -> Result<Answer> {
    match kept {
        Kept::Done(customer) => shown(tx, caller, &customer),
        Kept::Taken { kind: ContactKind::Email, number } => Ok(error::duplicate("email", number)),
        Kept::Taken { number, .. } => Ok(error::duplicate("phone_no", number)),
    }
}

fn shown(tx: &mut Tx<'_>, caller: &Caller, customer: &Customer) -> Result<Answer> {
    let fields = fields::list(tx, FieldEntity::Customer)?;
    let contact = map::contact(customer, &fields, &caller.org.settings.time_zone());
    call::done(&wire::Ok::new(wire::OfContact { contact }))
}

/// `GET /{domain}/api/v1/contacts/{contactId}`
pub async fn detail(State(here): State<Here>, request: Request) -> Response {
    call::look(
        here,
        request,
        Reach::One,
        |_, uri, _| call::id(uri),
        |tx, caller, number| {
            let known = contacts::find(tx, &caller.viewer, *number)?;
            shown(tx, caller, &known)
        },
        error::contact,
    )
    .await
}

/// `GET /{domain}/api/v1/contactsByPhone?phoneNo=`
pub async fn by_phone(State(here): State<Here>, request: Request) -> Response {
    call::look(
        here,
        request,
        Reach::One,
        |query, _, caller| {
            let raw = wire::parameter(query, "phoneNo")?;
            let point = ContactPoint::new(ContactKind::Phone, &raw, "", caller.org.settings.country());
            point.ok_or_else(|| Error::not_found("Không tìm thấy khách hàng"))
        },
        |tx, caller, point| {
            let known = contacts::find_by_point(tx, &caller.viewer, point)?;
            shown(tx, caller, &known)
        },
        error::contact,
    )
    .await
}

/// `GET /{domain}/api/v1/contacts`
pub async fn list(State(here): State<Here>, request: Request) -> Response {
    call::look(
        here,
        request,
        Reach::Many,
        |query, _, _| Ok((wire::parameter_of(query, &["phone_no", "phoneNo", "email"])?, wire::Page::read(query)?)),
        |tx, caller, (keyword, page)| {
            let country = caller.org.settings.country();
            let filter = Filter { keyword: keyword.clone(), country, ..Filter::everything(caller.viewer.clone()) };
            let (found, num_found) = customers::search(tx, &filter, page.offset, page.count)?;
            let fields = fields::list(tx, FieldEntity::Customer)?;
            let zone = caller.org.settings.time_zone();
            let contacts = found.iter().map(|customer| map::contact(customer, &fields, &zone)).collect();
            call::done(&wire::Ok::new(wire::Contacts { num_found, contacts }))
        },
        error::contact,
    )
    .await
}
