//! SQLite: one writer thread that commits in groups, and readers that never wait for it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant as Stopwatch};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use domain::{Error, Id, Result};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::checkpoints;
use super::sql::{Cells, Engine, Row, Value};
use super::{Access, Durability, Job, Options, Pace, SearchWords, Statistics, words};

/// Units of work in one group commit at most.
const GROUP: usize = 256;
/// How long one group collects before it is committed, when units keep coming.
const COLLECT: Duration = Duration::from_millis(8);

/// The threads that own connections. Dropping it waits until they have finished what was begun.
pub(super) struct Threads {
    writes: Option<Sender<Box<dyn Job>>>,
    reads: Option<Sender<Box<dyn Job>>>,
    /// Connections of no thread, for units that only glance.
    glances: Vec<Mutex<Connection>>,
    readers: Vec<JoinHandle<()>>,
    /// The writer, and who copies its log.
    writers: [Option<JoinHandle<()>>; 2],
}

impl Threads {
    pub(super) fn start(file: &Path, options: Options, statistics: Arc<Statistics>) -> Result<Self> {
        let (writes, write_queue) = bounded(options.queue);
        let (reads, read_queue) = bounded(options.queue);
        let mut connection = open(file)?;
        if options.durability == Durability::Normal {
            run(&connection, "PRAGMA synchronous = NORMAL", &[])?;
        }
        let checkpointer = checkpoints::beside(&mut connection, file)?;
        let writer = Writer { connection, file: file.to_owned(), statistics };
        let writers = [Some(spawn("writer", move || writer.work(&write_queue))?), Some(checkpointer)];
        let (mut glances, mut readers) = (Vec::new(), Vec::new());
        for _ in 0..options.readers.max(1) {
            let connection = open_reader(file)?;
            let queue = read_queue.clone();
            readers.push(spawn("reader", move || read_all(&connection, &queue))?);
            glances.push(Mutex::new(open_reader(file)?));
        }
        Ok(Self { writes: Some(writes), reads: Some(reads), glances, readers, writers })
    }

    pub(super) fn add(&self, job: Box<dyn Job>) {
        match job.access() {
            Access::Write => send(self.writes.as_ref(), job),
            Access::Read => send(self.reads.as_ref(), job),
            Access::Glance => match self.glances.iter().find_map(|connection| connection.try_lock().ok()) {
                Some(connection) => read_one(&connection, job),
                None => send(self.reads.as_ref(), job),
            },
        }
    }

    pub(super) fn queue_length(&self) -> usize {
        self.writes.as_ref().map_or(0, Sender::len) + self.reads.as_ref().map_or(0, Sender::len)
    }
}

impl Drop for Threads {
    /// The last connection that is closed copies what is left of the log and takes it away, which those that only read cannot.
    fn drop(&mut self) {
        self.reads = None;
        self.glances.clear();
        self.readers.drain(..).for_each(join);
        self.writes = None;
        self.writers.iter_mut().filter_map(Option::take).for_each(join);
    }
}

/// Waits for a thread to end; one that lets go of the database itself is not waited for.
fn join(thread: JoinHandle<()>) {
    if thread.thread().id() != thread::current().id() {
        drop(thread.join());
    }
}

pub(super) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map_err(Error::broken)
}

/// Hands a unit to the threads, or refuses it when too many wait already.
pub(super) fn send(queue: Option<&Sender<Box<dyn Job>>>, job: Box<dyn Job>) {
    let Some(queue) = queue else { return job.settle(Err(super::closed())) };
    match queue.try_send(job) {
        Ok(()) => {}
        Err(TrySendError::Full(job)) => job.settle(Err(Error::busy("too many units of work are waiting"))),
        Err(TrySendError::Disconnected(job)) => job.settle(Err(super::closed())),
    }
}

/// A connection that may write. WAL with `synchronous=FULL`: a commit that was answered survives a power cut.
pub(crate) fn open(file: &Path) -> Result<Connection> {
    let connection = Connection::open(file).map_err(|error| cannot_open(file, &error))?;
    let pragmas = "PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA cache_size = -49152;
        PRAGMA temp_store = MEMORY;
        PRAGMA wal_autocheckpoint = 0;
        PRAGMA journal_size_limit = 134217728;";
    prepare(&connection, pragmas)?;
    Ok(connection)
}

fn open_reader(file: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(|error| cannot_open(file, &error))?;
    prepare(&connection, "PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;")?;
    Ok(connection)
}

