//! What belongs to a customer, as outside programs read it: history, leads, deals, tickets, notes, messages and attached files.

use std::collections::BTreeMap;

use domain::field::FieldValue;
use domain::lead::Conversion;
use domain::{CatalogKind, Id, Instant, Label, attachment, change, customer, deal, lead, message, note, sms, ticket};
use serde::Serialize;

use super::customer::some;

/// One field that changed, or a change without fields.
#[derive(Debug, Serialize)]
pub struct Change {
    at: String,
    actor: String,
    dialect: String,
    field: Option<String>,
    old: Option<String>,
    new: Option<String>,
    text: String,
}

impl Change {
    /// An entry for each field that changed; one without a field where none did. A field of a deal is `deal.stage`, so that
    /// nobody takes it for the customer's own.
    pub fn of(change: &change::Change) -> Vec<Self> {
        let name = |field: &str| match change.subject.as_str() {
            "customer" => field.to_owned(),
            subject => format!("{subject}.{field}"),
        };
        let entry = |field: Option<&change::FieldChange>| Self {
            at: change.at.rfc3339(),
            actor: change.actor.clone(),
            dialect: change.dialect.clone(),
            field: field.map(|field| name(&field.field)),
            old: field.map(|field| field.old.clone()),
            new: field.map(|field| field.new.clone()),
            text: change.text.clone(),
        };
        match change.fields.as_slice() {
            [] => vec![entry(None)],
            fields => fields.iter().map(|field| entry(Some(field))).collect(),
        }
    }
}

/// A user that a record names.
#[derive(Debug, Serialize)]
pub struct UserRef {
    number: i64,
    name: String,
    email: String,
}

impl From<&customer::UserRef> for UserRef {
    fn from(user: &customer::UserRef) -> Self {
        Self { number: user.number, name: user.name.clone(), email: user.email.clone() }
    }
}

/// A customer that a record names.
#[derive(Debug, Serialize)]
pub struct CustomerRef {
    number: i64,
    name: String,
}

impl From<&customer::CustomerRef> for CustomerRef {
    fn from(customer: &customer::CustomerRef) -> Self {
        Self { number: customer.number, name: customer.name.clone() }
    }
}

/// How a lead ended.
#[derive(Debug, Serialize)]
struct Closing {
    how: &'static str,
    at: String,
    by: Option<i64>,
}

/// An enquiry, with its comments from the first on.
#[derive(Debug, Serialize)]
pub struct Lead {
    number: i64,
    subject: String,
    status: Option<String>,
    last_status: Option<String>,
    source: Option<String>,
    service: Option<String>,
    labels: Vec<String>,
    unqualified_reason: Option<String>,
    team: Option<String>,
    assignee: Option<UserRef>,
    expected_close: Option<String>,
    reference_url: Option<String>,
    company_name: Option<String>,
    closing: Option<Closing>,
    fields: BTreeMap<String, String>,
    comments: Vec<Note>,
    created_at: String,
    updated_at: String,
}

impl Lead {
    /// A lead with those of the notes that were written on it.
    pub fn new(lead: &lead::Lead, notes: &[note::Note]) -> Self {
        let comments = notes.iter().rev().filter(|note| note.lead == Some(lead.id));
        let closing = lead.closing.as_ref().map(|closing| Closing {
            how: match closing.how {
                Conversion::Deal => "converted",
                Conversion::Unqualified => "unqualified",
            },
            at: closing.at.rfc3339(),
            by: closing.by_number,
        });
        Self {
            number: lead.number,
            subject: lead.subject.clone(),
            status: one(&lead.labels, CatalogKind::LeadStatus),
            last_status: lead.last_status.as_ref().map(|status| status.label.clone()),
            source: one(&lead.labels, CatalogKind::Source),
            service: one(&lead.labels, CatalogKind::Service),
            labels: all(&lead.labels, CatalogKind::LeadLabel),
            unqualified_reason: one(&lead.labels, CatalogKind::UnqualifiedReason),
            team: lead.team.as_ref().map(|team| team.name.clone()),
            assignee: lead.assignee.as_ref().map(Into::into),
            expected_close: lead.expected_close.map(Instant::rfc3339),
            reference_url: some(&lead.reference_url),
            company_name: some(&lead.company_name),
            closing,
            fields: fields(&lead.values),
            comments: comments.map(Note::from).collect(),
            created_at: lead.created_at.rfc3339(),
            updated_at: lead.updated_at.rfc3339(),
        }
    }
}

/// A possible sale.
#[derive(Debug, Serialize)]
pub struct Deal {
    number: i64,
    code: Option<String>,
    name: String,
    value: Option<String>,
    currency: Option<String>,
    description: Option<String>,
    stage: Option<String>,
    category: Option<String>,
    package: Option<String>,
    close_at: Option<String>,
    contacts: Vec<CustomerRef>,
    owners: Vec<UserRef>,
    teams: Vec<String>,
    fields: BTreeMap<String, String>,
    permit: i64,
    created_at: String,
    updated_at: String,
}

