//! `daumoi doctor`: is everything well, and if not, what to do.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use domain::{Clock, Instant, OrgId};
use hub::{Hub, Place, SystemClock};
use serde::Serialize;
use store::check::{self, Depth};
use store::migrate;

use crate::args::JsonArg;
use crate::ground::{FOR_A_COMMAND, Ground};
use crate::serve::FEW_FILES;
use crate::show;

/// 2025-01-01: a clock before it was never set.
const YEAR_2025: Instant = Instant(1_735_689_600_000_000);
/// Two machines' clocks may differ by this much, in seconds.
const SKEW: i64 = 60;
/// Calls that wait for longer than this are late, in seconds.
const LATE: i64 = 600;
/// Bytes that should be free on the disk: a migration copies the database, and a log may grow.
const LITTLE_SPACE: u64 = 512 * 1024 * 1024;

/// Check the installation and say what to do about each thing that is wrong; exits with 1 if there is one
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi doctor --data /srv/daumoi")]
pub struct Doctor {
    /// Read every page but do not compare indexes with tables, for large databases
    #[arg(long)]
    quick: bool,
    #[command(flatten)]
    output: JsonArg,
}

/// What was looked at and found.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    found: String,
    /// What to do, when it is wrong.
    advice: Option<String>,
}

impl Check {
    fn fine(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, ok: true, found: found.into(), advice: None }
    }

    fn wrong(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, ok: false, found: found.into(), advice: Some(advice.into()) }
    }

    /// Fine, or wrong with what to do.
    fn that(ok: bool, name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        if ok { Self::fine(name, found) } else { Self::wrong(name, found, advice) }
    }
}

#[derive(Debug, Serialize)]
struct Report<'r> {
    ok: bool,
    checks: &'r [Check],
}

impl Doctor {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<ExitCode> {
        let depth = if self.quick { Depth::Quick } else { Depth::Whole };
        let checks = all(ground, depth);
        let ok = checks.iter().all(|check| check.ok);
        if self.output.json {
            show::json(&Report { ok, checks: &checks })?;
        } else {
            for Check { name, ok, found, advice } in &checks {
                show::line(format_args!("{}  {name:<12} {found}", if *ok { "ok   " } else { "WRONG" }))?;
                if let Some(advice) = advice {
                    show::line(format_args!("       {:<12} -> {advice}", ""))?;
                }
            }
        }
        Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Every check that can be made; those of the database only where there is one.
fn all(ground: &Ground, depth: Depth) -> Vec<Check> {
    let mut checks = vec![open_files(), clock()];
    let is_there = ground.exists();
    if let Place::Sqlite(file) = &ground.place {
        if !is_there {
            let found = format!("there is no database in {}", ground.folder.display());
            checks.push(Check::wrong(
                "data",
                found,
                "name its folder with --data, or make one with `daumoi org create`",
            ));
            return checks;
        }
        checks.extend([permissions(&ground.folder, 0o700), permissions(file, 0o600), space(&ground.folder)]);
    }
    match check::engine(&ground.place) {
        Ok(engine) => {
            let advice = "use a newer engine: SQLite 3.51.3 or PostgreSQL 14";
            checks.push(Check::that(engine.is_supported, "engine", engine.name, advice));
        }
        Err(error) => {
            let advice = "see that the server runs, and that --database names it with user and password";
            checks.push(Check::wrong("engine", error.private(), advice));
            return checks;
        }
    }
    if let Place::Sqlite(file) = &ground.place {
        let integrity = integrity(file, depth);
        let is_sound = integrity.ok;
        checks.push(integrity);
        // Whatever else reads a damaged file fails too, and its advice would mislead.
        if !is_sound {
            return checks;
        }
    }
    let migrations = migrations(&ground.place);
    let is_current = migrations.ok;
    checks.push(migrations);
    checks.extend(row_security(&ground.place));
    checks.push(files(ground));
    checks.extend(ground.spool().filter(|folder| folder.exists()).map(|folder| spool(&folder)));
    // Without a place for files nothing else can be opened, and its advice would mislead.
    if is_current && ground.files().is_ok() {
        checks.push(newest(ground));
        checks.push(key(ground));
    }
    checks
}

fn open_files() -> Check {
    let files = front::raise_open_files();
    let found = if files == u64::MAX { "no limit".to_owned() } else { format!("{files} may be open at once") };
    let advice = format!("raise the limit to {FEW_FILES} or more: `ulimit -n`, or LimitNOFILE= of systemd");
    Check::that(files >= FEW_FILES, "open files", found, advice)
}

fn clock() -> Check {
    let now = SystemClock.now();
    Check::that(now >= YEAR_2025, "clock", now.rfc3339(), "set the machine's clock, and keep it right with NTP")
}

/// A path that others may enter or read is wrong: it holds every customer.
fn permissions(path: &Path, wanted: u32) -> Check {
    let name = if wanted == 0o700 { "folder" } else { "file" };
    match std::fs::metadata(path) {
        Ok(metadata) => {
            let mode = metadata.permissions().mode() & 0o777;
            let found = format!("{} has mode {mode:o}", path.display());
            Check::that(mode & 0o077 == 0, name, found, format!("chmod {wanted:o} {}", path.display()))
        }
        Err(error) => {
            let found = format!("{} cannot be looked at: {error}", path.display());
            Check::wrong(name, found, "run as the user whom the data belongs to")
        }
    }
}

fn space(folder: &Path) -> Check {
    match rustix::fs::statvfs(folder) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let found = format!("{} MB free", free / 1_000_000);
            Check::that(free >= LITTLE_SPACE, "disk", found, "make room: a full disk refuses every write")
        }
        Err(error) => Check::wrong("disk", error.to_string(), "see that the disk is mounted"),
    }
}

