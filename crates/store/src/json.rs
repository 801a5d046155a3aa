//! Lists and maps that are kept as JSON in a text column.

use std::collections::BTreeMap;

use domain::change::FieldChange;
use domain::customer::{Address, ContactPerson};
use domain::dialect::System;
use domain::field::FieldOption;
use domain::{Error, Id, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Anything that serialises, as compact JSON.
pub(crate) fn write<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(Error::broken)
}

/// What `write` wrote.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::broken(format!("stored JSON: {error}")))
}

pub(crate) fn write_ids(ids: &[Id]) -> Result<String> {
    write(&ids.iter().map(|id| id.0).collect::<Vec<_>>())
}

pub(crate) fn read_ids(text: &str) -> Result<Vec<Id>> {
    Ok(read::<Vec<i64>>(text)?.into_iter().map(Id).collect())
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
#[derive(Default)]
struct AddressRow {
    #[serde(skip_serializing_if = "String::is_empty")]
    label: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    street: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    area: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    city: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    zip: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    country_code: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    country: String,
}

pub(crate) fn write_addresses(addresses: &[Address]) -> Result<String> {
    let rows: Vec<_> = addresses
        .iter()
        .cloned()
        .map(|Address { label, street, area, city, state, zip, country_code, country }| AddressRow {
            label,
            street,
            area,
            city,
            state,
            zip,
            country_code,
            country,
        })
        .collect();
    write(&rows)
}

pub(crate) fn read_addresses(text: &str) -> Result<Vec<Address>> {
    let address = |AddressRow { label, street, area, city, state, zip, country_code, country }| Address {
        label,
        street,
        area,
        city,
        state,
        zip,
        country_code,
        country,
    };
    Ok(read::<Vec<AddressRow>>(text)?.into_iter().map(address).collect())
}

#[derive(Serialize, Deserialize)]
struct PersonRow {
    salutation: String,
    name: String,
    position: String,
    phone: String,
    birth_date: Option<String>,
    email: String,
}

pub(crate) fn write_persons(persons: &[ContactPerson]) -> Result<String> {
    let rows: Vec<_> = persons
        .iter()
        .cloned()
        .map(|ContactPerson { salutation, name, position, phone, birth_date, email }| PersonRow {
            salutation,
            name,
            position,
            phone,
            birth_date: birth_date.map(|date| date.to_string()),
            email,
        })
        .collect();
    write(&rows)
}

pub(crate) fn read_persons(text: &str) -> Result<Vec<ContactPerson>> {
    let person = |PersonRow { salutation, name, position, phone, birth_date, email }| {
        let birth_date = read_date(birth_date)?;
        Ok(ContactPerson { salutation, name, position, phone, birth_date, email })
    };
    read::<Vec<PersonRow>>(text)?.into_iter().map(person).collect()
}

/// A day as it is stored, `YYYY-MM-DD`.
pub(crate) fn read_date(text: Option<String>) -> Result<Option<jiff::civil::Date>> {
    text.map(|text| text.parse().map_err(|error| Error::broken(format!("stored date {text}: {error}")))).transpose()
}

pub(crate) fn write_codes(codes: &BTreeMap<System, String>) -> Result<String> {
    write(&codes.iter().map(|(system, code)| (system.word(), code)).collect::<BTreeMap<_, _>>())
}

pub(crate) fn read_codes(text: &str) -> Result<BTreeMap<System, String>> {
    let rows: BTreeMap<String, String> = read(text)?;
    Ok(rows.into_iter().filter_map(|(system, code)| Some((System::of(&system)?, code))).collect())
}

pub(crate) fn write_fields(fields: &[FieldChange]) -> Result<String> {
    write(&fields.iter().map(|change| (&change.field, &change.old, &change.new)).collect::<Vec<_>>())
}

pub(crate) fn read_fields(text: &str) -> Result<Vec<FieldChange>> {
    let rows: Vec<(String, String, String)> = read(text)?;
    Ok(rows.into_iter().map(|(field, old, new)| FieldChange { field, old, new }).collect())
}

pub(crate) fn write_options(options: &[FieldOption]) -> Result<String> {
    write(&options.iter().map(|option| (option.number, &option.label)).collect::<Vec<_>>())
}

pub(crate) fn read_options(text: &str) -> Result<Vec<FieldOption>> {
    let rows: Vec<(i64, String)> = read(text)?;
    Ok(rows.into_iter().map(|(number, label)| FieldOption { number, label }).collect())
}
