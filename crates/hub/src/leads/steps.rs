//! What people do with a lead they look at: move it on, turn it into a deal, give it up, correct it, comment on it. Each
//! names the version they saw; what somebody else did in between is never overwritten.

use domain::catalog::{CatalogKind, Label, LeadStatusType};
use domain::change::{Change, Subject, What};
use domain::customer::{Stage, UserRef};
use domain::field::{self, FieldValue};
use domain::lead::Conversion;
use domain::{CatalogItem, Deal, Error, Id, Instant, Lead, Note, Result, Team, Viewer};
use store::{Tx, catalog, changes};

use super::{find_for, status_type};
use crate::{customers, deals, history, notes, users};

/// Lines of a lead's history at most.
const LINES: i64 = 200;

/// Letters of a comment at most.
const LONGEST_COMMENT: usize = 20_000;

/// Letters of a subject or another short fact at most.
const LONGEST_TEXT: usize = 1_000;

/// Which lead, and as it was when it was looked at.
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
    /// The lead, if it is still as it was.
    fn find(self, tx: &mut Tx<'_>) -> Result<Lead> {
        let (lead, customer) = find_for(tx, self.viewer, self.number)?;
        tx.touch(customer.number);
        if lead.version == self.version {
            return Ok(lead);
        }
        Err(Error::conflict("Đầu mối đã được người khác thay đổi, hãy xem lại rồi làm tiếp"))
    }
}

/// Moves a lead to the status with a number.
pub fn move_to(tx: &mut Tx<'_>, seen: Seen<'_>, status: i64) -> Result<Lead> {
    let lead = seen.find(tx)?;
    let status = status_with(tx, status)?;
    close_or_open(tx, lead.id, &status, None)
}

/// Gives a lead up, for a reason that stands in its list under a number. Where there are reasons, one must be given.
pub fn give_up(tx: &mut Tx<'_>, seen: Seen<'_>, reason: Option<i64>) -> Result<Lead> {
    let lead = seen.find(tx)?;
    let reason = match reason {
        Some(number) => {
            let known = catalog::find_by_number(tx, CatalogKind::UnqualifiedReason, number)?;
            Some(known.ok_or_else(|| Error::invalid("reason", "Không có lý do này trong danh mục"))?.label())
        }
        None if catalog::list(tx, CatalogKind::UnqualifiedReason)?.is_empty() => None,
        None => return Err(Error::invalid("reason", "Hãy chọn lý do không đạt")),
    };
    let status = status_that_means(tx, LeadStatusType::Unqualified)?;
    close_or_open(tx, lead.id, &status, reason)
}

/// What a lead becomes when it is turned into a deal.
#[derive(Debug, Clone, Default)]
pub struct Sale {
    /// Name of the deal.
    pub name: String,
    /// Its value, a decimal; empty when not known.
    pub value: String,
    /// Number of its currency.
    pub currency: Option<i64>,
    /// Number of its stage; the first one unless one is given.
    pub stage: Option<i64>,
    /// When it is expected to be closed.
    pub close_at: Option<Instant>,
}

/// Turns a lead into a deal of its customer, who is one from then on.
pub fn convert(tx: &mut Tx<'_>, seen: Seen<'_>, sale: &Sale) -> Result<(Lead, Deal)> {
    let lead = seen.find(tx)?;
    if lead.closing.as_ref().is_some_and(|closing| closing.how == Conversion::Deal) {
        return Err(Error::conflict("Đầu mối này đã được chuyển thành cơ hội"));
    }
    let customer = lead.customer.clone();
    let mut new = Deal { close_at: sale.close_at, customer, ..Deal::default() };
    new.owners.extend(lead.assignee.clone());
    new.teams.extend(lead.team.clone());
    deals::steps::put_on(tx, &mut new, &sale.name, &sale.value, sale.currency, sale.stage)?;
    let status = status_that_means(tx, LeadStatusType::Converted)?;
    let closed = close_or_open(tx, lead.id, &status, None)?;
    if let Some(customer) = &lead.customer {
        customers::change(tx, customer.id, |customer| {
            customer.stage = Stage::Customer;
            Ok(())
        })?;
    }
    let deal = deals::create(tx, new)?;
    let text = format!("Chuyển đầu mối {} thành cơ hội {}", closed.number, deal.number);
    let customer = lead.customer.as_ref().map(|customer| customer.id);
    history::record(tx, customer, Subject::Lead(lead.id), What::Noted, &[], &text)?;
    Ok((closed, deal))
}

/// The facts of a lead that people correct; what is `None` is taken away.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// What it is about.
    pub subject: String,
    /// Number of the service.
    pub service: Option<i64>,
    /// Number of the source.
    pub source: Option<i64>,
    /// Numbers of the labels.
    pub labels: Vec<i64>,
    /// Number of the team.
    pub team: Option<i64>,
    /// Number of the user who takes care.
    pub assignee: Option<i64>,
    /// When it is expected to be closed.
    pub expected_close: Option<Instant>,
    /// Page it came from.
    pub reference_url: String,
    /// Company named in the enquiry.
    pub company_name: String,
    /// Custom values; fields that are not named stay.
    pub values: Vec<FieldValue>,
}

