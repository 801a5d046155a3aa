//! A customer as CareSoft shows a contact.

use domain::field::FieldEntity;
use domain::{Customer, Result};
use hub::{Tx, fields, orgs};
use kit::lens::{self, Seen};

use crate::{call, map, wire};

/// CareSoft's view.
pub struct Lens;

impl lens::Lens for Lens {
    fn name(&self) -> &'static str {
        "caresoft"
    }

    fn title(&self) -> &'static str {
        "CareSoft"
    }

    fn shown(&self, tx: &mut Tx<'_>, customer: &Customer) -> Result<Seen> {
        let zone = orgs::current(tx)?.settings.time_zone();
        let fields = fields::list(tx, FieldEntity::Customer)?;
        let show = |customer: &Customer| {
            let contact = map::contact(customer, &fields, &zone);
            call::done(&wire::Ok::new(wire::OfContact { contact })).map(|answer| answer.body).unwrap_or_default()
        };
        Ok(lens::seen(customer, "GET /{domain}/api/v1/contacts/{contactId}", show))
    }
}
