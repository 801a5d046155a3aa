//! Enquiries as clients of a call centre send them: the customer by phone or e-mail, everything else by its number.
//!
//! Errors name fields in CareSoft's words; an enquiry that comes another way has no numbers to be wrong about.

use domain::catalog::{CatalogKind, Label};
use domain::customer::{Stage, UserRef};
use domain::field::{self, Field, FieldEntity, FieldType, FieldValue, ValueItem};
use domain::matching::Match;
use domain::{CatalogItem, Customer, Error, Id, Instant, Lead, Note, Result, Team, User, Viewer};
use store::Tx;

use crate::customers::{self, Incoming, MOST_POINTS, Trust};
use crate::{catalog, fields, leads, notes, users};

/// A record that is named by its number, and the sender's word for it, which a refusal repeats.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reference {
    /// The number.
    pub number: i64,
    /// Where the sender named it.
    pub field: String,
}

impl Reference {
    fn parts(&self) -> (i64, &str) {
        (self.number, &self.field)
    }
}

/// What came in about one lead. What is `None` was not sent.
#[derive(Debug, Clone, Default)]
pub struct Enquiry {
    /// The customer who asks, where one was named.
    pub requester: Option<Reference>,
    /// Name, phones and e-mails of the customer.
    pub customer: Customer,
    /// What it is about.
    pub subject: Option<String>,
    /// Number of the service that takes it in.
    pub service: Option<i64>,
    /// Number of the team that takes it in.
    pub team: Option<i64>,
    /// Number of the user who takes it in.
    pub assignee: Option<i64>,
    /// Its status.
    pub status: Option<Reference>,
    /// The reason why it is not pursued; it counts only with a status that gives it up.
    pub reason: Option<Reference>,
    /// Numbers of its labels, which replace the old ones.
    pub labels: Option<Vec<i64>>,
    /// Custom values by the number of their field; none takes the value away.
    pub values: Vec<(i64, Vec<String>)>,
    /// Custom values as they are to be kept, of those who need no numbers for fields and options.
    pub own: Vec<FieldValue>,
    /// When it is expected to be closed.
    pub expected_close: Option<Instant>,
    /// Page it came from.
    pub reference_url: Option<String>,
    /// What is to be written down with it.
    pub comments: Vec<Comment>,
}

/// A comment on a lead.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comment {
    /// What it says.
    pub body: String,
    /// Whether the customer may read it.
    pub is_public: bool,
    /// The user who wrote it; whoever acts unless one is named.
    pub author: Option<Reference>,
}

/// What happens to an enquiry that names neither service nor team nor assignee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unassigned {
    /// It is refused.
    Refused,
    /// The first team takes it in.
    FirstTeam,
}

/// Opens a lead of the customer who asks. One who is not known is made, as a lead; one who is keeps their name and gets what is
/// new about them.
pub fn open(tx: &mut Tx<'_>, viewer: &Viewer, sent: &Enquiry, unassigned: Unassigned) -> Result<Lead> {
    let mut named = Named::look_up(tx, sent)?;
    if named.service.is_none() && named.team.is_none() && named.assignee.is_none() {
        named.team = match unassigned {
            Unassigned::FirstTeam => users::teams(tx)?.into_iter().next(),
            Unassigned::Refused => {
                let message = "Phải có ít nhất một trong các trường: service_id, group_id, assignee_id";
                return Err(Error::invalid("service_id", message));
            }
        };
    }
    // What can be refused is, before anything is written.
    let mut new = Lead::default();
    named.put_on(&mut new, sent, tx.now())?;
    let customer = requester(tx, viewer, sent)?;
    let lead = leads::create(tx, new, customer)?;
    write_down(tx, named.comments, &lead)?;
    Ok(lead)
}

/// Changes a lead. What was not sent stays.
pub fn amend(tx: &mut Tx<'_>, viewer: &Viewer, number: i64, sent: &Enquiry) -> Result<Lead> {
    let (known, customer) = leads::find_for(tx, viewer, number)?;
    let named = Named::look_up(tx, sent)?;
    tx.touch(customer.number);
    let now = tx.now();
    let changed = leads::change(tx, known.id, |lead| named.put_on(lead, sent, now))?;
    if named.comments.is_empty() {
        return Ok(changed);
    }
    write_down(tx, named.comments, &changed)?;
    leads::touch(tx, changed.id)
}

