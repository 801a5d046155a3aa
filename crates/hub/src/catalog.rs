//! Lists that an org keeps: found by what a client sends, made when the client's rule is to make them.

mod upkeep;

use std::collections::HashMap;

use domain::catalog::{CatalogItem, CatalogKind, Label};
use domain::change::{FieldChange, Subject, What};
use domain::{Error, Id, Instant, Result, text};
use store::{Tx, catalog};

use crate::{customers, history};

pub use store::catalog::NewItem;
pub use upkeep::{Edit, Step, append, carried, edit, remove, shift};

/// Letters a label or a code may have.
const LONGEST_LABEL: usize = 250;

/// Every item of a list, in order.
pub fn list(tx: &mut Tx<'_>, kind: CatalogKind) -> Result<Vec<CatalogItem>> {
    catalog::list(tx, kind)
}

/// When each item of a list was made and last changed.
pub fn dates(tx: &mut Tx<'_>, kind: CatalogKind) -> Result<HashMap<Id, (Instant, Instant)>> {
    catalog::dates(tx, kind)
}

/// The item with a label.
pub fn find_by_label(tx: &mut Tx<'_>, kind: CatalogKind, label: &str) -> Result<Option<CatalogItem>> {
    catalog::find_by_label(tx, kind, label)
}

/// The item with a code.
pub fn find_by_code(tx: &mut Tx<'_>, kind: CatalogKind, code: &str) -> Result<Option<CatalogItem>> {
    catalog::find_by_code(tx, kind, code)
}

/// The item with a number.
pub fn find_by_number(tx: &mut Tx<'_>, kind: CatalogKind, number: i64) -> Result<Option<CatalogItem>> {
    catalog::find_by_number(tx, kind, number)
}

/// The item with a label, made when there is none.
pub fn find_or_create(tx: &mut Tx<'_>, kind: CatalogKind, label: &str) -> Result<Label> {
    check_label(label)?;
    if let Some(item) = catalog::find_by_label(tx, kind, label)? {
        return Ok(item.label());
    }
    create(tx, kind, &NewItem { label, ..NewItem::default() })
        .or_else(|error| match catalog::find_by_label(tx, kind, label)? {
            Some(item) => Ok(item),
            None => Err(error),
        })
        .map(|item| item.label())
}

/// Adds an item.
pub fn create(tx: &mut Tx<'_>, kind: CatalogKind, new: &NewItem<'_>) -> Result<CatalogItem> {
    check_label(new.label)?;
    if new.code.is_some_and(|code| code.chars().count() > LONGEST_LABEL) {
        return Err(Error::invalid("", format!("Mã trong danh mục dài quá {LONGEST_LABEL} ký tự")));
    }
    catalog::insert(tx, kind, new)?
        .ok_or_else(|| Error::conflict(format!("Danh mục đã có \"{}\" hoặc mã, số của nó", text::tidy(new.label))))
}

/// What becomes of a word that no list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// It is refused, naming the caller's field.
    Refuse,
    /// It becomes an item.
    Create,
}

/// The item that a client names by its code. One without a code is named by its label; `field` is the caller's word for it.
pub fn named_by_code(tx: &mut Tx<'_>, kind: CatalogKind, code: &str, field: &str, unknown: Unknown) -> Result<Label> {
    if let Some(item) = catalog::find_by_code(tx, kind, code)? {
        return Ok(item.label());
    }
    match (catalog::find_by_label(tx, kind, code)?.filter(|item| item.code.is_none()), unknown) {
        (Some(item), _) => Ok(item.label()),
        (None, Unknown::Refuse) => Err(unknown_word(kind, code, field)),
        (None, Unknown::Create) => add(tx, kind, code, code, None).map(|item| item.label()),
    }
}

/// The item that a client names by its label, or else by its code.
pub fn named_by_label(tx: &mut Tx<'_>, kind: CatalogKind, label: &str, field: &str, unknown: Unknown) -> Result<Label> {
    if let Some(item) = catalog::find_by_label(tx, kind, label)? {
        return Ok(item.label());
    }
    match (catalog::find_by_code(tx, kind, label)?, unknown) {
        (Some(item), _) => Ok(item.label()),
        (None, Unknown::Refuse) => Err(unknown_word(kind, label, field)),
        (None, Unknown::Create) => find_or_create(tx, kind, label),
    }
}

/// Adds an item with a code. An item that is called so and has no code yet, because it came through a door that gives none,
/// is given this one.
pub fn add(tx: &mut Tx<'_>, kind: CatalogKind, code: &str, label: &str, extra: Option<&str>) -> Result<CatalogItem> {
    check_code(code)?;
    check_label(label)?;
    if catalog::find_by_code(tx, kind, code)?.is_some() {
        return Err(Error::conflict(format!("Mã {} {} đã tồn tại", name(kind), text::tidy(code))));
    }
    let item = match catalog::find_by_label(tx, kind, label)? {
        Some(item) if item.code.is_some() => return Err(label_taken(kind, label)),
        Some(mut item) => {
            item.code = Some(text::tidy(code).into_owned());
            item.extra = extra.map(str::to_owned).or(item.extra);
            store_item(tx, &item)?;
            item
        }
        None => create(tx, kind, &NewItem { label, code: Some(code), extra, ..NewItem::default() })?,
    };
    let said = format!("Thêm {} {}", name(kind), item.label);
    history::record(tx, None, Subject::Setting(item.id), What::Created, &[], &said)?;
    Ok(item)
}

