//! How a question is asked: a page of the answers, and how many there are in all, in each engine's own tongue.

use domain::{Id, Instant, Result};

use super::{Filter, Found, question};
use crate::db::{Engine, Tx};

/// A page of the customers that match, newest first. `size` rows after skipping `offset`.
pub fn find(tx: &mut Tx<'_>, filter: &Filter, offset: i64, size: i64) -> Result<Found> {
    let question = question(tx.org(), filter);
    if filter.labels.iter().any(Vec::is_empty) {
        return Ok(Found { ids: Vec::new(), total: 0 });
    }
    let plain = filter.created == (None, None)
        && filter.updated == (None, None)
        && filter.only.is_none()
        && filter.without.is_empty();
    match (tx.engine(), plain) {
        (Engine::Sqlite(_), true) => by_words_sqlite(tx, &question.fts5(), offset, size),
        (Engine::Sqlite(_), false) => filtered_sqlite(tx, filter, &question.fts5(), offset, size),
        (Engine::Postgres(_), true) => by_words_postgres(tx, &question.tsquery(), offset, size),
        (Engine::Postgres(_), false) => filtered_postgres(tx, filter, &question.tsquery(), offset, size),
    }
}

/// Rows that match up to which SQLite reads all of them, oldest first: the full-text engine steps on in a quarter less time than
/// it steps back, and one pass both lists and counts them.
const GATHERED: i64 = 10_000;

fn by_words_sqlite(tx: &mut Tx<'_>, question: &str, offset: i64, size: i64) -> Result<Found> {
    let all: Vec<Id> = tx
        .sql("SELECT rowid FROM customer_search WHERE customer_search MATCH $1 ORDER BY rowid LIMIT $2")
        .bind(question)
        .bind(GATHERED)
        .all(|row| row.col())?;
    let total = all.len() as i64;
    if total < GATHERED {
        let [skipped, taken] = [offset, size].map(|count| usize::try_from(count).unwrap_or(0));
        return Ok(Found { ids: all.into_iter().rev().skip(skipped).take(taken).collect(), total });
    }
    let ids = tx
        .sql("SELECT rowid FROM customer_search WHERE customer_search MATCH $1 ORDER BY rowid DESC LIMIT $2 OFFSET $3")
        .bind(question)
        .bind(size)
        .bind(offset)
        .all(|row| row.col())?;
    let total = tx
        .sql("SELECT count(*) FROM customer_search WHERE customer_search MATCH $1")
        .bind(question)
        .one(|row| row.col())?;
    Ok(Found { ids, total })
}

/// Rows that are read at least, whatever the size of the page: up to so many need no second pass to be counted.
const AHEAD: i64 = 1_000;

/// Rows read for a page of `size`.
fn ahead(size: i64) -> i64 {
    size.max(AHEAD)
}

/// A page out of the ids read from `offset` on. They tell the total by themselves when there were no more to read;
/// otherwise all are counted.
fn counted(mut ids: Vec<Id>, offset: i64, size: i64, count: impl FnOnce() -> Result<i64>) -> Result<Found> {
    let read = ids.len() as i64;
    let is_end = read < ahead(size) && (read > 0 || offset == 0);
    let total = if is_end { offset + read } else { count()? };
    ids.truncate(usize::try_from(size).unwrap_or(0));
    Ok(Found { ids, total })
}

fn by_words_postgres(tx: &mut Tx<'_>, question: &str, offset: i64, size: i64) -> Result<Found> {
    let org = tx.org();
    let ids = tx
        .sql(
            "SELECT customer_id FROM customer_search
             WHERE org_id = $1 AND words @@ CAST(CAST($2 AS TEXT) AS TSQUERY)
             ORDER BY customer_id DESC LIMIT $3 OFFSET $4",
        )
        .bind(org)
        .bind(question)
        .bind(ahead(size))
        .bind(offset)
        .all(|row| row.col())?;
    counted(ids, offset, size, || {
        tx.sql("SELECT count(*) FROM customer_search WHERE org_id = $1 AND words @@ CAST(CAST($2 AS TEXT) AS TSQUERY)")
            .bind(org)
            .bind(question)
            .one(|row| row.col())
    })
}