fn write_down(tx: &mut Tx<'_>, comments: Vec<Note>, lead: &Lead) -> Result<()> {
    let customer = lead.customer.as_ref().map(|customer| customer.id);
    for comment in comments {
        notes::create(tx, Note { lead: Some(lead.id), customer, ..comment })?;
    }
    Ok(())
}

/// The customer who asks: the one who is named, otherwise the one with the phone or e-mail, otherwise a new one.
fn requester(tx: &mut Tx<'_>, viewer: &Viewer, sent: &Enquiry) -> Result<Id> {
    if let Some(Reference { number, field }) = &sent.requester {
        let known = match customers::find_by_number(tx, *number)? {
            Some(id) => customers::find(tx, viewer, id)?,
            None => None,
        };
        let known = known.ok_or_else(|| unknown(field, *number))?;
        return fill(tx, known.id, &sent.customer);
    }
    if sent.customer.points.is_empty() {
        return Err(Error::invalid("phone", "Phải có ít nhất một trong các trường: phone, email"));
    }
    let incoming = Incoming { name: &sent.customer.name, own: None, trust: Trust::Certain };
    match customers::find_match(tx, &sent.customer, &sent.customer.keys(), incoming)? {
        Match::Found { customer, .. } => fill(tx, customer, &sent.customer),
        Match::New { doubtful } => {
            let new = Customer { stage: Stage::Lead, ..sent.customer.clone() };
            customers::create(tx, new, &doubtful).map(|made| made.id)
        }
    }
}

/// A known customer keeps what they have and gets what they lacked: a name, and every phone and e-mail that is new. One that
/// somebody else has too is kept with both, and they become a pair for the queue.
fn fill(tx: &mut Tx<'_>, id: Id, sent: &Customer) -> Result<Id> {
    let changed = customers::change(tx, id, |known| {
        let mut new = sent.points.clone();
        new.retain(|point| !known.points.iter().any(|old| old.same_address(point)));
        // That a customer can take no more costs no lead.
        new.truncate(MOST_POINTS.saturating_sub(known.points.len()));
        known.add_points(new);
        if known.name.is_empty() {
            known.name.clone_from(&sent.name);
        }
        Ok(())
    })?;
    Ok(changed.after.id)
}

/// What an enquiry names by number, looked up.
struct Named {
    service: Option<CatalogItem>,
    team: Option<Team>,
    assignee: Option<User>,
    status: Option<CatalogItem>,
    /// The reason as it was sent, and the one that is meant.
    reason: Option<(Reference, Option<CatalogItem>)>,
    labels: Option<Vec<Label>>,
    values: Vec<FieldValue>,
    comments: Vec<Note>,
    /// Who acts, for the lead that is closed.
    by: Option<(Id, i64)>,
}

impl Named {
    fn look_up(tx: &mut Tx<'_>, sent: &Enquiry) -> Result<Self> {
        let team = match sent.team {
            Some(number) => Some(users::find_team_by_number(tx, number)?.ok_or_else(|| unknown("group_id", number))?),
            None => None,
        };
        let reason = match &sent.reason {
            Some(named) => {
                Some((named.clone(), catalog::find_by_number(tx, CatalogKind::UnqualifiedReason, named.number)?))
            }
            None => None,
        };
        let labels = match &sent.labels {
            Some(numbers) => labels(tx, numbers)?,
            None => None,
        };
        let comments = sent.comments.iter().map(|comment| note(tx, comment)).collect::<Result<_>>()?;
        let by = match tx.actor().user {
            Some(id) => users::find(tx, id)?.map(|user| (user.id, user.number)),
            None => None,
        };
        Ok(Self {
            service: item(tx, CatalogKind::Service, sent.service.map(|number| (number, "service_id")))?,
            team,
            assignee: user(tx, sent.assignee.map(|number| (number, "assignee_id")))?,
            status: item(tx, CatalogKind::LeadStatus, sent.status.as_ref().map(Reference::parts))?,
            reason,
            labels,
            values: values(tx, FieldEntity::Lead, &sent.values)?,
            comments,
            by,
        })
    }

