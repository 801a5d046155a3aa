//! A webhook listener: an address that takes records in, and what it adds to those it creates.

use crate::id::{Id, Instant};

/// A secret address of an org with its defaults.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listener {
    /// Its identity.
    pub id: Id,
    /// Small number that people see.
    pub number: i64,
    /// What it is for.
    pub name: String,
    /// Whether it takes anything in.
    pub active: bool,
    /// Networks that may post; empty means anywhere.
    pub networks: Vec<String>,
    /// The user it acts as when the sender is unknown and that is accepted.
    pub user: Option<Id>,
    /// Tag for new records that bring none of their own.
    pub default_tag: Option<String>,
    /// Source of new contacts and accounts.
    pub contact_source: Option<String>,
    /// Source of new leads.
    pub lead_source: Option<String>,
    /// E-mail to new records that have an address.
    pub email: Option<EmailTemplate>,
    /// SMS to new records that have a phone.
    pub sms: Option<String>,
    /// Calls that came, also those that were refused as a whole.
    pub calls: i64,
    /// Items of the calls that were taken in.
    pub items: i64,
    /// Items that were refused, and calls that were refused as a whole, each of these once.
    pub refused: i64,
    /// When it was last posted to.
    pub last_used_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
}

/// Subject and text of an automatic e-mail, with `{{variables}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailTemplate {
    /// Subject line.
    pub subject: String,
    /// Text.
    pub body: String,
}
