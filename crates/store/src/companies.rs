//! Companies: organizations with the customers who belong to them.

use domain::{Id, Result};

use crate::db::Tx;

/// How many customers belong to each of some organizations; those with none are left out.
pub fn sizes(tx: &mut Tx<'_>, companies: &[Id]) -> Result<Vec<(Id, i64)>> {
    let org = tx.org();
    tx.sql(
        "SELECT company_id, count(*) FROM customers
         WHERE org_id = $1 AND company_id IN IDS($2) AND company_id IS NOT NULL AND deleted_at IS NULL
           AND canonical_id IS NULL
         GROUP BY company_id",
    )
    .bind(org)
    .bind(companies)
    .all(|row| Ok((row.col()?, row.col()?)))
}

/// Customers who belong to an organization, newest first, from the one after which the page before ended.
pub fn people(tx: &mut Tx<'_>, company: Id, before: Option<Id>, size: i64) -> Result<Vec<Id>> {
    let org = tx.org();
    tx.sql(
        "SELECT id FROM customers
         WHERE org_id = $1 AND company_id = $2 AND company_id IS NOT NULL AND id < $3 AND deleted_at IS NULL
           AND canonical_id IS NULL
         ORDER BY id DESC LIMIT $4",
    )
    .bind(org)
    .bind(company)
    .bind(before.unwrap_or(Id(i64::MAX)))
    .bind(size)
    .all(|row| row.col())
}
