//! A permit in its three columns: mode, whose it is, and with whom it is shared.

use domain::{Id, Permit, Result};

use crate::db::{Row, Tx};
use crate::json;

/// Those of some customers that are not shared with everybody, each with whom it is shared.
pub fn of_customers(tx: &mut Tx<'_>, customers: &[Id]) -> Result<Vec<(Id, Permit)>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, permit, permit_me, permit_with FROM customers WHERE org_id = $1 AND id IN IDS($2) AND permit <> 1",
    )
    .bind(org)
    .bind(customers)
    .all(|row| Ok((row.col()?, read(row)?)))
}

/// How many rows can be asked whether they are seen while what one customer has is looked up by index.
const ROWS_OF_A_LOOKUP: i64 = 4;

/// Whether so few customers are not shared with everybody that of so many rows those that are hidden are sooner looked up,
/// customer by customer, than each of the rows is asked whether it is seen.
pub(crate) fn are_few(tx: &mut Tx<'_>, rows: i64) -> Result<bool> {
    let (org, most) = (tx.org(), rows / ROWS_OF_A_LOOKUP);
    let restricted: i64 = tx
        .sql("SELECT count(*) FROM (SELECT id FROM customers WHERE org_id = $1 AND permit <> 1 LIMIT $2) AS few")
        .bind(org)
        .bind(most)
        .one(|row| row.col())?;
    Ok(restricted < most)
}

/// The columns `permit`, `permit_me`, `permit_with`.
pub(crate) fn columns(permit: &Permit) -> Result<(i64, Option<Id>, String)> {
    let (me, with) = match permit {
        Permit::Everybody => (None, Vec::new()),
        Permit::OnlyMe { me } => (Some(*me), Vec::new()),
        Permit::MeAndTeam { me, team } => (Some(*me), team.iter().copied().collect()),
        Permit::MeAndUsers { me, users } => (Some(*me), users.clone()),
    };
    Ok((permit.status(), me, json::write_ids(&with)?))
}

/// Reads the three columns from a row that has come to them.
pub(crate) fn read(row: &mut Row<'_>) -> Result<Permit> {
    let (mode, me, with) = (row.col::<i64>()?, row.col::<Option<Id>>()?, row.col::<String>()?);
    let Some(me) = me else { return Ok(Permit::Everybody) };
    let with: Vec<Id> = json::read_ids(&with)?;
    Ok(match mode {
        2 => Permit::OnlyMe { me },
        3 => Permit::MeAndTeam { me, team: with.first().copied() },
        4 => Permit::MeAndUsers { me, users: with },
        _ => Permit::Everybody,
    })
}
