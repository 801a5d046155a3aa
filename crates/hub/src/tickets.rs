//! Tickets: what customers need help with, opened, taken care of and closed.

use domain::catalog::CatalogKind;
use domain::change::{self, Change, FieldChange, Subject, What};
use domain::field::{self, FieldValue};
use domain::{Error, Instant, Note, Result, Ticket, Viewer, text};
use store::search::{self, Filter};
use store::{Tx, changes, notes, tickets};

use crate::leads::steps::{checked_body, item, team};
use crate::{customers, history, sight};

pub use store::tickets::{After, Asked, State};

/// Lines of a ticket's history at most.
const LINES: i64 = 200;

/// Customers whose tickets a search looks through.
const FOUND: i64 = 200;

/// Letters of a title at most.
const LONGEST_TITLE: usize = 250;

/// Makes a ticket.
pub fn create(tx: &mut Tx<'_>, mut new: Ticket) -> Result<Ticket> {
    new.id = tx.new_id();
    new.number = tickets::next_number(tx)?;
    new.version = 1;
    (new.created_at, new.updated_at) = (tx.now(), tx.now());
    tickets::insert(tx, &new)?;
    let customer = new.customer.as_ref().map(|customer| customer.id);
    customers::must_not_be_merged(tx, customer)?;
    let text = format!("Tạo mới phiếu hỗ trợ {}", new.number);
    history::record(tx, customer, Subject::Ticket(new.id), What::Created, &[], &text)?;
    Ok(new)
}

/// The ticket with a number, if `viewer` may see its customer; without the deal where they may not see that.
pub fn find_for(tx: &mut Tx<'_>, viewer: &Viewer, number: i64) -> Result<Ticket> {
    let mut ticket = find_whole(tx, viewer, number)?;
    sight::trim_ticket(tx, viewer, &mut ticket)?;
    Ok(ticket)
}

/// The same with its deal, to be written back.
fn find_whole(tx: &mut Tx<'_>, viewer: &Viewer, number: i64) -> Result<Ticket> {
    let not_found = || Error::not_found("Không tìm thấy phiếu hỗ trợ");
    let id = tickets::find_by_number(tx, number)?.ok_or_else(not_found)?;
    let ticket = tickets::find(tx, id)?.ok_or_else(not_found)?;
    let is_seen = match &ticket.customer {
        Some(customer) => customers::find(tx, viewer, customer.id)?.is_some(),
        None => true,
    };
    if is_seen { Ok(ticket) } else { Err(not_found()) }
}

/// Which ticket, and as it was when it was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'s> {
    /// On whose behalf.
    pub viewer: &'s Viewer,
    /// Its number.
    pub number: i64,
    /// Its version then.
    pub version: i64,
}

/// What people write about a ticket; what is `None` is taken away.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Its title.
    pub title: String,
    /// What is wrong.
    pub body: String,
    /// Number of the team that takes care of it.
    pub team: Option<i64>,
    /// Number of the channel it came through.
    pub channel: Option<i64>,
    /// Number of the service level.
    pub sla: Option<i64>,
    /// Custom values; fields that are not named stay.
    pub values: Vec<FieldValue>,
}

/// Opens a ticket, of a customer where one is named.
pub fn open(tx: &mut Tx<'_>, viewer: &Viewer, customer: Option<i64>, facts: &Facts) -> Result<Ticket> {
    let mut new = Ticket::default();
    if let Some(number) = customer {
        let unknown = || Error::invalid("customer", "Không tìm thấy khách hàng");
        let id = customers::find_by_number(tx, number)?.ok_or_else(unknown)?;
        customers::find(tx, viewer, id)?.ok_or_else(unknown)?;
        new.customer = customers::find_ref(tx, id)?;
        tx.touch(number);
    }
    write(tx, &mut new, facts)?;
    create(tx, new)
}

/// Corrects what is written about a ticket, and who takes care of it.
pub fn correct(tx: &mut Tx<'_>, seen: Seen<'_>, facts: &Facts) -> Result<Ticket> {
    let mut wanted = find_seen(tx, seen)?;
    write(tx, &mut wanted, facts)?;
    change(tx, &wanted, "Cập nhật phiếu hỗ trợ")
}

/// Says that a ticket is solved.
pub fn close(tx: &mut Tx<'_>, seen: Seen<'_>) -> Result<Ticket> {
    let known = find_seen(tx, seen)?;
    let closed_at = known.closed_at.or(Some(tx.now()));
    change(tx, &Ticket { closed_at, ..known }, "Đóng phiếu hỗ trợ")
}

/// Says that a ticket is not solved after all.
pub fn reopen(tx: &mut Tx<'_>, seen: Seen<'_>) -> Result<Ticket> {
    let known = find_seen(tx, seen)?;
    change(tx, &Ticket { closed_at: None, ..known }, "Mở lại phiếu hỗ trợ")
}

fn find_seen(tx: &mut Tx<'_>, seen: Seen<'_>) -> Result<Ticket> {
    let known = find_whole(tx, seen.viewer, seen.number)?;
    if let Some(customer) = &known.customer {
        tx.touch(customer.number);
    }
    if known.version == seen.version {
        return Ok(known);
    }
    Err(Error::conflict("Phiếu đã được người khác thay đổi, hãy xem lại rồi làm tiếp"))
}

