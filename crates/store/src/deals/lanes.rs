//! Lanes of the board of deals, and its table: newest first, from where the page before ended; and what they come to.

use std::collections::BTreeMap;

use domain::{Deal, Id, Permit, Result};

use crate::db::{Row, Sql, Tx};
use crate::permits;

/// Which deals are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// All of them.
    All,
    /// Those in no stage.
    Nowhere,
    /// Those in this stage.
    In(Id),
}

/// What a viewer sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Everything.
    Everything,
    /// What is shared with everybody, and these.
    Shared {
        /// Deals that are shared with the viewer among others.
        also: Vec<Id>,
        /// Customers whose deals are not shown.
        hidden: Vec<Id>,
    },
}

/// What the deals of one stage come to in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// The stage.
    pub stage: Option<Id>,
    /// The currency.
    pub currency: Option<Id>,
    /// How many there are.
    pub count: i64,
    /// Their value in hundredths.
    pub amount: i128,
}

/// The order of the board, and who sees what. The numbers of the values are given, because the key before them has one or none.
macro_rules! page {
    ($key:literal, $every:literal, $also:literal, $hidden:literal, $size:literal) => {
        concat!(
            "SELECT id FROM deals WHERE org_id = $1 AND id < $2",
            $key,
            " AND (",
            $every,
            " OR permit = 1 OR id IN IDS(",
            $also,
            ")) AND (customer_id IS NULL OR NOT customer_id IN IDS(",
            $hidden,
            ")) ORDER BY id DESC LIMIT ",
            $size
        )
    };
}

const ALL: &str = page!("", "$3", "$4", "$5", "$6");
const NOWHERE: &str = page!(" AND stage_id IS NULL", "$3", "$4", "$5", "$6");
const IN: &str = page!(" AND stage_id = $3", "$4", "$5", "$6", "$7");

/// Every statement of this file that is put together of literals.
pub fn statements() -> [&'static str; 3] {
    [ALL, NOWHERE, IN]
}

impl Seen {
    fn bound<'t, 'a>(&self, sql: Sql<'t, 'a>) -> Sql<'t, 'a> {
        match self {
            Self::Everything => sql.bind(true).bind(Vec::new()).bind(Vec::new()),
            Self::Shared { also, hidden } => sql.bind(false).bind(also.clone()).bind(hidden.clone()),
        }
    }
}

/// Ids of the next `size` deals of a lane, newest first.
pub fn lane(tx: &mut Tx<'_>, lane: Lane, seen: &Seen, before: Option<Id>, size: i64) -> Result<Vec<Id>> {
    let (org, before) = (tx.org(), before.unwrap_or(Id(i64::MAX)));
    let sql = match lane {
        Lane::All => tx.sql(ALL).bind(org).bind(before),
        Lane::Nowhere => tx.sql(NOWHERE).bind(org).bind(before),
        Lane::In(stage) => tx.sql(IN).bind(org).bind(before).bind(stage),
    };
    seen.bound(sql).bind(size).all(|row| row.col())
}

/// The same of one owner, a user or a team.
pub fn table(tx: &mut Tx<'_>, owner: Id, seen: &Seen, before: Option<Id>, size: i64) -> Result<Vec<Id>> {
    let (org, before) = (tx.org(), before.unwrap_or(Id(i64::MAX)));
    let sql = tx
        .sql(
            "SELECT d.id FROM owners o JOIN deals d ON d.org_id = o.org_id AND d.id = o.entity_id
             WHERE o.org_id = $1 AND o.owner_id = $2 AND o.entity_id < $3
               AND ($4 OR d.permit = 1 OR d.id IN IDS($5)) AND (d.customer_id IS NULL OR NOT d.customer_id IN IDS($6))
             ORDER BY o.entity_id DESC LIMIT $7",
        )
        .bind(org)
        .bind(owner)
        .bind(before);
    seen.bound(sql).bind(size).all(|row| row.col())
}

/// Deals that are not shared with everybody.
pub fn restricted(tx: &mut Tx<'_>) -> Result<Vec<(Id, Permit)>> {
    let org = tx.org();
    tx.sql("SELECT id, permit, permit_me, permit_with FROM deals WHERE org_id = $1 AND permit <> 1")
        .bind(org)
        .all(|row| Ok((row.col()?, permits::read(row)?)))
}

