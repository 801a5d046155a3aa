//! What an event says: in the form of Standard Webhooks, or in CareSoft's own.

use std::collections::BTreeMap;

use domain::change::{FieldChange, Subject};
use domain::contact_point::ContactKind;
use domain::dialect::System;
use domain::webhook::{Event, Format};
use domain::{Customer, Deal, Dialect, Error, Instant, Lead, Message, Note, Result, Ticket};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
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
            let actor = tx.actor();
            let told = Told { customer, record: record.as_ref(), fields, actor: &actor.name, dialect: actor.dialect };
            standard(event, tx.now(), &told)
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
            let known = customer.as_ref().map(|customer| serde_json::to_value(CustomerFacts(customer)));
            if let Some(facts) = known.transpose().map_err(Error::broken)? {
                data.insert("customer".to_owned(), facts);
            }
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

/// The envelope of Standard Webhooks.
#[derive(serde::Serialize)]
struct Standard<'a, D> {
    r#type: &'static str,
    timestamp: String,
    data: &'a D,
}

fn standard<D: Serialize>(event: Event, at: Instant, data: &D) -> Result<String> {
    serde_json::to_string(&Standard { r#type: event.word(), timestamp: at.rfc3339(), data }).map_err(Error::broken)
}

/// What a line of history tells. Every change of every customer may be told, so it is written without a tree between.
struct Told<'a> {
    customer: Option<&'a Customer>,
    record: Option<&'a Record>,
    fields: &'a [FieldChange],
    actor: &'a str,
    dialect: Dialect,
}

impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(customer) = self.customer {
            map.serialize_entry("customer", &CustomerFacts(customer))?;
        }
        if let Some(record) = self.record {
            map.serialize_entry(record.noun(), &record.facts())?;
        }
        map.serialize_entry("changes", &Changes(self.fields))?;
        map.serialize_entry("actor", self.actor)?;
        map.serialize_entry("dialect", self.dialect.word())?;
        map.end()
    }
}

struct Changes<'a>(&'a [FieldChange]);

impl Serialize for Changes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Change<'a> {
            field: &'a str,
            old: &'a str,
            new: &'a str,
        }
        serializer.collect_seq(self.0.iter().map(|FieldChange { field, old, new }| Change { field, old, new }))
    }
}

struct CustomerFacts<'a>(&'a Customer);

impl Serialize for CustomerFacts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let customer = self.0;
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("number", &customer.number)?;
        map.serialize_entry("code", &reading_code(customer))?;
        map.serialize_entry("kind", customer.kind.word())?;
        map.serialize_entry("stage", customer.stage.word())?;
        map.serialize_entry("name", &customer.name)?;
        map.serialize_entry("codes", &Codes(&customer.codes))?;
        map.end()
    }
}

struct Codes<'a>(&'a BTreeMap<System, String>);

impl Serialize for Codes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(system, code)| (system.word(), code)))
    }
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