fn integrity(file: &Path, depth: Depth) -> Check {
    let advice = "stop the server, keep a copy of the whole folder, and restore the newest backup";
    match check::damage(file, depth) {
        Ok(lines) if lines.is_empty() => Check::fine("integrity", "sound"),
        Ok(lines) => Check::wrong("integrity", lines.join("; "), advice),
        Err(error) => Check::wrong("integrity", error.private(), advice),
    }
}

fn migrations(place: &Place) -> Check {
    match migrate::state(place) {
        Ok(state) => {
            let found = format!("version {}, {} of {} steps", state.version, state.done, state.known);
            let advice = if state.version > migrate::newest() {
                "this data was written by a newer program: use that one"
            } else {
                "run `daumoi migrate`"
            };
            Check::that(state.is_current(), "migrations", found, advice)
        }
        Err(error) => Check::wrong("migrations", error.private(), "run `daumoi migrate`"),
    }
}

/// A wall around some tables, or around none for this user, is one that somebody relies on in vain.
fn row_security(place: &Place) -> Option<Check> {
    let name = "row security";
    let advice = "run `daumoi row-security on`, and serve as a user who is neither superuser nor has BYPASSRLS";
    match store::row_security::state(place) {
        Ok(None) => None,
        Ok(Some(state)) if state.guarded.is_empty() => Some(Check::fine(name, "off")),
        Ok(Some(state)) => {
            let (guarded, open) = (state.guarded.len(), state.open.len());
            let applies = if state.applies { "applied" } else { "not applied" };
            let found = format!("{guarded} tables guarded, {open} open, {applies} to this user");
            Some(Check::that(open == 0 && state.applies, name, found, advice))
        }
        Err(error) => Some(Check::wrong(name, error.private(), advice)),
    }
}

/// Attached files must find their place: a folder, or a bucket that answers and takes what is put into it.
fn files(ground: &Ground) -> Check {
    let (place, is_folder) = ground.files_place();
    let advice = if is_folder {
        format!("let the user that daumoi runs as write to {place}, and see that its disk has room")
    } else {
        "see that the bucket is there, that AWS_ENDPOINT or AWS_REGION names its store and that it answers, and that AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY may read and write in it".to_owned()
    };
    let name = format!("{}-{}", std::process::id(), SystemClock.now().0);
    let tried = ground.files().and_then(|files| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(runtime.block_on(files.check(&name))?)
    });
    match tried {
        Ok(()) => Check::fine("files", format!("{place} can be written to and read")),
        Err(error) => Check::wrong("files", format!("{place}: {error}"), advice),
    }
}

/// Calls that wait for long, or that could not be worked off, need somebody.
fn spool(folder: &Path) -> Check {
    match hub::spool::look(folder) {
        Ok(found) if found.aside > 0 => {
            let place = folder.join(hub::spool::ASIDE);
            let advice = format!(
                "look into {}: each file holds a call that was acknowledged, or what a disk damaged",
                place.display()
            );
            Check::wrong("spool", format!("{} calls were set aside", found.aside), advice)
        }
        Ok(found) => {
            let is_late = found.waiting.oldest.is_some_and(|oldest| oldest.plus_seconds(LATE) < SystemClock.now());
            let (calls, bytes) = (found.waiting.calls, found.waiting.bytes);
            let oldest = found.waiting.oldest.map(|oldest| format!(", since {}", oldest.rfc3339())).unwrap_or_default();
            let advice =
                "let `daumoi serve` run on this folder until they are worked off, and see in its log why they are not";
            Check::that(!is_late, "spool", format!("{calls} calls wait, {bytes} bytes{oldest}"), advice)
        }
        Err(error) => Check::wrong("spool", error.private(), "let the user that daumoi runs as read it"),
    }
}

