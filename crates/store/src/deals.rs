//! Deals: possible sales with their stage, value and people.

mod lanes;

use std::collections::HashMap;

use domain::{Deal, Id, Instant, Result, Viewer, text};

use crate::db::{Row, Tx};
use crate::{catalog, customers, fields, json, owners, permits};

pub use self::lanes::{Lane, Sum, lane, of_customers, of_name, statements, sums, table};

/// The number for a new deal.
pub fn next_number(tx: &mut Tx<'_>) -> Result<i64> {
    tx.number("deal")
}

/// A deal, whole.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Deal>> {
    Ok(list(tx, &[id])?.into_iter().next())
}

/// The deal with a client's code.
pub fn find_by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Id>> {
    let org = tx.org();
    tx.sql("SELECT id FROM deals WHERE org_id = $1 AND code = $2")
        .bind(org)
        .bind(text::tidy(code))
        .optional(|row| row.col())
}

/// The deal with a number.
pub fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Id>> {
    let org = tx.org();
    tx.sql("SELECT id FROM deals WHERE org_id = $1 AND number = $2").bind(org).bind(number).optional(|row| row.col())
}

/// The oldest deal of a name, whatever its case and blanks.
pub fn find_by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Id>> {
    let org = tx.org();
    tx.sql("SELECT id FROM deals WHERE org_id = $1 AND name_key = $2 ORDER BY id LIMIT 1")
        .bind(org)
        .bind(name_key(name))
        .optional(|row| row.col())
}

/// Deals of a customer, newest first.
pub fn of_customer(tx: &mut Tx<'_>, customer: Id) -> Result<Vec<Deal>> {
    let org = tx.org();
    let ids: Vec<Id> = tx
        .sql("SELECT id FROM deals WHERE org_id = $1 AND customer_id = $2 ORDER BY id DESC")
        .bind(org)
        .bind(customer)
        .all(|row| row.col())?;
    list(tx, &ids)
}

/// A deal in outline: what it is looked for by.
#[derive(Debug, Clone)]
pub struct Outline {
    /// The deal.
    pub id: Id,
    /// Its number.
    pub number: i64,
    /// The client's code.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Instant,
}

/// Every deal that `viewer` may see, in outline, newest first.
pub fn outlines(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<Outline>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, code, name, created_at FROM deals
         WHERE org_id = $1 AND SHARED(deals, $2) AND SEEN(customer_id, $2) ORDER BY id DESC",
    )
    .bind(org)
    .bind(viewer)
    .all(|row| {
        let (id, number, code, name, created_at) = (row.col()?, row.col()?, row.col()?, row.col()?, row.col()?);
        Ok(Outline { id, number, code, name, created_at })
    })
}

/// A page of all deals, newest first, and how many there are.
pub fn newest(tx: &mut Tx<'_>, offset: i64, size: i64) -> Result<(Vec<Id>, i64)> {
    let org = tx.org();
    let total = tx.sql("SELECT count(*) FROM deals WHERE org_id = $1").bind(org).one(|row| row.col())?;
    let ids = tx
        .sql("SELECT id FROM deals WHERE org_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3")
        .bind(org)
        .bind(size)
        .bind(offset)
        .all(|row| row.col())?;
    Ok((ids, total))
}

/// Deals, whole, in the order asked for.
pub fn list(tx: &mut Tx<'_>, ids: &[Id]) -> Result<Vec<Deal>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let org = tx.org();
    let rows = tx
        .sql(
            "SELECT id, number, version, code, name, value, description, close_at, customer_id, contacts, permit, permit_me,
                 permit_with, created_at, updated_at
             FROM deals WHERE org_id = $1 AND id IN IDS($2)",
        )
        .bind(org)
        .bind(ids)
        .all(deal)?;
    let concerned: Vec<Id> =
        rows.iter().flat_map(|(_, customer, contacts)| customer.iter().chain(contacts)).copied().collect();
    let customers = customers::refs(tx, &concerned)?;
    let mut deals = HashMap::new();
    for (mut deal, customer, contacts) in rows {
        deal.customer = customer.and_then(|id| customers.get(&id).cloned());
        deal.contacts = contacts.iter().filter_map(|id| customers.get(id).cloned()).collect();
        deals.insert(deal.id, deal);
    }
    for (id, label) in catalog::labels_of(tx, ids)? {
        deals.entry(id).and_modify(|deal| deal.labels.push(label));
    }
    for (id, user) in owners::users_of(tx, ids)? {
        deals.entry(id).and_modify(|deal| deal.owners.push(user));
    }
    for (id, team) in owners::teams_of(tx, ids)? {
        deals.entry(id).and_modify(|deal| deal.teams.push(team));
    }
    for (id, value) in fields::values_of(tx, ids)? {
        deals.entry(id).and_modify(|deal| deal.values.push(value));
    }
    Ok(ids.iter().filter_map(|id| deals.remove(id)).collect())
}

