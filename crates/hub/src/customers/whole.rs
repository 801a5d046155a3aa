//! A customer with everything that belongs to them, as far as somebody may see it.

use domain::attachment::Attachment;
use domain::change::Change;
use domain::{Customer, Deal, Id, Lead, Message, Note, Result, Ticket, Viewer};
use store::{Tx, attachments, changes, deals, leads, messages, notes, tickets};

use super::{find, not_found};
use crate::sight;

/// Lines of history at most.
const LINES: i64 = 1_000;

/// A record with everything that belongs to it, as far as the viewer may see it.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The record.
    pub customer: Customer,
    /// Its history, newest first.
    pub history: Vec<Change>,
    /// Its leads, newest first.
    pub leads: Vec<Lead>,
    /// Its deals, newest first.
    pub deals: Vec<Deal>,
    /// Its tickets, newest first.
    pub tickets: Vec<Ticket>,
    /// Notes about it, newest first.
    pub notes: Vec<Note>,
    /// Messages to it, newest first.
    pub messages: Vec<Message>,
    /// Files attached to it, oldest first.
    pub attachments: Vec<Attachment>,
}

/// A part of a record's history.
#[derive(Debug, Clone)]
pub struct Past {
    /// Its lines, newest first, as far as the viewer may see them.
    pub lines: Vec<Change>,
    /// Before which line to go on, if there may be more.
    pub next: Option<Id>,
}

/// The history of a record that `viewer` sees, before one of its lines or from the newest on. At most `limit` lines are looked at.
pub fn history(tx: &mut Tx<'_>, viewer: &Viewer, id: Id, before: Option<Id>, limit: i64) -> Result<Past> {
    let mut lines = changes::before(tx, id, before.unwrap_or(Id(i64::MAX)), limit)?;
    let next = lines.last().map(|last| last.id).filter(|_| lines.len() as i64 == limit);
    if *viewer != Viewer::Org {
        let mut deals = deals::of_customer(tx, id)?;
        deals.retain(|deal| deal.permit.allows(viewer));
        let mut notes = notes::of_customer(tx, id)?;
        sight::trim_notes(tx, viewer, &deals, &mut notes)?;
        sight::trim_history(tx, viewer, (&deals, &notes), &mut lines)?;
    }
    Ok(Past { lines, next })
}

/// The door by which a record came first.
pub fn first_door(tx: &mut Tx<'_>, id: Id) -> Result<Option<String>> {
    changes::first_door(tx, id)
}

/// A record whole, if `viewer` may see it.
pub fn whole(tx: &mut Tx<'_>, viewer: &Viewer, id: Id) -> Result<Whole> {
    let customer = find(tx, viewer, id)?.ok_or_else(not_found)?;
    let mut history = changes::of_customer(tx, id, LINES)?;
    let mut deals = deals::of_customer(tx, id)?;
    deals.retain(|deal| deal.permit.allows(viewer));
    sight::trim_deals(tx, viewer, &mut deals)?;
    let mut notes = notes::of_customer(tx, id)?;
    sight::trim_notes(tx, viewer, &deals, &mut notes)?;
    sight::trim_history(tx, viewer, (&deals, &notes), &mut history)?;
    Ok(Whole {
        history,
        leads: leads::of_customer(tx, id)?,
        deals,
        tickets: tickets::of_customer(tx, id)?,
        notes,
        messages: messages::of_customer(tx, id)?,
        attachments: attachments::of_customer(tx, id)?,
        customer,
    })
}
