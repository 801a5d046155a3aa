//! Calls of webhook listeners that wait on this machine's disk while the server with the data does not answer, and are worked
//! off in their order once it does.
//!
//! Who may post is answered from what listeners were looked up while the server was there. A kept call has the id that its
//! journal row will have, so that working it off twice does it once.

mod doors;
mod folder;
mod log;
mod record;

use std::future::Future;
use std::net::IpAddr;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use domain::{Actor, Dialect, Error, Id, Instant, OrgId, Result};
use serde_json::{Value, json};

use self::doors::Doors;
pub use self::log::Waiting;
use self::log::{Entry, Log};
use crate::access::Door;
use crate::passage::{Fate, Passage};
use crate::{Answer, Hub, Incoming, Outcome, listeners, secret};

/// Folder in the spool for what could neither be worked off nor journalled.
pub const ASIDE: &str = "aside";
/// How often a call that is being worked on looks whether there is still a server.
const LOOK: Duration = Duration::from_millis(25);
/// Items of a kept delivery at most: they are all worked on in one unit, behind which others wait.
pub const MOST_ITEMS: usize = 10_000;
/// Calls that are worked off at once at most.
const MOST_AT_ONCE: usize = 8;
/// How often a call may end as busy although the server is there, before it is given up.
const TRIES: u32 = 10;

/// The calls that wait, and what they are counted by.
pub struct Spool {
    log: Log,
    doors: Doors,
    kept: AtomicU64,
    worked_off: AtomicU64,
    given_up: AtomicU64,
}

/// What is kept of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its journal row.
    pub(crate) id: Id,
    pub(crate) at: Instant,
    pub(crate) org: OrgId,
    pub(crate) listener: Id,
    /// Address it came from.
    pub address: String,
    /// What the body is said to be.
    pub content_type: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// A call that is to be worked off now.
#[derive(Debug, Clone)]
pub struct Due {
    entry: Entry,
    /// What came.
    pub kept: Arc<Kept>,
    /// What it must be driven with.
    pub passage: Passage,
}

/// What became of a call that was to be worked off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkedOff {
    /// It is in the journal, with what it changed or why it was refused.
    Done,
    /// The server did not let it: it must be tried again.
    Busy,
}

/// Calls since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Taken in.
    pub kept: u64,
    /// Worked off.
    pub worked_off: u64,
    /// Journalled as failed, or set aside.
    pub given_up: u64,
}

impl Due {
    /// The same call for another try.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self { passage: self.passage.anew(), ..self.clone() }
    }
}

impl Spool {
    /// How much waits.
    pub fn waiting(&self) -> Waiting {
        self.log.state()
    }

    /// Calls since the start.
    pub fn counts(&self) -> Counts {
        let count = |counter: &AtomicU64| counter.load(Relaxed);
        Counts { kept: count(&self.kept), worked_off: count(&self.worked_off), given_up: count(&self.given_up) }
    }

    pub(crate) fn doors(&self) -> &Doors {
        &self.doors
    }
}

impl Hub {
    /// The same hub with a folder in which calls of listeners may wait, `limit` bytes at most. Only on a database that can be away: a
    /// file on the same disk is as near as the folder.
    pub fn with_spool(mut self, folder: &Path, limit: u64) -> Result<Self> {
        let log = Log::open(folder, limit)?;
        let [kept, worked_off, given_up] = [(); 3].map(|()| AtomicU64::new(0));
        self.spool = Some(Arc::new(Spool { log, doors: Doors::default(), kept, worked_off, given_up }));
        Ok(self)
    }

    /// Where calls wait, if they can.
    pub fn spool(&self) -> Option<&Arc<Spool>> {
        self.spool.as_ref()
    }

    /// Whether a call to this listener has to wait: nobody would answer it, or earlier ones wait that it must not overtake.
    pub fn must_wait(&self, door: &Door) -> bool {
        let Some(spool) = self.spool.as_ref().filter(|_| may_wait(&Passage::current())) else { return false };
        self.db.is_silent() || spool.log.holds((door.org.id, door.listener.id))
    }