/// Corrects the facts of a lead.
pub fn correct(tx: &mut Tx<'_>, seen: Seen<'_>, facts: &Facts) -> Result<Lead> {
    let lead = seen.find(tx)?;
    for (field, text) in
        [("subject", &facts.subject), ("reference_url", &facts.reference_url), ("company_name", &facts.company_name)]
    {
        if text.chars().count() > LONGEST_TEXT {
            return Err(Error::invalid(field, format!("Nội dung dài quá {LONGEST_TEXT} ký tự")));
        }
    }
    let service = item(tx, CatalogKind::Service, facts.service)?;
    let source = item(tx, CatalogKind::Source, facts.source)?;
    let mut labels = Vec::new();
    for number in &facts.labels {
        labels.extend(item(tx, CatalogKind::LeadLabel, Some(*number))?);
    }
    let team = team(tx, facts.team)?;
    // Who is locked gets no more leads, but keeps those they have.
    let kept = lead.assignee.clone().filter(|known| Some(known.number) == facts.assignee);
    let assignee = match kept {
        Some(known) => Some(known),
        None => assignee(tx, facts.assignee)?,
    };
    super::change(tx, lead.id, |lead| {
        facts.subject.trim().clone_into(&mut lead.subject);
        facts.reference_url.trim().clone_into(&mut lead.reference_url);
        facts.company_name.trim().clone_into(&mut lead.company_name);
        lead.expected_close = facts.expected_close;
        (lead.team, lead.assignee) = (team, assignee);
        for (kind, label) in [(CatalogKind::Service, service), (CatalogKind::Source, source)] {
            match label {
                Some(label) => lead.set_label(label),
                None => lead.replace_labels(kind, &[]),
            }
        }
        lead.replace_labels(CatalogKind::LeadLabel, &labels);
        field::put(&mut lead.values, &facts.values);
        Ok(())
    })
}

/// Writes a comment on a lead, which the customer may read or not.
pub fn comment(tx: &mut Tx<'_>, viewer: &Viewer, number: i64, body: &str, is_public: bool) -> Result<Note> {
    let (lead, customer) = find_for(tx, viewer, number)?;
    tx.touch(customer.number);
    let body = checked_body(body)?;
    let note = notes::create(
        tx,
        Note { customer: Some(customer.id), lead: Some(lead.id), body, is_public, ..Note::default() },
    )?;
    super::touch(tx, lead.id)?;
    Ok(note)
}

/// What happened to a lead, newest first.
pub fn history_of(tx: &mut Tx<'_>, lead: &Lead) -> Result<Vec<Change>> {
    match &lead.customer {
        Some(customer) => changes::of_subject(tx, customer.id, lead.id, LINES),
        None => Ok(Vec::new()),
    }
}

/// A text somebody wrote down, if there is one and not too much.
pub(crate) fn checked_body(body: &str) -> Result<String> {
    let body = body.trim();
    if body.is_empty() || body.chars().count() > LONGEST_COMMENT {
        return Err(Error::invalid("body", format!("Ghi chú phải có từ 1 đến {LONGEST_COMMENT} ký tự")));
    }
    Ok(body.to_owned())
}

fn close_or_open(tx: &mut Tx<'_>, lead: Id, status: &CatalogItem, reason: Option<Label>) -> Result<Lead> {
    let (now, meaning) = (tx.now(), status_type(status));
    let by = match tx.actor().user {
        Some(id) => users::find(tx, id)?.map(|user| (user.id, user.number)),
        None => None,
    };
    super::change(tx, lead, |lead| {
        lead.move_to(status.label(), meaning, now, by);
        if let Some(reason) = reason {
            lead.say_why(reason);
        }
        Ok(())
    })
}

fn status_with(tx: &mut Tx<'_>, number: i64) -> Result<CatalogItem> {
    let known = catalog::find_by_number(tx, CatalogKind::LeadStatus, number)?;
    known.ok_or_else(|| Error::invalid("status", "Không có trạng thái này trong danh mục"))
}

/// The first status of a meaning.
fn status_that_means(tx: &mut Tx<'_>, meaning: LeadStatusType) -> Result<CatalogItem> {
    let known = catalog::list(tx, CatalogKind::LeadStatus)?.into_iter().find(|status| status_type(status) == meaning);
    known.ok_or_else(|| Error::invalid("status", "Danh mục chưa có trạng thái nào để kết thúc đầu mối theo cách này"))
}

/// The item of a list with a number, as records carry it.
pub(crate) fn item(tx: &mut Tx<'_>, kind: CatalogKind, number: Option<i64>) -> Result<Option<Label>> {
    let Some(number) = number else { return Ok(None) };
    let known = catalog::find_by_number(tx, kind, number)?;
    let known = known.ok_or_else(|| Error::invalid(kind.word(), "Không có mục này trong danh mục"))?;
    Ok(Some(known.label()))
}

/// The team with a number.
pub(crate) fn team(tx: &mut Tx<'_>, number: Option<i64>) -> Result<Option<Team>> {
    let Some(number) = number else { return Ok(None) };
    users::find_team_by_number(tx, number)?.map(Some).ok_or_else(|| Error::invalid("team", "Không có nhóm này"))
}

/// The active user with a number, as records carry them.
pub(crate) fn assignee(tx: &mut Tx<'_>, number: Option<i64>) -> Result<Option<UserRef>> {
    let Some(number) = number else { return Ok(None) };
    let known = users::find_by_number(tx, number)?.filter(|user| user.active);
    let known = known.ok_or_else(|| Error::invalid("assignee", "Không có người dùng này"))?;
    Ok(Some(UserRef { id: known.id, number: known.number, name: known.name, email: known.email }))
}
