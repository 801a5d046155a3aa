//! The columns a list of customers can have, and what stands in them.

use domain::contact_point::ContactKind;
use domain::customer::Kind;
use domain::field::{Field, FieldEntity};
use domain::{CatalogKind, Customer, Result, System};
use hub::{Tx, fields};
use jiff::tz::TimeZone;

use crate::messages::Messages;
use crate::pages::words;
use crate::show;

/// A column beside the name, which is always there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// Person or organization, and how far the relation has come.
    Stage,
    /// Contact points of a kind.
    Points(ContactKind),
    /// Items of a list.
    Labels(CatalogKind),
    /// Responsible users.
    Owners,
    /// The organization a person belongs to.
    Company,
    /// Postal addresses.
    Address,
    /// The code in a system.
    Code(System),
    /// A custom field.
    Field(Field),
    /// When it was made.
    Created,
    /// When it was changed.
    Updated,
}

/// What stands in a cell.
pub enum Cell {
    /// Texts, one below the other.
    Lines(Vec<String>),
    /// Items, as chips: text and id.
    Chips(Vec<(String, i64)>),
    /// A moment.
    Moment(domain::Instant),
}

impl Column {
    /// Every column of an org, in order.
    pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Self>> {
        let mut all = vec![
            Self::Points(ContactKind::Phone),
            Self::Points(ContactKind::Email),
            Self::Stage,
            Self::Labels(CatalogKind::Status),
            Self::Labels(CatalogKind::Tag),
            Self::Labels(CatalogKind::Source),
            Self::Labels(CatalogKind::Group),
            Self::Labels(CatalogKind::Type),
            Self::Labels(CatalogKind::Industry),
            Self::Owners,
            Self::Company,
            Self::Address,
        ];
        all.extend(System::ALL.map(Self::Code));
        all.extend(fields::list(tx, FieldEntity::Customer)?.into_iter().map(Self::Field));
        all.extend([Self::Created, Self::Updated]);
        Ok(all)
    }

    /// Whether it is shown unless somebody chose otherwise.
    pub fn is_usual(&self) -> bool {
        matches!(
            self,
            Self::Points(ContactKind::Phone | ContactKind::Email)
                | Self::Labels(CatalogKind::Status | CatalogKind::Tag)
                | Self::Owners
                | Self::Updated
        )
    }

    /// How its cells are set: figures and moments on one line, addresses wherever they must break.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Points(ContactKind::Phone) | Self::Created | Self::Updated | Self::Code(_) => "tight",
            Self::Points(_) => "long",
            _ => "",
        }
    }

    /// Its key in the address.
    pub fn key(&self) -> String {
        match self {
            Self::Stage => "stage".to_owned(),
            Self::Points(kind) => kind.word().to_owned(),
            Self::Labels(kind) => kind.word().to_owned(),
            Self::Owners => "owner".to_owned(),
            Self::Company => "company".to_owned(),
            Self::Address => "address".to_owned(),
            Self::Code(system) => format!("code.{}", system.word()),
            Self::Field(field) => format!("field.{}", field.number),
            Self::Created => "created".to_owned(),
            Self::Updated => "updated".to_owned(),
        }
    }

    /// What people read above it.
    pub fn label(&self, t: &'static Messages) -> String {
        match self {
            Self::Stage => t.customers.stage.to_owned(),
            Self::Points(kind) => words::points(*kind, t).to_owned(),
            Self::Labels(kind) => words::list(kind, t).to_owned(),
            Self::Owners => t.customers.owners.to_owned(),
            Self::Company => t.customers.company.to_owned(),
            Self::Address => t.customers.addresses.to_owned(),
            Self::Code(system) => words::code(*system, t),
            Self::Field(field) => show::visible(&field.label),
            Self::Created => t.common.created.to_owned(),
            Self::Updated => t.common.updated.to_owned(),
        }
    }

    /// What stands in it for a customer.
    pub fn cell(&self, customer: &Customer, t: &'static Messages) -> Cell {
        match self {
            Self::Stage => {
                let kind = (customer.kind == Kind::Organization).then(|| t.customers.organization.to_owned());
                let stage = words::stage(&customer.stage, t).to_owned();
                Cell::Lines(vec![kind.map_or_else(|| stage.clone(), |kind| format!("{stage} · {kind}"))])
            }
            Self::Points(kind) => {
                Cell::Lines(customer.points_of(*kind).map(|point| show::visible(&point.raw)).collect())
            }
            Self::Labels(kind) => Cell::Chips(
                customer.labels_of(*kind).map(|label| (show::visible(&label.label), label.item.0)).collect(),
            ),
            Self::Owners => Cell::Lines(customer.owners.iter().map(words::user).collect()),
            Self::Company => Cell::Lines(customer.company.iter().map(|company| show::visible(&company.name)).collect()),
            Self::Address => {
                Cell::Lines(customer.addresses.iter().map(|address| show::visible(&address.line())).collect())
            }
            Self::Code(system) => {
                Cell::Lines(customer.codes.get(system).map(|code| show::visible(code)).into_iter().collect())
            }
            Self::Field(field) => {
                let values = customer.values.iter().filter(|value| value.field == field.id);
                Cell::Lines(values.flat_map(words::own).collect())
            }
            Self::Created => Cell::Moment(customer.created_at),
            Self::Updated => Cell::Moment(customer.updated_at),
        }
    }

    /// What stands in it, as one text for a file.
    pub fn text(&self, customer: &Customer, zone: &TimeZone, t: &'static Messages) -> String {
        match self.cell(customer, t) {
            Cell::Lines(lines) => lines.join("; "),
            Cell::Chips(chips) => chips.into_iter().map(|(text, _)| text).collect::<Vec<_>>().join("; "),
            Cell::Moment(at) => show::moment(&at, zone),
        }
    }
}
