//! The one place where a line of history is written: what it says also goes to whoever subscribed to it.

use domain::change::{FieldChange, Subject, What};
use domain::{CatalogKind, Customer, Id, Lead, Result};
use store::{Tx, changes};

use crate::webhooks;

/// In whose history a line is read.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// In nobody's.
    Nobody,
    /// In that of a customer whose facts are not at hand.
    Customer(Id),
    /// In that of a customer as they are now.
    Known(&'a Customer),
}

impl Whose<'_> {
    /// The customer's id.
    pub fn id(self) -> Option<Id> {
        match self {
            Self::Nobody => None,
            Self::Customer(id) => Some(id),
            Self::Known(customer) => Some(customer.id),
        }
    }
}

impl From<Option<Id>> for Whose<'_> {
    fn from(customer: Option<Id>) -> Self {
        customer.map_or(Self::Nobody, Self::Customer)
    }
}

impl<'a> From<&'a Customer> for Whose<'a> {
    fn from(customer: &'a Customer) -> Self {
        Self::Known(customer)
    }
}

/// Writes a line, signed with the actor, and puts it on its way to the endpoints that want it.
pub fn record<'a>(
    tx: &mut Tx<'_>,
    whose: impl Into<Whose<'a>>,
    subject: Subject,
    what: What,
    fields: &[FieldChange],
    text: &str,
) -> Result<()> {
    let whose = whose.into();
    let source = match (whose, what) {
        (Whose::Known(new), What::Created) => new.label(CatalogKind::Source).map(|source| source.item),
        _ => None,
    };
    write(tx, whose, subject, what, fields, text, source)
}

/// Writes the line of a lead that was made, with where it came from.
pub fn record_lead(tx: &mut Tx<'_>, customer: Id, lead: &Lead, fields: &[FieldChange], text: &str) -> Result<()> {
    let source = lead.label(CatalogKind::Source).map(|source| source.item);
    write(tx, Whose::Customer(customer), Subject::Lead(lead.id), What::Created, fields, text, source)
}

fn write(
    tx: &mut Tx<'_>,
    whose: Whose<'_>,
    subject: Subject,
    what: What,
    fields: &[FieldChange],
    text: &str,
    source: Option<Id>,
) -> Result<()> {
    changes::record(tx, whose.id(), subject, what, fields, text, source)?;
    webhooks::tell_change(tx, whose, subject, what, fields)
}
