//! Contacts whose phones and e-mails nobody else may have: made and changed as a call centre's clients do it.

use domain::contact_point::{ContactKind, ContactPoint};
use domain::field::{FieldType, FieldValue};
use domain::identity::{Key, KeyKind};
use domain::{Customer, Error, Id, Result, Viewer};
use store::Tx;

use crate::{customers, sending};

/// What became of a contact that was to be kept.
#[derive(Debug, Clone)]
pub enum Kept {
    /// It is as asked for.
    Done(Box<Customer>),
    /// Nothing was done: somebody else has its phone or e-mail.
    Taken {
        /// What they have.
        kind: ContactKind,
        /// Their number.
        number: i64,
    },
}

/// Makes a contact.
pub fn create(tx: &mut Tx<'_>, new: &Customer) -> Result<Kept> {
    match taken(tx, &new.points, None)? {
        Some(taken) => Ok(taken),
        None => customers::create_apart(tx, new.clone()).map(|made| Kept::Done(Box::new(made))),
    }
}

/// Changes the contact with a number, and gives it as `viewer` sees it. `apply` brings in the facts that were sent; values replace
/// those of their fields.
pub fn change(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    number: i64,
    values: Vec<FieldValue>,
    apply: impl FnOnce(&mut Customer),
) -> Result<Kept> {
    let known = find(tx, viewer, number)?;
    let mut wanted = known.clone();
    apply(&mut wanted);
    let added: Vec<ContactPoint> =
        wanted.points.iter().filter(|point| !known.points.contains(point)).cloned().collect();
    if let Some(taken) = taken(tx, &added, Some(known.id))? {
        return Ok(taken);
    }
    values.into_iter().for_each(|value| wanted.replace_value(value));
    let seen = customers::write_back(tx, viewer, &known, wanted)?;
    Ok(Kept::Done(Box::new(seen)))
}

/// The contact with a number, if `viewer` may see it.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, number: i64) -> Result<Customer> {
    let known = match customers::find_by_number(tx, number)? {
        Some(id) => customers::find(tx, viewer, id)?,
        None => None,
    };
    known.ok_or_else(not_found)
}

/// The contact who has a phone or e-mail, if `viewer` may see them.
pub fn find_by_point(tx: &mut Tx<'_>, viewer: &Viewer, point: &ContactPoint) -> Result<Customer> {
    let holder = match key_of(point) {
        Some(key) => customers::find_by_key(tx, &key)?,
        None => None,
    };
    let known = match holder {
        Some(id) => customers::find(tx, viewer, id)?,
        None => None,
    };
    known.ok_or_else(not_found)
}

fn not_found() -> Error {
    Error::not_found("Không tìm thấy khách hàng")
}

fn taken(tx: &mut Tx<'_>, points: &[ContactPoint], own: Option<Id>) -> Result<Option<Kept>> {
    for point in points {
        let Some(key) = key_of(point) else { continue };
        if let Some(holder) = customers::find_by_key(tx, &key)?.filter(|holder| Some(*holder) != own)
            && let Some(holder) = customers::find_ref(tx, holder)?
        {
            return Ok(Some(Kept::Taken { kind: point.kind, number: holder.number }));
        }
    }
    Ok(None)
}

/// Has the phones of a record follow the fields that hold some; `before` is the record as it was.
pub(crate) fn follow_fields(tx: &mut Tx<'_>, before: Option<&Customer>, after: &mut Customer) -> Result<()> {
    let before = before.map_or(&[][..], |before| &before.values);
    if before.iter().chain(&after.values).any(|value| value.kind == FieldType::Phone) {
        let country = sending::settings(tx)?.country();
        after.follow_phone_fields(before, country);
    }
    Ok(())
}

/// The key that a phone or e-mail is to its record.
pub(crate) fn key_of(point: &ContactPoint) -> Option<Key> {
    let kind = match point.kind {
        ContactKind::Phone => KeyKind::Phone,
        ContactKind::Email => KeyKind::Email,
        ContactKind::Im | ContactKind::Website => return None,
    };
    point.key.clone().map(|key| Key { kind, key })
}
