//! Rows that belong to a customer and change hands when it is merged, and come back when that is taken back.

use domain::{Error, Id, Result};
use serde::{Deserialize, Serialize};

use super::Moved;
use crate::db::Tx;
use crate::json;

/// What belongs to a customer by a row of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// Leads that were not taken away.
    Leads,
    /// Deals.
    Deals,
    /// Tickets.
    Tickets,
    /// Notes.
    Notes,
    /// Messages, sent or waiting.
    Messages,
    /// Attached files.
    Attachments,
    /// People of an organization.
    People,
}

impl Belonging {
    /// Everything that may belong to a customer.
    pub const ALL: [Self; 7] =
        [Self::Leads, Self::Deals, Self::Tickets, Self::Notes, Self::Messages, Self::Attachments, Self::People];

    /// The word by which it is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Deals => "deals",
            Self::Tickets => "tickets",
            Self::Notes => "notes",
            Self::Messages => "messages",
            Self::Attachments => "attachments",
            Self::People => "people",
        }
    }

    fn listing(self) -> &'static str {
        match self {
            Self::Leads => "SELECT id FROM leads WHERE org_id = $1 AND customer_id = $2 AND deleted_at IS NULL",
            Self::Deals => "SELECT id FROM deals WHERE org_id = $1 AND customer_id = $2",
            Self::Tickets => "SELECT id FROM tickets WHERE org_id = $1 AND customer_id = $2",
            Self::Notes => "SELECT id FROM notes WHERE org_id = $1 AND customer_id = $2",
            Self::Messages => "SELECT id FROM messages WHERE org_id = $1 AND customer_id = $2",
            Self::Attachments => "SELECT id FROM attachments WHERE org_id = $1 AND customer_id = $2",
            Self::People => "SELECT id FROM customers WHERE org_id = $1 AND company_id = $2",
        }
    }

    fn giving(self) -> &'static str {
        match self {
            Self::Leads => "UPDATE leads SET customer_id = $1 WHERE org_id = $2 AND customer_id = $3 AND id IN IDS($4)",
            Self::Deals => {
                "UPDATE deals SET customer_id = $1, version = version + 1
                 WHERE org_id = $2 AND customer_id = $3 AND id IN IDS($4)"
            }
            Self::Tickets => {
                "UPDATE tickets SET customer_id = $1 WHERE org_id = $2 AND customer_id = $3 AND id IN IDS($4)"
            }
            Self::Notes => "UPDATE notes SET customer_id = $1 WHERE org_id = $2 AND customer_id = $3 AND id IN IDS($4)",
            Self::Messages => {
                "UPDATE messages SET customer_id = $1 WHERE org_id = $2 AND customer_id = $3 AND id IN IDS($4)"
            }
            Self::Attachments => {
                "UPDATE attachments SET customer_id = $1 WHERE org_id = $2 AND customer_id = $3 AND id IN IDS($4)"
            }
            Self::People => {
                "UPDATE customers SET company_id = $1, version = version + 1
                 WHERE org_id = $2 AND company_id = $3 AND id IN IDS($4)"
            }
        }
    }
}

/// What of a kind belongs to a record, by id.
pub fn list(tx: &mut Tx<'_>, what: Belonging, of: Id) -> Result<Vec<Id>> {
    let org = tx.org();
    tx.sql(what.listing()).bind(org).bind(of).all(|row| row.col())
}

/// Gives what of a kind belongs to one record to another, but not the record itself; says which rows.
pub fn give(tx: &mut Tx<'_>, what: Belonging, from: Id, to: Id) -> Result<Vec<Id>> {
    let mut rows = list(tx, what, from)?;
    rows.retain(|row| *row != to && *row != from);
    take_back(tx, what, &rows, from, to)?;
    Ok(rows)
}

/// Gives those of some rows that still belong to one record to another.
pub fn take_back(tx: &mut Tx<'_>, what: Belonging, rows: &[Id], from: Id, to: Id) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let org = tx.org();
    tx.sql(what.giving()).bind(to).bind(org).bind(from).bind(rows).run().map(drop)
}

