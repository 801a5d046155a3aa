//! Every figure at one size, written into a book, so that several sizes show how each grows.

use std::path::Path;

use anyhow::Result;
use hub::Place;
use hub::orgs::MadeOrg;

use crate::fill::Ground;
use crate::server::Server;
use crate::{doors, figures, ingest, reads};

/// As many at once as the figures ask for.
const CONNECTIONS: usize = 64;

/// Makes the customers and measures everything among them.
pub fn run(
    ground: &Ground,
    made: &MadeOrg,
    customers: usize,
    (seconds, nodes): (u64, usize),
    book: &Path,
) -> Result<()> {
    let engine = match ground.place() {
        Place::Sqlite(_) => "SQLite",
        Place::Postgres(_) => "PostgreSQL",
    };
    figures::write_down(book, figures::Ground { engine: engine.to_owned(), nodes, customers })?;
    reads::run(ground, made, (customers, customers), seconds)?;
    changes(ground, made, customers, seconds)?;
    ingest::run(ground, made, nodes, (seconds, CONNECTIONS))?;
    doors::run(ground, made, seconds, CONNECTIONS)
}

/// Changes to those that are there, before more come.
fn changes(ground: &Ground, made: &MadeOrg, customers: usize, seconds: u64) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (server, path) = (Server::start(ground)?, hub::listeners::path(&made.listener_secret));
    runtime.block_on(ingest::changes(&server, &path, customers, (CONNECTIONS, seconds)))?;
    Ok(())
}
