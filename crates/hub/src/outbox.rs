//! The outbox: what is due, claimed for a while by one worker, and settled with what came of it.

mod pages;
mod upkeep;

use domain::delivery::{PATIENCE, next_attempt};
use domain::message::{MessageKind, MessageState};
use domain::webhook::{Attempt, Delivery, Endpoint, Event};
use domain::{Error, Id, Instant, Message, OrgId, Result, Role};
use store::{Tx, accounts, deliveries, endpoints, messages, users};

use crate::sending::{Decision, Rules};
use crate::webhooks;

pub use pages::{Page, deliveries_page, delivery, message, messages_page};
pub use store::accounts::Account;
pub use upkeep::Again;

/// Things of one kind for one receiver of one org: what is due there waits for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Line {
    /// The org.
    pub org: OrgId,
    /// What and where to.
    pub target: Target,
}

/// What goes out on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// Events to an endpoint.
    Endpoint(Id),
    /// Messages through the org's account.
    Messages(MessageKind),
}

/// Events that were claimed for one endpoint.
#[derive(Debug, Clone)]
pub struct Load {
    /// Where they go.
    pub endpoint: Endpoint,
    /// The events, in the order in which they happened.
    pub deliveries: Vec<Delivery>,
}

/// Messages that were claimed for one account.
#[derive(Debug, Clone)]
pub struct Post {
    /// What sends them; its settings are sealed for the word of the kind.
    pub account: Account,
    /// The messages, earliest first.
    pub letters: Vec<Letter>,
}

/// A message that was claimed.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The message as it is kept.
    pub message: Message,
    /// Where it goes, in the spelling that providers read.
    pub recipient: String,
    /// Where it is on the schedule of retries.
    pub step: i64,
}

/// What came of one attempt.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The delivery or message.
    pub id: Id,
    /// Where it was on the schedule of retries.
    pub step: i64,
    /// How it ended.
    pub end: End,
    /// Status of the answer, where there was one.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub millis: i64,
    /// The first of what was answered, or what went wrong.
    pub answer: String,
    /// A random number below 1,000, by which the next attempt is shifted.
    pub jitter: i64,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It arrived.
    Arrived,
    /// It did not; the receiver may have asked for a pause in seconds.
    Failed(Option<i64>),
    /// It never will.
    Refused,
    /// The receiver wants to hear nothing more.
    Gone,
}

/// Which lines of all orgs have something due.
pub fn due(tx: &mut Tx<'_>) -> Result<Vec<Line>> {
    let endpoints = deliveries::due(tx)?.into_iter();
    let mut lines: Vec<Line> = endpoints.map(|(org, id)| Line { org, target: Target::Endpoint(id) }).collect();
    for kind in MessageKind::ALL {
        let found = messages::due(tx, kind)?.into_iter();
        lines.extend(found.map(|org| Line { org, target: Target::Messages(kind) }));
    }
    Ok(lines)
}

/// Claims events that are due at an endpoint until `until`. One that comes after another of the same customer is put behind it.
pub fn claim_deliveries(tx: &mut Tx<'_>, endpoint: Id, limit: i64, until: Instant) -> Result<Option<Load>> {
    let Some(endpoint) = endpoints::find(tx, endpoint)? else { return Ok(None) };
    let mut free = Vec::new();
    for (id, behind) in deliveries::candidates(tx, endpoint.id, limit)? {
        match behind {
            None => free.push(id),
            Some(earlier) => deliveries::hold(tx, id, earlier.max(until))?,
        }
    }
    let deliveries = if free.is_empty() { Vec::new() } else { deliveries::claim(tx, &free, until)? };
    Ok(Some(Load { endpoint, deliveries }))
}

/// Claims messages that are due until `until`: those that may be sent now. The others are put off or ended, as the rules of
/// sending say.
pub fn claim_messages(tx: &mut Tx<'_>, kind: MessageKind, limit: i64, until: Instant) -> Result<Option<Post>> {
    let rules = Rules::read(tx, kind)?;
    let mut letters = Vec::new();
    for message in messages::candidates(tx, kind, limit)? {
        // Claimed before it is judged, so that two workers do not both count it against the caps.
        let Some(step) = messages::claim(tx, message.id, until)? else { continue };
        match rules.decide(tx, &message)? {
            Decision::Now { recipient } => letters.push(Letter { message, recipient, step }),
            Decision::Later { at, reason } => messages::put_off(tx, message.id, at, &reason)?,
            Decision::Never { reason } => refuse(tx, message, &reason)?,
        }
    }
    Ok(rules.account().cloned().map(|account| Post { account, letters }))
}

