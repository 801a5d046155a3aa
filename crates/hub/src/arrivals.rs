//! Records that come in with a code of the sender's own: refused when the code is known, attached to the record that is
//! certainly the same person, otherwise made.

use domain::catalog::CatalogKind;
use domain::dialect::System;
use domain::identity::{Key, KeyKind};
use domain::matching::Match;
use domain::{Customer, Error, Id, Result};
use store::Tx;

use crate::contacts;
use crate::customers::{self, Incoming, Trust};

/// What became of a record that came in.
#[derive(Debug, Clone)]
pub enum Arrived {
    /// It is new.
    Created(Customer),
    /// It is a known one, which got the code and what it lacked.
    Attached(Customer),
}

impl Arrived {
    /// The record.
    pub fn into_customer(self) -> Customer {
        match self {
            Self::Created(customer) | Self::Attached(customer) => customer,
        }
    }
}

/// Takes in a record from a system that gives codes. Phones and e-mails count only if the names agree; a pair that shares one
/// without that goes to the queue. A code that is known in the sender's system is a conflict.
pub fn admit(tx: &mut Tx<'_>, mut new: Customer, system: System) -> Result<Arrived> {
    contacts::follow_fields(tx, None, &mut new)?;
    let own = new.codes.get(&system).cloned();
    if let Some(code) = &own
        && customers::find_by_code(tx, system, code)?.is_some()
    {
        return Err(Error::conflict(format!("Mã {code} đã tồn tại")));
    }
    let keys = in_order(&new, system);
    let incoming =
        Incoming { name: &new.name, own: own.as_deref().map(|code| (system, code)), trust: Trust::NamesMustAgree };
    match customers::find_match(tx, &new, &keys, incoming)? {
        Match::Found { customer, .. } => {
            let changed = customers::change(tx, customer, |known| {
                fill_gaps(known, &new);
                Ok(())
            })?;
            customers::note_untaken(tx, &changed.after, &new)?;
            Ok(Arrived::Attached(changed.after))
        }
        Match::New { doubtful } => customers::create(tx, new, &doubtful).map(Arrived::Created),
    }
}

/// Gives a record another code in a system; a code that another record has is a conflict.
pub fn recode(tx: &mut Tx<'_>, id: Id, system: System, code: &str) -> Result<Customer> {
    if customers::find_by_code(tx, system, code)?.is_some_and(|holder| holder != id) {
        return Err(Error::conflict(format!("Mã {code} đã tồn tại")));
    }
    let changed = customers::change(tx, id, |customer| {
        customer.codes.insert(system, code.to_owned());
        Ok(())
    })?;
    Ok(changed.after)
}

/// Codes of a system that follow `after`, in order, each with its record.
pub fn coded(tx: &mut Tx<'_>, system: System, after: &str, limit: i64) -> Result<Vec<(String, Id)>> {
    store::identities::coded(tx, system, after, limit)
}

/// The keys of a record as they are trusted: documents, then phone, then e-mail, then codes of other systems.
fn in_order(new: &Customer, own: System) -> Vec<Key> {
    let rank = |key: &Key| match key.kind {
        KeyKind::Code(system) if system == own => 0,
        KeyKind::NationalId => 1,
        KeyKind::TaxCode => 2,
        KeyKind::Phone => 3,
        KeyKind::Email => 4,
        KeyKind::Code(_) => 5,
    };
    let mut keys = new.keys();
    keys.sort_by_key(rank);
    keys
}

/// Brings onto a known record what it lacks; nothing that it has is overwritten.
pub fn fill_gaps(known: &mut Customer, new: &Customer) {
    for (old, given) in [
        (&mut known.name, &new.name),
        (&mut known.given_name, &new.given_name),
        (&mut known.family_name, &new.family_name),
        (&mut known.salutation, &new.salutation),
        (&mut known.national_id.number, &new.national_id.number),
        (&mut known.national_id.place, &new.national_id.place),
        (&mut known.tax_code, &new.tax_code),
        (&mut known.job_title, &new.job_title),
        (&mut known.note, &new.note),
        (&mut known.avatar_url, &new.avatar_url),
        (&mut known.partner, &new.partner),
        (&mut known.branch, &new.branch),
    ] {
        if old.is_empty() {
            old.clone_from(given);
        }
    }
    known.gender = known.gender.or(new.gender);
    known.birth_date = known.birth_date.or(new.birth_date);
    known.national_id.date = known.national_id.date.or(new.national_id.date);
    known.founding_date = known.founding_date.or(new.founding_date);
    known.company = known.company.take().or_else(|| new.company.clone());
    known.add_points(new.points.iter().cloned());
    if known.addresses.is_empty() {
        known.addresses.clone_from(&new.addresses);
    }
    if known.persons.is_empty() {
        known.persons.clone_from(&new.persons);
    }
    if known.owners.is_empty() {
        known.owners.clone_from(&new.owners);
    }
    if known.standings.is_empty() {
        known.standings.clone_from(&new.standings);
    }
    for (system, code) in &new.codes {
        known.codes.entry(*system).or_insert_with(|| code.clone());
    }
    for (key, value) in &new.extra {
        known.extra.entry(key.clone()).or_insert_with(|| value.clone());
    }
    for kind in CatalogKind::ALL {
        let has_one = kind.is_single() && known.label(kind).is_some();
        if !has_one {
            new.labels_of(kind).cloned().for_each(|label| known.add_label(label));
        }
    }
    for value in &new.values {
        if !known.values.iter().any(|old| old.field == value.field) {
            known.values.push(value.clone());
        }
    }
}
