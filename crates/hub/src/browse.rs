//! Lists that people page through: customers that match, in an order, from where the page before ended.

use domain::{Customer, Result};
use store::search::{self, Filter};
use store::{Tx, customers};

pub use store::search::{After, NAMED, Order};

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// The records of this page, in order.
    pub customers: Vec<Customer>,
    /// All that match, exactly.
    pub total: i64,
    /// The order in which they are: too many to be sorted by name are listed newest first.
    pub order: Order,
    /// Where the next page begins, if there is more.
    pub next: Option<After>,
}

/// The next `size` customers that match. Records of nobody else than the filter's viewer may see are among them.
pub fn customers(tx: &mut Tx<'_>, filter: &Filter, order: Order, after: Option<After>, size: i64) -> Result<Page> {
    let total = search::find(tx, filter, 0, 0)?.total;
    let order = if order == Order::Name && total > NAMED { Order::Newest } else { order };
    // One more than is shown tells whether there is more.
    let mut ids = search::after(tx, filter, order, after, size + 1, total)?;
    let is_end = ids.len() as i64 <= size;
    ids.truncate(usize::try_from(size).unwrap_or(0));
    let mut found = customers::list(tx, &ids)?;
    crate::sight::trim_customers(tx, &filter.viewer, &mut found)?;
    let last = found.last().map(|last| After { updated_at: last.updated_at, id: last.id });
    Ok(Page { customers: found, total, order, next: last.filter(|_| !is_end) })
}
