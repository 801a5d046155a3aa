//! Pages of leads by what a client asks for, each with the exact number of all that match.
//!
//! No engine can choose an index for conditions of which any may be missing. So each way into the list, which is an index,
//! has statements of its own: two that the index answers alone, and two with every condition. Where several ways are open,
//! the one with the fewest leads is taken, counted up to a limit.

use domain::lead::Conversion;
use domain::{Id, Instant, Result, Viewer};

use crate::db::{Sql, Tx};
use crate::permits;

/// Leads that are counted before a way is called wide.
const WIDE: i64 = 4_096;
/// Leads that are counted of each way when all of them are wide.
const WIDER: i64 = 65_536;

/// Moments from the first on, and before the second.
pub type Range = (Option<Instant>, Option<Instant>);

/// What leads are asked for. Everything given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Whose they are.
    pub customer: Option<Id>,
    /// Who takes care of them.
    pub assignee: Option<Id>,
    /// The service that took them in.
    pub service: Option<Id>,
    /// Their status, any of these.
    pub statuses: Option<Vec<Id>>,
    /// How they ended.
    pub how: Option<Conversion>,
    /// When they were made.
    pub created: Range,
    /// When they were last changed.
    pub updated: Range,
    /// When they ended.
    pub closed: Range,
}

/// A page of what was found, newest first, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Ids of this page.
    pub ids: Vec<Id>,
    /// All that match, exactly.
    pub total: i64,
}

/// The statements of one way into the list.
#[derive(Clone, Copy)]
struct Way {
    /// Counts by the index alone, up to `$4` or `$5`.
    probe: &'static str,
    /// Counts by the index alone.
    count: &'static str,
    /// A page by the index alone.
    page: &'static str,
    /// Counts with every condition.
    whole_count: &'static str,
    /// A page with every condition.
    whole_page: &'static str,
    /// Whether the index has the leads in the order in which they are shown.
    in_order: bool,
}

/// A statement of what an index knows: `$2` and `$3` are a range of time, `$4` is a key where there is one.
macro_rules! short {
    ($what:literal, $column:literal, $key:literal, $end:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM leads WHERE org_id = $1 AND deleted_at IS NULL AND ",
            $column,
            " >= $2 AND ",
            $column,
            " < $3",
            $key,
            $end
        )
    };
}

/// A statement with every condition, for all leads where `$19` is true, for those that are seen otherwise. Adding 0 keeps an engine from walking any other index than that of `way`.
macro_rules! whole {
    ($what:literal, $way:literal, $end:literal) => {
        concat!(
            "SELECT ", $what,
            " FROM leads WHERE org_id = $1 AND deleted_at IS NULL
                AND created_at + 0 >= $2 AND created_at + 0 < $3 AND updated_at + 0 >= $4 AND updated_at + 0 < $5
                AND ($6 OR (closed_at + 0 >= $7 AND closed_at + 0 < $8)) AND ($9 OR closed_how = $10)
                AND ($11 OR customer_id + 0 = $12) AND ($13 OR assignee_id + 0 = $14) AND ($15 OR service_id + 0 = $16)
                AND ($17 OR status_id + 0 IN IDS($18)) AND ($19 OR SEEN(customer_id + 0, $20)) AND ",
            $way, $end
        )
    };
}

/// A way by a range of time alone: the column, what else its index wants to hear, and both for the whole statement.
macro_rules! by_time {
    ($column:literal, $more:literal, $way:literal) => {
        Way {
            probe: short!("count(*) FROM (SELECT id", $column, $more, " LIMIT $4) AS few"),
            count: short!("count(*)", $column, $more, ""),
            page: short!("id", $column, $more, " ORDER BY created_at DESC, id DESC LIMIT $4 OFFSET $5"),
            whole_count: whole!("count(*)", $way, ""),
            whole_page: whole!("id", $way, " ORDER BY created_at DESC, id DESC LIMIT $21 OFFSET $22"),
            in_order: false,
        }
    };
}

/// A way by a key and a range of time: the column, the key, and both for the whole statement.
macro_rules! by_key {
    ($column:literal, $key:literal, $way:literal) => {
        Way {
            probe: short!("count(*) FROM (SELECT id", $column, $key, " LIMIT $5) AS few"),
            count: short!("count(*)", $column, $key, ""),
            page: short!("id", $column, $key, " ORDER BY created_at DESC, id DESC LIMIT $5 OFFSET $6"),
            whole_count: whole!("count(*)", $way, ""),
            whole_page: whole!("id", $way, " ORDER BY created_at DESC, id DESC LIMIT $21 OFFSET $22"),
            in_order: false,
        }
    };
}