fn prepare(connection: &Connection, pragmas: &str) -> Result<()> {
    connection.busy_timeout(Duration::from_secs(10)).map_err(failure)?;
    connection.set_prepared_statement_cache_capacity(512);
    // Otherwise some statements are planned anew each time other values are bound, which costs more than running them.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failure)?;
    connection.execute_batch(pragmas).map_err(failure)
}

fn cannot_open(file: &Path, error: &rusqlite::Error) -> Error {
    Error::broken(format!("cannot open {}: {error}", file.display()))
}

fn read_all(connection: &Connection, queue: &Receiver<Box<dyn Job>>) {
    for job in queue {
        read_one(connection, job);
    }
}

fn read_one(connection: &Connection, mut job: Box<dyn Job>) {
    let end = run(connection, "BEGIN", &[]).and_then(|_| {
        let end = job.run(Engine::Sqlite(connection), 0, Pace::Quick).end;
        run(connection, "ROLLBACK", &[])?;
        end
    });
    job.settle(end);
}

/// The one thread that writes.
struct Writer {
    connection: Connection,
    file: PathBuf,
    statistics: Arc<Statistics>,
}

/// A unit in a group.
struct Member {
    job: Box<dyn Job>,
    pace: Pace,
    end: Result<()>,
}

impl Member {
    fn new(job: Box<dyn Job>) -> Self {
        Self { job, pace: Pace::Quick, end: Ok(()) }
    }
}

/// How a round of a group ended.
enum Round {
    /// Every unit was run.
    Run(HashMap<Id, String>),
    /// A unit failed after it wrote: all are taken back and run again.
    Again,
    /// The engine took the whole group back.
    Lost(Error),
}

impl Writer {
    fn work(mut self, queue: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = queue.recv() {
            let mut group = vec![Member::new(first)];
            if let Err(error) = self.commit_group(&mut group, queue) {
                self.give_up(group, &error);
            }
        }
    }

