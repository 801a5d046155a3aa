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

/// Pairs of the queue that come after one, in its order: newest first.
pub fn page(tx: &mut Tx<'_>, after: Option<(Id, Id)>, limit: i64) -> Result<Vec<Pair>> {
    let (org, (high, low)) = (tx.org(), after.unwrap_or((Id(i64::MAX), Id(0))));
    tx.sql(
        "SELECT low_id, high_id, evidence, state, created_at FROM duplicates
         WHERE org_id = $1 AND state = 'open' AND high_id <= $2 AND (high_id < $2 OR low_id > $3)
         ORDER BY high_id DESC, low_id LIMIT $4",
    )
    .bind(org)
    .bind(high)
    .bind(low)
    .bind(limit)
    .all(|row| {
        let (low, high, evidence): (Id, Id, String) = (row.col()?, row.col()?, row.col()?);
        Ok(Pair { low, high, evidence: json::read(&evidence)?, state: row.col()?, created_at: row.col()? })
    })
}

/// Pairs that wait for a decision.
pub fn count(tx: &mut Tx<'_>) -> Result<i64> {
    let org = tx.org();
    tx.sql("SELECT count(*) FROM duplicates WHERE org_id = $1 AND state = 'open'").bind(org).one(|row| row.col())
}

/// Who may be the same as a record and was not decided about, with what they share.
pub(crate) fn open_of(tx: &mut Tx<'_>, customer: Id) -> Result<Vec<(Id, String)>> {
    let org = tx.org();
    let mut pairs: Vec<(Id, String)> = tx
        .sql("SELECT high_id, evidence FROM duplicates WHERE org_id = $1 AND low_id = $2 AND state = 'open'")
        .bind(org)
        .bind(customer)
        .all(|row| Ok((row.col()?, row.col()?)))?;
    let lower = tx
        .sql("SELECT low_id, evidence FROM duplicates WHERE org_id = $1 AND high_id = $2 AND state = 'open'")
        .bind(org)
        .bind(customer)
        .all(|row| Ok((row.col()?, row.col()?)))?;
    pairs.extend(lower);
    Ok(pairs)
}

/// What was decided about a pair; none when it is no pair.
pub fn state(tx: &mut Tx<'_>, one: Id, other: Id) -> Result<Option<String>> {
    let org = tx.org();
    tx.sql("SELECT state FROM duplicates WHERE org_id = $1 AND low_id = $2 AND high_id = $3")
        .bind(org)
        .bind(one.min(other))
        .bind(one.max(other))
        .optional(|row| row.col())
}

/// Decides about a pair; `false` when it is no pair.
pub fn decide(tx: &mut Tx<'_>, one: Id, other: Id, state: &str) -> Result<bool> {
    let org = tx.org();
    let decided = tx
        .sql("UPDATE duplicates SET state = $1 WHERE org_id = $2 AND low_id = $3 AND high_id = $4")
        .bind(state)
        .bind(org)
        .bind(one.min(other))
        .bind(one.max(other))
        .run()?;
    Ok(decided == 1)
}

/// Who may be the same as the loser of a merge may be the same as its winner: the pairs are set aside, and those that are not
/// known of the winner yet are put into the queue. Says of each whether it was.
pub fn hand_over(tx: &mut Tx<'_>, loser: Id, winner: Id) -> Result<Vec<(Id, bool)>> {
    let (org, now) = (tx.org(), tx.now());
    let mut handed = Vec::new();
    for (other, evidence) in open_of(tx, loser)? {
        if other == winner {
            continue;
        }
        decide(tx, loser, other, "moved")?;
        let made = tx
            .sql(
                "INSERT INTO duplicates (org_id, low_id, high_id, evidence, state, created_at)
                 VALUES ($1, $2, $3, $4, 'open', $5) ON CONFLICT (org_id, low_id, high_id) DO NOTHING",
            )
            .bind(org)
            .bind(winner.min(other))
            .bind(winner.max(other))
            .bind(evidence)
            .bind(now)
            .run()?;
        handed.push((other, made == 1));
    }
    Ok(handed)
}

/// Takes that back: what was put into the queue of the winner for it, and was not decided since, goes.
pub fn hand_back(tx: &mut Tx<'_>, handed: &[(Id, bool)], loser: Id, winner: Id) -> Result<()> {
    for (other, made) in handed {
        if state(tx, loser, *other)?.as_deref() == Some("moved") {
            decide(tx, loser, *other, "open")?;
        }
        if *made {
            let org = tx.org();
            tx.sql("DELETE FROM duplicates WHERE org_id = $1 AND low_id = $2 AND high_id = $3 AND state = 'open'")
                .bind(org)
                .bind(winner.min(*other))
                .bind(winner.max(*other))
                .run()?;
        }
    }
    Ok(())
}
