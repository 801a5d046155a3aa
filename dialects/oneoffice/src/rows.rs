//! Records as 1Office's lists show them: the parameters of insert again, `""` for what is not known, and `cf<N>` behind.

use domain::attachment::Attachment;
use domain::catalog::{CatalogKind, Label};
use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::{Address, ContactPerson, Kind, UserRef};
use domain::dialect::System;
use domain::field::FieldValue;
use domain::{Customer, Deal, Instant};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::dates;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::map::{self, Shown};
use crate::wire::{TYPES, Target, custom_number};

/// A contact.
#[derive(Debug, Serialize)]
pub struct Row {
    #[serde(rename = "ID")]
    id: i64,
    code: String,
    #[serde(rename = "type")]
    kind: &'static str,
    formal_name: String,
    name: String,
    private_code: String,
    private_date: String,
    private_place: String,
    birthday: String,
    phones: String,
    emails: String,
    address: String,
    place_of_address: String,
    group_type_id: String,
    branch_id: String,
    partner_id: String,
    scale_id: String,
    fountain_head_id: String,
    status_id: String,
    desc: String,
    user_ids: String,
    trade_ids: String,
    job_tax: String,
    job_date: String,
    create_from_crm_call_history_id: String,
    json_contacts: String,
    contacts: Vec<ContactRow>,
    detail: Vec<DetailRow>,
    files: Vec<FileRow>,
    num_file: usize,
    date_created: String,
    datetime_created: String,
    datetime_updated: String,
    #[serde(flatten)]
    cf: Map<String, Value>,
}

#[derive(Debug, Serialize)]
struct ContactRow {
    #[serde(rename = "type")]
    kind: String,
    title: String,
}

#[derive(Debug, Serialize)]
struct DetailRow {
    formal_id: String,
    name: String,
    position: String,
    phone: String,
    birthday: String,
    email: String,
}

#[derive(Debug, Serialize)]
struct FileRow {
    filename: String,
    title: String,
}

/// What is told of a record that the caller may not see.
#[derive(Debug, Serialize)]
pub struct Hidden {
    #[serde(rename = "ID")]
    id: i64,
    code: String,
}

/// The least that can be told.
pub fn hidden(customer: &Customer) -> Hidden {
    Hidden { id: customer.number, code: code(customer) }
}

fn code(customer: &Customer) -> String {
    customer.codes.get(&System::OneOffice).cloned().unwrap_or_default()
}

/// A contact as it is shown.
pub fn contact(customer: &Customer, files: &[Attachment], zone: &TimeZone) -> Row {
    let Customer {
        id,
        number,
        version: _,
        kind,
        stage: _,
        name,
        given_name: _,
        family_name: _,
        salutation,
        gender: _,
        birth_date,
        national_id,
        tax_code,
        founding_date,
        job_title: _,
        note,
        avatar_url: _,
        partner,
        branch,
        do_not_contact: _,
        points: _,
        addresses,
        persons,
        codes: _,
        labels: _,
        owners,
        company: _,
        values,
        standings: _,
        permit: _,
        extra,
        created_at,
        created_by: _,
        updated_at,
        updated_by: _,
        canonical: _,
    } = customer;
    let own = addresses.iter().find(|address| !map::is_typed(address));
    let labels = |kind| joined(customer.labels_of(kind).map(|label: &Label| label.label.as_str()));
    let extra = |key: &str| extra.get(key).cloned().unwrap_or_default();
    let files: Vec<FileRow> = files.iter().filter(|file| file.customer == *id).map(file).collect();
    Row {
        id: *number,
        code: code(customer),
        kind: kind_word(*kind),
        formal_name: salutation.clone(),
        name: name.clone(),
        private_code: national_id.number.clone(),
        private_date: date(national_id.date),
        private_place: national_id.place.clone(),
        birthday: date(*birth_date),
        phones: plain(customer, ContactKind::Phone),
        emails: plain(customer, ContactKind::Email),
        address: own.map(|address| address.street.clone()).unwrap_or_default(),
        place_of_address: own.map(map::place_of).unwrap_or_default(),
        group_type_id: labels(CatalogKind::Group),
        branch_id: branch.clone(),
        partner_id: partner.clone(),
        scale_id: labels(CatalogKind::Scale),
        fountain_head_id: labels(CatalogKind::Source),
        status_id: labels(CatalogKind::Status),
        desc: note.clone(),
        user_ids: staff(owners),
        trade_ids: labels(CatalogKind::Industry),
        job_tax: tax_code.clone(),
        job_date: date(*founding_date),
        create_from_crm_call_history_id: extra(map::CALL_HISTORY),
        json_contacts: extra(map::JSON_CONTACTS),
        contacts: contact_rows(customer),
        detail: persons.iter().map(detail).collect(),
        num_file: files.len(),
        files,
        date_created: day(*created_at, zone),
        datetime_created: moment(*created_at, zone),
        datetime_updated: moment(*updated_at, zone),
        cf: custom(values),
    }
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "Cá nhân",
        Kind::Organization => "Tổ chức",
    }
}

