//! Facts as texts and back: what is remembered of a value that a merge replaced.

use super::Fact;
use crate::catalog::{CatalogKind, Label};
use crate::customer::{Address, ContactPerson, Customer, CustomerRef, Gender, Kind, NationalId, Stage, Standing};
use crate::field::{FieldType, FieldValue, ValueItem};
use crate::id::Id;
use crate::permit::Permit;

/// A fact's value in texts; none when there is no value.
pub fn read(customer: &Customer, fact: &Fact) -> Vec<String> {
    let one = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    match fact {
        Fact::Name => some([&customer.name, &customer.given_name, &customer.family_name]),
        Fact::Kind => one(customer.kind.word()),
        Fact::Stage => one(customer.stage.word()),
        Fact::Salutation => one(&customer.salutation),
        Fact::Gender => customer.gender.iter().map(|gender| gender.word().to_owned()).collect(),
        Fact::BirthDate => customer.birth_date.iter().map(ToString::to_string).collect(),
        Fact::NationalId => {
            let NationalId { number, date, place } = &customer.national_id;
            some([number, &date.map(|date| date.to_string()).unwrap_or_default(), place])
        }
        Fact::TaxCode => one(&customer.tax_code),
        Fact::FoundingDate => customer.founding_date.iter().map(ToString::to_string).collect(),
        Fact::JobTitle => one(&customer.job_title),
        Fact::Note => one(&customer.note),
        Fact::AvatarUrl => one(&customer.avatar_url),
        Fact::Partner => one(&customer.partner),
        Fact::Branch => one(&customer.branch),
        Fact::DoNotContact => one(if customer.do_not_contact { "yes" } else { "" }),
        Fact::Addresses => customer.addresses.iter().flat_map(address_texts).collect(),
        Fact::Persons => customer.persons.iter().flat_map(person_texts).collect(),
        Fact::Company => customer.company.iter().flat_map(company_texts).collect(),
        Fact::Permit => permit_texts(&customer.permit),
        Fact::Label(kind) => customer.label(*kind).map(label_texts).unwrap_or_default(),
        Fact::Field(field) => {
            customer.values.iter().find(|value| value.field == *field).map(value_texts).unwrap_or_default()
        }
        Fact::Code(system) => customer.codes.get(system).map(|code| one(code)).unwrap_or_default(),
        Fact::Standing(funnel) => {
            let standing = customer.standings.iter().find(|standing| standing.funnel == *funnel);
            standing
                .map(|it| [Some(it.first), it.second].iter().flatten().map(ToString::to_string).collect())
                .unwrap_or_default()
        }
        Fact::Extra(key) => customer.extra.get(key).map(|text| vec![text.clone()]).unwrap_or_default(),
    }
}

/// Sets a fact to what [`read`] gave. Texts that nobody wrote so leave nothing.
pub fn write(customer: &mut Customer, fact: &Fact, texts: &[String]) {
    let text = |place: usize| texts.get(place).cloned().unwrap_or_default();
    match fact {
        Fact::Name => (customer.name, customer.given_name, customer.family_name) = (text(0), text(1), text(2)),
        Fact::Kind => customer.kind = Kind::of(&text(0)),
        Fact::Stage => customer.stage = Stage::of(&text(0)),
        Fact::Salutation => customer.salutation = text(0),
        Fact::Gender => customer.gender = Gender::of(&text(0)),
        Fact::BirthDate => customer.birth_date = text(0).parse().ok(),
        Fact::NationalId => {
            customer.national_id = NationalId { number: text(0), date: text(1).parse().ok(), place: text(2) };
        }
        Fact::TaxCode => customer.tax_code = text(0),
        Fact::FoundingDate => customer.founding_date = text(0).parse().ok(),
        Fact::JobTitle => customer.job_title = text(0),
        Fact::Note => customer.note = text(0),
        Fact::AvatarUrl => customer.avatar_url = text(0),
        Fact::Partner => customer.partner = text(0),
        Fact::Branch => customer.branch = text(0),
        Fact::DoNotContact => customer.do_not_contact = !texts.is_empty(),
        Fact::Addresses => customer.addresses = texts.as_chunks().0.iter().map(address).collect(),
        Fact::Persons => customer.persons = texts.as_chunks().0.iter().map(person).collect(),
        Fact::Company => customer.company = company(texts),
        Fact::Permit => customer.permit = permit(texts),
        Fact::Label(kind) => {
            let place = customer.labels.iter().position(|label| label.kind == *kind);
            customer.labels.retain(|label| label.kind != *kind);
            if let Some(label) = label(*kind, texts) {
                customer.labels.insert(place.unwrap_or(customer.labels.len()), label);
            }
        }
        Fact::Field(field) => {
            customer.values.retain(|value| value.field != *field);
            customer.values.extend(value(*field, texts));
            customer.values.sort_by_key(|value| value.number);
        }
        Fact::Code(system) => match texts.first() {
            Some(code) => drop(customer.codes.insert(*system, code.clone())),
            None => drop(customer.codes.remove(system)),
        },
        Fact::Standing(funnel) => {
            customer.standings.retain(|standing| standing.funnel != *funnel);
            if let Some(first) = texts.first().and_then(|first| first.parse().ok()) {
                customer.standings.push(Standing { funnel: *funnel, first, second: text(1).parse().ok() });
            }
            customer.standings.sort_by_key(|standing| standing.funnel);
        }
        Fact::Extra(key) => match texts.first() {
            Some(text) => drop(customer.extra.insert(key.clone(), text.clone())),
            None => drop(customer.extra.remove(key)),
        },
    }
}

