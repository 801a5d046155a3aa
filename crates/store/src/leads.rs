//! Leads: enquiries with their status, labels and custom values.

mod lanes;
mod page;

use std::collections::HashMap;

use domain::customer::UserRef;
use domain::lead::{Closing, Conversion};
use domain::{CatalogKind, Id, Instant, Lead, Result, Team};

use crate::db::{Row, Tx};
use crate::{catalog, customers, fields};

pub use self::lanes::{After, Lane, Standing, count, lane, of_customers};
pub use self::page::{Filter, Found, Range, page};

/// Every statement that is put together of literals, for the checks that all statements go through.
pub fn statements() -> Vec<&'static str> {
    page::statements().into_iter().chain(lanes::statements()).collect()
}

/// The number for a new lead.
pub fn next_number(tx: &mut Tx<'_>) -> Result<i64> {
    tx.number("lead")
}

/// A lead, whole.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Lead>> {
    Ok(list(tx, &[id])?.into_iter().next())
}

/// The lead with a number.
pub fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Id>> {
    let org = tx.org();
    tx.sql("SELECT id FROM leads WHERE org_id = $1 AND number = $2 AND deleted_at IS NULL")
        .bind(org)
        .bind(number)
        .optional(|row| row.col())
}

/// Leads of a customer, newest first.
pub fn of_customer(tx: &mut Tx<'_>, customer: Id) -> Result<Vec<Lead>> {
    let org = tx.org();
    let ids: Vec<Id> = tx
        .sql("SELECT id FROM leads WHERE org_id = $1 AND customer_id = $2 AND deleted_at IS NULL ORDER BY id DESC")
        .bind(org)
        .bind(customer)
        .all(|row| row.col())?;
    list(tx, &ids)
}

/// Leads, whole, in the order asked for.
pub fn list(tx: &mut Tx<'_>, ids: &[Id]) -> Result<Vec<Lead>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let org = tx.org();
    let rows = tx
        .sql(
            "SELECT l.id, l.number, l.version, l.customer_id, l.subject, l.last_status_id, l.expected_close, l.reference_url,
                 l.company_name, l.closed_how, l.closed_at, l.closed_by, l.created_at, l.updated_at,
                 t.id, t.number, t.name, u.id, u.number, u.name, u.email, b.number
             FROM leads l
             LEFT JOIN teams t ON t.org_id = l.org_id AND t.id = l.team_id
             LEFT JOIN users u ON u.org_id = l.org_id AND u.id = l.assignee_id
             LEFT JOIN users b ON b.org_id = l.org_id AND b.id = l.closed_by
             WHERE l.org_id = $1 AND l.id IN IDS($2)",
        )
        .bind(org)
        .bind(ids)
        .all(lead)?;
    let of: Vec<Id> = rows.iter().map(|(_, customer, _)| *customer).collect();
    let customers = customers::refs(tx, &of)?;
    let statuses: Vec<Id> = rows.iter().filter_map(|(_, _, last_status)| *last_status).collect();
    let statuses = catalog::items(tx, &statuses)?;
    let mut leads = HashMap::new();
    for (mut lead, customer, last_status) in rows {
        lead.customer = customers.get(&customer).cloned();
        lead.last_status = last_status.and_then(|status| statuses.get(&status)).map(|item| item.label());
        leads.insert(lead.id, lead);
    }
    for (id, label) in catalog::labels_of(tx, ids)? {
        leads.entry(id).and_modify(|lead| lead.labels.push(label));
    }
    for (id, value) in fields::values_of(tx, ids)? {
        leads.entry(id).and_modify(|lead| lead.values.push(value));
    }
    Ok(ids.iter().filter_map(|id| leads.remove(id)).collect())
}

fn lead(row: &mut Row<'_>) -> Result<(Lead, Id, Option<Id>)> {
    let (id, number, version, customer) = (row.col()?, row.col()?, row.col()?, row.col()?);
    let (subject, last_status, expected_close) = (row.col()?, row.col()?, row.col()?);
    let (reference_url, company_name) = (row.col()?, row.col()?);
    let (how, closed_at, closed_by): (Option<i64>, Option<Instant>, Option<Id>) = (row.col()?, row.col()?, row.col()?);
    let (created_at, updated_at) = (row.col()?, row.col()?);
    let (team_id, team_number, team_name): (Option<Id>, Option<i64>, Option<String>) =
        (row.col()?, row.col()?, row.col()?);
    let team = match (team_id, team_number, team_name) {
        (Some(id), Some(number), Some(name)) => Some(Team { id, number, name }),
        _ => None,
    };
    let (user_id, user_number): (Option<Id>, Option<i64>) = (row.col()?, row.col()?);
    let (user_name, user_email): (Option<String>, Option<String>) = (row.col()?, row.col()?);
    let assignee = match (user_id, user_number, user_name, user_email) {
        (Some(id), Some(number), Some(name), Some(email)) => Some(UserRef { id, number, name, email }),
        _ => None,
    };
    let by_number = row.col()?;
    let closing =
        how.and_then(Conversion::of).zip(closed_at).map(|(how, at)| Closing { how, at, by: closed_by, by_number });
    let lead = Lead {
        id,
        number,
        version,
        customer: None,
        subject,
        labels: Vec::new(),
        last_status: None,
        team,
        assignee,
        expected_close,
        reference_url,
        company_name,
        closing,
        values: Vec::new(),
        created_at,
        updated_at,
    };
    Ok((lead, customer, last_status))
}

