//! Companies: organizations with the people who belong to them, as far as somebody may see them.

use std::collections::HashMap;

use domain::customer::{CustomerRef, Kind};
use domain::identity::Country;
use domain::text::label_key;
use domain::{Customer, Deal, Error, Id, Result, Viewer};
use store::{Tx, companies, deals};

use crate::{Filter, customers, sight};

/// How many customers belong to each of some organizations.
pub fn sizes(tx: &mut Tx<'_>, found: &[Customer]) -> Result<HashMap<Id, i64>> {
    let ids: Vec<Id> = found.iter().map(|company| company.id).collect();
    Ok(companies::sizes(tx, &ids)?.into_iter().collect())
}

/// The organization with a number, if `viewer` may see it; of one that was merged, the one it went into.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, number: i64) -> Result<Customer> {
    numbered(tx, viewer, number)?.ok_or_else(|| Error::not_found("Không tìm thấy công ty"))
}

fn numbered(tx: &mut Tx<'_>, viewer: &Viewer, number: i64) -> Result<Option<Customer>> {
    let Some(id) = customers::find_by_number(tx, number)? else { return Ok(None) };
    let found = customers::find_canonical(tx, viewer, id)?;
    Ok(found.filter(|customer| customer.kind == Kind::Organization))
}

/// Organizations that are named where several fit.
const OFFERED: usize = 5;

/// The organization that a text means as the company of `of`, among those `viewer` may see: by number, by its whole name, or by
/// words, the end of a phone or whatever else only one of them has.
pub fn meant(tx: &mut Tx<'_>, viewer: &Viewer, country: Country, of: &Customer, text: &str) -> Result<CustomerRef> {
    let refused = |text: String| Err(Error::invalid("company", text));
    let fitting = fitting(tx, viewer, country, text)?;
    let others: Vec<&Customer> = fitting.iter().filter(|one| one.id != of.id).collect();
    match &others[..] {
        [one] => Ok(CustomerRef { id: one.id, number: one.number, name: one.name.clone() }),
        [] if fitting.is_empty() => refused("Không tìm thấy công ty này; nhập số hoặc tên của công ty".to_owned()),
        [] => refused("Một công ty không thể là công ty của chính mình".to_owned()),
        several => {
            let names = several.iter().take(OFFERED).map(|one| format!("{} (số {})", one.name, one.number));
            let names = names.collect::<Vec<_>>().join(", ");
            refused(format!("Có nhiều công ty như vậy: {names}. Hãy nhập số của một công ty"))
        }
    }
}

/// Organizations that a text fits, by the surest way in which it fits any.
fn fitting(tx: &mut Tx<'_>, viewer: &Viewer, country: Country, text: &str) -> Result<Vec<Customer>> {
    if let Some(number) = crate::customer_number(text)
        && let Some(found) = numbered(tx, viewer, number)?
    {
        return Ok(vec![found]);
    }
    let ids = customers::find_organizations(tx, text)?;
    let mut named = store::customers::list(tx, &ids)?;
    named.retain(|one| one.permit.allows(viewer));
    let is_spelled_so = |one: &Customer| label_key(&one.name) == label_key(text);
    if named.iter().any(is_spelled_so) {
        named.retain(is_spelled_so);
    }
    if !named.is_empty() {
        return Ok(named);
    }
    let mut filter = Filter::everything(viewer.clone());
    (filter.keyword, filter.kind, filter.country) = (Some(text.to_owned()), Some(Kind::Organization), country);
    // One more than is told, in case one of them is the record itself.
    let (found, _) = customers::search(tx, &filter, 0, OFFERED as i64 + 1)?;
    Ok(found)
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

/// Deals of an organization that `viewer` may see, newest first; without the people whom they may not see.
pub fn deals(tx: &mut Tx<'_>, viewer: &Viewer, company: Id) -> Result<Vec<Deal>> {
    let mut found = deals::of_customer(tx, company)?;
    found.retain(|deal| deal.permit.allows(viewer));
    sight::trim_deals(tx, viewer, &mut found)?;
    Ok(found)
}
