//! Which files belong to which customers; the bytes are elsewhere, under their SHA-256.

use domain::attachment::Attachment;
use domain::{Id, Result};

use crate::db::{Row, Tx};

/// Adds an attachment whose id and instant are set.
pub fn insert(tx: &mut Tx<'_>, new: &Attachment) -> Result<()> {
    let org = tx.org();
    tx.sql(
        "INSERT INTO attachments (org_id, id, customer_id, name, media_type, size, digest, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(org)
    .bind(new.id)
    .bind(new.customer)
    .bind(&new.name)
    .bind(&new.media_type)
    .bind(new.size)
    .bind(&new.digest)
    .bind(new.created_at)
    .run()
    .map(drop)
}

/// Attachments of a customer, oldest first.
pub fn of_customer(tx: &mut Tx<'_>, customer: Id) -> Result<Vec<Attachment>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, customer_id, name, media_type, size, digest, created_at
         FROM attachments WHERE org_id = $1 AND customer_id = $2 ORDER BY id",
    )
    .bind(org)
    .bind(customer)
    .all(attachment)
}

/// Attachments of several customers, oldest first.
pub fn of_customers(tx: &mut Tx<'_>, customers: &[Id]) -> Result<Vec<Attachment>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, customer_id, name, media_type, size, digest, created_at
         FROM attachments WHERE org_id = $1 AND customer_id IN IDS($2) ORDER BY id",
    )
    .bind(org)
    .bind(customers)
    .all(attachment)
}

/// Takes an attachment from a customer; the bytes stay where they are. `false` when they have no such one.
pub fn delete(tx: &mut Tx<'_>, customer: Id, id: Id) -> Result<bool> {
    let org = tx.org();
    let gone = tx
        .sql("DELETE FROM attachments WHERE org_id = $1 AND id = $2 AND customer_id = $3")
        .bind(org)
        .bind(id)
        .bind(customer)
        .run()?;
    Ok(gone > 0)
}

fn attachment(row: &mut Row<'_>) -> Result<Attachment> {
    Ok(Attachment {
        id: row.col()?,
        customer: row.col()?,
        name: row.col()?,
        media_type: row.col()?,
        size: row.col()?,
        digest: row.col()?,
        created_at: row.col()?,
    })
}
