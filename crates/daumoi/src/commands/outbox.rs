//! `daumoi outbox`: what waits to go out, what went, and what was given up.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use domain::message::{MessageKind, MessageState};
use domain::webhook::{Delivery, message_id};
use domain::{Actor, Instant, Message, OrgId};
use hub::{messages, outbox, webhooks};
use serde::Serialize;

use crate::args::{JsonArg, OrgArg, RowsArg};
use crate::ground::{self, Ground};
use crate::show::{self, Table};

/// Messages that are looked through when all that failed are sent again.
const MOST_RETRIED: i64 = 100_000;

/// What goes out: list it, send messages again
#[derive(Debug, Subcommand)]
pub enum Outbox {
    List(List),
    Retry(Retry),
}

/// List the newest SMS, e-mails and webhook events with how far each has come
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi outbox list --org acme --limit 20")]
pub struct List {
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    rows: RowsArg,
    #[command(flatten)]
    output: JsonArg,
}

/// Send messages again that failed, that were kept as a trial, or that were held back
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi outbox retry --org acme SMS-12 EMAIL-7
  daumoi outbox retry --org acme --failed

Webhook events are sent again with `daumoi webhook redeliver`.")]
pub struct Retry {
    #[command(flatten)]
    org: OrgArg,
    /// Messages, as `daumoi outbox list` names them
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Every message that failed
    #[arg(long, conflicts_with = "ids")]
    failed: bool,
    #[command(flatten)]
    output: JsonArg,
}

impl Outbox {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        match self {
            Self::List(command) => command.run(ground),
            Self::Retry(command) => command.run(ground),
        }
    }
}

#[derive(Debug, Serialize)]
struct Line {
    id: String,
    kind: &'static str,
    to: String,
    event: Option<String>,
    state: &'static str,
    attempts: i64,
    answer: Option<String>,
    due_at: Option<String>,
    created_at: String,
    #[serde(skip)]
    at: Instant,
}

impl Line {
    fn of_message(message: &Message) -> Self {
        Self {
            id: format!("{}-{}", message.kind.word().to_uppercase(), message.number),
            kind: message.kind.word(),
            to: message.recipient.clone(),
            event: None,
            state: message.state.word(),
            attempts: message.attempts,
            answer: Some(message.answer.clone()).filter(|answer| !answer.is_empty()),
            due_at: message.due_at.map(Instant::rfc3339),
            created_at: message.created_at.rfc3339(),
            at: message.created_at,
        }
    }

    fn of_delivery(org: OrgId, delivery: &Delivery, to: String, answer: Option<String>) -> Self {
        Self {
            id: message_id(org, delivery.id),
            kind: "webhook",
            to,
            event: Some(delivery.event.clone()),
            state: delivery.state.word(),
            attempts: delivery.attempts,
            answer,
            due_at: delivery.due_at.map(Instant::rfc3339),
            created_at: delivery.created_at.rfc3339(),
            at: delivery.created_at,
        }
    }
}

impl List {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let limit = self.rows.limit;
        let lines = hub.read(org.id, move |tx| {
            let mut lines: Vec<Line> = messages::list(tx, limit)?.iter().map(Line::of_message).collect();
            let endpoints = webhooks::list(tx)?;
            for delivery in outbox::list_deliveries(tx, None, limit)? {
                let endpoint = endpoints.iter().find(|endpoint| endpoint.id == delivery.endpoint);
                let to = endpoint.map_or_else(|| "(removed)".to_owned(), |endpoint| endpoint.url.clone());
                let last = outbox::attempts(tx, delivery.id)?.pop();
                let answer = last.map(|last| match last.status {
                    Some(status) => format!("{status} {}", last.answer).trim_end().to_owned(),
                    None => last.answer,
                });
                lines.push(Line::of_delivery(tx.org(), &delivery, to, answer));
            }
            lines.sort_by_key(|line| std::cmp::Reverse(line.at));
            lines.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(lines)
        });
        let lines = lines.wait()?;
        if self.output.json {
            return show::json(&lines);
        }
        let mut table = Table::new(["id", "at", "event", "state", "attempts", "due", "to", "answer"]);
        for line in lines {
            let (event, due) = (line.event.unwrap_or_else(|| line.kind.to_owned()), line.due_at.unwrap_or_default());
            let (attempts, answer) = (line.attempts.to_string(), line.answer.unwrap_or_default());
            table.row([line.id, line.created_at, event, line.state.into(), attempts, due, line.to, answer]);
        }
        table.print()
    }
}

#[derive(Debug, Serialize)]
struct Retried {
    retried: u64,
}

impl Retry {
    fn run(self, ground: &Ground) -> Result<()> {
        if self.ids.is_empty() && !self.failed {
            bail!("say what to send again: numbers such as SMS-12, or --failed");
        }
        let named = self.ids.iter().map(|id| named(id)).collect::<Result<Vec<_>>>()?;
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let failed = self.failed;
        let retried = hub.write(Actor::cli(org.id), move |tx| {
            if failed {
                return outbox::retry_messages(tx, MessageState::Failed, MOST_RETRIED);
            }
            named.iter().try_for_each(|(kind, number)| outbox::retry_message(tx, *kind, *number))?;
            Ok(named.len() as u64)
        });
        let retried = retried.wait()?;
        if self.output.json {
            show::json(&Retried { retried })
        } else {
            show::line(format_args!("{retried} are sent again"))
        }
    }
}

/// The message that a name such as `SMS-12` means.
fn named(id: &str) -> Result<(MessageKind, i64)> {
    let (kind, number) = id.trim().split_once('-').unwrap_or_default();
    let kind = MessageKind::ALL.into_iter().find(|known| known.word().eq_ignore_ascii_case(kind));
    match (kind, number.parse()) {
        (Some(kind), Ok(number)) => Ok((kind, number)),
        _ => bail!("{id:?} is not a message such as SMS-12 or EMAIL-7"),
    }
}
