//! Custom fields and the values that records have in them.

use domain::field::{Field, FieldEntity, FieldType, FieldValue, ValueItem};
use domain::{Error, Id, Result, Viewer, text};

use crate::db::{Row, Tx};
use crate::json;

fn field(row: &mut Row<'_>) -> Result<Field> {
    let (id, number, entity): (Id, i64, String) = (row.col()?, row.col()?, row.col()?);
    let (code, label) = (row.col()?, row.col()?);
    let (kind, options): (String, String) = (row.col()?, row.col()?);
    Ok(Field {
        id,
        number,
        entity: FieldEntity::of(&entity).ok_or_else(|| Error::broken(format!("field entity {entity}")))?,
        code,
        label,
        kind: FieldType::of(&kind),
        options: json::read_options(&options)?,
        description: row.col()?,
    })
}

/// Every field of an entity, by number.
pub fn list(tx: &mut Tx<'_>, entity: FieldEntity) -> Result<Vec<Field>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, entity, code, label, kind, options, description FROM fields
         WHERE org_id = $1 AND entity = $2 ORDER BY number",
    )
    .bind(org)
    .bind(entity.word())
    .all(field)
}

/// The field with a code.
pub fn find_by_code(tx: &mut Tx<'_>, entity: FieldEntity, code: &str) -> Result<Option<Field>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, entity, code, label, kind, options, description FROM fields
         WHERE org_id = $1 AND entity = $2 AND code = $3",
    )
    .bind(org)
    .bind(entity.word())
    .bind(text::tidy(code))
    .optional(field)
}

/// The oldest field with a label, whatever its case and blanks.
pub fn find_by_label(tx: &mut Tx<'_>, entity: FieldEntity, label: &str) -> Result<Option<Field>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, entity, code, label, kind, options, description FROM fields
         WHERE org_id = $1 AND entity = $2 AND label_key = $3 ORDER BY id LIMIT 1",
    )
    .bind(org)
    .bind(entity.word())
    .bind(text::label_key(label))
    .optional(field)
}

/// The field with a number.
pub fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Field>> {
    let org = tx.org();
    tx.sql(
        "SELECT id, number, entity, code, label, kind, options, description FROM fields
         WHERE org_id = $1 AND number = $2",
    )
    .bind(org)
    .bind(number)
    .optional(field)
}

/// Adds a field, with the next free number when its own is 0. `None` when its code or number is taken.
pub fn insert(tx: &mut Tx<'_>, new: &Field) -> Result<Option<Field>> {
    let (org, id, now) = (tx.org(), tx.new_id(), tx.now());
    let mut number = new.number;
    while number == 0 {
        number = tx.settings_number("field")?;
        if find_by_number(tx, number)?.is_some() {
            number = 0;
        }
    }
    tx.sql(
        "INSERT INTO fields (org_id, id, number, entity, code, label, label_key, kind, options, description, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT DO NOTHING RETURNING id, number, entity, code, label, kind, options, description",
    )
    .bind(org)
    .bind(id)
    .bind(number)
    .bind(new.entity.word())
    .bind(text::tidy(&new.code))
    .bind(text::tidy(&new.label))
    .bind(text::label_key(&new.label))
    .bind(new.kind.word())
    .bind(json::write_options(&new.options)?)
    .bind(&new.description)
    .bind(now)
    .optional(field)
}

/// Changes a field's code, label, type, options and description.
pub fn update(tx: &mut Tx<'_>, changed: &Field) -> Result<()> {
    let org = tx.org();
    tx.sql(
        "UPDATE fields SET code = $1, label = $2, label_key = $3, kind = $4, options = $5, description = $6
         WHERE org_id = $7 AND id = $8",
    )
    .bind(text::tidy(&changed.code))
    .bind(text::tidy(&changed.label))
    .bind(text::label_key(&changed.label))
    .bind(changed.kind.word())
    .bind(json::write_options(&changed.options)?)
    .bind(&changed.description)
    .bind(org)
    .bind(changed.id)
    .run()
    .map(drop)
}

