//! `daumoi requests`, `daumoi messages` and `daumoi duplicates`: what came in, what goes out, what waits for a decision.

use anyhow::Result;
use clap::Args;
use domain::request::Request;
use hub::{customers, journal, messages};
use serde::Serialize;

use crate::args::{JsonArg, OrgArg, RowsArg};
use crate::ground::{self, Ground};
use crate::show::{self, Table};

/// List the newest write calls with what was answered and decided; secrets are masked
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi requests --org acme --limit 10")]
pub struct Requests {
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    rows: RowsArg,
    #[command(flatten)]
    output: JsonArg,
}

/// List the newest messages to customers
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi messages --org acme --json")]
pub struct Messages {
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    rows: RowsArg,
    #[command(flatten)]
    output: JsonArg,
}

/// List the pairs of records that may be one customer
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLE
  daumoi duplicates --org acme")]
pub struct Duplicates {
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    rows: RowsArg,
    #[command(flatten)]
    output: JsonArg,
}

#[derive(Debug, Serialize)]
struct Call {
    id: String,
    at: String,
    dialect: &'static str,
    version: String,
    route: String,
    caller: String,
    address: String,
    status: i64,
    outcome: String,
    decisions: Vec<String>,
    customers: Vec<i64>,
    body: String,
    body_size: i64,
    answer: String,
}

impl From<Request> for Call {
    fn from(request: Request) -> Self {
        Self {
            id: request.id.to_string(),
            at: request.at.rfc3339(),
            dialect: request.dialect.word(),
            version: request.version,
            route: request.route,
            caller: request.caller,
            address: request.address,
            status: request.status,
            outcome: request.outcome,
            decisions: request.decisions,
            customers: request.touched,
            body: request.body,
            body_size: request.body_size,
            answer: request.answer,
        }
    }
}

impl Requests {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let limit = self.rows.limit;
        let calls = hub.read(org.id, move |tx| journal::list(tx, limit)).wait()?.into_iter().map(Call::from);
        if self.output.json {
            return show::json(&calls.collect::<Vec<_>>());
        }
        let head = ["id", "at", "dialect", "route", "caller", "status", "outcome", "customers", "decisions"];
        let mut table = Table::new(head);
        for call in calls {
            let customers = call.customers.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
            let (status, decisions) = (call.status.to_string(), call.decisions.join("; "));
            table.row([
                call.id,
                call.at,
                call.dialect.into(),
                call.route,
                call.caller,
                status,
                call.outcome,
                customers,
                decisions,
            ]);
        }
        table.print()
    }
}

impl Messages {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let limit = self.rows.limit;
        let messages = hub.read(org.id, move |tx| messages::list(tx, limit)).wait()?;
        if self.output.json {
            return show::json(&messages.iter().map(show::Message::from).collect::<Vec<_>>());
        }
        let mut table = Table::new(["at", "kind", "to", "state", "subject", "text"]);
        for message in messages {
            let (kind, state) = (message.kind.word().to_owned(), message.state.word().to_owned());
            table.row([message.created_at.rfc3339(), kind, message.recipient, state, message.subject, message.body]);
        }
        table.print()
    }
}

#[derive(Debug, Serialize)]
struct Twin {
    number: i64,
    name: String,
}

#[derive(Debug, Serialize)]
struct Pair {
    low: Twin,
    high: Twin,
    shared: Shared,
    created_at: String,
}

#[derive(Debug, Serialize)]
struct Shared {
    kind: String,
    key: String,
}

impl Duplicates {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        let hub = ground.open()?;
        let org = ground::find_org(&hub, &self.org.org)?;
        let limit = self.rows.limit;
        let pairs = hub.read(org.id, move |tx| {
            let mut pairs = Vec::new();
            for pair in customers::duplicates(tx, limit)? {
                let twins = [customers::find_ref(tx, pair.low)?, customers::find_ref(tx, pair.high)?];
                // One of them may have been taken away since.
                let [Some(low), Some(high)] = twins else { continue };
                let (kind, key) = pair.evidence;
                pairs.push(Pair {
                    low: Twin { number: low.number, name: low.name },
                    high: Twin { number: high.number, name: high.name },
                    shared: Shared { kind, key },
                    created_at: pair.created_at.rfc3339(),
                });
            }
            Ok(pairs)
        });
        let pairs = pairs.wait()?;
        if self.output.json {
            return show::json(&pairs);
        }
        let mut table = Table::new(["older", "name", "newer", "name", "share", "noticed"]);
        for Pair { low, high, shared, created_at } in pairs {
            let share = format!("{} {}", shared.kind, shared.key);
            table.row([low.number.to_string(), low.name, high.number.to_string(), high.name, share, created_at]);
        }
        table.print()
    }
}
