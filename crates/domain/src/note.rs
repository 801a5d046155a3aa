//! A note: something written down about a customer, a lead, a deal or a ticket.

use crate::catalog::Label;
use crate::id::{Id, Instant};
use crate::permit::Permit;

/// A text with its writer. A comment on a lead is a note too.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Note {
    /// Its identity.
    pub id: Id,
    /// Small number that people see.
    pub number: i64,
    /// The customer it is about, directly or through what it is attached to.
    pub customer: Option<Id>,
    /// The lead it is attached to.
    pub lead: Option<Id>,
    /// The deal it is attached to.
    pub deal: Option<Id>,
    /// The ticket it is attached to.
    pub ticket: Option<Id>,
    /// What it says.
    pub body: String,
    /// Whether the customer may read it.
    pub is_public: bool,
    /// Who wrote it, where a user did.
    pub author: Option<Id>,
    /// Who wrote it, for people to read.
    pub author_name: String,
    /// Channel and tags.
    pub labels: Vec<Label>,
    /// With whom it is shared.
    pub permit: Permit,
    /// When it was written.
    pub created_at: Instant,
}
