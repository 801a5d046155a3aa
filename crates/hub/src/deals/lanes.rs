//! The board of deals and their table: a page at a time, as far as somebody may see them, and what each stage comes to.

use domain::{Deal, Id, Result, Viewer};
use store::search::{self, Filter};
use store::{Tx, deals};

use crate::sight;

pub use store::deals::{Lane, Sum, sums};

/// Customers whose deals a search looks through.
const FOUND: i64 = 200;

/// A page of deals.
#[derive(Debug, Clone)]
pub struct Page {
    /// The deals of this page, newest first.
    pub deals: Vec<Deal>,
    /// The deal after which the next page begins, if there is more.
    pub next: Option<Id>,
}

/// The next `size` deals of a lane that `viewer` may see.
pub fn page(tx: &mut Tx<'_>, viewer: &Viewer, lane: Lane, before: Option<Id>, size: i64) -> Result<Page> {
    let ids = deals::lane(tx, lane, viewer, before, size + 1)?;
    list(tx, viewer, ids, size)
}

/// The same of an owner, who is a user or a team.
pub fn of_owner(tx: &mut Tx<'_>, viewer: &Viewer, owner: Id, before: Option<Id>, size: i64) -> Result<Page> {
    let ids = deals::table(tx, owner, viewer, before, size + 1)?;
    list(tx, viewer, ids, size)
}

fn list(tx: &mut Tx<'_>, viewer: &Viewer, mut ids: Vec<Id>, size: i64) -> Result<Page> {
    // One more than is shown tells whether there is more.
    let is_end = ids.len() as i64 <= size;
    ids.truncate(usize::try_from(size).unwrap_or(0));
    let next = ids.last().copied().filter(|_| !is_end);
    let mut deals = deals::list(tx, &ids)?;
    sight::trim_deals(tx, viewer, &mut deals)?;
    Ok(Page { deals, next })
}

/// Deals that are called for by number, code or the beginning of their name, or by whatever finds their customer.
pub fn find(tx: &mut Tx<'_>, filter: &Filter, limit: i64) -> Result<Vec<Deal>> {
    let keyword = filter.keyword.as_deref().map(str::trim).unwrap_or_default();
    let mut ids = Vec::new();
    if let Ok(number) = keyword.trim_start_matches('#').parse() {
        ids.extend(deals::find_by_number(tx, number)?);
    }
    ids.extend(deals::find_by_code(tx, keyword)?);
    if !keyword.is_empty() {
        ids.extend(deals::of_name(tx, keyword, limit)?);
    }
    let customers = search::find(tx, filter, 0, FOUND)?.ids;
    ids.extend(deals::of_customers(tx, &customers, limit)?);
    let mut known = std::collections::HashSet::new();
    ids.retain(|id| known.insert(*id));
    ids.truncate(usize::try_from(limit).unwrap_or(0));
    let mut found = deals::list(tx, &ids)?;
    found.retain(|deal| deal.permit.allows(&filter.viewer));
    sight::retain_seen(tx, &filter.viewer, &mut found, |deal| deal.customer.as_ref().map(|customer| customer.id))?;
    sight::trim_deals(tx, &filter.viewer, &mut found)?;
    Ok(found)
}
