//! The board of leads and their table: a page at a time, as far as somebody may see them, and how many there are.

use domain::{Lead, Result, Viewer};
use store::search::{self, Filter};
use store::{Tx, leads};

use crate::sight;

pub use store::leads::{After, Lane, Standing};

/// Leads that are counted at most: a board needs no more, and stays as fast with a million.
pub const MOST_COUNTED: i64 = 5_000;

/// Customers whose leads a search looks through.
const FOUND: i64 = 200;

/// A page of leads.
#[derive(Debug, Clone)]
pub struct Page {
    /// The leads of this page, newest first.
    pub leads: Vec<Lead>,
    /// Where the next page begins, if there is more.
    pub next: Option<After>,
}

/// The next `size` leads of a lane that `viewer` may see.
pub fn page(tx: &mut Tx<'_>, viewer: &Viewer, lane: &Lane, after: Option<After>, size: i64) -> Result<Page> {
    // One more than is shown tells whether there is more.
    let mut ids = leads::lane(tx, lane, viewer, after, size + 1)?;
    let is_end = ids.len() as i64 <= size;
    ids.truncate(usize::try_from(size).unwrap_or(0));
    let leads = leads::list(tx, &ids)?;
    let last = leads.last().map(|last| After { created_at: last.created_at, id: last.id });
    Ok(Page { leads, next: last.filter(|_| !is_end) })
}

/// How many leads a lane has that `viewer` may see, [`MOST_COUNTED`] at most.
pub fn count(tx: &mut Tx<'_>, viewer: &Viewer, lane: &Lane) -> Result<i64> {
    leads::count(tx, lane, viewer, MOST_COUNTED)
}

/// The same, exactly.
pub fn count_all(tx: &mut Tx<'_>, viewer: &Viewer, lane: &Lane) -> Result<i64> {
    leads::count(tx, lane, viewer, i64::MAX)
}

/// Leads that are called for by a number, or by whatever finds their customer: newest first, `limit` at most.
pub fn find(tx: &mut Tx<'_>, filter: &Filter, limit: i64) -> Result<Vec<Lead>> {
    let customers = search::find(tx, filter, 0, FOUND)?.ids;
    let mut ids = leads::of_customers(tx, &customers, limit)?;
    let number = filter.keyword.as_deref().and_then(|keyword| keyword.trim().trim_start_matches('#').parse().ok());
    if let Some(number) = number
        && let Some(id) = leads::find_by_number(tx, number)?
        && !ids.contains(&id)
    {
        ids.insert(0, id);
    }
    let mut found = leads::list(tx, &ids)?;
    sight::retain_seen(tx, &filter.viewer, &mut found, |lead| lead.customer.as_ref().map(|customer| customer.id))?;
    Ok(found)
}
