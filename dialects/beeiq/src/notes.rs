//! `add-note`: on a contact or lead, or on a deal.

use domain::catalog::CatalogKind;
use domain::customer::Stage;
use domain::{Customer, Deal, Error, Note, Result, Viewer};
use hub::{Tx, catalog, customers, deals, intake, leads, notes, users};

use crate::deals::find_by_id;
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
        new.customer = Some(customer.id);
        if customer.stage == Stage::Lead || note.contact.contact_type == Some(ContactType::Lead) {
            let open = leads::of_customer(tx, customer.id)?.into_iter().find(domain::Lead::is_open);
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

/// By `dealId`, then by `name`; unlike `add-deal`, a code that is not known is no new deal here.
fn deal(tx: &mut Tx<'_>, note: &wire::Note, index: usize) -> Result<Deal> {
    if note.deal_id.is_none() && note.contact.name.is_none() {
        let path = format!("data[{index}].data");
        return Err(Error::invalid(&path, format!("Trường {path} phải có dealId hoặc name của cơ hội")));
    }
    let by_id = match &note.deal_id {
        Some(code) => find_by_id(tx, code)?,
        None => None,
    };
    let found = match (by_id, &note.contact.name) {
        (None, Some(name)) => deals::find_by_name(tx, name)?,
        (found, _) => found,
    };
    deals::find(tx, found.ok_or_else(|| Error::not_found("Không tìm thấy cơ hội khớp với dealId hoặc name"))?)
}

fn customer(tx: &mut Tx<'_>, delivery: &Delivery, note: &wire::Note, index: usize) -> Result<Customer> {
    let arrival = map::arrival(&note.contact, delivery.country);
    if !map::names_a_record(&arrival) {
        let path = format!("data[{index}].data");
        let message = format!("Trường {path} phải có ít nhất một trong: customerId, contactId, passport, email, phone");
        return Err(Error::invalid(path, message));
    }
    let id = intake::find_known(tx, &arrival)?;
    let found = match id {
        Some(id) => customers::find(tx, &Viewer::Org, id)?,
        None => None,
    };
    found.ok_or_else(|| Error::not_found("Không tìm thấy khách hàng khớp với dữ liệu gửi lên"))
}
