//! The journal: every write call as it came, with the answer it got.

use domain::request::Request;
use domain::{Dialect, Error, Id, Instant, Result};

use crate::db::{Row, Tx};
use crate::json;

/// Writes a call into the journal. Its secrets are masked already.
pub fn insert(tx: &mut Tx<'_>, new: &Request) -> Result<()> {
    let org = tx.org();
    tx.sql(
        "INSERT INTO requests (org_id, id, at, dialect, version, route, caller, address, body, body_size, body_digest, status,
             answer, outcome, decisions, touched)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(org)
    .bind(new.id)
    .bind(new.at)
    .bind(new.dialect.word())
    .bind(&new.version)
    .bind(&new.route)
    .bind(&new.caller)
    .bind(&new.address)
    .bind(&new.body)
    .bind(new.body_size)
    .bind(new.body_digest.as_deref())
    .bind(new.status)
    .bind(&new.answer)
    .bind(&new.outcome)
    .bind(json::write(&new.decisions)?)
    .bind(json::write(&new.touched)?)
    .run()
    .map(drop)
}

/// Completes a call that was written before its answer was known.
pub fn complete(tx: &mut Tx<'_>, done: &Request) -> Result<()> {
    let org = tx.org();
    tx.sql(
        "UPDATE requests SET status = $1, answer = $2, outcome = $3, decisions = $4, touched = $5
         WHERE org_id = $6 AND id = $7",
    )
    .bind(done.status)
    .bind(&done.answer)
    .bind(&done.outcome)
    .bind(json::write(&done.decisions)?)
    .bind(json::write(&done.touched)?)
    .bind(org)
    .bind(done.id)
    .run()
    .map(drop)
}

/// A call of the journal.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Request>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, at, dialect, version, route, caller, address, body, body_size, body_digest, status, answer, outcome,
             decisions, touched
         FROM requests WHERE org_id = $1 AND id = $2",
    )
    .bind(org)
    .bind(id)
    .optional(request)
}

/// The newest calls.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Request>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, at, dialect, version, route, caller, address, body, body_size, body_digest, status, answer, outcome,
             decisions, touched
         FROM requests WHERE org_id = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(org)
    .bind(limit)
    .all(request)
}

fn request(row: &mut Row<'_>) -> Result<Request> {
    let (id, at, dialect): (Id, Instant, String) = (row.col()?, row.col()?, row.col()?);
    let dialect = Dialect::of(&dialect).ok_or_else(|| Error::broken(format!("dialect {dialect}")))?;
    let (version, route, caller, address) = (row.col()?, row.col()?, row.col()?, row.col()?);
    let (body, body_size, body_digest) = (row.col()?, row.col()?, row.col()?);
    let (status, answer, outcome) = (row.col()?, row.col()?, row.col()?);
    let (decisions, touched): (String, String) = (row.col()?, row.col()?);
    Ok(Request {
        id,
        at,
        dialect,
        version,
        route,
        caller,
        address,
        body,
        body_size,
        body_digest,
        status,
        answer,
        outcome,
        decisions: json::read(&decisions)?,
        touched: json::read(&touched)?,
    })
}

/// Takes away up to `limit` calls that came before a moment; gives how many.
pub fn sweep(tx: &mut Tx<'_>, before: Instant, limit: i64) -> Result<u64> {
    let org = tx.org();
    tx.sql(
        "DELETE FROM requests WHERE org_id = $1 AND id IN
             (SELECT id FROM requests WHERE org_id = $2 AND at < $3 ORDER BY at LIMIT $4)",
    )
    .bind(org)
    .bind(org)
    .bind(before)
    .bind(limit)
    .run()
}
