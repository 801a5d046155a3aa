//! `status/…`, `type/…` and `group/…`: `create`, `update` and `updateNo`.

use domain::{CatalogKind, Result};
use hub::{Tx, catalog};
use serde_json::Value;

use crate::wire::{Codes, Item};

/// Adds an item.
pub fn create(tx: &mut Tx<'_>, kind: CatalogKind, Item { no, name, description }: &Item) -> Result<Value> {
    let label = name.as_deref().unwrap_or_default();
    catalog::add(tx, kind, no, label, description.as_deref())?;
    Ok(Value::from(no.as_str()))
}

/// Changes what an item is called.
pub fn update(tx: &mut Tx<'_>, kind: CatalogKind, Item { no, name, description }: &Item) -> Result<Value> {
    catalog::rename(tx, kind, no, name.as_deref(), description.as_deref())?;
    Ok(Value::from(no.as_str()))
}

/// Gives an item another code.
pub fn recode(tx: &mut Tx<'_>, kind: CatalogKind, Codes { old, new }: &Codes) -> Result<Value> {
    catalog::recode(tx, kind, old, new)?;
    Ok(Value::from(new.as_str()))
}
