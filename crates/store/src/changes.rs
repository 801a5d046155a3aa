//! History: a line for everything that happened to a record.

use domain::change::{Change, FieldChange, Subject, What};
use domain::{Id, Result};

use crate::db::{Row, Tx};
use crate::json;

/// Writes a line, signed with the actor. `customer` is the customer in whose history it is read, `source` where a customer or
/// lead that was made came from.
pub fn record(
    tx: &mut Tx<'_>,
    customer: Option<Id>,
    subject: Subject,
    what: What,
    fields: &[FieldChange],
    text: &str,
    source: Option<Id>,
) -> Result<()> {
    let (id, now, actor) = (tx.new_id(), tx.now(), tx.actor());
    let (subject, subject_id) = subject.parts();
    tx.sql(
        "INSERT INTO changes (org_id, id, at, actor, dialect, request_id, customer_id, subject, subject_id, what, fields, text,
             source_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
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
    .bind(source)
    .run()
    .map(drop)
}

/// The history of a customer and of all that belongs to them, newest first, with that of the records merged into it.
pub fn of_customer(tx: &mut Tx<'_>, customer: Id, limit: i64) -> Result<Vec<Change>> {
    before(tx, customer, Id(i64::MAX), limit)
}

/// The same before one of its lines.
pub fn before(tx: &mut Tx<'_>, customer: Id, line: Id, limit: i64) -> Result<Vec<Change>> {
    let mut all = crate::merges::followers(tx, customer)?;
    let org = tx.org();
    if !all.is_empty() {
        all.push(customer);
        return tx
            .sql(
                "SELECT id, at, actor, dialect, request_id, subject, subject_id, what, fields, text FROM changes
                 WHERE org_id = $1 AND customer_id IN IDS($2) AND id < $3 ORDER BY id DESC LIMIT $4",
            )
            .bind(org)
            .bind(all)
            .bind(line)
            .bind(limit)
            .all(change);
    }
    tx.sql(
        "SELECT id, at, actor, dialect, request_id, subject, subject_id, what, fields, text FROM changes
         WHERE org_id = $1 AND customer_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
    )
    .bind(org)
    .bind(customer)
    .bind(line)
    .bind(limit)
    .all(change)
}

/// What was changed in the org's settings before a line of it, newest first.
pub fn of_settings(tx: &mut Tx<'_>, line: Id, limit: i64) -> Result<Vec<Change>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, at, actor, dialect, request_id, subject, subject_id, what, fields, text FROM changes
         WHERE org_id = $1 AND customer_id IS NULL AND id < $2 AND subject = 'setting' ORDER BY id DESC LIMIT $3",
    )
    .bind(org)
    .bind(line)
    .bind(limit)
    .all(change)
}

/// The door by which a customer came: that of the first line.
pub fn first_door(tx: &mut Tx<'_>, customer: Id) -> Result<Option<String>> {
    let org = tx.org();
    tx.sql("SELECT dialect FROM changes WHERE org_id = $1 AND customer_id = $2 ORDER BY id LIMIT 1")
        .bind(org)
        .bind(customer)
        .optional(|row| row.col())
}

/// What happened to one lead, deal or ticket of a customer, newest first.
pub fn of_subject(tx: &mut Tx<'_>, customer: Id, subject: Id, limit: i64) -> Result<Vec<Change>> {
    let mut all = crate::merges::followers(tx, customer)?;
    all.push(customer);
    let org = tx.org();
    tx.sql(
        "SELECT id, at, actor, dialect, request_id, subject, subject_id, what, fields, text FROM changes
         WHERE org_id = $1 AND customer_id IN IDS($2) AND subject_id = $3 ORDER BY id DESC LIMIT $4",
    )
    .bind(org)
    .bind(all)
    .bind(subject)
    .bind(limit)
    .all(change)
}

/// Ids that a call may give to its changes lie this near behind its own: ten minutes of them.
const NEAR: i64 = 600_000 << 22;

/// What a call changed, in the order in which it did.
pub fn of_request(tx: &mut Tx<'_>, request: Id) -> Result<Vec<Change>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, at, actor, dialect, request_id, subject, subject_id, what, fields, text FROM changes
         WHERE org_id = $1 AND id > $2 AND id < $3 AND request_id = $4 ORDER BY id",
    )
    .bind(org)
    .bind(request)
    .bind(Id(request.0.saturating_add(NEAR)))
    .bind(request)
    .all(change)
}

fn change(row: &mut Row<'_>) -> Result<Change> {
    let (id, at, actor, dialect, request) = (row.col()?, row.col()?, row.col()?, row.col()?, row.col()?);
    let (subject, subject_id) = (row.col()?, row.col()?);
    let (what, fields): (String, String) = (row.col()?, row.col()?);
    let (what, fields) = (What::of(&what), json::read_fields(&fields)?);
    Ok(Change { id, at, actor, dialect, request, subject, subject_id, what, fields, text: row.col()? })
}
