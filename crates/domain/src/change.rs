//! History: which fields of a record changed, from what to what, in words that people read.

use std::collections::BTreeSet;

use crate::catalog::{CatalogKind, Label};
use crate::contact_point::{ContactKind, ContactPoint};
use crate::customer::{ContactPerson, Customer, UserRef};
use crate::deal::Deal;
use crate::field::FieldValue;
use crate::id::{Id, Instant};
use crate::lead::Lead;
use crate::permit::Permit;
use crate::text;

/// One field that changed. An empty text means that there was, or is, nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Canonical name of the field; a custom field as `fields.<code>`.
    pub field: String,
    /// What it was.
    pub old: String,
    /// What it is.
    pub new: String,
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It was made.
    Created,
    /// Fields changed.
    Updated,
    /// It came again and nothing was done.
    Duplicate,
    /// It was taken away.
    Deleted,
    /// Another record was merged into it, or it into another.
    Merged,
    /// A merge was taken back.
    Parted,
    /// Something else, told by the text alone.
    Noted,
}

impl What {
    /// The word that is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Duplicate => "duplicate",
            Self::Deleted => "deleted",
            Self::Merged => "merged",
            Self::Parted => "parted",
            Self::Noted => "noted",
        }
    }

    /// What a stored word means.
    pub fn of(word: &str) -> Self {
        let all = [Self::Created, Self::Updated, Self::Duplicate, Self::Deleted, Self::Merged, Self::Parted];
        all.into_iter().find(|what| what.word() == word).unwrap_or(Self::Noted)
    }
}

/// What kind of record a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A customer.
    Customer(Id),
    /// A lead.
    Lead(Id),
    /// A deal.
    Deal(Id),
    /// A ticket.
    Ticket(Id),
    /// A note.
    Note(Id),
    /// A message.
    Message(Id),
    /// Something of the org's settings.
    Setting(Id),
}

impl Subject {
    /// The word that is stored, and the record.
    pub fn parts(self) -> (&'static str, Id) {
        match self {
            Self::Customer(id) => ("customer", id),
            Self::Lead(id) => ("lead", id),
            Self::Deal(id) => ("deal", id),
            Self::Ticket(id) => ("ticket", id),
            Self::Note(id) => ("note", id),
            Self::Message(id) => ("message", id),
            Self::Setting(id) => ("setting", id),
        }
    }
}

/// A line of history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its identity.
    pub id: Id,
    /// When.
    pub at: Instant,
    /// Who, for people to read.
    pub actor: String,
    /// Through which door.
    pub dialect: String,
    /// In which call.
    pub request: Option<Id>,
    /// What kind of record it is about.
    pub subject: String,
    /// The record it is about.
    pub subject_id: Id,
    /// What happened.
    pub what: What,
    /// Which fields changed.
    pub fields: Vec<FieldChange>,
    /// What happened, in one Vietnamese sentence.
    pub text: String,
}

/// Collects the fields in which two states of a record differ.
struct Differences(Vec<FieldChange>);

impl Differences {
    fn text(&mut self, field: &str, old: &str, new: &str) {
        if old != new {
            self.0.push(FieldChange { field: field.to_owned(), old: old.to_owned(), new: new.to_owned() });
        }
    }

    fn joined<T>(&mut self, field: &str, old: &[T], new: &[T], show: impl Fn(&T) -> String) {
        let join = |items: &[T]| items.iter().map(&show).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
        self.text(field, &join(old), &join(new));
    }

    fn option<T>(&mut self, field: &str, old: Option<T>, new: Option<T>, show: impl Fn(T) -> String) {
        self.text(field, &old.map(&show).unwrap_or_default(), &new.map(&show).unwrap_or_default());
    }

    fn labels(&mut self, field: &str, kind: CatalogKind, old: &[Label], new: &[Label]) {
        let of = |labels: &[Label]| labels.iter().filter(|label| label.kind == kind).cloned().collect::<Vec<_>>();
        self.joined(field, &of(old), &of(new), |label| label.label.clone());
    }

