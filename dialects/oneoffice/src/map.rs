//! From 1Office's words to ours, without looking anything up.

use domain::catalog::CatalogKind;
use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::{Address, ContactPerson};
use domain::dialect::System;
use domain::field::FieldType;
use domain::identity::Country;
use domain::{Customer, Result, text};
use hub::drafts::{Draft, PutFile, Value, Worded};

use crate::wire::{Contact, ContactRow, Detail, TYPES, Target};

/// Where the two parameters are kept that nobody else knows.
pub const CALL_HISTORY: &str = "create_from_crm_call_history_id";
/// See [`CALL_HISTORY`].
pub const JSON_CONTACTS: &str = "json_contacts";

/// What has to be looked up.
pub fn draft(contact: &Contact, files: Vec<PutFile>) -> Draft {
    let Contact {
        private_code: _,
        private_date: _,
        private_place: _,
        code: _,
        kind: _,
        group_type_id,
        branch_id,
        partner_id: _,
        formal_name: _,
        name: _,
        birthday: _,
        phones: _,
        emails: _,
        address: _,
        place_of_address: _,
        scale_id,
        fountain_head_id,
        status_id,
        desc: _,
        user_ids,
        trade_ids,
        job_tax: _,
        job_date: _,
        create_from_crm_call_history_id: _,
        json_contacts: _,
        contacts: _,
        detail: _,
        files: _,
        cf,
        unlisted: _,
    } = contact;
    let worded = |kind, field, words: &Option<Vec<String>>| words.clone().map(|words| Worded { kind, field, words });
    let labels = [
        worded(CatalogKind::Group, "group_type_id", group_type_id),
        worded(CatalogKind::Scale, "scale_id", scale_id),
        worded(CatalogKind::Source, "fountain_head_id", fountain_head_id),
        worded(CatalogKind::Status, "status_id", status_id),
        worded(CatalogKind::Industry, "trade_ids", trade_ids),
    ];
    Draft {
        labels: labels.into_iter().flatten().collect(),
        owners: user_ids.clone(),
        organization: branch_id.clone(),
        values: cf.iter().map(value).collect(),
        files,
    }
}

/// The one custom field that the document has is another phone; of the others nothing is known.
fn value((number, texts): &(i64, Vec<String>)) -> Value {
    let code = format!("cf{number}");
    let (label, kind) = match number {
        31 => ("Số điện thoại (khác)".to_owned(), FieldType::Phone),
        _ => (code.clone(), FieldType::Text),
    };
    Value { code, number: *number, label, kind, texts: texts.clone() }
}

/// Refuses words that no enumeration has, unless the record got them through another door.
pub fn check_unlisted(contact: &Contact, known: &Customer) -> Result<()> {
    let messengers = known.points_of(ContactKind::Im).map(|point| &point.label);
    let salutations = known.persons.iter().map(|person| &person.salutation).chain([&known.salutation]);
    let words: Vec<String> = messengers.chain(salutations).map(|word| text::label_key(word)).collect();
    let refused = contact.unlisted.iter().find(|(word, _)| !words.contains(word));
    refused.map_or(Ok(()), |(_, error)| Err(error.clone()))
}

/// Brings what was sent onto a record. What was not sent stays; what was sent empty is emptied.
pub fn apply(contact: &Contact, country: Country, customer: &mut Customer) {
    let Contact {
        private_code,
        private_date,
        private_place,
        code,
        kind,
        group_type_id: _,
        branch_id,
        partner_id,
        formal_name,
        name,
        birthday,
        phones,
        emails,
        address,
        place_of_address,
        scale_id: _,
        fountain_head_id: _,
        status_id: _,
        desc,
        user_ids: _,
        trade_ids: _,
        job_tax,
        job_date,
        create_from_crm_call_history_id,
        json_contacts,
        contacts,
        detail,
        files: _,
        cf: _,
        unlisted: _,
    } = contact;
    set(private_code, &mut customer.national_id.number);
    set(private_date, &mut customer.national_id.date);
    set(private_place, &mut customer.national_id.place);
    if let Some(code) = code.as_ref().filter(|code| !code.is_empty()) {
        customer.codes.entry(System::OneOffice).or_insert_with(|| code.clone());
    }
    set(kind, &mut customer.kind);
    // A company that another door gave is not shown here, and so not taken away.
    if branch_id.as_ref().is_some_and(String::is_empty) && !customer.branch.is_empty() {
        customer.company = None;
    }
    set(branch_id, &mut customer.branch);
    set(partner_id, &mut customer.partner);
    set(formal_name, &mut customer.salutation);
    if let Some(name) = name {
        customer.rename(name);
    }
    set(birthday, &mut customer.birth_date);
    set_points(customer, ContactKind::Phone, phones.as_deref(), country);
    set_points(customer, ContactKind::Email, emails.as_deref(), country);
    set_address(customer, address.as_deref(), place_of_address.as_deref());
    set(desc, &mut customer.note);
    set(job_tax, &mut customer.tax_code);
    set(job_date, &mut customer.founding_date);
    let call = create_from_crm_call_history_id.map(|id| id.map(|id| id.to_string()).unwrap_or_default());
    set_extra(customer, CALL_HISTORY, call);
    set_extra(customer, JSON_CONTACTS, json_contacts.clone());
    if let Some(rows) = contacts {
        set_contacts(customer, rows, country);
    }
    if let Some(people) = detail {
        customer.persons = people.iter().map(person).collect();
    }
}