/// The same, by when leads were made.
macro_rules! newest {
    ($key:literal, $way:literal) => {
        Way {
            whole_count: whole!("count(*)", $way, " AND created_at >= $2 AND created_at < $3"),
            whole_page: whole!(
                "id",
                $way,
                " AND created_at >= $2 AND created_at < $3 ORDER BY created_at DESC, id DESC LIMIT $21 OFFSET $22"
            ),
            in_order: true,
            ..by_key!("created_at", $key, $way)
        }
    };
}

const BY_CUSTOMER: Way = newest!(" AND customer_id = $4", "customer_id = $12");
const BY_ASSIGNEE: Way = newest!(" AND assignee_id = $4", "assignee_id = $14");
const BY_SERVICE: Way = newest!(" AND service_id = $4", "service_id = $16");
const BY_STATUS: Way = newest!(" AND status_id = $4", "status_id IN IDS($18)");
/// Several keys are not walked in one order. Adding 0 keeps SQLite from walking all leads instead of sorting these few.
const BY_STATUSES: Way = Way {
    in_order: false,
    whole_page: whole!(
        "id",
        "status_id IN IDS($18)",
        " AND created_at >= $2 AND created_at < $3 ORDER BY created_at + 0 DESC, id DESC LIMIT $21 OFFSET $22"
    ),
    ..newest!(" AND status_id IN IDS($4)", "status_id IN IDS($18)")
};
const BY_CREATED: Way = Way { in_order: true, ..by_time!("created_at", "", "created_at >= $2 AND created_at < $3") };
const BY_UPDATED: Way = by_time!("updated_at", "", "updated_at >= $4 AND updated_at < $5");
const BY_HOW: Way =
    by_key!("closed_at", " AND closed_how = $4", "closed_how = $10 AND closed_at >= $7 AND closed_at < $8");
const BY_CLOSED: Way =
    by_time!("closed_at", " AND closed_how IN (1, 2)", "closed_how IN (1, 2) AND closed_at >= $7 AND closed_at < $8");
/// Counts what a viewer may not see.
const HIDDEN: &str = whole!("count(*)", "customer_id IN HIDDEN($20)", " AND created_at >= $2 AND created_at < $3");

/// Every statement of this file, for the checks that all statements go through.
pub fn statements() -> Vec<&'static str> {
    let ways =
        [BY_CUSTOMER, BY_ASSIGNEE, BY_SERVICE, BY_STATUS, BY_STATUSES, BY_CREATED, BY_UPDATED, BY_HOW, BY_CLOSED]
            .into_iter();
    ways.flat_map(|Way { probe, count, page, whole_count, whole_page, in_order: _ }| {
        [probe, count, page, whole_count, whole_page]
    })
    .chain([HIDDEN])
    .collect()
}

/// What a way is walked by.
#[derive(Clone, Copy)]
enum Key<'f> {
    None,
    One(Id),
    Any(&'f [Id]),
    How(Conversion),
}

/// A way that a filter opens: its statements, its range and its key.
#[derive(Clone, Copy)]
struct Open<'f> {
    way: Way,
    range: Range,
    key: Key<'f>,
}

/// A page of the leads that match and that `viewer` may see, newest first. `size` rows after skipping `offset`.
pub fn page(tx: &mut Tx<'_>, viewer: &Viewer, filter: &Filter, offset: i64, size: i64) -> Result<Found> {
    if filter.statuses.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Found { ids: Vec::new(), total: 0 });
    }
    let open = filter.ways();
    let mut best = open[0];
    let mut fewest = i64::MAX;
    if open.len() > 1 {
        for limit in [WIDE, WIDER] {
            fewest = i64::MAX;
            for way in &open {
                let some = way.bound(tx, way.way.probe).bind(limit).one(|row| row.col())?;
                if some < fewest {
                    (best, fewest) = (*way, some);
                }
            }
            if fewest < limit {
                break;
            }
        }
    }
    let is_short = open.len() == 1;
    let mut total: i64 = match is_short {
        true => best.bound(tx, best.way.count).one(|row| row.col())?,
        false => filter.bound(tx, best.way.whole_count, &Viewer::Org).one(|row| row.col())?,
    };
    if *viewer != Viewer::Org {
        total = match permits::are_few(tx, total)? {
            true => total - filter.hidden(tx, viewer)?,
            false => filter.bound(tx, best.way.whole_count, viewer).one(|row| row.col())?,
        };
    }
    // A wide way that has to be sorted is slower than meeting the matches on the way through all.
    let is_walked = best.way.in_order || total.min(fewest) < WIDE;
    let rows = match (is_short && *viewer == Viewer::Org, is_walked) {
        (true, true) => best.bound(tx, best.way.page),
        (false, true) => filter.bound(tx, best.way.whole_page, viewer),
        (_, false) => filter.bound(tx, BY_CREATED.whole_page, viewer),
    };
    let ids = rows.bind(size).bind(offset).all(|row| row.col())?;
    Ok(Found { ids, total })
}

