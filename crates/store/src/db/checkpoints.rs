//! Copying the write-ahead log into the database file beside the writer, so that no commit waits for it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, bounded};
use domain::Result;
use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::sqlite::{failure, open, spawn};

/// Pages of log that are worth a copy: 4 MB. With four times as many, commits waited longer for the disk beside the copy.
const STEP: i32 = 1_000;
/// Pages of log from which on it shall begin anew: 64 MB.
const LONG: i32 = 16_000;

/// Starts a thread that copies the log whenever `writer` has added enough to it, and that ends with `writer`.
///
/// A log begins anew only at a moment when all of it is copied, which a thread beside a busy writer never sees. So from a
/// certain length on, the writer itself copies the few pages that were added since the thread finished.
pub(super) fn beside(writer: &mut Connection, file: &Path) -> Result<JoinHandle<()>> {
    let connection = open(file)?;
    let (wake, woken) = bounded(1);
    let has_copied = Arc::new(AtomicBool::new(false));
    let copied = Arc::clone(&has_copied);
    let mut asked_at = 0;
    let hook = move |log: &mut Wal, pages: i32| {
        asked_at = asked_at.min(pages);
        if pages >= LONG && has_copied.swap(false, Ordering::AcqRel) {
            // The commit stands whatever becomes of the copy, and an error here would be told as the commit's.
            drop(log.checkpoint());
        } else if pages >= asked_at + STEP && wake.try_send(()).is_ok() {
            asked_at = pages;
        }
        Ok(())
    };
    writer.wal_hook(Some(hook)).map_err(failure)?;
    spawn("checkpointer", move || copy_all(&connection, &woken, &copied))
}

fn copy_all(connection: &Connection, woken: &Receiver<()>, has_copied: &AtomicBool) {
    for () in woken {
        match connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            Ok(()) => has_copied.store(true, Ordering::Release),
            Err(error) => tracing::warn!(cause = %error, "the log was not copied into the database file"),
        }
    }
}

#[cfg(test)]
mod tests;
