//! `add-note`: on a contact or lead, or on a deal.

use domain::catalog::CatalogKind;
use domain::{Deal, Error, Id, Note, Result, Viewer};
use hub::{Tx, catalog, customers, intake, leads, notes, users};

use crate::contacts::names_a_record;
use crate::deals;
use crate::error::{Done, Status};
use crate::listener::Delivery;
use crate::map;
use crate::wire::{self, ContactType};

/// Writes the note down.
pub fn add(tx: &mut Tx<'_>, delivery: &Delivery, note: &wire::Note, index: usize) -> Result<Done> {
    let mut new = Note { body: note.body.clone(), ..Note::default() };
    if note.is_for_deal {
        let deal = deal(tx, note, index)?;
        (new.deal, new.customer) = (Some(deal.id), deal.customer.map(|customer| customer.id));
    } else {
        let customer = customer(tx, delivery, note, index)?;
        new.customer = Some(customer);
        if note.contact.contact_type == Some(ContactType::Lead) {
            let open = leads::of_customer(tx, customer)?.into_iter().find(domain::Lead::is_open);
            new.lead = open.map(|lead| lead.id);
        }
    }
    for tag in &note.tags {
        new.labels.push(catalog::find_or_create(tx, CatalogKind::Tag, tag)?);
    }
    if let Some(channel) = &note.channel {
        new.labels.push(catalog::find_or_create(tx, CatalogKind::TicketChannel, channel)?);
    }
    if let Some((mode, team, emails)) = note.permit.as_ref().map(map::permit) {
        new.permit = users::permit(tx, mode, team.as_deref(), &emails)?;
    }
    let made = notes::create(tx, new)?;
    Ok(Done::new(Status::Created, format!("NOTE-{}", made.number)))
}

fn deal(tx: &mut Tx<'_>, note: &wire::Note, index: usize) -> Result<Deal> {
    if note.deal_id.is_none() && note.contact.name.is_none() {
        let path = format!("data[{index}].data");
        return Err(Error::invalid(&path, format!("Trường {path} phải có dealId hoặc name của cơ hội")));
    }
    let found = deals::find(tx, note.deal_id.as_deref(), note.contact.name.as_deref())?;
    let id = found.ok_or_else(|| Error::not_found("Không tìm thấy cơ hội khớp với dealId hoặc name"))?;
    hub::deals::find(tx, id)
}

fn customer(tx: &mut Tx<'_>, delivery: &Delivery, note: &wire::Note, index: usize) -> Result<Id> {
    let arrival = map::arrival(&note.contact, delivery.country);
    if !names_a_record(&arrival) {
        let path = format!("data[{index}].data");
        let message = format!("Trường {path} phải có ít nhất một trong: customerId, contactId, passport, email, phone");
        return Err(Error::invalid(path, message));
    }
    let id = intake::find_known(tx, &arrival)?;
    let found = match id {
        Some(id) => customers::find(tx, &Viewer::Org, id)?,
        None => None,
    };
    found.map(|customer| customer.id).ok_or_else(|| Error::not_found("Không tìm thấy khách hàng khớp với dữ liệu gửi lên"))
}
