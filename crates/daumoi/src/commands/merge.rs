//! `daumoi merge`: two records become one, and two again.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use domain::merge::{Choices, Fact, Side};
use domain::{Actor, Viewer};
use hub::merges::{self, Merged, Wish};
use serde::Serialize;

use crate::args::RowsArg;
use crate::ground::{self, Ground};
use crate::show::{self, Table};

/// Merge one customer into another, take a merge back, list merges
#[derive(Debug, Args)]
#[command(
    subcommand_negates_reqs = true,
    override_usage = "daumoi merge [OPTIONS] --org <SLUG> <WINNER> <LOSER>\n       daumoi merge [OPTIONS] --org <SLUG> <COMMAND>",
    after_help = "\
EXAMPLES
  daumoi merge --org acme 212 845                     845 goes into 212
  daumoi merge --org acme 212 845 --take name,note    with the name and note of 845
  daumoi merge undo --org acme 3
  daumoi merge list --org acme

The number and codes of the one that goes into the other lead to it from then on. A merge can be undone for 90 days."
)]
pub struct Merge {
    /// Short name of the org
    // Asked for when everything is read: a flag that holds for subcommands too cannot be required of the command alone.
    #[arg(long, value_name = "SLUG", global = true, required = false)]
    org: String,
    /// Number of the customer that stays
    #[arg(value_name = "WINNER", required = true)]
    winner: Option<String>,
    /// Number of the customer that goes into it
    #[arg(value_name = "LOSER", required = true)]
    loser: Option<String>,
    /// Facts that hold from the one that goes, such as name, note or label:status
    #[arg(long, value_name = "FACT", value_delimiter = ',')]
    take: Vec<String>,
    /// Answer in JSON, for programs
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What else can be done.
#[derive(Debug, Subcommand)]
enum Command {
    Undo(Undo),
    List(List),
}

/// Take a merge back: both records are there again, and what came later stays with the one that stayed
#[derive(Debug, Args)]
#[command(
    override_usage = "daumoi merge undo [OPTIONS] --org <SLUG> <NUMBER>",
    after_help = "\
EXAMPLE
  daumoi merge undo --org acme 3"
)]
struct Undo {
    /// Number of the merge, as `daumoi merge list` shows it
    #[arg(value_name = "NUMBER")]
    number: i64,
}

/// List the newest merges
#[derive(Debug, Args)]
#[command(
    override_usage = "daumoi merge list [OPTIONS] --org <SLUG>",
    after_help = "\
EXAMPLE
  daumoi merge list --org acme"
)]
struct List {
    #[command(flatten)]
    rows: RowsArg,
}

#[derive(Debug, Serialize)]
struct Done {
    merge: i64,
    winner: i64,
    loser: i64,
    moved: std::collections::BTreeMap<&'static str, i64>,
}

impl From<Merged> for Done {
    fn from(merged: Merged) -> Self {
        let moved = merged.moved.into_iter().collect();
        Self { merge: merged.number, winner: merged.winner.number, loser: merged.loser.number, moved }
    }
}

#[derive(Debug, Serialize)]
struct Row {
    merge: i64,
    winner: i64,
    loser: i64,
    at: String,
    actor: String,
    undone_at: Option<String>,
    undone_by: Option<String>,
}

impl Merge {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        let Self { org, winner, loser, take, json, command } = self;
        match (command, winner.zip(loser)) {
            (None, Some((winner, loser))) => merge(ground, &org, wish(&winner, &loser, &take)?, json),
            (Some(Command::Undo(undo)), None) => undo.run(ground, &org, json),
            (Some(Command::List(list)), None) => list.run(ground, &org, json),
            _ => bail!("name two customers, or what else is to be done; see daumoi merge --help"),
        }
    }
}

fn number(text: &str) -> Result<i64> {
    match hub::customer_number(text) {
        Some(number) => Ok(number),
        None => bail!("{text:?} is not a customer number such as 212 or PID-212"),
    }
}

fn wish(winner: &str, loser: &str, take: &[String]) -> Result<Wish> {
    let mut choices = Choices::new();
    for word in take {
        let Some(fact) = Fact::of(word) else { bail!("there is no fact {word:?}, such as name or label:status") };
        choices.insert(fact, Side::Loser);
    }
    Ok(Wish { winner: number(winner)?, loser: number(loser)?, versions: None, choices })
}

fn merge(ground: &Ground, org: &str, wish: Wish, json: bool) -> Result<()> {
    let hub = ground.open()?;
    let org = ground::find_org(&hub, org)?;
    let merged = hub.write(Actor::cli(org.id), move |tx| merges::merge(tx, &Viewer::Org, &wish)).wait()?;
    let done = Done::from(merged);
    if json {
        return show::json(&done);
    }
    show::line(format_args!("merged {} into {} (merge {})", done.loser, done.winner, done.merge))
}

impl Undo {
    fn run(self, ground: &Ground, org: &str, json: bool) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, org)?;
        let number = self.number;
        let undone = hub.write(Actor::cli(org.id), move |tx| merges::undo(tx, &Viewer::Org, number)).wait()?;
        let done = Done::from(undone);
        if json {
            return show::json(&done);
        }
        show::line(format_args!("merge {} is undone: {} and {} are two again", done.merge, done.winner, done.loser))
    }
}

impl List {
    fn run(self, ground: &Ground, org: &str, json: bool) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, org)?;
        let limit = self.rows.limit;
        let all = hub.read(org.id, move |tx| merges::list(tx, &Viewer::Org, None, limit)).wait()?;
        let rows = all.into_iter().map(|(merge, winner, loser)| {
            let (undone_at, undone_by) = merge.undone.map(|(at, by)| (at.rfc3339(), by)).unzip();
            Row {
                merge: merge.number,
                winner: winner.number,
                loser: loser.number,
                at: merge.at.rfc3339(),
                actor: merge.actor,
                undone_at,
                undone_by,
            }
        });
        let rows: Vec<Row> = rows.collect();
        if json {
            return show::json(&rows);
        }
        let mut table = Table::new(["merge", "winner", "loser", "at", "by", "undone"]);
        for Row { merge, winner, loser, at, actor, undone_at, undone_by: _ } in rows {
            let undone = undone_at.unwrap_or_default();
            table.row([merge.to_string(), winner.to_string(), loser.to_string(), at, actor, undone]);
        }
        table.print()
    }
}
