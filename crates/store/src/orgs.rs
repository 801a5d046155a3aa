//! Orgs: the tenants. The list itself is global; everything else belongs to one of them.

use domain::org::{Org, Settings};
use domain::{OrgId, Result};

use crate::db::{Row, Tx};
use crate::json;

fn org(row: &mut Row<'_>) -> Result<Org> {
    let (id, slug, name, vbot_id, project_code) = (row.col()?, row.col()?, row.col()?, row.col()?, row.col()?);
    let settings: String = row.col()?;
    let settings = Settings(json::read(&settings)?);
    Ok(Org { id, slug, name, vbot_id, project_code, settings, created_at: row.col()? })
}

/// The org with an id.
pub fn find(tx: &mut Tx<'_>, id: OrgId) -> Result<Option<Org>> {
    tx.sql("SELECT id, slug, name, vbot_id, project_code, settings, created_at FROM orgs WHERE id = $1")
        .bind(id)
        .optional(org)
}

/// The org with a slug, in any case.
pub fn find_by_slug(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Org>> {
    tx.sql("SELECT id, slug, name, vbot_id, project_code, settings, created_at FROM orgs WHERE slug = $1")
        .bind(slug.trim().to_ascii_lowercase())
        .optional(org)
}

/// The org that VBot's pair of codes names.
pub fn find_by_vbot(tx: &mut Tx<'_>, vbot_id: &str, project_code: &str) -> Result<Option<Org>> {
    tx.sql(
        "SELECT id, slug, name, vbot_id, project_code, settings, created_at FROM orgs
         WHERE vbot_id = $1 AND project_code = $2",
    )
    .bind(vbot_id.trim())
    .bind(project_code.trim())
    .optional(org)
}

/// Every org, oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Org>> {
    tx.sql("SELECT id, slug, name, vbot_id, project_code, settings, created_at FROM orgs ORDER BY id").all(org)
}

/// Adds an org under the next free id. `None` when its slug or VBot pair is taken.
pub fn insert(tx: &mut Tx<'_>, new: &Org) -> Result<Option<OrgId>> {
    let now = tx.now();
    tx.sql(
        "INSERT INTO orgs (id, slug, name, vbot_id, project_code, settings, created_at)
         VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM orgs), $1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(&new.slug)
    .bind(&new.name)
    .bind(&new.vbot_id)
    .bind(&new.project_code)
    .bind(json::write(&new.settings.0)?)
    .bind(now)
    .optional(|row| row.col())
}

/// Replaces an org's settings.
pub fn update_settings(tx: &mut Tx<'_>, id: OrgId, settings: &Settings) -> Result<()> {
    tx.sql("UPDATE orgs SET settings = $1 WHERE id = $2").bind(json::write(&settings.0)?).bind(id).run().map(drop)
}

/// The next number of a process that makes ids, from a counter that belongs to no org.
pub fn next_node(tx: &mut Tx<'_>) -> Result<i64> {
    tx.sql(
        "INSERT INTO counters (org_id, name, next) VALUES (0, 'node', 2)
         ON CONFLICT (org_id, name) DO UPDATE SET next = counters.next + 1 RETURNING next - 1",
    )
    .one(|row| row.col())
}
