//! The two engines behind one face. Nothing else, but searching and migrating, knows which of them is underneath.

mod checkpoints;
mod numbers;
mod postgres;
mod presence;
mod sql;
mod sqlite;
mod statistics;
pub mod words;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use domain::webhook::Subscription;
use domain::{Actor, Error, Id, Ids, Instant, OrgId, Result};
use tokio::sync::{Notify, oneshot};

pub(crate) use self::postgres::{connect as connect_postgres, failure as postgres_failure};
pub(crate) use self::sql::Engine;
pub use self::sql::{Bind, Column, Row, Sql};
pub(crate) use self::sqlite::{failure as sqlite_failure, open as open_sqlite, write_search_row as run_sqlite};
pub use self::statistics::{Histogram, Statistics};

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// The address of a PostgreSQL database, such as `postgres://user@host/name`.
    Postgres(String),
}

/// How the database is used.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Reader threads on SQLite.
    pub readers: usize,
    /// Connections on PostgreSQL.
    pub connections: usize,
    /// Units of work that may wait; one more is refused as busy.
    pub queue: usize,
    /// What a commit on SQLite waits for.
    pub durability: Durability,
    /// A PostgreSQL that says nothing at all for so long, to nobody, is taken for gone: nobody waits for it any more.
    pub silence: Duration,
}

/// What a commit on SQLite waits for before it is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Durability {
    /// Until it is on the disk: it survives a power cut.
    #[default]
    Full,
    /// For nothing: the latest commits are lost when the power is. The program never asks for this; the proof about power cuts
    /// does, to show that it would see the loss.
    Normal,
}

impl Options {
    /// How long a silent PostgreSQL is waited for unless somebody says otherwise.
    pub const SILENCE: Duration = Duration::from_millis(1_500);
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 2, connections: 12, queue: 8_192, durability: Durability::Full, silence: Self::SILENCE }
    }
}

/// An open database. Clones share it; the last one closes it after what was begun is done.
#[derive(Clone)]
pub struct Db {
    engine: Arc<Threads>,
    ids: Arc<dyn Ids>,
    statistics: Arc<Statistics>,
    bell: Arc<Notify>,
}

enum Threads {
    Sqlite(sqlite::Threads),
    Postgres(postgres::Threads),
}

impl Db {
    /// Opens a migrated database and starts the threads that own its connections.
    pub fn open(place: &Place, options: Options, ids: Arc<dyn Ids>) -> Result<Self> {
        let statistics = Arc::new(Statistics::default());
        let engine = match place {
            Place::Sqlite(file) => Threads::Sqlite(sqlite::Threads::start(file, options, Arc::clone(&statistics))?),
            Place::Postgres(url) => Threads::Postgres(postgres::Threads::start(url, options)?),
        };
        Ok(Self { engine: Arc::new(engine), ids, statistics, bell: Arc::default() })
    }

    /// Runs a unit of work that changes things. `Ok` commits it, `Err` takes back all it did; the answer comes when the
    /// commit is on disk. The closure may be run again from the start, so it must have no other effects.
    pub fn write<T, F>(&self, actor: Actor, now: Instant, work: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.begin(Access::Write, actor, now, work)
    }

    /// Runs a unit of work that only looks; it sees one state of the data throughout.
    pub fn read<T, F>(&self, actor: Actor, now: Instant, work: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.begin(Access::Read, actor, now, work)
    }

    /// Runs a unit of work that only looks up a few rows by their keys. On SQLite that takes less than handing it to another
    /// thread, so it is done on the caller's own; the answer is there at once.
    pub fn glance<T, F>(&self, actor: Actor, now: Instant, work: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.begin(Access::Glance, actor, now, work)
    }

    fn begin<T, F>(&self, access: Access, actor: Actor, now: Instant, work: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (answer, receiver) = oneshot::channel();
        let (ids, bell) = (Arc::clone(&self.ids), Arc::clone(&self.bell));
        let job = Box::new(Unit { access, actor, now, ids, work, value: None, answer, bell, rings: false });
        match &*self.engine {
            Threads::Sqlite(threads) => threads.add(job),
            Threads::Postgres(threads) => threads.add(job),
        }
        Pending(receiver)
    }

    /// Rings when a unit of this process has committed something that is to go out.
    pub fn bell(&self) -> &Arc<Notify> {
        &self.bell
    }

    /// What the engine has been doing, for metrics.
    pub fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// Whether the server that holds the data does not answer. What is begun then ends as busy at once. A file is never away.
    pub fn is_away(&self) -> bool {
        match &*self.engine {
            Threads::Sqlite(_) => false,
            Threads::Postgres(threads) => threads.is_away(),
        }
    }

    /// Whether that server has not answered anybody for a moment. It may be away soon, or go on.
    pub fn is_silent(&self) -> bool {
        match &*self.engine {
            Threads::Sqlite(_) => false,
            Threads::Postgres(threads) => threads.is_silent(),
        }
    }

