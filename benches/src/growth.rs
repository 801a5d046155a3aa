//! Every figure at one size, written into a book, so that several sizes show how each grows.

use std::path::Path;

use anyhow::Result;
use hub::Place;
use hub::orgs::MadeOrg;

use crate::fill::Ground;
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
    ingest::run(ground, made, nodes, (seconds, CONNECTIONS))?;
    doors::run(ground, made, seconds, CONNECTIONS)
}