/// Without the key with which they were encrypted, credentials are lost.
fn key(ground: &Ground) -> Check {
    let advice = "set DAUMOI_SECRET_KEY, or name the folder with the right secret.key; credentials that were set with a lost key must be set again";
    let hub = match ground.files().and_then(|files| Ok(Hub::open(&ground.place, FOR_A_COMMAND, files)?)) {
        Ok(hub) => hub.with_key(ground.key()),
        Err(error) => return Check::wrong("key", error.to_string(), advice),
    };
    if let hub::sealed::KeySource::File(path) = ground.key()
        && path.exists()
    {
        let mode = permissions(&path, 0o600);
        if !mode.ok {
            return Check { name: "key", ..mode };
        }
    }
    match hub.check_sealed() {
        Ok((0, _)) => Check::fine("key", "nothing is encrypted yet"),
        Ok((count, None)) => Check::fine("key", format!("opens all {count} encrypted secrets")),
        Ok((count, Some(fault))) => Check::wrong("key", format!("of {count} encrypted secrets: {fault}"), advice),
        Err(error) => Check::wrong("key", error.to_string(), advice),
    }
}

/// A clock that went back would put new records before old ones.
fn newest(ground: &Ground) -> Check {
    let found = ground.files().and_then(|files| Ok(newest_change(&Hub::open(&ground.place, FOR_A_COMMAND, files)?)?));
    match found {
        Ok(None) => Check::fine("history", "empty"),
        Ok(Some(at)) => {
            let advice = "the clock is behind the newest record: set it right before you serve";
            let ok = at <= SystemClock.now().plus_seconds(SKEW);
            Check::that(ok, "history", format!("newest line of {}", at.rfc3339()), advice)
        }
        Err(error) => Check::wrong("history", error.to_string(), "see that the folder can be written to"),
    }
}

fn newest_change(hub: &Hub) -> domain::Result<Option<Instant>> {
    let find = |tx: &mut hub::Tx<'_>| {
        let mut newest = None;
        for org in hub::orgs::list(tx)? {
            newest = newest.max(tx.within(org.id, check::newest_change)?);
        }
        Ok(newest)
    };
    hub.read(OrgId(0), find).wait()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::GroundArgs;

    #[test]
    fn a_damaged_file_gets_one_advice() {
        let folder = tempfile::TempDir::new().unwrap();
        let ground = Ground::from(&GroundArgs { data: Some(folder.path().to_owned()), ..GroundArgs::default() });
        drop(ground.open_or_make(FOR_A_COMMAND).unwrap());
        assert!(all(&ground, Depth::Whole).iter().any(|check| check.name == "migrations" && check.ok));
        std::fs::write(folder.path().join("daumoi.db"), "no database".repeat(1_000)).unwrap();
        let checks = all(&ground, Depth::Whole);
        let last = checks.last().unwrap();
        assert_eq!((last.name, last.ok), ("integrity", false), "{checks:?}");
        assert!(checks.iter().all(|check| check.name != "migrations"));
    }

    #[test]
    fn files_must_find_their_place() {
        let folder = tempfile::TempDir::new().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        let ground = Ground::from(&GroundArgs { data: Some(folder.path().to_owned()), ..GroundArgs::default() });
        drop(ground.open_or_make(FOR_A_COMMAND).unwrap());
        let kept = folder.path().join("files");
        assert!(files(&ground).ok);
        assert_eq!(std::fs::read_dir(&kept).unwrap().count(), 0, "nothing stays behind");
        std::fs::remove_dir(&kept).unwrap();
        std::fs::write(&kept, "no folder").unwrap();
        let checks = all(&ground, Depth::Quick);
        let wrong: Vec<_> = checks.iter().filter(|check| !check.ok).collect();
        assert_eq!(wrong.iter().map(|check| check.name).collect::<Vec<_>>(), ["files"], "{checks:?}");
        assert!(wrong[0].advice.as_ref().unwrap().contains("write to"));
        let elsewhere =
            GroundArgs { data: ground.folder.into(), files: Some("ftp://x".into()), ..GroundArgs::default() };
        let check = files(&Ground::from(&elsewhere));
        assert!(!check.ok && check.found.contains("s3://"), "{check:?}");
    }
}