fn write(tx: &mut Tx<'_>, ticket: &mut Ticket, facts: &Facts) -> Result<()> {
    let title = text::tidy(&facts.title);
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        return Err(Error::invalid("title", format!("Tiêu đề phải có từ 1 đến {LONGEST_TITLE} ký tự")));
    }
    ticket.title = title.into_owned();
    ticket.body = match facts.body.trim() {
        "" => String::new(),
        body => checked_body(body)?,
    };
    ticket.team = team(tx, facts.team)?;
    for (kind, number) in [(CatalogKind::TicketChannel, facts.channel), (CatalogKind::Sla, facts.sla)] {
        let label = item(tx, kind, number)?;
        ticket.set_label(kind, label);
    }
    field::put(&mut ticket.values, &facts.values);
    Ok(())
}

/// Writes what differs, with its history.
fn change(tx: &mut Tx<'_>, wanted: &Ticket, text: &str) -> Result<Ticket> {
    let before = tickets::find(tx, wanted.id)?.ok_or_else(|| Error::not_found("Không tìm thấy phiếu hỗ trợ"))?;
    if before == *wanted {
        return Ok(before);
    }
    let after = Ticket { version: before.version + 1, updated_at: tx.now(), ..wanted.clone() };
    if !tickets::update(tx, &before, &after)? {
        return Err(Error::busy("the ticket was changed by somebody else meanwhile"));
    }
    let customer = after.customer.as_ref().map(|customer| customer.id);
    customers::must_not_be_merged(tx, customer)?;
    history::record(tx, customer, Subject::Ticket(after.id), What::Updated, &differences(&before, &after), text)?;
    Ok(after)
}

fn differences(before: &Ticket, after: &Ticket) -> Vec<FieldChange> {
    let facts = |ticket: &Ticket| {
        let label = |kind| ticket.label(kind).map(|label| label.label.clone()).unwrap_or_default();
        [
            ("title", ticket.title.clone()),
            ("body", ticket.body.clone()),
            ("team", ticket.team.as_ref().map(|team| team.name.clone()).unwrap_or_default()),
            ("ticket_channel", label(CatalogKind::TicketChannel)),
            ("sla", label(CatalogKind::Sla)),
            ("closed_at", ticket.closed_at.map(Instant::rfc3339).unwrap_or_default()),
        ]
    };
    let pairs = facts(before).into_iter().zip(facts(after)).filter(|((_, old), (_, new))| old != new);
    let changed = pairs.map(|((field, old), (_, new))| FieldChange { field: field.to_owned(), old, new });
    changed.chain(change::of_values(&before.values, &after.values)).collect()
}

/// Writes something down about a ticket.
pub fn note(tx: &mut Tx<'_>, viewer: &Viewer, number: i64, body: &str, is_public: bool) -> Result<Note> {
    let ticket = find_for(tx, viewer, number)?;
    let (customer, body) = (ticket.customer.as_ref().map(|customer| customer.id), checked_body(body)?);
    crate::notes::create(tx, Note { customer, ticket: Some(ticket.id), body, is_public, ..Note::default() })
}

/// Notes on a ticket that `viewer` may see, oldest first.
pub fn notes_of(tx: &mut Tx<'_>, viewer: &Viewer, ticket: &Ticket) -> Result<Vec<Note>> {
    Ok(notes::of_ticket(tx, ticket.id)?.into_iter().filter(|note| note.permit.allows(viewer)).collect())
}

/// What happened to a ticket, newest first.
pub fn history_of(tx: &mut Tx<'_>, ticket: &Ticket) -> Result<Vec<Change>> {
    match &ticket.customer {
        Some(customer) => changes::of_subject(tx, customer.id, ticket.id, LINES),
        None => Ok(Vec::new()),
    }
}

/// A page of tickets.
#[derive(Debug, Clone)]
pub struct Page {
    /// The tickets of this page, newest first.
    pub tickets: Vec<Ticket>,
    /// Where the next page begins, if there is more.
    pub next: Option<After>,
}

/// The next `size` tickets that match and that `viewer` may see.
pub fn page(tx: &mut Tx<'_>, viewer: &Viewer, asked: &Asked, after: Option<After>, size: i64) -> Result<Page> {
    // One more than is shown tells whether there is more.
    let mut ids = tickets::list_after(tx, viewer, asked, after, size + 1)?;
    let is_end = ids.len() as i64 <= size;
    ids.truncate(usize::try_from(size).unwrap_or(0));
    let tickets = tickets::list(tx, &ids)?;
    let last = tickets.last().map(|last| After { created_at: last.created_at, id: last.id });
    Ok(Page { tickets, next: last.filter(|_| !is_end) })
}

/// Tickets that are called for by number, or by whatever finds their customer: newest first, `limit` at most.
pub fn find(tx: &mut Tx<'_>, filter: &Filter, limit: i64) -> Result<Vec<Ticket>> {
    let customers = search::find(tx, filter, 0, FOUND)?.ids;
    let mut ids = tickets::of_customers(tx, &customers, limit)?;
    let number = filter.keyword.as_deref().and_then(|keyword| keyword.trim().trim_start_matches('#').parse().ok());
    if let Some(number) = number
        && let Some(id) = tickets::find_by_number(tx, number)?
        && !ids.contains(&id)
    {
        ids.insert(0, id);
    }
    let mut found = tickets::list(tx, &ids)?;
    sight::retain_seen(tx, &filter.viewer, &mut found, |ticket| ticket.customer.as_ref().map(|it| it.id))?;
    Ok(found)
}