fn set<T: Clone>(value: &Option<T>, place: &mut T) {
    if let Some(value) = value {
        place.clone_from(value);
    }
}

fn set_extra(customer: &mut Customer, key: &str, value: Option<String>) {
    match value {
        None => {}
        Some(value) if value.trim().is_empty() => drop(customer.extra.remove(key)),
        Some(value) => drop(customer.extra.insert(key.to_owned(), value)),
    }
}

/// Which parameter shows a contact point: every one is shown once, where it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// `phones` or `emails`.
    Plain,
    /// `contacts`
    Row,
    /// A `cf<N>` of phones.
    Custom,
}

/// Which parameter shows a contact point of a record.
pub fn shown(customer: &Customer, point: &ContactPoint) -> Shown {
    let as_row = |target: Target| TYPES.iter().any(|(_, _, label, known)| *known == target && *label == point.label);
    match point.kind {
        ContactKind::Phone if customer.values.iter().any(|value| value.has_phone(point)) => Shown::Custom,
        ContactKind::Phone if as_row(Target::Phone) => Shown::Row,
        ContactKind::Email if as_row(Target::Email) => Shown::Row,
        ContactKind::Phone | ContactKind::Email => Shown::Plain,
        ContactKind::Im | ContactKind::Website => Shown::Row,
    }
}

/// Replaces the phones or e-mails that their parameter shows; a value that is sent again keeps the type another door gave it.
fn set_points(customer: &mut Customer, kind: ContactKind, values: Option<&[String]>, country: Country) {
    let Some(values) = values else { return };
    let points = std::mem::take(&mut customer.points);
    let (old, others): (Vec<_>, Vec<_>) =
        points.into_iter().partition(|point| point.kind == kind && shown(customer, point) == Shown::Plain);
    let new = values.iter().filter_map(|value| ContactPoint::new(kind, value, "", country)).map(|mut point| {
        if let Some(known) = old.iter().find(|known| known.same_address(&point)) {
            point.label.clone_from(&known.label);
        }
        point
    });
    customer.add_points(new);
    customer.add_points(others);
}

fn set_contacts(customer: &mut Customer, rows: &[ContactRow], country: Country) {
    let points = std::mem::take(&mut customer.points);
    customer.points = points.into_iter().filter(|point| shown(customer, point) != Shown::Row).collect();
    customer.addresses.retain(|address| !is_typed(address));
    for ContactRow { target, label, title } in rows {
        let kind = match target {
            Target::Phone => ContactKind::Phone,
            Target::Email => ContactKind::Email,
            Target::Im => ContactKind::Im,
            Target::Website => ContactKind::Website,
            Target::Address => {
                let (label, street) = (label.clone(), title.clone());
                customer.addresses.push(Address { label, street, ..Address::default() });
                continue;
            }
        };
        let label = if kind == ContactKind::Website { "" } else { label };
        customer.add_points(ContactPoint::new(kind, title, label, country));
    }
}

/// Whether an address is one of `contacts`.
pub fn is_typed(address: &Address) -> bool {
    TYPES.iter().any(|(_, _, label, target)| *target == Target::Address && *label == address.label)
}

/// What `place_of_address` shows: as it was sent here, otherwise what another door knows of town and country.
pub fn place_of(address: &Address) -> String {
    let street_aside = Address { street: String::new(), ..address.clone() };
    if address.area.is_empty() { street_aside.line() } else { address.area.clone() }
}

/// Sets street and place of the first address that `contacts` does not show. A place that is sent back as it was shown leaves
/// the parts that another door gave.
fn set_address(customer: &mut Customer, street: Option<&str>, area: Option<&str>) {
    if street.is_none() && area.is_none() {
        return;
    }
    let at = customer.addresses.iter().position(|address| !is_typed(address));
    let mut address = at.map(|at| customer.addresses.remove(at)).unwrap_or_default();
    if let Some(street) = street {
        street.clone_into(&mut address.street);
    }
    if let Some(area) = area.filter(|area| *area != place_of(&address)) {
        let Address { label, street, .. } = address;
        address = Address { label, street, area: area.to_owned(), ..Address::default() };
    }
    if !address.line().is_empty() {
        customer.addresses.insert(at.unwrap_or(0), address);
    }
}

fn person(Detail { formal_id, name, position, phone, birthday, email }: &Detail) -> ContactPerson {
    ContactPerson {
        salutation: formal_id.clone(),
        name: name.clone(),
        position: position.clone(),
        phone: phone.clone(),
        birth_date: *birthday,
        email: email.clone(),
    }
}
