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
