//! Lists that an org keeps: found by what a client sends, made when the client's rule is to make them.

use domain::catalog::{CatalogItem, CatalogKind, Label};
use domain::{Error, Result, text};
use store::Tx;
use store::catalog;

pub use store::catalog::NewItem;

/// Letters a label or a code may have.
const LONGEST_LABEL: usize = 250;

/// Every item of a list, in order.
pub fn list(tx: &mut Tx<'_>, kind: CatalogKind) -> Result<Vec<CatalogItem>> {
    catalog::list(tx, kind)
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
