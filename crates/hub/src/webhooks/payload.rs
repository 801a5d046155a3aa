//! What an event says: in the form of Standard Webhooks, or in CareSoft's own.

use domain::change::{FieldChange, Subject};
use domain::contact_point::ContactKind;
use domain::webhook::{Event, Format};
use domain::{Customer, Deal, Dialect, Error, Instant, Lead, Message, Note, Result, Ticket};
use serde_json::{Map, Value, json};
use store::{Tx, customers, deals, leads, notes, tickets};

use crate::customers::reading_code;
use crate::history::Whose;

/// The offset in which CareSoft writes local times, in seconds.
const OFFSET: i64 = 7 * 3_600;

/// The body of an event that a line of history is.
pub(super) fn of_change(
    tx: &mut Tx<'_>,
    format: Format,
    event: Event,
    whose: Whose<'_>,
    subject: Subject,
    fields: &[FieldChange],
) -> Result<String> {
    let found;
    let customer = match whose {
        Whose::Nobody => None,
        Whose::Known(customer) => Some(customer),
        Whose::Customer(id) => {
            found = customers::find(tx, id)?;
            found.as_ref()
        }
    };
    let record = Record::find(tx, subject)?;
    match format {
        Format::Standard => {
            let mut data = Map::new();
            data.extend(customer.map(|customer| ("customer".to_owned(), customer_facts(customer))));
            data.extend(record.as_ref().map(|record| (record.noun().to_owned(), record.facts())));
            let changes = fields.iter().map(|field| json!({"field": field.field, "old": field.old, "new": field.new}));
            data.insert("changes".to_owned(), changes.collect());
            let actor = tx.actor();
            data.insert("actor".to_owned(), json!(actor.name));
            data.insert("dialect".to_owned(), json!(actor.dialect.word()));
            standard(event, tx.now(), &Value::Object(data))
        }
        Format::Caresoft => {
            let inside = match &record {
                Some(record) => record.caresoft(customer),
                None => customer.map_or(Value::Null, caresoft_user),
            };
            caresoft(event, inside)
        }
    }
}

/// The body of an event that tells how a message ended.
pub(super) fn of_message(
    tx: &mut Tx<'_>,
    format: Format,
    event: Event,
    dialect: Dialect,
    message: &Message,
) -> Result<String> {
    let facts = json!({
        "number": message.number,
        "kind": message.kind.word(),
        "recipient": message.recipient,
        "subject": message.subject,
        "state": message.state.word(),
        "answer": message.answer,
    });
    match format {
        Format::Standard => {
            let customer = match message.customer {
                Some(id) => customers::find(tx, id)?,
                None => None,
            };
            let mut data = Map::new();
            data.extend(customer.as_ref().map(|customer| ("customer".to_owned(), customer_facts(customer))));
            data.insert("message".to_owned(), facts);
            data.insert("dialect".to_owned(), json!(dialect.word()));
            standard(event, tx.now(), &Value::Object(data))
        }
        Format::Caresoft => caresoft(event, facts),
    }
}

/// The body of an event by which somebody tries whether an endpoint answers.
pub fn test(format: Format, now: Instant) -> Result<String> {
    match format {
        Format::Standard => standard(Event::WebhookTest, now, &json!({"text": "Đầu Mối thử webhook này"})),
        Format::Caresoft => caresoft(Event::WebhookTest, json!({"text": "Đầu Mối thử webhook này"})),
    }
}

fn standard(event: Event, at: Instant, data: &Value) -> Result<String> {
    let body = json!({"type": event.word(), "timestamp": at.rfc3339(), "data": data});
    serde_json::to_string(&body).map_err(Error::broken)
}

/// `{"object":"user","action":"create","user":{…}}`: customers are CareSoft's users.
fn caresoft(event: Event, inside: Value) -> Result<String> {
    let (noun, what) = event.word().split_once('.').unwrap_or((event.word(), ""));
    let object = if noun == "customer" { "user" } else { noun };
    let action = match what {
        "created" => "create",
        "updated" => "update",
        "merged" => "merge",
        "deleted" => "delete",
        "converted" => "convert",
        other => other,
    };
    let mut body = Map::new();
    body.insert("object".to_owned(), json!(object));
    body.insert("action".to_owned(), json!(action));
    body.insert(object.to_owned(), inside);
    serde_json::to_string(&body).map_err(Error::broken)
}

