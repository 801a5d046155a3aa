//! Saved views of lists.

use domain::view::View;
use domain::{Id, Result, text};

use crate::db::{Row, Tx};

fn view(row: &mut Row<'_>) -> Result<View> {
    Ok(View {
        id: row.col()?,
        noun: row.col()?,
        user: row.col()?,
        name: row.col()?,
        is_shared: row.col()?,
        query: row.col()?,
        created_at: row.col()?,
    })
}

/// The views of a list that a user may use: their own and those that are shared, by name.
pub fn list(tx: &mut Tx<'_>, noun: &str, user: Id) -> Result<Vec<View>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, noun, user_id, name, is_shared, query, created_at FROM views
         WHERE org_id = $1 AND noun = $2 AND (user_id = $3 OR is_shared) ORDER BY name_key, id",
    )
    .bind(org)
    .bind(noun)
    .bind(user)
    .all(view)
}

/// The view with an id.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<View>> {
    let org = tx.org();
    tx.sql("SELECT id, noun, user_id, name, is_shared, query, created_at FROM views WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .optional(view)
}

/// Keeps a view; one of the same user, list and name is replaced.
pub fn keep(tx: &mut Tx<'_>, new: &View) -> Result<()> {
    let org = tx.org();
    tx.sql(
        "INSERT INTO views (org_id, id, noun, user_id, name, name_key, is_shared, query, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (org_id, noun, user_id, name_key)
         DO UPDATE SET name = excluded.name, is_shared = excluded.is_shared, query = excluded.query",
    )
    .bind(org)
    .bind(new.id)
    .bind(&new.noun)
    .bind(new.user)
    .bind(&new.name)
    .bind(text::label_key(&new.name))
    .bind(new.is_shared)
    .bind(&new.query)
    .bind(new.created_at)
    .run()
    .map(drop)
}

/// Takes a view away.
pub fn delete(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM views WHERE org_id = $1 AND id = $2").bind(org).bind(id).run().map(drop)
}
