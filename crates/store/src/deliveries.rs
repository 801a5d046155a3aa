//! Events on their way to endpoints: claimed, tried, tried again, arrived or given up.

use domain::webhook::{Attempt, Delivery, DeliveryState};
use domain::{Id, Instant, OrgId, Result};

use crate::db::{Row, Tx};

/// Bytes of an answer that are kept.
const KEPT: usize = 1_024;

fn delivery(row: &mut Row<'_>) -> Result<Delivery> {
    let (id, endpoint, event, customer, body) = (row.col()?, row.col()?, row.col()?, row.col()?, row.col()?);
    let state: String = row.col()?;
    Ok(Delivery {
        id,
        endpoint,
        event,
        customer,
        body,
        state: DeliveryState::of(&state),
        due_at: row.col()?,
        attempts: row.col()?,
        step: row.col()?,
        created_at: row.col()?,
        ended_at: row.col()?,
    })
}

/// Adds an event for an endpoint, due at once; gives its id.
pub fn insert(tx: &mut Tx<'_>, endpoint: Id, event: &str, customer: Option<Id>, body: &str) -> Result<Id> {
    let (org, id, now) = (tx.org(), tx.new_id(), tx.now());
    tx.sql(
        "INSERT INTO deliveries (org_id, id, endpoint_id, event, customer_id, body, state, due_at, attempts, step, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, 0, 0, $7)",
    )
    .bind(org)
    .bind(id)
    .bind(endpoint)
    .bind(event)
    .bind(customer)
    .bind(body)
    .bind(now)
    .run()?;
    tx.ring();
    Ok(id)
}

/// Which endpoints of all orgs have something due. Asked before anything is claimed, because each org is claimed from alone.
pub fn due(tx: &mut Tx<'_>) -> Result<Vec<(OrgId, Id)>> {
    let now = tx.now();
    tx.sql(
        "SELECT endpoints.org_id, endpoints.id FROM orgs CROSS JOIN endpoints
         WHERE endpoints.org_id = orgs.id AND EXISTS (
             SELECT 1 FROM deliveries WHERE deliveries.org_id = endpoints.org_id
             AND deliveries.endpoint_id = endpoints.id AND deliveries.due_at <= $1)",
    )
    .bind(now)
    .all(|row| Ok((row.col()?, row.col()?)))
}

/// What is due at an endpoint, earliest first, each with when the earliest event of its customer that goes before it is due.
pub fn candidates(tx: &mut Tx<'_>, endpoint: Id, limit: i64) -> Result<Vec<(Id, Option<Instant>)>> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql(
        "SELECT d.id, (
             SELECT e.due_at FROM deliveries e WHERE e.org_id = $1 AND e.endpoint_id = d.endpoint_id
             AND e.customer_id = d.customer_id AND e.id < d.id AND e.due_at IS NOT NULL ORDER BY e.id LIMIT 1)
         FROM deliveries d WHERE d.org_id = $2 AND d.endpoint_id = $3 AND d.due_at <= $4 ORDER BY d.due_at, d.id LIMIT $5",
    )
    .bind(org)
    .bind(org)
    .bind(endpoint)
    .bind(now)
    .bind(limit)
    .all(|row| Ok((row.col()?, row.col()?)))
}

/// Takes those of some deliveries that nobody else has taken meanwhile; they are nobody else's until `until`.
pub fn claim(tx: &mut Tx<'_>, ids: &[Id], until: Instant) -> Result<Vec<Delivery>> {
    let (org, now) = (tx.org(), tx.now());
    let mut claimed = tx
        .sql(
            "UPDATE deliveries SET state = 'sending', due_at = $1 WHERE org_id = $2 AND id IN IDS($3) AND due_at <= $4
             RETURNING id, endpoint_id, event, customer_id, body, state, due_at, attempts, step, created_at, ended_at",
        )
        .bind(until)
        .bind(org)
        .bind(ids)
        .bind(now)
        .all(delivery)?;
    claimed.sort_unstable_by_key(|delivery| delivery.id);
    Ok(claimed)
}

