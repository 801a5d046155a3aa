//! PostgreSQL: threads that each own a connection, and run a unit again when the server asks for it.

use std::collections::HashMap;
use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use domain::{Error, OrgId, Result};
use postgres::config::TargetSessionAttrs;
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::numbers::Numbers;
use super::presence::Presence;
use super::sql::{Cells, Engine, Row, Value};
use super::sqlite::{send, spawn};
use super::{Access, Job, Options, Pace, words};
use crate::row_security;

/// How often a unit of work is run before its caller is told that the database is busy.
const ATTEMPTS: u32 = 10;

/// Bytes that the other machine does not acknowledge for so long end the connection.
const SILENCE: Duration = Duration::from_secs(10);

/// The threads that own connections. Dropping it waits until they have finished what was begun.
pub(super) struct Threads {
    queue: Option<Sender<Box<dyn Job>>>,
    presence: Arc<Presence>,
    handles: Vec<JoinHandle<()>>,
}

impl Threads {
    pub(super) fn start(url: &str, options: Options) -> Result<Self> {
        let numbers = Arc::new(Numbers::new(url));
        let presence = Presence::watch(url, options.silence)?;
        let (queue, jobs) = bounded(options.queue);
        let mut handles = Vec::new();
        for _ in 0..options.connections.max(2) {
            let mut connection = Connection::new(url, Arc::clone(&numbers), Arc::clone(&presence));
            let jobs: Receiver<Box<dyn Job>> = jobs.clone();
            handles.push(spawn("postgres", move || jobs.iter().for_each(|job| connection.work(job)))?);
        }
        Ok(Self { queue: Some(queue), presence, handles })
    }

    /// Hands a unit of work to a thread; while nobody answers at the other end it is refused at once.
    pub(super) fn add(&self, job: Box<dyn Job>) {
        if self.is_away() {
            return job.settle(Err(self.presence.refusal()));
        }
        send(self.queue.as_ref(), job);
    }

    pub(super) fn is_away(&self) -> bool {
        self.presence.is_away()
    }

    pub(super) fn is_silent(&self) -> bool {
        self.presence.is_silent()
    }

    pub(super) fn queue_length(&self) -> usize {
        self.queue.as_ref().map_or(0, Sender::len)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.queue = None;
        for handle in self.handles.drain(..) {
            if handle.thread().id() != thread::current().id() {
                drop(handle.join());
            }
        }
    }
}

/// A connection with its prepared statements; made anew when the server goes away.
pub(crate) struct Connection {
    url: String,
    numbers: Arc<Numbers>,
    presence: Arc<Presence>,
    link: Option<Link>,
    /// A statement failed since the last savepoint: a commit would quietly be a rollback.
    failed: bool,
    /// The server asked to run the unit again: a savepoint does not mend that.
    doomed: bool,
    /// The org in whose name the next statement is.
    org: OrgId,
    /// The org that the server was told in this transaction, where it keeps tenants apart itself.
    told: Option<OrgId>,
}

struct Link {
    client: Client,
    /// Whether the server shows this connection the rows of one org only.
    is_walled: bool,
    statements: HashMap<(&'static str, u64), Statement>,
    warned: Arc<AtomicBool>,
}

/// How one run of a unit ended.
enum End {
    Done,
    Again(Error),
    Refused(Error),
}

impl Connection {
    fn new(url: &str, numbers: Arc<Numbers>, presence: Arc<Presence>) -> Self {
        Self {
            url: url.to_owned(),
            numbers,
            presence,
            link: None,
            failed: false,
            doomed: false,
            org: OrgId(0),
            told: None,
        }
    }

    /// Runs a unit, again if need be, and answers it.
    fn work(&mut self, mut job: Box<dyn Job>) {
        let presence = Arc::clone(&self.presence);
        let _working = presence.working();
        let mut pace = Pace::Quick;
        for attempt in 0..ATTEMPTS {
            match self.attempt(&mut *job, attempt, &mut pace) {
                End::Done => return job.settle(Ok(())),
                End::Refused(error) => return job.settle(Err(error)),
                // Nobody shall hang in attempts that cannot end well.
                End::Again(error) if attempt + 1 == ATTEMPTS || presence.is_away() => return job.settle(Err(error)),
                End::Again(error) => {
                    tracing::debug!(cause = error.private(), attempt, "a unit of work is run again");
                    let most = 4_u32 << attempt.min(6);
                    thread::sleep(Duration::from_millis(u64::from(fastrand::u32(1..=most))));
                }
            }
        }
    }