impl From<&deal::Deal> for Deal {
    fn from(deal: &deal::Deal) -> Self {
        Self {
            number: deal.number,
            code: deal.code.clone(),
            name: deal.name.clone(),
            value: some(&deal.value),
            currency: one(&deal.labels, CatalogKind::Currency),
            description: some(&deal.description),
            stage: one(&deal.labels, CatalogKind::DealStage),
            category: one(&deal.labels, CatalogKind::DealCategory),
            package: one(&deal.labels, CatalogKind::Package),
            close_at: deal.close_at.map(Instant::rfc3339),
            contacts: deal.contacts.iter().map(Into::into).collect(),
            owners: deal.owners.iter().map(Into::into).collect(),
            teams: deal.teams.iter().map(|team| team.name.clone()).collect(),
            fields: fields(&deal.values),
            permit: deal.permit.status(),
            created_at: deal.created_at.rfc3339(),
            updated_at: deal.updated_at.rfc3339(),
        }
    }
}

/// A request for help.
#[derive(Debug, Serialize)]
pub struct Ticket {
    number: i64,
    title: String,
    body: String,
    channel: Option<String>,
    sla: Option<String>,
    tags: Vec<String>,
    team: Option<String>,
    deal: Option<i64>,
    fields: BTreeMap<String, String>,
    created_at: String,
    updated_at: String,
    closed_at: Option<String>,
}

impl Ticket {
    /// A ticket with the number of its deal, which is one of these where it is known.
    pub fn new(ticket: &ticket::Ticket, deals: &[deal::Deal]) -> Self {
        let number = |id: Id| deals.iter().find(|deal| deal.id == id).map(|deal| deal.number);
        Self {
            number: ticket.number,
            title: ticket.title.clone(),
            body: ticket.body.clone(),
            channel: one(&ticket.labels, CatalogKind::TicketChannel),
            sla: one(&ticket.labels, CatalogKind::Sla),
            tags: all(&ticket.labels, CatalogKind::Tag),
            team: ticket.team.as_ref().map(|team| team.name.clone()),
            deal: ticket.deal.and_then(number),
            fields: fields(&ticket.values),
            created_at: ticket.created_at.rfc3339(),
            updated_at: ticket.updated_at.rfc3339(),
            closed_at: ticket.closed_at.map(Instant::rfc3339),
        }
    }
}

/// Something written down.
#[derive(Debug, Serialize)]
pub struct Note {
    number: i64,
    about: &'static str,
    body: String,
    author: String,
    public: bool,
    channel: Option<String>,
    tags: Vec<String>,
    permit: i64,
    created_at: String,
}

impl From<&note::Note> for Note {
    fn from(note: &note::Note) -> Self {
        let about = match (note.lead, note.deal, note.ticket) {
            (Some(_), _, _) => "lead",
            (_, Some(_), _) => "deal",
            (_, _, Some(_)) => "ticket",
            _ => "customer",
        };
        Self {
            number: note.number,
            about,
            body: note.body.clone(),
            author: note.author_name.clone(),
            public: note.is_public,
            channel: one(&note.labels, CatalogKind::TicketChannel),
            tags: all(&note.labels, CatalogKind::Tag),
            permit: note.permit.status(),
            created_at: note.created_at.rfc3339(),
        }
    }
}

/// An SMS or an e-mail.
#[derive(Debug, Serialize)]
pub struct Message {
    number: i64,
    kind: &'static str,
    recipient: String,
    subject: Option<String>,
    body: String,
    /// Parts that an SMS is sent and paid for as.
    segments: Option<usize>,
    state: &'static str,
    answer: Option<String>,
    created_at: String,
    sent_at: Option<String>,
}

impl From<&message::Message> for Message {
    fn from(message: &message::Message) -> Self {
        Self {
            number: message.number,
            kind: message.kind.word(),
            recipient: message.recipient.clone(),
            subject: some(&message.subject),
            body: message.body.clone(),
            segments: (message.kind == message::MessageKind::Sms).then(|| sms::length(&message.body).segments),
            state: message.state.word(),
            answer: some(&message.answer),
            created_at: message.created_at.rfc3339(),
            sent_at: message.sent_at.map(Instant::rfc3339),
        }
    }
}

/// An attached file; its bytes are kept apart.
#[derive(Debug, Serialize)]
pub struct Attachment {
    name: String,
    media_type: String,
    size: i64,
    created_at: String,
}

impl From<&attachment::Attachment> for Attachment {
    fn from(file: &attachment::Attachment) -> Self {
        Self {
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: file.size,
            created_at: file.created_at.rfc3339(),
        }
    }
}

/// Custom values by the code of their field; several are separated by `|`.
pub(super) fn fields(values: &[FieldValue]) -> BTreeMap<String, String> {
    values.iter().map(|value| (value.code.clone(), value.joined())).collect()
}

fn all(labels: &[Label], kind: CatalogKind) -> Vec<String> {
    labels.iter().filter(|label| label.kind == kind).map(|label| label.label.clone()).collect()
}

fn one(labels: &[Label], kind: CatalogKind) -> Option<String> {
    all(labels, kind).into_iter().next()
}
