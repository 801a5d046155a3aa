//! A deal: something a customer may buy, with a stage and a value.

use crate::catalog::{CatalogKind, Label};
use crate::customer::{CustomerRef, UserRef};
use crate::field::FieldValue;
use crate::id::{Id, Instant};
use crate::permit::Permit;
use crate::user::Team;

/// A possible sale, also called an order or opportunity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Deal {
    /// Its identity.
    pub id: Id,
    /// Small number that people see.
    pub number: i64,
    /// Counts the changes, from 1.
    pub version: i64,
    /// The client's own code (BeeIQ `dealId`).
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// Value, a decimal as written, without thousands separators; empty when not known.
    pub value: String,
    /// What it is about.
    pub description: String,
    /// Stage, category, package and currency.
    pub labels: Vec<Label>,
    /// When it is expected to be closed.
    pub close_at: Option<Instant>,
    /// Who buys.
    pub customer: Option<CustomerRef>,
    /// Others concerned.
    pub contacts: Vec<CustomerRef>,
    /// Users who work on it.
    pub owners: Vec<UserRef>,
    /// Teams that work on it.
    pub teams: Vec<Team>,
    /// Custom values.
    pub values: Vec<FieldValue>,
    /// With whom it is shared.
    pub permit: Permit,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Deal {
    /// The label of a kind.
    pub fn label(&self, kind: CatalogKind) -> Option<&Label> {
        self.labels.iter().find(|label| label.kind == kind)
    }

    /// Sets the label of a kind.
    pub fn set_label(&mut self, label: Label) {
        self.labels.retain(|known| known.kind != label.kind);
        self.labels.push(label);
    }
}
