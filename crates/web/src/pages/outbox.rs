//! What goes out: messages and deliveries with their attempts, to be tried once more.

use askama::Template;
use axum::extract::{Path, Query};
use domain::message::{MessageKind, MessageState};
use domain::webhook::{Attempt, Delivery, DeliveryState, Endpoint, message_id};
use domain::{Id, Message};
use hub::outbox::{self, Again};
use hub::{customers, webhooks};
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Section, Toast, fragment, go, show as show_page};

/// Rows of a page.
const ROWS: usize = 50;

const MESSAGE_STATES: [MessageState; 5] =
    [MessageState::Queued, MessageState::Sent, MessageState::Failed, MessageState::Trial, MessageState::Held];

const DELIVERY_STATES: [DeliveryState; 5] = [
    DeliveryState::Waiting,
    DeliveryState::Held,
    DeliveryState::Sending,
    DeliveryState::Delivered,
    DeliveryState::Dead,
];

/// What is asked for, as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Ask {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    endpoint: String,
    #[serde(default)]
    before: String,
}

impl Ask {
    fn before(&self) -> Option<Id> {
        self.before.parse().ok().map(Id)
    }

    /// The address of the rows before one, below `path`.
    fn older(&self, path: &str, before: Option<Id>) -> Option<String> {
        let before = before?.to_string();
        let mut query = form_urlencoded::Serializer::new(String::new());
        let own = [("kind", &self.kind), ("state", &self.state), ("endpoint", &self.endpoint), ("before", &before)];
        query.extend_pairs(own.into_iter().filter(|(_, value)| !value.is_empty()));
        Some(format!("{path}?{}", query.finish()))
    }
}

/// What people read for the state of a message.
pub fn message_state(state: &MessageState, t: &Messages) -> &'static str {
    match state {
        MessageState::Queued => t.outbox.queued,
        MessageState::Sent => t.outbox.sent,
        MessageState::Failed => t.outbox.failed,
        MessageState::Trial => t.outbox.trial,
        MessageState::Held => t.outbox.held,
    }
}

/// The mark beside it.
pub fn message_mark(state: &MessageState) -> &'static str {
    match state {
        MessageState::Sent => "good",
        MessageState::Failed => "bad",
        MessageState::Queued => "warn",
        MessageState::Trial | MessageState::Held => "",
    }
}

/// What people read for the state of a delivery.
pub fn delivery_state(state: &DeliveryState, t: &Messages) -> &'static str {
    match state {
        DeliveryState::Waiting => t.outbox.queued,
        DeliveryState::Held => t.outbox.behind,
        DeliveryState::Sending => t.outbox.sending,
        DeliveryState::Delivered => t.outbox.delivered,
        DeliveryState::Dead => t.outbox.dead,
    }
}

/// The mark beside it.
pub fn delivery_mark(state: &DeliveryState) -> &'static str {
    match state {
        DeliveryState::Delivered => "good",
        DeliveryState::Dead => "bad",
        _ => "warn",
    }
}

/// Whether a message can be sent once more.
fn may_retry(message: &Message) -> bool {
    matches!(message.state, MessageState::Failed | MessageState::Trial | MessageState::Held)
}

#[derive(Template)]
#[template(path = "outbox/messages.html")]
struct MessagesPage {
    page: Page,
    ask: Ask,
    states: [MessageState; 5],
    rows: MessageRows,
}

#[derive(Template)]
#[template(path = "outbox/message_rows.html")]
struct MessageRows {
    page: Page,
    messages: Vec<Message>,
    older: Option<String>,
    zone: TimeZone,
}

/// `GET /outbox`
pub async fn messages(visitor: Visitor, Query(ask): Query<Ask>) -> Answer {
    visitor.must_be_admin()?;
    let kind = MessageKind::ALL.into_iter().find(|kind| kind.word() == ask.kind);
    let state = MESSAGE_STATES.into_iter().find(|state| state.word() == ask.state);
    let before = ask.before();
    let found = visitor.read(move |tx| outbox::messages_page(tx, kind, state, before, ROWS)).await?;
    let page = visitor.page(Section::Outbox, visitor.t.nav.outbox);
    let older = ask.older("/outbox", found.next);
    let rows = MessageRows { page: page.clone(), messages: found.rows, older, zone: visitor.zone.clone() };
    if visitor.wants_fragment {
        return fragment(&rows);
    }
    show_page(&visitor, &MessagesPage { page, ask, states: MESSAGE_STATES, rows })
}

#[derive(Template)]
#[template(path = "outbox/message.html")]
struct OneMessage {
    page: Page,
    message: Message,
    customer: Option<i64>,
    attempts: Vec<Attempt>,
    may_retry: bool,
    zone: TimeZone,
}

/// `GET /outbox/messages/{kind}/{number}`
pub async fn message(visitor: Visitor, Path((kind, number)): Path<(String, i64)>) -> Answer {
    visitor.must_be_admin()?;
    let kind = MessageKind::of(&kind);
    let (message, attempts, customer) = visitor
        .read(move |tx| {
            let message = outbox::message(tx, kind, number)?;
            let attempts = outbox::attempts(tx, message.id)?;
            let customer = match message.customer {
                Some(customer) => customers::find_ref(tx, customer)?.map(|customer| customer.number),
                None => None,
            };
            Ok((message, attempts, customer))
        })
        .await?;
    let page = visitor.page(Section::Outbox, visitor.t.outbox.message_title(kind_label(&kind, visitor.t), number));
    let (may_retry, zone) = (may_retry(&message), visitor.zone.clone());
    show_page(&visitor, &OneMessage { page, message, customer, attempts, may_retry, zone })
}

