//! A throw-away database for one test: a SQLite file, or with `DAUMOI_TEST_DATABASE` set a database on that PostgreSQL
//! server, so that the same tests run on both engines.

#![expect(clippy::unwrap_used, reason = "only tests use this: a failed expectation is the point")]

pub mod arbitrary;
mod look;
mod server;

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::org::{Org, Settings};
use domain::{Actor, Clock, Dialect, Id, Instant, OrgId, Role, User};
use hub::files::Files;
use hub::users::NewUser;
use hub::{CountingIds, FixedClock, Hub, Options, Place};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use self::server::Database;

/// The moment at which a still clock stands: 2024-03-21T08:11:06Z.
pub const STILL: Instant = Instant(1_711_008_666_000_000);

/// A database of its own, and a folder for what belongs beside it; both are gone when it is dropped.
pub struct TestPlace {
    place: Place,
    /// The same data for whoever looks past the program.
    outside: Place,
    folder: TempDir,
    _database: Option<Database>,
}

impl TestPlace {
    /// A migrated database.
    pub fn new() -> Self {
        let made = Self::make(Database::migrated);
        if !made.is_postgres() {
            store::migrate::run(&made.place, STILL).unwrap();
        }
        made
    }

    /// A migrated database on PostgreSQL whose server keeps the program to one org at a time; none where tests use SQLite.
    pub fn walled() -> Option<Self> {
        server::address().map(|_| Self::make(Database::walled))
    }

    /// A database without a single table.
    pub fn empty() -> Self {
        Self::make(Database::empty)
    }

    fn make(database: fn(&str) -> Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = server::address().map(|server| database(&server));
        let place = match &database {
            Some(database) => Place::Postgres(database.url()),
            None => Place::Sqlite(folder.path().join("daumoi.db")),
        };
        let outside = database.as_ref().map_or(place.clone(), |database| Place::Postgres(database.url_outside()));
        Self { place, outside, folder, _database: database }
    }

    /// Where the data is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whether the data is on PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(self.place, Place::Postgres(_))
    }

    /// A folder that is gone after the test.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Attached files in that folder.
    pub fn files(&self) -> Files {
        Files::local(&self.folder.path().join("files")).unwrap()
    }

    /// A hub with the real clock and ids, as a running process has them.
    pub fn hub(&self) -> Hub {
        Hub::open(&self.place, options(), self.files()).unwrap()
    }

    /// A hub whose clock stands still at [`STILL`] and whose ids count from one, with that clock.
    pub fn still_hub(&self) -> (Hub, Arc<FixedClock>) {
        let clock = Arc::new(FixedClock::new(STILL));
        let hand = Arc::clone(&clock) as Arc<dyn Clock>;
        let hub = Hub::open_with(&self.place, options(), self.files(), hand, Arc::new(CountingIds::default())).unwrap();
        (hub, clock)
    }
}

impl Default for TestPlace {
    fn default() -> Self {
        Self::new()
    }
}

/// Few connections, so that tests that run side by side leave the server some; and a server that a busy machine holds up for
/// seconds is not given up.
fn options() -> Options {
    Options { connections: 6, silence: Duration::from_secs(120), ..Options::default() }
}

/// An org with nothing in it, made without the password hash that `create_org` takes its time for.
pub fn org(hub: &Hub, slug: &str) -> OrgId {
    let new = Org {
        id: OrgId(0),
        slug: slug.to_owned(),
        name: slug.to_owned(),
        vbot_id: format!("vbot-{slug}"),
        project_code: format!("PR-{slug}"),
        settings: Settings::default(),
        created_at: hub.now(),
    };
    hub.write(Actor::cli(OrgId(0)), move |tx| store::orgs::insert(tx, &new)).wait().unwrap().unwrap()
}

/// A user of an org who has no password.
pub fn user(hub: &Hub, org: OrgId, email: &str, role: Role) -> User {
    let new = NewUser {
        email: email.to_owned(),
        name: email.split('@').next().unwrap_or_default().to_owned(),
        role,
        staff_code: None,
        number: None,
        password_hash: None,
    };
    hub.write(Actor::cli(org), move |tx| hub::users::create(tx, &new)).wait().unwrap()
}

/// Somebody who acts through a dialect.
pub fn actor(org: OrgId, dialect: Dialect, user: Option<Id>) -> Actor {
    Actor { org, user, name: "Người thử".to_owned(), dialect, request: None }
}

thread_local! {
    static RUNTIME: RefCell<Runtime> = RefCell::new(Builder::new_current_thread().enable_all().build().unwrap());
}

/// Drives a future to its end on this thread.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.with(|runtime| runtime.borrow().block_on(future))
}
