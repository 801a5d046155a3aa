//! What commands print: JSON for programs, aligned lines for people.

mod card;
mod customer;
mod records;
mod table;

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;

pub use card::card;
pub use customer::{Customer, Whole};
pub use records::{Attachment, Change, Deal, Lead, Message, Note, Ticket};
pub use table::Table;

/// Prints one JSON object.
pub fn json(value: &impl Serialize) -> Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    Ok(writeln!(out)?)
}

/// Prints a line.
pub fn line(text: impl std::fmt::Display) -> Result<()> {
    Ok(writeln!(io::stdout().lock(), "{text}")?)
}
