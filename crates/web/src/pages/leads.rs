//! Leads: a board by status and a table, one lead with all that is done with it, and new ones.

mod create;
mod form;
mod list;
mod record;

pub use self::create::{keep, show as show_new};
pub use self::list::show as list;
pub use self::record::{comment, convert, correct, give_up, move_on, show};

use domain::catalog::LeadStatusType;
use domain::lead::Conversion;
use domain::{CatalogItem, CatalogKind, Instant, Lead, Result};
use hub::{Tx, catalog, leads};

/// A status of leads, as board and record show it.
#[derive(Debug, Clone)]
pub struct Status {
    /// The item of the list.
    pub item: CatalogItem,
    /// What it means.
    pub meaning: LeadStatusType,
}

impl Status {
    /// Every status, in order.
    pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Self>> {
        let items = catalog::list(tx, CatalogKind::LeadStatus)?;
        Ok(items.into_iter().map(|item| Self { meaning: leads::status_type(&item), item }).collect())
    }

    /// What has to be asked before a lead gets this status, as it stands in the address of the lead.
    pub fn asks(&self) -> Option<&'static str> {
        match self.meaning {
            LeadStatusType::Converted => Some("convert"),
            LeadStatusType::Unqualified => Some("give-up"),
            LeadStatusType::First | LeadStatusType::Middle => None,
        }
    }
}

/// A lead as it hangs on the board.
pub struct Tile {
    /// The lead.
    pub lead: Lead,
    /// What somebody else did to it, when that stood in the way.
    pub clash: Option<String>,
    /// Whether it takes the place of the same one elsewhere in the page.
    pub is_apart: bool,
}

impl Tile {
    /// As it is.
    pub fn of(lead: Lead) -> Self {
        Self { lead, clash: None, is_apart: false }
    }

    /// The number of its status; 0 when it has none.
    pub fn lane(&self) -> i64 {
        self.lead.label(CatalogKind::LeadStatus).map_or(0, |status| status.number)
    }

    /// Whether it may still be ended so, by the word that stands in its address: what was given up may be a deal after all, and what
    /// became one is left at that.
    pub fn offers(&self, ask: &str) -> bool {
        match &self.lead.closing {
            None => true,
            Some(closing) => closing.how == Conversion::Unqualified && ask == "convert",
        }
    }

    /// Whether it should have been closed by now.
    pub fn is_late(&self, now: &Instant) -> bool {
        self.lead.is_open() && self.lead.expected_close.is_some_and(|day| day.plus_seconds(86_400) < *now)
    }
}

/// The address of a lead.
fn place(number: i64) -> String {
    format!("/leads/{number}")
}

/// The lists that a lead's form is made of.
const KINDS: [CatalogKind; 7] = [
    CatalogKind::Service,
    CatalogKind::Source,
    CatalogKind::LeadLabel,
    CatalogKind::UnqualifiedReason,
    CatalogKind::Currency,
    CatalogKind::DealStage,
    CatalogKind::LeadStatus,
];