fn deal(row: &mut Row<'_>) -> Result<(Deal, Option<Id>, Vec<Id>)> {
    let deal = Deal {
        id: row.col()?,
        number: row.col()?,
        version: row.col()?,
        code: row.col()?,
        name: row.col()?,
        value: row.col()?,
        description: row.col()?,
        close_at: row.col()?,
        ..Deal::default()
    };
    let (customer, contacts): (Option<Id>, String) = (row.col()?, row.col()?);
    let permit = permits::read(row)?;
    let deal = Deal { permit, created_at: row.col()?, updated_at: row.col()?, ..deal };
    Ok((deal, customer, json::read_ids(&contacts)?))
}

fn contact_ids(deal: &Deal) -> Result<String> {
    json::write_ids(&deal.contacts.iter().map(|customer| customer.id).collect::<Vec<_>>())
}

fn stage(deal: &Deal) -> Option<Id> {
    deal.label(domain::CatalogKind::DealStage).map(|label| label.item)
}

fn currency(deal: &Deal) -> Option<Id> {
    deal.label(domain::CatalogKind::Currency).map(|label| label.item)
}

fn name_key(name: &str) -> String {
    shortened(text::label_key(name))
}

fn name_folded(name: &str) -> String {
    shortened(text::fold(&text::tidy(name)))
}

/// Neither engine takes a key of any length.
fn shortened(mut key: String) -> String {
    key.truncate(key.floor_char_boundary(200));
    key
}

/// Adds a deal whose id, number and instants are set. `false` when its code is taken.
pub fn insert(tx: &mut Tx<'_>, new: &Deal) -> Result<bool> {
    let org = tx.org();
    let (permit, permit_me, permit_with) = permits::columns(&new.permit)?;
    let added = tx
        .sql(
            "INSERT INTO deals (org_id, id, number, version, code, name, name_key, value, description, stage_id, close_at,
                 customer_id, contacts, permit, permit_me, permit_with, created_at, updated_at, amount, currency_id,
                 name_folded)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
             ON CONFLICT (org_id, code) DO NOTHING",
        )
        .bind(org)
        .bind(new.id)
        .bind(new.number)
        .bind(new.version)
        .bind(new.code.as_deref())
        .bind(&new.name)
        .bind(name_key(&new.name))
        .bind(&new.value)
        .bind(&new.description)
        .bind(stage(new))
        .bind(new.close_at)
        .bind(new.customer.as_ref().map(|customer| customer.id))
        .bind(contact_ids(new)?)
        .bind(permit)
        .bind(permit_me)
        .bind(permit_with)
        .bind(new.created_at)
        .bind(new.updated_at)
        .bind(new.amount())
        .bind(currency(new))
        .bind(name_folded(&new.name))
        .run()?;
    if added == 1 {
        catalog::change_labels(tx, new.id, &[], &new.labels)?;
        owners::insert(tx, new.id, &new.owners, &new.teams)?;
        fields::change_values(tx, new.id, &[], &new.values)?;
    }
    Ok(added == 1)
}

/// Brings a deal from one state to another. `false` when somebody else changed it in between.
pub fn update(tx: &mut Tx<'_>, before: &Deal, after: &Deal) -> Result<bool> {
    let org = tx.org();
    let (permit, permit_me, permit_with) = permits::columns(&after.permit)?;
    let changed = tx
        .sql(
            "UPDATE deals SET version = $1, name = $2, name_key = $3, value = $4, description = $5, stage_id = $6,
                 close_at = $7, customer_id = $8, contacts = $9, permit = $10, permit_me = $11, permit_with = $12,
                 updated_at = $13, amount = $14, currency_id = $15, name_folded = $16
             WHERE org_id = $17 AND id = $18 AND version = $19",
        )
        .bind(before.version + 1)
        .bind(&after.name)
        .bind(name_key(&after.name))
        .bind(&after.value)
        .bind(&after.description)
        .bind(stage(after))
        .bind(after.close_at)
        .bind(after.customer.as_ref().map(|customer| customer.id))
        .bind(contact_ids(after)?)
        .bind(permit)
        .bind(permit_me)
        .bind(permit_with)
        .bind(after.updated_at)
        .bind(after.amount())
        .bind(currency(after))
        .bind(name_folded(&after.name))
        .bind(org)
        .bind(before.id)
        .bind(before.version)
        .run()?;
    if changed == 1 {
        catalog::change_labels(tx, after.id, &before.labels, &after.labels)?;
        fields::change_values(tx, after.id, &before.values, &after.values)?;
        if before.owners != after.owners || before.teams != after.teams {
            owners::replace(tx, after.id, &after.owners, &after.teams)?;
        }
    }
    Ok(changed == 1)
}
