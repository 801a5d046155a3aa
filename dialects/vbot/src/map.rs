//! From VBot's words to ours and back, without looking anything up.

use domain::catalog::{CatalogKind, Label};
use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::Address;
use domain::dialect::System;
use domain::field::{Field, FieldEntity, FieldOption, FieldType, FieldValue};
use domain::identity::Country;
use domain::{Customer, Id};
use serde_json::{Value, json};

use crate::wire;

/// What a customer names by word, looked up.
pub struct Looked {
    /// The status.
    pub status: Option<Label>,
    /// The type.
    pub kind: Option<Label>,
    /// The group.
    pub group: Option<Label>,
    /// The custom values.
    pub values: Vec<FieldValue>,
}

/// Brings what was sent onto a record; what was not sent stays, and so does what this API cannot say: second addresses, e-mails
/// and groups.
pub fn apply(wire: &wire::Customer, looked: Looked, country: Country, customer: &mut Customer) {
    let wire::Customer { no: _, name, phones, address, email, status_code: _, type_code: _, group_name: _, fields: _ } =
        wire;
    if let Some(name) = name {
        customer.rename(name);
    }
    if !phones.is_empty() {
        let points = phones.iter().filter_map(|raw| point(ContactKind::Phone, raw, country, customer)).collect();
        customer.replace_points(ContactKind::Phone, distinct(points));
    }
    if let Some(raw) = email {
        replace_email(customer, raw, country);
    }
    if let Some(line) = address {
        replace_address(customer, line);
    }
    let Looked { status, kind, group, values } = looked;
    status.into_iter().chain(kind).for_each(|label| customer.add_label(label));
    if let Some(group) = group {
        replace_group(customer, group);
    }
    values.into_iter().for_each(|value| customer.replace_value(value));
}

/// A contact point with the label that it has already: this API knows none.
fn point(kind: ContactKind, raw: &str, country: Country, customer: &Customer) -> Option<ContactPoint> {
    let new = ContactPoint::new(kind, raw, "", country)?;
    let label = customer.points_of(kind).find(|known| known.same_address(&new)).map(|known| known.label.clone());
    Some(ContactPoint { label: label.unwrap_or_default(), ..new })
}

fn distinct(points: Vec<ContactPoint>) -> Vec<ContactPoint> {
    let mut kept: Vec<ContactPoint> = Vec::with_capacity(points.len());
    for point in points {
        if !kept.iter().any(|known| known.same_address(&point)) {
            kept.push(point);
        }
    }
    kept
}

/// The first e-mail is the one that this API shows; the others stay. One that is among the others comes to the front.
fn replace_email(customer: &mut Customer, raw: &str, country: Country) {
    let new = point(ContactKind::Email, raw, country, customer);
    let is_known = |new: &ContactPoint| customer.points_of(ContactKind::Email).any(|known| known.same_address(new));
    let replaced = usize::from(!new.as_ref().is_some_and(is_known));
    let others = customer.points_of(ContactKind::Email).skip(replaced).cloned();
    let points = distinct(new.into_iter().chain(others).collect());
    customer.replace_points(ContactKind::Email, points);
}

/// The first address is the one that this API shows, as one line; the others stay.
fn replace_address(customer: &mut Customer, line: &str) {
    if customer.addresses.first().is_some_and(|address| address.line() == line) {
        return;
    }
    let label = customer.addresses.first().map(|address| address.label.clone()).unwrap_or_default();
    customer.addresses = customer.addresses.drain(..).skip(1).collect();
    if !line.is_empty() {
        customer.addresses.insert(0, Address { label, street: line.to_owned(), ..Address::default() });
    }
}

/// One group is what this API can say: it stands in the place of the first, unless the customer is in it already.
fn replace_group(customer: &mut Customer, group: Label) {
    let mut groups: Vec<Label> = customer.labels_of(CatalogKind::Group).cloned().collect();
    if groups.iter().any(|known| known.item == group.item) {
        return;
    }
    match groups.first_mut() {
        Some(first) => *first = group,
        None => groups.push(group),
    }
    customer.replace_labels(CatalogKind::Group, groups);
}

/// A field that is to be made.
pub fn field(wire: &wire::Field) -> Field {
    let wire::Field { no, name, kind, options, description } = wire;
    Field {
        id: Id::default(),
        number: 0,
        entity: FieldEntity::Customer,
        code: no.clone(),
        label: name.clone().unwrap_or_default(),
        kind: FieldType::of(kind.as_deref().unwrap_or_default()),
        options: options.as_deref().map(self::options).unwrap_or_default(),
        description: description.clone().unwrap_or_default(),
    }
}

/// Brings what was sent onto a field. Options that stay keep their numbers.
pub fn apply_field(wire: &wire::Field, field: &mut Field) {
    let wire::Field { no: _, name, kind, options, description } = wire;
    if let Some(name) = name {
        field.label.clone_from(name);
    }
    if let Some(kind) = kind {
        field.kind = FieldType::of(kind);
    }
    if let Some(labels) = options {
        let mut next = field.options.iter().map(|option| option.number).max().unwrap_or(0);
        let old = std::mem::take(&mut field.options);
        field.options = labels
            .iter()
            .map(|label| {
                old.iter().find(|option| option.label == *label).cloned().unwrap_or_else(|| {
                    next += 1;
                    FieldOption { number: next, label: label.clone() }
                })
            })
            .collect();
    }
    if let Some(description) = description {
        field.description.clone_from(description);
    }
}

fn options(labels: &[String]) -> Vec<FieldOption> {
    (1..).zip(labels).map(|(number, label)| FieldOption { number, label: label.clone() }).collect()
}

/// A customer as the third version shows one.
pub fn shown(customer: &Customer) -> Value {
    let points = |kind| customer.points_of(kind).map(|point| point.raw.as_str()).collect::<Vec<_>>();
    let code = |kind| customer.label(kind).map(|label| label.code.as_ref().unwrap_or(&label.label));
    let fields: Vec<Value> =
        customer.values.iter().map(|value| json!({ "field_key": value.code, "field_value": value.joined() })).collect();
    json!({
        "customer_code": customer.codes.get(&System::Vbot),
        "customer_name": customer.name,
        "customer_phones": points(ContactKind::Phone),
        "customer_address": customer.addresses.first().map(Address::line),
        "customer_email": points(ContactKind::Email).first(),
        "customer_status_code": code(CatalogKind::Status),
        "customer_type_code": code(CatalogKind::Type),
        "customer_group_name": customer.label(CatalogKind::Group).map(|label| &label.label),
        "fields": fields,
        "created_at": customer.created_at.rfc3339(),
        "updated_at": customer.updated_at.rfc3339(),
    })
}
