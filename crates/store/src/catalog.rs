//! Lists that an org keeps, and which records carry which of their items.

use std::collections::HashMap;

use domain::catalog::{CatalogItem, CatalogKind, Label};
use domain::{Error, Id, Instant, Result, text};

use crate::db::{Row, Tx};

fn item(row: &mut Row<'_>) -> Result<CatalogItem> {
    let id = row.col()?;
    let kind: String = row.col()?;
    Ok(CatalogItem {
        id,
        kind: CatalogKind::of(&kind).ok_or_else(|| Error::broken(format!("catalog kind {kind}")))?,
        number: row.col()?,
        code: row.col()?,
        label: row.col()?,
        parent: row.col()?,
        position: row.col()?,
        colour: row.col()?,
        extra: row.col()?,
    })
}

/// Every item of a list, in order.
pub fn list(tx: &mut Tx<'_>, kind: CatalogKind) -> Result<Vec<CatalogItem>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, kind, number, code, label, parent_id, position, colour, extra FROM catalog_items
         WHERE org_id = $1 AND kind = $2 ORDER BY position, id",
    )
    .bind(org)
    .bind(kind.word())
    .all(item)
}

/// The item with an id.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Option<CatalogItem>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, kind, number, code, label, parent_id, position, colour, extra FROM catalog_items
         WHERE org_id = $1 AND id = $2",
    )
    .bind(org)
    .bind(id)
    .optional(item)
}

/// Several items, by id.
pub fn items(tx: &mut Tx<'_>, ids: &[Id]) -> Result<HashMap<Id, CatalogItem>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let org = tx.org();
    let items = tx
        .sql(
            "SELECT id, kind, number, code, label, parent_id, position, colour, extra FROM catalog_items
             WHERE org_id = $1 AND id IN IDS($2)",
        )
        .bind(org)
        .bind(ids)
        .all(item)?;
    Ok(items.into_iter().map(|item| (item.id, item)).collect())
}

/// When each item of a list was made and last changed.
pub fn dates(tx: &mut Tx<'_>, kind: CatalogKind) -> Result<HashMap<Id, (Instant, Instant)>> {
    let org = tx.org();
    let rows = tx
        .sql("SELECT id, created_at, updated_at FROM catalog_items WHERE org_id = $1 AND kind = $2")
        .bind(org)
        .bind(kind.word())
        .all(|row| Ok((row.col()?, (row.col()?, row.col()?))))?;
    Ok(rows.into_iter().collect())
}

/// The item with a number.
pub fn find_by_number(tx: &mut Tx<'_>, kind: CatalogKind, number: i64) -> Result<Option<CatalogItem>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, kind, number, code, label, parent_id, position, colour, extra FROM catalog_items
         WHERE org_id = $1 AND kind = $2 AND number = $3",
    )
    .bind(org)
    .bind(kind.word())
    .bind(number)
    .optional(item)
}

/// The item with a code.
pub fn find_by_code(tx: &mut Tx<'_>, kind: CatalogKind, code: &str) -> Result<Option<CatalogItem>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, kind, number, code, label, parent_id, position, colour, extra FROM catalog_items
         WHERE org_id = $1 AND kind = $2 AND code = $3",
    )
    .bind(org)
    .bind(kind.word())
    .bind(text::tidy(code))
    .optional(item)
}

/// The item with a label, whatever its case and blanks.
pub fn find_by_label(tx: &mut Tx<'_>, kind: CatalogKind, label: &str) -> Result<Option<CatalogItem>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, kind, number, code, label, parent_id, position, colour, extra FROM catalog_items
         WHERE org_id = $1 AND kind = $2 AND label_key = $3",
    )
    .bind(org)
    .bind(kind.word())
    .bind(text::label_key(label))
    .optional(item)
}

