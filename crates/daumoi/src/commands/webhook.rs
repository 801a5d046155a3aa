//! `daumoi webhook`: who is told of what happens.

use std::io::{self, Write};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use delivery::net::parse_url;
use delivery::{Options, Outcome, Worker};
use domain::webhook::{Endpoint, Event, message_id};
use domain::{Actor, Dialect, Id, Instant};
use hub::outbox::{self, Again};
use hub::webhooks::{self, NewEndpoint};
use serde::Serialize;
use tokio::runtime::{Builder, Runtime};

use crate::args::{JsonArg, NetworksArg, OrgArg};
use crate::ground::{self, Ground};
use crate::show::{self, Table};

/// How far is counted.
const MOST_COUNTED: i64 = 10_000;

/// Webhooks out: add one, try it, look at them, send again what did not arrive
#[derive(Debug, Subcommand)]
pub enum Webhook {
    Add(Add),
    List(List),
    Test(Test),
    Redeliver(Redeliver),
    Rotate(Rotate),
    Enable(Enable),
    Remove(Remove),
}

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Standard,
    Caresoft,
}

/// Tell an address of what happens from now on; the secret that signs is shown once
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi webhook add --org acme --url https://hooks.example.com/daumoi --events all
  daumoi webhook add --org acme --url https://hooks.example.com/daumoi --events customer.created,deal.* --dialects omicrm,vbot
  daumoi webhook add --org acme --url https://hooks.example.com/caresoft --events all --format caresoft --secret CS123

Events: customer.created|updated|merged|deleted, lead.created|updated|converted|unqualified|deleted, deal.created|updated|deleted,
ticket.created|updated|deleted, note.created, message.sent|failed.")]
pub struct Add {
    #[command(flatten)]
    org: OrgArg,
    /// Where events are posted
    #[arg(long, value_name = "URL")]
    url: String,
    /// Which events, separated by commas: words such as customer.created, deal.* or all
    #[arg(long, value_name = "EVENTS", default_value = "all", value_delimiter = ',')]
    events: Vec<String>,
    /// Only of changes through these doors, separated by commas: oneoffice, omicrm, vbot, caresoft, beeiq, web, cli
    #[arg(long, value_name = "DIALECTS", value_delimiter = ',')]
    dialects: Vec<String>,
    /// How they are written: as Standard Webhooks or as CareSoft writes them
    #[arg(long, value_enum, default_value_t = Format::Standard)]
    format: Format,
    /// Sign with a secret that the receiver knows already, in place of a new one
    #[arg(long, value_name = "SECRET")]
    secret: Option<String>,
    #[command(flatten)]
    networks: NetworksArg,
    #[command(flatten)]
    output: JsonArg,
}

/// List the webhooks of an org with what waits and what was given up
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi webhook list --org acme")]
pub struct List {
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    output: JsonArg,
}

/// The org and the number of one webhook.
#[derive(Debug, Args)]
struct One {
    #[command(flatten)]
    org: OrgArg,
    /// Number of the webhook
    #[arg(value_name = "ID")]
    id: i64,
}

/// Post a test event now, and say what was answered
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi webhook test --org acme 1")]
pub struct Test {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    networks: NetworksArg,
    #[command(flatten)]
    output: JsonArg,
}

/// Send again what was given up: all of it, what happened in a time, or one delivery
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi webhook redeliver --org acme 1 --all
  daumoi webhook redeliver --org acme 1 --since 2024-03-21T00:00:00Z --until 2024-03-22T00:00:00Z --delivered
  daumoi webhook redeliver --org acme 1 --delivery msg_000000010000000000000001")]
pub struct Redeliver {
    #[command(flatten)]
    one: One,
    /// Everything that was given up
    #[arg(long, conflicts_with_all = ["since", "until", "delivery"])]
    all: bool,
    /// What happened at this moment or later
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Instant>,
    /// What happened before this moment
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Instant>,
    /// Also what has arrived
    #[arg(long)]
    delivered: bool,
    /// One delivery by its webhook-id
    #[arg(long, value_name = "ID", conflicts_with_all = ["since", "until"])]
    delivery: Option<String>,
    #[command(flatten)]
    output: JsonArg,
}

