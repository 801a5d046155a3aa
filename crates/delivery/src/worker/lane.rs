//! A lane: what goes to one receiver, claimed ahead, sent side by side, settled in groups.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use domain::message::MessageKind;
use domain::webhook::{Delivery, Endpoint, message_id};
use domain::{Actor, Error, Id, Result};
use hub::Hub;
use hub::outbox::{self, End, Letter, Line, Settled, Target};
use tokio::sync::{Notify, watch};
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio::time::{Instant, sleep};

use super::{Options, Worker};
use crate::outcome::Outcome;
use crate::{mail, sms, webhook};

/// Claimed at once at most: small enough that a crash sends little twice.
const CLAIMED: usize = 64;
/// Messages to one provider at once.
const MESSAGES_AT_ONCE: usize = 4;
/// How often a group is settled until it is left to its lease.
const SETTLE_TRIES: u32 = 6;

/// What is sent.
#[derive(Debug, Clone)]
enum Item {
    Event(Delivery),
    Message(Letter),
}

impl Item {
    fn id(&self) -> Id {
        match self {
            Self::Event(delivery) => delivery.id,
            Self::Message(letter) => letter.message.id,
        }
    }

    fn step(&self) -> i64 {
        match self {
            Self::Event(delivery) => delivery.step,
            Self::Message(letter) => letter.step,
        }
    }
}

/// Where it goes, with the secrets that open the way.
enum Receiver {
    Endpoint { endpoint: Endpoint, secrets: Vec<String> },
    Account { settings: String },
}

/// An item in hand: whose it is only until the lease ends.
struct Parcel {
    item: Item,
    receiver: Arc<Receiver>,
    /// Later than this it could still be on its way when somebody else takes it.
    start_by: Instant,
}

struct Done {
    item: Item,
    settled: Settled,
}

type Claimed = Result<Vec<Parcel>>;

/// What goes to one receiver.
pub(super) struct Lane {
    worker: Worker,
    line: Line,
    nudge: Arc<Notify>,
    stopped: watch::Receiver<bool>,
    slots: usize,
    stock: VecDeque<Parcel>,
    flying: JoinSet<Done>,
    done: Vec<Done>,
    claiming: Option<JoinHandle<Claimed>>,
    settling: Option<JoinHandle<()>>,
    /// Nothing more is due, as far as is known.
    is_dry: bool,
}

impl Lane {
    pub(super) fn new(worker: Worker, line: Line, nudge: Arc<Notify>, stopped: watch::Receiver<bool>) -> Self {
        let mut lane = Self {
            worker,
            line,
            nudge,
            stopped,
            slots: 0,
            stock: VecDeque::new(),
            flying: JoinSet::new(),
            done: Vec::new(),
            claiming: None,
            settling: None,
            is_dry: false,
        };
        lane.slots = lane.most_slots();
        lane
    }

    fn most_slots(&self) -> usize {
        match self.line.target {
            Target::Endpoint(_) => self.worker.options.concurrency.max(1),
            Target::Messages(_) => MESSAGES_AT_ONCE,
        }
    }

    /// Goes on until nothing more is due.
    pub(super) async fn run(mut self) {
        loop {
            if *self.stopped.borrow() {
                self.is_dry = true;
                self.give_back().await;
            }
            self.start_what_fits().await;
            if self.claiming.is_none() && !self.is_dry && self.stock.len() < self.slots {
                self.claiming = Some(tokio::spawn(claim(self.worker.clone(), self.line)));
            }
            if self.settling.is_none() && !self.done.is_empty() {
                let done = std::mem::take(&mut self.done);
                self.settling = Some(tokio::spawn(settle(self.worker.hub.clone(), self.line, done)));
            }
            if self.flying.is_empty() && self.claiming.is_none() && self.settling.is_none() {
                return;
            }
            self.wait().await;
        }
    }