    /// Runs units as long as they wait, commits them together and answers each. When one fails after it wrote, everything is
    /// taken back and run again with that unit guarded by a savepoint, and if that happens once more, with all of them.
    fn commit_group(&mut self, group: &mut Vec<Member>, queue: &Receiver<Box<dyn Job>>) -> Result<()> {
        for round in 0.. {
            if round == 2 {
                group.iter_mut().for_each(|member| member.pace = Pace::Careful);
            }
            run(&self.connection, "BEGIN IMMEDIATE", &[])?;
            match self.run_group(group, (round == 0).then_some(queue)) {
                Round::Run(search) => return self.commit(group, search),
                Round::Again => drop(run(&self.connection, "ROLLBACK", &[])?),
                Round::Lost(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Runs every unit of the group, and with a queue also those that come meanwhile.
    fn run_group(&self, group: &mut Vec<Member>, queue: Option<&Receiver<Box<dyn Job>>>) -> Round {
        let begun = Stopwatch::now();
        let mut search = HashMap::new();
        let mut place = 0;
        while let Some(member) = group.get_mut(place) {
            let again = match member.pace {
                Pace::Quick => self.run_quick(member, &mut search),
                Pace::Careful => {
                    member.end = self.run_careful(&mut *member.job, &mut search);
                    false
                }
            };
            if self.connection.is_autocommit() {
                // As it happens when the disk is full.
                return Round::Lost(Error::busy("the database took the group back"));
            }
            if again {
                return Round::Again;
            }
            place += 1;
            if place == group.len() && group.len() < GROUP && begun.elapsed() < COLLECT {
                group.extend(queue.and_then(|queue| queue.try_recv().ok()).map(Member::new));
            }
        }
        Round::Run(search)
    }

    /// One unit without a savepoint; whether what it wrote has to be taken back.
    fn run_quick(&self, member: &mut Member, search: &mut HashMap<Id, String>) -> bool {
        let ran = member.job.run(Engine::Sqlite(&self.connection), 0, Pace::Quick);
        if ran.wants_savepoints || ran.end.is_err() && ran.wrote {
            member.pace = Pace::Careful;
            return true;
        }
        if ran.end.is_ok() {
            search.extend(ran.search);
        }
        member.end = ran.end;
        false
    }

    /// One unit inside a savepoint: what it did is taken back if it fails.
    fn run_careful(&self, job: &mut dyn Job, search: &mut HashMap<Id, String>) -> Result<()> {
        run(&self.connection, "SAVEPOINT unit", &[])?;
        let ran = job.run(Engine::Sqlite(&self.connection), 0, Pace::Careful);
        if ran.end.is_ok() {
            search.extend(ran.search);
        } else if !self.connection.is_autocommit() {
            run(&self.connection, "ROLLBACK TO SAVEPOINT unit", &[])?;
        }
        if !self.connection.is_autocommit() {
            run(&self.connection, "RELEASE SAVEPOINT unit", &[])?;
        }
        ran.end
    }

    fn commit(&self, group: &mut Vec<Member>, search: HashMap<Id, String>) -> Result<()> {
        let begun = Stopwatch::now();
        self.write_search(search)?;
        run(&self.connection, "COMMIT", &[])?;
        self.statistics.batch_size.record(group.len() as u64);
        self.statistics.commit_micros.record(begun.elapsed().as_micros() as u64);
        group.drain(..).for_each(|member| member.job.settle(member.end));
        Ok(())
    }

    /// Full-text rows go in at the end of the group, in one go: the full-text engine flushes at every savepoint.
    fn write_search(&self, search: HashMap<Id, String>) -> Result<()> {
        let mut rows: SearchWords = search.into_iter().collect();
        rows.sort_unstable_by_key(|(customer, _)| *customer);
        for (customer, words) in rows {
            crate::search::write_sqlite(&self.connection, customer, words)?;
        }
        Ok(())
    }

    fn give_up(&mut self, group: Vec<Member>, why: &Error) {
        tracing::error!(cause = why.private(), file = %self.file.display(), "a group of units was not committed");
        if !self.connection.is_autocommit()
            && let Err(error) = run(&self.connection, "ROLLBACK", &[])
        {
            tracing::error!(cause = error.private(), "rollback failed");
        }
        group.into_iter().for_each(|member| member.job.settle(Err(Error::busy(why.private()))));
    }
}

/// Runs a statement; gives the number of rows changed.
pub(super) fn run(connection: &Connection, text: &str, values: &[Value<'_>]) -> Result<u64> {
    let mut statement = connection.prepare_cached(&words::as_sent(text, values, &words::SQLITE)).map_err(failure)?;
    bind(&mut statement, values)?;
    if statement.column_count() > 0 {
        let mut rows = statement.raw_query();
        while rows.next().map_err(failure)?.is_some() {}
        return Ok(connection.changes());
    }
    statement.raw_execute().map(|count| count as u64).map_err(failure)
}

/// Runs a statement of a search row: its customer, and its words where it has some.
pub(crate) fn write_search_row(connection: &Connection, text: &str, customer: Id, words: Option<String>) -> Result<()> {
    let mut values = vec![Value::Int(customer.0)];
    values.extend(words.map(|words| Value::Text(words.into())));
    run(connection, text, &values).map(drop)
}

/// Reads every row of a statement.
pub(super) fn each(
    connection: &Connection,
    text: &str,
    values: &[Value<'_>],
    read: &mut dyn FnMut(&mut Row<'_>) -> Result<()>,
) -> Result<()> {
    let mut statement = connection.prepare_cached(&words::as_sent(text, values, &words::SQLITE)).map_err(failure)?;
    bind(&mut statement, values)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(failure)? {
        read(&mut Row { cells: Cells::Sqlite(row), next: 0 })?;
    }
    Ok(())
}

fn bind(statement: &mut rusqlite::CachedStatement<'_>, values: &[Value<'_>]) -> Result<()> {
    for (index, value) in values.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, Bound(value)).map_err(failure)?;
    }
    Ok(())
}

struct Bound<'v>(&'v Value<'v>);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null | Value::Viewer(None) => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Int(value) => ToSqlOutput::Borrowed(ValueRef::Integer(*value)),
            Value::Bool(value) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(*value))),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Ids(ids) if let [id] = ids[..] => ToSqlOutput::Borrowed(ValueRef::Integer(id)),
            Value::Ids(ids) | Value::Viewer(Some(ids)) => {
                ToSqlOutput::Owned(rusqlite::types::Value::Text(format!("{ids:?}")))
            }
        })
    }
}

/// What an engine error means for the caller.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it over by value")]
pub(crate) fn failure(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::OutOfMemory,
        ) => Error::busy(format!("SQLite: {error}")),
        _ => Error::broken(format!("SQLite: {error}")),
    }
}