    /// Units of work that wait for a thread.
    pub fn queue_length(&self) -> usize {
        match &*self.engine {
            Threads::Sqlite(threads) => threads.queue_length(),
            Threads::Postgres(threads) => threads.queue_length(),
        }
    }
}

/// The answer to a unit of work, to be awaited, or waited for by a thread that may block.
pub struct Pending<T>(oneshot::Receiver<Result<T>>);

impl<T> Pending<T> {
    /// Blocks until the answer is there. Not for threads that drive futures.
    pub fn wait(self) -> Result<T> {
        self.0.blocking_recv().unwrap_or_else(|_| Err(closed()))
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| answer.unwrap_or_else(|_| Err(closed())))
    }
}

fn closed() -> Error {
    Error::busy("the database is closed")
}

/// A unit of work on its way through a thread: run, perhaps again, and then answered.
trait Job: Send {
    /// Runs the work once and keeps what it returns.
    fn run(&mut self, engine: Engine<'_>, attempt: u32, pace: Pace) -> Run;
    /// Answers: with what the work returned, or with why it was not kept.
    fn settle(self: Box<Self>, end: Result<()>);
    /// Whether it changes anything.
    fn access(&self) -> Access;
    /// In whose name it is.
    fn org(&self) -> OrgId;
    /// Whether a commit of unknown outcome may be tried again, because the call's journal row tells whether it was kept.
    fn leaves_a_trace(&self) -> bool;
}

/// Whether a unit of work may change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// No, and it is done before anybody could notice.
    Glance,
    /// No.
    Read,
    /// Yes.
    Write,
}

/// Whether parts of a unit are guarded by savepoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// No: a part that fails after it wrote makes the unit run again.
    Quick,
    /// Yes.
    Careful,
}

/// How one run of a unit ended.
struct Run {
    end: Result<()>,
    /// It changed something, which has to be taken back when it failed.
    wrote: bool,
    /// A part failed after it wrote.
    wants_savepoints: bool,
    search: SearchWords,
}

/// Search rows that a unit of work leaves to be written just before the commit.
type SearchWords = Vec<(Id, String)>;

struct Unit<T, F> {
    access: Access,
    actor: Actor,
    now: Instant,
    ids: Arc<dyn Ids>,
    work: F,
    value: Option<T>,
    answer: oneshot::Sender<Result<T>>,
    bell: Arc<Notify>,
    rings: bool,
}

impl<T, F> Job for Unit<T, F>
where
    T: Send,
    F: FnMut(&mut Tx<'_>) -> Result<T> + Send,
{
    fn run(&mut self, engine: Engine<'_>, attempt: u32, pace: Pace) -> Run {
        let Self { actor, now, ids, work, rings, .. } = self;
        let mut tx = Tx {
            engine,
            actor,
            now: *now,
            ids: &**ids,
            attempt,
            pace,
            writes: 0,
            wants_savepoints: false,
            search: Vec::new(),
            story: Story::default(),
            subscriptions: None,
            rings: false,
        };
        let end = catch_unwind(AssertUnwindSafe(|| work(&mut tx)));
        let (wants_savepoints, wrote, search) = (tx.wants_savepoints, tx.writes > 0, tx.search);
        *rings = tx.rings;
        let end = match end {
            Ok(Ok(value)) => {
                self.value = Some(value);
                Ok(())
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Err(Error::broken("a unit of work panicked")),
        };
        Run { end, wrote, wants_savepoints, search }
    }

    fn settle(self: Box<Self>, end: Result<()>) {
        if self.rings && end.is_ok() {
            self.bell.notify_one();
        }
        let answer = match (end, self.value) {
            (Ok(()), Some(value)) => Ok(value),
            (Ok(()), None) => Err(Error::broken("a unit of work was settled before it was run")),
            (Err(error), _) => Err(error),
        };
        // The caller may have gone away; the work is done all the same.
        drop(self.answer.send(answer));
    }

    fn access(&self) -> Access {
        self.access
    }

    fn org(&self) -> OrgId {
        self.actor.org
    }

    fn leaves_a_trace(&self) -> bool {
        self.actor.request.is_some()
    }
}

/// A unit of work in progress: who acts, when, and the connection it runs on.
pub struct Tx<'a> {
    engine: Engine<'a>,
    actor: &'a Actor,
    now: Instant,
    ids: &'a dyn Ids,
    attempt: u32,
    pace: Pace,
    writes: u64,
    wants_savepoints: bool,
    search: SearchWords,
    story: Story,
    subscriptions: Option<Arc<[Subscription]>>,
    rings: bool,
}

/// What a unit of work has to tell the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Story {
    /// What was decided, for people to read.
    pub decisions: Vec<String>,
    /// Numbers of the customers touched.
    pub touched: Vec<i64>,
    /// Whether messages are kept and not sent, as when an old call is played again.
    pub holds_messages: bool,
}

