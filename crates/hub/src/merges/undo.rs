//! A merge is taken back: both records are as they were, except for what came later.

use domain::catalog::CatalogKind;
use domain::change::{self, Subject, What};
use domain::{Customer, Error, Id, Result, Viewer, merge};
use store::merges::{self, Merge};
use store::{Tx, catalog, customers, duplicates, fields, search};

use super::{Merged, UNDOABLE_DAYS, hold};
use crate::history;

/// Takes back the merge with a number.
pub fn undo(tx: &mut Tx<'_>, viewer: &Viewer, number: i64) -> Result<Merged> {
    let (merge, ..) = undoable(tx, viewer, number)?;
    hold(tx, [merge.winner, merge.loser])?;
    let (merge, winner, mut loser) = undoable(tx, viewer, number)?;
    if !merges::mark_undone(tx, merge.id)? {
        return Err(Error::busy("somebody else undoes the same merge"));
    }
    let mut after = merge::parted(&winner, &merge.gains);
    forget_what_is_gone(tx, &winner, &mut after)?;
    (after.version, after.updated_at) = (winner.version + 1, tx.now());
    after.updated_by.clone_from(&tx.actor().name);
    if !customers::update(tx, &winner, &after)? {
        return Err(Error::busy("the winner was changed by somebody else meanwhile"));
    }
    merges::point(tx, &[loser.id], None)?;
    if !merge.moved.followers.is_empty() {
        merges::point(tx, &merge.moved.followers, Some(loser.id))?;
    }
    return_keys(tx, &merge, &after, &loser)?;
    for (what, rows) in &merge.moved.rows {
        merges::take_back(tx, *what, rows, winner.id, loser.id)?;
    }
    merges::return_concerned(tx, &merge.moved.concerned, winner.id, loser.id)?;
    if let Some(state) = &merge.moved.pair {
        duplicates::decide(tx, winner.id, loser.id, state)?;
    }
    duplicates::hand_back(tx, &merge.moved.pairs, loser.id, winner.id)?;
    loser.canonical = None;
    search::rewrite(tx, &after)?;
    search::rewrite(tx, &loser)?;
    let fields = change::of_customer(&winner, &after);
    tell(tx, &after, &loser, &fields)?;
    let moved = merge.moved.rows.iter().map(|(what, rows)| (what.word(), rows.len() as i64)).collect();
    Ok(Merged { number, winner: after, loser, fields, moved })
}

fn tell(tx: &mut Tx<'_>, winner: &Customer, loser: &Customer, fields: &[change::FieldChange]) -> Result<()> {
    tx.touch(winner.number);
    tx.touch(loser.number);
    let text = format!("Hoàn tác gộp: khách hàng {} ({}) được tách ra", loser.number, loser.name);
    history::record(tx, Some(winner.id), Subject::Customer(winner.id), What::Parted, fields, &text)?;
    let text = format!("Hoàn tác gộp: được tách khỏi khách hàng {}", winner.number);
    history::record(tx, Some(loser.id), Subject::Customer(loser.id), What::Parted, &[], &text)?;
    tx.decide(format!("Hoàn tác gộp khách hàng {} vào khách hàng {}", loser.number, winner.number));
    Ok(())
}

/// The merge with its two records, if it can still be undone.
fn undoable(tx: &mut Tx<'_>, viewer: &Viewer, number: i64) -> Result<(Merge, Customer, Customer)> {
    let not_found = || Error::not_found(format!("Không tìm thấy lần gộp {number}"));
    let merge = merges::find(tx, number)?.ok_or_else(not_found)?;
    let loser = customers::find(tx, merge.loser)?.filter(|it| it.permit.allows(viewer)).ok_or_else(not_found)?;
    if merge.undone.is_some() {
        return Err(Error::conflict(format!("Lần gộp {number} đã được hoàn tác")));
    }
    if tx.now() > merge.at.plus_seconds(UNDOABLE_DAYS * 86_400) {
        return Err(Error::conflict(format!(
            "Lần gộp {number} đã quá {UNDOABLE_DAYS} ngày nên không hoàn tác được nữa"
        )));
    }
    let Some(winner) = customers::find(tx, merge.winner)? else {
        return Err(Error::conflict("Khách hàng nhận gộp đã bị xóa nên không hoàn tác được"));
    };
    if !winner.permit.allows(viewer) {
        return Err(not_found());
    }
    let later = match winner.canonical {
        Some(_) => merges::of_loser(tx, winner.id)?,
        None => merges::newest_into(tx, winner.id)?.filter(|newest| newest.id != merge.id),
    };
    match later {
        Some(later) => Err(Error::conflict(format!("Hãy hoàn tác lần gộp sau đó ({}) trước", later.number))),
        None => Ok((merge, winner, loser)),
    }
}

/// A value that was replaced cannot come back when its list item, field or organization is gone meanwhile.
fn forget_what_is_gone(tx: &mut Tx<'_>, now: &Customer, after: &mut Customer) -> Result<()> {
    let returning: Vec<Id> =
        after.labels.iter().filter(|label| !now.labels.contains(label)).map(|label| label.item).collect();
    if !returning.is_empty() {
        let mut known: Vec<Id> = Vec::new();
        for kind in [CatalogKind::Status, CatalogKind::Type, CatalogKind::Source, CatalogKind::Scale] {
            known.extend(catalog::list(tx, kind)?.into_iter().map(|item| item.id));
        }
        after.labels.retain(|label| !returning.contains(&label.item) || known.contains(&label.item));
    }
    if after.values.iter().any(|value| !now.values.contains(value)) {
        let known = fields::list(tx, domain::field::FieldEntity::Customer)?;
        after.values.retain(|value| known.iter().any(|field| field.id == value.field));
    }
    if let Some(company) = after.company.take() {
        after.company = customers::find_ref(tx, company.id)?;
    }
    Ok(())
}

/// The loser holds again what it held; a key that somebody else took meanwhile makes a pair for the queue.
fn return_keys(tx: &mut Tx<'_>, merge: &Merge, winner: &Customer, loser: &Customer) -> Result<()> {
    let own = winner.keys();
    for (kind, key) in &merge.moved.claimed {
        if !own.iter().any(|it| (it.kind.word(), &it.key) == (kind.as_str(), key)) {
            merges::release_key(tx, (kind, key), winner.id)?;
        }
    }
    for (kind, key) in &merge.moved.keys {
        if merges::give_key(tx, (kind, key), winner.id, loser.id)? {
            continue;
        }
        let holder = merges::claim_key(tx, (kind, key), loser.id)?;
        let theirs = loser.keys().into_iter().find(|it| (it.kind.word(), &it.key) == (kind.as_str(), key));
        if let Some(theirs) = theirs.filter(|_| holder != loser.id) {
            duplicates::insert(tx, loser.id, holder, &theirs)?;
        }
    }
    Ok(())
}
