//! Customers: matched, made, changed, taken away and found.

mod whole;

use domain::change::{self, FieldChange, Subject, What};
use domain::customer::{CustomerRef, Kind, Stage};
use domain::dialect::System;
use domain::identity::{Key, KeyKind};
use domain::matching::{self, Match};
use domain::{Customer, Error, Id, Result, Viewer};
use store::search::{self, Filter, Found};
use store::{Tx, customers, duplicates, identities, merges};

use crate::{contacts, history, sight};

pub use domain::matching::{Incoming, Trust};
pub use store::duplicates::Pair;
pub use whole::{Past, Whole, first_door, history, whole};

/// Letters of a name and the other short facts at most; longer ones are refused.
const LONGEST_TEXT: usize = 1_000;
/// Letters of a client's own code at most.
const LONGEST_CODE: usize = 250;
/// Contact points of one record at most.
pub(crate) const MOST_POINTS: usize = 200;

/// Finds the record that something that came in is about. `keys` are tried in their order; the first certain match wins.
/// The other records that share a key are for the queue, once it is known which record they may be the same as.
/// `sent` is what came in as it was written, for the journal.
pub fn find_match(tx: &mut Tx<'_>, sent: &Customer, keys: &[Key], incoming: Incoming<'_>) -> Result<Match> {
    let candidates = identities::candidates(tx, keys, incoming.name, incoming.own.map(|(system, _)| system))?;
    let found = matching::decide(incoming, &candidates);
    if let Match::Found { customer, key, doubtful } = &found {
        note_doubtful(tx, *customer, doubtful)?;
        if let Some(found) = customers::find_ref(tx, *customer)? {
            tx.touch(found.number);
            tx.decide(format!("Khớp khách hàng {} theo {}", found.number, as_written(key, sent)));
        }
    }
    Ok(found)
}

/// Makes a record. `doubtful` are the records that [`find_match`] found to share a key with it.
pub fn create(tx: &mut Tx<'_>, mut new: Customer, doubtful: &[(Id, Key)]) -> Result<Customer> {
    let mut doubtful = doubtful.to_vec();
    let known = new.keys();
    contacts::follow_fields(tx, None, &mut new)?;
    for key in new.keys().into_iter().filter(|key| !known.contains(key)) {
        doubtful.extend(identities::holder(tx, &key)?.map(|holder| (holder, key)));
    }
    check(&new)?;
    new.id = tx.new_id();
    new.number = customers::next_number(tx)?;
    new.version = 1;
    (new.created_at, new.updated_at) = (tx.now(), tx.now());
    new.created_by.clone_from(&tx.actor().name);
    new.updated_by.clone_from(&tx.actor().name);
    customers::insert(tx, &new)?;
    claim_keys(tx, &new, &new.keys(), &doubtful)?;
    search::index(tx, None, &new)?;
    note_doubtful(tx, new.id, &doubtful)?;
    let fields = change::of_new_customer(&new);
    let text = match new.stage {
        Stage::Lead => "Tạo mới đầu mối",
        Stage::Customer => "Tạo mới khách hàng",
    };
    history::record(tx, &new, Subject::Customer(new.id), What::Created, &fields, text)?;
    tx.touch(new.number);
    tx.decide(format!("Tạo mới khách hàng {}", new.number));
    Ok(new)
}

/// Makes a record of its own, whoever else shares its keys: who does becomes a pair for the queue. [`create`] without the
/// records that share a key takes them for a race it lost, and on PostgreSQL asks for another run again and again.
pub fn create_apart(tx: &mut Tx<'_>, new: Customer) -> Result<Customer> {
    let candidates = identities::candidates(tx, &new.keys(), &new.name, None)?;
    let sharing: Vec<(Id, Key)> = candidates.into_iter().map(|candidate| (candidate.customer, candidate.key)).collect();
    create(tx, new, &sharing)
}

/// A record before and after a change, and what differs.
#[derive(Debug, Clone)]
pub struct Changed {
    /// As it was.
    pub before: Customer,
    /// As it is.
    pub after: Customer,
    /// The fields that differ; none when the change changed nothing.
    pub fields: Vec<FieldChange>,
}

