//! The worker: looks for what is due, and gives each receiver a lane of its own, so that none waits for another.

mod lane;

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use domain::{Actor, Error, OrgId, Result};
use hub::Hub;
use hub::outbox::{self, Line, Load, Target};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::net::Net;
use crate::outcome::Outcome;
use crate::{PATIENCE, webhook};

/// How the worker goes about it.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Requests to one endpoint at once.
    pub concurrency: usize,
    /// How long one attempt may take.
    pub patience: Duration,
    /// How long something that was claimed is left alone by other workers: if this one dies, so long it lies.
    pub lease: Duration,
    /// How often it is looked for what other processes put into the outbox.
    pub poll: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { concurrency: 16, patience: PATIENCE, lease: Duration::from_secs(60), poll: Duration::from_secs(1) }
    }
}

/// Two looks are at least this far apart, however often the bell rings.
const BREATH: Duration = Duration::from_millis(5);
/// How long what is on its way may take to end when the worker is to stop.
const FAREWELL: Duration = Duration::from_secs(5);
/// How often it is counted how much waits.
const COUNT: Duration = Duration::from_secs(15);
/// As far as is counted for each receiver.
const MOST_COUNTED: i64 = 100_000;

/// What has been done, for metrics.
#[derive(Debug, Default)]
pub struct Figures {
    /// Events, SMS and e-mails, each by how its attempts ended: arrived, to be tried again, given up for good.
    attempts: [[AtomicU64; 3]; 3],
    waiting: AtomicI64,
}

impl Figures {
    /// Attempts by kind and by how they ended.
    pub fn attempts(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        let kinds = ["webhook", "sms", "email"].into_iter().zip(&self.attempts);
        kinds.flat_map(|(kind, ends)| {
            let ends = ["arrived", "retry", "refused"].into_iter().zip(ends);
            ends.map(move |(end, count)| (kind, end, count.load(Relaxed)))
        })
    }

    /// How much waits to go out, when it was last counted.
    pub fn waiting(&self) -> i64 {
        self.waiting.load(Relaxed)
    }

    fn count(&self, target: Target, outcome: &Outcome) {
        let kind = match target {
            Target::Endpoint(_) => 0,
            Target::Messages(domain::message::MessageKind::Sms) => 1,
            Target::Messages(domain::message::MessageKind::Email) => 2,
        };
        let end = match outcome {
            Outcome::Sent { .. } => 0,
            Outcome::Retry { .. } => 1,
            Outcome::Refused { .. } | Outcome::Gone { .. } => 2,
        };
        self.attempts[kind][end].fetch_add(1, Relaxed);
    }
}

/// Delivers what is due. Several may work on one database.
#[derive(Clone)]
pub struct Worker {
    hub: Hub,
    net: Net,
    options: Options,
    figures: Arc<Figures>,
}

impl Worker {
    /// A worker that reaches the world through `net`.
    pub fn new(hub: Hub, net: Net, options: Options) -> Self {
        Self { hub, net, options, figures: Arc::default() }
    }

    /// What has been done.
    pub fn figures(&self) -> &Arc<Figures> {
        &self.figures
    }

    /// Works until `stop` is there; then ends what is on its way, for a few seconds at most.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let (stopping, stopped) = watch::channel(false);
        let mut lanes = Lanes { worker: self, stopped, running: HashMap::new(), tasks: JoinSet::new() };
        let counting = tokio::spawn(self.clone().count_waiting());
        tokio::pin!(stop);
        let bell = Arc::clone(self.hub.db().bell());
        loop {
            let looked = Instant::now();
            lanes.look().await;
            let next = looked + self.options.poll;
            let may_end = tokio::select! {
                () = &mut stop => true,
                () = bell.notified() => false,
                () = sleep_until(next) => false,
                () = lanes.one_ended() => false,
            };
            if may_end {
                break;
            }
            sleep_until(looked + BREATH).await;
        }
        counting.abort();
        stopping.send_replace(true);
        if timeout(FAREWELL, lanes.all_ended()).await.is_err() {
            tracing::warn!("deliveries were cut off: they are tried again when their lease is over");
        }
    }

    /// Works off what is due now, and what becomes due by it.
    pub async fn work_off(&self) {
        let (_stopping, stopped) = watch::channel(false);
        let mut lanes = Lanes { worker: self, stopped, running: HashMap::new(), tasks: JoinSet::new() };
        loop {
            lanes.look().await;
            if lanes.running.is_empty() {
                return;
            }
            lanes.all_ended().await;
        }
    }

    async fn count_waiting(self) {
        loop {
            match self.hub.waiting(MOST_COUNTED).await {
                Ok(waiting) => self.figures.waiting.store(waiting, Relaxed),
                Err(error) => tracing::warn!(cause = error.private(), "the outbox could not be counted"),
            }
            sleep(COUNT).await;
        }
    }

    /// Sends one event that was claimed, and settles it; gives what came of it and how long it took.
    pub async fn deliver_now(&self, org: OrgId, load: Load) -> Result<(Outcome, Duration)> {
        let Load { endpoint, mut deliveries } = load;
        let delivery = deliveries.pop().ok_or_else(|| Error::broken("nothing was claimed"))?;
        let secrets = self.hub.signing_secrets(org, &endpoint)?;
        let begun = Instant::now();
        let now = self.hub.now();
        let outcome = webhook::send(&self.net, org, &endpoint, &secrets, &delivery, now, self.options.patience).await;
        let took = begun.elapsed();
        let settled = lane::settled(delivery.id, delivery.step, &outcome, took);
        let done = [(delivery, settled)];
        self.hub.write(Actor::cli(org), move |tx| outbox::settle_deliveries(tx, &done)).await?;
        Ok((outcome, took))
    }
}

/// The lanes that are open.
struct Lanes<'w> {
    worker: &'w Worker,
    stopped: watch::Receiver<bool>,
    running: HashMap<Line, Arc<Notify>>,
    tasks: JoinSet<Line>,
}

impl Lanes<'_> {
    /// Opens a lane for each receiver for whom something is due, or tells the one that is open.
    async fn look(&mut self) {
        while let Some(ended) = self.tasks.try_join_next() {
            self.forget(ended);
        }
        let due = match self.worker.hub.read(OrgId(0), outbox::due).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(cause = error.private(), "the outbox could not be looked at");
                return;
            }
        };
        for line in due {
            if let Some(nudge) = self.running.get(&line) {
                nudge.notify_one();
                continue;
            }
            let nudge = Arc::new(Notify::new());
            self.running.insert(line, Arc::clone(&nudge));
            let lane = lane::Lane::new(self.worker.clone(), line, nudge, self.stopped.clone());
            self.tasks.spawn(async move {
                lane.run().await;
                line
            });
        }
    }

    fn forget(&mut self, ended: std::result::Result<Line, tokio::task::JoinError>) {
        match ended {
            Ok(line) => drop(self.running.remove(&line)),
            Err(error) => {
                // What it had claimed is due again when the lease is over.
                tracing::error!(%error, "a lane of the outbox broke down");
                self.running.clear();
            }
        }
    }

    async fn one_ended(&mut self) {
        match self.tasks.join_next().await {
            Some(ended) => self.forget(ended),
            None => std::future::pending().await,
        }
    }

    async fn all_ended(&mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            self.forget(ended);
        }
    }
}
