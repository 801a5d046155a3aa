//! The load program: ingest, reads and memory, each figure beside its ceiling in the same run.

mod bare;
mod client;
mod crowd;
mod delivery;
mod doors;
mod figures;
mod fill;
mod growth;
mod ingest;
mod lists;
mod pages;
mod plot;
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
        /// Servers on one database; more than one only on PostgreSQL.
        #[arg(long, default_value_t = 1)]
        nodes: usize,
    },
    /// Everything at one size, written to the end of a book from which `plot` draws how it grows.
    Growth {
        /// Customers to make first, and as many leads.
        #[arg(long)]
        customers: usize,
        /// Seconds each part runs.
        #[arg(long, default_value_t = 3)]
        seconds: u64,
        /// Servers on one database; more than one only on PostgreSQL.
        #[arg(long, default_value_t = 1)]
        nodes: usize,
        /// The book, a file of one figure a line.
        #[arg(long)]
        book: PathBuf,
    },
    /// Draws what a book holds.
    Plot {
        /// The book.
        #[arg(long)]
        book: PathBuf,
        /// The folder of the pictures.
        #[arg(long)]
        to: PathBuf,
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
    /// The pages as office workers ask for them, among many customers and as many leads.
    Pages {
        /// Customers to make first.
        #[arg(long, default_value_t = 100_000)]
        customers: usize,
        /// Customers among them that only the owner sees; with any, a member asks for the pages.
        #[arg(long, default_value_t = 0)]
        private: usize,
        /// Seconds each page is asked for.
        #[arg(long, default_value_t = 3)]
        seconds: u64,
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
    if let What::Plot { book, to } = what {
        return plot::run(&book, &to);
    }
    let place = fill::Ground::new(folder, database)?;
    let made = place.org()?;
    match what {
        What::Ingest { seconds, connections, nodes } => ingest::run(&place, &made, nodes, (seconds, connections)),
        What::Delivery { seconds, connections } => delivery::run(&place, &made, seconds, connections),
        What::Doors { seconds, connections } => doors::run(&place, &made, seconds, connections),
        What::Pages { customers, private, seconds } => pages::run(&place, &made, (customers, private), seconds),
        What::Reads { customers, leads, seconds } => reads::run(&place, &made, (customers, leads), seconds),
        What::Growth { customers, seconds, nodes, book } => {
            growth::run(&place, &made, customers, (seconds, nodes), &book)
        }
        What::Plot { .. } => Ok(()),
    }
}