/// Changes a record. What differs is written with its history; nothing is when nothing does.
pub fn change(tx: &mut Tx<'_>, id: Id, edit: impl FnOnce(&mut Customer) -> Result<()>) -> Result<Changed> {
    if tx.attempt() > 0 {
        // Somebody else may have changed it in between the last time: among many who do, waiting in line ends sooner.
        customers::hold(tx, id)?;
    }
    let (id, before) = canonical(tx, id)?;
    let mut after = before.clone();
    edit(&mut after)?;
    contacts::follow_fields(tx, Some(&before), &mut after)?;
    check(&after)?;
    let fields = change::of_customer(&before, &after);
    tx.touch(before.number);
    if before == after {
        return Ok(Changed { before, after, fields });
    }
    (after.version, after.updated_at) = (before.version + 1, tx.now());
    after.updated_by.clone_from(&tx.actor().name);
    if !customers::update(tx, &before, &after)? {
        return Err(Error::busy("the record was changed by somebody else meanwhile"));
    }
    move_keys(tx, &before, &after)?;
    search::index(tx, Some(&before), &after)?;
    if !fields.is_empty() {
        let text = match (before.stage, after.stage) {
            (Stage::Lead, Stage::Customer) => "Đầu mối trở thành khách hàng",
            _ => "Cập nhật khách hàng",
        };
        history::record(tx, &after, Subject::Customer(id), What::Updated, &fields, text)?;
    }
    Ok(Changed { before, after, fields })
}

/// Writes back a record that somebody changed as they see it, from `seen` to `wanted`; what is hidden from them stays as it is.
/// Gives it as they see it.
pub fn write_back(tx: &mut Tx<'_>, viewer: &Viewer, seen: &Customer, mut wanted: Customer) -> Result<Customer> {
    let changed = change(tx, seen.id, |current| {
        if current.version != seen.version {
            return Err(Error::busy("the record was changed by somebody else meanwhile"));
        }
        sight::untrim_customer(current, seen, &mut wanted)?;
        *current = wanted;
        Ok(())
    })?;
    let mut after = changed.after;
    sight::trim_customers(tx, viewer, std::slice::from_mut(&mut after))?;
    Ok(after)
}

/// A living record; of one that was merged into another, that one.
fn canonical(tx: &mut Tx<'_>, id: Id) -> Result<(Id, Customer)> {
    let found = customers::find(tx, id)?.ok_or_else(not_found)?;
    match found.canonical {
        Some(winner) => Ok((winner, customers::find(tx, winner)?.ok_or_else(not_found)?)),
        None => Ok((id, found)),
    }
}

/// Has a unit run again that added something to a record while it was merged into another: the row would stay behind.
pub(crate) fn must_not_be_merged(tx: &mut Tx<'_>, customer: Option<Id>) -> Result<()> {
    match customer {
        Some(id) if tx.may_run_again() && merges::winner_of(tx, id)?.is_some() => {
            Err(Error::busy("the record was merged into another meanwhile"))
        }
        _ => Ok(()),
    }
}

/// Writes into a record's history that it came again and nothing was done.
pub fn note_duplicate(tx: &mut Tx<'_>, id: Id, text: &str) -> Result<()> {
    history::record(tx, Some(id), Subject::Customer(id), What::Duplicate, &[], text)
}

/// Writes into a record's history what came about it and did not take the place of what it has: each field with both.
pub(crate) fn note_untaken(tx: &mut Tx<'_>, record: &Customer, sent: &Customer) -> Result<()> {
    let fields = change::untaken(record, sent);
    if fields.is_empty() {
        return Ok(());
    }
    let text = "Dữ liệu gửi đến khác với hồ sơ, giữ nguyên: bên trái là giá trị đang có, bên phải là giá trị được gửi";
    history::record(tx, record, Subject::Customer(record.id), What::Duplicate, &fields, text)
}

/// Writes a line into a record's history.
pub fn note(tx: &mut Tx<'_>, id: Id, text: &str) -> Result<()> {
    history::record(tx, Some(id), Subject::Customer(id), What::Noted, &[], text)
}

/// Takes a record away: it is found no more and its keys are free again; what belonged to it stays in the database.
pub fn delete(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    if tx.may_run_again() {
        customers::hold(tx, id)?;
    }
    let (id, gone) = canonical(tx, id)?;
    let merged = merges::followers(tx, id)?;
    let keys = customers::list(tx, &merged)?.iter().flat_map(Customer::keys).collect::<Vec<_>>();
    for key in gone.keys().iter().chain(&keys) {
        identities::release(tx, key, id)?;
    }
    customers::mark_deleted(tx, id)?;
    search::remove(tx, id)?;
    tx.touch(gone.number);
    history::record(tx, &gone, Subject::Customer(id), What::Deleted, &[], "Xóa khách hàng")
}

