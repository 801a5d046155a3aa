//! How people keep the lists: items are added, changed, moved, merged and taken out by their number.

use domain::catalog::{CatalogItem, CatalogKind};
use domain::change::{FieldChange, Subject, What};
use domain::{Actor, Error, Id, Result, text};
use store::{Tx, catalog, leads};

use super::{NewItem, check_code, check_label, create, find_by_number, name, store_item};
use crate::{Hub, customers, deals, history};

/// Records that are handed over to another item in one transaction.
const SLICE: usize = 200;

/// Items above one another at most.
const DEEPEST: usize = 10;

/// What can be set on an item. What is not given is none.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// What people read.
    pub label: String,
    /// The code clients use.
    pub code: Option<String>,
    /// Number of the item above it.
    pub parent: Option<i64>,
    /// `#rrggbb`.
    pub colour: Option<String>,
    /// What only this kind of list knows.
    pub extra: Option<String>,
}

/// A way to move in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Before the one that stands before it.
    Up,
    /// Behind the one that stands behind it.
    Down,
}

/// Adds an item at the end of a list.
pub fn append(tx: &mut Tx<'_>, kind: CatalogKind, new: &Edit) -> Result<CatalogItem> {
    let Edit { label, code, parent, colour, extra } = tidied(new)?;
    let parent = match parent {
        Some(number) => Some(numbered(tx, kind, number)?.id),
        None => None,
    };
    let (code, colour, extra) = (code.as_deref(), colour.as_deref(), extra.as_deref());
    let item = create(tx, kind, &NewItem { label: &label, number: None, code, parent, colour, extra })?;
    note(tx, &item, What::Created, &[], "Thêm")?;
    Ok(item)
}

/// Changes an item; records go on carrying it.
pub fn edit(tx: &mut Tx<'_>, kind: CatalogKind, number: i64, edit: &Edit) -> Result<CatalogItem> {
    let before = numbered(tx, kind, number)?;
    let Edit { label, code, parent, colour, extra } = tidied(edit)?;
    let parent = match parent {
        Some(above) => Some(above_it(tx, &before, above)?),
        None => None,
    };
    let after = CatalogItem { label, code, parent, colour, extra, ..before.clone() };
    if after == before {
        return Ok(after);
    }
    store_item(tx, &after)?;
    let mut fields = differences(&before, &after);
    if before.parent != after.parent {
        fields.push(FieldChange {
            field: "parent".to_owned(),
            old: label_of(tx, before.parent)?,
            new: label_of(tx, after.parent)?,
        });
    }
    note(tx, &before, What::Updated, &fields, "Sửa")?;
    Ok(after)
}

/// Moves an item one step among those that stand below the same item.
pub fn shift(tx: &mut Tx<'_>, kind: CatalogKind, number: i64, step: Step) -> Result<()> {
    let item = numbered(tx, kind, number)?;
    let beside: Vec<CatalogItem> =
        catalog::list(tx, kind)?.into_iter().filter(|other| other.parent == item.parent).collect();
    let at = beside.iter().position(|other| other.id == item.id).unwrap_or_default();
    let other = match step {
        Step::Up => at.checked_sub(1).and_then(|before| beside.get(before)),
        Step::Down => beside.get(at + 1),
    };
    let Some(other) = other else { return Ok(()) };
    for (moved, position) in [(&item, other.position), (other, item.position)] {
        store_item(tx, &CatalogItem { position, ..moved.clone() })?;
    }
    note(tx, &item, What::Updated, &[], "Xếp lại")
}

/// How many records carry an item, counted up to `most`.
pub fn carried(tx: &mut Tx<'_>, item: Id, most: i64) -> Result<i64> {
    catalog::carried(tx, item, most)
}

/// Takes an item that no record carries out of its list. What stands below it stands on its own.
pub fn remove(tx: &mut Tx<'_>, kind: CatalogKind, number: i64) -> Result<()> {
    let item = numbered(tx, kind, number)?;
    if catalog::carried(tx, item.id, 1)? > 0 || leads::remembers_status(tx, item.id)? {
        let message = format!("{} đang được dùng, hãy gộp vào mục khác thay vì xóa", item.label);
        return Err(Error::conflict(message));
    }
    catalog::delete(tx, item.id)?;
    note(tx, &item, What::Deleted, &[], "Xóa")
}

impl Hub {
    /// Merges an item of a list into another: records that carry the one carry the other from then on, some hundred in a
    /// transaction, and the one is taken out when nobody carries it any more. Gives how many records changed.
    pub async fn merge_items(&self, actor: Actor, kind: CatalogKind, from: i64, into: i64) -> Result<usize> {
        if from == into {
            return Err(Error::invalid("into", "Không thể gộp một mục vào chính nó"));
        }
        let mut moved = 0;
        loop {
            let some = self.write(actor.clone(), move |tx| hand_over(tx, kind, from, into)).await?;
            moved += some;
            if some < SLICE {
                return Ok(moved);
            }
        }
    }
}

