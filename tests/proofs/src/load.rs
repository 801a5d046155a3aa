//! A load through all five doors, from many connections at once, that remembers what it was told about each call.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use serde_json::Value;
use stories::{Answer, Client};

use crate::desk::{Call, Desk, Kind, ROUND_TRIP};
use crate::mark::{Mark, STEPS};

/// What was asked, and what became of it as far as the client knows.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its mark.
    pub mark: Mark,
    /// What it does.
    pub kind: Kind,
    /// The call that made the record it is about; itself, when it makes one.
    pub about: Mark,
    /// What the client was told.
    pub end: End,
    /// When it was told.
    pub at: Instant,
}

/// What a client was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It was done.
    Acknowledged,
    /// It was not done; the answer.
    Refused(String),
    /// Nothing: the connection broke.
    Unanswered,
}

/// A load in a round.
pub struct Load<'d> {
    /// The org it is about.
    pub desk: &'d Desk,
    /// Where the program listens.
    pub address: SocketAddr,
    /// The round, which makes its marks unlike any other's.
    pub round: usize,
    /// Connections at once, 64 at most.
    pub callers: usize,
    /// How long a call is sent again to a program that is busy, before it counts as refused.
    pub patience: Duration,
}

impl Load<'_> {
    /// Sends from all connections; once `enough` calls were acknowledged, lets `blow` happen and waits until every connection
    /// has ended, as each does with its first call that is not acknowledged. Gives every call that was sent.
    pub fn until<T: Send>(&self, enough: usize, blow: impl FnOnce() -> Result<T>) -> Result<(Vec<Sent>, T)> {
        let acknowledged = AtomicUsize::new(0);
        let living = AtomicUsize::new(self.callers);
        thread::scope(|scope| {
            let callers: Vec<_> = (0..self.callers)
                .map(|caller| {
                    let (acknowledged, living) = (&acknowledged, &living);
                    scope.spawn(move || {
                        let sent = self.call(caller, acknowledged);
                        living.fetch_sub(1, Relaxed);
                        sent
                    })
                })
                .collect();
            while acknowledged.load(Relaxed) < enough && living.load(Relaxed) > 0 {
                thread::sleep(Duration::from_micros(200));
            }
            let blown = blow();
            let mut all = Vec::new();
            for caller in callers {
                all.extend(caller.join().map_err(|_| anyhow!("a caller panicked"))?);
            }
            Ok((all, blown?))
        })
    }

    /// Sends a call, and again while the program is busy, as far as its patience goes.
    fn send(&self, client: &mut Client, call: &Call) -> std::io::Result<Answer> {
        let begun = Instant::now();
        loop {
            let answer = self.desk.send(client, call)?;
            if !answer.body.contains("đang bận") || begun.elapsed() >= self.patience {
                return Ok(answer);
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// One connection: each kind of call in turn, until one is not acknowledged.
    fn call(&self, caller: usize, acknowledged: &AtomicUsize) -> Vec<Sent> {
        let mut all: Vec<Sent> = Vec::new();
        let Ok(mut client) = Client::connect(self.address) else { return all };
        let (mut makers, mut lead) = ([None; ROUND_TRIP.len()], 0);
        for step in 0..STEPS {
            let kind = ROUND_TRIP[step % ROUND_TRIP.len()];
            let mark = Mark { round: self.round, caller, step };
            let place = ROUND_TRIP.iter().position(|maker| *maker == kind.maker()).unwrap_or_default();
            if kind.makes_customer() {
                makers[place] = Some(mark);
            }
            let about = makers[place].unwrap_or(mark);
            let call = self.desk.call(kind, mark, about, lead);
            let end = match self.send(&mut client, &call) {
                Err(_) => End::Unanswered,
                Ok(answer) if kind.is_done(&answer) => {
                    if kind == Kind::Lead {
                        lead = lead_number(&answer.body);
                    }
                    acknowledged.fetch_add(1, Relaxed);
                    End::Acknowledged
                }
                Ok(answer) => End::Refused(format!("{} {}", answer.status, answer.body)),
            };
            let is_over = end != End::Acknowledged;
            all.push(Sent { mark, kind, about, end, at: Instant::now() });
            if is_over {
                break;
            }
        }
        all
    }
}

/// The number of the lead in CareSoft's answer.
fn lead_number(answer: &str) -> i64 {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    answer["lead"]["id"].as_i64().unwrap_or_default()
}