    fn attempt(&mut self, job: &mut dyn Job, attempt: u32, pace: &mut Pace) -> End {
        (self.failed, self.doomed, self.org) = (false, false, job.org());
        let begin = match job.access() {
            Access::Glance | Access::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Access::Write => "BEGIN",
        };
        if let Err(error) = self.begin(begin) {
            return End::Again(error);
        }
        let run = job.run(Engine::Postgres(self), attempt, *pace);
        if run.wants_savepoints {
            *pace = Pace::Careful;
        }
        let end = match run.end {
            // Whatever it ended with, it may have decided that by what the part left behind.
            _ if run.wants_savepoints => Err(Error::busy("a part failed after it wrote")),
            Ok(()) if self.failed || self.doomed => Err(Error::busy("a failed statement was passed over")),
            end => end,
        };
        match end {
            Ok(()) => self.commit(job),
            Err(error) => {
                if self.command("ROLLBACK").is_err() {
                    self.link = None;
                }
                if matches!(error, Error::Busy { .. }) { End::Again(error) } else { End::Refused(error) }
            }
        }
    }

    fn commit(&mut self, job: &dyn Job) -> End {
        let warned = self.link.as_ref().map(|link| Arc::clone(&link.warned));
        if let Some(warned) = &warned {
            warned.store(false, SeqCst);
        }
        match self.command("COMMIT") {
            // The server committed here but not where it should be copied to: that is no acknowledgement.
            Ok(()) if warned.is_some_and(|warned| warned.load(SeqCst)) && job.access() == Access::Write => {
                End::Refused(Error::busy("the commit came with a warning from the server"))
            }
            Ok(()) => End::Done,
            Err(error) if self.link.is_some() => End::Again(error),
            // The connection broke during the commit. Only a unit that finds its own journal row may be run again.
            Err(error) if job.leaves_a_trace() || job.access() != Access::Write => End::Again(error),
            Err(error) => End::Refused(error),
        }
    }

    /// Begins a transaction, in the same message as the server is told whose it is.
    fn begin(&mut self, text: &'static str) -> Result<()> {
        self.told = None;
        if !self.link()?.is_walled {
            return self.command(text);
        }
        self.tell(&row_security::told([text, "; "].concat().as_str(), self.org))
    }

    /// From here on statements are in the name of another org.
    pub(super) fn enter(&mut self, org: OrgId) {
        self.org = org;
    }

    /// Tells the server in whose name the next statement is, if it must know and does not.
    fn name_org(&mut self) -> Result<()> {
        if self.told == Some(self.org) || !self.same_link()?.is_walled {
            return Ok(());
        }
        self.tell(&row_security::told("", self.org))
    }

    fn tell(&mut self, text: &str) -> Result<()> {
        let end = self.same_link()?.client.batch_execute(text);
        self.noted(end)?;
        self.told = Some(self.org);
        Ok(())
    }

    fn command(&mut self, text: &'static str) -> Result<()> {
        let end = self.same_link()?.client.batch_execute(text);
        self.noted(end)
    }

    fn link(&mut self) -> Result<&mut Link> {
        if self.link.as_ref().is_none_or(|link| link.client.is_closed()) {
            if self.presence.is_away() {
                return Err(self.presence.refusal());
            }
            self.link = Some(Link::open(&self.url).inspect_err(|_| self.presence.doubt())?);
            self.presence.hear();
        }
        self.link.as_mut().ok_or_else(|| Error::busy("not connected"))
    }

    /// The connection on which the transaction was begun. Another one would run the rest of it outside of any, and take a commit
    /// of nothing for the commit of it all.
    fn same_link(&mut self) -> Result<&mut Link> {
        let is_gone = self.link.as_ref().is_none_or(|link| link.client.is_closed());
        self.failed |= is_gone;
        self.doomed |= is_gone;
        let link = self.link.as_mut().filter(|_| !is_gone);
        link.ok_or_else(|| Error::busy("the connection was lost within a transaction"))
    }

    /// Keeps in mind that a statement failed, and lets go of a connection that is gone.
    fn noted<T>(&mut self, end: std::result::Result<T, postgres::Error>) -> Result<T> {
        if end.is_ok() {
            self.presence.hear();
        }
        end.map_err(|error| {
            self.failed = true;
            let lost = error.is_closed() || error.code().is_none();
            // Behind this address there was a primary once; the next connection may find another.
            let is_standby = error.code() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION);
            // The wall between orgs was put up since this connection was made, which does not know of it.
            let is_before_wall = error.code() == Some(&SqlState::UNDEFINED_OBJECT)
                && self.link.as_ref().is_some_and(|link| !link.is_walled);
            let error = if is_before_wall { Error::busy("the server keeps orgs apart now") } else { failure(&error) };
            self.doomed |= matches!(error, Error::Busy { .. });
            if is_before_wall {
                self.link = None;
            }
            if is_standby || lost && self.link.as_ref().is_none_or(|link| link.client.is_closed()) {
                self.link = None;
                self.presence.doubt();
            }
            error
        })
    }