impl<'a> Tx<'a> {
    /// Who acts.
    pub fn actor(&self) -> &'a Actor {
        self.actor
    }

    /// The org in which everything happens.
    pub fn org(&self) -> OrgId {
        self.actor.org
    }

    /// The moment at which everything in this unit happens.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// A new id.
    pub fn new_id(&self) -> Id {
        self.ids.next(self.now)
    }

    /// How often this unit was run before, because the database asked for it.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether the database may ask to run this unit again, as it does when two of them race.
    pub fn may_run_again(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_)) && self.attempt < 9
    }

    /// Tells the journal what was decided.
    pub fn decide(&mut self, what: impl Into<String>) {
        self.story.decisions.push(what.into());
    }

    /// Tells the journal that a customer was touched.
    pub fn touch(&mut self, number: i64) {
        self.story.touched.push(number);
    }

    /// From here on messages are kept and not sent.
    pub fn hold_messages(&mut self) {
        self.story.holds_messages = true;
    }

    /// What has been told so far.
    pub fn story(&self) -> &Story {
        &self.story
    }

    /// A statement: a literal whose `$1`, `$2` … first appear in ascending order, so that both engines number them alike.
    /// Words that each engine writes in its own way are in [`words`].
    pub fn sql<'t>(&'t mut self, text: &'static str) -> Sql<'t, 'a> {
        self.writes += u64::from(!text.starts_with("SELECT"));
        Sql::new(&mut self.engine, text)
    }

    /// Looks into an org that has just been found out; everything inside happens there.
    pub fn within<T>(&mut self, org: OrgId, part: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let actor = Actor { org, ..self.actor.clone() };
        let mut engine = self.engine.reborrow();
        engine.enter(org);
        let mut inside = Tx {
            engine,
            actor: &actor,
            now: self.now,
            ids: self.ids,
            attempt: self.attempt,
            pace: self.pace,
            writes: 0,
            wants_savepoints: false,
            search: Vec::new(),
            story: Story::default(),
            subscriptions: None,
            rings: false,
        };
        let end = part(&mut inside);
        let (search, story) = (inside.search, inside.story);
        self.rings |= inside.rings;
        (self.writes, self.wants_savepoints) =
            (self.writes + inside.writes, self.wants_savepoints || inside.wants_savepoints);
        self.engine.enter(self.actor.org);
        self.search.extend(search);
        self.story.decisions.extend(story.decisions);
        self.story.touched.extend(story.touched);
        end
    }

    /// Runs a part that stands alone: what it did, and what it told the journal, is taken back if it fails, and the rest goes on.
    ///
    /// A savepoint makes the engine copy every page it touches, and parts that fail after they wrote something are rare. So
    /// the unit first runs without; when such a part fails, the whole unit is taken back and run again with savepoints.
    pub fn nested<T>(&mut self, part: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let (words, decisions, touched) = (self.search.len(), self.story.decisions.len(), self.story.touched.len());
        let writes = self.writes;
        if self.pace == Pace::Careful {
            self.engine.execute("SAVEPOINT part")?;
        }
        let end = part(self);
        if end.is_err() {
            self.search.truncate(words);
            self.story.decisions.truncate(decisions);
            self.story.touched.truncate(touched);
        }
        match (self.pace, end) {
            (Pace::Careful, end) => {
                if end.is_err() {
                    self.engine.execute("ROLLBACK TO SAVEPOINT part")?;
                }
                self.engine.execute("RELEASE SAVEPOINT part")?;
                end
            }
            (Pace::Quick, Err(_)) if self.writes > writes => {
                self.wants_savepoints = true;
                Err(Error::busy("a part failed after it wrote: the unit runs again with savepoints"))
            }
            (Pace::Quick, end) => end,
        }
    }

    /// The next number of a kind of record of this org. Gaps are possible, repeats are not.
    pub(crate) fn number(&mut self, name: &'static str) -> Result<i64> {
        if let Engine::Postgres(connection) = &self.engine {
            return connection.number(self.actor.org, name);
        }
        numbers::next(self, name)
    }

    /// The next number of a list of settings, counted in this unit so that numbers given by hand are passed over.
    pub(crate) fn settings_number(&mut self, name: &'static str) -> Result<i64> {
        numbers::next(self, name)
    }

    /// Who wants to be told of changes; read once a unit, because every change asks.
    pub fn subscriptions(&mut self) -> Result<Arc<[Subscription]>> {
        if let Some(known) = &self.subscriptions {
            return Ok(Arc::clone(known));
        }
        let found: Arc<[Subscription]> = crate::endpoints::subscriptions(self)?.into();
        self.subscriptions = Some(Arc::clone(&found));
        Ok(found)
    }

    /// Forgets who wants to be told, when that changes.
    pub(crate) fn forget_subscriptions(&mut self) {
        self.subscriptions = None;
    }

    /// Tells whoever delivers that there is something to do, once this unit is committed.
    pub fn ring(&mut self) {
        self.rings = true;
    }

    pub(crate) fn engine(&mut self) -> &mut Engine<'a> {
        &mut self.engine
    }

    /// Leaves search words to be written with the commit: inside savepoints the full-text engine would flush each row.
    pub(crate) fn search_later(&mut self, customer: Id, words: String) {
        self.search.push((customer, words));
    }
}