/// Deals of some customers, newest first.
pub fn of_customers(tx: &mut Tx<'_>, customers: &[Id], limit: i64) -> Result<Vec<Id>> {
    let org = tx.org();
    tx.sql("SELECT id FROM deals WHERE org_id = $1 AND customer_id IN IDS($2) ORDER BY id DESC LIMIT $3")
        .bind(org)
        .bind(customers)
        .bind(limit)
        .all(|row| row.col())
}

/// Deals whose name begins with a text, whatever its case and accents.
pub fn of_name(tx: &mut Tx<'_>, name: &str, limit: i64) -> Result<Vec<Id>> {
    let (org, from) = (tx.org(), super::name_folded(name));
    // Keys are compared byte by byte, and nothing that is kept sorts behind the last letter there is.
    let to = format!("{from}\u{10ffff}");
    tx.sql(
        "SELECT id FROM deals WHERE org_id = $1 AND name_folded IS NOT NULL AND name_folded >= $2 AND name_folded < $3
         ORDER BY name_folded, id LIMIT $4",
    )
    .bind(org)
    .bind(from)
    .bind(to)
    .bind(limit)
    .all(|row| row.col())
}

/// What the deals of every stage come to, by currency.
pub fn sums(tx: &mut Tx<'_>, seen: &Seen) -> Result<Vec<Sum>> {
    let mut sums = BTreeMap::new();
    let mut add = |sum: Sum| {
        let all = sums.entry((sum.stage, sum.currency)).or_insert(Sum { count: 0, amount: 0, ..sum });
        (all.count, all.amount) = (all.count + sum.count, all.amount + sum.amount);
    };
    let (org, is_all) = (tx.org(), *seen == Seen::Everything);
    let (also, hidden) = match seen {
        Seen::Everything => (&[][..], &[][..]),
        Seen::Shared { also, hidden } => (&also[..], &hidden[..]),
    };
    // In two parts, because a sum of many large amounts is larger than the engines' whole numbers.
    tx.sql(
        "SELECT stage_id, currency_id, count(*), CAST(sum(amount / 1000000) AS BIGINT), CAST(sum(amount % 1000000) AS BIGINT)
         FROM deals
         WHERE org_id = $1 AND amount IS NOT NULL AND ($2 OR permit = 1)
           AND (customer_id IS NULL OR NOT customer_id IN IDS($3))
         GROUP BY stage_id, currency_id",
    )
    .bind(org)
    .bind(is_all)
    .bind(hidden)
    .all(sum)?
    .into_iter()
    .for_each(&mut add);
    tx.sql(
        "SELECT stage_id, currency_id, CAST(1 AS BIGINT), amount / 1000000, amount % 1000000 FROM deals
         WHERE org_id = $1 AND id IN IDS($2) AND amount IS NOT NULL
           AND (customer_id IS NULL OR NOT customer_id IN IDS($3))",
    )
    .bind(org)
    .bind(also)
    .bind(hidden)
    .all(sum)?
    .into_iter()
    .for_each(&mut add);
    for deal in unsummed(tx)? {
        let is_hidden = deal.customer.as_ref().is_some_and(|customer| hidden.contains(&customer.id));
        if !is_hidden && (is_all || deal.permit == Permit::Everybody || also.contains(&deal.id)) {
            let (stage, currency, amount) = (super::stage(&deal), super::currency(&deal), deal.amount().into());
            add(Sum { stage, currency, count: 1, amount });
        }
    }
    Ok(sums.into_values().collect())
}

fn sum(row: &mut Row<'_>) -> Result<Sum> {
    let (stage, currency, count) = (row.col()?, row.col()?, row.col()?);
    let (high, low): (i64, i64) = (row.col()?, row.col()?);
    Ok(Sum { stage, currency, count, amount: i128::from(high) * 1_000_000 + i128::from(low) })
}

/// Deals that were last written before their amount was kept.
fn unsummed(tx: &mut Tx<'_>) -> Result<Vec<Deal>> {
    let org = tx.org();
    let ids: Vec<Id> = tx
        .sql("SELECT id FROM deals WHERE org_id = $1 AND amount IS NULL ORDER BY id")
        .bind(org)
        .all(|row| row.col())?;
    super::list(tx, &ids)
}
