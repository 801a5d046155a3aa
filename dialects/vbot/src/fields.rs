//! `field/create`, `update` and `updateNo`.

use domain::Result;
use domain::field::FieldEntity;
use hub::{Tx, fields};
use serde_json::Value;

use crate::map;
use crate::wire::{Codes, Field};

/// Adds a field.
pub fn create(tx: &mut Tx<'_>, field: &Field) -> Result<Value> {
    fields::create(tx, &map::field(field))?;
    Ok(Value::from(field.no.as_str()))
}

/// Changes a field; values stay.
pub fn update(tx: &mut Tx<'_>, field: &Field) -> Result<Value> {
    fields::change(tx, FieldEntity::Customer, &field.no, |known| map::apply_field(field, known))?;
    Ok(Value::from(field.no.as_str()))
}

/// Gives a field another code.
pub fn recode(tx: &mut Tx<'_>, Codes { old, new }: &Codes) -> Result<Value> {
    fields::change(tx, FieldEntity::Customer, old, |known| known.code.clone_from(new))?;
    Ok(Value::from(new.as_str()))
}
