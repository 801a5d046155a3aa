//! The board of deals and their table: a page at a time, as far as somebody may see them, and what each stage comes to.

use domain::{Deal, Id, Permit, Result, Viewer};
use store::search::{self, Filter};
use store::{Tx, deals};

use crate::customers;

pub use store::deals::{Lane, Sum};

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

/// What somebody sees of several lanes, read once for all of them.
#[derive(Debug, Clone)]
pub struct View {
    seen: deals::Seen,
}

impl View {
    /// What `viewer` sees.
    pub fn of(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Self> {
        if *viewer == Viewer::Org {
            return Ok(Self { seen: deals::Seen::Everything });
        }
        let restricted = deals::restricted(tx)?.into_iter();
        let also = restricted.filter(|(_, permit)| permit.allows(viewer)).map(|(id, _)| id).collect();
        Ok(Self { seen: deals::Seen::Shared { also, hidden: customers::hidden_from(tx, viewer)? } })
    }

    /// The next `size` deals of a lane.
    pub fn page(&self, tx: &mut Tx<'_>, lane: Lane, before: Option<Id>, size: i64) -> Result<Page> {
        let ids = deals::lane(tx, lane, &self.seen, before, size + 1)?;
        self.list(tx, ids, size)
    }

    /// The next `size` deals of an owner, who is a user or a team.
    pub fn of_owner(&self, tx: &mut Tx<'_>, owner: Id, before: Option<Id>, size: i64) -> Result<Page> {
        let ids = deals::table(tx, owner, &self.seen, before, size + 1)?;
        self.list(tx, ids, size)
    }

    /// What the deals of each stage come to, by currency.
    pub fn sums(&self, tx: &mut Tx<'_>) -> Result<Vec<Sum>> {
        deals::sums(tx, &self.seen)
    }

    fn list(&self, tx: &mut Tx<'_>, mut ids: Vec<Id>, size: i64) -> Result<Page> {
        // One more than is shown tells whether there is more.
        let is_end = ids.len() as i64 <= size;
        ids.truncate(usize::try_from(size).unwrap_or(0));
        let next = ids.last().copied().filter(|_| !is_end);
        Ok(Page { deals: self.without_hidden(deals::list(tx, &ids)?), next })
    }

    /// Takes away the people on deals who are not seen.
    fn without_hidden(&self, mut found: Vec<Deal>) -> Vec<Deal> {
        if let deals::Seen::Shared { hidden, .. } = &self.seen {
            found.iter_mut().for_each(|deal| deal.contacts.retain(|contact| !hidden.contains(&contact.id)));
        }
        found
    }

    /// Whether a deal is among what is seen.
    fn shows(&self, deal: &Deal) -> bool {
        match &self.seen {
            deals::Seen::Everything => true,
            deals::Seen::Shared { also, hidden } => {
                let is_hidden = deal.customer.as_ref().is_some_and(|customer| hidden.contains(&customer.id));
                !is_hidden && (deal.permit == Permit::Everybody || also.contains(&deal.id))
            }
        }
    }
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
    let view = View::of(tx, &filter.viewer)?;
    let shown = deals::list(tx, &ids)?.into_iter().filter(|deal| view.shows(deal)).collect();
    Ok(view.without_hidden(shown))
}
