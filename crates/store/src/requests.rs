//! The journal: every write call as it came, with the answer it got.

use std::collections::HashSet;

use domain::request::Request;
use domain::{Dialect, Error, Id, Instant, Result};

use crate::db::{Row, Tx};
use crate::json;

/// Writes a call into the journal. Its secrets are masked already.
pub fn insert(tx: &mut Tx<'_>, new: &Request) -> Result<()> {
    let org = tx.org();
    tx.sql(
        "INSERT INTO requests (org_id, id, at, dialect, version, route, target, content_type, user_id, listener_id, replay_of,
             caller, address, body, body_size, body_digest, status, answer, outcome, decisions, touched)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
    )
    .bind(org)
    .bind(new.id)
    .bind(new.at)
    .bind(new.dialect.word())
    .bind(&new.version)
    .bind(&new.route)
    .bind(new.target.as_deref())
    .bind(new.content_type.as_deref())
    .bind(new.user)
    .bind(new.listener)
    .bind(new.replay_of)
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

/// Writes a call that is written already once more, as it is, so that the commit of this unit is one that the server's copies must
/// have too.
pub fn confirm(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("UPDATE requests SET status = status WHERE org_id = $1 AND id = $2").bind(org).bind(id).run().map(drop)
}

/// A call of the journal.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Request>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, at, dialect, version, route, target, content_type, user_id, listener_id, replay_of, caller, address, body,
             body_size, body_digest, status, answer, outcome, decisions, touched
         FROM requests WHERE org_id = $1 AND id = $2",
    )
    .bind(org)
    .bind(id)
    .optional(request)
}

/// Which of some calls the journal holds.
pub fn known(tx: &mut Tx<'_>, ids: &[Id]) -> Result<HashSet<Id>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let org = tx.org();
    let found = tx.sql("SELECT id FROM requests WHERE org_id = $1 AND id IN IDS($2)").bind(org).bind(ids);
    Ok(found.all(|row| row.col())?.into_iter().collect())
}

/// The newest calls.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Request>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, at, dialect, version, route, target, content_type, user_id, listener_id, replay_of, caller, address, body,
             body_size, body_digest, status, answer, outcome, decisions, touched
         FROM requests WHERE org_id = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(org)
    .bind(limit)
    .all(request)
}

/// Which calls are asked for. Everything given must hold.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Through which door.
    pub dialect: Option<Dialect>,
    /// Only those that were not done in full.
    pub only_failed: bool,
    /// Only those before this one.
    pub before: Option<Id>,
    /// Only those after this one.
    pub after: Option<Id>,
}

/// Calls that match, newest first.
pub fn page(tx: &mut Tx<'_>, filter: &Filter, limit: i64) -> Result<Vec<Request>> {
    let (org, before) = (tx.org(), filter.before.unwrap_or(Id(i64::MAX)));
    let dialect = filter.dialect.map(Dialect::word);
    let text = match (dialect, filter.only_failed) {
        (None, false) => {
            "SELECT id, at, dialect, version, route, target, content_type, user_id, listener_id, replay_of, caller, address,
                 body, body_size, body_digest, status, answer, outcome, decisions, touched
             FROM requests WHERE org_id = $1 AND id < $2 AND id > $3 ORDER BY id DESC LIMIT $4"
        }
        (None, true) => {
            "SELECT id, at, dialect, version, route, target, content_type, user_id, listener_id, replay_of, caller, address,
                 body, body_size, body_digest, status, answer, outcome, decisions, touched
             FROM requests WHERE org_id = $1 AND id < $2 AND id > $3 AND outcome <> 'ok' ORDER BY id DESC LIMIT $4"
        }
        (Some(_), false) => {
            "SELECT id, at, dialect, version, route, target, content_type, user_id, listener_id, replay_of, caller, address,
                 body, body_size, body_digest, status, answer, outcome, decisions, touched
             FROM requests WHERE org_id = $1 AND id < $2 AND id > $3 AND dialect = $4 ORDER BY id DESC LIMIT $5"
        }
        (Some(_), true) => {
            "SELECT id, at, dialect, version, route, target, content_type, user_id, listener_id, replay_of, caller, address,
                 body, body_size, body_digest, status, answer, outcome, decisions, touched
             FROM requests WHERE org_id = $1 AND id < $2 AND id > $3 AND outcome <> 'ok' AND dialect = $4
             ORDER BY id DESC LIMIT $5"
        }
    };
    let sql = tx.sql(text).bind(org).bind(before).bind(filter.after.unwrap_or(Id(0)));
    match dialect {
        Some(dialect) => sql.bind(dialect).bind(limit).all(request),
        None => sql.bind(limit).all(request),
    }
}

/// The last call before a moment.
pub fn last_before(tx: &mut Tx<'_>, at: Instant) -> Result<Option<Id>> {
    let org = tx.org();
    tx.sql("SELECT id FROM requests WHERE org_id = $1 AND at < $2 ORDER BY at DESC LIMIT 1")
        .bind(org)
        .bind(at)
        .optional(|row| row.col())
}

/// Ids of calls from one to another, oldest first.
pub fn between(tx: &mut Tx<'_>, first: Id, last: Id, limit: i64) -> Result<Vec<Id>> {
    let org = tx.org();
    tx.sql("SELECT id FROM requests WHERE org_id = $1 AND id >= $2 AND id <= $3 ORDER BY id LIMIT $4")
        .bind(org)
        .bind(first)
        .bind(last)
        .bind(limit)
        .all(|row| row.col())
}

fn request(row: &mut Row<'_>) -> Result<Request> {
    let (id, at, dialect): (Id, Instant, String) = (row.col()?, row.col()?, row.col()?);
    let dialect = Dialect::of(&dialect).ok_or_else(|| Error::broken(format!("dialect {dialect}")))?;
    let (version, route) = (row.col()?, row.col()?);
    let (target, content_type, user, listener, replay_of) =
        (row.col()?, row.col()?, row.col()?, row.col()?, row.col()?);
    let (caller, address) = (row.col()?, row.col()?);
    let (body, body_size, body_digest) = (row.col()?, row.col()?, row.col()?);
    let (status, answer, outcome) = (row.col()?, row.col()?, row.col()?);
    let (decisions, touched): (String, String) = (row.col()?, row.col()?);
    Ok(Request {
        id,
        at,
        dialect,
        version,
        route,
        target,
        content_type,
        user,
        listener,
        replay_of,
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
