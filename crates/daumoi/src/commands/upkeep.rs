//! `daumoi migrate`, `daumoi backup` and `daumoi restore`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use domain::Clock;
use hub::{Place, SystemClock};
use serde::Serialize;
use store::{migrate, restore};

use crate::args::JsonArg;
use crate::ground::Ground;
use crate::show;

/// Bring the data to the form this program knows; every other command does so too
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi migrate --database postgres://daumoi@db/daumoi

A SQLite file is copied beside itself before it is changed.")]
pub struct Migrate {
    #[command(flatten)]
    output: JsonArg,
}

/// Copy the SQLite database into a new file, also while the server runs
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi backup --data /srv/daumoi /backup/daumoi-$(date +%F).db

To restore: stop the server, `daumoi restore FILE`, start the server. Attached files are not in it: copy the folder DIR/files
as well.")]
pub struct Backup {
    /// The new file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    output: JsonArg,
}

/// Put a backup in the place of the SQLite database; the server must not run
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi restore --data /srv/daumoi /backup/daumoi-2026-11-20.db

What was there before is kept beside it. A backup that is damaged, or of a newer version, is refused and nothing is changed.
Attached files are not in it: copy the folder DIR/files back as well.")]
pub struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    output: JsonArg,
}

#[derive(Debug, Serialize)]
struct Restored {
    bytes: u64,
    set_aside: Option<PathBuf>,
}

#[derive(Debug, Serialize)]
struct Migrated {
    version: i64,
    steps: usize,
    backup: Option<PathBuf>,
}

impl Migrate {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        ground.make()?;
        let report = migrate::run(&ground.place, SystemClock.now())?;
        if self.output.json {
            let migrate::Report { version, steps, backup } = report;
            return show::json(&Migrated { version, steps, backup });
        }
        if let Some(copy) = &report.backup {
            show::line(format_args!("the data before is kept in {}", copy.display()))?;
        }
        match report.steps {
            0 => show::line(format_args!("nothing to do: the data is of version {}", report.version)),
            steps => show::line(format_args!("{steps} steps done: the data is of version {}", report.version)),
        }
    }
}

#[derive(Debug, Serialize)]
struct Copied {
    file: PathBuf,
    bytes: u64,
}

impl Backup {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        ground.must_exist()?;
        let Place::Sqlite(file) = &ground.place else {
            bail!("a PostgreSQL database is copied with its own tool: pg_dump --format=custom --file=FILE URL");
        };
        migrate::backup(file, &self.file)?;
        let bytes = std::fs::metadata(&self.file)?.len();
        if self.output.json {
            return show::json(&Copied { file: self.file, bytes });
        }
        show::line(format_args!("{} written, {bytes} bytes", self.file.display()))
    }
}

impl Restore {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        let Place::Sqlite(file) = &ground.place else {
            bail!("a PostgreSQL database is put back with its own tool: pg_restore --clean --dbname=URL FILE");
        };
        ground.make_folders()?;
        let restore::Report { bytes, set_aside } = restore::run(&self.file, file, SystemClock.now())?;
        // A backup of an older version is brought up to date here, so that the server starts at once.
        ground.bring_up_to_date()?;
        if self.output.json {
            return show::json(&Restored { bytes, set_aside });
        }
        if let Some(before) = &set_aside {
            show::line(format_args!("what was there before is kept in {}", before.display()))?;
        }
        show::line(format_args!("{} restored, {bytes} bytes", file.display()))
    }
}
