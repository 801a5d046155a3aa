//! `daumoi row-security`: a second wall between orgs, kept by PostgreSQL itself.

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::Serialize;
use store::row_security;

use crate::args::JsonArg;
use crate::ground::Ground;
use crate::show;

/// Let PostgreSQL itself keep every statement to one org
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi row-security on --database postgres://daumoi@db/daumoi

Processes that serve go on meanwhile. The user of --database must own the tables. A user who is superuser, or has BYPASSRLS,
is not kept to anything: serve as another one, and keep such a one for pg_dump.")]
pub struct RowSecurity {
    /// Put it up, also around new tables; take it down; or tell how far it stands
    #[arg(value_enum)]
    what: What,
    #[command(flatten)]
    output: JsonArg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    On,
    Off,
    Show,
}

#[derive(Debug, Serialize)]
struct Stands {
    guarded: Vec<String>,
    open: Vec<String>,
    applies: bool,
}

impl RowSecurity {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        ground.must_exist()?;
        let state = match self.what {
            What::On => row_security::raise(&ground.place)?,
            What::Off => row_security::lower(&ground.place)?,
            What::Show => match row_security::state(&ground.place)? {
                Some(state) => state,
                None => anyhow::bail!("SQLite has no row-level security: this is for PostgreSQL"),
            },
        };
        let row_security::State { guarded, open, applies } = state;
        if self.output.json {
            return show::json(&Stands { guarded, open, applies });
        }
        show::line(format_args!("{} tables guarded, {} open", guarded.len(), open.len()))?;
        if applies == guarded.is_empty() {
            show::line(format_args!(
                "the server does not apply it to this user: is it a superuser, or has it BYPASSRLS?"
            ))?;
        }
        Ok(())
    }
}
