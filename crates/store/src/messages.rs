//! The outbox: messages to customers, waiting, sent or given up.

use domain::message::{MessageKind, MessageState};
use domain::webhook::Attempt;
use domain::{Dialect, Id, Instant, Message, OrgId, Result};

use crate::db::{Row, Tx};

/// The number for a new message of a kind.
pub fn next_number(tx: &mut Tx<'_>, kind: MessageKind) -> Result<i64> {
    tx.number(kind.word())
}

/// Adds a message whose id, number and instant are set; one that is queued is due at once.
pub fn insert(tx: &mut Tx<'_>, new: &Message) -> Result<()> {
    let (org, dialect) = (tx.org(), tx.actor().dialect);
    tx.sql(
        "INSERT INTO messages (org_id, id, number, kind, customer_id, recipient, subject, body, html, state, answer, due_at,
             attempts, created_at, sent_at, dialect)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $14, $15)",
    )
    .bind(org)
    .bind(new.id)
    .bind(new.number)
    .bind(new.kind.word())
    .bind(new.customer)
    .bind(&new.recipient)
    .bind(&new.subject)
    .bind(&new.body)
    .bind(new.html.as_deref())
    .bind(new.state.word())
    .bind(&new.answer)
    .bind((new.state == MessageState::Queued).then_some(new.created_at))
    .bind(new.created_at)
    .bind(new.sent_at)
    .bind(dialect.word())
    .run()?;
    if new.state == MessageState::Queued {
        tx.ring();
    }
    Ok(())
}

/// Messages to a customer, newest first.
pub fn of_customer(tx: &mut Tx<'_>, customer: Id) -> Result<Vec<Message>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, kind, customer_id, recipient, subject, body, html, state, answer, attempts, due_at, created_at,
             sent_at
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
        "SELECT id, number, kind, customer_id, recipient, subject, body, html, state, answer, attempts, due_at, created_at,
             sent_at
         FROM messages WHERE org_id = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(org)
    .bind(limit)
    .all(message)
}

/// The message with an id.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Message>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, kind, customer_id, recipient, subject, body, html, state, answer, attempts, due_at, created_at,
             sent_at
         FROM messages WHERE org_id = $1 AND id = $2",
    )
    .bind(org)
    .bind(id)
    .optional(message)
}

/// The message of a kind with a number.
pub fn find_by_number(tx: &mut Tx<'_>, kind: MessageKind, number: i64) -> Result<Option<Message>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, kind, customer_id, recipient, subject, body, html, state, answer, attempts, due_at, created_at,
             sent_at
         FROM messages WHERE org_id = $1 AND kind = $2 AND number = $3",
    )
    .bind(org)
    .bind(kind.word())
    .bind(number)
    .optional(message)
}

/// Which orgs have messages of a kind that are due.
pub fn due(tx: &mut Tx<'_>, kind: MessageKind) -> Result<Vec<OrgId>> {
    let now = tx.now();
    tx.sql(
        "SELECT id FROM orgs WHERE EXISTS (
             SELECT 1 FROM messages WHERE messages.org_id = orgs.id AND messages.kind = $1 AND messages.due_at <= $2)",
    )
    .bind(kind.word())
    .bind(now)
    .all(|row| row.col())
}

/// Messages of a kind that are due, earliest first.
pub fn candidates(tx: &mut Tx<'_>, kind: MessageKind, limit: i64) -> Result<Vec<Message>> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql(
        "SELECT id, number, kind, customer_id, recipient, subject, body, html, state, answer, attempts, due_at, created_at,
             sent_at
         FROM messages WHERE org_id = $1 AND kind = $2 AND due_at <= $3 ORDER BY due_at, id LIMIT $4",
    )
    .bind(org)
    .bind(kind.word())
    .bind(now)
    .bind(limit)
    .all(message)
}

/// Takes a message that is due, so that it is nobody else's until `until`; gives where on the schedule it is, or nothing when
/// somebody else was faster.
pub fn claim(tx: &mut Tx<'_>, id: Id, until: Instant) -> Result<Option<i64>> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql("UPDATE messages SET due_at = $1 WHERE org_id = $2 AND id = $3 AND due_at <= $4 RETURNING COALESCE(step, 0)")
        .bind(until)
        .bind(org)
        .bind(id)
        .bind(now)
        .optional(|row| row.col())
}

/// Puts a message that was not tried off until `at`, with the reason.
pub fn put_off(tx: &mut Tx<'_>, id: Id, at: Instant, reason: &str) -> Result<()> {
    let org = tx.org();
    tx.sql("UPDATE messages SET due_at = $1, answer = $2 WHERE org_id = $3 AND id = $4 AND due_at IS NOT NULL")
        .bind(at)
        .bind(reason)
        .bind(org)
        .bind(id)
        .run()
        .map(drop)
}

/// Whether messages to a customer must not be sent: it, or the one it was merged into, wants none or was taken away.
pub fn unwanted_by(tx: &mut Tx<'_>, customer: Id) -> Result<bool> {
    let org = tx.org();
    let found: Option<(bool, bool)> = tx
        .sql(
            "SELECT COALESCE(w.do_not_contact, c.do_not_contact), COALESCE(w.deleted_at, c.deleted_at) IS NOT NULL
             FROM customers c LEFT JOIN customers w ON w.org_id = c.org_id AND w.id = c.canonical_id
             WHERE c.org_id = $1 AND c.id = $2",
        )
        .bind(org)
        .bind(customer)
        .optional(|row| Ok((row.col()?, row.col()?)))?;
    Ok(found.is_none_or(|(no_contact, gone)| no_contact || gone))
}

