//! What people do with a deal they look at: move it on, correct it, write something down. Each names the version they saw;
//! what somebody else did in between is never overwritten.

use std::slice;

use domain::catalog::CatalogKind;
use domain::change::Change;
use domain::deal::hundredths;
use domain::field::{self, FieldValue};
use domain::{Deal, Error, Instant, Note, Result, Viewer, text};
use store::{Tx, catalog, changes, notes};

use crate::leads::steps::{assignee, checked_body, item, team};
use crate::{customers, sight};

/// Lines of a deal's history at most.
const LINES: i64 = 200;

/// Letters of a name at most.
const LONGEST_NAME: usize = 250;

/// Which deal, and as it was when it was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'s> {
    /// On whose behalf.
    pub viewer: &'s Viewer,
    /// Its number.
    pub number: i64,
    /// Its version then.
    pub version: i64,
}

impl Seen<'_> {
    fn find(self, tx: &mut Tx<'_>) -> Result<Deal> {
        let deal = find_whole(tx, self.viewer, self.number)?;
        if let Some(customer) = &deal.customer {
            tx.touch(customer.number);
        }
        if deal.version == self.version {
            return Ok(deal);
        }
        Err(Error::conflict("Cơ hội đã được người khác thay đổi, hãy xem lại rồi làm tiếp"))
    }
}

/// The deal with a number, if `viewer` may see it and its customer; without the people whom they may not see.
pub fn find_for(tx: &mut Tx<'_>, viewer: &Viewer, number: i64) -> Result<Deal> {
    let mut deal = find_whole(tx, viewer, number)?;
    sight::trim_deals(tx, viewer, slice::from_mut(&mut deal))?;
    Ok(deal)
}

/// The same with everybody on it, to be written back.
fn find_whole(tx: &mut Tx<'_>, viewer: &Viewer, number: i64) -> Result<Deal> {
    let not_found = || Error::not_found("Không tìm thấy cơ hội");
    let id = super::find_by_number(tx, number)?.ok_or_else(not_found)?;
    let deal = super::find(tx, id)?;
    let is_seen = match &deal.customer {
        Some(customer) => customers::find(tx, viewer, customer.id)?.is_some(),
        None => true,
    };
    if is_seen && deal.permit.allows(viewer) { Ok(deal) } else { Err(not_found()) }
}

/// Moves a deal to the stage with a number.
pub fn move_to(tx: &mut Tx<'_>, seen: Seen<'_>, stage: i64) -> Result<Deal> {
    let deal = seen.find(tx)?;
    let stage = item(tx, CatalogKind::DealStage, Some(stage))?;
    super::change(tx, deal.id, |deal| {
        stage.into_iter().for_each(|stage| deal.set_label(stage));
        Ok(())
    })
}

/// The facts of a deal that people write; what is `None` is taken away, but for the stage.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Its name.
    pub name: String,
    /// Its value, a decimal that is not negative; empty when not known. Written as [`written`] does it, the one it has stays.
    pub value: String,
    /// What it is about.
    pub description: String,
    /// Number of its currency.
    pub currency: Option<i64>,
    /// Number of its stage; the one it has, or the first one, unless one is given.
    pub stage: Option<i64>,
    /// Number of its category.
    pub category: Option<i64>,
    /// Number of the package.
    pub package: Option<i64>,
    /// When it is expected to be closed.
    pub close_at: Option<Instant>,
    /// Number of the user who works on it first; the others stay.
    pub owner: Option<i64>,
    /// Number of the team that works on it first; the others stay.
    pub team: Option<i64>,
    /// Custom values; fields that are not named stay.
    pub values: Vec<FieldValue>,
}

/// Opens a deal of a customer.
pub fn open(tx: &mut Tx<'_>, viewer: &Viewer, customer: i64, facts: &Facts) -> Result<Deal> {
    let unknown = || Error::invalid("customer", "Không tìm thấy khách hàng");
    let id = customers::find_by_number(tx, customer)?.ok_or_else(unknown)?;
    customers::find(tx, viewer, id)?.ok_or_else(unknown)?;
    tx.touch(customer);
    let mut new = Deal { customer: customers::find_ref(tx, id)?, ..Deal::default() };
    write(tx, &mut new, facts)?;
    super::create(tx, new)
}

/// Corrects the facts of a deal.
pub fn correct(tx: &mut Tx<'_>, seen: Seen<'_>, facts: &Facts) -> Result<Deal> {
    let mut wanted = seen.find(tx)?;
    write(tx, &mut wanted, facts)?;
    super::change(tx, wanted.id, |deal| {
        *deal = wanted;
        Ok(())
    })
}