/// What people read for a kind of message.
pub fn kind_label(kind: &MessageKind, t: &Messages) -> &'static str {
    match kind {
        MessageKind::Sms => t.settings.sms,
        MessageKind::Email => t.settings.mail,
    }
}

/// `POST /outbox/messages/{kind}/{number}/retry`
pub async fn retry(visitor: Visitor, Path((kind, number)): Path<(String, i64)>) -> Answer {
    visitor.must_be_admin()?;
    let kind = MessageKind::of(&kind);
    visitor.write(move |tx| outbox::retry_message(tx, kind, number)).await?;
    let place = format!("/outbox/messages/{}/{number}", kind.word());
    go(&visitor, &place, Some(&Toast::good(visitor.t.outbox.requeued)))
}

#[derive(Template)]
#[template(path = "outbox/deliveries.html")]
struct Deliveries {
    page: Page,
    ask: Ask,
    endpoints: Vec<Endpoint>,
    states: [DeliveryState; 5],
    rows: DeliveryRows,
}

#[derive(Template)]
#[template(path = "outbox/delivery_rows.html")]
struct DeliveryRows {
    page: Page,
    /// Each with the address of its endpoint, unless that is gone.
    deliveries: Vec<(Delivery, Option<String>)>,
    older: Option<String>,
    zone: TimeZone,
}

/// `GET /outbox/deliveries`
pub async fn deliveries(visitor: Visitor, Query(ask): Query<Ask>) -> Answer {
    visitor.must_be_admin()?;
    let state = DELIVERY_STATES.into_iter().find(|state| state.word() == ask.state);
    let (before, number) = (ask.before(), ask.endpoint.parse::<i64>().ok());
    let (found, endpoints) = visitor
        .read(move |tx| {
            let endpoints = webhooks::list(tx)?;
            let known = endpoints.iter().find(|endpoint| Some(endpoint.number) == number).map(|endpoint| endpoint.id);
            Ok((outbox::deliveries_page(tx, known, state, before, ROWS)?, endpoints))
        })
        .await?;
    let page = visitor.page(Section::Outbox, visitor.t.nav.outbox);
    let older = ask.older("/outbox/deliveries", found.next);
    let url = |id| endpoints.iter().find(|endpoint| endpoint.id == id).map(|endpoint| endpoint.url.clone());
    let deliveries = found.rows.into_iter().map(|delivery| (url(delivery.endpoint), delivery));
    let deliveries = deliveries.map(|(url, delivery)| (delivery, url)).collect();
    let rows = DeliveryRows { page: page.clone(), deliveries, older, zone: visitor.zone.clone() };
    if visitor.wants_fragment {
        return fragment(&rows);
    }
    show_page(&visitor, &Deliveries { page, ask, endpoints, states: DELIVERY_STATES, rows })
}

#[derive(Template)]
#[template(path = "outbox/delivery.html")]
struct OneDelivery {
    page: Page,
    delivery: Delivery,
    webhook_id: String,
    endpoint: Option<Endpoint>,
    attempts: Vec<Attempt>,
    may_redeliver: bool,
    zone: TimeZone,
}

/// `GET /outbox/deliveries/{id}`
pub async fn delivery(visitor: Visitor, Path(id): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    let (delivery, attempts, endpoints) = visitor
        .read(move |tx| Ok((outbox::delivery(tx, Id(id))?, outbox::attempts(tx, Id(id))?, webhooks::list(tx)?)))
        .await?;
    let endpoint = endpoints.into_iter().find(|endpoint| endpoint.id == delivery.endpoint);
    let is_over = matches!(delivery.state, DeliveryState::Delivered | DeliveryState::Dead);
    let (may_redeliver, zone) = (is_over && endpoint.is_some(), visitor.zone.clone());
    let page = visitor.page(Section::Outbox, delivery.event.clone());
    let webhook_id = message_id(visitor.org.id, delivery.id);
    show_page(&visitor, &OneDelivery { page, delivery, webhook_id, endpoint, attempts, may_redeliver, zone })
}

/// `POST /outbox/deliveries/{id}/redeliver`
pub async fn redeliver(visitor: Visitor, Path(id): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    visitor
        .write(move |tx| {
            let delivery = outbox::delivery(tx, Id(id))?;
            outbox::redeliver_one(tx, delivery.endpoint, delivery.id)
        })
        .await?;
    go(&visitor, &format!("/outbox/deliveries/{id}"), Some(&Toast::good(visitor.t.outbox.requeued)))
}

/// `POST /outbox/endpoints/{number}/redeliver`: everything that was given up.
pub async fn redeliver_dead(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    let endpoint = visitor.read(move |tx| webhooks::find(tx, number)).await?;
    let again = Again { since: None, until: None, delivered: false };
    let count = visitor.web.hub.redeliver(visitor.org.id, endpoint.id, again).await?;
    let place = format!("/outbox/deliveries?endpoint={number}");
    go(&visitor, &place, Some(&Toast::good(visitor.t.outbox.requeued_count(count))))
}
