//! Who a key belongs to: the unique rows that make two records one person, and everyone who shares a contact point.

use domain::dialect::System;
use domain::identity::{Key, KeyKind};
use domain::matching::Candidate;
use domain::{Id, Result};

use crate::db::{Row, Tx};
use crate::{customers, json};

/// Living records that share one of the keys, in the order of the keys; of one key its holder first, then those of the very
/// `name`, then the oldest. `own` is the system whose codes the candidates are asked for.
pub fn candidates(tx: &mut Tx<'_>, keys: &[Key], name: &str, own: Option<System>) -> Result<Vec<Candidate>> {
    let mut candidates = Vec::new();
    for key in keys {
        let rows = match key.kind {
            KeyKind::Phone | KeyKind::Email => sharing_contact_point(tx, key, name)?,
            KeyKind::Code(_) | KeyKind::NationalId | KeyKind::TaxCode => holding(tx, key)?,
        };
        for (customer, name, codes) in rows {
            let own_code = match own {
                Some(system) => json::read_codes(&codes)?.remove(&system),
                None => None,
            };
            candidates.push(Candidate { customer, key: key.clone(), name, own_code });
        }
    }
    Ok(candidates)
}

type CandidateRow = (Id, String, String);

fn candidate(row: &mut Row<'_>) -> Result<CandidateRow> {
    Ok((row.col()?, row.col()?, row.col()?))
}

fn holding(tx: &mut Tx<'_>, key: &Key) -> Result<Vec<CandidateRow>> {
    let org = tx.org();
    tx.sql(
        "SELECT c.id, c.name, c.codes FROM identities i
         JOIN customers c ON c.org_id = i.org_id AND c.id = i.customer_id
         WHERE i.org_id = $1 AND i.kind = $2 AND i.key = $3 AND c.deleted_at IS NULL",
    )
    .bind(org)
    .bind(key.kind.word())
    .bind(&key.key)
    .all(candidate)
}

/// Only so many are asked for: a switchboard's number may be shared by thousands.
fn sharing_contact_point(tx: &mut Tx<'_>, key: &Key, name: &str) -> Result<Vec<CandidateRow>> {
    let org = tx.org();
    let mut rows: Vec<CandidateRow> = tx
        .sql(
            "SELECT c.id, c.name, c.codes FROM contact_points p
             JOIN customers c ON c.org_id = p.org_id AND c.id = p.customer_id
             LEFT JOIN identities i ON i.org_id = p.org_id AND i.kind = p.kind AND i.key = p.key AND i.customer_id = c.id
             WHERE p.org_id = $1 AND p.kind = $2 AND p.key = $3 AND c.deleted_at IS NULL AND c.canonical_id IS NULL
             ORDER BY i.customer_id IS NULL, c.name_key <> $4, c.id LIMIT 20",
        )
        .bind(org)
        .bind(key.kind.word())
        .bind(&key.key)
        .bind(customers::name_key(name))
        .all(candidate)?;
    rows.dedup_by_key(|(customer, ..)| *customer);
    Ok(rows)
}

/// The record that holds a key.
pub fn holder(tx: &mut Tx<'_>, key: &Key) -> Result<Option<Id>> {
    let org = tx.org();
    tx.sql("SELECT customer_id FROM identities WHERE org_id = $1 AND kind = $2 AND key = $3")
        .bind(org)
        .bind(key.kind.word())
        .bind(&key.key)
        .optional(|row| row.col())
}

/// Codes of a system that follow `after`, in order, each with its record.
pub fn coded(tx: &mut Tx<'_>, system: System, after: &str, limit: i64) -> Result<Vec<(String, Id)>> {
    let org = tx.org();
    tx.sql(
        "SELECT key, customer_id FROM identities WHERE org_id = $1 AND kind = $2 AND key > $3
         ORDER BY key LIMIT $4",
    )
    .bind(org)
    .bind(system.identity_word())
    .bind(after)
    .bind(limit)
    .all(|row| Ok((row.col()?, row.col()?)))
}

/// Takes a key for a record. `false` when another record holds it.
pub fn claim(tx: &mut Tx<'_>, key: &Key, customer: Id) -> Result<bool> {
    let org = tx.org();
    let taken = tx
        .sql(
            "INSERT INTO identities (org_id, kind, key, customer_id) VALUES ($1, $2, $3, $4)
             ON CONFLICT (org_id, kind, key) DO NOTHING",
        )
        .bind(org)
        .bind(key.kind.word())
        .bind(&key.key)
        .bind(customer)
        .run()?;
    Ok(taken == 1)
}

/// Gives back a key that a record holds.
pub fn release(tx: &mut Tx<'_>, key: &Key, customer: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM identities WHERE org_id = $1 AND kind = $2 AND key = $3 AND customer_id = $4")
        .bind(org)
        .bind(key.kind.word())
        .bind(&key.key)
        .bind(customer)
        .run()
        .map(drop)
}
