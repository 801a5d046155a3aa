//! The customer: a person or an organization, whichever doors they came through.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::catalog::{CatalogKind, Label};
use crate::contact_point::{ContactKind, ContactPoint};
use crate::dialect::System;
use crate::field::{self, FieldValue};
use crate::id::{Id, Instant};
use crate::identity::{self, Country, Key, KeyKind};
use crate::permit::Permit;

/// Person or organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// A human being.
    #[default]
    Person,
    /// A company, authority or other body.
    Organization,
}

impl Kind {
    /// The word that is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organization => "organization",
        }
    }

    /// The kind of a stored word.
    pub fn of(word: &str) -> Self {
        if word == "organization" { Self::Organization } else { Self::Person }
    }
}

/// How far the relation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// Asked, and is not a customer yet.
    Lead,
    /// A customer.
    #[default]
    Customer,
}

impl Stage {
    /// The word that is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Customer => "customer",
        }
    }

    /// The stage of a stored word.
    pub fn of(word: &str) -> Self {
        if word == "lead" { Self::Lead } else { Self::Customer }
    }
}

/// Gender, where it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    /// Male.
    Male,
    /// Female.
    Female,
    /// Neither, or not to be said.
    Other,
}

impl Gender {
    /// The word that is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Other => "other",
        }
    }

    /// The gender of a word in any case.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Male, Self::Female, Self::Other]
            .into_iter()
            .find(|gender| gender.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// A postal address. Everything is as sent; an empty part was not given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Type as the sender named it, such as `Home`.
    pub label: String,
    /// The whole address when it came as one line, otherwise number and street.
    pub street: String,
    /// Ward, district, province in one line, as 1Office sends them.
    pub area: String,
    /// City.
    pub city: String,
    /// State, province or district.
    pub state: String,
    /// Postal code.
    pub zip: String,
    /// ISO 3166 country code.
    pub country_code: String,
    /// Country by name.
    pub country: String,
}

impl Address {
    /// The parts that were given, in reading order.
    pub fn line(&self) -> String {
        let country = if self.country.is_empty() { &self.country_code } else { &self.country };
        let parts = [&self.street, &self.area, &self.state, &self.city, &self.zip, country];
        parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// A person to speak to at a customer, who is no record of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactPerson {
    /// Salutation as sent.
    pub salutation: String,
    /// Full name.
    pub name: String,
    /// Position in the company.
    pub position: String,
    /// Phone as sent.
    pub phone: String,
    /// Day of birth.
    pub birth_date: Option<Date>,
    /// E-mail as sent.
    pub email: String,
}

/// An identity card or passport.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NationalId {
    /// Number as sent; empty when not known.
    pub number: String,
    /// Day of issue.
    pub date: Option<Date>,
    /// Place of issue.
    pub place: String,
}

/// A user as a record carries them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRef {
    /// The user.
    pub id: Id,
    /// Their number.
    pub number: i64,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
}

/// Another customer as a record carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRef {
    /// The customer.
    pub id: Id,
    /// Their number.
    pub number: i64,
    /// Their name.
    pub name: String,
}

/// Where a customer stands in a funnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The funnel.
    pub funnel: Id,
    /// First level, counted from 1.
    pub first: i64,
    /// Second level, counted from 1, where there is one.
    pub second: Option<i64>,
}

/// A person or an organization with everything that is known of them. Texts are empty when not known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Customer {
    /// Their identity.
    pub id: Id,
    /// The number that all dialects show.
    pub number: i64,
    /// Counts the changes, from 1; an edit names the one it was based on.
    pub version: i64,
    /// Person or organization.
    pub kind: Kind,
    /// Lead or customer.
    pub stage: Stage,
    /// Name for people to read: as sent, or given and family name joined.
    pub name: String,
    /// Given name as sent (BeeIQ `name`).
    pub given_name: String,
    /// Family name as sent (BeeIQ `lastname`).
    pub family_name: String,
    /// Salutation as sent.
    pub salutation: String,
    /// Gender, where it was said.
    pub gender: Option<Gender>,
    /// Day of birth.
    pub birth_date: Option<Date>,
    /// Identity card or passport.
    pub national_id: NationalId,
    /// Tax code or business registration number.
    pub tax_code: String,
    /// Day of founding, of an organization.
    pub founding_date: Option<Date>,
    /// Job title.
    pub job_title: String,
    /// Note; HTML is kept as sent and made safe when shown.
    pub note: String,
    /// Address of a picture; never fetched.
    pub avatar_url: String,
    /// Partner code (1Office `partner_id`).
    pub partner: String,
    /// Code of the organization above (1Office `branch_id`).
    pub branch: String,
    /// Whether messages may be sent at all.
    pub do_not_contact: bool,
    /// Phones, e-mails, messengers and websites, in order.
    pub points: Vec<ContactPoint>,
    /// Addresses, in order.
    pub addresses: Vec<Address>,
    /// People to speak to.
    pub persons: Vec<ContactPerson>,
    /// Codes in other systems.
    pub codes: BTreeMap<System, String>,
    /// Status, type, source, scale, groups, industries and tags.
    pub labels: Vec<Label>,
    /// Responsible users.
    pub owners: Vec<UserRef>,
    /// The organization a person belongs to.
    pub company: Option<CustomerRef>,
    /// Custom values.
    pub values: Vec<FieldValue>,
    /// Standing in funnels.
    pub standings: Vec<Standing>,
    /// With whom the record is shared.
    pub permit: Permit,
    /// What only one dialect knows of, by its own key.
    pub extra: BTreeMap<String, String>,
    /// When the record was made.
    pub created_at: Instant,
    /// Who made it.
    pub created_by: String,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Who changed it last.
    pub updated_by: String,
    /// The record this one was merged into.
    pub canonical: Option<Id>,
}