/// Records that have a value in a field.
pub fn users_of(tx: &mut Tx<'_>, id: Id) -> Result<Vec<Id>> {
    let org = tx.org();
    tx.sql("SELECT DISTINCT entity_id FROM field_values WHERE org_id = $1 AND field_id = $2 ORDER BY entity_id")
        .bind(org)
        .bind(id)
        .all(|row| row.col())
}

/// Whether a living customer that `viewer` may see has a value in a field, whatever its case and accents.
pub fn is_value(tx: &mut Tx<'_>, viewer: &Viewer, id: Id, value: &str) -> Result<bool> {
    let org = tx.org();
    let found = tx
        .sql(
            "SELECT v.entity_id FROM field_values v
             JOIN customers c ON c.org_id = v.org_id AND c.id = v.entity_id
             WHERE v.org_id = $1 AND v.field_id = $2 AND v.key = $3 AND c.deleted_at IS NULL AND SHARED(c, $4) LIMIT 1",
        )
        .bind(org)
        .bind(id)
        .bind(value_key(value))
        .bind(viewer)
        .optional(|row| row.col::<Id>())?;
    Ok(found.is_some())
}

/// Takes a field and all its values away.
pub fn delete(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    let org = tx.org();
    tx.sql("DELETE FROM field_values WHERE org_id = $1 AND field_id = $2").bind(org).bind(id).run()?;
    tx.sql("DELETE FROM fields WHERE org_id = $1 AND id = $2").bind(org).bind(id).run().map(drop)
}

/// Values of the given records, by field number, each with the record.
pub(crate) fn values_of(tx: &mut Tx<'_>, entities: &[Id]) -> Result<Vec<(Id, FieldValue)>> {
    let org = tx.org();
    let rows = tx
        .sql(
            "SELECT v.entity_id, f.id, f.number, f.code, f.label, f.kind, v.text, v.type_code, v.type_label
             FROM field_values v JOIN fields f ON f.org_id = v.org_id AND f.id = v.field_id
             WHERE v.org_id = $1 AND v.entity_id IN IDS($2) ORDER BY v.entity_id, f.number, v.position",
        )
        .bind(org)
        .bind(entities)
        .all(|row| {
            let (entity, field): (Id, Id) = (row.col()?, row.col()?);
            let (number, code, label, kind): (i64, String, String, String) =
                (row.col()?, row.col()?, row.col()?, row.col()?);
            let item = ValueItem { text: row.col()?, type_code: row.col()?, type_label: row.col()? };
            let kind = FieldType::of(&kind);
            Ok((entity, FieldValue { field, number, code, label, kind, items: vec![item] }))
        })?;
    let mut values: Vec<(Id, FieldValue)> = Vec::new();
    for (entity, value) in rows {
        match values.last_mut() {
            Some((known, last)) if *known == entity && last.field == value.field => last.items.extend(value.items),
            _ => values.push((entity, value)),
        }
    }
    Ok(values)
}

/// Brings the values of a record from one state to another.
pub(crate) fn change_values(tx: &mut Tx<'_>, entity: Id, before: &[FieldValue], after: &[FieldValue]) -> Result<()> {
    let org = tx.org();
    for gone in before.iter().filter(|value| !after.contains(value)) {
        tx.sql("DELETE FROM field_values WHERE org_id = $1 AND entity_id = $2 AND field_id = $3")
            .bind(org)
            .bind(entity)
            .bind(gone.field)
            .run()?;
    }
    for value in after.iter().filter(|value| !before.contains(value)) {
        for (position, item) in value.items.iter().enumerate() {
            tx.sql(
                "INSERT INTO field_values (org_id, entity_id, field_id, position, text, key, type_code, type_label)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(org)
            .bind(entity)
            .bind(value.field)
            .bind(position as i64)
            .bind(&item.text)
            .bind(value_key(&item.text))
            .bind(&item.type_code)
            .bind(&item.type_label)
            .run()?;
        }
    }
    Ok(())
}

/// What values are compared by: folded, and short enough for an index on either engine.
fn value_key(value: &str) -> String {
    let mut key = text::fold(value.trim());
    key.truncate(key.floor_char_boundary(200));
    key
}