/// A new item of a list; what is not given is chosen.
#[derive(Debug, Clone, Default)]
pub struct NewItem<'n> {
    /// What people read.
    pub label: &'n str,
    /// Its number; the next free one when not given.
    pub number: Option<i64>,
    /// The code clients use.
    pub code: Option<&'n str>,
    /// The item above it.
    pub parent: Option<Id>,
    /// CSS colour.
    pub colour: Option<&'n str>,
    /// What only this kind of list knows.
    pub extra: Option<&'n str>,
}

/// Adds an item. `None` when its label, number or code is taken.
pub fn insert(tx: &mut Tx<'_>, kind: CatalogKind, new: &NewItem<'_>) -> Result<Option<CatalogItem>> {
    let (org, id, now) = (tx.org(), tx.new_id(), tx.now());
    let number = match new.number {
        Some(number) => number,
        None => next_number(tx, kind)?,
    };
    let label = text::tidy(new.label).into_owned();
    tx.sql(
        "INSERT INTO catalog_items (org_id, id, kind, number, code, label, label_key, parent_id, position, colour, extra,
             created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT DO NOTHING RETURNING id, kind, number, code, label, parent_id, position, colour, extra",
    )
    .bind(org)
    .bind(id)
    .bind(kind.word())
    .bind(number)
    .bind(new.code.map(text::tidy))
    .bind(&label)
    .bind(text::label_key(&label))
    .bind(new.parent)
    .bind(id)
    .bind(new.colour)
    .bind(new.extra)
    .bind(now)
    .bind(now)
    .optional(item)
}

/// The lowest number above all that a list uses.
fn next_number(tx: &mut Tx<'_>, kind: CatalogKind) -> Result<i64> {
    let org = tx.org();
    loop {
        let number = tx.settings_number(kind.word())?;
        let taken = tx
            .sql("SELECT id FROM catalog_items WHERE org_id = $1 AND kind = $2 AND number = $3")
            .bind(org)
            .bind(kind.word())
            .bind(number)
            .optional(|row| row.col::<Id>())?;
        if taken.is_none() {
            return Ok(number);
        }
    }
}

/// Changes an item's label, code, colour, extra and place. `false` when label or code is taken by another.
pub fn update(tx: &mut Tx<'_>, changed: &CatalogItem) -> Result<bool> {
    for other in [
        find_by_label(tx, changed.kind, &changed.label)?,
        match &changed.code {
            Some(code) => find_by_code(tx, changed.kind, code)?,
            None => None,
        },
    ] {
        if other.is_some_and(|other| other.id != changed.id) {
            return Ok(false);
        }
    }
    let (org, now) = (tx.org(), tx.now());
    tx.sql(
        "UPDATE catalog_items SET code = $1, label = $2, label_key = $3, parent_id = $4, position = $5, colour = $6,
             extra = $7, updated_at = $8
         WHERE org_id = $9 AND id = $10",
    )
    .bind(changed.code.as_deref())
    .bind(&changed.label)
    .bind(text::label_key(&changed.label))
    .bind(changed.parent)
    .bind(changed.position)
    .bind(changed.colour.as_deref())
    .bind(changed.extra.as_deref())
    .bind(now)
    .bind(org)
    .bind(changed.id)
    .run()
    .map(|count| count == 1)
}

/// Takes an item out of its list. Records must have let go of it before; those that were taken away themselves let go of it
/// here, and what stood below it stands on its own.
pub fn delete(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM labels WHERE org_id = $1 AND item_id = $2").bind(org).bind(id).run()?;
    tx.sql("UPDATE catalog_items SET parent_id = NULL WHERE org_id = $1 AND parent_id = $2")
        .bind(org)
        .bind(id)
        .run()?;
    tx.sql("DELETE FROM catalog_items WHERE org_id = $1 AND id = $2").bind(org).bind(id).run().map(drop)
}

/// Records that carry an item.
pub fn users_of(tx: &mut Tx<'_>, id: Id) -> Result<Vec<Id>> {
    let org = tx.org();
    tx.sql("SELECT entity_id FROM labels WHERE org_id = $1 AND item_id = $2 ORDER BY entity_id")
        .bind(org)
        .bind(id)
        .all(|row| row.col())
}