/// A deal that concerns the loser beside its customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concerned {
    deal: i64,
    place: usize,
    /// Whether it concerned the winner too.
    both: bool,
}

/// Has deals concern one record in place of another; says which, and how it was.
pub fn give_concerned(tx: &mut Tx<'_>, from: Id, to: Id) -> Result<Vec<Concerned>> {
    let org = tx.org();
    let deals: Vec<(Id, String)> = tx
        .sql("SELECT id, contacts FROM deals WHERE org_id = $1 AND contacts <> '[]'")
        .bind(org)
        .all(|row| Ok((row.col()?, row.col()?)))?;
    let mut given = Vec::new();
    for (deal, contacts) in deals {
        let mut contacts = json::read_ids(&contacts)?;
        let Some(place) = contacts.iter().position(|id| *id == from) else { continue };
        let both = contacts.contains(&to);
        if both {
            contacts.remove(place);
        } else {
            contacts[place] = to;
        }
        write_contacts(tx, deal, &contacts)?;
        given.push(Concerned { deal: deal.0, place, both });
    }
    Ok(given)
}

/// Has deals concern the loser again, as far as they still concern the winner.
pub fn return_concerned(tx: &mut Tx<'_>, given: &[Concerned], winner: Id, loser: Id) -> Result<()> {
    for Concerned { deal, place, both } in given {
        let (org, deal) = (tx.org(), Id(*deal));
        let contacts: Option<String> = tx
            .sql("SELECT contacts FROM deals WHERE org_id = $1 AND id = $2")
            .bind(org)
            .bind(deal)
            .optional(|row| row.col())?;
        let mut contacts = json::read_ids(&contacts.unwrap_or_else(|| "[]".to_owned()))?;
        let Some(now) = contacts.iter().position(|id| *id == winner) else { continue };
        if *both {
            contacts.insert((*place).min(contacts.len()), loser);
        } else {
            contacts[now] = loser;
        }
        write_contacts(tx, deal, &contacts)?;
    }
    Ok(())
}

fn write_contacts(tx: &mut Tx<'_>, deal: Id, contacts: &[Id]) -> Result<()> {
    let org = tx.org();
    tx.sql("UPDATE deals SET contacts = $1, version = version + 1 WHERE org_id = $2 AND id = $3")
        .bind(json::write_ids(contacts)?)
        .bind(org)
        .bind(deal)
        .run()
        .map(drop)
}

#[derive(Serialize, Deserialize)]
struct MovedRow {
    rows: Vec<(String, Vec<i64>)>,
    concerned: Vec<Concerned>,
    followers: Vec<i64>,
    keys: Vec<(String, String)>,
    claimed: Vec<(String, String)>,
    pairs: Vec<(i64, bool)>,
    pair: Option<String>,
}

pub(super) fn write_moved(moved: &Moved) -> Result<String> {
    let Moved { rows, concerned, followers, keys, claimed, pairs, pair } = moved.clone();
    let numbers = |ids: Vec<Id>| ids.into_iter().map(|id| id.0).collect::<Vec<_>>();
    json::write(&MovedRow {
        rows: rows.into_iter().map(|(what, ids)| (what.word().to_owned(), numbers(ids))).collect(),
        concerned,
        followers: numbers(followers),
        keys,
        claimed,
        pairs: pairs.into_iter().map(|(id, made)| (id.0, made)).collect(),
        pair,
    })
}

pub(super) fn read_moved(text: &str) -> Result<Moved> {
    let MovedRow { rows, concerned, followers, keys, claimed, pairs, pair } = json::read(text)?;
    let ids = |numbers: Vec<i64>| numbers.into_iter().map(Id).collect::<Vec<_>>();
    let mut moved = Moved { concerned, keys, claimed, pair, ..Moved::default() };
    for (word, numbers) in rows {
        let what = Belonging::ALL.into_iter().find(|what| what.word() == word);
        moved.rows.push((what.ok_or_else(|| Error::broken(format!("{word} in a merge")))?, ids(numbers)));
    }
    moved.followers = ids(followers);
    moved.pairs = pairs.into_iter().map(|(id, made)| (Id(id), made)).collect();
    Ok(moved)
}
