//! How many messages were sent on a day, to everybody and to each recipient: what daily caps and the trial go by.

use domain::Result;
use domain::message::MessageKind;

use crate::db::Tx;

/// How many were counted. `day` counts days of the org's calendar since 1970; an empty `recipient` stands for all.
pub fn find(tx: &mut Tx<'_>, kind: MessageKind, day: i64, recipient: &str) -> Result<i64> {
    let org = tx.org();
    let count = tx
        .sql("SELECT count FROM send_counts WHERE org_id = $1 AND kind = $2 AND day = $3 AND recipient = $4")
        .bind(org)
        .bind(kind.word())
        .bind(day)
        .bind(recipient)
        .optional(|row| row.col())?;
    Ok(count.unwrap_or(0))
}

/// Counts one more; gives how many there are now.
pub fn add(tx: &mut Tx<'_>, kind: MessageKind, day: i64, recipient: &str) -> Result<i64> {
    let org = tx.org();
    tx.sql(
        "INSERT INTO send_counts (org_id, kind, day, recipient, count) VALUES ($1, $2, $3, $4, 1)
         ON CONFLICT (org_id, kind, day, recipient) DO UPDATE SET count = send_counts.count + 1 RETURNING count",
    )
    .bind(org)
    .bind(kind.word())
    .bind(day)
    .bind(recipient)
    .one(|row| row.col())
}

/// Forgets the days before one; the trial, which is counted on day 0, stays.
pub fn sweep(tx: &mut Tx<'_>, kind: MessageKind, before: i64) -> Result<u64> {
    let org = tx.org();
    tx.sql("DELETE FROM send_counts WHERE org_id = $1 AND kind = $2 AND day > 0 AND day < $3")
        .bind(org)
        .bind(kind.word())
        .bind(before)
        .run()
}
