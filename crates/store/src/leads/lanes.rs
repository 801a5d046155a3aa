//! Lanes of the board of leads, and its table: newest first, from where the page before ended; and how many there are.

use domain::{Id, Instant, Result, Viewer};

use crate::db::{Sql, Tx};
use crate::permits;

/// Which statuses a lane is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// All of them.
    #[default]
    Any,
    /// None: the status was taken out of its list.
    Nowhere,
    /// This one.
    In(Id),
}

/// Which leads are asked for. Everything given must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lane {
    /// Their status.
    pub standing: Standing,
    /// Who takes care of them.
    pub assignee: Option<Id>,
    /// Where they came from.
    pub source: Option<Id>,
    /// Made from this moment on.
    pub from: Option<Instant>,
    /// Made before this one.
    pub to: Option<Instant>,
}

/// The last lead of a page: what comes after it is the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// When it was made.
    pub created_at: Instant,
    /// The lead.
    pub id: Id,
}

/// The statements of one way into the list, which is an index.
#[derive(Clone, Copy)]
struct Way {
    /// A page of what is seen.
    page: &'static str,
    /// Counts up to a limit, by the index alone.
    count: &'static str,
    /// Counts what is seen.
    seen: &'static str,
    /// Counts what is not.
    hidden: &'static str,
}

macro_rules! conditions {
    () => {
        "org_id = $1 AND deleted_at IS NULL AND (created_at, id) < ($2, $3) AND created_at >= $4
             AND ($5 OR EXISTS (SELECT 1 FROM labels b WHERE b.org_id = $6 AND b.entity_id = leads.id AND b.item_id = $7))"
    };
}

/// A way by what its index begins with, and the two numbers of the values that follow.
macro_rules! way {
    ($key:literal, $next:literal, $last:literal) => {
        Way {
            page: concat!(
                "SELECT ",
                "id FROM leads WHERE ",
                conditions!(),
                $key,
                " AND SEEN(customer_id, ",
                $next,
                ") ORDER BY created_at DESC, id DESC LIMIT ",
                $last
            ),
            count: concat!(
                "SELECT ",
                "count(*) FROM (SELECT id FROM leads WHERE ",
                conditions!(),
                $key,
                " LIMIT ",
                $next,
                ") AS few"
            ),
            seen: concat!(
                "SELECT ",
                "count(*) FROM leads WHERE ",
                conditions!(),
                $key,
                " AND SEEN(customer_id, ",
                $next,
                ")"
            ),
            hidden: concat!(
                "SELECT ",
                "count(*) FROM leads WHERE ",
                conditions!(),
                $key,
                " AND customer_id IN HIDDEN(",
                $next,
                ")"
            ),
        }
    };
}

const BY_CREATED: Way = way!("", "$8", "$9");
const BY_STATUS: Way = way!(" AND status_id = $8", "$9", "$10");
const BY_NO_STATUS: Way = way!(" AND status_id IS NULL", "$8", "$9");
const BY_ASSIGNEE: Way = way!(" AND assignee_id = $8", "$9", "$10");
const BY_BOTH: Way = way!(" AND status_id = $8 AND assignee_id = $9", "$10", "$11");
const BY_ASSIGNEE_ALONE: Way = way!(" AND status_id IS NULL AND assignee_id = $8", "$9", "$10");

/// Every statement of this file that is put together of literals.
pub fn statements() -> impl Iterator<Item = &'static str> {
    let ways = [BY_CREATED, BY_STATUS, BY_NO_STATUS, BY_ASSIGNEE, BY_BOTH, BY_ASSIGNEE_ALONE];
    ways.into_iter().flat_map(|Way { page, count, seen, hidden }| [page, count, seen, hidden])
}

impl Lane {
    fn way(&self) -> Way {
        match (self.standing, self.assignee) {
            (Standing::Any, None) => BY_CREATED,
            (Standing::Any, Some(_)) => BY_ASSIGNEE,
            (Standing::Nowhere, None) => BY_NO_STATUS,
            (Standing::Nowhere, Some(_)) => BY_ASSIGNEE_ALONE,
            (Standing::In(_), None) => BY_STATUS,
            (Standing::In(_), Some(_)) => BY_BOTH,
        }
    }

    /// A statement with its values up to those of the way's key.
    fn bound<'t, 'a>(&self, tx: &'t mut Tx<'a>, text: &'static str, after: Option<After>) -> Sql<'t, 'a> {
        let org = tx.org();
        // Made before a moment is after a lead of that moment whose id comes before all others.
        let end = After { created_at: self.to.unwrap_or(Instant(i64::MAX)), id: Id(0) };
        let After { created_at, id } = after.unwrap_or(end);
        let sql = tx
            .sql(text)
            .bind(org)
            .bind(created_at)
            .bind(id)
            .bind(self.from.unwrap_or(Instant(i64::MIN)))
            .bind(self.source.is_none())
            .bind(org)
            .bind(self.source.unwrap_or_default());
        let sql = match self.standing {
            Standing::In(status) => sql.bind(status),
            Standing::Any | Standing::Nowhere => sql,
        };
        match self.assignee {
            Some(user) => sql.bind(user),
            None => sql,
        }
    }
}

/// Ids of the next `size` leads of a lane that `viewer` may see.
pub fn lane(tx: &mut Tx<'_>, lane: &Lane, viewer: &Viewer, after: Option<After>, size: i64) -> Result<Vec<Id>> {
    lane.bound(tx, lane.way().page, after).bind(viewer).bind(size).all(|row| row.col())
}

/// How many leads a lane has that `viewer` may see, counted up to `limit`.
pub fn count(tx: &mut Tx<'_>, lane: &Lane, viewer: &Viewer, limit: i64) -> Result<i64> {
    let all: i64 = lane.bound(tx, lane.way().count, None).bind(limit).one(|row| row.col())?;
    if all == limit || *viewer == Viewer::Org {
        return Ok(all);
    }
    if !permits::are_few(tx, all)? {
        return lane.bound(tx, lane.way().seen, None).bind(viewer).one(|row| row.col());
    }
    let unseen: i64 = lane.bound(tx, lane.way().hidden, None).bind(viewer).one(|row| row.col())?;
    Ok(all - unseen)
}

/// Leads of some customers, newest first.
pub fn of_customers(tx: &mut Tx<'_>, customers: &[Id], limit: i64) -> Result<Vec<Id>> {
    let org = tx.org();
    tx.sql(
        "SELECT id FROM leads WHERE org_id = $1 AND deleted_at IS NULL AND customer_id IN IDS($2)
         ORDER BY created_at DESC, id DESC LIMIT $3",
    )
    .bind(org)
    .bind(customers)
    .bind(limit)
    .all(|row| row.col())
}
