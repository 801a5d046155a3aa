//! A customer as outside programs read it: the names and types of these keys are stable.

use std::collections::BTreeMap;

use domain::contact_point::ContactKind;
use domain::customer::{Address, Gender};
use domain::{CatalogKind, System, customer};
use hub::customers;
use serde::Serialize;

use super::{Attachment, Change, Deal, Lead, Message, Note, Ticket};

/// One customer.
#[derive(Debug, Serialize)]
pub struct Customer {
    number: i64,
    kind: &'static str,
    stage: &'static str,
    name: String,
    phones: Vec<String>,
    emails: Vec<String>,
    ims: Vec<String>,
    websites: Vec<String>,
    addresses: Vec<String>,
    national_id: Option<String>,
    codes: BTreeMap<&'static str, String>,
    tags: Vec<String>,
    groups: Vec<String>,
    industries: Vec<String>,
    status: Option<String>,
    r#type: Option<String>,
    source: Option<String>,
    fields: BTreeMap<String, String>,
    created_at: String,
}

impl From<&domain::Customer> for Customer {
    fn from(customer: &domain::Customer) -> Self {
        let raw = |kind: ContactKind| customer.points_of(kind).map(|point| point.raw.clone()).collect();
        let labels = |kind: CatalogKind| customer.labels_of(kind).map(|label| label.label.clone()).collect();
        let label = |kind: CatalogKind| customer.label(kind).map(|label| label.label.clone());
        Self {
            number: customer.number,
            kind: customer.kind.word(),
            stage: customer.stage.word(),
            name: customer.name.clone(),
            phones: raw(ContactKind::Phone),
            emails: raw(ContactKind::Email),
            ims: raw(ContactKind::Im),
            websites: raw(ContactKind::Website),
            addresses: customer.addresses.iter().map(Address::line).collect(),
            national_id: some(&customer.national_id.number),
            codes: customer.codes.iter().map(|(system, code)| (System::word(*system), code.clone())).collect(),
            tags: labels(CatalogKind::Tag),
            groups: labels(CatalogKind::Group),
            industries: labels(CatalogKind::Industry),
            status: label(CatalogKind::Status),
            r#type: label(CatalogKind::Type),
            source: label(CatalogKind::Source),
            fields: super::records::fields(&customer.values),
            created_at: customer.created_at.rfc3339(),
        }
    }
}

/// One customer with everything that belongs to them.
#[derive(Debug, Serialize)]
pub struct Whole {
    #[serde(flatten)]
    customer: Customer,
    history: Vec<Change>,
    leads: Vec<Lead>,
    deals: Vec<Deal>,
    tickets: Vec<Ticket>,
    notes: Vec<Note>,
    messages: Vec<Message>,
    attachments: Vec<Attachment>,
    details: Details,
}

impl From<&customers::Whole> for Whole {
    fn from(whole: &customers::Whole) -> Self {
        let customers::Whole { customer, history, leads, deals, tickets, notes, messages, attachments } = whole;
        Self {
            customer: customer.into(),
            history: history.iter().flat_map(Change::of).collect(),
            leads: leads.iter().map(|lead| Lead::new(lead, notes)).collect(),
            deals: deals.iter().map(Deal::from).collect(),
            tickets: tickets.iter().map(|ticket| Ticket::new(ticket, deals)).collect(),
            notes: notes.iter().map(Note::from).collect(),
            messages: messages.iter().map(Message::from).collect(),
            attachments: attachments.iter().map(Attachment::from).collect(),
            details: customer.into(),
        }
    }
}

/// The facts that a list has no room for.
#[derive(Debug, Serialize)]
struct Details {
    code: String,
    given_name: Option<String>,
    family_name: Option<String>,
    salutation: Option<String>,
    gender: Option<&'static str>,
    birth_date: Option<String>,
    national_id_date: Option<String>,
    national_id_place: Option<String>,
    tax_code: Option<String>,
    founding_date: Option<String>,
    job_title: Option<String>,
    scale: Option<String>,
    company: Option<super::records::CustomerRef>,
    persons: Vec<Person>,
    owners: Vec<super::records::UserRef>,
    note: Option<String>,
    avatar_url: Option<String>,
    partner: Option<String>,
    branch: Option<String>,
    do_not_contact: bool,
    permit: i64,
    extra: BTreeMap<String, String>,
    created_by: String,
    updated_at: String,
    updated_by: String,
}

/// Somebody to speak to.
#[derive(Debug, Serialize)]
struct Person {
    salutation: Option<String>,
    name: String,
    position: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    birth_date: Option<String>,
}

impl From<&domain::Customer> for Details {
    fn from(customer: &domain::Customer) -> Self {
        Self {
            code: customers::reading_code(customer),
            given_name: some(&customer.given_name),
            family_name: some(&customer.family_name),
            salutation: some(&customer.salutation),
            gender: customer.gender.map(Gender::word),
            birth_date: customer.birth_date.map(|date| date.to_string()),
            national_id_date: customer.national_id.date.map(|date| date.to_string()),
            national_id_place: some(&customer.national_id.place),
            tax_code: some(&customer.tax_code),
            founding_date: customer.founding_date.map(|date| date.to_string()),
            job_title: some(&customer.job_title),
            scale: customer.label(CatalogKind::Scale).map(|label| label.label.clone()),
            company: customer.company.as_ref().map(Into::into),
            persons: customer.persons.iter().map(Person::from).collect(),
            owners: customer.owners.iter().map(Into::into).collect(),
            note: some(&customer.note),
            avatar_url: some(&customer.avatar_url),
            partner: some(&customer.partner),
            branch: some(&customer.branch),
            do_not_contact: customer.do_not_contact,
            permit: customer.permit.status(),
            extra: customer.extra.clone(),
            created_by: customer.created_by.clone(),
            updated_at: customer.updated_at.rfc3339(),
            updated_by: customer.updated_by.clone(),
        }
    }
}

impl From<&customer::ContactPerson> for Person {
    fn from(person: &customer::ContactPerson) -> Self {
        let customer::ContactPerson { salutation, name, position, phone, birth_date, email } = person;
        Self {
            salutation: some(salutation),
            name: name.clone(),
            position: some(position),
            phone: some(phone),
            email: some(email),
            birth_date: birth_date.map(|date| date.to_string()),
        }
    }
}

/// A text that is there, or nothing.
pub(super) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
