//! Two records become one, and two again: the queue of doubtful pairs, what a merge would do, the merge, and its undoing.
//!
//! A merge is soft. The loser keeps its row, with all its facts as they were; it points to the winner, and its number, codes
//! and keys lead there. The winner gains what it lacked. Undoing takes from the winner what it gained from that record, as far
//! as nobody changed it since, and gives back what changed hands, as far as it is still there; whatever came later stays with
//! the winner. Merges into one record are undone in the reverse of their order.

mod undo;

use domain::change::{self, FieldChange, Subject, What};
use domain::identity::Key;
use domain::merge::{self, Choices, Fact, Side};
use domain::{Customer, Error, Id, Instant, Result, Viewer};
use store::merges::{self, Belonging, Moved};
use store::{Tx, customers, duplicates, search};

use crate::{history, sight};

pub use store::merges::Merge;
pub use undo::undo;

/// Days for which a merge can be undone.
pub const UNDOABLE_DAYS: i64 = 90;

/// Which records, and which of their values.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Number of the record that stays.
    pub winner: i64,
    /// Number of the record that goes into it.
    pub loser: i64,
    /// The versions of both that were looked at, where somebody looked: a change since then is a conflict.
    pub versions: Option<(i64, i64)>,
    /// From which side facts hold; the others as usual.
    pub choices: Choices,
}

/// What was done.
#[derive(Debug, Clone)]
pub struct Merged {
    /// Number of the merge.
    pub number: i64,
    /// The record that stayed, as it is now.
    pub winner: Customer,
    /// The record that went into it.
    pub loser: Customer,
    /// The fields of the winner that differ.
    pub fields: Vec<FieldChange>,
    /// How many rows changed hands, by what they are.
    pub moved: Vec<(&'static str, i64)>,
}

/// Two records side by side.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The one.
    pub one: Customer,
    /// The other.
    pub other: Customer,
    /// Facts in which they differ.
    pub facts: Vec<Difference>,
}

/// A fact in which two records differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which fact; its word names it in forms.
    pub fact: Fact,
    /// Name of the field in history.
    pub field: String,
    /// Value of the one, for people to read.
    pub one: String,
    /// Value of the other.
    pub other: String,
    /// Whose value holds when the one stays and nobody chooses.
    pub usual: Side,
}

/// What a merge would do.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The winner as it would be.
    pub after: Customer,
    /// The fields of it that would differ.
    pub fields: Vec<FieldChange>,
    /// How many rows would change hands, by what they are.
    pub moves: Vec<(&'static str, i64)>,
}

/// A pair of the queue with both records.
#[derive(Debug, Clone)]
pub struct Doubt {
    /// The older record.
    pub low: Customer,
    /// The newer record.
    pub high: Customer,
    /// What kind of key they share, and the key.
    pub evidence: (String, String),
    /// When it was noticed.
    pub created_at: Instant,
}

/// Where a pair stands in the queue: its newer and its older record.
pub type Place = (Id, Id);

/// A page of the queue, newest first, of pairs of which the viewer sees both. `after` are the newer and the older record of
/// the last pair of the page before; the second part of the answer is what to ask with next, unless all were seen.
pub fn queue(tx: &mut Tx<'_>, viewer: &Viewer, after: Option<Place>, size: i64) -> Result<(Vec<Doubt>, Option<Place>)> {
    let mut after = after;
    loop {
        let pairs = duplicates::page(tx, after, size)?;
        let next = pairs.last().filter(|_| pairs.len() as i64 == size).map(|pair| (pair.high, pair.low));
        let mut doubts = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let both = [customers::find(tx, pair.low)?, customers::find(tx, pair.high)?];
            // One of them may have been taken away since, or be somebody else's.
            let [Some(low), Some(high)] = both else { continue };
            if low.permit.allows(viewer) && high.permit.allows(viewer) {
                doubts.push(Doubt { low, high, evidence: pair.evidence, created_at: pair.created_at });
            }
        }
        // A page with nothing on it would be taken for the end.
        if !doubts.is_empty() || next.is_none() {
            return Ok((doubts, next));
        }
        after = next;
    }
}

/// Decides that two records are not the same; the pair is not asked about again.
pub fn dismiss(tx: &mut Tx<'_>, viewer: &Viewer, one: i64, other: i64) -> Result<()> {
    let (one, other) = (living(tx, viewer, one)?, living(tx, viewer, other)?);
    if !duplicates::decide(tx, one.id, other.id, "apart")? {
        return Err(Error::not_found("Hai khách hàng này không nằm trong danh sách nghi trùng"));
    }
    for (record, twin) in [(&one, &other), (&other, &one)] {
        let text = format!("Xác nhận không trùng với khách hàng {}", twin.number);
        history::record(tx, Some(record.id), Subject::Customer(record.id), What::Noted, &[], &text)?;
    }
    Ok(())
}

