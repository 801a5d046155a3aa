//! Companies: organizations with the people who belong to them, as far as somebody may see them.

use std::collections::HashMap;

use domain::customer::Kind;
use domain::identity::Country;
use domain::{Customer, Deal, Error, Id, Result, Viewer};
use store::{Tx, companies, deals};

use crate::{Filter, customers};

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

/// Organizations that are named where several fit.
const OFFERED: i64 = 5;

/// The organization that a text means, among those `viewer` may see: by number, by its whole name, or by words, the end of a
/// phone or whatever else only one of them has.
pub fn meant(tx: &mut Tx<'_>, viewer: &Viewer, country: Country, text: &str) -> Result<Customer> {
    let unknown = || Error::invalid("company", "Không tìm thấy công ty này; nhập số hoặc tên của công ty");
    if let Some(number) = crate::customer_number(text) {
        let found = match customers::find_by_number(tx, number)? {
            Some(id) => customers::find_canonical(tx, viewer, id)?,
            None => None,
        };
        return found.ok_or_else(unknown);
    }
    for id in customers::find_organizations(tx, text)? {
        if let Some(found) = customers::find_canonical(tx, viewer, id)? {
            return Ok(found);
        }
    }
    let mut filter = Filter::everything(viewer.clone());
    (filter.keyword, filter.kind, filter.country) = (Some(text.to_owned()), Some(Kind::Organization), country);
    let (mut found, _) = customers::search(tx, &filter, 0, OFFERED)?;
    if found.len() > 1 {
        let names = found.iter().map(|one| format!("{} (số {})", one.name, one.number)).collect::<Vec<_>>().join(", ");
        return Err(Error::invalid(
            "company",
            format!("Có nhiều công ty như vậy: {names}. Hãy nhập số của một công ty"),
        ));
    }
    found.pop().ok_or_else(unknown)
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
