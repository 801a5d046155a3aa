//! Webhooks out: which events there are, who is told of them, and how far each is on its way.

use crate::change::{FieldChange, Subject, What};
use crate::dialect::Dialect;
use crate::error::{Error, Result};
use crate::id::{Id, Instant};

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// Something that happened, of which endpoints can be told.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Event { $($(#[$doc])* $name,)* }

        impl Event {
            /// Every event.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word under which it is sent and stored.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

events! {
    /// A customer was made.
    CustomerCreated = "customer.created",
    /// Facts of a customer changed.
    CustomerUpdated = "customer.updated",
    /// Another customer was merged into this one.
    CustomerMerged = "customer.merged",
    /// A customer was taken away.
    CustomerDeleted = "customer.deleted",
    /// A lead was made.
    LeadCreated = "lead.created",
    /// Facts of a lead changed.
    LeadUpdated = "lead.updated",
    /// A lead became a deal.
    LeadConverted = "lead.converted",
    /// A lead came to nothing.
    LeadUnqualified = "lead.unqualified",
    /// A lead was taken away.
    LeadDeleted = "lead.deleted",
    /// A deal was made.
    DealCreated = "deal.created",
    /// Facts of a deal changed.
    DealUpdated = "deal.updated",
    /// A deal was taken away.
    DealDeleted = "deal.deleted",
    /// A ticket was made.
    TicketCreated = "ticket.created",
    /// Facts of a ticket changed.
    TicketUpdated = "ticket.updated",
    /// A ticket was taken away.
    TicketDeleted = "ticket.deleted",
    /// A note was written.
    NoteCreated = "note.created",
    /// A message was accepted by its provider.
    MessageSent = "message.sent",
    /// A message was given up.
    MessageFailed = "message.failed",
    /// Somebody tries whether an endpoint answers.
    WebhookTest = "webhook.test",
}

impl Event {
    /// The event of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.word() == word)
    }

    /// The event that a line of history is, if it is one.
    pub fn of_change(subject: Subject, what: What, fields: &[FieldChange]) -> Option<Self> {
        let ended_as = |how: &str| fields.iter().any(|field| field.field == "closing" && field.new == how);
        Some(match (subject, what) {
            (Subject::Customer(_), What::Created) => Self::CustomerCreated,
            (Subject::Customer(_), What::Updated) => Self::CustomerUpdated,
            (Subject::Customer(_), What::Merged) => Self::CustomerMerged,
            (Subject::Customer(_), What::Deleted) => Self::CustomerDeleted,
            (Subject::Lead(_), What::Created) => Self::LeadCreated,
            (Subject::Lead(_), What::Updated) if ended_as("converted") => Self::LeadConverted,
            (Subject::Lead(_), What::Updated) if ended_as("unqualified") => Self::LeadUnqualified,
            (Subject::Lead(_), What::Updated) => Self::LeadUpdated,
            (Subject::Lead(_), What::Deleted) => Self::LeadDeleted,
            (Subject::Deal(_), What::Created) => Self::DealCreated,
            (Subject::Deal(_), What::Updated) => Self::DealUpdated,
            (Subject::Deal(_), What::Deleted) => Self::DealDeleted,
            (Subject::Ticket(_), What::Created) => Self::TicketCreated,
            (Subject::Ticket(_), What::Updated) => Self::TicketUpdated,
            (Subject::Ticket(_), What::Deleted) => Self::TicketDeleted,
            (Subject::Note(_), What::Created) => Self::NoteCreated,
            _ => return None,
        })
    }

    /// Events by words such as `customer.created`, `deal.*` or `all`; none of them named means all, which is kept as an
    /// empty list so that events of later versions are among them.
    pub fn parse_list<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<Vec<Self>> {
        let mut found = Vec::new();
        for word in words.into_iter().map(str::trim).filter(|word| !word.is_empty()) {
            if ["all", "*"].contains(&word) {
                return Ok(Vec::new());
            }
            let noun = word.strip_suffix(".*");
            let is_meant = |event: &&Self| match noun {
                Some(noun) => event.word().split_once('.').is_some_and(|(of, _)| of == noun),
                None => event.word() == word,
            };
            let before = found.len();
            found.extend(Self::ALL.iter().filter(is_meant));
            if found.len() == before {
                let known: Vec<_> = Self::ALL.iter().map(|event| event.word()).collect();
                let message = format!("Không có sự kiện {word}. Các sự kiện: all, {}", known.join(", "));
                return Err(Error::invalid("events", message));
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

/// The form in which events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Standard Webhooks: `{"type","timestamp","data"}`, `webhook-signature: v1,…`.
    #[default]
    Standard,
    /// As CareSoft's own: `{"object","action",…}`, `X-Hub-Signature`.
    Caresoft,
}

impl Format {
    /// The word that is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Caresoft => "caresoft",
        }
    }

    /// The format of a word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Standard, Self::Caresoft].into_iter().find(|format| format.word() == word)
    }
}