/// Give a webhook a new secret; for a day the old one signs as well
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi webhook rotate --org acme 1")]
pub struct Rotate {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    output: JsonArg,
}

/// Switch a webhook on again that was switched off because it failed for days
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi webhook enable --org acme 1")]
pub struct Enable {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    output: JsonArg,
}

/// Take a webhook away, with what waits for it
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi webhook remove --org acme 1")]
pub struct Remove {
    #[command(flatten)]
    one: One,
}

fn moment(text: &str) -> Result<Instant, String> {
    let read: Result<jiff::Timestamp, _> = text.trim().parse();
    read.map(|at| Instant(at.as_microsecond()))
        .map_err(|_| "a moment is written like 2024-03-21T08:00:00+07:00".to_owned())
}

impl Webhook {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        match self {
            Self::Add(command) => command.run(ground),
            Self::List(command) => command.run(ground),
            Self::Test(command) => command.run(ground),
            Self::Redeliver(command) => command.run(ground),
            Self::Rotate(command) => command.run(ground),
            Self::Enable(command) => command.run(ground),
            Self::Remove(command) => command.run(ground),
        }
    }
}

fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

#[derive(Debug, Serialize)]
struct Made {
    id: i64,
    secret: String,
}

impl Made {
    fn print(&self, output: JsonArg) -> Result<()> {
        if output.json {
            return show::json(self);
        }
        show::line(format_args!("webhook {}, secret {}", self.id, self.secret))?;
        show::line("Keep the secret, by which the receiver checks signatures: it is not shown again.")
    }
}

impl Add {
    fn run(self, ground: &Ground) -> Result<()> {
        let url = parse_url(&self.url)?;
        let events = Event::parse_list(self.events.iter().map(String::as_str))?;
        let dialects = self.dialects.iter().filter(|word| !word.trim().is_empty());
        let dialects: Option<Vec<Dialect>> = dialects.map(|word| Dialect::of(word)).collect();
        let Some(dialects) = dialects else {
            bail!("--dialects takes oneoffice, omicrm, vbot, caresoft, beeiq, web and cli")
        };
        if let Err(fault) = self.networks.net()?.check(&url) {
            // The server may be allowed what this command was not told of.
            drop(writeln!(io::stderr(), "daumoi: {fault}"));
        }
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let format = match self.format {
            Format::Standard => domain::webhook::Format::Standard,
            Format::Caresoft => domain::webhook::Format::Caresoft,
        };
        let new = NewEndpoint { url: url.into(), events, dialects, format };
        let (id, secret) = runtime()?.block_on(hub.create_endpoint(Actor::cli(org.id), new, self.secret))?;
        Made { id, secret }.print(self.output)
    }
}

impl Rotate {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.one.org.org)?;
        let secret = runtime()?.block_on(hub.rotate_endpoint(Actor::cli(org.id), self.one.id))?;
        Made { id: self.one.id, secret }.print(self.output)
    }
}

#[derive(Debug, Serialize)]
struct Line {
    id: i64,
    url: String,
    events: Vec<&'static str>,
    dialects: Vec<&'static str>,
    format: &'static str,
    state: &'static str,
    reason: Option<String>,
    failing_since: Option<String>,
    waiting: i64,
    dead: i64,
    created_at: String,
}

impl Line {
    fn of(endpoint: &Endpoint, (waiting, dead): (i64, i64)) -> Self {
        Self {
            id: endpoint.number,
            url: endpoint.url.clone(),
            events: or_all(endpoint.events.iter().map(|event| event.word()).collect()),
            dialects: or_all(endpoint.dialects.iter().map(|dialect| dialect.word()).collect()),
            format: endpoint.format.word(),
            state: endpoint.state.word(),
            reason: Some(endpoint.reason.clone()).filter(|reason| !reason.is_empty()),
            failing_since: endpoint.failing_since.map(Instant::rfc3339),
            waiting,
            dead,
            created_at: endpoint.created_at.rfc3339(),
        }
    }
}

