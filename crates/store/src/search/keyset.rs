//! A list that is paged through by key: the rows after a certain one, in an order, so that the hundredth page costs what the
//! first does.

use domain::{Id, Instant, Result};

use super::page::bounds;
use super::{Filter, Question, question};
use crate::db::{Engine, Tx};

/// In which order customers are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Made last first.
    #[default]
    Newest,
    /// Made first first.
    Oldest,
    /// Changed last first.
    Updated,
    /// By folded name from A on, as long as no more than [`NAMED`] match.
    Name,
}

/// Rows that match up to which they are sorted by name. No index does that: each customer that is written would pay for it.
pub const NAMED: i64 = 10_000;

/// The row after which a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// When that record was last changed.
    pub updated_at: Instant,
    /// The record.
    pub id: Id,
}

/// Rows that match up to which SQLite sorts them by their change; beyond, it steps through all customers in that order.
const FEW: i64 = 3_000;
/// Rows that match up to which SQLite gathers them first; beyond, it looks each customer up among the words.
const MANY: i64 = 300_000;

/// The next `size` customers that match, in order. `total` is how many match in all, as far as it is known.
pub fn after(
    tx: &mut Tx<'_>,
    filter: &Filter,
    order: Order,
    after: Option<After>,
    size: i64,
    total: i64,
) -> Result<Vec<Id>> {
    if filter.labels.iter().any(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let question = question(tx.org(), filter);
    let start = after.unwrap_or(match order {
        Order::Newest | Order::Updated => After { updated_at: Instant(i64::MAX - 1), id: Id(i64::MAX) },
        Order::Oldest | Order::Name => After { updated_at: Instant(0), id: Id(i64::MIN) },
    });
    if order == Order::Updated && asks_for_no_words(filter) {
        return all_by_change(tx, filter, start, size);
    }
    let plain = filter.created == (None, None) && filter.updated == (None, None);
    match (tx.engine(), order) {
        (Engine::Sqlite(_), Order::Newest) if plain => newest_sqlite(tx, &question.fts5(), start, size),
        (Engine::Sqlite(_), Order::Oldest) if plain => oldest_sqlite(tx, &question.fts5(), start, size),
        (_, Order::Name) => named(tx, filter, &question, start.id, size),
        (Engine::Sqlite(_), _) => ranged_sqlite(tx, filter, &question.fts5(), (order, start), size, total),
        (Engine::Postgres(_), _) => ranged_postgres(tx, filter, &question.tsquery(), (order, start), size),
    }
}

/// Whether every customer that the viewer sees matches, but for when they were made and changed.
fn asks_for_no_words(filter: &Filter) -> bool {
    let Filter {
        keyword,
        labels,
        owners,
        kind,
        stage,
        created: _,
        updated: _,
        only: _,
        without: _,
        viewer: _,
        country: _,
    } = filter;
    let no_keyword = keyword.as_deref().is_none_or(|keyword| keyword.trim().is_empty());
    no_keyword && labels.is_empty() && owners.is_empty() && kind.is_none() && stage.is_none()
}

/// Everybody that the viewer sees, changed last first: no words need to be looked at.
fn all_by_change(tx: &mut Tx<'_>, filter: &Filter, start: After, size: i64) -> Result<Vec<Id>> {
    let (org, [made_from, made_to, changed_from, changed_to]) = (tx.org(), bounds(filter));
    tx.sql(
        "SELECT id FROM customers
         WHERE org_id = $1 AND created_at >= $2 AND created_at < $3 AND updated_at >= $4 AND updated_at < $5
           AND (updated_at < $6 OR id < $7) AND deleted_at IS NULL AND canonical_id IS NULL AND SHARED(customers, $8)
         ORDER BY updated_at DESC, id DESC LIMIT $9",
    )
    .bind(org)
    .bind(made_from)
    .bind(made_to)
    .bind(changed_from)
    .bind(changed_to.min(start.updated_at.0 + 1))
    .bind(start.updated_at)
    .bind(start.id)
    .bind(&filter.viewer)
    .bind(size)
    .all(|row| row.col())
}

fn newest_sqlite(tx: &mut Tx<'_>, question: &str, start: After, size: i64) -> Result<Vec<Id>> {
    tx.sql(
        "SELECT rowid FROM customer_search WHERE customer_search MATCH $1 AND rowid < $2 ORDER BY rowid DESC LIMIT $3",
    )
    .bind(question)
    .bind(start.id)
    .bind(size)
    .all(|row| row.col())
}

fn oldest_sqlite(tx: &mut Tx<'_>, question: &str, start: After, size: i64) -> Result<Vec<Id>> {
    tx.sql("SELECT rowid FROM customer_search WHERE customer_search MATCH $1 AND rowid > $2 ORDER BY rowid LIMIT $3")
        .bind(question)
        .bind(start.id)
        .bind(size)
        .all(|row| row.col())
}

/// The name after which a page begins, as it is now.
fn name_of(tx: &mut Tx<'_>, customer: Id) -> Result<String> {
    let org = tx.org();
    let found = tx
        .sql("SELECT name_key FROM customers WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(customer)
        .optional(|row| row.col())?;
    Ok(found.unwrap_or_default())
}

fn named(tx: &mut Tx<'_>, filter: &Filter, question: &Question, start: Id, size: i64) -> Result<Vec<Id>> {
    let (name, org, [made_from, made_to, changed_from, changed_to]) = (name_of(tx, start)?, tx.org(), bounds(filter));
    let (question, statement) = match tx.engine() {
        Engine::Sqlite(_) => (
            question.fts5(),
            tx.sql(
                "SELECT id FROM customers
                 WHERE org_id = $1 AND created_at >= $2 AND created_at < $3 AND updated_at >= $4 AND updated_at < $5
                   AND name_key >= $6 AND (name_key > $6 OR id > $7)
                   AND id IN (SELECT rowid FROM customer_search WHERE customer_search MATCH $8)
                 ORDER BY name_key, id LIMIT $9",
            ),
        ),
        Engine::Postgres(_) => (
            question.tsquery(),
            tx.sql(
                "SELECT c.id FROM customers c
                 JOIN customer_search s ON s.org_id = c.org_id AND s.customer_id = c.id
                 WHERE c.org_id = $1 AND c.created_at >= $2 AND c.created_at < $3 AND c.updated_at >= $4
                   AND c.updated_at < $5 AND c.name_key >= $6 AND (c.name_key > $6 OR c.id > $7)
                   AND s.words @@ CAST(CAST($8 AS TEXT) AS TSQUERY)
                 ORDER BY c.name_key, c.id LIMIT $9",
            ),
        ),
    };
    statement
        .bind(org)
        .bind(made_from)
        .bind(made_to)
        .bind(changed_from)
        .bind(changed_to)
        .bind(name)
        .bind(start)
        .bind(question)
        .bind(size)
        .all(|row| row.col())
}

fn ranged_sqlite(
    tx: &mut Tx<'_>,
    filter: &Filter,
    question: &str,
    (order, start): (Order, After),
    size: i64,
    total: i64,
) -> Result<Vec<Id>> {
    let (org, [made_from, made_to, changed_from, changed_to]) = (tx.org(), bounds(filter));
    // The row to go on from bounds the range, so that the index is entered there.
    let changed_to = if order == Order::Updated { changed_to.min(start.updated_at.0 + 1) } else { changed_to };
    let statement = match (order, total) {
        (Order::Newest, _) => tx.sql(
            "SELECT id FROM customers
             WHERE org_id = $1 AND created_at >= $2 AND created_at < $3 AND updated_at >= $4 AND updated_at < $5
               AND $6 >= 0 AND id < $7
               AND id IN (SELECT rowid FROM customer_search WHERE customer_search MATCH $8)
             ORDER BY id DESC LIMIT $9",
        ),
        (Order::Oldest, _) => tx.sql(
            "SELECT id FROM customers
             WHERE org_id = $1 AND created_at >= $2 AND created_at < $3 AND updated_at >= $4 AND updated_at < $5
               AND $6 >= 0 AND id > $7
               AND id IN (SELECT rowid FROM customer_search WHERE customer_search MATCH $8)
             ORDER BY id LIMIT $9",
        ),
        (Order::Updated, ..=FEW) => tx.sql(
            "SELECT id FROM customers
             WHERE org_id = $1 AND created_at >= $2 AND created_at < $3 AND updated_at >= $4 AND updated_at < $5
               AND (updated_at < $6 OR id < $7)
               AND id IN (SELECT rowid FROM customer_search WHERE customer_search MATCH $8)
             ORDER BY updated_at DESC, id DESC LIMIT $9",
        ),
        (Order::Updated, ..=MANY) => tx.sql(
            "SELECT id FROM customers INDEXED BY customers_by_updated
             WHERE org_id = $1 AND created_at >= $2 AND created_at < $3 AND updated_at >= $4 AND updated_at < $5
               AND (updated_at < $6 OR id < $7)
               AND +id IN (SELECT rowid FROM customer_search WHERE customer_search MATCH $8)
             ORDER BY updated_at DESC, id DESC LIMIT $9",
        ),
        (Order::Updated | Order::Name, _) => tx.sql(
            "SELECT id FROM customers INDEXED BY customers_by_updated
             WHERE org_id = $1 AND created_at >= $2 AND created_at < $3 AND updated_at >= $4 AND updated_at < $5
               AND (updated_at < $6 OR id < $7)
               AND EXISTS (SELECT 1 FROM customer_search WHERE customer_search MATCH $8 AND rowid BETWEEN customers.id AND customers.id)
             ORDER BY updated_at DESC, id DESC LIMIT $9",
        ),
    };
    statement
        .bind(org)
        .bind(made_from)
        .bind(made_to)
        .bind(changed_from)
        .bind(changed_to)
        .bind(start.updated_at)
        .bind(start.id)
        .bind(question)
        .bind(size)
        .all(|row| row.col())
}

fn ranged_postgres(
    tx: &mut Tx<'_>,
    filter: &Filter,
    question: &str,
    (order, start): (Order, After),
    size: i64,
) -> Result<Vec<Id>> {
    let (org, [made_from, made_to, changed_from, changed_to]) = (tx.org(), bounds(filter));
    let changed_to = if order == Order::Updated { changed_to.min(start.updated_at.0 + 1) } else { changed_to };
    let statement = match order {
        Order::Newest => tx.sql(
            "SELECT c.id FROM customers c
             JOIN customer_search s ON s.org_id = c.org_id AND s.customer_id = c.id
             WHERE c.org_id = $1 AND c.created_at >= $2 AND c.created_at < $3 AND c.updated_at >= $4
               AND c.updated_at < $5 AND CAST($6 AS BIGINT) >= 0 AND c.id < $7
               AND s.words @@ CAST(CAST($8 AS TEXT) AS TSQUERY)
             ORDER BY c.id DESC LIMIT $9",
        ),
        Order::Oldest => tx.sql(
            "SELECT c.id FROM customers c
             JOIN customer_search s ON s.org_id = c.org_id AND s.customer_id = c.id
             WHERE c.org_id = $1 AND c.created_at >= $2 AND c.created_at < $3 AND c.updated_at >= $4
               AND c.updated_at < $5 AND CAST($6 AS BIGINT) >= 0 AND c.id > $7
               AND s.words @@ CAST(CAST($8 AS TEXT) AS TSQUERY)
             ORDER BY c.id LIMIT $9",
        ),
        Order::Updated | Order::Name => tx.sql(
            "SELECT c.id FROM customers c
             JOIN customer_search s ON s.org_id = c.org_id AND s.customer_id = c.id
             WHERE c.org_id = $1 AND c.created_at >= $2 AND c.created_at < $3 AND c.updated_at >= $4
               AND c.updated_at < $5 AND (c.updated_at < $6 OR c.id < $7)
               AND s.words @@ CAST(CAST($8 AS TEXT) AS TSQUERY)
             ORDER BY c.updated_at DESC, c.id DESC LIMIT $9",
        ),
    };
    statement
        .bind(org)
        .bind(made_from)
        .bind(made_to)
        .bind(changed_from)
        .bind(changed_to)
        .bind(start.updated_at)
        .bind(start.id)
        .bind(question)
        .bind(size)
        .all(|row| row.col())
}
