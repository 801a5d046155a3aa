//! A lead: an enquiry of a customer, followed until it becomes a deal or is given up.

use crate::catalog::{CatalogKind, Label};
use crate::customer::{CustomerRef, UserRef};
use crate::field::FieldValue;
use crate::id::{Id, Instant};
use crate::user::Team;

/// How a lead ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// It became a deal.
    Deal,
    /// It was given up.
    Unqualified,
}

impl Conversion {
    /// The number that CareSoft prints as `convert_type`.
    pub fn number(self) -> i64 {
        match self {
            Self::Deal => 1,
            Self::Unqualified => 2,
        }
    }

    /// The conversion of a number.
    pub fn of(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Deal),
            2 => Some(Self::Unqualified),
            _ => None,
        }
    }
}

/// When, how and by whom a lead was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// How it ended.
    pub how: Conversion,
    /// When.
    pub at: Instant,
    /// By whom, where a user did it.
    pub by: Option<Id>,
    /// That user's number.
    pub by_number: Option<i64>,
}

/// An enquiry of a customer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lead {
    /// Its identity.
    pub id: Id,
    /// Small number that people and vendors see.
    pub number: i64,
    /// Counts the changes, from 1.
    pub version: i64,
    /// Whose enquiry it is.
    pub customer: Option<CustomerRef>,
    /// What it is about.
    pub subject: String,
    /// Status, service, source, reasons and labels.
    pub labels: Vec<Label>,
    /// Status before the current one.
    pub last_status: Option<Label>,
    /// Team that takes care of it.
    pub team: Option<Team>,
    /// User who takes care of it.
    pub assignee: Option<UserRef>,
    /// When it is expected to be closed.
    pub expected_close: Option<Instant>,
    /// Page the enquiry came from.
    pub reference_url: String,
    /// Company named in the enquiry (BeeIQ `companyLead`).
    pub company_name: String,
    /// How it ended, once it has.
    pub closing: Option<Closing>,
    /// Custom values.
    pub values: Vec<FieldValue>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Lead {
    /// The label of a kind of which a lead has one.
    pub fn label(&self, kind: CatalogKind) -> Option<&Label> {
        self.labels.iter().find(|label| label.kind == kind)
    }

    /// Sets the label of a kind of which a lead has one.
    pub fn set_label(&mut self, label: Label) {
        self.labels.retain(|known| known.kind != label.kind);
        self.labels.push(label);
    }

    /// Whether it is still being followed.
    pub fn is_open(&self) -> bool {
        self.closing.is_none()
    }
}
