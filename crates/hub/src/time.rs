//! The real clock and ids that grow with time, and their still counterparts for tests.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::SeqCst};

use domain::{Actor, Clock, Id, Ids, Instant, OrgId, Result};
use store::{Db, Options, Place};

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the clock is read")]
    fn now(&self) -> Instant {
        Instant(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that stands still until it is moved.
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows `at`.
    pub fn new(at: Instant) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Moves it to `at`.
    pub fn set(&self, at: Instant) {
        self.0.store(at.0, SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(SeqCst))
    }
}

/// 2024-01-01 in milliseconds since 1970: where ids begin.
const EPOCH: i64 = 1_704_067_200_000;
const NODE_BITS: u32 = 12;
const SEQUENCE_BITS: u32 = 10;

/// Ids of 41 bits of milliseconds, 12 of node and 10 of sequence. A busy millisecond borrows from the next.
pub struct NodeIds {
    node: i64,
    last: AtomicU64,
}

impl NodeIds {
    /// Ids of one node; two processes that run at once must have different ones.
    pub fn new(node: i64) -> Self {
        Self { node: node & ((1 << NODE_BITS) - 1), last: AtomicU64::new(0) }
    }
}

impl Ids for NodeIds {
    fn next(&self, at: Instant) -> Id {
        let earliest = ((at.millis() - EPOCH).max(1) as u64) << SEQUENCE_BITS;
        let after = |last: u64| earliest.max(last + 1);
        // `update` gives the value before; the id is the one after.
        let tick = after(self.last.fetch_update(SeqCst, SeqCst, |last| Some(after(last))).unwrap_or_default());
        let (millis, sequence) = ((tick >> SEQUENCE_BITS) as i64, (tick & ((1 << SEQUENCE_BITS) - 1)) as i64);
        Id((millis << (NODE_BITS + SEQUENCE_BITS)) | (self.node << SEQUENCE_BITS) | sequence)
    }
}

/// Ids that count from one, so that golden answers are the same on every run.
#[derive(Default)]
pub struct CountingIds(AtomicI64);

impl Ids for CountingIds {
    fn next(&self, _: Instant) -> Id {
        Id(self.0.fetch_add(1, SeqCst) + 1)
    }
}

/// A node number that no other running process has: each process takes the next one from the database.
pub(crate) fn claim_node(place: &Place, clock: &dyn Clock) -> Result<i64> {
    let options = Options { readers: 1, connections: 2, queue: 8, ..Options::default() };
    let db = Db::open(place, options, std::sync::Arc::new(CountingIds::default()))?;
    db.write(Actor::cli(OrgId(0)), clock.now(), store::orgs::next_node).wait()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_grow_and_never_repeat() {
        let ids = NodeIds::new(7);
        let at = Instant(1_800_000_000_000_000);
        let mut seen = HashSet::new();
        let mut last = Id(0);
        for step in 0..5_000 {
            // Also when the clock goes back.
            let id = ids.next(Instant(at.0 - step * 10));
            assert!(id > last && id.0 > 0);
            assert!(seen.insert(id));
            last = id;
        }
        let other = NodeIds::new(8);
        assert!((0..5_000).all(|_| !seen.contains(&other.next(at))));
    }
}