/// Ends a message that is not to be sent.
fn refuse(tx: &mut Tx<'_>, message: Message, reason: &str) -> Result<()> {
    if messages::end(tx, message.id, MessageState::Failed, reason)? {
        let dialect = messages::dialect(tx, message.id)?;
        let ended = Message { state: MessageState::Failed, answer: reason.to_owned(), ..message };
        webhooks::tell_message(tx, Event::MessageFailed, dialect, &ended)?;
    }
    Ok(())
}

/// Gives back deliveries that were claimed and not tried.
pub fn give_back(tx: &mut Tx<'_>, ids: &[Id]) -> Result<()> {
    deliveries::give_back(tx, ids)
}

/// Writes down what came of attempts to deliver events, and what follows from it.
pub fn settle_deliveries(tx: &mut Tx<'_>, done: &[(Delivery, Settled)]) -> Result<()> {
    let mut well: Vec<Id> = Vec::new();
    for (delivery, settled) in done {
        let now = tx.now();
        if settled.end == End::Arrived {
            if let Some(number) = deliveries::succeed(tx, delivery.id, now)? {
                record_attempt(tx, number, settled)?;
                if !well.contains(&delivery.endpoint) {
                    well.push(delivery.endpoint);
                    endpoints::note_success(tx, delivery.endpoint)?;
                }
                release_next(tx, delivery)?;
            }
            continue;
        }
        well.retain(|endpoint| *endpoint != delivery.endpoint);
        let again = match settled.end {
            End::Failed(pause) => next_attempt(now, delivery.step, pause, settled.jitter),
            End::Arrived | End::Refused | End::Gone => None,
        };
        let Some(number) = deliveries::fail(tx, delivery.id, now, again)? else { continue };
        record_attempt(tx, number, settled)?;
        if again.is_none() {
            release_next(tx, delivery)?;
        }
        note_failure(tx, delivery.endpoint, settled)?;
    }
    Ok(())
}

fn release_next(tx: &mut Tx<'_>, delivery: &Delivery) -> Result<()> {
    match delivery.customer {
        Some(customer) => deliveries::release_next(tx, delivery.endpoint, customer, delivery.id),
        None => Ok(()),
    }
}

fn record_attempt(tx: &mut Tx<'_>, number: i64, settled: &Settled) -> Result<()> {
    let attempt = attempt(tx, number, settled);
    deliveries::record_attempt(tx, settled.id, &attempt)
}

fn attempt(tx: &Tx<'_>, number: i64, settled: &Settled) -> Attempt {
    // What somebody else's server wrote may hold what one engine refuses.
    let answer = settled.answer.replace('\0', "\u{fffd}");
    Attempt { number, at: tx.now(), status: settled.status.map(i64::from), millis: settled.millis, answer }
}

/// Switches an endpoint off that is gone, or that only failed for days, and tells the owners.
fn note_failure(tx: &mut Tx<'_>, endpoint: Id, settled: &Settled) -> Result<()> {
    let now = tx.now();
    let since = endpoints::note_failure(tx, endpoint, now)?;
    let reason = match settled.end {
        End::Gone => "máy chủ trả lời 410 (không còn nhận nữa)".to_owned(),
        _ if now.0 - since.0 >= PATIENCE * 1_000_000 => {
            format!("gửi không thành công liên tục từ {}", since.rfc3339())
        }
        _ => return Ok(()),
    };
    match webhooks::disable(tx, endpoint, &reason)? {
        Some(endpoint) => tell_owners(tx, &endpoint, &reason),
        None => Ok(()),
    }
}

/// An e-mail to each owner, where the org can send any; a line of history is there in any case.
fn tell_owners(tx: &mut Tx<'_>, endpoint: &Endpoint, reason: &str) -> Result<()> {
    if accounts::find(tx, MessageKind::Email)?.is_none() {
        return Ok(());
    }
    let owners = users::list(tx)?.into_iter().filter(|user| user.role == Role::Owner && user.active);
    let subject = format!("Webhook số {} đã bị tắt", endpoint.number);
    let body = format!(
        "Webhook số {} ({}) đã bị tắt: {reason}.\n\nNhững sự kiện chưa gửi được giữ lại. Sau khi sửa máy chủ nhận, bật lại bằng:\n\n  daumoi webhook enable --org … {}\n  daumoi webhook redeliver --org … {} --all\n",
        endpoint.number, endpoint.url, endpoint.number, endpoint.number
    );
    for owner in owners {
        crate::messages::queue(tx, MessageKind::Email, None, &owner.email, &subject, &body)?;
    }
    Ok(())
}