/// A record with an id, if `viewer` may see it; without the company where they may not see that.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, id: Id) -> Result<Option<Customer>> {
    match customers::find(tx, id)? {
        Some(found) => as_seen(tx, viewer, found),
        None => Ok(None),
    }
}

/// A record that is at hand as [`find`] would give it: what whoever wrote it is told of it.
pub fn as_seen(tx: &mut Tx<'_>, viewer: &Viewer, whole: Customer) -> Result<Option<Customer>> {
    let mut seen = Some(whole).filter(|customer| customer.permit.allows(viewer));
    sight::trim_customers(tx, viewer, seen.as_mut_slice())?;
    Ok(seen)
}

/// The same; an id of a record that was merged into another gives that one.
pub fn find_canonical(tx: &mut Tx<'_>, viewer: &Viewer, id: Id) -> Result<Option<Customer>> {
    match customers::find(tx, id)?.and_then(|customer| customer.canonical) {
        Some(winner) => find(tx, viewer, winner),
        None => find(tx, viewer, id),
    }
}

/// Ids that somebody names; where one was merged into another, that one's.
pub fn canonical_ids(tx: &mut Tx<'_>, mut ids: Vec<Id>) -> Result<Vec<Id>> {
    let winners = merges::winners(tx, &ids)?;
    for id in &mut ids {
        *id = winners.get(id).copied().unwrap_or(*id);
    }
    Ok(ids)
}

/// The id behind a number; of a merged record that of the one it went into.
pub fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Id>> {
    customers::find_by_number(tx, number)
}

/// The record with a code in a system.
pub fn find_by_code(tx: &mut Tx<'_>, system: System, code: &str) -> Result<Option<Id>> {
    let Some(key) = domain::identity::code(code) else { return Ok(None) };
    identities::holder(tx, &Key { kind: KeyKind::Code(system), key })
}

/// The record that holds a key.
pub fn find_by_key(tx: &mut Tx<'_>, key: &Key) -> Result<Option<Id>> {
    identities::holder(tx, key)
}

/// Whether a record that `viewer` may see has a key.
pub fn is_known(tx: &mut Tx<'_>, viewer: &Viewer, key: &Key) -> Result<bool> {
    match viewer {
        Viewer::Org => Ok(identities::holder(tx, key)?.is_some()),
        viewer => Ok(!sharing(tx, viewer, std::slice::from_ref(key))?.is_empty()),
    }
}

/// Records that `viewer` may see and that have one of the keys.
pub fn sharing(tx: &mut Tx<'_>, viewer: &Viewer, keys: &[Key]) -> Result<Vec<Customer>> {
    let mut known: Vec<Customer> = Vec::new();
    for candidate in identities::candidates(tx, keys, "", None)? {
        if !known.iter().any(|customer| customer.id == candidate.customer) {
            known.extend(find(tx, viewer, candidate.customer)?);
        }
    }
    Ok(known)
}

/// The short form of a record that others carry.
pub fn find_ref(tx: &mut Tx<'_>, id: Id) -> Result<Option<CustomerRef>> {
    customers::find_ref(tx, id)
}

/// Organizations of a name, oldest first.
pub fn find_organizations(tx: &mut Tx<'_>, name: &str) -> Result<Vec<Id>> {
    customers::find_organizations(tx, name)
}

/// A page of the records that match, newest first, and the exact number of all.
pub fn search(tx: &mut Tx<'_>, filter: &Filter, offset: i64, size: i64) -> Result<(Vec<Customer>, i64)> {
    let Found { ids, total } = search::find(tx, filter, offset, size)?;
    let mut found = customers::list(tx, &ids)?;
    sight::trim_customers(tx, &filter.viewer, &mut found)?;
    Ok((found, total))
}

/// The newest pairs of records that may be one and that nobody has decided about.
pub fn duplicates(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Pair>> {
    duplicates::list(tx, limit)
}

/// The number as people read it: `PID-` for a customer, `LID-` for a lead, `CID-` for an organization.
pub fn reading_code(customer: &Customer) -> String {
    let prefix = match (customer.kind, customer.stage) {
        (Kind::Organization, _) => "CID",
        (Kind::Person, Stage::Lead) => "LID",
        (Kind::Person, Stage::Customer) => "PID",
    };
    format!("{prefix}-{}", customer.number)
}

/// A key as people read it, and how it was written where that differs.
fn as_written(key: &Key, sent: &Customer) -> String {
    let kind = key_name(key.kind);
    // At home a number is dialled with a nought.
    let read = match (key.kind, key.key.strip_prefix("+84")) {
        (KeyKind::Phone, Some(national)) => format!("0{national}"),
        _ => key.key.clone(),
    };
    let written = sent.points.iter().find(|point| contacts::key_of(point).as_ref() == Some(key));
    match written.map(|point| point.raw.as_str()).filter(|raw| *raw != read) {
        Some(raw) => format!("{kind} {read}, viết là {raw}"),
        None => format!("{kind} {read}"),
    }
}

/// What a kind of key is called.
fn key_name(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Code(_) => "mã",
        KeyKind::NationalId => "số giấy tờ",
        KeyKind::TaxCode => "mã số thuế",
        KeyKind::Phone => "điện thoại",
        KeyKind::Email => "e-mail",
    }
}