/// The bounds of the ranges, each a number that leaves nothing out when it was not given.
pub(super) fn bounds(filter: &Filter) -> [i64; 4] {
    let from = |bound: Option<Instant>| bound.map_or(i64::MIN, |at| at.0);
    let to = |bound: Option<Instant>| bound.map_or(i64::MAX, |at| at.0);
    [from(filter.created.0), to(filter.created.1), from(filter.updated.0), to(filter.updated.1)]
}

fn filtered_sqlite(tx: &mut Tx<'_>, filter: &Filter, question: &str, offset: i64, size: i64) -> Result<Found> {
    let (org, [made_from, made_to, changed_from, changed_to]) = (tx.org(), bounds(filter));
    let only = filter.only.clone();
    let ids = tx
        .sql(
            "SELECT id FROM customers
             WHERE org_id = $1 AND created_at >= $2 AND created_at < $3 AND updated_at >= $4 AND updated_at < $5
               AND ($6 OR id IN IDS($7)) AND id NOT IN IDS($8)
               AND id IN (SELECT rowid FROM customer_search WHERE customer_search MATCH $9)
             ORDER BY id DESC LIMIT $10 OFFSET $11",
        )
        .bind(org)
        .bind(made_from)
        .bind(made_to)
        .bind(changed_from)
        .bind(changed_to)
        .bind(only.is_none())
        .bind(only.clone().unwrap_or_default())
        .bind(&filter.without)
        .bind(question)
        .bind(ahead(size))
        .bind(offset)
        .all(|row| row.col())?;
    counted(ids, offset, size, || {
        tx.sql(
            "SELECT count(*) FROM customers
             WHERE org_id = $1 AND created_at >= $2 AND created_at < $3 AND updated_at >= $4 AND updated_at < $5
               AND ($6 OR id IN IDS($7)) AND id NOT IN IDS($8)
               AND id IN (SELECT rowid FROM customer_search WHERE customer_search MATCH $9)",
        )
        .bind(org)
        .bind(made_from)
        .bind(made_to)
        .bind(changed_from)
        .bind(changed_to)
        .bind(only.is_none())
        .bind(only.unwrap_or_default())
        .bind(&filter.without)
        .bind(question)
        .one(|row| row.col())
    })
}

fn filtered_postgres(tx: &mut Tx<'_>, filter: &Filter, question: &str, offset: i64, size: i64) -> Result<Found> {
    let (org, [made_from, made_to, changed_from, changed_to]) = (tx.org(), bounds(filter));
    let only = filter.only.clone();
    let ids = tx
        .sql(
            "SELECT c.id FROM customers c
             JOIN customer_search s ON s.org_id = c.org_id AND s.customer_id = c.id
             WHERE c.org_id = $1 AND c.created_at >= $2 AND c.created_at < $3 AND c.updated_at >= $4
               AND c.updated_at < $5 AND ($6 OR c.id IN IDS($7)) AND c.id NOT IN IDS($8)
               AND s.words @@ CAST(CAST($9 AS TEXT) AS TSQUERY)
             ORDER BY c.id DESC LIMIT $10 OFFSET $11",
        )
        .bind(org)
        .bind(made_from)
        .bind(made_to)
        .bind(changed_from)
        .bind(changed_to)
        .bind(only.is_none())
        .bind(only.clone().unwrap_or_default())
        .bind(&filter.without)
        .bind(question)
        .bind(ahead(size))
        .bind(offset)
        .all(|row| row.col())?;
    counted(ids, offset, size, || {
        tx.sql(
            "SELECT count(*) FROM customers c
             JOIN customer_search s ON s.org_id = c.org_id AND s.customer_id = c.id
             WHERE c.org_id = $1 AND c.created_at >= $2 AND c.created_at < $3 AND c.updated_at >= $4
               AND c.updated_at < $5 AND ($6 OR c.id IN IDS($7)) AND c.id NOT IN IDS($8)
               AND s.words @@ CAST(CAST($9 AS TEXT) AS TSQUERY)",
        )
        .bind(org)
        .bind(made_from)
        .bind(made_to)
        .bind(changed_from)
        .bind(changed_to)
        .bind(only.is_none())
        .bind(only.unwrap_or_default())
        .bind(&filter.without)
        .bind(question)
        .one(|row| row.col())
    })
}