/// Makes messages of a kind that wait and were never tried due at once.
pub fn hasten(tx: &mut Tx<'_>, kind: MessageKind) -> Result<()> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql("UPDATE messages SET due_at = $1 WHERE org_id = $2 AND kind = $3 AND due_at > $4 AND attempts = 0")
        .bind(now)
        .bind(org)
        .bind(kind.word())
        .bind(now)
        .run()?;
    tx.ring();
    Ok(())
}

/// Ends a message that was not tried: refused, or kept as a trial. `false` when it was over already.
pub fn end(tx: &mut Tx<'_>, id: Id, state: MessageState, reason: &str) -> Result<bool> {
    let org = tx.org();
    let ended = tx
        .sql("UPDATE messages SET due_at = NULL, state = $1, answer = $2 WHERE org_id = $3 AND id = $4 AND due_at IS NOT NULL")
        .bind(state.word())
        .bind(reason)
        .bind(org)
        .bind(id)
        .run()?;
    Ok(ended == 1)
}

/// The door through which a message was asked for.
pub fn dialect(tx: &mut Tx<'_>, id: Id) -> Result<Dialect> {
    let org = tx.org();
    let word = tx
        .sql("SELECT dialect FROM messages WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .optional(|row| row.col::<Option<String>>())?;
    Ok(word.flatten().and_then(|word| Dialect::of(&word)).unwrap_or(Dialect::Cli))
}

/// Notes how an attempt at a message ended: sent, to be tried again at `again`, or given up. Gives how many attempts there
/// were and through which door the message came, or nothing when it was over already.
pub fn settle(
    tx: &mut Tx<'_>,
    id: Id,
    state: MessageState,
    again: Option<Instant>,
    attempt: &Attempt,
) -> Result<Option<(i64, Dialect)>> {
    let org = tx.org();
    let end = attempt.answer.floor_char_boundary(1_024);
    tx.sql(
        "UPDATE messages SET state = $1, due_at = $2, answer = $3, sent_at = $4, attempts = attempts + 1,
             step = COALESCE(step, 0) + 1
         WHERE org_id = $5 AND id = $6 AND due_at IS NOT NULL RETURNING attempts, dialect",
    )
    .bind(state.word())
    .bind(again)
    .bind(&attempt.answer[..end])
    .bind((state == MessageState::Sent).then_some(attempt.at))
    .bind(org)
    .bind(id)
    .optional(|row| {
        let (attempts, dialect): (i64, Option<String>) = (row.col()?, row.col()?);
        Ok((attempts, dialect.and_then(|word| Dialect::of(&word)).unwrap_or(Dialect::Cli)))
    })
}

/// Sends messages once more that were given up, kept as a trial or held back; gives how many.
pub fn requeue(tx: &mut Tx<'_>, ids: &[Id]) -> Result<u64> {
    let (org, now) = (tx.org(), tx.now());
    let again = tx
        .sql(
            "UPDATE messages SET state = 'queued', due_at = $1, step = 0
             WHERE org_id = $2 AND id IN IDS($3) AND due_at IS NULL AND state <> 'sent'",
        )
        .bind(now)
        .bind(org)
        .bind(ids)
        .run()?;
    tx.ring();
    Ok(again)
}

/// How many messages of a kind wait, counted up to `most`.
pub fn waiting(tx: &mut Tx<'_>, kind: MessageKind, most: i64) -> Result<i64> {
    let org = tx.org();
    tx.sql(
        "SELECT count(*) FROM (SELECT 1 FROM messages WHERE org_id = $1 AND kind = $2 AND due_at IS NOT NULL LIMIT $3) AS counted",
    )
    .bind(org)
    .bind(kind.word())
    .bind(most)
    .one(|row| row.col())
}

fn message(row: &mut Row<'_>) -> Result<Message> {
    let (id, number, kind): (Id, i64, String) = (row.col()?, row.col()?, row.col()?);
    let (customer, recipient, subject, body) = (row.col()?, row.col()?, row.col()?, row.col()?);
    let html = row.col()?;
    let state: String = row.col()?;
    Ok(Message {
        id,
        number,
        kind: MessageKind::of(&kind),
        customer,
        recipient,
        subject,
        body,
        html,
        state: MessageState::of(&state),
        answer: row.col()?,
        attempts: row.col()?,
        due_at: row.col()?,
        created_at: row.col()?,
        sent_at: row.col()?,
    })
}

/// The newest messages before one, or the newest of all.
pub fn page(tx: &mut Tx<'_>, before: Option<Id>, limit: i64) -> Result<Vec<Message>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, kind, customer_id, recipient, subject, body, html, state, answer, attempts, due_at, created_at,
             sent_at
         FROM messages WHERE org_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(org)
    .bind(before.unwrap_or(Id(i64::MAX)))
    .bind(limit)
    .all(message)
}