fn write(tx: &mut Tx<'_>, deal: &mut Deal, facts: &Facts) -> Result<()> {
    put_on(tx, deal, &facts.name, &facts.value, facts.currency, facts.stage)?;
    facts.description.trim().clone_into(&mut deal.description);
    deal.close_at = facts.close_at;
    field::put(&mut deal.values, &facts.values);
    for (kind, number) in [(CatalogKind::DealCategory, facts.category), (CatalogKind::Package, facts.package)] {
        match item(tx, kind, number)? {
            Some(label) if deal.label(kind) == Some(&label) => {}
            Some(label) => deal.set_label(label),
            None => deal.labels.retain(|known| known.kind != kind),
        }
    }
    let owner = assignee(tx, facts.owner)?;
    if owner.as_ref().map(|owner| owner.id) != deal.owners.first().map(|owner| owner.id) {
        deal.owners.retain(|known| owner.as_ref().is_none_or(|owner| owner.id != known.id));
        deal.owners.splice(..usize::from(!deal.owners.is_empty()), owner);
    }
    let team = team(tx, facts.team)?;
    if team != deal.teams.first().cloned() {
        deal.teams.retain(|known| team.as_ref() != Some(known));
        deal.teams.splice(..usize::from(!deal.teams.is_empty()), team);
    }
    Ok(())
}

/// Brings name, value, currency and stage onto a deal; without a stage it is in the first one.
pub(crate) fn put_on(
    tx: &mut Tx<'_>,
    deal: &mut Deal,
    name: &str,
    value: &str,
    currency: Option<i64>,
    stage: Option<i64>,
) -> Result<()> {
    let name = text::tidy(name);
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Error::invalid("name", format!("Tên cơ hội phải có từ 1 đến {LONGEST_NAME} ký tự")));
    }
    // What another program sent stays as it is until somebody writes something else.
    if value != written(&deal.value) {
        deal.value = checked(decimal(value))?;
    }
    deal.name = name.into_owned();
    match item(tx, CatalogKind::Currency, currency)? {
        Some(label) if deal.label(CatalogKind::Currency) == Some(&label) => {}
        Some(label) => deal.set_label(label),
        None => deal.labels.retain(|known| known.kind != CatalogKind::Currency),
    }
    let stage = match item(tx, CatalogKind::DealStage, stage)? {
        None if deal.label(CatalogKind::DealStage).is_none() => {
            catalog::list(tx, CatalogKind::DealStage)?.first().map(|first| first.label())
        }
        stage => stage,
    };
    if let Some(stage) = stage.filter(|stage| deal.label(CatalogKind::DealStage) != Some(stage)) {
        deal.set_label(stage);
    }
    Ok(())
}

/// A deal's value as people see it in a form, and may leave it.
pub fn written(value: &str) -> String {
    value.replace('.', ",")
}

/// A value that may stand on a deal.
fn checked(value: String) -> Result<String> {
    if value.starts_with('-') {
        return Err(Error::invalid("value", "Giá trị không được âm"));
    }
    if !value.is_empty() && hundredths(&value).is_none() {
        return Err(Error::invalid("value", "Giá trị phải là một số, chẳng hạn 15.000.000"));
    }
    Ok(value)
}

/// A decimal as people write it here: points between thousands and a comma before what is smaller than one. A single point
/// that does not end in three digits is taken for the comma, as other countries write it.
fn decimal(written: &str) -> String {
    let written: String = written.chars().filter(|letter| !letter.is_whitespace()).collect();
    let is_grouped = written.split('.').skip(1).all(|group| group.len() == 3);
    match written.split_once(',') {
        Some((whole, part)) => format!("{}.{part}", whole.replace('.', "")),
        None if is_grouped => written.replace('.', ""),
        None => written,
    }
}

/// Writes something down about a deal.
pub fn note(tx: &mut Tx<'_>, viewer: &Viewer, number: i64, body: &str) -> Result<Note> {
    let deal = find_for(tx, viewer, number)?;
    let (customer, body) = (deal.customer.as_ref().map(|customer| customer.id), checked_body(body)?);
    crate::notes::create(tx, Note { customer, deal: Some(deal.id), body, ..Note::default() })
}

/// Notes on a deal that `viewer` may see, oldest first.
pub fn notes_of(tx: &mut Tx<'_>, viewer: &Viewer, deal: &Deal) -> Result<Vec<Note>> {
    Ok(notes::of_deal(tx, deal.id)?.into_iter().filter(|note| note.permit.allows(viewer)).collect())
}

/// What happened to a deal, newest first, without the names of people whom `viewer` may not see.
pub fn history_of(tx: &mut Tx<'_>, viewer: &Viewer, deal: &Deal) -> Result<Vec<Change>> {
    let Some(customer) = &deal.customer else { return Ok(Vec::new()) };
    let mut history = changes::of_subject(tx, customer.id, deal.id, LINES)?;
    let notes = notes_of(tx, viewer, deal)?;
    sight::trim_history(tx, viewer, (slice::from_ref(deal), &notes), &mut history)?;
    Ok(history)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_as_people_write_them() {
        for (written, kept) in [
            ("15.000.000", "15000000"),
            ("1.500", "1500"),
            ("1.500,5", "1500.5"),
            ("99.5", "99.5"),
            (" 2 000 ", "2000"),
            ("12", "12"),
            ("abc", "abc"),
        ] {
            assert_eq!(decimal(written), kept);
        }
    }
}
