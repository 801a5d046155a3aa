//! Webhook listeners with their defaults and counters.

use domain::listener::EmailTemplate;
use domain::{Id, Instant, Listener, Result};

use crate::db::{Row, Tx};
use crate::json;

fn listener(row: &mut Row<'_>) -> Result<Listener> {
    let (id, number, name, active) = (row.col()?, row.col()?, row.col()?, row.col()?);
    let networks: String = row.col()?;
    let networks = json::read(&networks)?;
    let (user, default_tag, contact_source, lead_source) = (row.col()?, row.col()?, row.col()?, row.col()?);
    let (subject, body): (Option<String>, Option<String>) = (row.col()?, row.col()?);
    let email = subject.zip(body).map(|(subject, body)| EmailTemplate { subject, body });
    let sms = row.col()?;
    let (calls, items, refused) = (row.col()?, row.col()?, row.col()?);
    Ok(Listener {
        id,
        number,
        name,
        active,
        networks,
        user,
        default_tag,
        contact_source,
        lead_source,
        email,
        sms,
        calls,
        items,
        refused,
        last_used_at: row.col()?,
        created_at: row.col()?,
    })
}

/// Every listener, by number.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Listener>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, name, active, networks, user_id, default_tag, contact_source, lead_source, email_subject,
             email_body, sms_body, calls, items, refused, last_used_at, created_at
         FROM listeners WHERE org_id = $1 ORDER BY number",
    )
    .bind(org)
    .all(listener)
}

/// The listener with an id.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Listener>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, name, active, networks, user_id, default_tag, contact_source, lead_source, email_subject,
             email_body, sms_body, calls, items, refused, last_used_at, created_at
         FROM listeners WHERE org_id = $1 AND id = $2",
    )
    .bind(org)
    .bind(id)
    .optional(listener)
}

/// The listener with a number.
pub fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Listener>> {
    Ok(list(tx)?.into_iter().find(|listener| listener.number == number))
}

/// Adds a listener; gives its id and number.
pub fn insert(tx: &mut Tx<'_>, name: &str, user: Option<Id>) -> Result<(Id, i64)> {
    let (org, id, now) = (tx.org(), tx.new_id(), tx.now());
    let number = tx.settings_number("listener")?;
    tx.sql(
        "INSERT INTO listeners (org_id, id, number, name, active, networks, user_id, calls, items, refused, created_at)
         VALUES ($1, $2, $3, $4, $5, '[]', $6, 0, 0, 0, $7)",
    )
    .bind(org)
    .bind(id)
    .bind(number)
    .bind(name)
    .bind(true)
    .bind(user)
    .bind(now)
    .run()?;
    Ok((id, number))
}

/// Replaces what can be set on a listener.
pub fn update(tx: &mut Tx<'_>, changed: &Listener) -> Result<()> {
    let org = tx.org();
    tx.sql(
        "UPDATE listeners SET name = $1, active = $2, networks = $3, user_id = $4, default_tag = $5, contact_source = $6,
             lead_source = $7, email_subject = $8, email_body = $9, sms_body = $10
         WHERE org_id = $11 AND id = $12",
    )
    .bind(&changed.name)
    .bind(changed.active)
    .bind(json::write(&changed.networks)?)
    .bind(changed.user)
    .bind(changed.default_tag.as_deref())
    .bind(changed.contact_source.as_deref())
    .bind(changed.lead_source.as_deref())
    .bind(changed.email.as_ref().map(|email| email.subject.as_str()))
    .bind(changed.email.as_ref().map(|email| email.body.as_str()))
    .bind(changed.sms.as_deref())
    .bind(org)
    .bind(changed.id)
    .run()
    .map(drop)
}

/// Adds to a listener's counters.
pub fn count(tx: &mut Tx<'_>, id: Id, calls: i64, items: i64, refused: i64, last: Instant) -> Result<()> {
    let org = tx.org();
    tx.sql(
        "UPDATE listeners SET calls = calls + $1, items = items + $2, refused = refused + $3, last_used_at = $4
         WHERE org_id = $5 AND id = $6",
    )
    .bind(calls)
    .bind(items)
    .bind(refused)
    .bind(last)
    .bind(org)
    .bind(id)
    .run()
    .map(drop)
}

/// Keeps the sealed address of a listener.
pub fn keep_path(tx: &mut Tx<'_>, listener: Id, sealed: &str) -> Result<()> {
    let (org, id) = (tx.org(), tx.new_id());
    tx.sql("INSERT INTO listener_paths (org_id, id, listener_id, sealed) VALUES ($1, $2, $3, $4)")
        .bind(org)
        .bind(id)
        .bind(listener)
        .bind(sealed)
        .run()
        .map(drop)
}

/// Lets the kept addresses of a listener run out at a moment; those that run out earlier are taken away.
pub fn retire_paths(tx: &mut Tx<'_>, listener: Id, until: Instant) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM listener_paths WHERE org_id = $1 AND listener_id = $2 AND until IS NOT NULL")
        .bind(org)
        .bind(listener)
        .run()?;
    tx.sql("UPDATE listener_paths SET until = $1 WHERE org_id = $2 AND listener_id = $3")
        .bind(until)
        .bind(org)
        .bind(listener)
        .run()
        .map(drop)
}

/// The sealed addresses of a listener that work now, the newest first, and until when.
pub fn paths(tx: &mut Tx<'_>, listener: Id) -> Result<Vec<(String, Option<Instant>)>> {
    let (org, now) = (tx.org(), tx.now());
    tx.sql(
        "SELECT sealed, until FROM listener_paths
         WHERE org_id = $1 AND listener_id = $2 AND (until IS NULL OR until > $3) ORDER BY id DESC",
    )
    .bind(org)
    .bind(listener)
    .bind(now)
    .all(|row| Ok((row.col()?, row.col()?)))
}
