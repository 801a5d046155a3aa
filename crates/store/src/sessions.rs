//! Sessions of people at the pages: who is signed in, from where, until when. Their digests are among the secrets.

use domain::session::Session;
use domain::{Id, Instant, Result};

use crate::db::{Row, Tx};

fn session(row: &mut Row<'_>) -> Result<Session> {
    Ok(Session {
        id: row.col()?,
        user: row.col()?,
        address: row.col()?,
        agent: row.col()?,
        created_at: row.col()?,
        seen_at: row.col()?,
        expires_at: row.col()?,
    })
}

/// The session with an id, unless it has run out.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Session>> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql(
        "SELECT id, user_id, address, agent, created_at, seen_at, expires_at FROM sessions
         WHERE org_id = $1 AND id = $2 AND expires_at > $3",
    )
    .bind(org)
    .bind(id)
    .bind(now)
    .optional(session)
}

/// Every session of a user that has not run out, newest first.
pub fn of_user(tx: &mut Tx<'_>, user: Id) -> Result<Vec<Session>> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql(
        "SELECT id, user_id, address, agent, created_at, seen_at, expires_at FROM sessions
         WHERE org_id = $1 AND user_id = $2 AND expires_at > $3 ORDER BY id DESC",
    )
    .bind(org)
    .bind(user)
    .bind(now)
    .all(session)
}

/// Whether a user signed in from an address, in a session that is still kept.
pub fn came_from(tx: &mut Tx<'_>, user: Id, address: &str) -> Result<bool> {
    let org = tx.org();
    let found = tx.sql("SELECT id FROM sessions WHERE org_id = $1 AND user_id = $2 AND address = $3 LIMIT 1");
    let found = found.bind(org).bind(user).bind(address).optional(|row| row.col::<Id>())?;
    Ok(found.is_some())
}

/// Adds a session.
pub fn insert(tx: &mut Tx<'_>, new: &Session) -> Result<()> {
    let org = tx.org();
    tx.sql(
        "INSERT INTO sessions (org_id, id, user_id, address, agent, created_at, seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(org)
    .bind(new.id)
    .bind(new.user)
    .bind(&new.address)
    .bind(&new.agent)
    .bind(new.created_at)
    .bind(new.seen_at)
    .bind(new.expires_at)
    .run()
    .map(drop)
}

/// Notes that a session was seen, and lets it live on.
pub fn touch(tx: &mut Tx<'_>, id: Id, until: Instant) -> Result<()> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql("UPDATE sessions SET seen_at = $1, expires_at = $2 WHERE org_id = $3 AND id = $4")
        .bind(now)
        .bind(until)
        .bind(org)
        .bind(id)
        .run()
        .map(drop)
}

/// Takes a session away.
pub fn delete(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM sessions WHERE org_id = $1 AND id = $2").bind(org).bind(id).run().map(drop)
}

/// Takes away the sessions of the org that have run out; gives which.
pub fn sweep(tx: &mut Tx<'_>) -> Result<Vec<Id>> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql("DELETE FROM sessions WHERE org_id = $1 AND expires_at <= $2 RETURNING id")
        .bind(org)
        .bind(now)
        .all(|row| row.col())
}
