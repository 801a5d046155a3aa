//! Deals: possible sales, made and changed.

pub mod lanes;
pub mod steps;

use domain::change::{self, Subject, What};
use domain::{Deal, Error, Id, Instant, Result, Viewer, text};
use store::{Tx, deals};

use crate::{history, sight};

/// Letters of a client's own code at most.
const LONGEST_CODE: usize = 250;

/// Makes a deal.
pub fn create(tx: &mut Tx<'_>, mut new: Deal) -> Result<Deal> {
    if new.code.as_ref().is_some_and(|code| code.chars().count() > LONGEST_CODE) {
        return Err(Error::invalid("code", format!("Mã cơ hội dài quá {LONGEST_CODE} ký tự")));
    }
    // Looked up first: an insert that fails may have met another unit half done, which asks for another run.
    if let Some(code) = &new.code
        && deals::find_by_code(tx, code)?.is_some()
    {
        return Err(taken(code));
    }
    new.id = tx.new_id();
    new.number = free_number(tx)?;
    new.version = 1;
    (new.created_at, new.updated_at) = (tx.now(), tx.now());
    if !deals::insert(tx, &new)? {
        return Err(match tx.may_run_again() {
            true => Error::busy("two units raced for one deal code"),
            false => taken(new.code.as_deref().unwrap_or_default()),
        });
    }
    let fields = change::of_deal(&Deal::default(), &new);
    let customer = new.customer.as_ref().map(|customer| customer.id);
    crate::customers::must_not_be_merged(tx, customer)?;
    history::record(tx, customer, Subject::Deal(new.id), What::Created, &fields, "Tạo mới cơ hội")?;
    Ok(new)
}

/// What a deal without a code of its own is called by.
pub fn reading_code(number: i64) -> String {
    format!("DEAL-{number}")
}

/// The next number whose reading code no client took for a code of its own: that would lead to the client's deal.
fn free_number(tx: &mut Tx<'_>) -> Result<i64> {
    loop {
        let number = deals::next_number(tx)?;
        if deals::find_by_code(tx, &reading_code(number))?.is_none() {
            return Ok(number);
        }
    }
}

/// Changes a deal. What differs is written with its history.
pub fn change(tx: &mut Tx<'_>, id: Id, edit: impl FnOnce(&mut Deal) -> Result<()>) -> Result<Deal> {
    let before = find(tx, id)?;
    let mut after = before.clone();
    edit(&mut after)?;
    if before == after {
        return Ok(after);
    }
    (after.version, after.updated_at) = (before.version + 1, tx.now());
    if !deals::update(tx, &before, &after)? {
        return Err(Error::busy("the deal was changed by somebody else meanwhile"));
    }
    let fields = change::of_deal(&before, &after);
    let customer = after.customer.as_ref().map(|customer| customer.id);
    crate::customers::must_not_be_merged(tx, customer)?;
    history::record(tx, customer, Subject::Deal(id), What::Updated, &fields, "Cập nhật cơ hội")?;
    Ok(after)
}

/// A deal, whole.
pub fn find(tx: &mut Tx<'_>, id: Id) -> Result<Deal> {
    deals::find(tx, id)?.ok_or_else(|| Error::not_found("Không tìm thấy cơ hội"))
}

/// The deal with a client's own code.
pub fn find_by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Id>> {
    deals::find_by_code(tx, code)
}

/// The id behind a deal's number.
pub fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<Id>> {
    deals::find_by_number(tx, number)
}

/// The oldest deal of a name.
pub fn find_by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Id>> {
    deals::find_by_name(tx, name)
}

/// Which deals are asked for. Everything given must hold.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Part of the name or code, or the number.
    pub keyword: Option<String>,
    /// Made from this moment on, and before that one.
    pub created: (Option<Instant>, Option<Instant>),
    /// On whose behalf.
    pub viewer: Viewer,
}

/// A page of the deals that match, newest first, and the exact number of all.
pub fn search(tx: &mut Tx<'_>, wanted: &Wanted, offset: i64, size: i64) -> Result<(Vec<Deal>, i64)> {
    let Wanted { keyword, created, viewer } = wanted;
    let keyword = keyword.as_deref().map(|keyword| text::fold(keyword.trim())).filter(|keyword| !keyword.is_empty());
    if keyword.is_none() && *created == (None, None) && *viewer == Viewer::Org {
        let (ids, total) = deals::newest(tx, offset, size)?;
        return Ok((deals::list(tx, &ids)?, total));
    }
    let mut all = deals::outlines(tx, viewer)?;
    all.retain(|deal| {
        let named = |keyword: &String| {
            text::fold(&deal.name).contains(keyword)
                || deal.code.as_ref().is_some_and(|code| text::fold(code).contains(keyword))
                || deal.number.to_string() == *keyword
        };
        keyword.as_ref().is_none_or(named)
            && created.0.is_none_or(|from| deal.created_at >= from)
            && created.1.is_none_or(|to| deal.created_at < to)
    });
    let place = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    let ids: Vec<Id> = all.iter().skip(place(offset)).take(place(size)).map(|deal| deal.id).collect();
    let mut found = deals::list(tx, &ids)?;
    sight::trim_deals(tx, viewer, &mut found)?;
    Ok((found, all.len() as i64))
}

fn taken(code: &str) -> Error {
    Error::conflict(format!("Mã cơ hội {code} đã tồn tại"))
}
