//! History: a line for everything that happened to a record.

use domain::change::{Change, FieldChange, Subject, What};
use domain::{Id, Result};

use crate::db::{Row, Tx};
use crate::json;

/// Writes a line, signed with the actor. `customer` is the customer in whose history it is read.
pub fn record(
    tx: &mut Tx<'_>,
    customer: Option<Id>,
    subject: Subject,
    what: What,
    fields: &[FieldChange],
    text: &str,
) -> Result<()> {
    let (id, now, actor) = (tx.new_id(), tx.now(), tx.actor());
    let (subject, subject_id) = subject.parts();
    tx.sql(
        "INSERT INTO changes (org_id, id, at, actor, dialect, request_id, customer_id, subject, subject_id, what, fields, text)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(actor.org)
    .bind(id)
    .bind(now)
    .bind(&actor.name)
    .bind(actor.dialect.word())
    .bind(actor.request)
    .bind(customer)
    .bind(subject)
    .bind(subject_id)
    .bind(what.word())
    .bind(json::write_fields(fields)?)
    .bind(text)
    .run()
    .map(drop)
}

/// The history of a customer and of all that belongs to them, newest first.
pub fn of_customer(tx: &mut Tx<'_>, customer: Id, limit: i64) -> Result<Vec<Change>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, at, actor, dialect, request_id, subject, subject_id, what, fields, text FROM changes
         WHERE org_id = $1 AND customer_id = $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(org)
    .bind(customer)
    .bind(limit)
    .all(change)
}

fn change(row: &mut Row<'_>) -> Result<Change> {
    let (id, at, actor, dialect, request) = (row.col()?, row.col()?, row.col()?, row.col()?, row.col()?);
    let (subject, subject_id) = (row.col()?, row.col()?);
    let (what, fields): (String, String) = (row.col()?, row.col()?);
    let (what, fields) = (What::of(&what), json::read_fields(&fields)?);
    Ok(Change { id, at, actor, dialect, request, subject, subject_id, what, fields, text: row.col()? })
}
