//! The facts of a customer that can be edited in place: how each is shown, asked for and set.

use domain::catalog::CatalogKind;
use domain::contact_point::ContactKind;
use domain::customer::{Address, Gender, Kind, Stage, UserRef};
use domain::dialect::System;
use domain::field::{Field, FieldEntity, FieldType, FieldValue, ValueItem};
use domain::identity::Country;
use domain::{ContactPoint, Customer, Error, Result};
use hub::{Tx, catalog, customers, fields, users};
use jiff::civil::Date;

use crate::messages::Messages;
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
            Self::Code(system) => format!("codes.{}", system.word()),
            Self::Field(field) => format!("fields.{}", field.number),
        }
    }

    /// What it is called.
    pub fn label(&self, t: &'static Messages) -> String {
        match self {
            Self::Labels(kind) => words::list(kind, t).to_owned(),
            Self::Field(field) => show::visible(&field.label),
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
            _ => self.values(customer).iter().map(Line::plain).collect(),
        };
        let is_rich = matches!(self, Self::Note);
        Shown { key: self.key(), label: self.label(t), lines, is_rich }
    }

    /// How it is asked for.
    pub fn editor(&self, tx: &mut Tx<'_>, t: &'static Messages) -> Result<Editor> {
        let word = |value: &str, label: &str| (value.to_owned(), label.to_owned());
        let nothing = || word("", "—");
        Ok(match self {
            Self::Text(_) | Self::Company | Self::Code(_) => Editor::Line,
            Self::Note | Self::Points(_) | Self::Addresses => Editor::Area,
            Self::Day(_) => Editor::Day,
            Self::Kind => Editor::One(
                [Kind::Person, Kind::Organization].map(|kind| word(kind.word(), words::kind(kind, t))).to_vec(),
            ),
            Self::Stage => Editor::One(
                [Stage::Lead, Stage::Customer].map(|stage| word(stage.word(), words::stage(&stage, t))).to_vec(),
            ),
            Self::Gender => {
                let all = [Gender::Male, Gender::Female, Gender::Other].map(|it| word(it.word(), words::gender(it, t)));
                Editor::One([nothing()].into_iter().chain(all).collect())
            }
            Self::DoNotContact => Editor::One(vec![word("no", t.common.no), word("yes", t.common.yes)]),
            Self::Labels(kind) => {
                let items = catalog::list(tx, *kind)?;
                let items = items.into_iter().map(|item| (item.number.to_string(), show::visible(&item.label)));
                if kind.is_single() {
                    Editor::One([nothing()].into_iter().chain(items).collect())
                } else {
                    Editor::Some(items.collect())
                }
            }
            Self::Owners => {
                let active = users::list(tx)?.into_iter().filter(|user| user.active);
                Editor::Some(active.map(|user| (user.number.to_string(), users::display_name(&user))).collect())
            }
            Self::Field(field) => {
                let options = field.options.iter().map(|option| (option.label.clone(), show::visible(&option.label)));
                match field.kind {
                    FieldType::Select | FieldType::Radio => {
                        Editor::One([nothing()].into_iter().chain(options).collect())
                    }
                    FieldType::Checkbox => Editor::Some(options.collect()),
                    FieldType::LongText => Editor::Area,
                    FieldType::Text | FieldType::Number | FieldType::Date | FieldType::Phone | FieldType::Other(_) => {
                        Editor::Line
                    }
                }
            }
        })
    }

    /// Sets it to what a form sent. A value that means nothing is refused by name.
    pub fn set(&self, tx: &mut Tx<'_>, customer: &mut Customer, sent: &[String], country: Country) -> Result<()> {
        let sent: Vec<&str> = sent.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
        let first = sent.first().copied().unwrap_or_default();
        let lines: Vec<&str> =
            sent.iter().flat_map(|value| value.lines()).map(str::trim).filter(|line| !line.is_empty()).collect();
        match self {
            Self::Text("name") if first.is_empty() && !customer.name.is_empty() => {
                return Err(Error::invalid("name", "Tên không được để trống"));
            }
            Self::Text(name) => set_text(customer, name, first),
            Self::Day(name) => set_date(customer, name, read_day(first)?),
            Self::Kind => customer.kind = Kind::of(first),
            Self::Stage => customer.stage = Stage::of(first),
            Self::Gender => customer.gender = Gender::of(first),
            Self::Note => first.clone_into(&mut customer.note),
            Self::DoNotContact => customer.do_not_contact = first == "yes",
            Self::Points(kind) => {
                let points = lines.iter().filter_map(|line| read_point(customer, *kind, line, country)).collect();
                customer.replace_points(*kind, points);
            }
            Self::Addresses => {
                let known = std::mem::take(&mut customer.addresses);
                let same = |line: &str| known.iter().find(|address| address.line() == line).cloned();
                let read =
                    |line: &&str| same(line).unwrap_or(Address { street: (*line).to_owned(), ..Address::default() });
                customer.addresses = lines.iter().map(read).collect();
            }
            Self::Labels(kind) => {
                let mut labels = Vec::new();
                for number in &sent {
                    let item = match number.parse() {
                        Ok(number) => catalog::find_by_number(tx, *kind, number)?,
                        Err(_) => None,
                    };
                    labels.push(item.ok_or_else(|| Error::not_found("Mục này không còn trong danh mục"))?.label());
                }
                customer.replace_labels(*kind, labels);
            }
            Self::Owners => {
                let mut owners = Vec::new();
                for number in &sent {
                    let user = match number.parse() {
                        Ok(number) => users::find_by_number(tx, number)?,
                        Err(_) => None,
                    };
                    let user = user.ok_or_else(|| Error::not_found("Không có người dùng này"))?;
                    owners.push(UserRef { id: user.id, number: user.number, name: user.name, email: user.email });
                }
                customer.owners = owners;
            }
            Self::Company => {
                let company = match hub::customer_number(first) {
                    Some(number) => customers::find_by_number(tx, number)?,
                    None if first.is_empty() => None,
                    None => customers::find_organizations(tx, first)?.first().copied(),
                };
                if company.is_none() && !first.is_empty() {
                    return Err(Error::invalid("company", "Không tìm thấy công ty này; nhập số hoặc tên của công ty"));
                }
                customer.company = match company {
                    Some(id) => customers::find_ref(tx, id)?,
                    None => None,
                };
            }
            Self::Code(system) if first.is_empty() => drop(customer.codes.remove(system)),
            Self::Code(system) => drop(customer.codes.insert(*system, first.to_owned())),
            Self::Field(field) => {
                let items = sent.iter().map(|text| ValueItem::plain(*text)).collect();
                customer.replace_value(FieldValue::of(field, items));
            }
        }
        Ok(())
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

fn set_text(customer: &mut Customer, name: &str, value: &str) {
    let place = match name {
        "name" => &mut customer.name,
        "salutation" => &mut customer.salutation,
        "job_title" => &mut customer.job_title,
        "national_id" => &mut customer.national_id.number,
        "national_id_place" => &mut customer.national_id.place,
        "tax_code" => &mut customer.tax_code,
        _ => return,
    };
    value.clone_into(place);
}

fn date(customer: &Customer, name: &str) -> Option<Date> {
    match name {
        "birth_date" => customer.birth_date,
        "national_id_date" => customer.national_id.date,
        _ => customer.founding_date,
    }
}

fn set_date(customer: &mut Customer, name: &str, day: Option<Date>) {
    match name {
        "birth_date" => customer.birth_date = day,
        "national_id_date" => customer.national_id.date = day,
        _ => customer.founding_date = day,
    }
}

fn read_day(text: &str) -> Result<Option<Date>> {
    let day = || Error::invalid("day", "Ngày không hợp lệ");
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| day()) }
}

/// A messenger is written `Zalo: 0905…`, so that its name can be typed.
fn point_line(point: &ContactPoint) -> String {
    match (point.kind, point.label.is_empty()) {
        (ContactKind::Im, false) => format!("{}: {}", point.label, point.raw),
        _ => point.raw.clone(),
    }
}

/// A contact point as typed. One that was there keeps the type its sender gave it.
fn read_point(customer: &Customer, kind: ContactKind, line: &str, country: Country) -> Option<ContactPoint> {
    if let Some(known) = customer.points_of(kind).find(|known| point_line(known) == line) {
        return Some(known.clone());
    }
    match line.split_once(": ").filter(|_| kind == ContactKind::Im) {
        Some((label, raw)) => ContactPoint::new(kind, raw, label, country),
        None => ContactPoint::new(kind, line, "", country),
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