/// Changes what an item is called, and what else is known of it; what is not given stays.
pub fn rename(
    tx: &mut Tx<'_>,
    kind: CatalogKind,
    code: &str,
    label: Option<&str>,
    extra: Option<&str>,
) -> Result<CatalogItem> {
    let before = coded(tx, kind, code)?;
    let mut after = before.clone();
    if let Some(label) = label {
        check_label(label)?;
        after.label = text::tidy(label).into_owned();
    }
    after.extra = extra.map(str::to_owned).or(after.extra);
    if after != before {
        store_item(tx, &after)?;
        record(tx, &before, "label", &before.label, &after.label)?;
    }
    Ok(after)
}

/// Gives an item another code; records go on carrying it.
pub fn recode(tx: &mut Tx<'_>, kind: CatalogKind, old: &str, new: &str) -> Result<CatalogItem> {
    let before = coded(tx, kind, old)?;
    check_code(new)?;
    let new = text::tidy(new).into_owned();
    if before.code.as_ref() == Some(&new) {
        return Ok(before);
    }
    if catalog::find_by_code(tx, kind, &new)?.is_some() {
        return Err(Error::conflict(format!("Mã {} {new} đã tồn tại", name(kind))));
    }
    let after = CatalogItem { code: Some(new), ..before.clone() };
    store_item(tx, &after)?;
    let code = |item: &CatalogItem| item.code.clone().unwrap_or_default();
    record(tx, &before, "code", &code(&before), &code(&after))?;
    Ok(after)
}

/// Takes an item out of a list. Customers that carry it let go of it, each with a line in its history.
pub fn delete(tx: &mut Tx<'_>, kind: CatalogKind, code: &str) -> Result<()> {
    let item = coded(tx, kind, code)?;
    for record in catalog::users_of(tx, item.id)? {
        take_off(tx, &item, record)?;
    }
    catalog::delete(tx, item.id)?;
    tx.decide(format!("Xóa {} {}", name(kind), item.label));
    let said = format!("Xóa {} {}", name(kind), item.label);
    history::record(tx, None, Subject::Setting(item.id), What::Deleted, &[], &said)
}

/// Records that carry an item, for a caller who has them let go of it some at a time before it is deleted.
pub fn carriers(tx: &mut Tx<'_>, kind: CatalogKind, code: &str) -> Result<Vec<Id>> {
    let item = coded(tx, kind, code)?;
    catalog::users_of(tx, item.id)
}

/// Makes a customer let go of an item.
pub fn let_go(tx: &mut Tx<'_>, kind: CatalogKind, code: &str, record: Id) -> Result<()> {
    let item = coded(tx, kind, code)?;
    take_off(tx, &item, record)
}

fn take_off(tx: &mut Tx<'_>, item: &CatalogItem, record: Id) -> Result<()> {
    if customers::find_ref(tx, record)?.is_none() || store::merges::winner_of(tx, record)?.is_some() {
        return Ok(());
    }
    let let_go = |customer: &mut domain::Customer| {
        customer.labels.retain(|label| label.item != item.id);
        Ok(())
    };
    customers::change(tx, record, let_go).map(drop)
}

fn coded(tx: &mut Tx<'_>, kind: CatalogKind, code: &str) -> Result<CatalogItem> {
    catalog::find_by_code(tx, kind, code)?
        .ok_or_else(|| Error::not_found(format!("Không tìm thấy {} có mã {}", name(kind), shown(code))))
}

fn store_item(tx: &mut Tx<'_>, item: &CatalogItem) -> Result<()> {
    if catalog::update(tx, item)? { Ok(()) } else { Err(label_taken(item.kind, &item.label)) }
}

fn record(tx: &mut Tx<'_>, item: &CatalogItem, field: &str, old: &str, new: &str) -> Result<()> {
    let change = FieldChange { field: field.to_owned(), old: old.to_owned(), new: new.to_owned() };
    let fields = if old == new { Vec::new() } else { vec![change] };
    let said = format!("Sửa {} {}", name(item.kind), item.label);
    history::record(tx, None, Subject::Setting(item.id), What::Updated, &fields, &said)
}

fn unknown_word(kind: CatalogKind, word: &str, field: &str) -> Error {
    Error::not_found(format!("Trường {field}: không có {} {}", name(kind), shown(word)))
}

fn label_taken(kind: CatalogKind, label: &str) -> Error {
    Error::conflict(format!("Tên {} {} đã tồn tại", name(kind), text::tidy(label)))
}

/// What people call an item of a list.
fn name(kind: CatalogKind) -> &'static str {
    match kind {
        CatalogKind::Status => "trạng thái khách hàng",
        CatalogKind::Type => "kiểu khách hàng",
        CatalogKind::Group => "nhóm khách hàng",
        CatalogKind::Tag => "thẻ",
        CatalogKind::Industry => "ngành nghề",
        CatalogKind::Source => "nguồn",
        _ => "mục",
    }
}

/// A word of the caller's, cut short.
fn shown(word: &str) -> String {
    text::tidy(word).chars().take(60).collect()
}

fn check_code(code: &str) -> Result<()> {
    if (1..=LONGEST_LABEL).contains(&code.trim().chars().count()) {
        return Ok(());
    }
    Err(Error::invalid("", format!("Mã trong danh mục phải có từ 1 đến {LONGEST_LABEL} ký tự")))
}

fn check_label(label: &str) -> Result<()> {
    let letters = label.trim().chars().count();
    if letters == 0 {
        return Err(Error::invalid("", "Tên trong danh mục không được để trống"));
    }
    if letters > LONGEST_LABEL {
        return Err(Error::invalid("", format!("Tên trong danh mục dài quá {LONGEST_LABEL} ký tự")));
    }
    Ok(())
}
