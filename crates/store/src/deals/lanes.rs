//! Lanes of the board of deals, and its table: newest first, from where the page before ended; and what they come to.

use std::collections::BTreeMap;

use domain::{Deal, Id, Result, Viewer};

use crate::db::{Row, Tx};

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
    ($key:literal, $viewer:literal, $size:literal) => {
        concat!(
            "SELECT id FROM deals WHERE org_id = $1 AND id < $2",
            $key,
            " AND SHARED(deals, ",
            $viewer,
            ") AND SEEN(customer_id, ",
            $viewer,
            ") ORDER BY id DESC LIMIT ",
            $size
        )
    };
}

const ALL: &str = page!("", "$3", "$4");
const NOWHERE: &str = page!(" AND stage_id IS NULL", "$3", "$4");
const IN: &str = page!(" AND stage_id = $3", "$4", "$5");

/// Every statement of this file that is put together of literals.
pub fn statements() -> [&'static str; 3] {
    [ALL, NOWHERE, IN]
}

/// Ids of the next `size` deals of a lane that `viewer` may see, newest first.
pub fn lane(tx: &mut Tx<'_>, lane: Lane, viewer: &Viewer, before: Option<Id>, size: i64) -> Result<Vec<Id>> {
    let (org, before) = (tx.org(), before.unwrap_or(Id(i64::MAX)));
    let sql = match lane {
        Lane::All => tx.sql(ALL).bind(org).bind(before),
        Lane::Nowhere => tx.sql(NOWHERE).bind(org).bind(before),
        Lane::In(stage) => tx.sql(IN).bind(org).bind(before).bind(stage),
    };
    sql.bind(viewer).bind(size).all(|row| row.col())
}

/// The same of one owner, a user or a team.
pub fn table(tx: &mut Tx<'_>, owner: Id, viewer: &Viewer, before: Option<Id>, size: i64) -> Result<Vec<Id>> {
    let (org, before) = (tx.org(), before.unwrap_or(Id(i64::MAX)));
    tx.sql(
        "SELECT d.id FROM owners o JOIN deals d ON d.org_id = o.org_id AND d.id = o.entity_id
         WHERE o.org_id = $1 AND o.owner_id = $2 AND o.entity_id < $3 AND SHARED(d, $4) AND SEEN(d.customer_id, $4)
         ORDER BY o.entity_id DESC LIMIT $5",
    )
    .bind(org)
    .bind(owner)
    .bind(before)
    .bind(viewer)
    .bind(size)
    .all(|row| row.col())
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

/// What the deals that `viewer` may see come to, by stage and currency.
pub fn sums(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<Sum>> {
    let mut sums = BTreeMap::new();
    let mut add = |sum: Sum| {
        let all = sums.entry((sum.stage, sum.currency)).or_insert(Sum { count: 0, amount: 0, ..sum });
        (all.count, all.amount) = (all.count + sum.count, all.amount + sum.amount);
    };
    let org = tx.org();
    // Shared ones first, by the index alone: it has all that is asked but with whom the others are shared. In two parts, because a sum of many large amounts is larger than the engines' whole numbers.
    tx.sql(
        "SELECT stage_id, currency_id, count(*), CAST(sum(amount / 1000000) AS BIGINT), CAST(sum(amount % 1000000) AS BIGINT)
         FROM deals
         WHERE org_id = $1 AND amount IS NOT NULL AND permit = 1 AND SEEN(customer_id, $2)
         GROUP BY stage_id, currency_id",
    )
    .bind(org)
    .bind(viewer)
    .all(sum)?
    .into_iter()
    .for_each(&mut add);
    tx.sql(
        "SELECT stage_id, currency_id, CAST(1 AS BIGINT), amount / 1000000, amount % 1000000 FROM deals
         WHERE org_id = $1 AND amount IS NOT NULL AND permit <> 1 AND SHARED(deals, $2) AND SEEN(customer_id, $2)",
    )
    .bind(org)
    .bind(viewer)
    .all(sum)?
    .into_iter()
    .for_each(&mut add);
    for deal in unsummed(tx, viewer)? {
        let (stage, currency, amount) = (super::stage(&deal), super::currency(&deal), deal.amount().into());
        add(Sum { stage, currency, count: 1, amount });
    }
    Ok(sums.into_values().collect())
}

fn sum(row: &mut Row<'_>) -> Result<Sum> {
    let (stage, currency, count) = (row.col()?, row.col()?, row.col()?);
    let (high, low): (i64, i64) = (row.col()?, row.col()?);
    Ok(Sum { stage, currency, count, amount: i128::from(high) * 1_000_000 + i128::from(low) })
}

/// Deals that `viewer` may see and that were last written before their amount was kept.
fn unsummed(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<Deal>> {
    let org = tx.org();
    let ids: Vec<Id> = tx
        .sql(
            "SELECT id FROM deals WHERE org_id = $1 AND amount IS NULL AND SHARED(deals, $2) AND SEEN(customer_id, $2)
             ORDER BY id",
        )
        .bind(org)
        .bind(viewer)
        .all(|row| row.col())?;
    super::list(tx, &ids)
}