/// What no list of names stands for, in a word.
fn or_all(names: Vec<&'static str>) -> Vec<&'static str> {
    if names.is_empty() { vec!["all"] } else { names }
}

impl List {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let lines = hub.read(org.id, |tx| {
            let endpoints = webhooks::list(tx)?;
            let line = |endpoint: &Endpoint| Ok(Line::of(endpoint, outbox::backlog(tx, endpoint.id, MOST_COUNTED)?));
            endpoints.iter().map(line).collect::<domain::Result<Vec<_>>>()
        });
        let lines = lines.wait()?;
        if self.output.json {
            return show::json(&lines);
        }
        let mut table = Table::new(["id", "format", "state", "waiting", "dead", "events", "url"]);
        for line in lines {
            let events = line.events.join(",");
            let [id, waiting, dead] = [line.id, line.waiting, line.dead].map(|count| count.to_string());
            table.row([id, line.format.into(), line.state.into(), waiting, dead, events, line.url]);
        }
        table.print()
    }
}

#[derive(Debug, Serialize)]
struct Tried<'a> {
    delivered: bool,
    status: Option<u16>,
    millis: u128,
    answer: &'a str,
}

impl Test {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.one.org.org)?;
        let number = self.one.id;
        let until = hub.now().plus_seconds(Options::default().lease.as_secs() as i64);
        let queue = hub.write(Actor::cli(org.id), move |tx| outbox::queue_test(tx, number, until));
        let parcel = queue.wait()?;
        let worker = Worker::new(hub, self.networks.net()?, Options::default());
        let (outcome, took) = runtime()?.block_on(worker.deliver_now(org.id, parcel))?;
        let delivered = matches!(outcome, Outcome::Sent { .. });
        let status = outcome.status();
        if self.output.json {
            show::json(&Tried { delivered, status, millis: took.as_millis(), answer: outcome.answer() })?;
        } else if delivered {
            let status = status.map(|status| status.to_string()).unwrap_or_default();
            show::line(format_args!("{status} in {} ms: {}", took.as_millis(), outcome.answer()))?;
        }
        if delivered { Ok(()) } else { bail!("not delivered: {}", outcome.answer()) }
    }
}

#[derive(Debug, Serialize)]
struct Sent {
    redelivered: u64,
}

impl Redeliver {
    fn run(self, ground: &Ground) -> Result<()> {
        if !self.all && self.delivery.is_none() && self.since.is_none() && self.until.is_none() {
            bail!("say what to send again: --all, --since and --until, or --delivery");
        }
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.one.org.org)?;
        let number = self.one.id;
        let endpoint = hub.read(org.id, move |tx| webhooks::find(tx, number)).wait()?;
        let redelivered = match &self.delivery {
            Some(text) => {
                let hex =
                    text.strip_prefix(&message_id(org.id, Id(0))[..12]).context("this is no webhook-id of this org")?;
                let id = Id(i64::from_str_radix(hex, 16).context("this is no webhook-id")?);
                hub.write(Actor::cli(org.id), move |tx| outbox::redeliver_one(tx, endpoint.id, id)).wait()?;
                1
            }
            None => {
                let again = Again { since: self.since, until: self.until, delivered: self.delivered };
                runtime()?.block_on(hub.redeliver(org.id, endpoint.id, again))?
            }
        };
        if self.output.json {
            show::json(&Sent { redelivered })
        } else {
            show::line(format_args!("{redelivered} are sent again"))
        }
    }
}

impl Enable {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.one.org.org)?;
        let number = self.one.id;
        let line = hub.write(Actor::cli(org.id), move |tx| {
            let endpoint = webhooks::enable(tx, number)?;
            Ok(Line::of(&endpoint, outbox::backlog(tx, endpoint.id, MOST_COUNTED)?))
        });
        let line = line.wait()?;
        if self.output.json {
            return show::json(&line);
        }
        show::line(format_args!("webhook {number} is on; {} given up before wait for `webhook redeliver`", line.dead))
    }
}

impl Remove {
    fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.one.org.org)?;
        let number = self.one.id;
        hub.write(Actor::cli(org.id), move |tx| webhooks::remove(tx, number)).wait()?;
        show::line(format_args!("webhook {number} is gone"))
    }
}
