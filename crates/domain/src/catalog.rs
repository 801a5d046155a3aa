//! Lists that an org keeps: statuses, types, groups, tags and all the others, one table with a kind.

use crate::id::Id;

/// Which list an item stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CatalogKind {
    /// Status of a customer.
    Status,
    /// Type of a customer.
    Type,
    /// Group of customers.
    Group,
    /// Tag.
    Tag,
    /// Industry or field of business.
    Industry,
    /// Where a customer or lead came from; a tree.
    Source,
    /// Size of an organization.
    Scale,
    /// Status of a lead; `extra` holds its status type.
    LeadStatus,
    /// Why a lead is not pursued.
    UnqualifiedReason,
    /// Label of a lead.
    LeadLabel,
    /// Service that takes leads in.
    Service,
    /// Stage of a deal.
    DealStage,
    /// Category of a deal.
    DealCategory,
    /// Package sold in a deal.
    Package,
    /// Currency, by ISO 4217 code.
    Currency,
    /// Service level of a ticket.
    Sla,
    /// Channel of a ticket or note.
    TicketChannel,
}

impl CatalogKind {
    /// Every list.
    pub const ALL: [Self; 17] = [
        Self::Status,
        Self::Type,
        Self::Group,
        Self::Tag,
        Self::Industry,
        Self::Source,
        Self::Scale,
        Self::LeadStatus,
        Self::UnqualifiedReason,
        Self::LeadLabel,
        Self::Service,
        Self::DealStage,
        Self::DealCategory,
        Self::Package,
        Self::Currency,
        Self::Sla,
        Self::TicketChannel,
    ];

    /// The word that is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Type => "type",
            Self::Group => "group",
            Self::Tag => "tag",
            Self::Industry => "industry",
            Self::Source => "source",
            Self::Scale => "scale",
            Self::LeadStatus => "lead_status",
            Self::UnqualifiedReason => "unqualified_reason",
            Self::LeadLabel => "lead_label",
            Self::Service => "service",
            Self::DealStage => "deal_stage",
            Self::DealCategory => "deal_category",
            Self::Package => "package",
            Self::Currency => "currency",
            Self::Sla => "sla",
            Self::TicketChannel => "ticket_channel",
        }
    }

    /// The list of a stored word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether a record has at most one item of this list.
    pub fn is_single(self) -> bool {
        !matches!(self, Self::Group | Self::Tag | Self::Industry | Self::LeadLabel)
    }
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogItem {
    /// Its identity.
    pub id: Id,
    /// The list it stands in.
    pub kind: CatalogKind,
    /// Small number that people and vendors see, unique in the list.
    pub number: i64,
    /// The code clients use, where there is one.
    pub code: Option<String>,
    /// What people read.
    pub label: String,
    /// The item above it, in a tree.
    pub parent: Option<Id>,
    /// Place in the list, from 0.
    pub position: i64,
    /// CSS colour, such as `#cc3300`.
    pub colour: Option<String>,
    /// What only this kind of list knows, such as a lead status's type.
    pub extra: Option<String>,
}

impl CatalogItem {
    /// The short form that records carry.
    pub fn label(&self) -> Label {
        Label {
            kind: self.kind,
            item: self.id,
            number: self.number,
            code: self.code.clone(),
            label: self.label.clone(),
        }
    }
}

/// An item as a record carries it: enough for every dialect to show it without another look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The list it stands in.
    pub kind: CatalogKind,
    /// The item.
    pub item: Id,
    /// Its number in the list.
    pub number: i64,
    /// Its code, where there is one.
    pub code: Option<String>,
    /// What people read.
    pub label: String,
}

/// What a lead status means, as CareSoft numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeadStatusType {
    /// Somewhere in the middle.
    Middle,
    /// The first one.
    First,
    /// Converted to a deal.
    Converted,
    /// Not pursued.
    Unqualified,
}

impl LeadStatusType {
    /// The number that CareSoft prints as `status_type`.
    pub fn number(self) -> i64 {
        match self {
            Self::Middle => 0,
            Self::First => 1,
            Self::Converted => 2,
            Self::Unqualified => 3,
        }
    }

    /// The type of a number; an unknown one is in the middle.
    pub fn of(number: i64) -> Self {
        match number {
            1 => Self::First,
            2 => Self::Converted,
            3 => Self::Unqualified,
            _ => Self::Middle,
        }
    }

    /// Whether a lead with such a status is closed.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Converted | Self::Unqualified)
    }
}
