//! What was done to many customers at once, so that it can be taken back.

use domain::{Id, Instant, Result};

use crate::db::Tx;
use crate::json;

/// A bulk action with all its transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    /// Its identity.
    pub id: Id,
    /// When it began.
    pub at: Instant,
    /// What was done, in the words of the hub.
    pub action: Vec<String>,
    /// Who did it, where that was a user.
    pub user: Option<Id>,
    /// Customers that were changed.
    pub customers: i64,
    /// When all of it was taken back.
    pub undone_at: Option<Instant>,
}

/// One transaction of a bulk action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// Which one, from 0.
    pub slice: i64,
    /// What was done, in the words of the hub.
    pub action: Vec<String>,
    /// The customers it was done to, each with the ids of what was replaced.
    pub kept: Vec<(i64, Vec<i64>)>,
    /// When it was taken back.
    pub undone_at: Option<Instant>,
}

/// Keeps what a transaction of a bulk action did.
pub fn insert(tx: &mut Tx<'_>, bulk: Id, slice: i64, action: &[String], kept: &[(i64, Vec<i64>)]) -> Result<()> {
    let (org, now) = (tx.org(), tx.now());
    let user = tx.actor().user;
    tx.sql(
        "INSERT INTO bulks (org_id, id, slice, at, action, kept, user_id, customers)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(org)
    .bind(bulk)
    .bind(slice)
    .bind(now)
    .bind(json::write(action)?)
    .bind(json::write(kept)?)
    .bind(user)
    .bind(kept.len() as i64)
    .run()
    .map(drop)
}

/// The newest bulk actions before one: those of `user`, or everybody's.
pub fn list(tx: &mut Tx<'_>, user: Option<Id>, before: Option<Id>, limit: i64) -> Result<Vec<Bulk>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, min(at), min(action), min(user_id), CAST(coalesce(sum(customers), 0) AS BIGINT), max(undone_at),
                count(*) - count(undone_at)
         FROM bulks WHERE org_id = $1 AND id < $2 AND ($3 OR user_id = $4)
         GROUP BY id ORDER BY id DESC LIMIT $5",
    )
    .bind(org)
    .bind(before.unwrap_or(Id(i64::MAX)))
    .bind(user.is_none())
    .bind(user.unwrap_or_default())
    .bind(limit)
    .all(|row| {
        let (id, at, action, user) = (row.col()?, row.col()?, row.col::<String>()?, row.col()?);
        let (customers, undone_at, left): (i64, Option<Instant>, i64) = (row.col()?, row.col()?, row.col()?);
        let undone_at = undone_at.filter(|_| left == 0);
        Ok(Bulk { id, at, action: json::read(&action)?, user, customers, undone_at })
    })
}

/// The transactions of a bulk action, in order.
pub fn slices(tx: &mut Tx<'_>, bulk: Id) -> Result<Vec<Slice>> {
    let org = tx.org();
    tx.sql("SELECT slice, action, kept, undone_at FROM bulks WHERE org_id = $1 AND id = $2 ORDER BY slice")
        .bind(org)
        .bind(bulk)
        .all(|row| {
            let (slice, action, kept): (i64, String, String) = (row.col()?, row.col()?, row.col()?);
            let (action, kept) = (json::read(&action)?, json::read(&kept)?);
            Ok(Slice { slice, action, kept, undone_at: row.col()? })
        })
}

/// Marks a transaction as taken back; `false` when it was already.
pub fn mark_undone(tx: &mut Tx<'_>, bulk: Id, slice: i64) -> Result<bool> {
    let (org, now) = (tx.org(), tx.now());
    let marked = tx
        .sql("UPDATE bulks SET undone_at = $1 WHERE org_id = $2 AND id = $3 AND slice = $4 AND undone_at IS NULL")
        .bind(now)
        .bind(org)
        .bind(bulk)
        .bind(slice)
        .run()?;
    Ok(marked == 1)
}

/// Brings a customer back that was taken away, with the leads that went with it; `false` when it is there.
pub fn restore_customer(tx: &mut Tx<'_>, customer: Id) -> Result<bool> {
    let org = tx.org();
    let gone: Option<Option<Instant>> = tx
        .sql("SELECT deleted_at FROM customers WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(customer)
        .optional(|row| row.col())?;
    let Some(gone) = gone.flatten() else { return Ok(false) };
    tx.sql("UPDATE customers SET deleted_at = NULL, version = version + 1 WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(customer)
        .run()?;
    let leads: Vec<Id> = tx
        .sql("SELECT subject_id FROM changes WHERE org_id = $1 AND customer_id = $2 AND subject = 'lead' AND what = 'created'")
        .bind(org)
        .bind(customer)
        .all(|row| row.col())?;
    // Found by their history: no index leads to leads that were taken away.
    tx.sql("UPDATE leads SET deleted_at = NULL WHERE org_id = $1 AND id IN IDS($2) AND deleted_at = $3")
        .bind(org)
        .bind(leads)
        .bind(gone)
        .run()?;
    Ok(true)
}
