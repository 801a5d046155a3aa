//! Custom fields: found by what a client calls them, made when the client's rule is to make them.

use domain::field::{Field, FieldEntity, FieldType, FieldValue, ValueItem};
use domain::{Error, Id, Result, text};
use store::{Tx, fields};

/// Letters a code or label may have.
const LONGEST_NAME: usize = 250;

/// Every field of an entity, by number.
pub fn list(tx: &mut Tx<'_>, entity: FieldEntity) -> Result<Vec<Field>> {
    fields::list(tx, entity)
}

/// The field with a code.
pub fn find_by_code(tx: &mut Tx<'_>, entity: FieldEntity, code: &str) -> Result<Option<Field>> {
    fields::find_by_code(tx, entity, code)
}

/// The field with a number.
pub fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Field>> {
    fields::find_by_number(tx, number)
}

/// Adds a field; its id is made here, and its number when it is 0.
pub fn create(tx: &mut Tx<'_>, new: &Field) -> Result<Field> {
    let letters = [&new.code, &new.label].map(|name| name.trim().chars().count());
    if letters.iter().any(|letters| !(1..=LONGEST_NAME).contains(letters)) {
        return Err(Error::invalid("", format!("Mã và tên trường phải có từ 1 đến {LONGEST_NAME} ký tự")));
    }
    fields::insert(tx, new)?.ok_or_else(|| Error::conflict(format!("Mã trường {} đã tồn tại", new.code.trim())))
}

/// The field that people call `label`, made as a line of text when there is none. Its code is then made of its label.
pub fn find_or_create(tx: &mut Tx<'_>, entity: FieldEntity, label: &str) -> Result<Field> {
    if let Some(field) = fields::find_by_label(tx, entity, label)? {
        return Ok(field);
    }
    if let Some(field) = fields::find_by_code(tx, entity, label)? {
        return Ok(field);
    }
    let base = text::words(label).join("_");
    let base = if base.is_empty() { "field".to_owned() } else { base };
    let mut code = base.clone();
    let mut taken = 1;
    while fields::find_by_code(tx, entity, &code)?.is_some() {
        taken += 1;
        code = format!("{base}_{taken}");
    }
    let new = Field {
        id: Id::default(),
        number: 0,
        entity,
        code,
        label: text::tidy(label).into_owned(),
        kind: FieldType::Text,
        options: Vec::new(),
        description: String::new(),
    };
    create(tx, &new)
}

/// What a field holds after `text` was written to it: several choices come separated by `|`.
pub fn value(field: &Field, text: &str) -> FieldValue {
    let items = match text {
        "" => Vec::new(),
        text if field.kind.takes_several() || text.contains('|') && field.kind == FieldType::Text => {
            text.split('|').map(str::trim).filter(|part| !part.is_empty()).map(ValueItem::plain).collect()
        }
        text => vec![ValueItem::plain(text)],
    };
    FieldValue::of(field, items)
}
