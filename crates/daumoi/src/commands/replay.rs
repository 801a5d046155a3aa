//! `daumoi replay`: old calls of the journal are played again.

use anyhow::{Result, bail};
use clap::Args;
use domain::{Id, OrgId};
use hub::Hub;
use hub::replay::{self, Manner};
use kit::replay::Player;
use serde::Serialize;

use crate::args::{JsonArg, OrgArg};
use crate::doors;
use crate::ground::{self, Ground};
use crate::show::{self, Table};

/// Play old calls again, as they came and at their time, without sending their messages
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLES
  daumoi replay --org acme 7331289011200 --dry-run            what it would do
  daumoi replay --org acme 7331289011200..7331289015296       every call from one to another

`daumoi requests --json` shows the ids of calls.")]
pub struct Replay {
    #[command(flatten)]
    org: OrgArg,
    /// Id of a call, or of the first and the last of several with .. between them
    #[arg(value_name = "ID[..ID]")]
    calls: String,
    /// Tell what would be answered and changed, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Send the messages that the calls ask for
    #[arg(long, conflicts_with = "dry_run")]
    send: bool,
    #[command(flatten)]
    output: JsonArg,
}

#[derive(Debug, Serialize)]
struct Row {
    call: String,
    /// Its new row in the journal.
    replay: Option<String>,
    status: Option<u16>,
    answer: String,
    /// Why it was not played again.
    refused: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    would: Option<Would>,
}

#[derive(Debug, Serialize)]
struct Would {
    decisions: Vec<String>,
    customers: Vec<i64>,
    changes: Vec<Change>,
}

#[derive(Debug, Serialize)]
struct Change {
    text: String,
    fields: Vec<Field>,
}

#[derive(Debug, Serialize)]
struct Field {
    field: String,
    old: String,
    new: String,
}

impl Replay {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        let (first, last) = range(&self.calls)?;
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?.id;
        let calls = match first == last {
            true => vec![first],
            false => hub.read(org, move |tx| replay::between(tx, first, last)).wait()?,
        };
        let manner = Manner { is_rehearsal: self.dry_run, sends: self.send };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let rows = runtime.block_on(play(&hub, org, &calls, manner));
        if self.output.json {
            show::json(&rows)?;
        } else {
            let mut table = Table::new(["call", "replay", "status", "answer"]);
            for Row { call, replay, status, answer, refused, would: _ } in &rows {
                let status = status.map(|status| status.to_string()).unwrap_or_default();
                let answer = refused.as_ref().unwrap_or(answer).chars().take(120).collect();
                table.row([call.clone(), replay.clone().unwrap_or_default(), status, answer]);
            }
            table.print()?;
        }
        match rows.iter().filter(|row| row.refused.is_some()).count() {
            0 => Ok(()),
            refused => bail!("{refused} of {} calls could not be played again", rows.len()),
        }
    }
}

fn range(text: &str) -> Result<(Id, Id)> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if first > last => bail!("{text:?} runs backwards: the first call comes before the .."),
        (Ok(first), Ok(last)) => Ok((Id(first), Id(last))),
        _ => bail!("{text:?} is neither the id of a call nor two of them with .. between them"),
    }
}

async fn play(hub: &Hub, org: OrgId, calls: &[Id], manner: Manner) -> Vec<Row> {
    let player: Player = doors::player(hub);
    let mut rows = Vec::with_capacity(calls.len());
    for call in calls {
        let row = Row {
            call: call.to_string(),
            replay: None,
            status: None,
            answer: String::new(),
            refused: None,
            would: None,
        };
        rows.push(match player.play(org, *call, manner).await {
            Ok(played) => Row {
                replay: played.call.map(|id| id.to_string()),
                status: Some(played.status),
                answer: played.body,
                would: played.report.map(would),
                ..row
            },
            Err(error) => Row { refused: Some(error.public().to_owned()), ..row },
        });
    }
    rows
}

fn would(report: hub::passage::Report) -> Would {
    let changes = report.changes.into_iter().map(|change| Change {
        text: change.text,
        fields: change.fields.into_iter().map(|it| Field { field: it.field, old: it.old, new: it.new }).collect(),
    });
    Would { decisions: report.decisions, customers: report.touched, changes: changes.collect() }
}