fn not_found() -> Error {
    Error::not_found("Không tìm thấy khách hàng")
}

fn note_doubtful(tx: &mut Tx<'_>, customer: Id, doubtful: &[(Id, Key)]) -> Result<()> {
    for (other, key) in doubtful {
        duplicates::insert(tx, customer, *other, key)?;
    }
    Ok(())
}

/// Takes the keys of a record. One that another holds stays with it when that was known beforehand.
fn claim_keys(tx: &mut Tx<'_>, customer: &Customer, keys: &[Key], doubtful: &[(Id, Key)]) -> Result<()> {
    // In one order, so that two units that take the same keys do not wait for each other.
    let mut keys: Vec<&Key> = keys.iter().collect();
    keys.sort_unstable();
    for key in keys {
        if identities::claim(tx, key, customer.id)? {
            continue;
        }
        let holder = identities::holder(tx, key)?;
        if holder == Some(customer.id) {
            // It came to this record with one that was merged into it.
            continue;
        }
        let is_known = holder.is_some_and(|holder| doubtful.iter().any(|(known, _)| *known == holder));
        match (key.kind, holder) {
            (KeyKind::Code(_), _) => return Err(Error::conflict(format!("Mã {} đã tồn tại", key.key))),
            (_, Some(_)) if is_known => {}
            // Another unit took it since the look-up: the match must be made again.
            _ if tx.may_run_again() => return Err(Error::busy("two units raced for one key")),
            (_, Some(holder)) => duplicates::insert(tx, customer.id, holder, key)?,
            (_, None) => {}
        }
    }
    Ok(())
}

fn move_keys(tx: &mut Tx<'_>, before: &Customer, after: &Customer) -> Result<()> {
    let (old, new) = (before.keys(), after.keys());
    for key in old.iter().filter(|key| !new.contains(key)) {
        identities::release(tx, key, after.id)?;
    }
    let added: Vec<Key> = new.into_iter().filter(|key| !old.contains(key)).collect();
    let mut shared = Vec::new();
    for key in &added {
        if let Some(holder) = identities::holder(tx, key)?.filter(|holder| *holder != after.id) {
            shared.push((holder, key.clone()));
        }
    }
    claim_keys(tx, after, &added, &shared)?;
    note_doubtful(tx, after.id, &shared)
}

/// Refuses what no engine should have to keep.
pub(crate) fn check(customer: &Customer) -> Result<()> {
    let short = [
        ("name", &customer.name),
        ("salutation", &customer.salutation),
        ("national_id", &customer.national_id.number),
        ("tax_code", &customer.tax_code),
        ("job_title", &customer.job_title),
    ];
    for (field, text) in short {
        if text.chars().count() > LONGEST_TEXT {
            return Err(Error::invalid(field, format!("Trường {field} dài quá {LONGEST_TEXT} ký tự")));
        }
    }
    let codes = customer.codes.iter().map(|(system, code)| (system.word(), code));
    for (field, code) in codes.chain([("national_id", &customer.national_id.number), ("tax_code", &customer.tax_code)])
    {
        if code.chars().count() > LONGEST_CODE {
            return Err(Error::invalid(field, format!("Mã {field} dài quá {LONGEST_CODE} ký tự")));
        }
    }
    if let Some(point) = customer.points.iter().find(|point| point.raw.chars().count() > LONGEST_TEXT) {
        let field = point.kind.word();
        return Err(Error::invalid(field, format!("Giá trị {field} dài quá {LONGEST_TEXT} ký tự")));
    }
    if customer.points.len() > MOST_POINTS {
        return Err(Error::invalid("", format!("Một khách hàng có nhiều nhất {MOST_POINTS} số điện thoại và địa chỉ")));
    }
    Ok(())
}