/// Two records side by side, as far as `viewer` may see them.
pub fn compare(tx: &mut Tx<'_>, viewer: &Viewer, one: i64, other: i64) -> Result<Comparison> {
    let mut both = [living(tx, viewer, one)?, living(tx, viewer, other)?];
    sight::trim_customers(tx, viewer, &mut both)?;
    let [one, other] = both;
    let mut facts = Vec::new();
    for fact in Fact::of_both(&one, &other) {
        let theirs = merge::read(&other, &fact);
        if merge::read(&one, &fact) == theirs {
            continue;
        }
        let usual = merge::usual_side(&fact, &one, &other);
        let mut swapped = one.clone();
        merge::write(&mut swapped, &fact, &theirs);
        // A fact of several parts, such as a name, is shown by the first that differs.
        let shown = change::of_customer(&one, &swapped).into_iter().next();
        let FieldChange { field, old, new } = shown.unwrap_or_else(|| bare(&fact));
        facts.push(Difference { fact, field, one: old, other: new, usual });
    }
    Ok(Comparison { one, other, facts })
}

/// A difference that history has no words for.
fn bare(fact: &Fact) -> FieldChange {
    FieldChange { field: fact.word(), old: String::new(), new: String::new() }
}

/// What a merge would do, without doing it.
pub fn preview(tx: &mut Tx<'_>, viewer: &Viewer, wish: &Wish) -> Result<Preview> {
    let (winner, loser) = both(tx, viewer, wish)?;
    let (after, _) = merge::merged(&winner, &loser, &wish.choices);
    crate::customers::check(&after)?;
    let mut moves = Vec::new();
    for what in Belonging::ALL {
        let rows = merges::belongings(tx, what, loser.id)?;
        moves.push((what.word(), rows.iter().filter(|row| **row != winner.id).count() as i64));
    }
    Ok(Preview { fields: change::of_customer(&winner, &after), after, moves })
}

/// Merges one record into another.
pub fn merge(tx: &mut Tx<'_>, viewer: &Viewer, wish: &Wish) -> Result<Merged> {
    let (winner, loser) = both(tx, viewer, wish)?;
    hold(tx, [winner.id, loser.id])?;
    // What was read before they were held may have changed until then.
    let (winner, loser) = both(tx, viewer, wish)?;
    let (mut after, gains) = merge::merged(&winner, &loser, &wish.choices);
    crate::customers::check(&after)?;
    let mut moved = Moved { followers: merges::followers(tx, loser.id)?, ..Moved::default() };
    give_keys(tx, &winner, &loser, &after, &mut moved)?;
    (after.version, after.updated_at) = (winner.version + 1, tx.now());
    after.updated_by.clone_from(&tx.actor().name);
    if !customers::update(tx, &winner, &after)? {
        return Err(Error::busy("the winner was changed by somebody else meanwhile"));
    }
    let mut pointing = moved.followers.clone();
    pointing.push(loser.id);
    merges::point(tx, &pointing, Some(winner.id))?;
    for what in Belonging::ALL {
        let rows = merges::give(tx, what, loser.id, winner.id)?;
        if !rows.is_empty() {
            moved.rows.push((what, rows));
        }
    }
    moved.concerned = merges::give_concerned(tx, loser.id, winner.id)?;
    moved.pair = duplicates::state(tx, winner.id, loser.id)?;
    duplicates::decide(tx, winner.id, loser.id, "merged")?;
    moved.pairs.extend(duplicates::hand_over(tx, loser.id, winner.id)?);
    search::rewrite(tx, &after)?;
    search::remove(tx, loser.id)?;
    let number = merges::insert(tx, winner.id, loser.id, &gains, &moved)?;
    let fields = change::of_customer(&winner, &after);
    tell(tx, &after, &loser, &fields)?;
    let moved = moved.rows.iter().map(|(what, rows)| (what.word(), rows.len() as i64)).collect();
    Ok(Merged { number, winner: after, loser, fields, moved })
}

/// Merges of which the viewer sees both records, newest first. `before` is the id of the last one of the page before.
pub fn list(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    before: Option<Id>,
    size: i64,
) -> Result<Vec<(Merge, Customer, Customer)>> {
    let mut seen = Vec::new();
    for merge in merges::list(tx, before, size)? {
        let both = [customers::find(tx, merge.winner)?, customers::find(tx, merge.loser)?];
        let [Some(winner), Some(loser)] = both else { continue };
        if winner.permit.allows(viewer) && loser.permit.allows(viewer) {
            seen.push((merge, winner, loser));
        }
    }
    Ok(seen)
}

