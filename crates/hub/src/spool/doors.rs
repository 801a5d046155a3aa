//! The listeners that were looked up while the server was there: who may post while it is not.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{Error, Instant, Result};

use crate::access::{self, Door};

/// Listeners in memory at most.
const MOST: usize = 20_000;
/// A listener that was not looked up for so long is not let in from memory: its address may have run out. Seconds: a day.
const GOOD_FOR: i64 = 86_400;

/// Listeners by the digest of their address.
#[derive(Default)]
pub(crate) struct Doors(Mutex<HashMap<String, (Door, Instant)>>);

impl Doors {
    /// A listener was found at an address.
    pub(crate) fn remember(&self, digest: &str, door: &Door, now: Instant) {
        let mut known = self.known();
        if known.len() >= MOST && !known.contains_key(digest) {
            known.retain(|_, (_, seen)| seen.plus_seconds(GOOD_FOR) > now);
        }
        if known.len() < MOST || known.contains_key(digest) {
            known.insert(digest.to_owned(), (door.clone(), now));
        }
    }

    /// There is no listener at an address, or no longer.
    pub(crate) fn forget(&self, digest: &str) {
        self.known().remove(digest);
    }

    /// The listener at an address, and whether it is open to who posts. One that is not known may be there all the same, and is
    /// not let in.
    pub(crate) fn find(&self, digest: &str, address: Option<IpAddr>, now: Instant) -> Result<(Door, bool)> {
        let known = self.known();
        let found = known.get(digest).filter(|(_, seen)| seen.plus_seconds(GOOD_FOR) > now);
        let (door, _) =
            found.ok_or_else(|| Error::busy("the database is away, and this listener was not used before"))?;
        Ok((door.clone(), access::may_come_from(&door.listener.networks, address)))
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, (Door, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