    /// Brings what was sent onto a lead.
    fn put_on(&self, lead: &mut Lead, sent: &Enquiry, at: Instant) -> Result<()> {
        if let Some(subject) = &sent.subject {
            lead.subject.clone_from(subject);
        }
        if let Some(url) = &sent.reference_url {
            lead.reference_url.clone_from(url);
        }
        lead.expected_close = sent.expected_close.or(lead.expected_close);
        if let Some(service) = &self.service {
            lead.set_label(service.label());
        }
        lead.team = self.team.clone().or(lead.team.take());
        if let Some(User { id, number, email, name, .. }) = &self.assignee {
            let (name, email) = (name.clone(), email.clone());
            lead.assignee = Some(UserRef { id: *id, number: *number, name, email });
        }
        if let Some(status) = &self.status {
            lead.move_to(status.label(), leads::status_type(status), at, self.by);
        }
        // Of a lead that is pursued the reason is left aside, even one that there is not.
        if let Some((Reference { number, field }, reason)) = &self.reason
            && lead.is_given_up()
        {
            let reason = reason.as_ref().ok_or_else(|| unknown(field, *number))?;
            lead.say_why(reason.label());
        }
        if let Some(labels) = &self.labels {
            lead.replace_labels(CatalogKind::LeadLabel, labels);
        }
        field::put(&mut lead.values, &self.values);
        field::put(&mut lead.values, &sent.own);
        Ok(())
    }
}

fn item(tx: &mut Tx<'_>, kind: CatalogKind, named: Option<(i64, &str)>) -> Result<Option<CatalogItem>> {
    let Some((number, field)) = named else { return Ok(None) };
    catalog::find_by_number(tx, kind, number)?.map(Some).ok_or_else(|| unknown(field, number))
}

fn user(tx: &mut Tx<'_>, named: Option<(i64, &str)>) -> Result<Option<User>> {
    let Some((number, field)) = named else { return Ok(None) };
    let known = users::find_by_number(tx, number)?.filter(|user| user.active);
    known.map(Some).ok_or_else(|| unknown(field, number))
}

/// The labels that are known; `None` when some were sent and none is, so that a mistake takes nothing away.
fn labels(tx: &mut Tx<'_>, numbers: &[i64]) -> Result<Option<Vec<Label>>> {
    let mut found: Vec<Label> = Vec::new();
    for number in numbers {
        match catalog::find_by_number(tx, CatalogKind::LeadLabel, *number)? {
            Some(item) if found.iter().any(|known| known.item == item.id) => {}
            Some(item) => found.push(item.label()),
            None => tx.decide(format!("Bỏ qua nhãn đầu mối không có trong danh mục: {number}")),
        }
    }
    Ok((numbers.is_empty() || !found.is_empty()).then_some(found))
}

/// Custom values by the number of their field; a field that is not known is left out.
pub fn values(tx: &mut Tx<'_>, entity: FieldEntity, sent: &[(i64, Vec<String>)]) -> Result<Vec<FieldValue>> {
    let mut found: Vec<FieldValue> = Vec::new();
    for (number, texts) in sent {
        match fields::find_by_number(tx, *number)?.filter(|field| field.entity == entity) {
            Some(field) => {
                found.retain(|known| known.field != field.id);
                found.push(value(&field, texts));
            }
            None => tx.decide(format!("Bỏ qua trường tùy chỉnh không có: {number}")),
        }
    }
    Ok(found)
}

/// Choices come as the number of an option, and are kept by its label, as the other dialects send them.
fn value(field: &Field, texts: &[String]) -> FieldValue {
    let chosen = |text: &str| {
        let option = field.options.iter().find(|option| option.number.to_string() == text);
        ValueItem::plain(option.map_or(text, |option| &option.label))
    };
    let items = match field.kind {
        FieldType::Select | FieldType::Radio | FieldType::Checkbox => {
            let several = field.kind.takes_several();
            let parts = texts.iter().flat_map(|text| text.split(move |mark| several && mark == ','));
            parts.map(str::trim).filter(|text| !text.is_empty()).map(chosen).collect()
        }
        _ => texts.iter().filter(|text| !text.is_empty()).map(ValueItem::plain).collect(),
    };
    FieldValue::of(field, items)
}

fn note(tx: &mut Tx<'_>, comment: &Comment) -> Result<Note> {
    let author = user(tx, comment.author.as_ref().map(Reference::parts))?;
    Ok(Note {
        body: comment.body.clone(),
        is_public: comment.is_public,
        author_name: author.as_ref().map(users::display_name).unwrap_or_default().to_owned(),
        author: author.map(|author| author.id),
        ..Note::default()
    })
}

fn unknown(field: &str, number: i64) -> Error {
    Error::invalid(field, format!("Trường {field} không có trong hệ thống: {number}"))
}
