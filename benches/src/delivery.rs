//! What goes out: what enqueueing costs the ingest path, and how fast webhooks reach a local receiver.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use domain::webhook::Format;
use domain::{Actor, OrgId};
use hub::Hub;
use hub::orgs::MadeOrg;
use hub::sealed::{KEY_FILE, KeySource};
use hub::webhooks::{self, NewEndpoint};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::figures::{tell, tell_figure};
use crate::fill::Ground;
use crate::ingest;
use crate::server::Server;

/// How often the two ways are measured in turns.
const ROUNDS: usize = 3;
/// The backlog is worked off within this, or something is broken.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs every part.
pub fn run(ground: &Ground, made: &MadeOrg, seconds: u64, connections: usize) -> Result<()> {
    let org = made.org.id;
    let path = hub::listeners::path(&made.listener_secret);
    let hub = ground.hub()?.with_key(KeySource::File(ground.folder().join(KEY_FILE)));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let arrived = Arc::new(AtomicUsize::new(0));
    let url = runtime.block_on(receive(Arc::clone(&arrived)))?;

    let server = Server::start_with(ground, &["--no-delivery"])?;
    let next = Arc::new(AtomicUsize::new(30_000_000));
    // The file grows all the time: each way is held against what was measured just before and just after it.
    let mut before = runtime.block_on(ingest::single(&[&server], &path, connections, seconds, &next))?;
    let (mut alone, mut told) = (0.0, 0.0);
    let mut events = 0;
    for _ in 0..ROUNDS {
        let number = runtime.block_on(endpoint(&hub, org, &url))?;
        let first = next.load(Relaxed);
        told += runtime.block_on(ingest::single(&[&server], &path, connections, seconds, &next))?;
        events += next.load(Relaxed) - first;
        // Its events are kept for the other part; it is told of no more.
        runtime.block_on(pause(&hub, org, number))?;
        let after = runtime.block_on(ingest::single(&[&server], &path, connections, seconds, &next))?;
        alone += f64::midpoint(before, after);
        before = after;
    }
    drop(server);
    tell_figure("enqueueing costs", "%", (1.0 - told / alone) * 100.0);

    let begun = Instant::now();
    let worker = Server::work(ground)?;
    runtime.block_on(async {
        while arrived.load(Relaxed) < events {
            ensure!(begun.elapsed() < PATIENCE, "{} of {events} arrived", arrived.load(Relaxed));
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    })?;
    let rate = events as f64 / begun.elapsed().as_secs_f64();
    tell(&format!("{events} events were sent"));
    tell_figure("webhooks to a local receiver", "deliveries/s", rate);
    tell_figure("resident memory of the worker", "MB", worker.resident());
    Ok(())
}

async fn endpoint(hub: &Hub, org: OrgId, url: &str) -> Result<i64> {
    let new = NewEndpoint { url: url.to_owned(), events: Vec::new(), dialects: Vec::new(), format: Format::Standard };
    Ok(hub.create_endpoint(Actor::cli(org), new, None).await?.0)
}

/// Lets an endpoint want an event that does not happen here.
async fn pause(hub: &Hub, org: OrgId, number: i64) -> Result<()> {
    let paused = hub.write(Actor::cli(org), move |tx| {
        webhooks::change(tx, number, "Đổi webhook", |endpoint| {
            endpoint.events = vec![domain::webhook::Event::DealDeleted];
        })
    });
    paused.await?;
    Ok(())
}

/// Answers everything with 200 and counts it; gives its address.
async fn receive(arrived: Arc<AtomicUsize>) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let arrived = Arc::clone(&arrived);
            tokio::spawn(async move { answer(stream, &arrived).await });
        }
    });
    Ok(url)
}

async fn answer(mut stream: TcpStream, arrived: &AtomicUsize) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer: Vec<u8> = Vec::with_capacity(8 * 1024);
    loop {
        let head = loop {
            if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        let end = head + length.unwrap_or(0_usize);
        while buffer.len() < end {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
        buffer.drain(..end);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await?;
        arrived.fetch_add(1, Relaxed);
    }
}
