//! One thing done to many customers at once, some at a time, and taken back as a whole.
//!
//! Every line of history that it writes names the batch as its call. Taking it back gives each customer what it had before, as
//! far as nobody changed that since.

use domain::change::{Subject, What};
use domain::customer::UserRef;
use domain::{Actor, CatalogItem, Customer, Error, Id, Instant, Result, Viewer};
use store::search::{self, Filter};
use store::{Tx, bulks, catalog, customers as stored, identities, users};

use crate::{Hub, customers, history};

/// Customers of one batch at most.
pub const MOST: i64 = 50_000;
/// Customers of one transaction, so that nobody waits long behind it.
const SLICE: usize = 192;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Puts a catalog item on: a tag or group is added, a status or source replaced.
    Label(Id),
    /// Takes a catalog item off.
    Unlabel(Id),
    /// Makes a user the one owner.
    Own(Id),
    /// Takes the customers away.
    Delete,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The batch, to take it back by.
    pub batch: Id,
    /// Customers that were changed.
    pub changed: usize,
}

/// A batch that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// To take it back by.
    pub id: Id,
    /// When it began.
    pub at: Instant,
    /// What was done; none when this version does not know it.
    pub action: Option<Action>,
    /// Who did it, where that was a user who is still known.
    pub user: Option<UserRef>,
    /// Customers that were changed.
    pub changed: i64,
    /// When it was taken back.
    pub undone_at: Option<Instant>,
}

/// The newest batches before one: those of `user`, or everybody's.
pub fn list(tx: &mut Tx<'_>, user: Option<Id>, before: Option<Id>, limit: i64) -> Result<Vec<Batch>> {
    let mut batches = Vec::new();
    for bulk in bulks::list(tx, user, before, limit)? {
        let user = match bulk.user {
            Some(user) => owner_of(tx, user)?,
            None => None,
        };
        let action = Action::of(&bulk.action);
        let bulks::Bulk { id, at, customers, undone_at, .. } = bulk;
        batches.push(Batch { id, at, action, user, changed: customers, undone_at });
    }
    Ok(batches)
}

/// The catalog item that an action puts on or takes off, unless it is gone.
pub fn item(tx: &mut Tx<'_>, action: Action) -> Result<Option<CatalogItem>> {
    match action {
        Action::Label(item) | Action::Unlabel(item) => Ok(catalog::items(tx, &[item])?.remove(&item)),
        Action::Own(_) | Action::Delete => Ok(None),
    }
}

