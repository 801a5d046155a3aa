//! Upkeep of the journal and of what is counted beside the calls: retention, last uses, counters.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::change::Change;
use domain::request::Request;
use domain::{Actor, Error, Id, Instant, OrgId, Result};
use store::{Tx, changes, listeners, orgs, requests, tokens};

use crate::passage::Passage;
use crate::{Hub, Outcome};

pub use store::requests::Filter;

/// Journal rows taken away in one transaction.
const SWEEP: i64 = 500;

/// The newest calls of the journal.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Request>> {
    requests::list(tx, limit)
}

/// Calls that match, newest first; the id of the last one is what to ask with for those before.
pub fn page(tx: &mut Tx<'_>, filter: &Filter, size: i64) -> Result<Vec<Request>> {
    requests::page(tx, filter, size)
}

/// The last call before a moment: what came later comes after it, up to the order of calls that came at the same time.
pub fn last_before(tx: &mut Tx<'_>, at: Instant) -> Result<Option<Id>> {
    requests::last_before(tx, at)
}

/// A call with what it changed.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<(Request, Vec<Change>)> {
    let found = requests::find(tx, id)?.ok_or_else(|| Error::not_found("Không tìm thấy lần gọi này"))?;
    Ok((found, changes::of_request(tx, id)?))
}

/// Which of some calls the journal holds: it keeps calls for a time only, and what pages do to many at once is no call.
pub fn known(tx: &mut Tx<'_>, ids: &[Id]) -> Result<HashSet<Id>> {
    requests::known(tx, ids)
}

/// How a call ended; none when the journal does not hold it, or it is still worked on.
pub fn outcome(tx: &mut Tx<'_>, id: Id) -> Result<Option<Outcome>> {
    let ended = requests::find(tx, id)?.filter(|call| call.status != 0);
    Ok(ended.map(|call| Outcome::of(&call.outcome)))
}

/// Uses that are counted in memory and written now and then, so that calls do not queue on one row. A crash loses at most
/// what was counted since the last time.
#[derive(Default)]
pub struct Uses {
    tokens: Mutex<HashMap<(OrgId, Id), Instant>>,
    listeners: Mutex<HashMap<(OrgId, Id), ListenerUse>>,
}

#[derive(Clone, Copy, Default)]
struct ListenerUse {
    calls: i64,
    items: i64,
    refused: i64,
    last: Instant,
}

impl Uses {
    pub(crate) fn token(&self, org: OrgId, token: Id, at: Instant) {
        lock(&self.tokens).insert((org, token), at);
    }

    fn listener(&self, org: OrgId, listener: Id, items: i64, refused: i64, at: Instant) {
        let mut all = lock(&self.listeners);
        let used = all.entry((org, listener)).or_default();
        used.calls += 1;
        used.items += items;
        used.refused += refused;
        used.last = at;
    }
}

impl Uses {
    fn again(&self, uses: impl Iterator<Item = ((OrgId, Id), ListenerUse)>) {
        let mut all = lock(&self.listeners);
        for (whose, used) in uses {
            let sum = all.entry(whose).or_default();
            sum.calls += used.calls;
            sum.items += used.items;
            sum.refused += used.refused;
            sum.last = sum.last.max(used.last);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    /// Counts a call to a listener: its items, and those of them that were refused; a call that was refused as a whole has no
    /// items and counts as one refusal.
    pub fn count_listener_call(&self, org: OrgId, listener: Id, items: usize, refused: usize) {
        let passage = Passage::current();
        if passage.is_rehearsal || passage.replay.is_some() {
            return;
        }
        self.uses.listener(org, listener, items as i64, refused as i64, self.now());
    }

    /// Writes the uses counted since the last time.
    pub async fn write_uses(&self) -> Result<()> {
        let tokens = std::mem::take(&mut *lock(&self.uses.tokens));
        for ((org, token), at) in tokens {
            self.write(Actor::cli(org), move |tx| tokens::touch(tx, token, at)).await?;
        }
        let mut left = std::mem::take(&mut *lock(&self.uses.listeners)).into_iter();
        while let Some(((org, listener), used)) = left.next() {
            let written = self.write(Actor::cli(org), move |tx| {
                listeners::count(tx, listener, used.calls, used.items, used.refused, used.last)
            });
            if let Err(error) = written.await {
                // They are counted with those that come until the next time.
                self.uses.again(std::iter::once(((org, listener), used)).chain(left));
                return Err(error);
            }
        }
        Ok(())
    }

    /// Takes away journal rows older than each org keeps them; gives how many.
    pub async fn sweep_journal(&self) -> Result<u64> {
        let orgs = self.read(OrgId(0), orgs::list).await?;
        let mut swept = 0;
        for org in orgs {
            let before = self.now().minus_days(org.settings.journal_days());
            loop {
                let gone = self.write(Actor::cli(org.id), move |tx| requests::sweep(tx, before, SWEEP)).await?;
                swept += gone;
                if gone < SWEEP as u64 {
                    break;
                }
            }
        }
        Ok(swept)
    }
}