impl Filter {
    /// The ways that are open, the best guess first.
    fn ways(&self) -> Vec<Open<'_>> {
        let mut open = Vec::new();
        for (key, way) in [(self.customer, BY_CUSTOMER), (self.assignee, BY_ASSIGNEE), (self.service, BY_SERVICE)] {
            open.extend(key.map(|key| Open { way, range: self.created, key: Key::One(key) }));
        }
        match self.statuses.as_deref() {
            Some([status]) => open.push(Open { way: BY_STATUS, range: self.created, key: Key::One(*status) }),
            Some(statuses) => open.push(Open { way: BY_STATUSES, range: self.created, key: Key::Any(statuses) }),
            None => {}
        }
        let has_key = !open.is_empty();
        if self.updated != (None, None) {
            open.push(Open { way: BY_UPDATED, range: self.updated, key: Key::None });
        }
        match self.how {
            Some(how) => open.push(Open { way: BY_HOW, range: self.closed, key: Key::How(how) }),
            None if self.closed != (None, None) => {
                open.push(Open { way: BY_CLOSED, range: self.closed, key: Key::None });
            }
            None => {}
        }
        if open.is_empty() || (!has_key && self.created != (None, None)) {
            open.push(Open { way: BY_CREATED, range: self.created, key: Key::None });
        }
        open
    }

    /// How many of those that match `viewer` may not see.
    fn hidden(&self, tx: &mut Tx<'_>, viewer: &Viewer) -> Result<i64> {
        self.conditions(tx, HIDDEN).bind(true).bind(viewer).one(|row| row.col())
    }

    /// A statement with every condition, up to `$20`, of what `viewer` may see.
    fn bound<'t, 'a>(&self, tx: &'t mut Tx<'a>, text: &'static str, viewer: &'t Viewer) -> Sql<'t, 'a> {
        self.conditions(tx, text).bind(*viewer == Viewer::Org).bind(viewer)
    }

    fn conditions<'t, 'a>(&self, tx: &'t mut Tx<'a>, text: &'static str) -> Sql<'t, 'a> {
        let org = tx.org();
        let key = |key: Option<Id>| key.unwrap_or_default();
        tx.sql(text)
            .bind(org)
            .bind(from(self.created))
            .bind(to(self.created))
            .bind(from(self.updated))
            .bind(to(self.updated))
            .bind(self.closed == (None, None))
            .bind(from(self.closed))
            .bind(to(self.closed))
            .bind(self.how.is_none())
            .bind(self.how.map_or(0, Conversion::number))
            .bind(self.customer.is_none())
            .bind(key(self.customer))
            .bind(self.assignee.is_none())
            .bind(key(self.assignee))
            .bind(self.service.is_none())
            .bind(key(self.service))
            .bind(self.statuses.is_none())
            .bind(self.statuses.clone().unwrap_or_default())
    }
}

impl Open<'_> {
    /// A statement of the index alone, up to its key.
    fn bound<'t, 'a>(&self, tx: &'t mut Tx<'a>, text: &'static str) -> Sql<'t, 'a> {
        let org = tx.org();
        let sql = tx.sql(text).bind(org).bind(from(self.range)).bind(to(self.range));
        match self.key {
            Key::None => sql,
            Key::One(key) => sql.bind(key),
            Key::How(how) => sql.bind(how.number()),
            Key::Any(keys) => sql.bind(keys.to_vec()),
        }
    }
}

fn from(range: Range) -> i64 {
    range.0.map_or(i64::MIN, |at| at.0)
}

fn to(range: Range) -> i64 {
    range.1.map_or(i64::MAX, |at| at.0)
}
