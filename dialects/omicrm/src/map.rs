//! From the vendor's words to ours and back, without looking anything up.

mod item;
mod points;

use domain::Customer;
use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::{Address, Gender, UserRef};
use domain::dialect::System;
use domain::identity::Country;

use crate::lookup::Known;
use crate::wire::{Contact, Typed};

pub use item::{Layout, item, layout_field};
pub use points::{label, types_of};

/// Under which key a customer keeps `refType`.
const REF_TYPE: &str = "omicrm_ref_type";

/// Whether a contact says who it is about.
pub fn names_somebody(contact: &Contact) -> bool {
    let lists = [&contact.phones, &contact.emails];
    let texts = [&contact.full_name, &contact.passport, &contact.ref_id, &contact.ref_code];
    lists.into_iter().flatten().any(|list| !list.is_empty()) || texts.into_iter().flatten().any(|text| !text.is_empty())
}

/// Brings what was sent, and what was looked up for it, onto a record. What was not sent stays; phones and e-mails replace
/// those that were there; tags and the like are taken away and added.
pub fn apply(contact: &Contact, known: Known, country: Country, customer: &mut Customer) {
    let Contact {
        ref_id,
        id: _,
        tags: _,
        business: _,
        categories: _,
        tag_removes: _,
        business_removes: _,
        categories_removes: _,
        user_owner_email: _,
        avatar_url,
        full_name,
        gender,
        passport,
        job_title,
        address,
        ref_code,
        ref_type,
        note,
        birthday,
        phones,
        emails,
        filter_contacts: _,
        others: _,
    } = contact;
    let set = |value: &Option<String>, place: &mut String| {
        if let Some(value) = value {
            value.trim().clone_into(place);
        }
    };
    set(avatar_url, &mut customer.avatar_url);
    set(passport, &mut customer.national_id.number);
    set(job_title, &mut customer.job_title);
    if let Some(note) = note {
        customer.note.clone_from(note);
    }
    if let Some(name) = full_name {
        customer.rename(name);
    }
    if let Some(word) = gender {
        customer.gender = gender_of(word);
    }
    if let Some(address) = address {
        move_to(customer, address);
    }
    customer.birth_date = birthday.unwrap_or(customer.birth_date);
    set_code(customer, System::OmicrmRefId, ref_id.as_deref());
    set_code(customer, System::OmicrmRefCode, ref_code.as_deref());
    if let Some(kind) = ref_type {
        customer.extra.insert(REF_TYPE.to_owned(), kind.clone());
    }
    for (kind, list) in [(ContactKind::Phone, phones), (ContactKind::Email, emails)] {
        if let Some(list) = list {
            let points = points(kind, list, customer, country);
            customer.replace_points(kind, points);
        }
    }
    add_known(known, customer);
}

fn add_known(known: Known, customer: &mut Customer) {
    let Known { added, removed, owner, standings, values } = known;
    customer.labels.retain(|label| !removed.contains(&label.item));
    added.into_iter().for_each(|label| customer.add_label(label));
    if let Some(owner) = owner {
        hand_over(customer, owner);
    }
    standings.into_iter().for_each(|standing| hub::funnels::place(customer, standing));
    values.into_iter().for_each(|value| customer.replace_value(value));
}

/// A word that is no gender takes away what was said before.
fn gender_of(word: &str) -> Option<Gender> {
    Gender::of(word).or_else(|| match word.trim().to_lowercase().as_str() {
        "nam" => Some(Gender::Male),
        "nữ" => Some(Gender::Female),
        "khác" => Some(Gender::Other),
        _ => None,
    })
}

/// The first address is the one that is shown here; one that comes back as it was shown keeps its parts.
fn move_to(customer: &mut Customer, line: &str) {
    if customer.addresses.first().map(Address::line).as_deref() == Some(line) {
        return;
    }
    let new = Address { street: line.to_owned(), ..Address::default() };
    match customer.addresses.first_mut() {
        _ if line.is_empty() => drop(customer.addresses.drain(..1.min(customer.addresses.len()))),
        Some(first) => *first = new,
        None => customer.addresses.push(new),
    }
}

fn set_code(customer: &mut Customer, system: System, code: Option<&str>) {
    match code {
        None => {}
        Some("") => drop(customer.codes.remove(&system)),
        Some(code) => drop(customer.codes.insert(system, code.to_owned())),
    }
}

/// The contact points of a list, each once. One that comes again without a type keeps the type that it had.
fn points(kind: ContactKind, list: &[Typed], customer: &Customer, country: Country) -> Vec<ContactPoint> {
    let mut points: Vec<ContactPoint> = Vec::with_capacity(list.len());
    for Typed { data, kind: code, value_type } in list {
        let Some(mut point) = ContactPoint::new(kind, data, &label(code, value_type), country) else { continue };
        if points.iter().any(|earlier| earlier.same_address(&point)) {
            continue;
        }
        if point.label.is_empty()
            && let Some(known) = customer.points.iter().find(|known| known.same_address(&point))
        {
            point.label.clone_from(&known.label);
        }
        points.push(point);
    }
    points
}

/// The user in charge is the first of those responsible; the others stay.
fn hand_over(customer: &mut Customer, owner: UserRef) {
    if customer.owners.first().is_some_and(|first| first.id == owner.id) {
        return;
    }
    if !customer.owners.is_empty() {
        customer.owners.remove(0);
    }
    customer.owners.retain(|other| other.id != owner.id);
    customer.owners.insert(0, owner);
}