fn tell(tx: &mut Tx<'_>, winner: &Customer, loser: &Customer, fields: &[FieldChange]) -> Result<()> {
    tx.touch(winner.number);
    tx.touch(loser.number);
    let text = format!("Gộp khách hàng {} ({}) vào khách hàng này", loser.number, loser.name);
    history::record(tx, Some(winner.id), Subject::Customer(winner.id), What::Merged, fields, &text)?;
    let text = format!("Đã được gộp vào khách hàng {} ({})", winner.number, winner.name);
    history::record(tx, Some(loser.id), Subject::Customer(loser.id), What::Noted, &[], &text)?;
    tx.decide(format!("Gộp khách hàng {} vào khách hàng {}", loser.number, winner.number));
    Ok(())
}

/// Holds both records until the end of the unit, in one order, so that two merges do not wait for each other.
fn hold(tx: &mut Tx<'_>, mut both: [Id; 2]) -> Result<()> {
    both.sort_unstable();
    both.into_iter().try_for_each(|id| merges::lock(tx, id))
}

fn both(tx: &mut Tx<'_>, viewer: &Viewer, wish: &Wish) -> Result<(Customer, Customer)> {
    if wish.winner == wish.loser {
        return Err(Error::invalid("", "Không thể gộp một khách hàng vào chính nó"));
    }
    let (winner, loser) = (living(tx, viewer, wish.winner)?, living(tx, viewer, wish.loser)?);
    if let Some((of_winner, of_loser)) = wish.versions {
        for (record, seen) in [(&winner, of_winner), (&loser, of_loser)] {
            if record.version != seen {
                let (number, by) = (record.number, &record.updated_by);
                let message = format!("Khách hàng {number} vừa được {by} thay đổi, hãy xem lại trước khi gộp");
                return Err(Error::conflict(message));
            }
        }
    }
    Ok((winner, loser))
}

/// The record with a number itself, if it was not merged into another and `viewer` may see it.
fn living(tx: &mut Tx<'_>, viewer: &Viewer, number: i64) -> Result<Customer> {
    let not_found = || Error::not_found(format!("Không tìm thấy khách hàng {number}"));
    let id = merges::find_by_own_number(tx, number)?.ok_or_else(not_found)?;
    let found = customers::find(tx, id)?.filter(|it| it.permit.allows(viewer)).ok_or_else(not_found)?;
    let Some(winner) = found.canonical else { return Ok(found) };
    let winner = customers::find_ref(tx, winner)?.map(|winner| winner.number).unwrap_or_default();
    Err(Error::conflict(format!("Khách hàng {number} đã được gộp vào khách hàng {winner}")))
}

fn words(key: &Key) -> (&'static str, &str) {
    (key.kind.word(), &key.key)
}

/// The keys of the loser, and of those that went into it before, lead to the winner.
fn give_keys(tx: &mut Tx<'_>, winner: &Customer, loser: &Customer, after: &Customer, moved: &mut Moved) -> Result<()> {
    let mut keys = loser.keys();
    for follower in customers::list(tx, &moved.followers)? {
        keys.extend(follower.keys());
    }
    // In one order, so that two units that take the same keys do not wait for each other.
    keys.sort_unstable();
    keys.dedup();
    for key in &keys {
        if merges::give_key(tx, words(key), loser.id, winner.id)? {
            moved.keys.push((key.kind.word().to_owned(), key.key.clone()));
        }
    }
    let had = winner.keys();
    let mut gained = after.keys();
    gained.retain(|key| {
        !had.contains(key) && !moved.keys.iter().any(|(kind, it)| (kind.as_str(), it) == (key.kind.word(), &key.key))
    });
    gained.sort_unstable();
    for key in &gained {
        let before = store::identities::holder(tx, key)?;
        match before {
            None => {
                if merges::claim_key(tx, words(key), winner.id)? == winner.id {
                    moved.claimed.push((key.kind.word().to_owned(), key.key.clone()));
                }
            }
            Some(holder) if holder == winner.id => {}
            Some(holder) => {
                let is_new = duplicates::state(tx, winner.id, holder)?.is_none();
                duplicates::insert(tx, winner.id, holder, key)?;
                moved.pairs.extend(is_new.then_some((holder, true)));
            }
        }
    }
    Ok(())
}
