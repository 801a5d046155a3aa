//! Funnels with their stages in two levels.

use domain::funnel::{Funnel, Stage};
use domain::{Id, Result};

use crate::db::{Row, Tx};
use crate::json;

fn funnel(row: &mut Row<'_>) -> Result<Funnel> {
    let (id, number, name) = (row.col()?, row.col()?, row.col()?);
    let stages: String = row.col()?;
    let stages = json::read::<Vec<(String, Vec<String>)>>(&stages)?;
    Ok(Funnel { id, number, name, stages: stages.into_iter().map(|(name, steps)| Stage { name, steps }).collect() })
}

/// Every funnel, in order.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Funnel>> {
    let org = tx.org();
    tx.sql("SELECT id, number, name, stages FROM funnels WHERE org_id = $1 ORDER BY position, id").bind(org).all(funnel)
}

/// The funnel with an id.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<Funnel>> {
    let org = tx.org();
    tx.sql("SELECT id, number, name, stages FROM funnels WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .optional(funnel)
}

/// Adds a funnel; its id and number are made here.
pub fn insert(tx: &mut Tx<'_>, name: &str, stages: &[Stage]) -> Result<Funnel> {
    let (org, id) = (tx.org(), tx.new_id());
    let number = tx.settings_number("funnel")?;
    let rows: Vec<_> = stages.iter().map(|stage| (&stage.name, &stage.steps)).collect();
    tx.sql("INSERT INTO funnels (org_id, id, number, name, stages, position) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(org)
        .bind(id)
        .bind(number)
        .bind(name)
        .bind(json::write(&rows)?)
        .bind(number)
        .run()?;
    Ok(Funnel { id, number, name: name.to_owned(), stages: stages.to_vec() })
}

/// Whether a customer stands in a funnel.
pub fn is_used(tx: &mut Tx<'_>, funnel: Id) -> Result<bool> {
    let org = tx.org();
    let found: Option<i64> = tx
        .sql("SELECT first FROM standings WHERE org_id = $1 AND funnel_id = $2 LIMIT 1")
        .bind(org)
        .bind(funnel)
        .optional(|row| row.col())?;
    Ok(found.is_some())
}

/// Replaces a funnel's name and stages.
pub fn update(tx: &mut Tx<'_>, changed: &Funnel) -> Result<()> {
    let org = tx.org();
    let rows: Vec<_> = changed.stages.iter().map(|stage| (&stage.name, &stage.steps)).collect();
    tx.sql("UPDATE funnels SET name = $1, stages = $2 WHERE org_id = $3 AND id = $4")
        .bind(&changed.name)
        .bind(json::write(&rows)?)
        .bind(org)
        .bind(changed.id)
        .run()
        .map(drop)
}