    fn users(&mut self, field: &str, old: &[UserRef], new: &[UserRef]) {
        self.joined(field, old, new, |user| if user.name.is_empty() { user.email.clone() } else { user.name.clone() });
    }

    fn values(&mut self, old: &[FieldValue], new: &[FieldValue]) {
        let text = |values: &[FieldValue], field: Id| {
            values.iter().find(|value| value.field == field).map(FieldValue::joined).unwrap_or_default()
        };
        for value in old.iter().chain(new.iter().filter(|value| !old.iter().any(|known| known.field == value.field))) {
            self.text(&format!("fields.{}", value.code), &text(old, value.field), &text(new, value.field));
        }
    }

    fn permit(&mut self, old: &Permit, new: &Permit) {
        self.text("permit", permit_text(old), permit_text(new));
        if permit_text(old) == permit_text(new) && old != new {
            self.text("permit", "", permit_text(new));
        }
    }
}

/// All that a new customer brings; nothing was there before.
pub fn of_new_customer(new: &Customer) -> Vec<FieldChange> {
    let fields = of_customer(&Customer::default(), new);
    fields.into_iter().map(|field| FieldChange { old: String::new(), ..field }).collect()
}

/// Facts of which a record has one, and of which `sent` has another, case and blanks aside: what the record has, and what was sent.
pub fn untaken(record: &Customer, sent: &Customer) -> Vec<FieldChange> {
    const SEVERAL: [&str; 10] =
        ["phones", "emails", "ims", "websites", "groups", "industries", "tags", "kind", "stage", "permit"];
    let has = of_new_customer(record);
    let other = |sent: FieldChange| {
        let known = has
            .iter()
            .find(|known| known.field == sent.field && text::label_key(&known.new) != text::label_key(&sent.new))?;
        Some(FieldChange { old: known.new.clone(), ..sent })
    };
    let sent = of_new_customer(sent).into_iter().filter(|field| !SEVERAL.contains(&field.field.as_str()));
    sent.filter_map(other).collect()
}

/// The fields in which two states of a customer differ.
pub fn of_customer(old: &Customer, new: &Customer) -> Vec<FieldChange> {
    let mut differences = Differences(Vec::new());
    let d = &mut differences;
    d.text("name", &old.name, &new.name);
    d.text("given_name", &old.given_name, &new.given_name);
    d.text("family_name", &old.family_name, &new.family_name);
    d.text("kind", old.kind.word(), new.kind.word());
    d.text("stage", old.stage.word(), new.stage.word());
    d.text("salutation", &old.salutation, &new.salutation);
    d.option("gender", old.gender, new.gender, |gender| gender.word().to_owned());
    d.option("birth_date", old.birth_date, new.birth_date, |date| date.to_string());
    d.text("national_id", &old.national_id.number, &new.national_id.number);
    d.option("national_id_date", old.national_id.date, new.national_id.date, |date| date.to_string());
    d.text("national_id_place", &old.national_id.place, &new.national_id.place);
    d.text("tax_code", &old.tax_code, &new.tax_code);
    d.option("founding_date", old.founding_date, new.founding_date, |date| date.to_string());
    d.text("job_title", &old.job_title, &new.job_title);
    d.text("note", &old.note, &new.note);
    d.text("avatar_url", &old.avatar_url, &new.avatar_url);
    d.text("partner", &old.partner, &new.partner);
    d.text("branch", &old.branch, &new.branch);
    d.text("do_not_contact", yes_no(old.do_not_contact), yes_no(new.do_not_contact));
    for (field, kind) in [
        ("phones", ContactKind::Phone),
        ("emails", ContactKind::Email),
        ("ims", ContactKind::Im),
        ("websites", ContactKind::Website),
    ] {
        let of = |customer: &Customer| customer.points_of(kind).cloned().collect::<Vec<ContactPoint>>();
        d.joined(field, &of(old), &of(new), point_text);
    }
    d.joined("addresses", &old.addresses, &new.addresses, |address| address.line());
    d.joined("persons", &old.persons, &new.persons, person_text);
    for system in crate::dialect::System::ALL {
        let code = |customer: &Customer| customer.codes.get(&system).cloned();
        d.option(&format!("codes.{}", system.word()), code(old), code(new), |code| code);
    }
    for kind in [
        CatalogKind::Status,
        CatalogKind::Type,
        CatalogKind::Source,
        CatalogKind::Scale,
        CatalogKind::Group,
        CatalogKind::Industry,
        CatalogKind::Tag,
    ] {
        d.labels(customer_label_field(kind), kind, &old.labels, &new.labels);
    }
    d.users("owners", &old.owners, &new.owners);
    d.option("company", old.company.as_ref(), new.company.as_ref(), |company| company.name.clone());
    d.values(&old.values, &new.values);
    let funnels: BTreeSet<Id> = old.standings.iter().chain(&new.standings).map(|standing| standing.funnel).collect();
    for funnel in funnels {
        let place = |customer: &Customer| customer.standings.iter().find(|it| it.funnel == funnel).cloned();
        d.option(&funnel_field(funnel), place(old), place(new), |standing| match standing.second {
            Some(second) => format!("{}.{second}", standing.first),
            None => standing.first.to_string(),
        });
    }
    d.permit(&old.permit, &new.permit);
    for key in old.extra.keys().chain(new.extra.keys().filter(|key| !old.extra.contains_key(*key))) {
        d.text(key, old.extra.get(key).map_or("", String::as_str), new.extra.get(key).map_or("", String::as_str));
    }
    differences.0
}

