//! Companies: organizations with the people who belong to them, as far as somebody may see them.

use std::collections::HashMap;

use domain::customer::Kind;
use domain::{Customer, Deal, Error, Id, Result, Viewer};
use store::{Tx, companies, deals};

use crate::customers;

/// How many customers belong to each of some organizations.
pub fn sizes(tx: &mut Tx<'_>, found: &[Customer]) -> Result<HashMap<Id, i64>> {
    let ids: Vec<Id> = found.iter().map(|company| company.id).collect();
    Ok(companies::sizes(tx, &ids)?.into_iter().collect())
}

/// The organization with a number, if `viewer` may see it; of one that was merged, the one it went into.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, number: i64) -> Result<Customer> {
    let not_found = || Error::not_found("Không tìm thấy công ty");
    let id = customers::find_by_number(tx, number)?.ok_or_else(not_found)?;
    let found = customers::find_canonical(tx, viewer, id)?;
    found.filter(|customer| customer.kind == Kind::Organization).ok_or_else(not_found)
}

/// A page of the people of an organization.
#[derive(Debug, Clone)]
pub struct People {
    /// Those whom the viewer may see, newest first.
    pub customers: Vec<Customer>,
    /// The one after whom the next page begins, if there are more.
    pub next: Option<Id>,
}

/// The next `size` people of an organization.
pub fn people(tx: &mut Tx<'_>, viewer: &Viewer, company: Id, before: Option<Id>, size: i64) -> Result<People> {
    // One more than is shown tells whether there are more.
    let mut ids = companies::people(tx, company, before, size + 1)?;
    let is_end = ids.len() as i64 <= size;
    ids.truncate(usize::try_from(size).unwrap_or(0));
    let next = ids.last().copied().filter(|_| !is_end);
    let mut found = store::customers::list(tx, &ids)?;
    found.retain(|customer| customer.permit.allows(viewer));
    Ok(People { customers: found, next })
}

/// Deals of an organization that `viewer` may see, newest first.
pub fn deals(tx: &mut Tx<'_>, viewer: &Viewer, company: Id) -> Result<Vec<Deal>> {
    Ok(deals::of_customer(tx, company)?.into_iter().filter(|deal| deal.permit.allows(viewer)).collect())
}
