//! Merges: the rows that remember them, and everything that changes hands.

mod rows;

use std::collections::HashMap;

use domain::merge::{Fact, Gains, Taken};
use domain::{ContactKind, Error, Id, Instant, Result};

use crate::db::{Engine, Row, Tx};
use crate::json;

pub use rows::{Belonging, Concerned, give, give_concerned, list as belongings, return_concerned, take_back};

/// A merge as it is remembered.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// Its identity.
    pub id: Id,
    /// Small number that people see.
    pub number: i64,
    /// The record that stayed.
    pub winner: Id,
    /// The record that went into it.
    pub loser: Id,
    /// When.
    pub at: Instant,
    /// Who, for people to read.
    pub actor: String,
    /// What the winner gained.
    pub gains: Gains,
    /// What changed hands.
    pub moved: Moved,
    /// When and by whom it was taken back.
    pub undone: Option<(Instant, String)>,
}

/// What changed hands in a merge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moved {
    /// Leads, deals, tickets, notes, messages, attachments and people of the organization, by what they are.
    pub rows: Vec<(Belonging, Vec<Id>)>,
    /// Deals that concern the record beside their customer.
    pub concerned: Vec<Concerned>,
    /// Records that were merged into the loser before.
    pub followers: Vec<Id>,
    /// Keys that the loser held: kind and key.
    pub keys: Vec<(String, String)>,
    /// Keys that nobody held and that the winner took: kind and key.
    pub claimed: Vec<(String, String)>,
    /// Others who may be the same as the loser, and whether the winner was put into the queue with them for that.
    pub pairs: Vec<(Id, bool)>,
    /// What the queue said of the two themselves; none when they were no pair.
    pub pair: Option<String>,
}

/// Keeps whoever would add something to a record waiting until the end of the unit. SQLite's one writer has nobody waiting.
pub fn lock(tx: &mut Tx<'_>, customer: Id) -> Result<()> {
    if matches!(tx.engine(), Engine::Sqlite(_)) {
        return Ok(());
    }
    let org = tx.org();
    tx.sql("SELECT id FROM customers WHERE org_id = $1 AND id = $2 FOR UPDATE")
        .bind(org)
        .bind(customer)
        .all(|row| row.col::<Id>())
        .map(drop)
}

/// The record that a record was merged into.
pub fn winner_of(tx: &mut Tx<'_>, customer: Id) -> Result<Option<Id>> {
    let org = tx.org();
    let found = tx
        .sql("SELECT canonical_id FROM customers WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(customer)
        .optional(|row| row.col::<Option<Id>>())?;
    Ok(found.flatten())
}

/// Of these records those that were merged into another, each with that one.
pub fn winners(tx: &mut Tx<'_>, customers: &[Id]) -> Result<HashMap<Id, Id>> {
    if customers.is_empty() {
        return Ok(HashMap::new());
    }
    let org = tx.org();
    let rows = tx
        .sql("SELECT id, canonical_id FROM customers WHERE org_id = $1 AND id IN IDS($2) AND canonical_id IS NOT NULL")
        .bind(org)
        .bind(customers)
        .all(|row| Ok((row.col()?, row.col()?)))?;
    Ok(rows.into_iter().collect())
}

/// The record with a number itself, also one that was merged into another.
pub fn find_by_own_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Id>> {
    let org = tx.org();
    tx.sql("SELECT id FROM customers WHERE org_id = $1 AND number = $2 AND deleted_at IS NULL")
        .bind(org)
        .bind(number)
        .optional(|row| row.col())
}

/// Records that were merged into one.
pub fn followers(tx: &mut Tx<'_>, winner: Id) -> Result<Vec<Id>> {
    let org = tx.org();
    tx.sql("SELECT id FROM customers WHERE org_id = $1 AND canonical_id = $2 ORDER BY id")
        .bind(org)
        .bind(winner)
        .all(|row| row.col())
}

/// Numbers and codes of the records that were merged into one, by which it is still found.
pub(crate) fn other_names(tx: &mut Tx<'_>, winner: Id) -> Result<Vec<(i64, Vec<String>)>> {
    let org = tx.org();
    tx.sql("SELECT number, codes FROM customers WHERE org_id = $1 AND canonical_id = $2").bind(org).bind(winner).all(
        |row| {
            let (number, codes): (i64, String) = (row.col()?, row.col()?);
            Ok((number, json::read_codes(&codes)?.into_values().collect()))
        },
    )
}

/// Points records at the one they are merged into, or with none at nobody any more.
pub fn point(tx: &mut Tx<'_>, records: &[Id], winner: Option<Id>) -> Result<()> {
    let (org, now, name) = (tx.org(), tx.now(), tx.actor().name.as_str());
    tx.sql(
        "UPDATE customers SET canonical_id = $1, version = version + 1, updated_at = $2, updated_by = $3
         WHERE org_id = $4 AND id IN IDS($5)",
    )
    .bind(winner)
    .bind(now)
    .bind(name)
    .bind(org)
    .bind(records)
    .run()
    .map(drop)
}

/// Gives a key of one record to another; `false` when the one does not hold it.
pub fn give_key(tx: &mut Tx<'_>, key: (&str, &str), from: Id, to: Id) -> Result<bool> {
    let org = tx.org();
    let given = tx
        .sql("UPDATE identities SET customer_id = $1 WHERE org_id = $2 AND kind = $3 AND key = $4 AND customer_id = $5")
        .bind(to)
        .bind(org)
        .bind(key.0)
        .bind(key.1)
        .bind(from)
        .run()?;
    Ok(given == 1)
}

/// Takes a key that nobody holds; gives who holds it then.
pub fn claim_key(tx: &mut Tx<'_>, key: (&str, &str), customer: Id) -> Result<Id> {
    let org = tx.org();
    tx.sql(
        "INSERT INTO identities (org_id, kind, key, customer_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org_id, kind, key) DO UPDATE SET customer_id = identities.customer_id
         RETURNING customer_id",
    )
    .bind(org)
    .bind(key.0)
    .bind(key.1)
    .bind(customer)
    .one(|row| row.col())
}

/// Gives back a key that a record holds.
pub fn release_key(tx: &mut Tx<'_>, key: (&str, &str), customer: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM identities WHERE org_id = $1 AND kind = $2 AND key = $3 AND customer_id = $4")
        .bind(org)
        .bind(key.0)
        .bind(key.1)
        .bind(customer)
        .run()
        .map(drop)
}

/// Remembers a merge; gives its number.
pub fn insert(tx: &mut Tx<'_>, winner: Id, loser: Id, gains: &Gains, moved: &Moved) -> Result<i64> {
    let (org, id, number, now) = (tx.org(), tx.new_id(), tx.number("merge")?, tx.now());
    let actor = tx.actor().name.as_str();
    tx.sql(
        "INSERT INTO merges (org_id, id, number, winner_id, loser_id, at, actor, taken, moved)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(org)
    .bind(id)
    .bind(number)
    .bind(winner)
    .bind(loser)
    .bind(now)
    .bind(actor)
    .bind(write_gains(gains)?)
    .bind(rows::write_moved(moved)?)
    .run()?;
    Ok(number)
}

/// The merge with a number.
pub fn find(tx: &mut Tx<'_>, number: i64) -> Result<Option<Merge>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, winner_id, loser_id, at, actor, taken, moved, undone_at, undone_by
         FROM merges WHERE org_id = $1 AND number = $2",
    )
    .bind(org)
    .bind(number)
    .optional(merge)
}

/// The newest merge into a record that was not taken back.
pub fn newest_into(tx: &mut Tx<'_>, winner: Id) -> Result<Option<Merge>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, winner_id, loser_id, at, actor, taken, moved, undone_at, undone_by
         FROM merges WHERE org_id = $1 AND winner_id = $2 AND undone_at IS NULL ORDER BY id DESC LIMIT 1",
    )
    .bind(org)
    .bind(winner)
    .optional(merge)
}

