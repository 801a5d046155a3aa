//! `add-ticket`.

use domain::catalog::CatalogKind;
use domain::customer::CustomerRef;
use domain::field::FieldEntity;
use domain::{Error, Result, Ticket};
use hub::{Tx, catalog, intake, tickets, users};

use crate::deals::find_by_id;
use crate::error::{Done, Status};
use crate::listener::Delivery;
use crate::map;
use crate::wire;

/// Takes the ticket in. Someone who is not known becomes a customer, or a lead where `contactType` says so.
pub fn add(tx: &mut Tx<'_>, delivery: &Delivery, ticket: &wire::Ticket, index: usize) -> Result<Done> {
    let customer = requester(tx, delivery, ticket, index)?;
    let mut new = Ticket {
        customer: Some(customer),
        title: ticket.title.clone(),
        body: ticket.body.clone(),
        ..Ticket::default()
    };
    if let Some(code) = &ticket.deal_id {
        new.deal = find_by_id(tx, code)?;
        if new.deal.is_none() {
            tx.decide(format!("Không tìm thấy cơ hội {code} cho phiếu hỗ trợ"));
        }
    }
    for tag in &ticket.tags {
        new.labels.push(catalog::find_or_create(tx, CatalogKind::Tag, tag)?);
    }
    if let Some(sla) = &ticket.sla_name {
        new.labels.push(catalog::find_or_create(tx, CatalogKind::Sla, sla)?);
    }
    if let Some(channel) = &ticket.channel {
        new.labels.push(catalog::find_or_create(tx, CatalogKind::TicketChannel, channel_name(channel))?);
    }
    if let Some(name) = &ticket.group_name {
        new.team = Some(users::team(tx, name)?);
    }
    new.values = intake::values(tx, FieldEntity::Ticket, &map::values(&ticket.cus_fields))?;
    let made = tickets::create(tx, new)?;
    Ok(Done::new(Status::Created, format!("TICKET-{}", made.number)))
}

/// The sample sends `Contact Form`; the list of channels has `Web Contact Form`.
fn channel_name(channel: &str) -> &str {
    if channel.eq_ignore_ascii_case("Contact Form") { "Web Contact Form" } else { channel }
}

fn requester(tx: &mut Tx<'_>, delivery: &Delivery, ticket: &wire::Ticket, index: usize) -> Result<CustomerRef> {
    let mut arrival = map::arrival(&ticket.contact, delivery.country);
    if !map::names_a_record(&arrival) && arrival.customer.name.is_empty() {
        let path = format!("data[{index}].data");
        let message =
            format!("Trường {path} phải có ít nhất một trong: customerId, contactId, passport, email, phone, name");
        return Err(Error::invalid(path, message));
    }
    // A form may send no name: the person is then called by what they can be reached under.
    if let (true, Some(point)) = (arrival.customer.name.is_empty(), arrival.customer.points.first()) {
        arrival.customer.name = point.raw.clone();
    }
    let customer = intake::find_or_admit(tx, &delivery.listener, &arrival, map::stage(&ticket.contact))?;
    Ok(CustomerRef { id: customer.id, number: customer.number, name: customer.name })
}
