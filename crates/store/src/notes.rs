//! Notes about customers, leads, deals and tickets.

use std::collections::HashMap;

use domain::{Id, Note, Result};

use crate::db::{Row, Tx};
use crate::{catalog, permits};

/// The number for a new note.
pub fn next_number(tx: &mut Tx<'_>) -> Result<i64> {
    tx.number("note")
}

/// Adds a note whose id, number and instant are set.
pub fn insert(tx: &mut Tx<'_>, new: &Note) -> Result<()> {
    let org = tx.org();
    let (permit, permit_me, permit_with) = permits::columns(&new.permit)?;
    tx.sql(
        "INSERT INTO notes (org_id, id, number, customer_id, lead_id, deal_id, ticket_id, body, is_public, author_id,
             author_name, permit, permit_me, permit_with, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(org)
    .bind(new.id)
    .bind(new.number)
    .bind(new.customer)
    .bind(new.lead)
    .bind(new.deal)
    .bind(new.ticket)
    .bind(&new.body)
    .bind(new.is_public)
    .bind(new.author)
    .bind(&new.author_name)
    .bind(permit)
    .bind(permit_me)
    .bind(permit_with)
    .bind(new.created_at)
    .run()?;
    catalog::change_labels(tx, new.id, &[], &new.labels)
}

/// Notes about a customer, directly or through their leads, deals and tickets, newest first.
pub fn of_customer(tx: &mut Tx<'_>, customer: Id) -> Result<Vec<Note>> {
    let org = tx.org();
    let notes = tx
        .sql(
            "SELECT id, number, customer_id, lead_id, deal_id, ticket_id, body, is_public, author_id, author_name, permit,
                 permit_me, permit_with, created_at
             FROM notes WHERE org_id = $1 AND customer_id = $2 ORDER BY id DESC",
        )
        .bind(org)
        .bind(customer)
        .all(note)?;
    with_labels(tx, notes)
}

/// The note with an id, without its labels.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Note>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, customer_id, lead_id, deal_id, ticket_id, body, is_public, author_id, author_name, permit,
             permit_me, permit_with, created_at
         FROM notes WHERE org_id = $1 AND id = $2",
    )
    .bind(org)
    .bind(id)
    .optional(note)
}

/// Notes on a lead, oldest first.
pub fn of_lead(tx: &mut Tx<'_>, lead: Id) -> Result<Vec<Note>> {
    let org = tx.org();
    let notes = tx
        .sql(
            "SELECT id, number, customer_id, lead_id, deal_id, ticket_id, body, is_public, author_id, author_name, permit,
                 permit_me, permit_with, created_at
             FROM notes WHERE org_id = $1 AND lead_id = $2 ORDER BY id",
        )
        .bind(org)
        .bind(lead)
        .all(note)?;
    with_labels(tx, notes)
}

/// Notes on a deal, oldest first.
pub fn of_deal(tx: &mut Tx<'_>, deal: Id) -> Result<Vec<Note>> {
    let org = tx.org();
    let notes = tx
        .sql(
            "SELECT id, number, customer_id, lead_id, deal_id, ticket_id, body, is_public, author_id, author_name, permit,
                 permit_me, permit_with, created_at
             FROM notes WHERE org_id = $1 AND deal_id = $2 ORDER BY id",
        )
        .bind(org)
        .bind(deal)
        .all(note)?;
    with_labels(tx, notes)
}

/// Notes on a ticket, oldest first.
pub fn of_ticket(tx: &mut Tx<'_>, ticket: Id) -> Result<Vec<Note>> {
    let org = tx.org();
    let notes = tx
        .sql(
            "SELECT id, number, customer_id, lead_id, deal_id, ticket_id, body, is_public, author_id, author_name, permit,
                 permit_me, permit_with, created_at
             FROM notes WHERE org_id = $1 AND ticket_id = $2 ORDER BY id",
        )
        .bind(org)
        .bind(ticket)
        .all(note)?;
    with_labels(tx, notes)
}

/// Whose some leads and tickets are: the customer of each that has one.
pub fn whose(tx: &mut Tx<'_>, leads: &[Id], tickets: &[Id]) -> Result<Vec<(Id, Id)>> {
    let org = tx.org();
    let mut found: Vec<(Id, Id)> = Vec::new();
    if !leads.is_empty() {
        let sql = tx.sql("SELECT id, customer_id FROM leads WHERE org_id = $1 AND id IN IDS($2)");
        found = sql.bind(org).bind(leads).all(|row| Ok((row.col()?, row.col()?)))?;
    }
    if !tickets.is_empty() {
        let sql = tx
            .sql("SELECT id, customer_id FROM tickets WHERE org_id = $1 AND id IN IDS($2) AND customer_id IS NOT NULL");
        found.extend(sql.bind(org).bind(tickets).all(|row| Ok((row.col()?, row.col()?)))?);
    }
    Ok(found)
}

fn with_labels(tx: &mut Tx<'_>, mut notes: Vec<Note>) -> Result<Vec<Note>> {
    let places: HashMap<Id, usize> = notes.iter().enumerate().map(|(place, note)| (note.id, place)).collect();
    let ids: Vec<Id> = notes.iter().map(|note| note.id).collect();
    for (id, label) in catalog::labels_of(tx, &ids)? {
        if let Some(place) = places.get(&id) {
            notes[*place].labels.push(label);
        }
    }
    Ok(notes)
}

fn note(row: &mut Row<'_>) -> Result<Note> {
    let note = Note {
        id: row.col()?,
        number: row.col()?,
        customer: row.col()?,
        lead: row.col()?,
        deal: row.col()?,
        ticket: row.col()?,
        body: row.col()?,
        is_public: row.col()?,
        author: row.col()?,
        author_name: row.col()?,
        ..Note::default()
    };
    let permit = permits::read(row)?;
    Ok(Note { permit, created_at: row.col()?, ..note })
}