    /// The next number of a row in `counters`, out of a block that this process has reserved.
    pub(super) fn number(&self, org: OrgId, name: &'static str) -> Result<i64> {
        self.numbers.next(org, name)
    }

    pub(super) fn run(&mut self, text: &'static str, values: &[Value<'_>]) -> Result<u64> {
        if text.starts_with("ROLLBACK TO") {
            self.command(text)?;
            // What the server was told since the savepoint is taken back too.
            (self.failed, self.told) = (false, None);
            return Ok(0);
        }
        self.name_org()?;
        let link = self.same_link()?;
        let end = link.prepared(text, values).and_then(|statement| {
            let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
            link.client.execute(&statement, &values)
        });
        self.noted(end)
    }

    pub(super) fn each(
        &mut self,
        text: &'static str,
        values: &[Value<'_>],
        read: &mut dyn FnMut(&mut Row<'_>) -> Result<()>,
    ) -> Result<()> {
        self.name_org()?;
        let link = self.same_link()?;
        let rows = link.prepared(text, values).and_then(|statement| {
            let mut rows = link.client.query_raw(&statement, values)?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(row);
            }
            Ok(all)
        });
        for row in self.noted(rows)? {
            read(&mut Row { cells: Cells::Postgres(&row), next: 0 })?;
        }
        Ok(())
    }
}

impl Link {
    fn open(url: &str) -> Result<Self> {
        let warned = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&warned);
        let mut client = connect(url, move |notice| {
            if notice.severity() == "WARNING" {
                flag.store(true, SeqCst);
            }
        })?;
        let is_walled = row_security::applies(&mut client)?;
        Ok(Self { client, is_walled, statements: HashMap::new(), warned })
    }

    fn prepared(
        &mut self,
        text: &'static str,
        values: &[Value<'_>],
    ) -> std::result::Result<Statement, postgres::Error> {
        // Which lists have one id tells forms of a text apart.
        let form = values.iter().fold(0, |form, value| form << 1 | u64::from(value.is_one_id()));
        if let Some(statement) = self.statements.get(&(text, form)) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&words::as_sent(text, values, &words::POSTGRES))?;
        self.statements.insert((text, form), statement.clone());
        Ok(statement)
    }
}

/// Opens a connection; `notice` hears what the server says on the side.
pub(crate) fn connect(url: &str, notice: impl Fn(postgres::error::DbError) + Send + Sync + 'static) -> Result<Client> {
    let mut config: Config = url.parse().map_err(|_| Error::broken("the database address cannot be read"))?;
    config.application_name("daumoi").connect_timeout(Duration::from_secs(2)).notice_callback(notice);
    // A standby is no place to work on, and a machine that is gone without a word must be noticed.
    config.target_session_attrs(TargetSessionAttrs::ReadWrite).tcp_user_timeout(SILENCE);
    config.keepalives_idle(SILENCE).keepalives_interval(SILENCE / 5).keepalives_retries(3);
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::broken)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.connect(MakeRustlsConnect::new(tls)).map_err(|error| failure(&error))
}

/// What an error of the server means for the caller.
pub(crate) fn failure(error: &postgres::Error) -> Error {
    let cause = match (error.as_db_error(), error.source()) {
        (Some(told), _) => format!("PostgreSQL: {} {}", told.code().code(), told.message()),
        (None, Some(source)) => format!("PostgreSQL: {error}: {source}"),
        (None, None) => format!("PostgreSQL: {error}"),
    };
    let again = error.code().is_none_or(|code| {
        let class = &code.code()[..2];
        matches!(class, "08" | "40" | "53" | "57") || *code == SqlState::UNIQUE_VIOLATION || class == "25"
    });
    if again { Error::busy(cause) } else { Error::broken(cause) }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null | Self::Viewer(None) => Ok(IsNull::Yes),
            Self::Int(value) => value.to_sql(kind, out),
            Self::Bool(value) => value.to_sql(kind, out),
            Self::Text(text) => text.as_ref().to_sql(kind, out),
            Self::Ids(ids) => match ids[..] {
                [id] => id.to_sql(kind, out),
                _ => ids.to_sql(kind, out),
            },
            Self::Viewer(Some(ids)) => ids.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
