//! Tokens: what clients show, kept without the secret itself.

use domain::{Dialect, Id, Instant, Result, Token};

use crate::db::{Row, Tx};
use crate::json;

fn token(row: &mut Row<'_>) -> Result<Token> {
    let (id, number, name, user) = (row.col()?, row.col()?, row.col()?, row.col()?);
    let dialects: String = row.col()?;
    let dialects = json::read::<Vec<String>>(&dialects)?.iter().filter_map(|word| Dialect::of(word)).collect();
    let expires_at = row.col()?;
    let networks: String = row.col()?;
    let networks = json::read(&networks)?;
    let (last_used_at, revoked_at, created_at, parent) = (row.col()?, row.col()?, row.col()?, row.col()?);
    Ok(Token { id, number, name, user, dialects, expires_at, networks, last_used_at, revoked_at, created_at, parent })
}

/// Every lasting token, by number; those that were got for one of them are not listed.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Token>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, name, user_id, dialects, expires_at, networks, last_used_at, revoked_at, created_at, parent_id
         FROM tokens WHERE org_id = $1 AND parent_id IS NULL ORDER BY number",
    )
    .bind(org)
    .all(token)
}

/// The token with an id.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Token>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, name, user_id, dialects, expires_at, networks, last_used_at, revoked_at, created_at, parent_id
         FROM tokens WHERE org_id = $1 AND id = $2",
    )
    .bind(org)
    .bind(id)
    .optional(token)
}

/// Adds a token whose id and instants are set; gives its number.
pub fn insert(tx: &mut Tx<'_>, new: &Token) -> Result<i64> {
    let org = tx.org();
    let number = tx.settings_number("token")?;
    tx.sql(
        "INSERT INTO tokens (org_id, id, number, name, user_id, dialects, expires_at, networks, created_at, parent_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(org)
    .bind(new.id)
    .bind(number)
    .bind(&new.name)
    .bind(new.user)
    .bind(json::write(&new.dialects.iter().map(|dialect| dialect.word()).collect::<Vec<_>>())?)
    .bind(new.expires_at)
    .bind(json::write(&new.networks)?)
    .bind(new.created_at)
    .bind(new.parent)
    .run()?;
    Ok(number)
}

/// Lets a token live until another moment.
pub fn extend(tx: &mut Tx<'_>, id: Id, until: Instant) -> Result<()> {
    let org = tx.org();
    tx.sql("UPDATE tokens SET expires_at = $1 WHERE org_id = $2 AND id = $3")
        .bind(until)
        .bind(org)
        .bind(id)
        .run()
        .map(drop)
}

/// Takes a token back. `false` when there is none with the number that still works.
pub fn revoke(tx: &mut Tx<'_>, number: i64) -> Result<bool> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql("UPDATE tokens SET revoked_at = $1 WHERE org_id = $2 AND number = $3 AND revoked_at IS NULL")
        .bind(now)
        .bind(org)
        .bind(number)
        .run()
        .map(|count| count == 1)
}

/// Notes when a token was last used.
pub fn touch(tx: &mut Tx<'_>, id: Id, at: Instant) -> Result<()> {
    let org = tx.org();
    tx.sql("UPDATE tokens SET last_used_at = $1 WHERE org_id = $2 AND id = $3")
        .bind(at)
        .bind(org)
        .bind(id)
        .run()
        .map(drop)
}

/// Tokens that were got for a lasting one and have run out, the oldest first; at most `limit`.
pub fn expired_children(tx: &mut Tx<'_>, parent: Id, limit: i64) -> Result<Vec<Id>> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql(
        "SELECT id FROM tokens WHERE org_id = $1 AND parent_id = $2 AND expires_at <= $3 ORDER BY expires_at, id LIMIT $4",
    )
    .bind(org)
    .bind(parent)
    .bind(now)
    .bind(limit)
    .all(|row| row.col())
}

/// Takes a token out of the database.
pub fn delete(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM tokens WHERE org_id = $1 AND id = $2").bind(org).bind(id).run().map(drop)
}
