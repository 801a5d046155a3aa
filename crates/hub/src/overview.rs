//! The first page: how things stand, in numbers that each have a list behind them.

use std::collections::HashMap;

use domain::{Customer, Id, Instant, Lead, Result, Viewer};
use store::overview::Unseen;
use store::{Tx, customers, leads, overview, tickets};

pub use store::overview::{Arrival, Arrivals, Asked};

/// Rows that a number on the first page is counted up to, where it is counted row by row.
pub const MOST_COUNTED: i64 = 5_000;

/// Who came and may be seen, by noun, door and source: in each span, which is from a moment on and before another. As many as
/// [`list`] has lines.
pub fn arrivals(tx: &mut Tx<'_>, viewer: &Viewer, spans: &[(Instant, Instant)]) -> Result<Vec<Vec<Arrivals>>> {
    let from = spans.iter().map(|span| span.0).min().unwrap_or_default();
    let to = spans.iter().map(|span| span.1).max().unwrap_or_default();
    let mut counted: Vec<Vec<Arrivals>> =
        spans.iter().map(|(from, to)| overview::arrivals(tx, *from, *to)).collect::<Result<_>>()?;
    let all = counted.iter().flatten().map(|found| found.count).sum();
    let unseen = overview::unseen(tx, viewer, from, to, all)?;
    for ((from, to), found) in spans.iter().zip(&mut counted) {
        for Unseen { arrivals: one, .. } in unseen.iter().filter(|one| (*from..*to).contains(&one.at)) {
            let same = |known: &&mut Arrivals| {
                (&known.subject, &known.dialect, known.source) == (&one.subject, &one.dialect, one.source)
            };
            if let Some(known) = found.iter_mut().find(same) {
                known.count -= one.count;
            }
        }
        found.retain(|known| known.count > 0);
    }
    Ok(counted)
}

/// Tickets that wait and may be seen, by when they were made: in each span, which is from a moment on and before another,
/// [`MOST_COUNTED`] at most.
pub fn open_tickets(tx: &mut Tx<'_>, viewer: &Viewer, spans: &[(Instant, Instant)]) -> Result<Vec<i64>> {
    spans.iter().map(|(from, to)| tickets::count_open(tx, viewer, *from, *to, MOST_COUNTED)).collect()
}

/// Calls that failed from a moment on, by door.
pub fn failed_calls(tx: &mut Tx<'_>, from: Instant) -> Result<Vec<(String, i64)>> {
    overview::failed_calls(tx, from)
}

/// Messages and events that wait to go out, each [`MOST_COUNTED`] at most.
pub fn waiting(tx: &mut Tx<'_>) -> Result<(i64, i64)> {
    overview::waiting(tx, MOST_COUNTED)
}

/// A page of those who came.
#[derive(Debug, Clone)]
pub struct Page {
    /// Each with the customer and the lead, if they are still there.
    pub rows: Vec<(Arrival, Option<Customer>, Option<Lead>)>,
    /// Where the next page begins, if there is more.
    pub next: Option<(Instant, Id)>,
}

/// The list behind the numbers: the next `size` who came and whom the viewer may see. Who is gone stands there without a name.
pub fn list(tx: &mut Tx<'_>, viewer: &Viewer, asked: &Asked, after: Option<(Instant, Id)>, size: i64) -> Result<Page> {
    // One more than is shown tells whether there is more.
    let mut found = overview::list(tx, viewer, asked, after, size + 1)?;
    let is_end = found.len() as i64 <= size;
    found.truncate(usize::try_from(size).unwrap_or(0));
    let next = found.last().map(|last| (last.at, last.id)).filter(|_| !is_end);
    let of: Vec<Id> = found.iter().filter_map(|arrival| arrival.customer).collect();
    let of_leads: Vec<Id> = found.iter().filter(|one| one.subject == "lead").map(|one| one.subject_id).collect();
    let mut known = customers::list(tx, &of)?;
    known.retain(|customer| customer.permit.allows(viewer));
    crate::sight::trim_customers(tx, viewer, &mut known)?;
    let known: HashMap<Id, Customer> = known.into_iter().map(|customer| (customer.id, customer)).collect();
    let leads: HashMap<Id, Lead> = leads::list(tx, &of_leads)?.into_iter().map(|lead| (lead.id, lead)).collect();
    let row = |arrival: Arrival| {
        let customer = arrival.customer.and_then(|id| known.get(&id).cloned());
        let lead = leads.get(&arrival.subject_id).filter(|_| customer.is_some()).cloned();
        (arrival, customer, lead)
    };
    Ok(Page { rows: found.into_iter().map(row).collect(), next })
}