/// Puts a delivery behind an earlier one until that is over, and until `until` at most.
pub fn hold(tx: &mut Tx<'_>, id: Id, until: Instant) -> Result<()> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql("UPDATE deliveries SET state = 'held', due_at = $1 WHERE org_id = $2 AND id = $3 AND due_at <= $4")
        .bind(until)
        .bind(org)
        .bind(id)
        .bind(now)
        .run()
        .map(drop)
}

/// Gives back what was claimed and not tried.
pub fn give_back(tx: &mut Tx<'_>, ids: &[Id]) -> Result<()> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql("UPDATE deliveries SET state = 'waiting', due_at = $1 WHERE org_id = $2 AND id IN IDS($3) AND state = 'sending'")
        .bind(now)
        .bind(org)
        .bind(ids)
        .run()?;
    tx.ring();
    Ok(())
}

/// Notes that a delivery arrived; gives how many attempts it took, or nothing when that was known already.
pub fn succeed(tx: &mut Tx<'_>, id: Id, at: Instant) -> Result<Option<i64>> {
    let org = tx.org();
    tx.sql(
        "UPDATE deliveries SET state = 'delivered', due_at = NULL, attempts = attempts + 1, ended_at = $1
         WHERE org_id = $2 AND id = $3 AND state <> 'delivered' RETURNING attempts",
    )
    .bind(at)
    .bind(org)
    .bind(id)
    .optional(|row| row.col())
}

/// Notes that a delivery failed and when it is tried again, or that it is given up; gives how many attempts there were, or
/// nothing when it was over already.
pub fn fail(tx: &mut Tx<'_>, id: Id, at: Instant, again: Option<Instant>) -> Result<Option<i64>> {
    let org = tx.org();
    let state = if again.is_some() { DeliveryState::Waiting } else { DeliveryState::Dead };
    tx.sql(
        "UPDATE deliveries SET state = $1, due_at = $2, attempts = attempts + 1, step = step + 1, ended_at = $3
         WHERE org_id = $4 AND id = $5 AND due_at IS NOT NULL RETURNING attempts",
    )
    .bind(state.word())
    .bind(again)
    .bind(again.is_none().then_some(at))
    .bind(org)
    .bind(id)
    .optional(|row| row.col())
}

/// Makes the next event of a customer due, if it was held behind `after`.
pub fn release_next(tx: &mut Tx<'_>, endpoint: Id, customer: Id, after: Id) -> Result<()> {
    let (org, now) = (tx.org(), tx.now());
    let freed = tx
        .sql(
            "UPDATE deliveries SET due_at = $1 WHERE org_id = $2 AND state = 'held' AND id = (
                 SELECT MIN(id) FROM deliveries WHERE org_id = $2 AND endpoint_id = $3 AND customer_id = $4 AND id > $5
                 AND due_at IS NOT NULL)",
        )
        .bind(now)
        .bind(org)
        .bind(endpoint)
        .bind(customer)
        .bind(after)
        .run()?;
    if freed > 0 {
        tx.ring();
    }
    Ok(())
}

/// Gives up all that waits for an endpoint; gives how much that was.
pub fn give_up(tx: &mut Tx<'_>, endpoint: Id) -> Result<u64> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql(
        "UPDATE deliveries SET state = 'dead', due_at = NULL, ended_at = $1
         WHERE org_id = $2 AND endpoint_id = $3 AND due_at IS NOT NULL",
    )
    .bind(now)
    .bind(org)
    .bind(endpoint)
    .run()
}

/// Writes an attempt down; of the answer the first part is kept.
pub fn record_attempt(tx: &mut Tx<'_>, delivery: Id, attempt: &Attempt) -> Result<()> {
    let org = tx.org();
    let end = attempt.answer.floor_char_boundary(KEPT);
    tx.sql(
        "INSERT INTO attempts (org_id, delivery_id, number, at, status, millis, answer) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT DO NOTHING",
    )
    .bind(org)
    .bind(delivery)
    .bind(attempt.number)
    .bind(attempt.at)
    .bind(attempt.status)
    .bind(attempt.millis)
    .bind(&attempt.answer[..end])
    .run()
    .map(drop)
}