/// Labels of the given records, in order, each with the record.
pub(crate) fn labels_of(tx: &mut Tx<'_>, entities: &[Id]) -> Result<Vec<(Id, Label)>> {
    let org = tx.org();
    tx.sql(
        "SELECT l.entity_id, i.kind, i.id, i.number, i.code, i.label FROM labels l
         JOIN catalog_items i ON i.org_id = l.org_id AND i.id = l.item_id
         WHERE l.org_id = $1 AND l.entity_id IN IDS($2) ORDER BY l.entity_id, l.position, i.id",
    )
    .bind(org)
    .bind(entities)
    .all(|row| {
        let (entity, kind): (Id, String) = (row.col()?, row.col()?);
        let kind = CatalogKind::of(&kind).ok_or_else(|| Error::broken(format!("catalog kind {kind}")))?;
        Ok((entity, Label { kind, item: row.col()?, number: row.col()?, code: row.col()?, label: row.col()? }))
    })
}

/// Brings the labels of a record from one state to another.
pub(crate) fn change_labels(tx: &mut Tx<'_>, entity: Id, before: &[Label], after: &[Label]) -> Result<()> {
    let org = tx.org();
    for gone in before.iter().filter(|label| !after.iter().any(|kept| kept.item == label.item)) {
        tx.sql("DELETE FROM labels WHERE org_id = $1 AND entity_id = $2 AND item_id = $3")
            .bind(org)
            .bind(entity)
            .bind(gone.item)
            .run()?;
    }
    for (position, label) in after.iter().enumerate() {
        if before.get(position).is_some_and(|known| known.item == label.item) {
            continue;
        }
        tx.sql(
            "INSERT INTO labels (org_id, entity_id, item_id, position) VALUES ($1, $2, $3, $4)
             ON CONFLICT (org_id, entity_id, item_id) DO UPDATE SET position = excluded.position",
        )
        .bind(org)
        .bind(entity)
        .bind(label.item)
        .bind(position as i64)
        .run()?;
    }
    Ok(())
}

/// Some of the records that carry an item.
pub fn some_users_of(tx: &mut Tx<'_>, id: Id, limit: i64) -> Result<Vec<Id>> {
    let org = tx.org();
    tx.sql("SELECT entity_id FROM labels WHERE org_id = $1 AND item_id = $2 ORDER BY entity_id LIMIT $3")
        .bind(org)
        .bind(id)
        .bind(limit)
        .all(|row| row.col())
}

/// How many records carry an item, counted up to `most`.
pub fn carried(tx: &mut Tx<'_>, id: Id, most: i64) -> Result<i64> {
    let org = tx.org();
    tx.sql("SELECT count(*) FROM (SELECT entity_id FROM labels WHERE org_id = $1 AND item_id = $2 LIMIT $3) AS carried")
        .bind(org)
        .bind(id)
        .bind(most)
        .one(|row| row.col())
}

/// A record carries one item in the place of another.
pub fn relabel(tx: &mut Tx<'_>, entity: Id, old: Id, new: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM labels WHERE org_id = $1 AND entity_id = $2 AND item_id = $3")
        .bind(org)
        .bind(entity)
        .bind(old)
        .run()?;
    tx.sql(
        "INSERT INTO labels (org_id, entity_id, item_id, position) VALUES ($1, $2, $3, 0)
         ON CONFLICT (org_id, entity_id, item_id) DO NOTHING",
    )
    .bind(org)
    .bind(entity)
    .bind(new)
    .run()
    .map(drop)
}

/// What stands below one item stands below another from now on.
pub fn adopt(tx: &mut Tx<'_>, old: Id, new: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("UPDATE catalog_items SET parent_id = $1 WHERE org_id = $2 AND parent_id = $3")
        .bind(new)
        .bind(org)
        .bind(old)
        .run()
        .map(drop)
}