fn joined<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

fn plain(customer: &Customer, kind: ContactKind) -> String {
    let points = customer.points_of(kind).filter(|point| map::shown(customer, point) == Shown::Plain);
    joined(points.map(|point| point.raw.as_str()))
}

fn staff(owners: &[UserRef]) -> String {
    joined(owners.iter().map(|user| if user.name.is_empty() { user.email.as_str() } else { user.name.as_str() }))
}

fn contact_rows(customer: &Customer) -> Vec<ContactRow> {
    let points = customer.points.iter().filter(|point| map::shown(customer, point) == Shown::Row);
    let addresses = customer.addresses.iter().filter(|address| map::is_typed(address));
    points.map(point_row).chain(addresses.map(address_row)).collect()
}

fn point_row(ContactPoint { kind, raw, key: _, label }: &ContactPoint) -> ContactRow {
    let target = match kind {
        ContactKind::Phone => Target::Phone,
        ContactKind::Email => Target::Email,
        ContactKind::Im => Target::Im,
        ContactKind::Website => Target::Website,
    };
    ContactRow { kind: type_word(target, label), title: raw.clone() }
}

fn address_row(address: &Address) -> ContactRow {
    ContactRow { kind: type_word(Target::Address, &address.label), title: address.line() }
}

/// A type as the document prints it. A messenger that it does not know keeps the name that another door gave.
fn type_word(target: Target, label: &str) -> String {
    let mut of_target = TYPES.iter().filter(|(.., known)| *known == target);
    let fits = |(_, code, known, _): &&(&str, &str, &str, Target)| {
        target == Target::Website || [code, known].iter().any(|word| word.eq_ignore_ascii_case(label))
    };
    of_target.find(fits).map_or_else(|| label.to_owned(), |(word, ..)| (*word).to_owned())
}

fn detail(ContactPerson { salutation, name, position, phone, birth_date, email }: &ContactPerson) -> DetailRow {
    DetailRow {
        formal_id: salutation.clone(),
        name: name.clone(),
        position: position.clone(),
        phone: phone.clone(),
        birthday: date(*birth_date),
        email: email.clone(),
    }
}

fn file(
    Attachment { id: _, customer: _, name, media_type: _, size: _, digest: _, created_at: _ }: &Attachment,
) -> FileRow {
    FileRow { filename: name.clone(), title: name.clone() }
}

/// Custom values by `cf<N>`: N is in the code of the fields that came through here, and the number of the others.
fn custom(values: &[FieldValue]) -> Map<String, Value> {
    let key = |value: &FieldValue| match custom_number(&value.code) {
        Some(number) => format!("cf{number}"),
        None => format!("cf{}", value.number),
    };
    values.iter().map(|value| (key(value), Value::String(value.joined()))).collect()
}

fn date(date: Option<Date>) -> String {
    date.map(dates::vietnamese).unwrap_or_default()
}

fn day(at: Instant, zone: &TimeZone) -> String {
    dates::vietnamese_time(at.0, zone).split(' ').next().unwrap_or_default().to_owned()
}

fn moment(at: Instant, zone: &TimeZone) -> String {
    dates::vietnamese_time(at.0, zone)
}

/// A deal. Nothing about these rows is published beyond that they are like the others.
#[derive(Debug, Serialize)]
pub struct DealRow {
    #[serde(rename = "ID")]
    id: i64,
    code: String,
    name: String,
    contact_id: String,
    contact_name: String,
    price: String,
    currency_id: String,
    status_id: String,
    category_id: String,
    package_id: String,
    desc: String,
    user_ids: String,
    date_end: String,
    date_created: String,
    datetime_created: String,
    datetime_updated: String,
    #[serde(flatten)]
    cf: Map<String, Value>,
}

/// A deal as it is shown.
pub fn deal(deal: &Deal, zone: &TimeZone) -> DealRow {
    let Deal {
        id: _,
        number,
        version: _,
        code,
        name,
        value,
        description,
        labels: _,
        close_at,
        customer,
        contacts: _,
        owners,
        teams: _,
        values,
        permit: _,
        created_at,
        updated_at,
    } = deal;
    let label = |kind| deal.label(kind).map(|label| label.label.clone()).unwrap_or_default();
    DealRow {
        id: *number,
        code: code.clone().unwrap_or_default(),
        name: name.clone(),
        contact_id: customer.as_ref().map(|customer| customer.number.to_string()).unwrap_or_default(),
        contact_name: customer.as_ref().map(|customer| customer.name.clone()).unwrap_or_default(),
        price: value.clone(),
        currency_id: label(CatalogKind::Currency),
        status_id: label(CatalogKind::DealStage),
        category_id: label(CatalogKind::DealCategory),
        package_id: label(CatalogKind::Package),
        desc: description.clone(),
        user_ids: staff(owners),
        date_end: close_at.map(|at| day(at, zone)).unwrap_or_default(),
        date_created: day(*created_at, zone),
        datetime_created: moment(*created_at, zone),
        datetime_updated: moment(*updated_at, zone),
        cf: custom(values),
    }
}
