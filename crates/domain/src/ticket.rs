//! A ticket: something a customer needs help with.

use crate::catalog::{CatalogKind, Label};
use crate::customer::CustomerRef;
use crate::field::FieldValue;
use crate::id::{Id, Instant};
use crate::user::Team;

/// A request for help.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ticket {
    /// Its identity.
    pub id: Id,
    /// Small number that people see.
    pub number: i64,
    /// Who needs help.
    pub customer: Option<CustomerRef>,
    /// The deal it is about.
    pub deal: Option<Id>,
    /// Title.
    pub title: String,
    /// What is wrong.
    pub body: String,
    /// Channel, service level and tags.
    pub labels: Vec<Label>,
    /// Team that takes care of it.
    pub team: Option<Team>,
    /// Custom values.
    pub values: Vec<FieldValue>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// When it was solved.
    pub closed_at: Option<Instant>,
}

impl Ticket {
    /// The label of a kind.
    pub fn label(&self, kind: CatalogKind) -> Option<&Label> {
        self.labels.iter().find(|label| label.kind == kind)
    }
}
