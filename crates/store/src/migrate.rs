//! Brings a database to the form this program knows: step by step, so that a migration that was cut short goes on where
//! it stopped; never backwards; and on SQLite only after a copy was set aside.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use domain::{Error, Instant, Result};
use postgres::Client;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::db::{Place, connect_postgres, open_sqlite, postgres_failure, sqlite_failure};
use crate::row_security;

/// Every migration: its version and its statements.
const MIGRATIONS: [(i64, &str); 8] = [
    (1, include_str!("../migrations/0001_house.sql")),
    (2, include_str!("../migrations/0002_delivery.sql")),
    (3, include_str!("../migrations/0003_merges.sql")),
    (4, include_str!("../migrations/0004_web.sql")),
    (5, include_str!("../migrations/0005_boards.sql")),
    (6, include_str!("../migrations/0006_listener_paths.sql")),
    (7, include_str!("../migrations/0007_statistics.sql")),
    (8, include_str!("../migrations/0008_bulks.sql")),
];

/// SQLite's first version without the fault that could lose a WAL reset.
pub(crate) const OLDEST_SQLITE: i32 = 3_051_003;

/// How long another program that has the SQLite file is waited for.
const PATIENCE: Duration = Duration::from_secs(600);

/// What was found and done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The version of the data now.
    pub version: i64,
    /// Statements that were run.
    pub steps: usize,
    /// Where the data was copied to before.
    pub backup: Option<PathBuf>,
}

/// How far the data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Version of the newest step; 0 for an empty database.
    pub version: i64,
    /// Steps that were run.
    pub done: usize,
    /// Steps that this program has.
    pub known: usize,
}

impl State {
    /// Whether every step of this program was run, and none of a newer one.
    pub fn is_current(self) -> bool {
        self.done == self.known && self.version <= newest()
    }
}

/// The version this program brings data to.
pub fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |(version, _)| *version)
}

/// How far the data at `place` is. Makes nothing but an empty SQLite file.
pub fn state(place: &Place) -> Result<State> {
    let mut target = Target::open(place)?;
    target.state()
}

/// How far the data in a copy of a SQLite file is. Changes nothing, and makes no files beside it.
pub(crate) fn state_of_copy(copy: &Path) -> Result<State> {
    let connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(sqlite_failure)?;
    Target::Sqlite(connection).state()
}

/// Runs every step that was not run yet.
pub fn run(place: &Place, now: Instant) -> Result<Report> {
    let mut target = Target::open(place)?;
    target.make_ledger()?;
    let state = target.state()?;
    if state.version > newest() {
        return Err(Error::broken(format!(
            "the data is of version {}, this program knows only up to {}: use the newer program, or restore a backup",
            state.version,
            newest()
        )));
    }
    let backup = match place {
        Place::Sqlite(file) if state.done > 0 && !state.is_current() => Some(set_aside(file, state.version, now)?),
        _ => None,
    };
    let mut steps = 0;
    for (version, text) in MIGRATIONS {
        for (step, statement) in statements(text, target.is_postgres()).iter().enumerate() {
            steps += usize::from(target.step(version, step as i64, statement, now)?);
        }
    }
    // A wall that stands is put around the new tables too.
    if steps > 0 && row_security::state(place)?.is_some_and(|state| !state.guarded.is_empty()) {
        row_security::raise(place)?;
    }
    Ok(Report { version: newest(), steps, backup })
}

/// The statements of a migration for one engine, with its tokens filled in.
fn statements(text: &str, postgres: bool) -> Vec<String> {
    let (key, clustered) = if postgres { ("TEXT COLLATE \"C\"", "") } else { ("TEXT", "WITHOUT ROWID") };
    let mut found = Vec::new();
    for statement in text.split(";\n") {
        let only_sqlite = statement.contains("-- sqlite\n");
        let only_postgres = statement.contains("-- postgres\n");
        let lines = statement.lines().filter(|line| !line.trim_start().starts_with("--"));
        let plain = lines.collect::<Vec<_>>().join("\n").replace("{key}", key).replace("{clustered}", clustered);
        let wanted = if postgres { !only_sqlite } else { !only_postgres };
        if wanted && !plain.trim().is_empty() {
            found.push(plain.trim().to_owned());
        }
    }
    found
}

/// Copies a SQLite file beside itself.
fn set_aside(file: &Path, version: i64, now: Instant) -> Result<PathBuf> {
    // Several that start at once may each set a copy aside, before one of them has done the work for all.
    static MADE: AtomicU64 = AtomicU64::new(0);
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or("daumoi.db");
    let mark = format!("{}-{}.{}", now.millis(), std::process::id(), MADE.fetch_add(1, Relaxed));
    let copy = file.with_file_name(format!("{name}.before-v{}-from-v{version}-{mark}", newest()));
    backup(file, &copy)?;
    Ok(copy)
}