/// Adds a lead whose id, number and instants are set.
pub fn insert(tx: &mut Tx<'_>, new: &Lead, customer: Id) -> Result<()> {
    let org = tx.org();
    let closing = new.closing.as_ref();
    tx.sql(
        "INSERT INTO leads (org_id, id, number, version, customer_id, subject, status_id, last_status_id, service_id,
             team_id, assignee_id, expected_close, reference_url, company_name, closed_how, closed_at, closed_by, created_at,
             updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
    )
    .bind(org)
    .bind(new.id)
    .bind(new.number)
    .bind(new.version)
    .bind(customer)
    .bind(&new.subject)
    .bind(item(new, CatalogKind::LeadStatus))
    .bind(new.last_status.as_ref().map(|label| label.item))
    .bind(item(new, CatalogKind::Service))
    .bind(new.team.as_ref().map(|team| team.id))
    .bind(new.assignee.as_ref().map(|user| user.id))
    .bind(new.expected_close)
    .bind(&new.reference_url)
    .bind(&new.company_name)
    .bind(closing.map(|closing| closing.how.number()))
    .bind(closing.map(|closing| closing.at))
    .bind(closing.and_then(|closing| closing.by))
    .bind(new.created_at)
    .bind(new.updated_at)
    .run()?;
    catalog::change_labels(tx, new.id, &[], &new.labels)?;
    fields::change_values(tx, new.id, &[], &new.values)
}

/// Brings a lead from one state to another. `false` when somebody else changed it in between.
pub fn update(tx: &mut Tx<'_>, before: &Lead, after: &Lead) -> Result<bool> {
    let org = tx.org();
    let closing = after.closing.as_ref();
    let changed = tx
        .sql(
            "UPDATE leads SET version = $1, subject = $2, status_id = $3, last_status_id = $4, service_id = $5,
                 team_id = $6, assignee_id = $7, expected_close = $8, reference_url = $9, company_name = $10,
                 closed_how = $11, closed_at = $12, closed_by = $13, updated_at = $14
             WHERE org_id = $15 AND id = $16 AND version = $17",
        )
        .bind(before.version + 1)
        .bind(&after.subject)
        .bind(item(after, CatalogKind::LeadStatus))
        .bind(after.last_status.as_ref().map(|label| label.item))
        .bind(item(after, CatalogKind::Service))
        .bind(after.team.as_ref().map(|team| team.id))
        .bind(after.assignee.as_ref().map(|user| user.id))
        .bind(after.expected_close)
        .bind(&after.reference_url)
        .bind(&after.company_name)
        .bind(closing.map(|closing| closing.how.number()))
        .bind(closing.map(|closing| closing.at))
        .bind(closing.and_then(|closing| closing.by))
        .bind(after.updated_at)
        .bind(org)
        .bind(before.id)
        .bind(before.version)
        .run()?;
    if changed == 1 {
        catalog::change_labels(tx, after.id, &before.labels, &after.labels)?;
        fields::change_values(tx, after.id, &before.values, &after.values)?;
    }
    Ok(changed == 1)
}

fn item(lead: &Lead, kind: CatalogKind) -> Option<Id> {
    lead.label(kind).map(|label| label.item)
}

/// Whether a lead had a status before its present one.
pub fn remembers_status(tx: &mut Tx<'_>, status: Id) -> Result<bool> {
    let org = tx.org();
    let found = tx.sql("SELECT id FROM leads WHERE org_id = $1 AND last_status_id = $2 LIMIT 1").bind(org).bind(status);
    Ok(found.optional(|row| row.col::<Id>())?.is_some())
}

/// Leads that had one status before their present one had another instead.
pub fn replace_last_status(tx: &mut Tx<'_>, old: Id, new: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("UPDATE leads SET last_status_id = $1 WHERE org_id = $2 AND last_status_id = $3")
        .bind(new)
        .bind(org)
        .bind(old)
        .run()
        .map(drop)
}
