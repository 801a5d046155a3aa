//! The facts of a customer that can be edited in place, and how each is shown; `ask.rs` has how it is asked for and set.

mod ask;
mod circle;

use domain::catalog::CatalogKind;
use domain::contact_point::ContactKind;
use domain::customer::{Address, Standing};
use domain::dialect::System;
use domain::field::{Field, FieldEntity, FieldType};
use domain::funnel::Funnel;
use domain::{ContactPoint, Customer, Error, Result};
use hub::{Tx, fields, funnels};
use jiff::civil::Date;

use self::circle::Circle;

use crate::messages::Messages;
use crate::pages::own_fields::Own;
use crate::pages::words;
use crate::show;

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// One line that is kept as typed.
    Text(&'static str),
    /// Person or organization.
    Kind,
    /// Lead or customer.
    Stage,
    /// Gender.
    Gender,
    /// A day.
    Day(&'static str),
    /// The note on file.
    Note,
    /// Whether messages may be sent at all.
    DoNotContact,
    /// Contact points of a kind, one a line.
    Points(ContactKind),
    /// Postal addresses, one a line.
    Addresses,
    /// Items of a list.
    Labels(CatalogKind),
    /// Responsible users.
    Owners,
    /// The organization a person belongs to, by number.
    Company,
    /// Where they stand in a funnel.
    Funnel(Funnel),
    /// With whom the record is shared.
    Permit(Circle),
    /// The code in a system.
    Code(System),
    /// A custom field.
    Field(Field),
}

/// How a fact is asked for.
pub enum Editor {
    /// One line.
    Line,
    /// Several lines.
    Area,
    /// A day of the calendar.
    Day,
    /// One of some values, each with its label; nothing is among them where that is allowed.
    One(Vec<(String, String)>),
    /// Any of some values.
    Some(Vec<(String, String)>),
    /// One of some values, and any of others that one of them asks for.
    Both(Vec<(String, String)>, Vec<(String, String)>),
    /// A custom field.
    Own(Own),
}

/// A fact as a page shows it.
pub struct Shown {
    /// Its key in addresses.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// What is known, one a line.
    pub lines: Vec<Line>,
    /// Whether there is a form for it.
    pub is_rich: bool,
}

/// A line of what is known.
pub struct Line {
    /// What people read.
    pub text: String,
    /// Where it leads: `tel:`, `mailto:`, a page of ours.
    pub link: Option<String>,
    /// What kind it is, as its sender called it.
    pub label: String,
}

impl Line {
    fn plain(text: impl AsRef<str>) -> Self {
        Self { text: show::visible(text.as_ref()), link: None, label: String::new() }
    }
}

impl Fact {
    /// Every fact of an org's customers, in groups as the page shows them: how to reach them, who they are, how they are sorted,
    /// codes, custom fields.
    pub fn groups(tx: &mut Tx<'_>) -> Result<Vec<Vec<Self>>> {
        let reach = ContactKind::ALL.map(Self::Points).into_iter().chain([Self::Addresses, Self::DoNotContact]);
        let who = vec![
            Self::Text("name"),
            Self::Kind,
            Self::Stage,
            Self::Text("salutation"),
            Self::Gender,
            Self::Day("birth_date"),
            Self::Text("job_title"),
            Self::Company,
            Self::Text("national_id"),
            Self::Day("national_id_date"),
            Self::Text("national_id_place"),
            Self::Text("tax_code"),
            Self::Day("founding_date"),
            Self::Note,
        ];
        let lists = [
            CatalogKind::Status,
            CatalogKind::Type,
            CatalogKind::Source,
            CatalogKind::Group,
            CatalogKind::Industry,
            CatalogKind::Tag,
            CatalogKind::Scale,
        ];
        let sorted = [Self::Owners].into_iter().chain(lists.map(Self::Labels));
        let sorted = sorted.chain(funnels::list(tx)?.into_iter().map(Self::Funnel));
        let sorted = sorted.chain([Self::Permit(Circle::find(tx)?)]);
        let fields = fields::list(tx, FieldEntity::Customer)?.into_iter().map(Self::Field);
        Ok(vec![reach.collect(), who, sorted.collect(), System::ALL.map(Self::Code).to_vec(), fields.collect()])
    }

    /// The fact with a key.
    pub fn find(tx: &mut Tx<'_>, key: &str) -> Result<Self> {
        let found = Self::groups(tx)?.into_iter().flatten().find(|fact| fact.key() == key);
        found.ok_or_else(|| Error::not_found("Không có mục này"))
    }

    /// Its key in addresses.
    pub fn key(&self) -> String {
        match self {
            Self::Text(name) | Self::Day(name) => (*name).to_owned(),
            Self::Kind => "kind".to_owned(),
            Self::Stage => "stage".to_owned(),
            Self::Gender => "gender".to_owned(),
            Self::Note => "note".to_owned(),
            Self::DoNotContact => "do_not_contact".to_owned(),
            Self::Points(kind) => format!("{}s", kind.word()),
            Self::Addresses => "addresses".to_owned(),
            Self::Labels(kind) => format!("list.{}", kind.word()),
            Self::Owners => "owners".to_owned(),
            Self::Company => "company".to_owned(),
            Self::Funnel(funnel) => format!("funnels.{}", funnel.number),
            Self::Permit(_) => "permit".to_owned(),
            Self::Code(system) => format!("codes.{}", system.word()),
            Self::Field(field) => format!("fields.{}", field.number),
        }
    }

    /// What it is called.
    pub fn label(&self, t: &'static Messages) -> String {
        match self {
            Self::Labels(kind) => words::list(kind, t).to_owned(),
            Self::Field(field) => show::visible(&field.label),
            Self::Funnel(funnel) => show::visible(&funnel.name),
            other => words::field(&other.key(), t),
        }
    }

    /// The values as a form has them; also what tells whether somebody else changed them meanwhile.
    pub fn values(&self, customer: &Customer) -> Vec<String> {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).into_iter().collect();
        match self {
            Self::Text(name) => text(customer, name).into_iter().filter(|text| !text.is_empty()).cloned().collect(),
            Self::Day(name) => day(date(customer, name)),
            Self::Kind => vec![customer.kind.word().to_owned()],
            Self::Stage => vec![customer.stage.word().to_owned()],
            Self::Gender => customer.gender.map(|gender| gender.word().to_owned()).into_iter().collect(),
            Self::Note => Some(customer.note.clone()).filter(|note| !note.is_empty()).into_iter().collect(),
            Self::DoNotContact => vec![if customer.do_not_contact { "yes" } else { "no" }.to_owned()],
            Self::Points(kind) => customer.points_of(*kind).map(point_line).collect(),
            Self::Addresses => customer.addresses.iter().map(Address::line).collect(),
            Self::Labels(kind) => customer.labels_of(*kind).map(|label| label.number.to_string()).collect(),
            Self::Owners => customer.owners.iter().map(|user| user.number.to_string()).collect(),
            Self::Company => customer.company.iter().map(|company| company.number.to_string()).collect(),
            Self::Funnel(funnel) => standing(customer, funnel).map(place_of).into_iter().collect(),
            Self::Permit(circle) => circle.values(&customer.permit),
            Self::Code(system) => customer.codes.get(system).cloned().into_iter().collect(),
            Self::Field(field) => {
                let values = customer.values.iter().filter(|value| value.field == field.id);
                values.flat_map(|value| &value.items).map(|item| item.text.clone()).collect()
            }
        }
    }

    /// As a page shows it.
    pub fn shown(&self, customer: &Customer, t: &'static Messages) -> Shown {
        let lines = match self {
            Self::Kind => vec![Line::plain(words::kind(customer.kind, t))],
            Self::Stage => vec![Line::plain(words::stage(&customer.stage, t))],
            Self::Gender => customer.gender.map(|gender| Line::plain(words::gender(gender, t))).into_iter().collect(),
            Self::DoNotContact => vec![Line::plain(if customer.do_not_contact { t.common.yes } else { t.common.no })],
            Self::Day(name) => date(customer, name).map(|day| Line::plain(show::date(&day))).into_iter().collect(),
            Self::Points(kind) => customer.points_of(*kind).map(|it| point(it, t)).collect(),
            Self::Labels(kind) => customer.labels_of(*kind).map(|label| Line::plain(&label.label)).collect(),
            Self::Owners => customer.owners.iter().map(|user| Line::plain(words::user(user))).collect(),
            Self::Company => {
                let link = |number: i64| Some(format!("/customers/{number}"));
                let company = customer.company.iter();
                company.map(|it| Line { link: link(it.number), ..Line::plain(&it.name) }).collect()
            }
            Self::Funnel(funnel) => place_name(customer, funnel).map(Line::plain).into_iter().collect(),
            Self::Permit(circle) => vec![Line::plain(circle.told(&customer.permit, t))],
            // Its line breaks are shown as such, and whatever else is in it is made harmless there.
            Self::Note => self.values(customer).into_iter().map(|text| Line { text, ..Line::plain("") }).collect(),
            // So are those of a text of several lines.
            Self::Field(Field { kind: FieldType::LongText, .. }) => {
                self.values(customer).into_iter().map(|text| Line { text, ..Line::plain("") }).collect()
            }
            Self::Field(field) => {
                let values = customer.values.iter().filter(|value| value.field == field.id);
                values.flat_map(words::own).map(Line::plain).collect()
            }
            _ => self.values(customer).iter().map(Line::plain).collect(),
        };
        let is_rich = matches!(self, Self::Note | Self::Field(Field { kind: FieldType::LongText, .. }));
        Shown { key: self.key(), label: self.label(t), lines, is_rich }
    }
}

