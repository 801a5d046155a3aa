//! What the first page counts: who came, when, through which door and from where; calls that failed; what waits to go out.

use domain::{Id, Instant, Result, Viewer};

use crate::db::Tx;
use crate::permits;

/// Customers or leads that came through one door from one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrivals {
    /// `customer` or `lead`.
    pub subject: String,
    /// The door.
    pub dialect: String,
    /// Where they came from when they were made.
    pub source: Option<Id>,
    /// How many.
    pub count: i64,
}

/// Who came from a moment on and before another.
pub fn arrivals(tx: &mut Tx<'_>, from: Instant, to: Instant) -> Result<Vec<Arrivals>> {
    let org = tx.org();
    tx.sql(
        "SELECT subject, dialect, source_id, count(*) FROM changes
         WHERE org_id = $1 AND what = 'created' AND subject IN ('customer', 'lead') AND at >= $2 AND at < $3
         GROUP BY subject, dialect, source_id",
    )
    .bind(org)
    .bind(from)
    .bind(to)
    .all(|row| Ok(Arrivals { subject: row.col()?, dialect: row.col()?, source: row.col()?, count: row.col()? }))
}

/// Somebody who came and is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// When.
    pub at: Instant,
    /// As one that came.
    pub arrivals: Arrivals,
}

/// Who came from a moment on and before another and whom `viewer` may not see, among `all` who came. The index that counts them
/// all need not know whose they are.
pub fn unseen(tx: &mut Tx<'_>, viewer: &Viewer, from: Instant, to: Instant, all: i64) -> Result<Vec<Unseen>> {
    if *viewer == Viewer::Org {
        return Ok(Vec::new());
    }
    let org = tx.org();
    let statement = match permits::are_few(tx, all)? {
        true => tx.sql(
            "SELECT at, subject, dialect, source_id FROM changes
             WHERE org_id = $1 AND what = 'created' AND subject IN ('customer', 'lead') AND at + 0 >= $2 AND at + 0 < $3
               AND customer_id IN HIDDEN($4)",
        ),
        false => tx.sql(
            "SELECT at, subject, dialect, source_id FROM changes
             WHERE org_id = $1 AND what = 'created' AND subject IN ('customer', 'lead') AND at >= $2 AND at < $3
               AND NOT SEEN(customer_id, $4)",
        ),
    };
    statement.bind(org).bind(from).bind(to).bind(viewer).all(|row| {
        let (at, subject, dialect) = (row.col()?, row.col()?, row.col()?);
        Ok(Unseen { at, arrivals: Arrivals { subject, dialect, source: row.col()?, count: 1 } })
    })
}

/// Which arrivals are listed. Everything given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// `customer` or `lead`.
    pub subject: Option<&'static str>,
    /// The door.
    pub dialect: Option<&'static str>,
    /// Where they came from; `Some(None)` from nowhere that was said.
    pub source: Option<Option<Id>>,
    /// From this moment on, and before that one.
    pub at: (Option<Instant>, Option<Instant>),
}

/// Somebody or something that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The line of history that tells of it.
    pub id: Id,
    /// When.
    pub at: Instant,
    /// `customer` or `lead`.
    pub subject: String,
    /// The customer or lead.
    pub subject_id: Id,
    /// The customer.
    pub customer: Option<Id>,
    /// The door.
    pub dialect: String,
    /// Where they came from when they were made.
    pub source: Option<Id>,
}

/// The next `size` arrivals that `viewer` may see, newest first, after the one at which the page before ended.
pub fn list(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    asked: &Asked,
    after: Option<(Instant, Id)>,
    size: i64,
) -> Result<Vec<Arrival>> {
    let org = tx.org();
    let (from, to) = (asked.at.0.unwrap_or(Instant(i64::MIN)), asked.at.1.unwrap_or(Instant(i64::MAX)));
    let (at, id) = after.unwrap_or((to, Id(0)));
    tx.sql(
        "SELECT id, at, subject, subject_id, customer_id, dialect, source_id FROM changes
         WHERE org_id = $1 AND what = 'created' AND subject IN ('customer', 'lead') AND (at, id) < ($2, $3) AND at >= $4
           AND ($5 OR subject = $6) AND ($7 OR dialect = $8) AND ($9 OR source_id = $10) AND ($11 OR source_id IS NULL)
           AND SEEN(customer_id, $12)
         ORDER BY at DESC, id DESC LIMIT $13",
    )
    .bind(org)
    .bind(at)
    .bind(id)
    .bind(from)
    .bind(asked.subject.is_none())
    .bind(asked.subject.unwrap_or_default())
    .bind(asked.dialect.is_none())
    .bind(asked.dialect.unwrap_or_default())
    .bind(asked.source.flatten().is_none())
    .bind(asked.source.flatten().unwrap_or_default())
    .bind(asked.source != Some(None))
    .bind(viewer)
    .bind(size)
    .all(|row| {
        let (id, at, subject, subject_id) = (row.col()?, row.col()?, row.col()?, row.col()?);
        Ok(Arrival { id, at, subject, subject_id, customer: row.col()?, dialect: row.col()?, source: row.col()? })
    })
}

/// Calls that failed from a moment on, by door.
pub fn failed_calls(tx: &mut Tx<'_>, from: Instant) -> Result<Vec<(String, i64)>> {
    let org = tx.org();
    tx.sql(
        "SELECT dialect, count(*) FROM requests WHERE org_id = $1 AND outcome <> 'ok' AND at >= $2
         GROUP BY dialect ORDER BY dialect",
    )
    .bind(org)
    .bind(from)
    .all(|row| Ok((row.col()?, row.col()?)))
}

/// Messages and events that wait to go out, each counted up to `limit`.
pub fn waiting(tx: &mut Tx<'_>, limit: i64) -> Result<(i64, i64)> {
    let org = tx.org();
    let messages = tx
        .sql("SELECT count(*) FROM (SELECT id FROM messages WHERE org_id = $1 AND due_at IS NOT NULL LIMIT $2) AS few")
        .bind(org)
        .bind(limit)
        .one(|row| row.col())?;
    let events = tx
        .sql(
            "SELECT count(*) FROM (SELECT id FROM deliveries WHERE org_id = $1 AND due_at IS NOT NULL LIMIT $2) AS few",
        )
        .bind(org)
        .bind(limit)
        .one(|row| row.col())?;
    Ok((messages, events))
}
