//! Databases on the PostgreSQL server that a run was given: each a copy of one migrated template.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use hub::Place;
use postgres::{Client, NoTls};

use crate::STILL;

/// The server to use, such as `postgres://postgres@127.0.0.1:5433/postgres`; without one tests use SQLite.
const VARIABLE: &str = "DAUMOI_TEST_DATABASE";

/// With this set to anything the tables of the tenants are split by org, as a distributed engine splits them.
const SPLIT: &str = "DAUMOI_TEST_SPLIT";

/// With this set to anything the program connects as an owner of its tables who is kept to one org at a time by the server
/// itself, and tests look past it as whoever `DAUMOI_TEST_DATABASE` names.
const WALLED: &str = "DAUMOI_TEST_WALLED";

/// The role that is kept so, and its password.
const OWNER: &str = "daumoi_walled";

/// Any number will do, as long as nobody else locks it.
const TEMPLATE_LOCK: i64 = 0x64_61_75_6d_6f_69;

pub(crate) fn address() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|url| !url.is_empty())
}

/// A database that is dropped with this.
pub(crate) struct Database {
    server: String,
    name: String,
    is_walled: bool,
}

impl Database {
    /// A migrated database whose server keeps its owner to one org at a time.
    pub(crate) fn walled(server: &str) -> Self {
        let mut client = connect(server);
        let made = Self::create(server, &mut client, "template0", true);
        let place = Place::Postgres(made.url());
        store::migrate::run(&place, STILL).unwrap();
        store::row_security::raise(&place).unwrap();
        made
    }

    /// A copy of the template.
    pub(crate) fn migrated(server: &str) -> Self {
        let mut client = connect(server);
        let template = template(server, &mut client);
        Self::create(server, &mut client, &template, is_set(WALLED))
    }

    /// A database without tables.
    pub(crate) fn empty(server: &str) -> Self {
        Self::create(server, &mut connect(server), "template0", is_set(WALLED))
    }

    fn create(server: &str, client: &mut Client, template: &str, is_walled: bool) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let name = format!("daumoi_test_{}_{}", process::id(), MADE.fetch_add(1, Relaxed));
        // A run that was killed may have left one behind.
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
        if is_walled {
            make_owner(client);
        }
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}{}", owned(is_walled))).unwrap();
        Self { server: server.to_owned(), name, is_walled }
    }

    /// Its address for the program.
    pub(crate) fn url(&self) -> String {
        owner_of(&url_of(&self.server, &self.name), self.is_walled)
    }

    /// Its address for whoever looks past the program.
    pub(crate) fn url_outside(&self) -> String {
        url_of(&self.server, &self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (&self.server, &self.name);
        // On a thread of its own: the client drives a runtime, and a test may end inside another one.
        thread::scope(|scope| {
            scope.spawn(move || {
                // The server may be gone already; then so is the database.
                if let Ok(mut client) = Client::connect(server, NoTls) {
                    drop(client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
                }
            });
        });
    }
}

fn connect(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap()
}

/// The address of another database on the same server.
fn url_of(server: &str, name: &str) -> String {
    let (address, settings) =
        server.split_once('?').map_or((server, String::new()), |(address, settings)| (address, format!("?{settings}")));
    let (host, _) = address.rsplit_once('/').unwrap();
    format!("{host}/{name}{settings}")
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|set| !set.is_empty())
}

/// How a database is made for whom the program connects as.
fn owned(is_walled: bool) -> String {
    if is_walled { format!(" OWNER {OWNER}") } else { String::new() }
}

/// Makes the role that owns walled databases, unless it is there. Tests that start at once may all try.
fn make_owner(client: &mut Client) {
    let made = client.batch_execute(&format!("CREATE ROLE {OWNER} LOGIN PASSWORD '{OWNER}'"));
    let mut known = || client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", &[&OWNER]).unwrap().len();
    assert!(made.is_ok() || known() == 1, "{made:?}");
}

/// An address as the program uses it.
fn owner_of(url: &str, is_walled: bool) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split_once('@').map_or(rest, |(_, host)| host);
    if is_walled { format!("postgres://{OWNER}:{OWNER}@{host}") } else { url.to_owned() }
}

/// The name of the migrated template. The first process that wants it makes it while the others wait; one that was left half
/// made still takes connections, and is made again.
fn template(server: &str, client: &mut Client) -> String {
    let (is_split, is_walled) = (is_set(SPLIT), is_set(WALLED));
    let kind = format!("{}{}", if is_split { "_split" } else { "" }, if is_walled { "_walled" } else { "" });
    let name = format!("daumoi_template_{:016x}{kind}", fingerprint());
    client.execute("SELECT pg_advisory_lock($1)", &[&TEMPLATE_LOCK]).unwrap();
    let ready = client.query_opt("SELECT NOT datallowconn FROM pg_database WHERE datname = $1", &[&name]).unwrap();
    if !ready.is_some_and(|row| row.get(0)) {
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
        if is_walled {
            make_owner(client);
        }
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0{}", owned(is_walled))).unwrap();
        let url = owner_of(&url_of(server, &name), is_walled);
        store::migrate::run(&Place::Postgres(url.clone()), STILL).unwrap();
        if is_split {
            split(&mut connect(&url));
        }
        if is_walled {
            store::row_security::raise(&Place::Postgres(url)).unwrap();
        }
        client.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).unwrap();
        // A database that somebody is in is not copied. Whoever made it has left, but the server may take its time to notice.
        let within = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1";
        while client.query_one(within, &[&name]).unwrap().get::<_, i64>(0) > 0 {
            thread::sleep(Duration::from_millis(10));
        }
    }
    client.execute("SELECT pg_advisory_unlock($1)", &[&TEMPLATE_LOCK]).unwrap();
    name
}

/// Puts a table that is partitioned by org in the place of each that has one. PostgreSQL refuses this for a table with a key
/// that does not hold the org, and so tells what a distributed engine would say of the schema.
fn split(client: &mut Client) {
    let tables = "SELECT table_name::text FROM information_schema.columns
                  WHERE table_schema = 'public' AND column_name = 'org_id' AND table_name NOT IN ('secrets', 'sign_ins')";
    let tables: Vec<String> = client.query(tables, &[]).unwrap().iter().map(|row| row.get(0)).collect();
    let arrows = "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'";
    let arrows = client.query(arrows, &[]).unwrap();
    for table in &tables {
        client
            .batch_execute(&format!(
                "CREATE TABLE split (LIKE {table} INCLUDING ALL) PARTITION BY HASH (org_id);
                 DROP TABLE {table} CASCADE;
                 ALTER TABLE split RENAME TO {table};
                 CREATE TABLE {table}_part0 PARTITION OF {table} FOR VALUES WITH (MODULUS 2, REMAINDER 0);
                 CREATE TABLE {table}_part1 PARTITION OF {table} FOR VALUES WITH (MODULUS 2, REMAINDER 1);"
            ))
            .unwrap();
    }
    for arrow in arrows {
        let (table, constraint): (String, String) = (arrow.get(0), arrow.get(1));
        client.batch_execute(&format!("ALTER TABLE {table} ADD {constraint}")).unwrap();
    }
}

/// Tells one set of migrations from another.
fn fingerprint() -> u64 {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    files.push(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/src/row_security.rs"));
    for file in files {
        std::fs::read(file).unwrap().hash(&mut hasher);
    }
    hasher.finish()
}