    /// Works on a call; none when it has to wait after all, because the server went away meanwhile. What was begun may come to its
    /// end all the same: the call that waits has its id.
    pub async fn unless_gone<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let passage = Passage::current();
        if self.spool.is_none() || !may_wait(&passage) {
            return Some(work.await);
        }
        let mut work = pin!(work);
        let done = loop {
            tokio::select! {
                biased;
                done = &mut work => break done,
                () = tokio::time::sleep(LOOK) => {}
            }
            // Of a call in slices some may be done already: it has no id by which the rest would be known.
            if self.db.is_silent() && passage.fate() != Fate::InSlices {
                return None;
            }
        };
        (passage.fate() != Fate::Unkept).then_some(done)
    }

    /// Lets a call to a listener wait on disk; comes back when it is there.
    pub async fn keep(&self, door: &Door, address: Option<IpAddr>, body: &[u8]) -> Result<()> {
        let passage = Passage::current();
        let spool =
            self.spool.as_ref().filter(|_| may_wait(&passage)).ok_or_else(|| Error::busy("there is no spool"))?;
        let at = self.now();
        let (org, listener) = (door.org.id, door.listener.id);
        let kept = Kept {
            id: passage.journalled().unwrap_or_else(|| self.ids.next(at)),
            at,
            org,
            listener,
            address: address.map(|address| address.to_string()).unwrap_or_default(),
            content_type: passage.content_type.clone(),
            body: secret::masked_bytes(body, &passage.shown()),
        };
        spool.log.append((org, listener), at, written(&kept)?).await?;
        spool.kept.fetch_add(1, Relaxed);
        Ok(())
    }

    /// The calls that are to be worked off next, side by side; waits until there are any.
    pub async fn due(&self) -> Vec<Due> {
        let Some(spool) = &self.spool else { return std::future::pending().await };
        loop {
            let mut found = Vec::new();
            for entry in spool.log.next(MOST_AT_ONCE).await {
                match spool.log.read(&entry).and_then(|content| read(&content)) {
                    Ok(kept) => {
                        let kept = Arc::new(kept);
                        let passage = Passage { waited: Some(Arc::clone(&kept)), ..Passage::default() };
                        found.push(Due { entry, kept, passage });
                    }
                    Err(error) => self.set_aside(spool, &entry, &error),
                }
            }
            if !found.is_empty() {
                return found;
            }
        }
    }

    /// A call was driven through the routes that it came by. Unless the server gave up, it is forgotten here: it is in the journal by
    /// then, as failed if nothing else could be made of it.
    pub async fn worked_off(&self, due: &Due, tries: u32) -> WorkedOff {
        let Some(spool) = &self.spool else { return WorkedOff::Done };
        let counter = match due.passage.fate() {
            Fate::Kept => &spool.worked_off,
            // A server that is not there says nothing about the call.
            Fate::Unkept if tries < TRIES || self.db.is_silent() => return WorkedOff::Busy,
            _ if self.db.is_silent() => return WorkedOff::Busy,
            _ => match due.passage.anew().around(self.journal_failure(&due.kept)).await {
                Fate::Kept => &spool.given_up,
                _ if tries < TRIES * 2 => return WorkedOff::Busy,
                _ => {
                    self.set_aside(spool, &due.entry, &Error::broken("it cannot even be journalled"));
                    return WorkedOff::Done;
                }
            },
        };
        counter.fetch_add(1, Relaxed);
        spool.log.done(&due.entry);
        WorkedOff::Done
    }

    /// Writes a call that could not be worked on into the journal, so that people see it and may play it again.
    async fn journal_failure(&self, kept: &Kept) -> Fate {
        let actor =
            Actor { org: kept.org, user: None, name: "webhook".to_owned(), dialect: Dialect::Beeiq, request: None };
        let passage = Passage::current();
        passage.came_through(kept.listener);
        let incoming = Incoming {
            version: listeners::VERSION,
            route: listeners::ROUTE,
            caller: "",
            address: &kept.address,
            body: &kept.body,
        };
        let mut call = self.call(actor, &incoming);
        call.tolerate("Không xử lý được sau khi cơ sở dữ liệu hoạt động trở lại");
        let answer = Answer { status: 500, body: String::new(), outcome: Outcome::Refused };
        self.refuse(call, answer).await;
        passage.fate()
    }

    fn set_aside(&self, spool: &Spool, entry: &Entry, error: &Error) {
        tracing::error!(cause = error.private(), "a call of the spool cannot be worked off and is set aside");
        if let Err(error) = spool.log.set_aside(entry) {
            tracing::error!(cause = error.private(), "a call of the spool cannot be set aside either");
        }
        spool.given_up.fetch_add(1, Relaxed);
        spool.log.done(entry);
    }
}

/// What lies in the folder of a spool, whoever uses it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// Calls that wait, or were worked off a moment ago from a file that holds others.
    pub waiting: Waiting,
    /// Files with what could neither be worked off nor journalled.
    pub aside: usize,
}

/// Looks into the folder of a spool without using it.
pub fn look(folder: &Path) -> Result<Found> {
    let aside = std::fs::read_dir(folder.join(ASIDE)).map_or(0, Iterator::count);
    Ok(Found { waiting: folder::look(folder)?, aside })
}

/// A rehearsal or an old call played again is answered now or not at all; what waited already does not wait again.
fn may_wait(passage: &Passage) -> bool {
    !passage.is_rehearsal && passage.replay.is_none() && passage.waited.is_none()
}

/// A line of JSON, then the body as it came.
fn written(kept: &Kept) -> Result<Vec<u8>> {
    let Kept { id, at, org, listener, address, content_type, body } = kept;
    let head = json!({
        "id": id.0, "at": at.0, "org": org.0, "listener": listener.0, "address": address, "content_type": content_type,
    });
    let mut bytes = serde_json::to_vec(&head).map_err(Error::broken)?;
    bytes.push(b'\n');
    bytes.extend(body);
    Ok(bytes)
}

fn read(bytes: &[u8]) -> Result<Kept> {
    let unreadable = || Error::broken("a kept call does not read");
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(unreadable)?;
    let head: Value = serde_json::from_slice(&bytes[..end]).map_err(Error::broken)?;
    let number = |name: &str| head[name].as_i64().ok_or_else(unreadable);
    Ok(Kept {
        id: Id(number("id")?),
        at: Instant(number("at")?),
        org: OrgId(number("org")?),
        listener: Id(number("listener")?),
        address: head["address"].as_str().unwrap_or_default().to_owned(),
        content_type: head["content_type"].as_str().map(str::to_owned),
        body: bytes[end + 1..].to_vec(),
    })
}
