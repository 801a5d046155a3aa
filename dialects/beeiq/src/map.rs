//! From the listener's words to ours, without looking anything up.

use domain::Customer;
use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::{self, Gender, Kind, Stage};
use domain::dialect::System;
use domain::identity::Country;
use hub::customer_number;
use hub::intake::Arrival;

use crate::wire::{Address, Contact, ContactType, CusField, Permit, Typed};

/// A record that is to be added. Gender is "other" unless it was said, as the document has it.
pub fn arrival(contact: &Contact, country: Country) -> Arrival {
    let mut customer = Customer {
        kind: if contact.kind == Some(1) { Kind::Organization } else { Kind::Person },
        gender: Some(Gender::Other),
        ..Customer::default()
    };
    apply(contact, country, &mut customer);
    if let Some(code) = &contact.contact_id {
        customer.codes.insert(System::Beeiq, code.clone());
    }
    if customer.kind == Kind::Organization && contact.gender.is_none() {
        customer.gender = None;
    }
    Arrival {
        customer,
        number: contact.customer_id.as_deref().and_then(customer_number),
        names_number: contact.customer_id.is_some(),
        tags: contact.tags.clone(),
        values: values(&contact.cus_fields),
        permit: contact.permit.as_ref().map(permit),
        company: contact.company_contact.as_deref().map(|company| Box::new(arrival(company, country))),
        company_name: contact.company_lead.clone(),
    }
}

/// Brings what was sent onto a record. What was not sent stays; phones, e-mails, messengers and websites are added, since
/// they also say which record is meant; addresses replace the old ones.
pub fn apply(contact: &Contact, country: Country, customer: &mut Customer) {
    let Contact {
        name,
        lastname,
        kind: _,
        contact_type: _,
        title,
        passport,
        gender,
        bg_info,
        date_of_birth,
        emails,
        phones,
        addresses,
        websites,
        im,
        tags: _,
        cus_fields: _,
        permit: _,
        company_contact: _,
        company_lead: _,
        contact_id: _,
        customer_id: _,
    } = contact;
    rename(customer, name.as_deref(), lastname.as_deref());
    let set = |value: &Option<String>, place: &mut String| {
        if let Some(value) = value {
            place.clone_from(value);
        }
    };
    set(title, &mut customer.job_title);
    set(passport, &mut customer.national_id.number);
    set(bg_info, &mut customer.note);
    customer.gender = gender.map(self::gender).or(customer.gender);
    customer.birth_date = date_of_birth.or(customer.birth_date);
    let point = |kind, typed: &Typed| ContactPoint::new(kind, &typed.value, &typed.label, country);
    customer.add_points(emails.iter().filter_map(|email| point(ContactKind::Email, email)));
    customer.add_points(phones.iter().filter_map(|phone| point(ContactKind::Phone, phone)));
    customer.add_points(im.iter().filter_map(|im| point(ContactKind::Im, im)));
    customer.add_points(websites.iter().filter_map(|site| ContactPoint::new(ContactKind::Website, site, "", country)));
    if !addresses.is_empty() {
        customer.addresses = addresses.iter().map(address).collect();
    }
}

/// A record that came through another door may have a whole name and no given one: a family name alone then leaves it.
fn rename(customer: &mut Customer, name: Option<&str>, lastname: Option<&str>) {
    let is_whole = customer.given_name.is_empty() && !customer.name.is_empty();
    match (name, lastname) {
        (None, None) => {}
        (None, Some(lastname)) if is_whole => lastname.clone_into(&mut customer.family_name),
        _ => {
            let given = name.unwrap_or(&customer.given_name).to_owned();
            let family = lastname.unwrap_or(&customer.family_name).to_owned();
            customer.name_from_parts(&given, &family);
        }
    }
}

/// Whether an arrival says which record it is about, other than by name.
pub fn names_a_record(arrival: &Arrival) -> bool {
    let Arrival { customer, names_number, .. } = arrival;
    let can_name = |point: &ContactPoint| matches!(point.kind, ContactKind::Phone | ContactKind::Email);
    *names_number
        || !customer.codes.is_empty()
        || !customer.national_id.number.is_empty()
        || customer.points.iter().any(can_name)
}

/// Custom values by label.
pub fn values(fields: &[CusField]) -> Vec<(String, String)> {
    fields.iter().map(|CusField { name, value }| (name.clone(), value.clone())).collect()
}

/// A permit by its words.
pub fn permit(Permit { status, group, users }: &Permit) -> (i64, Option<String>, Vec<String>) {
    (*status, group.clone(), users.clone())
}

/// The stage of a record made on the way to something else.
pub fn stage(contact: &Contact) -> Stage {
    match contact.contact_type {
        Some(ContactType::Lead) => Stage::Lead,
        Some(ContactType::Customer) | None => Stage::Customer,
    }
}

fn gender(number: i64) -> Gender {
    match number {
        0 => Gender::Male,
        1 => Gender::Female,
        _ => Gender::Other,
    }
}

fn address(Address { label, street, city, state, zip, country_code, country }: &Address) -> customer::Address {
    customer::Address {
        label: label.clone(),
        street: street.clone(),
        area: String::new(),
        city: city.clone(),
        state: state.clone(),
        zip: zip.clone(),
        country_code: country_code.clone(),
        country: country.clone(),
    }
}