/// Writes down what came of attempts to send messages.
pub fn settle_messages(tx: &mut Tx<'_>, done: &[(Message, Settled)]) -> Result<()> {
    for (message, settled) in done {
        let now = tx.now();
        let again = match settled.end {
            End::Failed(pause) => next_attempt(now, settled.step, pause, settled.jitter),
            End::Arrived | End::Refused | End::Gone => None,
        };
        let state = match (settled.end, again) {
            (End::Arrived, _) => MessageState::Sent,
            (_, Some(_)) => MessageState::Queued,
            (_, None) => MessageState::Failed,
        };
        let unnumbered = attempt(tx, 0, settled);
        let Some((number, dialect)) = messages::settle(tx, message.id, state, again, &unnumbered)? else { continue };
        record_attempt(tx, number, settled)?;
        let event = match state {
            MessageState::Sent => Event::MessageSent,
            MessageState::Failed => Event::MessageFailed,
            _ => continue,
        };
        let ended = Message { state, answer: unnumbered.answer, attempts: number, ..message.clone() };
        webhooks::tell_message(tx, event, dialect, &ended)?;
    }
    Ok(())
}

/// Sends one delivery that is over once more.
pub fn redeliver_one(tx: &mut Tx<'_>, endpoint: Id, id: Id) -> Result<()> {
    let known = deliveries::find(tx, id)?.filter(|delivery| delivery.endpoint == endpoint);
    if known.is_none() {
        return Err(Error::not_found("Không có lần gửi này của webhook"));
    }
    match deliveries::redeliver(tx, &[id])? {
        0 => Err(Error::conflict("Lần gửi này đang chờ gửi")),
        _ => Ok(()),
    }
}

/// Makes an event that somebody tries an endpoint with, claimed until `until` by whoever sends it now.
pub fn queue_test(tx: &mut Tx<'_>, number: i64, until: Instant) -> Result<Load> {
    let endpoint = webhooks::find(tx, number)?;
    let body = webhooks::test_body(endpoint.format, tx.now())?;
    let id = deliveries::insert(tx, endpoint.id, Event::WebhookTest.word(), None, &body)?;
    let deliveries = deliveries::claim(tx, &[id], until)?;
    Ok(Load { endpoint, deliveries })
}

/// The newest deliveries before one, or the newest of all.
pub fn list_deliveries(tx: &mut Tx<'_>, before: Option<Id>, limit: i64) -> Result<Vec<Delivery>> {
    deliveries::list(tx, before, limit)
}

/// Attempts at a delivery or a message, first to last.
pub fn attempts(tx: &mut Tx<'_>, id: Id) -> Result<Vec<Attempt>> {
    deliveries::attempts(tx, id)
}

/// How many deliveries of an endpoint wait and how many were given up, each counted up to `most`.
pub fn backlog(tx: &mut Tx<'_>, endpoint: Id, most: i64) -> Result<(i64, i64)> {
    Ok((deliveries::waiting(tx, endpoint, most)?, deliveries::dead_letters(tx, endpoint, most)?))
}

/// Sends a message once more that was given up, kept as a trial or held back. One that could not be sent is left as it is, and why is said.
pub fn retry_message(tx: &mut Tx<'_>, kind: MessageKind, number: i64) -> Result<()> {
    let message = messages::find_by_number(tx, kind, number)?
        .ok_or_else(|| Error::not_found(format!("Không có tin {} số {number}", kind.word())))?;
    if let Some(reason) = Rules::read(tx, kind)?.obstacle(tx, &message)? {
        return Err(Error::conflict(reason));
    }
    match messages::requeue(tx, &[message.id])? {
        0 => Err(Error::conflict("Tin này đã được gửi hoặc đang chờ gửi")),
        _ => Ok(()),
    }
}

/// Sends the messages of a state once more, of the newest `limit`; gives how many.
pub fn retry_messages(tx: &mut Tx<'_>, state: MessageState, limit: i64) -> Result<u64> {
    let ids: Vec<Id> =
        messages::list(tx, limit)?.iter().filter(|message| message.state == state).map(|message| message.id).collect();
    if ids.is_empty() { Ok(0) } else { messages::requeue(tx, &ids) }
}