fn customer_facts(customer: &Customer) -> Value {
    let codes: Map<String, Value> =
        customer.codes.iter().map(|(system, code)| (system.word().to_owned(), json!(code))).collect();
    json!({
        "number": customer.number,
        "code": reading_code(customer),
        "kind": customer.kind.word(),
        "stage": customer.stage.word(),
        "name": customer.name,
        "codes": codes,
    })
}

fn caresoft_user(customer: &Customer) -> Value {
    let first = |kind| customer.points_of(kind).next().map(|point| point.raw.as_str());
    json!({
        "id": customer.number,
        "username": customer.name,
        "email": first(ContactKind::Email),
        "phone": first(ContactKind::Phone),
        "created_at": local(customer.created_at),
        "updated_at": local(customer.updated_at),
    })
}

/// `YYYY-MM-DD HH:mm:ss` at +07:00, as CareSoft writes times.
fn local(at: Instant) -> String {
    let text = Instant(at.plus_seconds(OFFSET).0.div_euclid(1_000_000) * 1_000_000).rfc3339();
    text.trim_end_matches('Z').replacen('T', " ", 1)
}

/// The record that an event is about, when that is not the customer.
enum Record {
    Lead(Box<Lead>),
    Deal(Box<Deal>),
    Ticket(Box<Ticket>),
    Note(Box<Note>),
}

impl Record {
    fn find(tx: &mut Tx<'_>, subject: Subject) -> Result<Option<Self>> {
        Ok(match subject {
            Subject::Lead(id) => leads::find(tx, id)?.map(Box::new).map(Self::Lead),
            Subject::Deal(id) => deals::find(tx, id)?.map(Box::new).map(Self::Deal),
            Subject::Ticket(id) => tickets::list(tx, &[id])?.pop().map(Box::new).map(Self::Ticket),
            Subject::Note(id) => notes::find(tx, id)?.map(Box::new).map(Self::Note),
            Subject::Customer(_) | Subject::Message(_) | Subject::Setting(_) => None,
        })
    }

    fn noun(&self) -> &'static str {
        match self {
            Self::Lead(_) => "lead",
            Self::Deal(_) => "deal",
            Self::Ticket(_) => "ticket",
            Self::Note(_) => "note",
        }
    }

    fn facts(&self) -> Value {
        match self {
            Self::Lead(lead) => json!({"number": lead.number, "subject": lead.subject}),
            Self::Deal(deal) => {
                json!({"number": deal.number, "code": deal.code, "name": deal.name, "value": deal.value})
            }
            Self::Ticket(ticket) => json!({"number": ticket.number, "title": ticket.title}),
            Self::Note(note) => json!({"number": note.number, "body": note.body, "author": note.author_name}),
        }
    }

    fn caresoft(&self, customer: Option<&Customer>) -> Value {
        let requester = customer.map(|customer| customer.number);
        match self {
            Self::Lead(lead) => json!({
                "id": lead.number,
                "subject": lead.subject,
                "requester_id": requester,
                "created_at": local(lead.created_at),
                "updated_at": local(lead.updated_at),
            }),
            Self::Deal(deal) => json!({
                "id": deal.number,
                "subject": deal.name,
                "value": deal.value,
                "requester_id": requester,
                "created_at": local(deal.created_at),
                "updated_at": local(deal.updated_at),
            }),
            Self::Ticket(ticket) => json!({
                "id": ticket.number,
                "subject": ticket.title,
                "requester_id": requester,
                "created_at": local(ticket.created_at),
                "updated_at": local(ticket.updated_at),
            }),
            Self::Note(note) => json!({
                "id": note.number,
                "body": note.body,
                "is_public": i32::from(note.is_public),
                "requester_id": requester,
                "created_at": local(note.created_at),
            }),
        }
    }
}
