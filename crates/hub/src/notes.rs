//! Notes about customers, leads, deals and tickets.

use domain::change::{Subject, What};
use domain::{Id, Note, Result};
use store::{Tx, notes};

use crate::history;

/// Writes a note down. The writer is the user who acts, unless the note names another.
pub fn create(tx: &mut Tx<'_>, mut new: Note) -> Result<Note> {
    new.id = tx.new_id();
    new.number = notes::next_number(tx)?;
    new.created_at = tx.now();
    if new.author.is_none() && new.author_name.is_empty() {
        new.author = tx.actor().user;
        new.author_name.clone_from(&tx.actor().name);
    }
    notes::insert(tx, &new)?;
    crate::customers::must_not_be_merged(tx, new.customer)?;
    history::record(tx, new.customer, Subject::Note(new.id), What::Created, &[], "Thêm ghi chú")?;
    Ok(new)
}

/// Notes on a lead, oldest first.
pub fn of_lead(tx: &mut Tx<'_>, lead: Id) -> Result<Vec<Note>> {
    notes::of_lead(tx, lead)
}