/// The customers that match, to be counted and then worked on; refused when they are too many for one batch.
pub fn select(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<Id>> {
    let found = search::find(tx, filter, 0, MOST + 1)?;
    if found.ids.len() as i64 > MOST {
        return Err(Error::invalid("", format!("Một lượt chỉ làm với nhiều nhất {MOST} khách hàng, hãy lọc bớt")));
    }
    Ok(found.ids)
}

impl Action {
    fn words(self) -> Vec<String> {
        match self {
            Self::Label(item) => vec!["label".to_owned(), item.to_string()],
            Self::Unlabel(item) => vec!["unlabel".to_owned(), item.to_string()],
            Self::Own(user) => vec!["own".to_owned(), user.to_string()],
            Self::Delete => vec!["delete".to_owned()],
        }
    }

    fn of(words: &[String]) -> Option<Self> {
        let id = || words.get(1)?.parse().ok().map(Id);
        match words.first()?.as_str() {
            "label" => id().map(Self::Label),
            "unlabel" => id().map(Self::Unlabel),
            "own" => id().map(Self::Own),
            "delete" => Some(Self::Delete),
            _ => None,
        }
    }
}

impl Hub {
    /// Does something to customers that the viewer may see; the others are passed over.
    pub async fn bulk(&self, actor: Actor, viewer: Viewer, ids: Vec<Id>, action: Action) -> Result<Done> {
        if ids.len() as i64 > MOST {
            return Err(Error::invalid("", format!("Một lượt chỉ làm với nhiều nhất {MOST} khách hàng, hãy lọc bớt")));
        }
        let batch = self.ids.next(self.now());
        let actor = Actor { request: Some(batch), ..actor };
        let mut changed = 0;
        for (slice, part) in ids.chunks(SLICE).enumerate() {
            let (part, viewer) = (part.to_vec(), viewer.clone());
            let unit = move |tx: &mut Tx<'_>| work(tx, &viewer, batch, slice as i64, &part, action);
            changed += self.write(actor.clone(), unit).await?;
        }
        Ok(Done { batch, changed })
    }

    /// Takes a batch back.
    pub async fn undo_bulk(&self, actor: Actor, viewer: Viewer, batch: Id) -> Result<Done> {
        let slices = self.read(actor.org, move |tx| bulks::slices(tx, batch)).await?;
        if slices.is_empty() {
            return Err(Error::not_found("Không tìm thấy lượt thao tác hàng loạt này"));
        }
        if slices.iter().all(|slice| slice.undone_at.is_some()) {
            return Err(Error::conflict("Lượt thao tác hàng loạt này đã được hoàn tác"));
        }
        let mut changed = 0;
        for slice in slices.into_iter().filter(|slice| slice.undone_at.is_none()) {
            let viewer = viewer.clone();
            changed += self.write(actor.clone(), move |tx| take_back(tx, &viewer, batch, &slice)).await?;
        }
        Ok(Done { batch, changed })
    }
}

/// A batch that is run again, because its commit seemed to fail, finds what it did.
fn work(tx: &mut Tx<'_>, viewer: &Viewer, batch: Id, slice: i64, ids: &[Id], action: Action) -> Result<usize> {
    if tx.attempt() > 0
        && let Some(done) = bulks::slices(tx, batch)?.into_iter().find(|done| done.slice == slice)
    {
        return Ok(done.kept.len());
    }
    let mut kept = Vec::new();
    for id in ids {
        let Some(known) = customers::find(tx, viewer, *id)?.filter(|known| known.canonical.is_none()) else { continue };
        if let Some(before) = act(tx, &known, action)? {
            kept.push((id.0, before.into_iter().map(|id| id.0).collect()));
        }
    }
    bulks::insert(tx, batch, slice, &action.words(), &kept)?;
    Ok(kept.len())
}

/// Does it to one customer; gives what it had before, unless there is nothing to do.
fn act(tx: &mut Tx<'_>, known: &Customer, action: Action) -> Result<Option<Vec<Id>>> {
    match action {
        Action::Label(item) => {
            let label = item_of(tx, item)?.label();
            if known.labels.iter().any(|it| it.item == item) {
                return Ok(None);
            }
            let single = label.kind.is_single();
            let before = known.labels_of(label.kind).filter(|_| single).map(|it| it.item).collect();
            edit(tx, known.id, |customer| customer.add_label(label))?;
            Ok(Some(before))
        }
        Action::Unlabel(item) => {
            if !known.labels.iter().any(|it| it.item == item) {
                return Ok(None);
            }
            edit(tx, known.id, |customer| customer.labels.retain(|it| it.item != item))?;
            Ok(Some(Vec::new()))
        }
        Action::Own(user) => {
            let before: Vec<Id> = known.owners.iter().map(|owner| owner.id).collect();
            if before == [user] {
                return Ok(None);
            }
            let owner = owner_of(tx, user)?.ok_or_else(|| Error::not_found("Không tìm thấy người phụ trách"))?;
            edit(tx, known.id, |customer| customer.owners = vec![owner])?;
            Ok(Some(before))
        }
        Action::Delete => {
            customers::delete(tx, known.id)?;
            Ok(Some(Vec::new()))
        }
    }
}

fn take_back(tx: &mut Tx<'_>, viewer: &Viewer, batch: Id, slice: &bulks::Slice) -> Result<usize> {
    if !bulks::mark_undone(tx, batch, slice.slice)? {
        return Ok(0);
    }
    let action = Action::of(&slice.action).ok_or_else(|| Error::broken("a bulk action that nobody knows"))?;
    let mut changed = 0;
    for (id, before) in &slice.kept {
        let (id, before) = (Id(*id), before.iter().copied().map(Id).collect::<Vec<_>>());
        changed += usize::from(give_back(tx, viewer, id, action, &before)?);
    }
    Ok(changed)
}

fn give_back(tx: &mut Tx<'_>, viewer: &Viewer, id: Id, action: Action, before: &[Id]) -> Result<bool> {
    if action == Action::Delete {
        return restore(tx, viewer, id);
    }
    let Some(known) = customers::find(tx, viewer, id)? else { return Ok(false) };
    match action {
        Action::Label(item) => {
            if !known.labels.iter().any(|it| it.item == item) {
                return Ok(false);
            }
            let labels: Vec<_> = catalog::items(tx, before)?.into_values().map(|item| item.label()).collect();
            edit(tx, id, |customer| {
                customer.labels.retain(|it| it.item != item);
                labels.into_iter().for_each(|label| customer.add_label(label));
            })?;
        }
        Action::Unlabel(item) => {
            let Some(label) = catalog::items(tx, &[item])?.remove(&item).map(|item| item.label()) else {
                return Ok(false);
            };
            if label.kind.is_single() && known.label(label.kind).is_some() {
                return Ok(false);
            }
            edit(tx, id, |customer| customer.add_label(label))?;
        }
        Action::Own(user) => {
            if !known.owners.iter().map(|owner| owner.id).eq([user]) {
                return Ok(false);
            }
            let mut owners = Vec::new();
            for user in before {
                owners.extend(owner_of(tx, *user)?);
            }
            edit(tx, id, |customer| customer.owners = owners)?;
        }
        Action::Delete => {}
    }
    Ok(true)
}

/// A customer that was taken away is there again; a key that somebody else took meanwhile stays with them.
fn restore(tx: &mut Tx<'_>, viewer: &Viewer, id: Id) -> Result<bool> {
    if !bulks::restore_customer(tx, id)? {
        return Ok(false);
    }
    let back = stored::find(tx, id)?.ok_or_else(|| Error::broken("a restored customer is not there"))?;
    if !back.permit.allows(viewer) {
        return Err(Error::not_found("Không tìm thấy khách hàng"));
    }
    let mut keys = back.keys();
    for merged in store::merges::followers(tx, id)? {
        keys.extend(stored::find(tx, merged)?.iter().flat_map(Customer::keys));
    }
    keys.sort_unstable();
    keys.dedup();
    for key in &keys {
        if !identities::claim(tx, key, id)?
            && let Some(holder) = identities::holder(tx, key)?.filter(|holder| *holder != id)
        {
            store::duplicates::insert(tx, id, holder, key)?;
        }
    }
    search::rewrite(tx, &back)?;
    tx.touch(back.number);
    history::record(tx, &back, Subject::Customer(id), What::Noted, &[], "Khôi phục khách hàng đã xóa")?;
    Ok(true)
}

fn edit(tx: &mut Tx<'_>, id: Id, edit: impl FnOnce(&mut Customer)) -> Result<()> {
    let changed = customers::change(tx, id, |customer| {
        edit(customer);
        Ok(())
    });
    changed.map(drop)
}

fn item_of(tx: &mut Tx<'_>, item: Id) -> Result<CatalogItem> {
    let found = catalog::items(tx, &[item])?.remove(&item);
    found.ok_or_else(|| Error::not_found("Không tìm thấy mục này trong danh mục"))
}

fn owner_of(tx: &mut Tx<'_>, user: Id) -> Result<Option<UserRef>> {
    let found = users::find(tx, user)?;
    Ok(found.map(|user| UserRef { id: user.id, number: user.number, name: user.name, email: user.email }))
}