/// Whether an endpoint is told anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EndpointState {
    /// It is.
    #[default]
    On,
    /// It was switched off after it failed for days, or said that it is gone.
    Disabled,
}

impl EndpointState {
    /// The word that is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Disabled => "disabled",
        }
    }

    /// The state of a stored word.
    pub fn of(word: &str) -> Self {
        if word == "disabled" { Self::Disabled } else { Self::On }
    }
}

/// Somebody who is told of what happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its identity.
    pub id: Id,
    /// Small number that people see.
    pub number: i64,
    /// Where events are posted.
    pub url: String,
    /// Which events; all when the list is empty.
    pub events: Vec<Event>,
    /// Of changes through which doors; all when the list is empty.
    pub dialects: Vec<Dialect>,
    /// How events are written.
    pub format: Format,
    /// What they are signed with, sealed.
    pub secret: String,
    /// What they were signed with before, sealed, and until when that signs too.
    pub old_secret: Option<(String, Instant)>,
    /// Whether it is told anything.
    pub state: EndpointState,
    /// Why it is not, for people to read.
    pub reason: String,
    /// When it began to fail without a success since.
    pub failing_since: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
}

/// Which events somebody wants: the part of an endpoint that every change asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The endpoint.
    pub endpoint: Id,
    /// How events are written.
    pub format: Format,
    /// Which events; all when the list is empty.
    pub events: Vec<Event>,
    /// Of changes through which doors; all when the list is empty.
    pub dialects: Vec<Dialect>,
}

impl Subscription {
    /// Whether it is meant.
    pub fn wants(&self, event: Event, dialect: Dialect) -> bool {
        (self.events.is_empty() || self.events.contains(&event))
            && (self.dialects.is_empty() || self.dialects.contains(&dialect))
    }
}

/// How far an event is on its way to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// To be tried when it is due.
    Waiting,
    /// Behind an earlier event of the same customer.
    Held,
    /// Being tried.
    Sending,
    /// It arrived.
    Delivered,
    /// Given up.
    Dead,
}

impl DeliveryState {
    /// The word that is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }

    /// The state of a stored word.
    pub fn of(word: &str) -> Self {
        let all = [Self::Held, Self::Sending, Self::Delivered, Self::Dead];
        all.into_iter().find(|state| state.word() == word).unwrap_or(Self::Waiting)
    }
}

/// One event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its identity, which is also what the receiver knows it by.
    pub id: Id,
    /// Where it goes.
    pub endpoint: Id,
    /// Word of the event.
    pub event: String,
    /// The customer it is about, before whose later events it goes.
    pub customer: Option<Id>,
    /// What is sent, the same at every attempt.
    pub body: String,
    /// How far it is.
    pub state: DeliveryState,
    /// When it is tried next.
    pub due_at: Option<Instant>,
    /// Attempts so far.
    pub attempts: i64,
    /// Where on the schedule of retries it is.
    pub step: i64,
    /// When it happened.
    pub created_at: Instant,
    /// When it arrived or was given up.
    pub ended_at: Option<Instant>,
}

/// One attempt at a delivery or a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Counts from 1.
    pub number: i64,
    /// When it was over.
    pub at: Instant,
    /// Status of the answer, where there was one.
    pub status: Option<i64>,
    /// How long it took, in milliseconds.
    pub millis: i64,
    /// The first of what was answered, or what went wrong.
    pub answer: String,
}

/// The id under which the receiver of a webhook knows a delivery: the same at every attempt.
pub fn message_id(org: crate::id::OrgId, delivery: Id) -> String {
    format!("msg_{:08x}{:016x}", org.0, delivery.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_events() {
        let parse = |text: &str| Event::parse_list(text.split(','));
        assert_eq!(parse("all"), Ok(vec![]));
        assert_eq!(parse("note.created, customer.created"), Ok(vec![Event::CustomerCreated, Event::NoteCreated]));
        assert_eq!(parse("deal.*,deal.created").unwrap().len(), 3);
        assert!(parse("customer.born").unwrap_err().public().contains("customer.created"));
    }

    #[test]
    fn a_lead_that_ends_is_one_event() {
        let closing = |how: &str| vec![FieldChange { field: "closing".into(), old: String::new(), new: how.into() }];
        let of = |fields: &[FieldChange]| Event::of_change(Subject::Lead(Id(1)), What::Updated, fields);
        assert_eq!(of(&closing("converted")), Some(Event::LeadConverted));
        assert_eq!(of(&closing("unqualified")), Some(Event::LeadUnqualified));
        assert_eq!(of(&[]), Some(Event::LeadUpdated));
        assert_eq!(Event::of_change(Subject::Customer(Id(1)), What::Duplicate, &[]), None);
    }

    #[test]
    fn words_come_back() {
        assert!(Event::ALL.iter().all(|event| Event::of(event.word()) == Some(*event)));
        for state in [DeliveryState::Waiting, DeliveryState::Held, DeliveryState::Sending, DeliveryState::Dead] {
            assert_eq!(DeliveryState::of(state.word()), state);
        }
    }
}
