//! Small numbers per org. On SQLite the counter row is counted in the unit itself; on PostgreSQL each process reserves
//! blocks outside it, so that writers do not queue on that row.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{OrgId, Result};
use postgres::Client;

use super::{Tx, postgres as engine};
use crate::row_security;

/// Numbers reserved at a time.
const BLOCK: i64 = 32;

/// The next number, counted in the unit of work itself.
pub(crate) fn next(tx: &mut Tx<'_>, name: &'static str) -> Result<i64> {
    let org = tx.org();
    tx.sql(
        "INSERT INTO counters (org_id, name, next) VALUES ($1, $2, 2)
         ON CONFLICT (org_id, name) DO UPDATE SET next = counters.next + 1 RETURNING next - 1",
    )
    .bind(org)
    .bind(name)
    .one(|row| row.col())
}

/// Blocks of numbers that this process has reserved.
pub(super) struct Numbers {
    url: String,
    client: Mutex<Option<Client>>,
    blocks: Mutex<HashMap<(OrgId, &'static str), Range<i64>>>,
}

impl Numbers {
    pub(super) fn new(url: &str) -> Self {
        Self { url: url.to_owned(), client: Mutex::default(), blocks: Mutex::default() }
    }

    pub(super) fn next(&self, org: OrgId, name: &'static str) -> Result<i64> {
        if let Some(number) = self.blocks().get_mut(&(org, name)).and_then(Iterator::next) {
            return Ok(number);
        }
        let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have reserved a block while this one waited.
        if let Some(number) = self.blocks().get_mut(&(org, name)).and_then(Iterator::next) {
            return Ok(number);
        }
        let end = self.reserve(&mut client, org, name);
        if end.is_err() {
            *client = None;
        }
        let mut block = end?;
        let first = block.start;
        block.start += 1;
        self.blocks().insert((org, name), block);
        Ok(first)
    }

    fn blocks(&self) -> MutexGuard<'_, HashMap<(OrgId, &'static str), Range<i64>>> {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reserve(&self, client: &mut Option<Client>, org: OrgId, name: &str) -> Result<Range<i64>> {
        let client = match client {
            Some(client) => client,
            None => client.insert(engine::connect(&self.url, drop)?),
        };
        // Where the server keeps tenants apart, it must know whose counter this is.
        let begin = row_security::told("BEGIN; ", org);
        client.batch_execute(&begin).map_err(|error| engine::failure(&error))?;
        let row = client
            .query_one(
                "INSERT INTO counters (org_id, name, next) VALUES ($1, $2, 1 + $3::bigint)
                 ON CONFLICT (org_id, name) DO UPDATE SET next = counters.next + $3 RETURNING next",
                &[&org.0, &name, &BLOCK],
            )
            .map_err(|error| engine::failure(&error))?;
        let end: i64 = row.get(0);
        client.batch_execute("COMMIT").map_err(|error| engine::failure(&error))?;
        Ok(end - BLOCK..end)
    }
}
