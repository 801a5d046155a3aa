//! Tickets: what customers need help with.

mod lists;

use std::collections::HashMap;

use domain::{Id, Result, Team, Ticket};

use crate::db::{Row, Tx};
use crate::{catalog, customers, fields};

pub use self::lists::{After, Asked, State, count_open, list_after, of_customers};

/// The number for a new ticket.
pub fn next_number(tx: &mut Tx<'_>) -> Result<i64> {
    tx.number("ticket")
}

/// Adds a ticket whose id, number and instants are set.
pub fn insert(tx: &mut Tx<'_>, new: &Ticket) -> Result<()> {
    let org = tx.org();
    tx.sql(
        "INSERT INTO tickets (org_id, id, number, customer_id, deal_id, title, body, team_id, closed_at, created_at, updated_at,
             version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(org)
    .bind(new.id)
    .bind(new.number)
    .bind(new.customer.as_ref().map(|customer| customer.id))
    .bind(new.deal)
    .bind(&new.title)
    .bind(&new.body)
    .bind(new.team.as_ref().map(|team| team.id))
    .bind(new.closed_at)
    .bind(new.created_at)
    .bind(new.updated_at)
    .bind(new.version)
    .run()?;
    catalog::change_labels(tx, new.id, &[], &new.labels)?;
    fields::change_values(tx, new.id, &[], &new.values)
}

/// Brings a ticket from one state to another. `false` when somebody else changed it in between.
pub fn update(tx: &mut Tx<'_>, before: &Ticket, after: &Ticket) -> Result<bool> {
    let org = tx.org();
    let changed = tx
        .sql(
            "UPDATE tickets SET version = $1, title = $2, body = $3, team_id = $4, closed_at = $5, updated_at = $6
             WHERE org_id = $7 AND id = $8 AND COALESCE(version, 1) = $9",
        )
        .bind(before.version + 1)
        .bind(&after.title)
        .bind(&after.body)
        .bind(after.team.as_ref().map(|team| team.id))
        .bind(after.closed_at)
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

/// A ticket, whole.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Ticket>> {
    Ok(list(tx, &[id])?.into_iter().next())
}

/// The ticket with a number.
pub fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Id>> {
    let org = tx.org();
    tx.sql("SELECT id FROM tickets WHERE org_id = $1 AND number = $2").bind(org).bind(number).optional(|row| row.col())
}

/// Tickets of a customer, newest first.
pub fn of_customer(tx: &mut Tx<'_>, customer: Id) -> Result<Vec<Ticket>> {
    let org = tx.org();
    let ids: Vec<Id> = tx
        .sql("SELECT id FROM tickets WHERE org_id = $1 AND customer_id = $2 ORDER BY id DESC")
        .bind(org)
        .bind(customer)
        .all(|row| row.col())?;
    list(tx, &ids)
}

/// Tickets, whole, in the order asked for.
pub fn list(tx: &mut Tx<'_>, ids: &[Id]) -> Result<Vec<Ticket>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let org = tx.org();
    let rows = tx
        .sql(
            "SELECT t.id, t.number, COALESCE(t.version, 1), t.customer_id, t.deal_id, t.title, t.body, t.closed_at, t.created_at, t.updated_at,
                 g.id, g.number, g.name
             FROM tickets t LEFT JOIN teams g ON g.org_id = t.org_id AND g.id = t.team_id
             WHERE t.org_id = $1 AND t.id IN IDS($2)",
        )
        .bind(org)
        .bind(ids)
        .all(ticket)?;
    let of: Vec<Id> = rows.iter().filter_map(|(_, customer)| *customer).collect();
    let customers = customers::refs(tx, &of)?;
    let mut tickets = HashMap::new();
    for (mut ticket, customer) in rows {
        ticket.customer = customer.and_then(|id| customers.get(&id).cloned());
        tickets.insert(ticket.id, ticket);
    }
    for (id, label) in catalog::labels_of(tx, ids)? {
        tickets.entry(id).and_modify(|ticket| ticket.labels.push(label));
    }
    for (id, value) in fields::values_of(tx, ids)? {
        tickets.entry(id).and_modify(|ticket| ticket.values.push(value));
    }
    Ok(ids.iter().filter_map(|id| tickets.remove(id)).collect())
}

fn ticket(row: &mut Row<'_>) -> Result<(Ticket, Option<Id>)> {
    let (id, number, version, customer, deal) = (row.col()?, row.col()?, row.col()?, row.col()?, row.col()?);
    let (title, body, closed_at, created_at, updated_at) = (row.col()?, row.col()?, row.col()?, row.col()?, row.col()?);
    let team = match row.col::<Option<i64>>()? {
        Some(id) => Some(Team { id: Id(id), number: row.col()?, name: row.col()? }),
        None => None,
    };
    let (labels, values) = (Vec::new(), Vec::new());
    let ticket = Ticket {
        id,
        number,
        version,
        customer: None,
        deal,
        title,
        body,
        labels,
        team,
        values,
        created_at,
        updated_at,
        closed_at,
    };
    Ok((ticket, customer))
}
