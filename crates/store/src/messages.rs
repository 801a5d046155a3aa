//! The outbox: messages to customers, waiting, sent or given up.

use domain::message::{MessageKind, MessageState};
use domain::{Id, Message, Result};

use crate::db::{Row, Tx};

/// The number for a new message of a kind.
pub fn next_number(tx: &mut Tx<'_>, kind: MessageKind) -> Result<i64> {
    tx.number(kind.word())
}

/// Adds a message whose id, number and instant are set; one that is queued is due at once.
pub fn insert(tx: &mut Tx<'_>, new: &Message) -> Result<()> {
    let org = tx.org();
    tx.sql(
        "INSERT INTO messages (org_id, id, number, kind, customer_id, recipient, subject, body, state, answer, due_at,
             attempts, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12)",
    )
    .bind(org)
    .bind(new.id)
    .bind(new.number)
    .bind(new.kind.word())
    .bind(new.customer)
    .bind(&new.recipient)
    .bind(&new.subject)
    .bind(&new.body)
    .bind(new.state.word())
    .bind(&new.answer)
    .bind((new.state == MessageState::Queued).then_some(new.created_at))
    .bind(new.created_at)
    .run()
    .map(drop)
}

/// Messages to a customer, newest first.
pub fn of_customer(tx: &mut Tx<'_>, customer: Id) -> Result<Vec<Message>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, kind, customer_id, recipient, subject, body, state, answer, created_at, sent_at
         FROM messages WHERE org_id = $1 AND customer_id = $2 ORDER BY id DESC",
    )
    .bind(org)
    .bind(customer)
    .all(message)
}

/// The newest messages of an org.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Message>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, kind, customer_id, recipient, subject, body, state, answer, created_at, sent_at
         FROM messages WHERE org_id = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(org)
    .bind(limit)
    .all(message)
}

fn message(row: &mut Row<'_>) -> Result<Message> {
    let (id, number, kind): (Id, i64, String) = (row.col()?, row.col()?, row.col()?);
    let (customer, recipient, subject, body) = (row.col()?, row.col()?, row.col()?, row.col()?);
    let state: String = row.col()?;
    Ok(Message {
        id,
        number,
        kind: MessageKind::of(&kind),
        customer,
        recipient,
        subject,
        body,
        state: MessageState::of(&state),
        answer: row.col()?,
        created_at: row.col()?,
        sent_at: row.col()?,
    })
}
