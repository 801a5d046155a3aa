//! Leads: enquiries of customers, made and changed.

pub mod lanes;
pub mod steps;

use domain::catalog::{CatalogKind, LeadStatusType};
use domain::change::{self, Subject, What};
use domain::lead::Conversion;
use domain::{CatalogItem, Customer, Error, Id, Lead, Result, Viewer};
use store::leads::{Filter, Found};
use store::{Tx, catalog, customers, leads, users};

use crate::history;

pub use store::leads::Range;

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
    crate::customers::must_not_be_merged(tx, Some(customer))?;
    let fields = change::of_lead(&Lead::default(), &new);
    history::record_lead(tx, customer, &new, &fields, "Tạo mới đầu mối")?;
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
    history::record(tx, customer, Subject::Lead(id), What::Updated, &fields, "Cập nhật đầu mối")?;
    Ok(after)
}

/// Notes that something happened to a lead that changed none of its fields.
pub fn touch(tx: &mut Tx<'_>, id: Id) -> Result<Lead> {
    let before = find(tx, id)?;
    let after = Lead { version: before.version + 1, updated_at: tx.now(), ..before.clone() };
    match leads::update(tx, &before, &after)? {
        true => Ok(after),
        false => Err(Error::busy("the lead was changed by somebody else meanwhile")),
    }
}

/// What a list of leads is asked for, by the numbers that clients know. Everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Number of the customer.
    pub customer: Option<i64>,
    /// Number of the user who takes care.
    pub assignee: Option<i64>,
    /// Number of the service.
    pub service: Option<i64>,
    /// Numbers of statuses, any of them.
    pub statuses: Option<Vec<i64>>,
    /// How they ended.
    pub how: Option<Conversion>,
    /// When they were made.
    pub created: Range,
    /// When they were last changed.
    pub updated: Range,
    /// When they ended.
    pub closed: Range,
}

/// A page of the leads that match and that `viewer` may see, newest first, and the exact number of all. A number that is
/// nobody's finds nothing.
pub fn page(tx: &mut Tx<'_>, viewer: &Viewer, query: &Query, offset: i64, size: i64) -> Result<(Vec<Lead>, i64)> {
    let Some(filter) = filter(tx, query)? else { return Ok((Vec::new(), 0)) };
    let Found { ids, total } = leads::page(tx, viewer, &filter, offset, size)?;
    Ok((leads::list(tx, &ids)?, total))
}

fn filter(tx: &mut Tx<'_>, query: &Query) -> Result<Option<Filter>> {
    let Query { customer, assignee, service, statuses, how, created, updated, closed } = query;
    let mut filter = Filter { how: *how, created: *created, updated: *updated, closed: *closed, ..Filter::default() };
    if let Some(number) = customer {
        filter.customer = customers::find_by_number(tx, *number)?;
    }
    if let Some(number) = assignee {
        filter.assignee = users::find_by_number(tx, *number)?.map(|user| user.id);
    }
    if let Some(number) = service {
        filter.service = catalog::find_by_number(tx, CatalogKind::Service, *number)?.map(|item| item.id);
    }
    if let Some(numbers) = statuses {
        let known = catalog::list(tx, CatalogKind::LeadStatus)?;
        let asked = known.iter().filter(|item| numbers.contains(&item.number));
        filter.statuses = Some(asked.map(|item| item.id).collect());
    }
    let asked = [customer.is_some(), assignee.is_some(), service.is_some()];
    if asked != [filter.customer.is_some(), filter.assignee.is_some(), filter.service.is_some()] {
        return Ok(None);
    }
    Ok(Some(filter))
}

/// The lead with a number and its customer, if `viewer` may see them.
pub fn find_for(tx: &mut Tx<'_>, viewer: &Viewer, number: i64) -> Result<(Lead, Customer)> {
    let not_found = || Error::not_found("Không tìm thấy đầu mối");
    let id = leads::find_by_number(tx, number)?.ok_or_else(not_found)?;
    let lead = find(tx, id)?;
    let customer = match &lead.customer {
        Some(customer) => crate::customers::find(tx, viewer, customer.id)?,
        None => None,
    };
    Ok((lead, customer.ok_or_else(not_found)?))
}

/// A lead, whole.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Lead> {
    leads::find(tx, id)?.ok_or_else(|| Error::not_found("Không tìm thấy đầu mối"))
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
