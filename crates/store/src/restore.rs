//! Puts a copy of the database back in the place of what is there, which is set aside and never deleted.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use domain::{Error, Instant, Result};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::db::sqlite_failure;
use crate::migrate;

/// What SQLite keeps beside a database while it is in use.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Bytes of the database now.
    pub bytes: u64,
    /// Where what was there before is kept.
    pub set_aside: Option<PathBuf>,
}

/// Puts `copy`, as [`migrate::backup`] makes it, in the place of the SQLite database `file`. Refuses a copy that is damaged, no
/// database of this program or of a newer version, and a database that a process has open; then nothing is changed.
pub fn run(copy: &Path, file: &Path, now: Instant) -> Result<Report> {
    is_sound(copy)?;
    if file.exists() {
        nobody_uses(file)?;
    }
    // Beside its place first: a copy that is cut short never stands there.
    let fresh = with_ending(file, ".restoring");
    let bytes = copy_synced(copy, &fresh).map_err(|error| {
        drop(fs::remove_file(&fresh));
        Error::broken(format!("cannot copy {} to {}: {error}", copy.display(), fresh.display()))
    })?;
    let moved = set_aside(file, now).and_then(|aside| {
        fs::rename(&fresh, file)?;
        // The folder remembers the new names only once it is flushed itself.
        file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())?;
        Ok(aside)
    });
    let set_aside = moved.map_err(|error| Error::broken(format!("cannot put {} in place: {error}", file.display())))?;
    Ok(Report { bytes, set_aside })
}

/// Whether a file is a whole database of this program.
fn is_sound(copy: &Path) -> Result<()> {
    let named = |why: &str| Error::broken(format!("{} is not restored: {why}", copy.display()));
    if COMPANIONS.iter().any(|ending| with_ending(copy, ending).metadata().is_ok_and(|found| found.len() > 0)) {
        return Err(named("it has a log beside it, so it is a database in use and no backup"));
    }
    let connection = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let connection = connection.map_err(|error| named(&error.to_string()))?;
    let found = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match found {
        Ok(word) if word == "ok" => {}
        Ok(fault) => return Err(named(&format!("it is damaged: {fault}"))),
        Err(error) => return Err(named(&format!("it is damaged or no database: {error}"))),
    }
    drop(connection);
    let state = migrate::state_of_copy(copy)?;
    match state.version {
        0 => Err(named("it is no database of this program")),
        version if version > migrate::newest() => {
            Err(named(&format!("it is of version {version}, this program knows only up to {}", migrate::newest())))
        }
        _ => Ok(()),
    }
}

/// Refuses a database that a process has open: it would go on writing into what was set aside.
fn nobody_uses(file: &Path) -> Result<()> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(sqlite_failure)?;
    // Every process that has the file open holds a shared lock on it, with which this one does not agree.
    let end = connection
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; ROLLBACK;")
        .map_err(|error| (error.sqlite_error_code(), error));
    match end {
        Err((Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked), _)) => {
            Err(Error::broken(format!("{} is in use: stop the server first", file.display())))
        }
        // A database that is beyond reading is what backups are for.
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Moves a database and what belongs to it to other names beside it; gives the new name, if there was one.
fn set_aside(file: &Path, now: Instant) -> io::Result<Option<PathBuf>> {
    let aside = with_ending(file, &format!(".before-restore-{}", now.millis()));
    for ending in COMPANIONS {
        move_if_there(&with_ending(file, ending), &with_ending(&aside, ending))?;
    }
    Ok(move_if_there(file, &aside)?.then_some(aside))
}

fn move_if_there(from: &Path, to: &Path) -> io::Result<bool> {
    match fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Copies a file into a new one that only its owner may read, and that survives a power cut.
fn copy_synced(from: &Path, to: &Path) -> io::Result<u64> {
    let mut source = File::open(from)?;
    let mut target = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(to)?;
    let bytes = io::copy(&mut source, &mut target)?;
    target.sync_all()?;
    Ok(bytes)
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
