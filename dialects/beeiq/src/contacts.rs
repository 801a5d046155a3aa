//! `add-contact`, `add-lead`, `update-contact` and `update-lead`.

use domain::{Error, Result};
use hub::intake::{self, Admission};
use hub::{Tx, customers};

use crate::error::{Done, Status};
use crate::listener::Delivery;
use crate::map;
use crate::wire::Contact;

/// `add-contact`: a contact, or an account when `type` is 1.
pub fn add_contact(tx: &mut Tx<'_>, delivery: &Delivery, contact: &Contact) -> Result<Done> {
    let arrival = map::arrival(contact, delivery.country);
    Ok(told(&intake::add_contact(tx, &delivery.listener, &arrival)?))
}

/// `add-lead`.
pub fn add_lead(tx: &mut Tx<'_>, delivery: &Delivery, contact: &Contact) -> Result<Done> {
    let arrival = map::arrival(contact, delivery.country);
    Ok(told(&intake::add_lead(tx, &delivery.listener, &arrival)?))
}

fn told(admission: &Admission) -> Done {
    match admission {
        Admission::Created(customer) => Done::new(Status::Created, customers::reading_code(customer)),
        Admission::Promoted(customer) => Done::new(Status::Updated, customers::reading_code(customer)),
        Admission::Known(customer) => Done::new(Status::Duplicated, customers::reading_code(customer)),
    }
}

/// `update-contact` and `update-lead`: the stage of the record does not matter and is not changed.
pub fn update(tx: &mut Tx<'_>, delivery: &Delivery, contact: &Contact, index: usize) -> Result<Done> {
    let arrival = map::arrival(contact, delivery.country);
    if !map::names_a_record(&arrival) {
        let path = format!("data[{index}].data");
        let message =
            format!("Trường {path} phải có ít nhất một trong: customerId, contactId, passport, emails, phones");
        return Err(Error::invalid(path, message));
    }
    let apply = |customer: &mut domain::Customer| map::apply(contact, delivery.country, customer);
    let updated = intake::amend(tx, &delivery.listener, &arrival, apply)?;
    Ok(Done::new(Status::Updated, customers::reading_code(&updated)))
}