/// How history calls where a customer stands in a funnel; the value is the place, counted from 1: `2` or `2.1`.
pub fn funnel_field(funnel: Id) -> String {
    format!("funnels.{funnel}")
}

/// A contact person with what is known of them, such as `Chị Lê Thu (Kế toán, 0905 123 456)`.
fn person_text(person: &ContactPerson) -> String {
    let name = [&person.salutation, &person.name].map(String::as_str);
    let born = person.birth_date.map(|day| day.strftime("%d/%m/%Y").to_string()).unwrap_or_default();
    let facts = [&person.position, &person.phone, &person.email, &born].map(String::as_str);
    let told = |parts: &[&str], between: &str| {
        parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
    };
    match (told(&name, " "), told(&facts, ", ")) {
        (name, facts) if facts.is_empty() => name,
        (name, facts) => format!("{name} ({facts})"),
    }
}

/// The fields in which two states of a lead differ.
pub fn of_lead(old: &Lead, new: &Lead) -> Vec<FieldChange> {
    let mut differences = Differences(Vec::new());
    let d = &mut differences;
    d.text("subject", &old.subject, &new.subject);
    d.labels("lead_status", CatalogKind::LeadStatus, &old.labels, &new.labels);
    d.labels("lead_labels", CatalogKind::LeadLabel, &old.labels, &new.labels);
    d.labels("service", CatalogKind::Service, &old.labels, &new.labels);
    d.labels("source", CatalogKind::Source, &old.labels, &new.labels);
    d.labels("unqualified_reason", CatalogKind::UnqualifiedReason, &old.labels, &new.labels);
    d.option("team", old.team.as_ref(), new.team.as_ref(), |team| team.name.clone());
    d.option("assignee", old.assignee.as_ref(), new.assignee.as_ref(), |user| user.name.clone());
    d.option("expected_close", old.expected_close, new.expected_close, Instant::rfc3339);
    d.text("reference_url", &old.reference_url, &new.reference_url);
    d.text("company_name", &old.company_name, &new.company_name);
    d.option("closing", old.closing.as_ref(), new.closing.as_ref(), |closing| {
        match closing.how {
            crate::lead::Conversion::Deal => "converted",
            crate::lead::Conversion::Unqualified => "unqualified",
        }
        .to_owned()
    });
    d.values(&old.values, &new.values);
    differences.0
}