/// Hands some of the records over; takes the item out with the last of them.
fn hand_over(tx: &mut Tx<'_>, kind: CatalogKind, from: i64, into: i64) -> Result<usize> {
    let (old, new) = (numbered(tx, kind, from)?, numbered(tx, kind, into)?);
    let carriers = catalog::some_users_of(tx, old.id, SLICE as i64)?;
    for record in &carriers {
        relabel(tx, *record, &old, &new)?;
    }
    if carriers.len() < SLICE {
        leads::replace_last_status(tx, old.id, new.id)?;
        if let Some(above) = new.parent.filter(|above| *above == old.id) {
            // What is merged into the one below it leaves no gap between that one and those above.
            let parent = old.parent.filter(|parent| *parent != above);
            store_item(tx, &CatalogItem { parent, ..new.clone() })?;
        }
        catalog::adopt(tx, old.id, new.id)?;
        catalog::delete(tx, old.id)?;
        let fields = [FieldChange { field: "label".to_owned(), old: old.label.clone(), new: new.label.clone() }];
        note(tx, &old, What::Merged, &fields, "Gộp")?;
        keep_code(tx, &old, new)?;
    }
    Ok(carriers.len())
}

/// Clients that know the code of what was merged away go on being understood, if the other has none of its own.
fn keep_code(tx: &mut Tx<'_>, old: &CatalogItem, new: CatalogItem) -> Result<()> {
    if new.code.is_some() || old.code.is_none() {
        return Ok(());
    }
    let fresh = find_by_number(tx, new.kind, new.number)?.unwrap_or(new);
    store_item(tx, &CatalogItem { code: old.code.clone(), ..fresh })
}

/// One record carries `new` in the place of `old`: with a line in its history where it has one, and silently where it was
/// taken away or merged, so that it still does when it comes back.
fn relabel(tx: &mut Tx<'_>, record: Id, old: &CatalogItem, new: &CatalogItem) -> Result<()> {
    let swap = |labels: &mut Vec<domain::catalog::Label>| {
        let has_new = labels.iter().any(|label| label.item == new.id);
        labels.retain(|label| label.item != old.id || !has_new);
        for label in labels.iter_mut().filter(|label| label.item == old.id) {
            *label = new.label();
        }
        Ok(())
    };
    let is_living = customers::find_ref(tx, record)?.is_some() && store::merges::winner_of(tx, record)?.is_none();
    if is_living {
        return customers::change(tx, record, |customer| swap(&mut customer.labels)).map(drop);
    }
    if leads::find(tx, record)?.is_some() {
        return crate::leads::change(tx, record, |lead| swap(&mut lead.labels)).map(drop);
    }
    if store::deals::find(tx, record)?.is_some() {
        return deals::change(tx, record, |deal| swap(&mut deal.labels)).map(drop);
    }
    catalog::relabel(tx, record, old.id, new.id)
}

fn numbered(tx: &mut Tx<'_>, kind: CatalogKind, number: i64) -> Result<CatalogItem> {
    find_by_number(tx, kind, number)?
        .ok_or_else(|| Error::not_found(format!("Không tìm thấy {} số {number}", name(kind))))
}

/// The item that is to stand above another, unless that would make a ring or a tree too deep to read.
fn above_it(tx: &mut Tx<'_>, item: &CatalogItem, above: i64) -> Result<Id> {
    let all = catalog::list(tx, item.kind)?;
    let parent = numbered(tx, item.kind, above)?;
    let mut next = Some(parent.id);
    for _ in 0..DEEPEST {
        let Some(id) = next else { return Ok(parent.id) };
        if id == item.id {
            return Err(Error::invalid("parent", "Mục cha không thể là chính nó hoặc mục con của nó"));
        }
        next = all.iter().find(|known| known.id == id).and_then(|known| known.parent);
    }
    Err(Error::invalid("parent", format!("Danh mục có nhiều nhất {DEEPEST} cấp")))
}

fn tidied(edit: &Edit) -> Result<Edit> {
    check_label(&edit.label)?;
    let some = |text: &Option<String>| {
        text.as_deref().map(|text| text::tidy(text).into_owned()).filter(|text| !text.is_empty())
    };
    let (code, colour) = (some(&edit.code), some(&edit.colour));
    if let Some(code) = &code {
        check_code(code)?;
    }
    let is_colour = |colour: &String| {
        colour.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    if colour.as_ref().is_some_and(|colour| !is_colour(colour)) {
        return Err(Error::invalid("colour", "Màu phải có dạng #rrggbb, ví dụ #cc3300"));
    }
    let label = text::tidy(&edit.label).into_owned();
    Ok(Edit { label, code, colour, parent: edit.parent, extra: some(&edit.extra) })
}

fn differences(before: &CatalogItem, after: &CatalogItem) -> Vec<FieldChange> {
    let parts = |item: &CatalogItem| {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            ("label", item.label.clone()),
            ("code", or_empty(&item.code)),
            ("colour", or_empty(&item.colour)),
            ("extra", or_empty(&item.extra)),
        ]
    };
    let pairs = parts(before).into_iter().zip(parts(after));
    pairs
        .filter(|((_, old), (_, new))| old != new)
        .map(|((field, old), (_, new))| FieldChange { field: field.to_owned(), old, new })
        .collect()
}

/// What an item is called; nothing where there is none.
fn label_of(tx: &mut Tx<'_>, item: Option<Id>) -> Result<String> {
    let found = match item {
        Some(item) => catalog::find(tx, item)?,
        None => None,
    };
    Ok(found.map(|item| item.label).unwrap_or_default())
}

fn note(tx: &mut Tx<'_>, item: &CatalogItem, what: What, fields: &[FieldChange], verb: &str) -> Result<()> {
    let said = format!("{verb} {} {}", name(item.kind), item.label);
    history::record(tx, None, Subject::Setting(item.id), what, fields, &said)
}
