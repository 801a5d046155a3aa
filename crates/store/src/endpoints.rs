//! Endpoints of webhooks out: who is told of what.

use domain::webhook::{Endpoint, EndpointState, Event, Format, Subscription};
use domain::{Dialect, Id, Instant, Result};

use crate::db::{Row, Tx};
use crate::json;

fn endpoint(row: &mut Row<'_>) -> Result<Endpoint> {
    let (id, number, url) = (row.col()?, row.col()?, row.col()?);
    let (events, dialects, format): (String, String, String) = (row.col()?, row.col()?, row.col()?);
    let (secret, old_secret, old_until): (_, Option<String>, Option<Instant>) = (row.col()?, row.col()?, row.col()?);
    let state: String = row.col()?;
    Ok(Endpoint {
        id,
        number,
        url,
        events: read_events(&events)?,
        dialects: read_dialects(&dialects)?,
        format: Format::of(&format).unwrap_or_default(),
        secret,
        old_secret: old_secret.zip(old_until),
        state: EndpointState::of(&state),
        reason: row.col()?,
        failing_since: row.col()?,
        created_at: row.col()?,
    })
}

fn read_events(text: &str) -> Result<Vec<Event>> {
    Ok(json::read::<Vec<String>>(text)?.iter().filter_map(|word| Event::of(word)).collect())
}

fn write_events(events: &[Event]) -> Result<String> {
    json::write(&events.iter().map(|event| event.word()).collect::<Vec<_>>())
}

fn read_dialects(text: &str) -> Result<Vec<Dialect>> {
    Ok(json::read::<Vec<String>>(text)?.iter().filter_map(|word| Dialect::of(word)).collect())
}

fn write_dialects(dialects: &[Dialect]) -> Result<String> {
    json::write(&dialects.iter().map(|dialect| dialect.word()).collect::<Vec<_>>())
}

/// Which events the endpoints that are on want.
pub(crate) fn subscriptions(tx: &mut Tx<'_>) -> Result<Vec<Subscription>> {
    let org = tx.org();
    tx.sql("SELECT id, format, events, dialects FROM endpoints WHERE org_id = $1 AND state = 'on' ORDER BY number")
        .bind(org)
        .all(|row| {
            let endpoint = row.col()?;
            let (format, events, dialects): (String, String, String) = (row.col()?, row.col()?, row.col()?);
            Ok(Subscription {
                endpoint,
                format: Format::of(&format).unwrap_or_default(),
                events: read_events(&events)?,
                dialects: read_dialects(&dialects)?,
            })
        })
}

/// Every endpoint, by number.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Endpoint>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, url, events, dialects, format, secret, old_secret, old_secret_until, state, reason,
             failing_since, created_at
         FROM endpoints WHERE org_id = $1 ORDER BY number",
    )
    .bind(org)
    .all(endpoint)
}

/// The endpoint with an id.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Endpoint>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, url, events, dialects, format, secret, old_secret, old_secret_until, state, reason,
             failing_since, created_at
         FROM endpoints WHERE org_id = $1 AND id = $2",
    )
    .bind(org)
    .bind(id)
    .optional(endpoint)
}

/// The endpoint with a number.
pub fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Endpoint>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, url, events, dialects, format, secret, old_secret, old_secret_until, state, reason,
             failing_since, created_at
         FROM endpoints WHERE org_id = $1 AND number = $2",
    )
    .bind(org)
    .bind(number)
    .optional(endpoint)
}

/// Adds an endpoint whose id is set; gives its number.
pub fn insert(tx: &mut Tx<'_>, new: &Endpoint) -> Result<i64> {
    let org = tx.org();
    let number = tx.settings_number("endpoint")?;
    tx.sql(
        "INSERT INTO endpoints (org_id, id, number, url, events, dialects, format, secret, state, reason, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(org)
    .bind(new.id)
    .bind(number)
    .bind(&new.url)
    .bind(write_events(&new.events)?)
    .bind(write_dialects(&new.dialects)?)
    .bind(new.format.word())
    .bind(&new.secret)
    .bind(new.state.word())
    .bind(&new.reason)
    .bind(new.created_at)
    .run()?;
    tx.forget_subscriptions();
    Ok(number)
}

/// Replaces what can be set on an endpoint.
pub fn update(tx: &mut Tx<'_>, changed: &Endpoint) -> Result<()> {
    let org = tx.org();
    let (old_secret, old_until) = changed.old_secret.clone().unzip();
    tx.sql(
        "UPDATE endpoints SET url = $1, events = $2, dialects = $3, format = $4, secret = $5, old_secret = $6,
             old_secret_until = $7, state = $8, reason = $9, failing_since = $10
         WHERE org_id = $11 AND id = $12",
    )
    .bind(&changed.url)
    .bind(write_events(&changed.events)?)
    .bind(write_dialects(&changed.dialects)?)
    .bind(changed.format.word())
    .bind(&changed.secret)
    .bind(old_secret)
    .bind(old_until)
    .bind(changed.state.word())
    .bind(&changed.reason)
    .bind(changed.failing_since)
    .bind(org)
    .bind(changed.id)
    .run()?;
    tx.forget_subscriptions();
    Ok(())
}

/// Takes an endpoint away. `false` when it was gone already.
pub fn delete(tx: &mut Tx<'_>, id: Id) -> Result<bool> {
    let org = tx.org();
    let gone = tx.sql("DELETE FROM endpoints WHERE org_id = $1 AND id = $2").bind(org).bind(id).run()?;
    tx.forget_subscriptions();
    Ok(gone == 1)
}

/// Notes that an endpoint failed; gives since when it does nothing else.
pub fn note_failure(tx: &mut Tx<'_>, id: Id, at: Instant) -> Result<Instant> {
    let org = tx.org();
    tx.sql("UPDATE endpoints SET failing_since = $1 WHERE org_id = $2 AND id = $3 AND failing_since IS NULL")
        .bind(at)
        .bind(org)
        .bind(id)
        .run()?;
    let since = tx
        .sql("SELECT failing_since FROM endpoints WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .optional(|row| row.col::<Option<Instant>>())?;
    Ok(since.flatten().unwrap_or(at))
}

/// Notes that an endpoint answered.
pub fn note_success(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("UPDATE endpoints SET failing_since = NULL WHERE org_id = $1 AND id = $2 AND failing_since IS NOT NULL")
        .bind(org)
        .bind(id)
        .run()
        .map(drop)
}