/// Attempts at a delivery or a message, first to last.
pub fn attempts(tx: &mut Tx<'_>, delivery: Id) -> Result<Vec<Attempt>> {
    let org = tx.org();
    tx.sql(
        "SELECT number, at, status, millis, answer FROM attempts WHERE org_id = $1 AND delivery_id = $2 ORDER BY number",
    )
    .bind(org)
    .bind(delivery)
    .all(|row| {
        Ok(Attempt {
            number: row.col()?,
            at: row.col()?,
            status: row.col()?,
            millis: row.col()?,
            answer: row.col()?,
        })
    })
}

/// The delivery with an id.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Delivery>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, endpoint_id, event, customer_id, body, state, due_at, attempts, step, created_at, ended_at
         FROM deliveries WHERE org_id = $1 AND id = $2",
    )
    .bind(org)
    .bind(id)
    .optional(delivery)
}

/// The newest deliveries before one, or the newest of all.
pub fn list(tx: &mut Tx<'_>, before: Option<Id>, limit: i64) -> Result<Vec<Delivery>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, endpoint_id, event, customer_id, body, state, due_at, attempts, step, created_at, ended_at
         FROM deliveries WHERE org_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(org)
    .bind(before.unwrap_or(Id(i64::MAX)))
    .bind(limit)
    .all(delivery)
}

/// The oldest deliveries after one.
pub fn oldest(tx: &mut Tx<'_>, after: Id, limit: i64) -> Result<Vec<Delivery>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, endpoint_id, event, customer_id, body, state, due_at, attempts, step, created_at, ended_at
         FROM deliveries WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3",
    )
    .bind(org)
    .bind(after)
    .bind(limit)
    .all(delivery)
}

/// Dead letters of an endpoint after one, oldest first.
pub fn dead(tx: &mut Tx<'_>, endpoint: Id, after: Id, limit: i64) -> Result<Vec<Delivery>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, endpoint_id, event, customer_id, body, state, due_at, attempts, step, created_at, ended_at
         FROM deliveries WHERE org_id = $1 AND endpoint_id = $2 AND id > $3 AND state = 'dead' ORDER BY id LIMIT $4",
    )
    .bind(org)
    .bind(endpoint)
    .bind(after)
    .bind(limit)
    .all(delivery)
}

/// Sends deliveries that are over once more, from the beginning of the schedule; gives how many.
pub fn redeliver(tx: &mut Tx<'_>, ids: &[Id]) -> Result<u64> {
    let (org, now) = (tx.org(), tx.now());
    let again = tx
        .sql(
            "UPDATE deliveries SET state = 'waiting', due_at = $1, step = 0, ended_at = NULL
             WHERE org_id = $2 AND id IN IDS($3) AND due_at IS NULL",
        )
        .bind(now)
        .bind(org)
        .bind(ids)
        .run()?;
    tx.ring();
    Ok(again)
}

/// Forgets deliveries with their attempts.
pub fn delete(tx: &mut Tx<'_>, ids: &[Id]) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM attempts WHERE org_id = $1 AND delivery_id IN IDS($2)").bind(org).bind(ids).run()?;
    tx.sql("DELETE FROM deliveries WHERE org_id = $1 AND id IN IDS($2)").bind(org).bind(ids).run().map(drop)
}

/// How many deliveries of an endpoint wait, counted up to `most`.
pub fn waiting(tx: &mut Tx<'_>, endpoint: Id, most: i64) -> Result<i64> {
    let org = tx.org();
    tx.sql(
        "SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE org_id = $1 AND endpoint_id = $2 AND due_at IS NOT NULL
             LIMIT $3) AS counted",
    )
    .bind(org)
    .bind(endpoint)
    .bind(most)
    .one(|row| row.col())
}

/// How many dead letters of an endpoint there are, counted up to `most`.
pub fn dead_letters(tx: &mut Tx<'_>, endpoint: Id, most: i64) -> Result<i64> {
    let org = tx.org();
    tx.sql(
        "SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE org_id = $1 AND endpoint_id = $2 AND state = 'dead'
             LIMIT $3) AS counted",
    )
    .bind(org)
    .bind(endpoint)
    .bind(most)
    .one(|row| row.col())
}
