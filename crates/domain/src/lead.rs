//! A lead: an enquiry of a customer, followed until it becomes a deal or is given up.

use crate::catalog::{CatalogKind, Label, LeadStatusType};
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
        match self.labels.iter_mut().find(|known| known.kind == label.kind) {
            Some(known) => *known = label,
            None => self.labels.push(label),
        }
    }

    /// Replaces the labels of a kind of which a lead may have several.
    pub fn replace_labels(&mut self, kind: CatalogKind, labels: &[Label]) {
        if self.labels.iter().filter(|known| known.kind == kind).ne(labels) {
            self.labels.retain(|known| known.kind != kind);
            self.labels.extend_from_slice(labels);
        }
    }

    /// Moves it to a status that means `meaning`. The status before is remembered; a final one closes the lead, and any other
    /// opens it again. Why it was not pursued is told only of one that is not pursued. The status that it has already changes
    /// nothing.
    pub fn move_to(&mut self, status: Label, meaning: LeadStatusType, at: Instant, by: Option<(Id, i64)>) {
        let before = self.label(CatalogKind::LeadStatus).cloned();
        if before.as_ref().is_some_and(|before| before.item == status.item) {
            return;
        }
        self.last_status = before;
        self.set_label(status);
        let how = match meaning {
            LeadStatusType::Converted => Some(Conversion::Deal),
            LeadStatusType::Unqualified => Some(Conversion::Unqualified),
            LeadStatusType::First | LeadStatusType::Middle => None,
        };
        self.closing =
            how.map(|how| Closing { how, at, by: by.map(|(id, _)| id), by_number: by.map(|(_, number)| number) });
        if !self.is_given_up() {
            self.labels.retain(|label| label.kind != CatalogKind::UnqualifiedReason);
        }
    }

    /// Says why it is not pursued. Of one that is open or became a deal nobody asks that, and nothing changes.
    pub fn say_why(&mut self, reason: Label) {
        if self.is_given_up() {
            self.set_label(reason);
        }
    }

    /// Whether it was given up.
    pub fn is_given_up(&self) -> bool {
        self.closing.as_ref().is_some_and(|closing| closing.how == Conversion::Unqualified)
    }

    /// Whether it is still being followed.
    pub fn is_open(&self) -> bool {
        self.closing.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(kind: CatalogKind, item: i64) -> Label {
        Label { kind, item: Id(item), number: item, code: None, label: String::new() }
    }

    #[test]
    fn statuses_close_and_open() {
        let status = |item| label(CatalogKind::LeadStatus, item);
        let mut lead = Lead::default();
        lead.move_to(status(1), LeadStatusType::First, Instant(1), None);
        assert!(lead.is_open() && lead.last_status.is_none());
        lead.move_to(status(9), LeadStatusType::Unqualified, Instant(2), Some((Id(7), 70)));
        lead.say_why(label(CatalogKind::UnqualifiedReason, 5));
        assert!(lead.label(CatalogKind::UnqualifiedReason).is_some());
        let closing = lead.closing.clone().unwrap();
        assert_eq!((closing.how, closing.at, closing.by_number), (Conversion::Unqualified, Instant(2), Some(70)));
        // The same again is no change: when it was closed stays.
        lead.move_to(status(9), LeadStatusType::Unqualified, Instant(3), None);
        assert_eq!(lead.closing, Some(closing));
        assert_eq!(lead.last_status.as_ref().unwrap().item, Id(1));
        let mut converted = lead.clone();
        converted.move_to(status(8), LeadStatusType::Converted, Instant(4), None);
        converted.say_why(label(CatalogKind::UnqualifiedReason, 5));
        assert!(!converted.is_open() && converted.label(CatalogKind::UnqualifiedReason).is_none());
        lead.move_to(status(2), LeadStatusType::Middle, Instant(4), None);
        lead.say_why(label(CatalogKind::UnqualifiedReason, 5));
        assert!(lead.is_open() && lead.label(CatalogKind::UnqualifiedReason).is_none());
    }
}