/// Copies a SQLite database, also while it is in use, into a file that must not exist yet.
pub fn backup(file: &Path, copy: &Path) -> Result<()> {
    let target = copy.to_str().ok_or_else(|| Error::broken("the path of the copy is not UTF-8"))?;
    let connection = open_sqlite(file)?;
    // Made empty beforehand, so that nobody else may read it and a file that is there is never written over.
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(copy);
    let made = made.map_err(|error| Error::broken(format!("cannot make {}: {error}", copy.display())))?;
    if let Err(error) = connection.execute("VACUUM INTO $1", [target]) {
        drop(std::fs::remove_file(copy));
        return Err(sqlite_failure(error));
    }
    // The copy counts as made only when it would survive a power cut.
    made.sync_all().map_err(Error::broken)
}

enum Target {
    Sqlite(Connection),
    Postgres(Client),
}

impl Target {
    fn open(place: &Place) -> Result<Self> {
        match place {
            Place::Sqlite(file) => {
                if rusqlite::version_number() < OLDEST_SQLITE {
                    return Err(Error::broken(format!("SQLite {} is too old, 3.51.3 is needed", rusqlite::version())));
                }
                let connection = open_sqlite(file)?;
                // Another program may be at it, which takes as long as there is data.
                connection.busy_timeout(PATIENCE).map_err(sqlite_failure)?;
                Ok(Self::Sqlite(connection))
            }
            Place::Postgres(url) => Ok(Self::Postgres(connect_postgres(url, drop)?)),
        }
    }

    fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    fn make_ledger(&mut self) -> Result<()> {
        let ledger = "CREATE TABLE IF NOT EXISTS migrations
            (version BIGINT NOT NULL, step BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (version, step))";
        match self {
            Self::Sqlite(connection) => connection.execute_batch(ledger).map_err(sqlite_failure),
            // Two nodes that start at once may both try; the one that loses finds the table there.
            Self::Postgres(client) => client
                .batch_execute(ledger)
                .or_else(|_| client.batch_execute(ledger))
                .map_err(|error| postgres_failure(&error)),
        }
    }

    fn state(&mut self) -> Result<State> {
        let count = "SELECT COALESCE(MAX(version), 0), count(*) FROM migrations";
        let (version, done): (i64, i64) = match self {
            Self::Sqlite(connection) => {
                let ledger = connection
                    .query_row("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'", [], |_| Ok(()))
                    .optional()
                    .map_err(sqlite_failure)?;
                match ledger {
                    Some(()) => {
                        connection.query_row(count, [], |row| Ok((row.get(0)?, row.get(1)?))).map_err(sqlite_failure)?
                    }
                    None => (0, 0),
                }
            }
            Self::Postgres(client) => {
                let ledger = client.query_one("SELECT to_regclass('migrations') IS NOT NULL", &[]);
                if ledger.map_err(|error| postgres_failure(&error))?.get(0) {
                    let row = client.query_one(count, &[]).map_err(|error| postgres_failure(&error))?;
                    (row.get(0), row.get(1))
                } else {
                    (0, 0)
                }
            }
        };
        let known = MIGRATIONS.iter().map(|(_, text)| statements(text, self.is_postgres()).len()).sum();
        Ok(State { version, done: usize::try_from(done).unwrap_or(0), known })
    }

    /// Runs one statement with its line in the ledger, unless the line is there. The line goes first: a second node that
    /// migrates at the same time waits for it.
    fn step(&mut self, version: i64, step: i64, statement: &str, now: Instant) -> Result<bool> {
        let note = "INSERT INTO migrations (version, step, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        match self {
            Self::Sqlite(connection) => {
                let unit = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate);
                let unit = unit.map_err(sqlite_failure)?;
                if unit.execute(note, [version, step, now.0]).map_err(sqlite_failure)? == 0 {
                    return Ok(false);
                }
                unit.execute_batch(statement).map_err(sqlite_failure)?;
                unit.commit().map_err(sqlite_failure)?;
            }
            Self::Postgres(client) => {
                let mut unit = client.transaction().map_err(|error| postgres_failure(&error))?;
                let fresh = unit.execute(note, &[&version, &step, &now.0]).map_err(|error| postgres_failure(&error))?;
                if fresh == 0 {
                    return Ok(false);
                }
                unit.batch_execute(statement).map_err(|error| postgres_failure(&error))?;
                unit.commit().map_err(|error| postgres_failure(&error))?;
            }
        }
        Ok(true)
    }
}
