//! Leads: enquiries of customers, made and changed.

use domain::catalog::{CatalogKind, LeadStatusType};
use domain::change::{self, Subject, What};
use domain::{CatalogItem, Error, Id, Lead, Result};
use store::{Tx, catalog, changes, customers, leads};

/// Makes a lead of a customer. Without a status it gets the first one.
pub fn create(tx: &mut Tx<'_>, mut new: Lead, customer: Id) -> Result<Lead> {
    new.customer = customers::find_ref(tx, customer)?;
    if new.customer.is_none() {
        return Err(Error::not_found("Không tìm thấy khách hàng"));
    }
    if new.label(CatalogKind::LeadStatus).is_none()
        && let Some(first) = first_status(tx)?
    {
        new.set_label(first.label());
    }
    new.id = tx.new_id();
    new.number = leads::next_number(tx)?;
    new.version = 1;
    (new.created_at, new.updated_at) = (tx.now(), tx.now());
    leads::insert(tx, &new, customer)?;
    let fields = change::of_lead(&Lead::default(), &new);
    changes::record(tx, Some(customer), Subject::Lead(new.id), What::Created, &fields, "Tạo mới lead")?;
    Ok(new)
}

/// Changes a lead. What differs is written with its history.
pub fn change(tx: &mut Tx<'_>, id: Id, edit: impl FnOnce(&mut Lead) -> Result<()>) -> Result<Lead> {
    let before = find(tx, id)?;
    let mut after = before.clone();
    edit(&mut after)?;
    if before == after {
        return Ok(after);
    }
    (after.version, after.updated_at) = (before.version + 1, tx.now());
    if !leads::update(tx, &before, &after)? {
        return Err(Error::busy("the lead was changed by somebody else meanwhile"));
    }
    let fields = change::of_lead(&before, &after);
    let customer = after.customer.as_ref().map(|customer| customer.id);
    changes::record(tx, customer, Subject::Lead(id), What::Updated, &fields, "Cập nhật lead")?;
    Ok(after)
}

/// A lead, whole.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Lead> {
    leads::find(tx, id)?.ok_or_else(|| Error::not_found("Không tìm thấy lead"))
}

/// The id behind a lead's number.
pub fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Id>> {
    leads::find_by_number(tx, number)
}

/// Leads of a customer, newest first.
pub fn of_customer(tx: &mut Tx<'_>, customer: Id) -> Result<Vec<Lead>> {
    leads::of_customer(tx, customer)
}

/// What a lead status means.
pub fn status_type(status: &CatalogItem) -> LeadStatusType {
    LeadStatusType::of(status.extra.as_deref().and_then(|number| number.parse().ok()).unwrap_or(0))
}

/// The status that new leads have.
fn first_status(tx: &mut Tx<'_>) -> Result<Option<CatalogItem>> {
    let statuses = catalog::list(tx, CatalogKind::LeadStatus)?;
    let first = statuses.iter().find(|status| status_type(status) == LeadStatusType::First).or(statuses.first());
    Ok(first.cloned())
}
