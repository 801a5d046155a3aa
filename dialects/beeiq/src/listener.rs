//! The one handler: a delivery is let in, read, worked on item by item, and answered.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use domain::identity::Country;
use domain::{Actor, Dialect, Error, Listener};
use hub::access::Door;
use hub::{Answer, Call, Incoming, Tx, listeners, spool, users};
use jiff::tz::TimeZone;
use kit::batch;
use kit::http::{self, Shared};
use kit::json::Tolerance;
use kit::reader::Reader;

use crate::error::{self, Done, ItemResult, Status};
use crate::wire::{Action, Item, action_type};
use crate::{contacts, deals, messages, notes, tickets};

/// Items of one delivery at most.
const MOST_ITEMS: usize = 100_000;

/// What every action needs to know of the delivery it came with.
pub struct Delivery {
    /// The listener that was posted to, with its defaults.
    pub listener: Listener,
    /// The org's country, for phone numbers.
    pub country: Country,
}

/// `POST {listener path}`
pub async fn receive(
    State(shared): State<Shared>,
    secret: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    if request.method() != Method::POST {
        let refused = error::refused(StatusCode::METHOD_NOT_ALLOWED, "Webhook listener chỉ nhận phương thức POST");
        let mut response = http::response(refused);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    let address = http::address(&request);
    // What is no UTF-8 is nobody's address.
    let secret = secret.map_or_else(|_| String::new(), |Path(secret)| secret);
    let door = match shared.hub.door(&secret, address).await {
        Ok(door) => door,
        Err(error) => return http::response(error::failed(&error)),
    };
    let (org, listener) = (door.org.id, door.listener.id);
    let (answer, items, refused) = match http::read_body(request.into_body(), &shared.budget).await {
        Ok(body) => {
            let is_answered = !shared.hub.must_wait(&door);
            let delivered = deliver(&shared, door.clone(), address, &body);
            match if is_answered { shared.hub.unless_gone(delivered).await } else { None } {
                Some(delivered) => delivered,
                // It is counted when it is worked off.
                None => return http::response(keep(&shared, &door, address, &body).await),
            }
        }
        Err(fault) => (error::refused(fault.status, fault.error.public()), 0, 1),
    };
    shared.hub.count_listener_call(org, listener, items, refused);
    http::response(answer)
}

/// Lets a delivery wait on disk until the database is there again. What can be said of it without the database is said now.
async fn keep(shared: &Shared, door: &Door, address: Option<IpAddr>, body: &[u8]) -> Answer {
    let zone = door.org.settings.time_zone();
    let answer = match batch::split(body, "data").and_then(|batch| sender(&batch).map(|_| batch)) {
        Ok(batch) if batch.items.len() > spool::MOST_ITEMS => {
            return error::failed(&Error::busy("a delivery of so many items does not wait"));
        }
        Ok(batch) => {
            let items = batch.items.into_iter().enumerate().map(|(index, item)| prepare(item, index, &zone));
            error::delivered(&items.map(|item| waits(&item)).collect::<Vec<_>>())
        }
        Err(error) => error::failed(&error),
    };
    match shared.hub.keep(door, address, body).await {
        Ok(()) => answer,
        Err(error) => error::failed(&error),
    }
}

fn waits(item: &Prepared) -> ItemResult {
    match &item.item {
        Ok(read) => ItemResult::waiting(item.index, &read.action_type),
        Err(error) => refuse(item, error),
    }
}

/// Works a body off; gives the answer, the number of items and of those refused. A body that is refused as a whole has no items and
/// counts as one refusal.
async fn deliver(shared: &Shared, door: Door, address: Option<IpAddr>, body: &[u8]) -> (Answer, usize, usize) {
    let read = batch::split(body, "data").and_then(|batch| Ok((sender(&batch)?, batch)));
    let address = address.map(|address| address.to_string()).unwrap_or_default();
    let call = |actor: Actor, caller: &str| {
        let incoming =
            Incoming { version: listeners::VERSION, route: listeners::ROUTE, caller, address: &address, body };
        shared.hub.call(actor, &incoming)
    };
    let unsigned = Actor {
        org: door.org.id,
        user: door.listener.user,
        name: door.listener.name.clone(),
        dialect: Dialect::Beeiq,
        request: None,
    };
    let (sender, batch) = match read {
        Ok(read) => read,
        Err(error) => return (shared.hub.refuse(call(unsigned, ""), error::failed(&error)).await, 0, 1),
    };
    let caller = error::shown(&sender);
    let actor = match actor(shared, &door, &unsigned, &sender).await {
        Ok(actor) => actor,
        Err(error) => return (shared.hub.refuse(call(unsigned, &caller), error::failed(&error)).await, 0, 1),
    };
    let mut call = call(actor, &caller);
    batch.tolerated.iter().for_each(|tolerance| call.tolerate(tolerance.to_string()));
    work(shared, door, call, batch.items).await
}

/// `senderUser` of the envelope, which must be sound as a whole.
fn sender(batch: &batch::Batch<'_>) -> domain::Result<String> {
    let envelope = Reader::object(&batch.envelope, "")?;
    envelope.reject_nul()?;
    envelope.reject_duplicates()?;
    // Reading it as a list refuses a `data` of another type, but for `{}`, which some clients write for an empty list; its
    // elements are read one by one later.
    if envelope.value("data").is_some_and(|data| !data.node().is_empty()) {
        envelope.list("data")?;
    }
    if batch.items.len() > MOST_ITEMS {
        return Err(envelope.invalid("data", &format!("có quá {MOST_ITEMS} phần tử")));
    }
    envelope.trimmed("senderUser")?.ok_or_else(|| envelope.missing("senderUser"))
}

/// The user who sends; an unknown one is refused, or taken as the listener's own where the org says so.
async fn actor(shared: &Shared, door: &Door, unsigned: &Actor, sender: &str) -> domain::Result<Actor> {
    let email = sender.to_owned();
    let known = shared.hub.glance(door.org.id, move |tx| users::find_sender(tx, &email)).await?;
    match known {
        Some(user) => {
            Ok(Actor { user: Some(user.id), name: users::display_name(&user).to_owned(), ..unsigned.clone() })
        }
        None if door.org.settings.text("beeiq.unknown_sender") == "accept" => Ok(unsigned.clone()),
        None => Err(Error::invalid(
            "senderUser",
            format!("Trường senderUser không phải e-mail của người dùng nào trong tổ chức: {}", error::shown(sender)),
        )),
    }
}

/// An item as far as it could be read, before any transaction.
struct Prepared {
    index: usize,
    action_type: String,
    tolerated: Vec<Tolerance>,
    item: domain::Result<Item>,
}

/// Works on the items, slice by slice, and tells what became of each.
async fn work(shared: &Shared, door: Door, call: Call, items: Vec<batch::Item<'_>>) -> (Answer, usize, usize) {
    let zone = door.org.settings.time_zone();
    let delivery = Arc::new(Delivery { country: door.org.settings.country(), listener: door.listener });
    let count = items.len();
    let mut prepared = items.into_iter().enumerate().map(|(index, item)| prepare(item, index, &zone));
    let mut batch = shared.hub.batch(call);
    let mut earlier: Vec<ItemResult> = Vec::with_capacity(count);
    while count - earlier.len() > batch.slice_size() {
        let slice = prepared.by_ref().take(batch.slice_size()).collect();
        let delivery = Arc::clone(&delivery);
        earlier.extend(batch.slice(slice, move |tx, item| act(tx, &delivery, item), refuse).await);
    }
    let before = earlier.iter().filter(|result| result.status == Status::Error).count();
    let refused = Arc::new(AtomicUsize::new(before));
    let counter = Arc::clone(&refused);
    let finish = move |last: &[ItemResult]| {
        let all: Vec<ItemResult> = earlier.iter().chain(last).cloned().collect();
        counter.store(all.iter().filter(|result| result.status == Status::Error).count(), Relaxed);
        error::delivered(&all)
    };
    let last = prepared.collect();
    let answer = batch.last(last, move |tx, item| act(tx, &delivery, item), refuse, finish).await;
    (answer, count, refused.load(Relaxed))
}

fn prepare(item: batch::Item<'_>, index: usize, zone: &TimeZone) -> Prepared {
    match item.read() {
        Ok(parsed) => Prepared {
            index,
            action_type: action_type(&parsed.node),
            tolerated: parsed.tolerated,
            item: Item::read(&parsed.node, index, zone),
        },
        Err(error) => {
            let item = Err(named(&error, index));
            Prepared { index, action_type: String::new(), tolerated: Vec::new(), item }
        }
    }
}

/// The error of an item that is no JSON of ours, naming its place.
fn named(error: &Error, index: usize) -> Error {
    let field = format!("data[{index}]");
    let message = format!("Trường {field}: {}", error.public());
    Error::invalid(field, message)
}

fn refuse(item: &Prepared, error: &Error) -> ItemResult {
    ItemResult::refused(item.index, &item.action_type, error)
}

fn act(tx: &mut Tx<'_>, delivery: &Delivery, prepared: &Prepared) -> domain::Result<ItemResult> {
    let item = prepared.item.as_ref().map_err(Clone::clone)?;
    prepared.tolerated.iter().for_each(|tolerance| tx.decide(format!("data[{}]: {tolerance}", prepared.index)));
    let done: Done = match &item.action {
        Action::AddContact(contact) => contacts::add_contact(tx, delivery, contact)?,
        Action::AddLead(contact) => contacts::add_lead(tx, delivery, contact)?,
        Action::UpdateContact(contact) | Action::UpdateLead(contact) => {
            contacts::update(tx, delivery, contact, item.index)?
        }
        Action::AddNote(note) => notes::add(tx, delivery, note, item.index)?,
        Action::AddDeal(deal) => deals::add_or_update(tx, delivery, deal, item.index)?,
        Action::AddTicket(ticket) => tickets::add(tx, delivery, ticket, item.index)?,
        Action::SendSms(sms) => messages::queue(tx, delivery, sms)?,
    };
    Ok(ItemResult::done(item.index, &item.action_type, done))
}