fn text<'c>(customer: &'c Customer, name: &str) -> Option<&'c String> {
    match name {
        "name" => Some(&customer.name),
        "salutation" => Some(&customer.salutation),
        "job_title" => Some(&customer.job_title),
        "national_id" => Some(&customer.national_id.number),
        "national_id_place" => Some(&customer.national_id.place),
        "tax_code" => Some(&customer.tax_code),
        _ => None,
    }
}

/// Where a customer stands in a funnel.
fn standing<'c>(customer: &'c Customer, funnel: &Funnel) -> Option<&'c Standing> {
    customer.standings.iter().find(|standing| standing.funnel == funnel.id)
}

/// What people read for where a customer stands in a funnel; nothing when they stand nowhere.
pub fn place_name(customer: &Customer, funnel: &Funnel) -> Option<String> {
    standing(customer, funnel).map(|standing| show::visible(&stage_name(funnel, standing)))
}

/// A place of a funnel as forms send it, counted from 1: `2` or `2.1`.
fn place_of(standing: &Standing) -> String {
    match standing.second {
        Some(second) => format!("{}.{second}", standing.first),
        None => standing.first.to_string(),
    }
}

/// What people read for a place of a funnel; its numbers where it is no longer there.
fn stage_name(funnel: &Funnel, standing: &Standing) -> String {
    let at = |place: i64| usize::try_from(place - 1).ok();
    let stage = at(standing.first).and_then(|place| funnel.stages.get(place));
    let step = |second| stage.and_then(|stage| stage.steps.get(at(second)?));
    match (stage, standing.second.map(step)) {
        (Some(stage), Some(Some(step))) => format!("{} › {step}", stage.name),
        (Some(stage), None) => stage.name.clone(),
        _ => place_of(standing),
    }
}

fn date(customer: &Customer, name: &str) -> Option<Date> {
    match name {
        "birth_date" => customer.birth_date,
        "national_id_date" => customer.national_id.date,
        _ => customer.founding_date,
    }
}

/// A messenger is written `Zalo: 0905…`, so that its name can be typed.
fn point_line(point: &ContactPoint) -> String {
    match (point.kind, point.label.is_empty()) {
        (ContactKind::Im, false) => format!("{}: {}", point.label, point.raw),
        _ => point.raw.clone(),
    }
}

fn point(point: &ContactPoint, t: &'static Messages) -> Line {
    let text = show::visible(&point.raw);
    let link = match (point.kind, &point.key) {
        (ContactKind::Phone, Some(key)) => Some(format!("tel:{key}")),
        (ContactKind::Email, Some(key)) => Some(format!("mailto:{key}")),
        // Only what is sure to be a page: another scheme could run something.
        (ContactKind::Website, _) if text.starts_with("https://") || text.starts_with("http://") => Some(text.clone()),
        _ => None,
    };
    Line { text, link, label: words::point_label(&point.label, t) }
}
