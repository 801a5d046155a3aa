//! Users and teams responsible for customers and deals.

use domain::customer::UserRef;
use domain::{Id, Result, Team};

use crate::db::Tx;

/// Users responsible for the given records, in order, each with the record.
pub(crate) fn users_of(tx: &mut Tx<'_>, entities: &[Id]) -> Result<Vec<(Id, UserRef)>> {
    let org = tx.org();
    tx.sql(
        "SELECT o.entity_id, u.id, u.number, u.name, u.email FROM owners o
         JOIN users u ON u.org_id = o.org_id AND u.id = o.owner_id
         WHERE o.org_id = $1 AND o.entity_id IN IDS($2) ORDER BY o.entity_id, o.position",
    )
    .bind(org)
    .bind(entities)
    .all(|row| {
        let entity = row.col()?;
        Ok((entity, UserRef { id: row.col()?, number: row.col()?, name: row.col()?, email: row.col()? }))
    })
}

/// Teams responsible for the given records, in order, each with the record.
pub(crate) fn teams_of(tx: &mut Tx<'_>, entities: &[Id]) -> Result<Vec<(Id, Team)>> {
    let org = tx.org();
    tx.sql(
        "SELECT o.entity_id, t.id, t.number, t.name FROM owners o
         JOIN teams t ON t.org_id = o.org_id AND t.id = o.owner_id
         WHERE o.org_id = $1 AND o.entity_id IN IDS($2) ORDER BY o.entity_id, o.position",
    )
    .bind(org)
    .bind(entities)
    .all(|row| Ok((row.col()?, Team { id: row.col()?, number: row.col()?, name: row.col()? })))
}

/// Replaces the users and teams responsible for a record.
pub(crate) fn replace(tx: &mut Tx<'_>, entity: Id, users: &[UserRef], teams: &[Team]) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM owners WHERE org_id = $1 AND entity_id = $2").bind(org).bind(entity).run()?;
    insert(tx, entity, users, teams)
}

/// Adds the users and teams responsible for a new record.
pub(crate) fn insert(tx: &mut Tx<'_>, entity: Id, users: &[UserRef], teams: &[Team]) -> Result<()> {
    let all = users.iter().map(|user| (user.id, false)).chain(teams.iter().map(|team| (team.id, true)));
    for (position, (owner, is_team)) in all.enumerate() {
        let org = tx.org();
        tx.sql(
            "INSERT INTO owners (org_id, entity_id, owner_id, is_team, position) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (org_id, entity_id, owner_id) DO NOTHING",
        )
        .bind(org)
        .bind(entity)
        .bind(owner)
        .bind(is_team)
        .bind(position as i64)
        .run()?;
    }
    Ok(())
}
