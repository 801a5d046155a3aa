//! Lists of tickets: newest first, from where the page before ended; and how many wait, by age.

use domain::{Id, Instant, Result, Viewer};

use crate::db::Tx;

/// Which tickets, by whether they were solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// Those that wait.
    #[default]
    Open,
    /// Those that were solved.
    Closed,
    /// All of them.
    All,
}

/// Which tickets are asked for. Everything given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// Solved or not.
    pub state: State,
    /// The team that takes care of them.
    pub team: Option<Id>,
    /// Channel, service level or tag, each of which they carry.
    pub labels: Vec<Id>,
    /// Made from this moment on, and before that one.
    pub created: (Option<Instant>, Option<Instant>),
}

/// The last ticket of a page: what comes after it is the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// When it was made.
    pub created_at: Instant,
    /// The ticket.
    pub id: Id,
}

impl Asked {
    /// The bounds of when they were made, which leave nothing out where none was given.
    fn made(&self) -> (Instant, Instant) {
        let (from, to) = self.created;
        (from.unwrap_or(Instant(i64::MIN)), to.unwrap_or(Instant(i64::MAX)))
    }

    fn label(&self, place: usize) -> Id {
        self.labels.get(place).copied().unwrap_or_default()
    }

    fn lacks(&self, place: usize) -> bool {
        self.labels.len() <= place
    }
}

/// Ids of the next `size` tickets that `viewer` may see.
pub fn list_after(tx: &mut Tx<'_>, viewer: &Viewer, asked: &Asked, after: Option<After>, size: i64) -> Result<Vec<Id>> {
    if asked.state == State::Open {
        return open(tx, viewer, asked, after, size);
    }
    let before = after.map_or(Id(i64::MAX), |after| after.id);
    match (asked.team, asked.labels.is_empty()) {
        (Some(team), true) => of_team(tx, viewer, asked, team, before, size),
        (None, true) => all(tx, viewer, asked, before, size),
        (_, false) => of_label(tx, viewer, asked, before, size),
    }
}

/// Few wait at any time: whatever else is asked for, these are walked.
fn open(tx: &mut Tx<'_>, viewer: &Viewer, asked: &Asked, after: Option<After>, size: i64) -> Result<Vec<Id>> {
    let (org, (from, end)) = (tx.org(), asked.made());
    // Made before a moment is after a ticket of that moment whose id comes before all others.
    let After { created_at, id } = after.unwrap_or(After { created_at: end, id: Id(0) });
    tx.sql(
        "SELECT id FROM tickets WHERE org_id = $1 AND closed_at IS NULL AND (created_at, id) < ($2, $3)
           AND created_at >= $4 AND ($5 OR team_id + 0 = $6)
           AND ($7 OR EXISTS (SELECT 1 FROM labels a WHERE a.org_id = $8 AND a.entity_id = tickets.id AND a.item_id = $9))
           AND ($10 OR EXISTS (SELECT 1 FROM labels b WHERE b.org_id = $11 AND b.entity_id = tickets.id AND b.item_id = $12))
           AND SEEN(customer_id, $13)
         ORDER BY created_at DESC, id DESC LIMIT $14",
    )
    .bind(org)
    .bind(created_at)
    .bind(id)
    .bind(from)
    .bind(asked.team.is_none())
    .bind(asked.team.unwrap_or_default())
    .bind(asked.lacks(0))
    .bind(org)
    .bind(asked.label(0))
    .bind(asked.lacks(1))
    .bind(org)
    .bind(asked.label(1))
    .bind(viewer)
    .bind(size)
    .all(|row| row.col())
}

fn of_team(tx: &mut Tx<'_>, viewer: &Viewer, asked: &Asked, team: Id, before: Id, size: i64) -> Result<Vec<Id>> {
    let (org, (from, end)) = (tx.org(), asked.made());
    tx.sql(
        "SELECT id FROM tickets WHERE org_id = $1 AND team_id = $2 AND id < $3 AND ($4 OR closed_at IS NOT NULL)
           AND created_at + 0 >= $5 AND created_at + 0 < $6
           AND SEEN(customer_id, $7)
         ORDER BY id DESC LIMIT $8",
    )
    .bind(org)
    .bind(team)
    .bind(before)
    .bind(asked.state == State::All)
    .bind(from)
    .bind(end)
    .bind(viewer)
    .bind(size)
    .all(|row| row.col())
}

fn all(tx: &mut Tx<'_>, viewer: &Viewer, asked: &Asked, before: Id, size: i64) -> Result<Vec<Id>> {
    let (org, (from, end)) = (tx.org(), asked.made());
    tx.sql(
        "SELECT id FROM tickets WHERE org_id = $1 AND id < $2 AND ($3 OR closed_at IS NOT NULL)
           AND created_at + 0 >= $4 AND created_at + 0 < $5
           AND SEEN(customer_id, $6)
         ORDER BY id DESC LIMIT $7",
    )
    .bind(org)
    .bind(before)
    .bind(asked.state == State::All)
    .bind(from)
    .bind(end)
    .bind(viewer)
    .bind(size)
    .all(|row| row.col())
}

/// Those that carry the first of the labels, narrowed by the rest.
fn of_label(tx: &mut Tx<'_>, viewer: &Viewer, asked: &Asked, before: Id, size: i64) -> Result<Vec<Id>> {
    let (org, (from, end)) = (tx.org(), asked.made());
    tx.sql(
        "SELECT t.id FROM labels l JOIN tickets t ON t.org_id = l.org_id AND t.id = l.entity_id
         WHERE l.org_id = $1 AND l.item_id = $2 AND l.entity_id < $3 AND ($4 OR t.closed_at IS NOT NULL)
           AND t.created_at >= $5 AND t.created_at < $6 AND ($7 OR t.team_id = $8)
           AND ($9 OR EXISTS (SELECT 1 FROM labels b WHERE b.org_id = $10 AND b.entity_id = t.id AND b.item_id = $11))
           AND SEEN(t.customer_id, $12)
         ORDER BY l.entity_id DESC LIMIT $13",
    )
    .bind(org)
    .bind(asked.label(0))
    .bind(before)
    .bind(asked.state == State::All)
    .bind(from)
    .bind(end)
    .bind(asked.team.is_none())
    .bind(asked.team.unwrap_or_default())
    .bind(asked.lacks(1))
    .bind(org)
    .bind(asked.label(1))
    .bind(viewer)
    .bind(size)
    .all(|row| row.col())
}

/// How many tickets wait that were made from a moment on and before another and that `viewer` may see, counted up to `limit`.
pub fn count_open(tx: &mut Tx<'_>, viewer: &Viewer, from: Instant, to: Instant, limit: i64) -> Result<i64> {
    let org = tx.org();
    tx.sql(
        "SELECT count(*) FROM (SELECT id FROM tickets
             WHERE org_id = $1 AND closed_at IS NULL AND created_at >= $2 AND created_at < $3
               AND SEEN(customer_id, $4) LIMIT $5) AS few",
    )
    .bind(org)
    .bind(from)
    .bind(to)
    .bind(viewer)
    .bind(limit)
    .one(|row| row.col())
}

/// Tickets of some customers, newest first.
pub fn of_customers(tx: &mut Tx<'_>, customers: &[Id], limit: i64) -> Result<Vec<Id>> {
    let org = tx.org();
    tx.sql("SELECT id FROM tickets WHERE org_id = $1 AND customer_id IN IDS($2) ORDER BY id DESC LIMIT $3")
        .bind(org)
        .bind(customers)
        .bind(limit)
        .all(|row| row.col())
}
