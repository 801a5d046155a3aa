//! What is wrong with a database, if anything: looked at without changing it.

use std::path::Path;

use domain::{Instant, Result};

use crate::db::{Place, Tx, connect_postgres, open_sqlite, postgres_failure, sqlite_failure};

/// PostgreSQL's oldest version that its makers still mend, as `server_version_num` counts.
const OLDEST_POSTGRES: i32 = 140_000;
/// Lines of damage that are told at most.
const MOST_LINES: usize = 20;

/// The engine underneath.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineVersion {
    /// Name and version, for people to read.
    pub name: String,
    /// Whether this program may run on it.
    pub is_supported: bool,
}

/// How thoroughly a SQLite file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Every page, and that indexes and tables agree.
    Whole,
    /// Every page.
    Quick,
}

/// Which engine it is. PostgreSQL is asked over the network, SQLite is part of this program.
pub fn engine(place: &Place) -> Result<EngineVersion> {
    match place {
        Place::Sqlite(_) => Ok(EngineVersion {
            name: format!("SQLite {}", rusqlite::version()),
            is_supported: rusqlite::version_number() >= crate::migrate::OLDEST_SQLITE,
        }),
        Place::Postgres(url) => {
            let mut client = connect_postgres(url, drop)?;
            let row = client
                .query_one("SELECT current_setting('server_version'), current_setting('server_version_num')", &[])
                .map_err(|error| postgres_failure(&error))?;
            let (name, number): (String, String) = (row.get(0), row.get(1));
            let is_supported = number.parse::<i32>().is_ok_and(|number| number >= OLDEST_POSTGRES);
            Ok(EngineVersion { name: format!("PostgreSQL {name}"), is_supported })
        }
    }
}

/// What is damaged in a SQLite file, one line each; none when it is sound. Works while the database is in use.
pub fn damage(file: &Path, depth: Depth) -> Result<Vec<String>> {
    let connection = open_sqlite(file)?;
    let pragma = match depth {
        Depth::Whole => "PRAGMA integrity_check(20)",
        Depth::Quick => "PRAGMA quick_check(20)",
    };
    let mut lines = Vec::new();
    let mut statement = connection.prepare(pragma).map_err(sqlite_failure)?;
    let mut rows = statement.query([]).map_err(sqlite_failure)?;
    while let Some(row) = rows.next().map_err(sqlite_failure)? {
        let line: String = row.get(0).map_err(sqlite_failure)?;
        if line != "ok" {
            lines.push(line);
        }
    }
    let mut statement = connection.prepare("PRAGMA foreign_key_check").map_err(sqlite_failure)?;
    let mut rows = statement.query([]).map_err(sqlite_failure)?;
    while let Some(row) = rows.next().map_err(sqlite_failure)? {
        if lines.len() >= MOST_LINES {
            break;
        }
        let (table, parent): (String, String) =
            (row.get(0).map_err(sqlite_failure)?, row.get(2).map_err(sqlite_failure)?);
        lines.push(format!("a row of {table} refers to a row of {parent} that is missing"));
    }
    Ok(lines)
}

/// When the newest line of history of the acting org was written.
pub fn newest_change(tx: &mut Tx<'_>) -> Result<Option<Instant>> {
    let org = tx.org();
    tx.sql("SELECT at FROM changes WHERE org_id = $1 ORDER BY id DESC LIMIT 1").bind(org).optional(|row| row.col())
}
