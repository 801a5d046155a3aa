//! The queue of pairs of records that may be one.

use domain::identity::Key;
use domain::{Id, Instant, Result};

use crate::db::Tx;
use crate::json;

/// Two records that share something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The older record.
    pub low: Id,
    /// The newer record.
    pub high: Id,
    /// Kind and key that they share.
    pub evidence: (String, String),
    /// `open`, `merged` or `apart`.
    pub state: String,
    /// When it was noticed.
    pub created_at: Instant,
}

/// Puts a pair into the queue, unless it is there already or was decided.
pub fn insert(tx: &mut Tx<'_>, one: Id, other: Id, shared: &Key) -> Result<()> {
    let (org, now) = (tx.org(), tx.now());
    let evidence = json::write(&(shared.kind.word(), &shared.key))?;
    tx.sql(
        "INSERT INTO duplicates (org_id, low_id, high_id, evidence, state, created_at) VALUES ($1, $2, $3, $4, 'open', $5)
         ON CONFLICT (org_id, low_id, high_id) DO NOTHING",
    )
    .bind(org)
    .bind(one.min(other))
    .bind(one.max(other))
    .bind(evidence)
    .bind(now)
    .run()
    .map(drop)
}

/// The queue, newest first.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Pair>> {
    let org = tx.org();
    tx.sql(
        "SELECT low_id, high_id, evidence, state, created_at FROM duplicates
         WHERE org_id = $1 AND state = 'open' ORDER BY high_id DESC, low_id LIMIT $2",
    )
    .bind(org)
    .bind(limit)
    .all(|row| {
        let (low, high, evidence): (Id, Id, String) = (row.col()?, row.col()?, row.col()?);
        Ok(Pair { low, high, evidence: json::read(&evidence)?, state: row.col()?, created_at: row.col()? })
    })
}