impl Customer {
    /// Contact points of one kind, in order.
    pub fn points_of(&self, kind: ContactKind) -> impl Iterator<Item = &ContactPoint> {
        self.points.iter().filter(move |point| point.kind == kind)
    }

    /// Replaces the contact points of one kind.
    pub fn replace_points(&mut self, kind: ContactKind, points: Vec<ContactPoint>) {
        self.points.retain(|point| point.kind != kind);
        self.points.extend(points);
        self.points.sort_by_key(|point| point.kind);
    }

    /// Adds contact points that are not there yet; says whether any was new.
    pub fn add_points(&mut self, points: impl IntoIterator<Item = ContactPoint>) -> bool {
        let before = self.points.len();
        for point in points {
            if !self.points.iter().any(|known| known.same_address(&point)) {
                self.points.push(point);
            }
        }
        self.points.sort_by_key(|point| point.kind);
        self.points.len() > before
    }

    /// Labels of one kind, in order.
    pub fn labels_of(&self, kind: CatalogKind) -> impl Iterator<Item = &Label> {
        self.labels.iter().filter(move |label| label.kind == kind)
    }

    /// The label of a kind of which a record has one.
    pub fn label(&self, kind: CatalogKind) -> Option<&Label> {
        self.labels_of(kind).next()
    }

    /// Adds a label: of a single kind in place of the old one, of the others if it is not there yet.
    pub fn add_label(&mut self, label: Label) {
        if label.kind.is_single() {
            self.labels.retain(|known| known.kind != label.kind);
        } else if self.labels.iter().any(|known| known.item == label.item) {
            return;
        }
        self.labels.push(label);
    }

    /// Replaces all labels of one kind.
    pub fn replace_labels(&mut self, kind: CatalogKind, labels: Vec<Label>) {
        self.labels.retain(|known| known.kind != kind);
        labels.into_iter().for_each(|label| self.add_label(label));
    }

    /// Sets the values of one custom field; none removes it.
    pub fn replace_value(&mut self, value: FieldValue) {
        field::replace(&mut self.values, value);
    }

    /// Has the phones follow the fields that hold some: each is another way to reach the person, labelled with its field, and goes
    /// with it. `before` are the values as they were.
    pub fn follow_phone_fields(&mut self, before: &[FieldValue], country: Country) {
        let values = std::mem::take(&mut self.values);
        self.points.retain(|point| {
            !before.iter().any(|old| old.has_phone(point)) || values.iter().any(|value| value.has_phone(point))
        });
        for value in &values {
            let point = |phone| ContactPoint::new(ContactKind::Phone, phone, &value.label, country);
            self.add_points(value.phones().filter_map(point));
        }
        self.values = values;
    }

    /// Names the record as a whole. One that came in two parts keeps them while it is called the same.
    pub fn rename(&mut self, name: &str) {
        if self.name != name {
            name.clone_into(&mut self.name);
            self.given_name.clear();
            self.family_name.clear();
        }
    }

    /// Names the record after two parts in the order in which the listener document lists them: `name`, then `lastname`.
    pub fn name_from_parts(&mut self, given: &str, family: &str) {
        given.clone_into(&mut self.given_name);
        family.clone_into(&mut self.family_name);
        self.name = [given, family].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    }

    /// Every key that names this record, in the order in which keys are trusted.
    pub fn keys(&self) -> Vec<Key> {
        let mut keys: Vec<Key> = Vec::with_capacity(self.points.len() + 2);
        let mut add = |kind, key: Option<String>| {
            if let Some(key) = key {
                let key = Key { kind, key };
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        };
        for (system, code) in &self.codes {
            add(KeyKind::Code(*system), identity::code(code));
        }
        add(KeyKind::NationalId, identity::document_number(&self.national_id.number));
        add(KeyKind::TaxCode, identity::document_number(&self.tax_code));
        for kind in [(ContactKind::Phone, KeyKind::Phone), (ContactKind::Email, KeyKind::Email)] {
            for point in self.points.iter().filter(|point| point.kind == kind.0) {
                add(kind.1, point.key.clone());
            }
        }
        keys
    }
}