fn some<const N: usize>(texts: [&String; N]) -> Vec<String> {
    if texts.iter().all(|text| text.is_empty()) { Vec::new() } else { texts.map(Clone::clone).to_vec() }
}

fn address_texts(address: &Address) -> [String; 8] {
    let Address { label, street, area, city, state, zip, country_code, country } = address.clone();
    [label, street, area, city, state, zip, country_code, country]
}

fn address(texts: &[String; 8]) -> Address {
    let [label, street, area, city, state, zip, country_code, country] = texts.clone();
    Address { label, street, area, city, state, zip, country_code, country }
}

fn person_texts(person: &ContactPerson) -> [String; 6] {
    let ContactPerson { salutation, name, position, phone, birth_date, email } = person.clone();
    [salutation, name, position, phone, birth_date.map(|date| date.to_string()).unwrap_or_default(), email]
}

fn person(texts: &[String; 6]) -> ContactPerson {
    let [salutation, name, position, phone, birth_date, email] = texts.clone();
    ContactPerson { salutation, name, position, phone, birth_date: birth_date.parse().ok(), email }
}

fn company_texts(company: &CustomerRef) -> [String; 3] {
    [company.id.to_string(), company.number.to_string(), company.name.clone()]
}

fn company(texts: &[String]) -> Option<CustomerRef> {
    let [id, number, name] = texts else { return None };
    Some(CustomerRef { id: Id(id.parse().ok()?), number: number.parse().ok()?, name: name.clone() })
}

fn permit_texts(permit: &Permit) -> Vec<String> {
    let mut ids: Vec<Id> = Vec::new();
    match permit {
        Permit::Everybody => {}
        Permit::OnlyMe { me } => ids.push(*me),
        Permit::MeAndTeam { me, team } => ids.extend([Some(*me), *team].into_iter().flatten()),
        Permit::MeAndUsers { me, users } => ids.extend([me].into_iter().chain(users)),
    }
    [permit.status().to_string()].into_iter().chain(ids.iter().map(ToString::to_string)).collect()
}

fn permit(texts: &[String]) -> Permit {
    let mut ids = texts.iter().skip(1).filter_map(|text| text.parse().ok()).map(Id);
    let (mode, me) = (texts.first().map_or("1", String::as_str), ids.next());
    match (mode, me) {
        ("2", Some(me)) => Permit::OnlyMe { me },
        ("3", Some(me)) => Permit::MeAndTeam { me, team: ids.next() },
        ("4", Some(me)) => Permit::MeAndUsers { me, users: ids.collect() },
        _ => Permit::Everybody,
    }
}

fn label_texts(label: &Label) -> Vec<String> {
    let Label { kind: _, item, number, code, label } = label;
    let mut texts = vec![item.to_string(), number.to_string(), label.clone()];
    texts.extend(code.clone());
    texts
}

fn label(kind: CatalogKind, texts: &[String]) -> Option<Label> {
    let [item, number, label, code @ ..] = texts else { return None };
    let (item, number) = (Id(item.parse().ok()?), number.parse().ok()?);
    Some(Label { kind, item, number, code: code.first().cloned(), label: label.clone() })
}

fn value_texts(value: &FieldValue) -> Vec<String> {
    let FieldValue { field: _, number, code, label, kind, items } = value;
    let mut texts = vec![number.to_string(), code.clone(), label.clone(), kind.word().to_owned()];
    for ValueItem { text, type_code, type_label } in items {
        texts.extend([text.clone(), type_code.clone(), type_label.clone()]);
    }
    texts
}

fn value(field: Id, texts: &[String]) -> Option<FieldValue> {
    let [number, code, label, kind, items @ ..] = texts else { return None };
    let item = |[text, type_code, type_label]: &[String; 3]| ValueItem {
        text: text.clone(),
        type_code: type_code.clone(),
        type_label: type_label.clone(),
    };
    let items = items.as_chunks().0.iter().map(item).collect();
    let (code, label, kind) = (code.clone(), label.clone(), FieldType::of(kind));
    Some(FieldValue { field, number: number.parse().ok()?, code, label, kind, items })
}
