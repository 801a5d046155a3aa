//! Custom fields: found by what a client calls them, made when the client's rule is to make them.

use domain::change::{Subject, What};
use domain::field::{Field, FieldEntity, FieldType, FieldValue, ValueItem};
use domain::{Error, Id, Result, Viewer, text};
use store::{Tx, fields};

use crate::catalog::Unknown;
use crate::{customers, history, settings};

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

/// The customers' field that a client names by its code; `path` is where the caller named it. One that is made is called so too.
pub fn named_by_code(tx: &mut Tx<'_>, code: &str, path: &str, unknown: Unknown) -> Result<Field> {
    if let Some(field) = fields::find_by_code(tx, FieldEntity::Customer, code)? {
        return Ok(field);
    }
    if unknown == Unknown::Refuse {
        let shown: String = text::tidy(code).chars().take(60).collect();
        return Err(Error::not_found(format!("Trường {path}: không có trường thông tin {shown}")));
    }
    let code = text::tidy(code).into_owned();
    let new = Field {
        id: Id::default(),
        number: 0,
        entity: FieldEntity::Customer,
        label: code.clone(),
        code,
        kind: FieldType::Text,
        options: Vec::new(),
        description: String::new(),
    };
    create(tx, &new)
}

/// Whether a living customer that `viewer` may see has this value in a field.
pub fn is_value(tx: &mut Tx<'_>, viewer: &Viewer, field: &Field, value: &str) -> Result<bool> {
    fields::is_value(tx, viewer, field.id, value)
}

/// Changes a field found by its code; what `edit` leaves alone stays, values are kept as they are.
pub fn change(tx: &mut Tx<'_>, entity: FieldEntity, code: &str, edit: impl FnOnce(&mut Field)) -> Result<Field> {
    let before = coded(tx, entity, code)?;
    let mut after = before.clone();
    edit(&mut after);
    check_names(&after)?;
    if after == before {
        return Ok(after);
    }
    if text::tidy(&after.code) != before.code && fields::find_by_code(tx, entity, &after.code)?.is_some() {
        return Err(code_taken(&after.code));
    }
    fields::update(tx, &after)?;
    let options = |field: &Field| field.options.iter().map(|it| it.label.as_str()).collect::<Vec<_>>().join(", ");
    let fields = [
        settings::change("field_code", &before.code, &after.code),
        settings::change("label", &before.label, &after.label),
        settings::change("field_kind", before.kind.word(), after.kind.word()),
        settings::change("options", &options(&before), &options(&after)),
        settings::change("description", &before.description, &after.description),
    ];
    let said = format!("Sửa trường thông tin {}", before.label);
    let fields: Vec<_> = fields.into_iter().flatten().collect();
    history::record(tx, None, Subject::Setting(before.id), What::Updated, &fields, &said)?;
    Ok(after)
}

/// Takes a field of customers away. Those that have a value in it lose it, each with a line in its history.
pub fn delete(tx: &mut Tx<'_>, code: &str) -> Result<()> {
    let field = coded(tx, FieldEntity::Customer, code)?;
    for record in fields::users_of(tx, field.id)? {
        take_off(tx, &field, record)?;
    }
    fields::delete(tx, field.id)?;
    let said = format!("Xóa trường thông tin {}", field.code);
    tx.decide(said.clone());
    history::record(tx, None, Subject::Setting(field.id), What::Deleted, &[], &said)
}

/// Records that have a value in a field of customers, for a caller who has them lose it some at a time before it is deleted.
pub fn carriers(tx: &mut Tx<'_>, code: &str) -> Result<Vec<Id>> {
    let field = coded(tx, FieldEntity::Customer, code)?;
    fields::users_of(tx, field.id)
}

/// Makes a customer lose the value in a field.
pub fn let_go(tx: &mut Tx<'_>, code: &str, record: Id) -> Result<()> {
    let field = coded(tx, FieldEntity::Customer, code)?;
    take_off(tx, &field, record)
}