    /// Waits for whatever happens next.
    async fn wait(&mut self) {
        tokio::select! {
            Some(landed) = self.flying.join_next() => self.land(landed),
            claimed = joined(&mut self.claiming) => self.take_in(claimed),
            _ = joined(&mut self.settling) => {}
            () = self.nudge.notified() => self.is_dry = *self.stopped.borrow(),
            Ok(()) = self.stopped.changed() => {}
        }
    }

    fn land(&mut self, landed: std::result::Result<Done, JoinError>) {
        let Ok(done) = landed else {
            tracing::error!("an attempt to deliver broke down; it is made again when its lease is over");
            return;
        };
        // Whoever fails is not pressed; whoever takes everything gets more.
        self.slots = match done.settled.end {
            End::Arrived => (self.slots + 1).min(self.most_slots()),
            End::Failed(_) | End::Refused | End::Gone => (self.slots / 2).max(1),
        };
        self.done.push(done);
    }

    fn take_in(&mut self, claimed: Option<Claimed>) {
        match claimed {
            Some(Ok(parcels)) => {
                self.is_dry = parcels.is_empty();
                self.stock.extend(parcels);
            }
            Some(Err(error)) => {
                self.is_dry = true;
                tracing::warn!(
                    cause = error.private(),
                    org = self.line.org.0,
                    "nothing could be claimed from the outbox"
                );
            }
            None => self.is_dry = true,
        }
    }

    async fn start_what_fits(&mut self) {
        while self.flying.len() < self.slots {
            let Some(parcel) = self.stock.pop_front() else { return };
            if Instant::now() > parcel.start_by {
                self.stock.push_front(parcel);
                return self.give_back().await;
            }
            let (worker, line) = (self.worker.clone(), self.line);
            self.flying.spawn(async move { attempt(&worker, line, parcel).await });
        }
    }

    /// Gives back what was claimed and not begun. Messages are left to their lease: they were counted already.
    async fn give_back(&mut self) {
        let ids: Vec<Id> = self.stock.drain(..).map(|parcel| parcel.item.id()).collect();
        if ids.is_empty() || !matches!(self.line.target, Target::Endpoint(_)) {
            return;
        }
        let given = self.worker.hub.write(Actor::cli(self.line.org), move |tx| outbox::give_back(tx, &ids));
        if let Err(error) = given.await {
            tracing::warn!(cause = error.private(), "what was not begun could not be given back");
        }
    }
}

/// The end of a task that may be under way; `None` when it broke down.
async fn joined<T>(task: &mut Option<JoinHandle<T>>) -> Option<T> {
    match task {
        Some(handle) => {
            let end = handle.await;
            *task = None;
            end.inspect_err(|error| tracing::error!(%error, "a task of the outbox broke down")).ok()
        }
        None => std::future::pending().await,
    }
}

async fn claim(worker: Worker, line: Line) -> Claimed {
    let Worker { hub, options, .. } = worker;
    let begun = Instant::now();
    let until = hub.now().plus_seconds(options.lease.as_secs() as i64);
    let start_by = begun + start_within(options);
    let actor = Actor::cli(line.org);
    let (receiver, items): (Receiver, Vec<Item>) = match line.target {
        Target::Endpoint(id) => {
            let limit = CLAIMED as i64;
            let claimed = hub.write(actor, move |tx| outbox::claim_deliveries(tx, id, limit, until)).await?;
            let Some(load) = claimed else { return Ok(Vec::new()) };
            let secrets = hub.signing_secrets(line.org, &load.endpoint)?;
            let items = load.deliveries.into_iter().map(Item::Event).collect();
            (Receiver::Endpoint { endpoint: load.endpoint, secrets }, items)
        }
        Target::Messages(kind) => {
            let limit = (MESSAGES_AT_ONCE * 2) as i64;
            let claimed = hub.write(actor, move |tx| outbox::claim_messages(tx, kind, limit, until)).await?;
            let Some(post) = claimed else { return Ok(Vec::new()) };
            let settings = hub.unseal(line.org, kind.word(), &post.account.settings)?;
            (Receiver::Account { settings }, post.letters.into_iter().map(Item::Message).collect())
        }
    };
    let receiver = Arc::new(receiver);
    Ok(items.into_iter().map(|item| Parcel { item, receiver: Arc::clone(&receiver), start_by }).collect())
}