/// The fields in which two states of a deal differ.
pub fn of_deal(old: &Deal, new: &Deal) -> Vec<FieldChange> {
    let mut differences = Differences(Vec::new());
    let d = &mut differences;
    d.option("code", old.code.as_ref(), new.code.as_ref(), Clone::clone);
    d.text("name", &old.name, &new.name);
    d.text("value", &old.value, &new.value);
    d.text("description", &old.description, &new.description);
    for (field, kind) in [
        ("stage", CatalogKind::DealStage),
        ("category", CatalogKind::DealCategory),
        ("package", CatalogKind::Package),
        ("currency", CatalogKind::Currency),
    ] {
        d.labels(field, kind, &old.labels, &new.labels);
    }
    d.option("close_at", old.close_at, new.close_at, Instant::rfc3339);
    d.option("customer", old.customer.as_ref(), new.customer.as_ref(), |customer| customer.name.clone());
    d.joined("contacts", &old.contacts, &new.contacts, |customer| customer.name.clone());
    d.users("owners", &old.owners, &new.owners);
    d.joined("teams", &old.teams, &new.teams, |team| team.name.clone());
    d.values(&old.values, &new.values);
    d.permit(&old.permit, &new.permit);
    differences.0
}

/// The custom fields in which two states of a record differ.
pub fn of_values(old: &[FieldValue], new: &[FieldValue]) -> Vec<FieldChange> {
    let mut differences = Differences(Vec::new());
    differences.values(old, new);
    differences.0
}

/// The field of a customer in which labels of a kind stand.
pub fn customer_label_field(kind: CatalogKind) -> &'static str {
    match kind {
        CatalogKind::Group => "groups",
        CatalogKind::Industry => "industries",
        CatalogKind::Tag => "tags",
        other => other.word(),
    }
}

fn point_text(point: &ContactPoint) -> String {
    match (point.kind, point.label.is_empty()) {
        (ContactKind::Im, false) => format!("{}: {}", point.label, point.raw),
        _ => point.raw.clone(),
    }
}

fn permit_text(permit: &Permit) -> &'static str {
    match permit {
        Permit::Everybody => "everybody",
        Permit::OnlyMe { .. } => "only me",
        Permit::MeAndTeam { .. } => "me and team",
        Permit::MeAndUsers { .. } => "me and users",
    }
}

fn yes_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::Stage;
    use crate::identity::Country;

    #[test]
    fn a_new_customer_brings_only_what_it_has() {
        let mut customer = Customer { name: "Lê Bình".into(), stage: Stage::Lead, ..Customer::default() };
        customer.add_points(ContactPoint::new(ContactKind::Phone, "0905000001", "", Country::VIET_NAM));
        let fields = of_new_customer(&customer);
        assert_eq!(fields.iter().map(|change| change.field.as_str()).collect::<Vec<_>>(), ["name", "stage", "phones"]);
        assert!(fields.iter().all(|change| change.old.is_empty()));
        assert!(of_customer(&customer, &customer.clone()).is_empty());
    }

    #[test]
    fn what_was_sent_and_not_taken_is_told_beside_what_is_there() {
        let phone = |raw| ContactPoint::new(ContactKind::Phone, raw, "", Country::VIET_NAM);
        let mut record = Customer { name: "Đinh Văn Lạc".into(), note: "cũ".into(), ..Customer::default() };
        record.add_points(phone("0905000001").into_iter().chain(phone("0905000002")));
        let mut sent = Customer {
            name: "Đinh Lạc".into(),
            note: "Cũ ".into(),
            job_title: "Kế toán".into(),
            ..Customer::default()
        };
        sent.add_points(phone("0905000001"));
        let name = FieldChange { field: "name".into(), old: "Đinh Văn Lạc".into(), new: "Đinh Lạc".into() };
        assert_eq!(untaken(&record, &sent), [name]);
    }

    #[test]
    fn an_update_tells_old_and_new() {
        let old = Customer { name: "A".into(), ..Customer::default() };
        let mut new = old.clone();
        new.name = "B".into();
        new.extra.insert("ref_type".into(), "x".into());
        let fields = of_customer(&old, &new);
        assert_eq!(fields[0], FieldChange { field: "name".into(), old: "A".into(), new: "B".into() });
        assert_eq!(fields[1], FieldChange { field: "ref_type".into(), old: String::new(), new: "x".into() });
    }
}
