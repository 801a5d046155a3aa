//! Tickets: what customers need help with.

use domain::change::{Subject, What};
use domain::{Result, Ticket};
use store::{Tx, changes, tickets};

/// Makes a ticket.
pub fn create(tx: &mut Tx<'_>, mut new: Ticket) -> Result<Ticket> {
    new.id = tx.new_id();
    new.number = tickets::next_number(tx)?;
    (new.created_at, new.updated_at) = (tx.now(), tx.now());
    tickets::insert(tx, &new)?;
    let customer = new.customer.as_ref().map(|customer| customer.id);
    let text = format!("Tạo mới phiếu hỗ trợ {}", new.number);
    changes::record(tx, customer, Subject::Ticket(new.id), What::Created, &[], &text)?;
    Ok(new)
}