/// After so long an attempt could outlast the lease.
fn start_within(options: Options) -> Duration {
    options.lease.saturating_sub(options.patience + options.lease / 10)
}

async fn attempt(worker: &Worker, line: Line, parcel: Parcel) -> Done {
    let Parcel { item, receiver, .. } = parcel;
    let begun = Instant::now();
    let (net, patience) = (&worker.net, worker.options.patience);
    let outcome = match (&item, &*receiver) {
        (Item::Event(delivery), Receiver::Endpoint { endpoint, secrets }) => {
            webhook::send(net, line.org, endpoint, secrets, delivery, worker.hub.now(), patience).await
        }
        (Item::Message(letter), Receiver::Account { settings }) => send_message(worker, line, letter, settings).await,
        // Claimed together, they cannot come apart.
        (Item::Event(_), Receiver::Account { .. }) | (Item::Message(_), Receiver::Endpoint { .. }) => {
            Outcome::retry("Không gửi được")
        }
    };
    worker.figures.count(line.target, &outcome);
    let settled = settled(item.id(), item.step(), &outcome, begun.elapsed());
    Done { item, settled }
}

async fn send_message(worker: &Worker, line: Line, letter: &Letter, settings: &str) -> Outcome {
    let Letter { message, recipient, .. } = letter;
    let key = message_id(line.org, message.id);
    match message.kind {
        MessageKind::Sms => {
            let text = sms::Text { key, phone: recipient.clone(), body: message.body.clone(), at: worker.hub.now() };
            sms::send(&worker.net, settings, &text).await
        }
        MessageKind::Email => {
            let letter = mail::Letter {
                key,
                to: recipient.clone(),
                subject: message.subject.clone(),
                text: message.body.clone(),
                html: message.html.clone(),
                at: message.created_at,
            };
            mail::send(&worker.net, settings, &letter).await
        }
    }
}

/// What came of an attempt, as it is settled.
pub(super) fn settled(id: Id, step: i64, outcome: &Outcome, took: Duration) -> Settled {
    let end = match outcome {
        Outcome::Sent { .. } => End::Arrived,
        Outcome::Retry { pause, .. } => End::Failed(*pause),
        Outcome::Refused { .. } => End::Refused,
        Outcome::Gone { .. } => End::Gone,
    };
    Settled {
        id,
        step,
        end,
        status: outcome.status(),
        millis: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
        answer: outcome.answer().to_owned(),
        jitter: i64::from(fastrand::u16(0..1_000)),
    }
}

/// Settles a group, again if the database is busy. In the end it is left to its lease, and so delivered once more.
async fn settle(hub: Hub, line: Line, done: Vec<Done>) {
    let (mut events, mut messages) = (Vec::new(), Vec::new());
    for Done { item, settled } in done {
        match item {
            Item::Event(delivery) => events.push((delivery, settled)),
            Item::Message(letter) => messages.push((letter.message, settled)),
        }
    }
    let (events, messages) = (Arc::new(events), Arc::new(messages));
    let mut error = Error::busy("not tried");
    for round in 0..SETTLE_TRIES {
        let (events, messages) = (Arc::clone(&events), Arc::clone(&messages));
        let settled = hub.write(Actor::cli(line.org), move |tx| {
            outbox::settle_deliveries(tx, &events)?;
            outbox::settle_messages(tx, &messages)
        });
        match settled.await {
            Ok(()) => return,
            Err(failed) => error = failed,
        }
        sleep(Duration::from_millis(50 << round)).await;
    }
    tracing::error!(cause = error.private(), org = line.org.0, "what was delivered could not be written down");
}
