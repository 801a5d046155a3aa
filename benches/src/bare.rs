//! Ceilings: what the bare engine does with the same durability and nothing around it.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use rusqlite::Connection;

use crate::figures::tell_figure;

/// One-row inserts by many callers who share commits, as few lines as it takes: rows a second.
pub fn sqlite_rows(folder: &Path, callers: usize, seconds: u64) -> Result<f64> {
    let connection = Connection::open(folder.join("bare.db"))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT);",
    )?;
    let (orders, queue) = channel::<Sender<()>>();
    let writer = thread::spawn(move || commit_in_groups(&connection, &queue));
    let begun = Instant::now();
    let end = begun + Duration::from_secs(seconds);
    let callers: Vec<_> = (0..callers)
        .map(|_| {
            let orders = orders.clone();
            thread::spawn(move || {
                let (answer, done) = channel();
                let mut count = 0_usize;
                while Instant::now() < end && orders.send(answer.clone()).is_ok() && done.recv().is_ok() {
                    count += 1;
                }
                count
            })
        })
        .collect();
    drop(orders);
    let count: usize = callers.into_iter().filter_map(|caller| caller.join().ok()).sum();
    let rate = count as f64 / begun.elapsed().as_secs_f64();
    drop(writer.join());
    tell_figure("bare SQLite, one-row inserts, shared commits", "rows/s", rate);
    Ok(rate)
}

fn commit_in_groups(connection: &Connection, queue: &Receiver<Sender<()>>) -> Result<()> {
    let text = "x".repeat(200);
    while let Ok(first) = queue.recv() {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let mut group = vec![first];
        group.extend(queue.try_iter().take(255));
        let mut insert = connection.prepare_cached("INSERT INTO t (x) VALUES (?1)")?;
        for _ in &group {
            insert.execute([&text])?;
        }
        connection.execute_batch("COMMIT")?;
        // A caller that has gone away needs no answer.
        for answer in &group {
            let _ = answer.send(());
        }
    }
    Ok(())
}

/// The same on PostgreSQL: prepared one-row inserts, each its own commit, on `callers` connections.
pub fn postgres_rows(url: &str, callers: usize, seconds: u64) -> Result<f64> {
    let mut setup = postgres::Client::connect(url, postgres::NoTls)?;
    setup.batch_execute("CREATE TABLE IF NOT EXISTS bare (id BIGSERIAL PRIMARY KEY, x TEXT)")?;
    let begun = Instant::now();
    let end = begun + Duration::from_secs(seconds);
    let callers: Vec<_> = (0..callers)
        .map(|_| {
            let url = url.to_owned();
            thread::spawn(move || -> Result<usize> {
                let mut client = postgres::Client::connect(&url, postgres::NoTls)?;
                let insert = client.prepare("INSERT INTO bare (x) VALUES ($1)")?;
                let text = "x".repeat(200);
                let mut count = 0;
                while Instant::now() < end {
                    client.execute(&insert, &[&text])?;
                    count += 1;
                }
                Ok(count)
            })
        })
        .collect();
    let count: usize = callers.into_iter().filter_map(|caller| caller.join().ok()?.ok()).sum();
    let rate = count as f64 / begun.elapsed().as_secs_f64();
    tell_figure("bare PostgreSQL, prepared one-row inserts", "rows/s", rate);
    Ok(rate)
}
