//! The load program: ingest, reads and memory, each figure beside its ceiling in the same run.

mod bare;
mod client;
mod delivery;
mod doors;
mod figures;
mod fill;
mod ingest;
mod lists;
mod reads;
mod server;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The same as the program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures daumoi on this machine. Build first: `cargo build --release -p daumoi -p benches`.
#[derive(Parser)]
#[command(after_help = "Example: target/release/load ingest --seconds 10")]
struct Arguments {
    #[command(subcommand)]
    what: What,
    /// Where throw-away data goes; must be on the disk that is to be measured.
    #[arg(long, global = true, env = "DAUMOI_BENCH_DIR")]
    folder: Option<PathBuf>,
    /// A PostgreSQL server to use instead of SQLite; the database is filled.
    #[arg(long, global = true)]
    database: Option<String>,
}

#[derive(Subcommand)]
enum What {
    /// One `add-contact` a request, then batches of 1,000, each beside the hub's and the bare engine's rate.
    Ingest {
        /// Seconds each part runs.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        /// Connections at once.
        #[arg(long, default_value_t = 64)]
        connections: usize,
    },
    /// Creating through each of the other dialects, and many contacts in one OMICRM call.
    Doors {
        /// Seconds each part runs.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Connections at once.
        #[arg(long, default_value_t = 64)]
        connections: usize,
    },
    /// What enqueueing webhooks costs the ingest path, and how fast they reach a local receiver.
    Delivery {
        /// Seconds each part runs.
        #[arg(long, default_value_t = 4)]
        seconds: u64,
        /// Connections at once.
        #[arg(long, default_value_t = 64)]
        connections: usize,
    },
    /// Reads among many customers and leads: one by number, searches, how long the server takes to start, and lists through
    /// OMICRM's and CareSoft's doors.
    Reads {
        /// Customers to make first.
        #[arg(long, default_value_t = 1_000_000)]
        customers: usize,
        /// Leads to make, one a customer.
        #[arg(long, default_value_t = 1_000_000)]
        leads: usize,
        /// Seconds each part runs.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
}

fn main() -> Result<()> {
    let Arguments { what, folder, database } = Arguments::parse();
    let place = fill::Ground::new(folder, database)?;
    match what {
        What::Ingest { seconds, connections } => ingest::run(&place, seconds, connections),
        What::Delivery { seconds, connections } => delivery::run(&place, seconds, connections),
        What::Doors { seconds, connections } => doors::run(&place, seconds, connections),
        What::Reads { customers, leads, seconds } => reads::run(&place, customers, leads, seconds),
    }
}
