//! A customer in the listener's words. A listener answers nothing about customers, so this is what one would be sent to have
//! the same customer elsewhere: one element of `data`.

use domain::catalog::CatalogKind;
use domain::contact_point::ContactKind;
use domain::customer::{Gender, Kind, Stage};
use domain::dialect::System;
use domain::{ContactPoint, Customer, Result, customer};
use hub::{Tx, customers};
use kit::lens::{self, Seen};
use serde::Serialize;

/// BeeIQ's view.
pub struct Lens;

impl lens::Lens for Lens {
    fn name(&self) -> &'static str {
        "beeiq"
    }

    fn title(&self) -> &'static str {
        "BeeIQ"
    }

    fn shown(&self, _: &mut Tx<'_>, customer: &Customer) -> Result<Seen> {
        let call = if customer.stage == Stage::Lead { "add-lead" } else { "add-contact" };
        Ok(lens::seen(customer, call, item))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'c> {
    action_type: &'static str,
    data: Data<'c>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'c> {
    customer_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_id: Option<&'c String>,
    name: &'c str,
    #[serde(skip_serializing_if = "str::is_empty")]
    lastname: &'c str,
    r#type: i64,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'c str,
    #[serde(skip_serializing_if = "str::is_empty")]
    passport: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<i64>,
    #[serde(skip_serializing_if = "str::is_empty")]
    bg_info: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_of_birth: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emails: Vec<Typed<'c>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    phones: Vec<Typed<'c>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<Address<'c>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    websites: Vec<&'c str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    im: Vec<Im<'c>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tag: Vec<&'c str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cus_fields: Vec<CusField<'c>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_contact: Option<Company<'c>>,
}

#[derive(Serialize)]
struct Typed<'c> {
    r#type: &'c str,
    value: &'c str,
}

#[derive(Serialize)]
struct Im<'c> {
    protocol: &'c str,
    value: &'c str,
}

#[derive(Serialize)]
struct Address<'c> {
    r#type: &'c str,
    street: String,
    city: &'c str,
    state: &'c str,
    zip: &'c str,
    country: Country<'c>,
}

#[derive(Serialize)]
struct Country<'c> {
    code: &'c str,
    name: &'c str,
}

#[derive(Serialize)]
struct CusField<'c> {
    name: &'c str,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Company<'c> {
    customer_id: String,
    name: &'c str,
}

fn item(customer: &Customer) -> String {
    let action_type = if customer.stage == Stage::Lead { "add-lead" } else { "add-contact" };
    // Texts and numbers always serialise.
    serde_json::to_string(&Item { action_type, data: data(customer) }).unwrap_or_default()
}

fn data(customer: &Customer) -> Data<'_> {
    let typed = |kind| {
        customer.points_of(kind).map(|ContactPoint { raw, label, .. }| Typed { r#type: label, value: raw }).collect()
    };
    // A name that came whole is one part.
    let has_parts = !customer.given_name.is_empty();
    Data {
        customer_id: customers::reading_code(customer),
        contact_id: customer.codes.get(&System::Beeiq),
        name: if has_parts { &customer.given_name } else { &customer.name },
        lastname: if has_parts { &customer.family_name } else { "" },
        r#type: i64::from(customer.kind == Kind::Organization),
        title: &customer.job_title,
        passport: &customer.national_id.number,
        gender: customer.gender.map(gender),
        bg_info: &customer.note,
        date_of_birth: customer.birth_date.map(|date| date.to_string()),
        emails: typed(ContactKind::Email),
        phones: typed(ContactKind::Phone),
        addresses: customer.addresses.iter().map(address).collect(),
        websites: customer.points_of(ContactKind::Website).map(|point| point.raw.as_str()).collect(),
        im: customer
            .points_of(ContactKind::Im)
            .map(|ContactPoint { raw, label, .. }| Im { protocol: label, value: raw })
            .collect(),
        tag: customer.labels_of(CatalogKind::Tag).map(|tag| tag.label.as_str()).collect(),
        cus_fields: customer
            .values
            .iter()
            .map(|value| CusField { name: &value.label, value: value.joined() })
            .collect(),
        company_contact: customer
            .company
            .as_ref()
            .map(|company| Company { customer_id: format!("CID-{}", company.number), name: &company.name }),
    }
}

fn gender(gender: Gender) -> i64 {
    match gender {
        Gender::Male => 0,
        Gender::Female => 1,
        Gender::Other => 2,
    }
}

fn address(address: &customer::Address) -> Address<'_> {
    let customer::Address { label, street, area, city, state, zip, country_code, country } = address;
    let parts: Vec<&str> = [street, area].into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
    let country = Country { code: country_code, name: country };
    Address { r#type: label, street: parts.join(", "), city, state, zip, country }
}

#[cfg(test)]
mod tests {
    use domain::identity::Country;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::wire::{Action, Item};

    #[test]
    fn a_listener_would_take_it() {
        let mut shown =
            Customer { number: 12, note: "quen".into(), gender: Some(Gender::Female), ..Customer::default() };
        shown.name_from_parts("An", "Nguyễn");
        shown.birth_date = Some(jiff::civil::date(1990, 2, 3));
        shown.national_id.number = "012345678901".into();
        shown.addresses.push(customer::Address {
            street: "1 Lê Lợi".into(),
            country: "Việt Nam".into(),
            ..Default::default()
        });
        let point = |kind, raw, label| ContactPoint::new(kind, raw, label, Country::VIET_NAM);
        shown.add_points(
            [
                point(ContactKind::Phone, "0905000001", "Work"),
                point(ContactKind::Email, "an@example.com", "Home"),
                point(ContactKind::Im, "an.nguyen", "Zalo"),
                point(ContactKind::Website, "https://example.com", ""),
            ]
            .into_iter()
            .flatten(),
        );
        let parsed = kit::json::parse(item(&shown).as_bytes()).unwrap();
        let read = Item::read(&parsed.node, 0, &TimeZone::UTC).unwrap();
        let Action::AddContact(contact) = read.action else { panic!("{:?}", read.action) };
        assert_eq!(contact.customer_id.as_deref(), Some("PID-12"));
        let mut again = Customer { number: 12, ..Customer::default() };
        crate::map::apply(&contact, Country::VIET_NAM, &mut again);
        assert_eq!(again, shown);
    }
}