/// The merge by which a record went into another, unless it was taken back.
pub fn of_loser(tx: &mut Tx<'_>, loser: Id) -> Result<Option<Merge>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, winner_id, loser_id, at, actor, taken, moved, undone_at, undone_by
         FROM merges WHERE org_id = $1 AND loser_id = $2 AND undone_at IS NULL ORDER BY id DESC LIMIT 1",
    )
    .bind(org)
    .bind(loser)
    .optional(merge)
}

/// Merges before one, newest first.
pub fn list(tx: &mut Tx<'_>, before: Option<Id>, limit: i64) -> Result<Vec<Merge>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, winner_id, loser_id, at, actor, taken, moved, undone_at, undone_by
         FROM merges WHERE org_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(org)
    .bind(before.unwrap_or(Id(i64::MAX)))
    .bind(limit)
    .all(merge)
}

/// Marks a merge as taken back; `false` when somebody else did it in between.
pub fn mark_undone(tx: &mut Tx<'_>, id: Id) -> Result<bool> {
    let (org, now, actor) = (tx.org(), tx.now(), tx.actor().name.as_str());
    let marked = tx
        .sql("UPDATE merges SET undone_at = $1, undone_by = $2 WHERE org_id = $3 AND id = $4 AND undone_at IS NULL")
        .bind(now)
        .bind(actor)
        .bind(org)
        .bind(id)
        .run()?;
    Ok(marked == 1)
}

fn merge(row: &mut Row<'_>) -> Result<Merge> {
    let (id, number, winner, loser) = (row.col()?, row.col()?, row.col()?, row.col()?);
    let (at, actor) = (row.col()?, row.col()?);
    let (taken, moved): (String, String) = (row.col()?, row.col()?);
    let (undone_at, undone_by): (Option<Instant>, Option<String>) = (row.col()?, row.col()?);
    let (gains, moved) = (read_gains(&taken)?, rows::read_moved(&moved)?);
    let undone = undone_at.zip(undone_by);
    Ok(Merge { id, number, winner, loser, at, actor, gains, moved, undone })
}

/// A fact, its value before and since.
type TakenRow = (String, Vec<String>, Vec<String>);
/// Facts, contact points, labels, owners.
type GainsRow = (Vec<TakenRow>, Vec<(String, String, String)>, Vec<i64>, Vec<i64>);

fn write_gains(gains: &Gains) -> Result<String> {
    let Gains { facts, points, labels, owners } = gains;
    let facts = facts.iter().map(|it| (it.fact.word(), it.before.clone(), it.after.clone())).collect();
    let points = points.iter().map(|(kind, raw, label)| (kind.word().to_owned(), raw.clone(), label.clone())).collect();
    let ids = |ids: &[Id]| ids.iter().map(|id| id.0).collect();
    let row: GainsRow = (facts, points, ids(labels), ids(owners));
    json::write(&row)
}

fn read_gains(text: &str) -> Result<Gains> {
    let (facts, points, labels, owners): GainsRow = json::read(text)?;
    let unknown = |word: &str| Error::broken(format!("a merge of {word}"));
    let mut gains = Gains::default();
    for (word, before, after) in facts {
        gains.facts.push(Taken { fact: Fact::of(&word).ok_or_else(|| unknown(&word))?, before, after });
    }
    for (word, raw, label) in points {
        gains.points.push((ContactKind::of(&word).ok_or_else(|| unknown(&word))?, raw, label));
    }
    gains.labels = labels.into_iter().map(Id).collect();
    gains.owners = owners.into_iter().map(Id).collect();
    Ok(gains)
}