fn take_off(tx: &mut Tx<'_>, field: &Field, record: Id) -> Result<()> {
    if customers::find_ref(tx, record)?.is_none() || store::merges::winner_of(tx, record)?.is_some() {
        return Ok(());
    }
    let let_go = |customer: &mut domain::Customer| {
        customer.values.retain(|value| value.field != field.id);
        Ok(())
    };
    customers::change(tx, record, let_go).map(drop)
}

fn coded(tx: &mut Tx<'_>, entity: FieldEntity, code: &str) -> Result<Field> {
    let shown = || text::tidy(code).chars().take(60).collect::<String>();
    fields::find_by_code(tx, entity, code)?
        .ok_or_else(|| Error::not_found(format!("Không tìm thấy trường thông tin có mã {}", shown())))
}

fn code_taken(code: &str) -> Error {
    Error::conflict(format!("Mã trường {} đã tồn tại", code.trim()))
}

fn check_names(field: &Field) -> Result<()> {
    let letters = [&field.code, &field.label].map(|name| name.trim().chars().count());
    if letters.iter().any(|letters| !(1..=LONGEST_NAME).contains(letters)) {
        return Err(Error::invalid("", format!("Mã và tên trường phải có từ 1 đến {LONGEST_NAME} ký tự")));
    }
    Ok(())
}

/// Adds a field; its id is made here, and its number when it is 0.
pub fn create(tx: &mut Tx<'_>, new: &Field) -> Result<Field> {
    check_names(new)?;
    fields::insert(tx, new)?.ok_or_else(|| code_taken(&new.code))
}

/// The field that people call `label`, or whose code that is.
pub fn find_by_name(tx: &mut Tx<'_>, entity: FieldEntity, label: &str) -> Result<Option<Field>> {
    match fields::find_by_label(tx, entity, label)? {
        Some(field) => Ok(Some(field)),
        None => fields::find_by_code(tx, entity, label),
    }
}

/// The field that people call `label`, made as a line of text when there is none. Its code is then made of its label.
pub fn find_or_create(tx: &mut Tx<'_>, entity: FieldEntity, label: &str) -> Result<Field> {
    if let Some(field) = find_by_name(tx, entity, label)? {
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

/// What a field holds after `text` was written to it: several choices come separated by `|`. Where that is no list of choices,
/// a text is cut only if putting it together again gives what was sent.
pub fn value(field: &Field, text: &str) -> FieldValue {
    let is_list = match field.kind {
        FieldType::Checkbox => true,
        FieldType::Text | FieldType::Other(_) => text.split('|').all(|part| !part.is_empty() && part == part.trim()),
        FieldType::LongText
        | FieldType::Number
        | FieldType::Date
        | FieldType::Phone
        | FieldType::Select
        | FieldType::Radio => false,
    };
    let items = match text {
        "" => Vec::new(),
        text if is_list => {
            text.split('|').map(str::trim).filter(|part| !part.is_empty()).map(ValueItem::plain).collect()
        }
        text => vec![ValueItem::plain(text)],
    };
    FieldValue::of(field, items)
}

/// How many records have a value in a field.
pub fn carried(tx: &mut Tx<'_>, field: &Field) -> Result<usize> {
    Ok(fields::users_of(tx, field.id)?.len())
}

/// Takes a field away that no record has a value in.
pub fn remove(tx: &mut Tx<'_>, number: i64) -> Result<()> {
    let field = fields::find_by_number(tx, number)?
        .ok_or_else(|| Error::not_found(format!("Không tìm thấy trường thông tin số {number}")))?;
    if !fields::users_of(tx, field.id)?.is_empty() {
        return Err(Error::conflict(format!("Trường {} đang có giá trị nên không xóa được", field.label)));
    }
    fields::delete(tx, field.id)?;
    let said = format!("Xóa trường thông tin {}", field.code);
    history::record(tx, None, Subject::Setting(field.id), What::Deleted, &[], &said)
}
