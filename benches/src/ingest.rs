//! Ingest through the listener, beside the same records through `hub` without HTTP, beside the bare engine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use domain::{Actor, Dialect, Listener};
use hub::intake::{self, Arrival};
use hub::orgs::MadeOrg;
use hub::{Answer, Hub, Incoming, Outcome};

use crate::bare;
use crate::client::Connection;
use crate::crowd::Crowd;
use crate::figures::{Latencies, tell, tell_figure, tell_rate};
use crate::fill::{self, Ground, SENDER};
use crate::server::Server;

/// Runs every part.
pub fn run(ground: &Ground, made: &MadeOrg, nodes: usize, (seconds, connections): (u64, usize)) -> Result<()> {
    let path = hub::listeners::path(&made.listener_secret);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;

    let hub_rate = {
        let hub = ground.hub()?;
        runtime.block_on(through_hub(&hub, made.org.id, 10_000_000, (connections, seconds)))?
    };
    let running: Vec<Server> = (0..nodes).map(|_| Server::start(ground)).collect::<Result<_>>()?;
    let servers: Vec<&Server> = running.iter().collect();
    tell_figure("resident memory, idle", "MB", servers[0].resident());
    let next = Arc::new(AtomicUsize::new(20_000_000));
    let rate = runtime.block_on(single(&servers, &path, connections, seconds, &next))?;
    tell_figure("resident memory, after the load", "MB", servers[0].resident());
    tell_figure("listener / hub", "×", rate / hub_rate);
    runtime.block_on(batches(&servers, &path, seconds, &next))?;
    tell_figure("resident memory, after the batches", "MB", servers[0].resident());
    drop(running);
    match ground.place() {
        hub::Place::Sqlite(_) => bare::sqlite_rows(ground.folder(), connections, seconds.min(5))?,
        hub::Place::Postgres(url) => bare::postgres_rows(&url, 12, seconds.min(5))?,
    };
    Ok(())
}

/// One contact with two phones, an e-mail and two tags, as one item.
fn item(random: &mut fastrand::Rng, index: usize) -> String {
    let (one, two) = (fill::phone(2 * index), fill::phone(2 * index + 1));
    let name = fill::name(random);
    format!(
        r#"{{"actionType":"add-contact","data":{{"name":"{name}","phones":[{{"type":"Work","value":"{one}"}},{{"type":"Home","value":"{two}"}}],"emails":[{{"type":"Work","value":"khach{index}@example.com"}}],"tag":"web, vip"}}}}"#
    )
}

fn body(items: &str) -> String {
    format!(r#"{{"senderUser":"{SENDER}","data":[{items}]}}"#)
}

/// One contact a request for so many seconds; gives how many a second were answered.
pub async fn single(
    servers: &[&Server],
    path: &str,
    connections: usize,
    seconds: u64,
    next: &Arc<AtomicUsize>,
) -> Result<f64> {
    let next = Arc::clone(next);
    let made = move |random: &mut fastrand::Rng| body(&item(random, next.fetch_add(1, Relaxed)));
    let crowd = Crowd { servers, connections, seconds, token: None };
    crowd.post("listener, one add-contact a request", path, made, r#""status":"created""#).await
}

/// One change a request of somebody among `customers`, found by phone: another name, and one tag more.
pub async fn changes(
    server: &Server,
    path: &str,
    customers: usize,
    (connections, seconds): (usize, u64),
) -> Result<f64> {
    let change = move |random: &mut fastrand::Rng| {
        let (name, phone) = (fill::name(random), fill::phone(2 * random.usize(..customers)));
        body(&format!(
            r#"{{"actionType":"update-contact","data":{{"name":"{name}","phones":[{{"type":"Work","value":"{phone}"}}],"tag":"web"}}}}"#
        ))
    };
    let crowd = Crowd { servers: &[server], connections, seconds, token: None };
    crowd.post("listener, one update-contact a request", path, change, r#""status":"updated""#).await
}

async fn batches(servers: &[&Server], path: &str, seconds: u64, next: &Arc<AtomicUsize>) -> Result<f64> {
    const ITEMS: usize = 1_000;
    let begun = Instant::now();
    let end = begun + Duration::from_secs(seconds);
    let mut tasks = Vec::new();
    for seed in 0..2 {
        let (path, next, port) = (path.to_owned(), Arc::clone(next), servers[seed % servers.len()].port);
        tasks.push(tokio::spawn(async move {
            let mut connection = Connection::open(port).await?;
            let mut random = fastrand::Rng::with_seed(seed as u64);
            let mut latencies = Latencies::default();
            while Instant::now() < end {
                let first = next.fetch_add(ITEMS, Relaxed);
                let items: Vec<_> = (first..first + ITEMS).map(|index| item(&mut random, index)).collect();
                let body = body(&items.join(","));
                let asked = Instant::now();
                let (status, answer) = connection.post(&path, &body).await?;
                ensure!(status == 200 && answer.matches(r#""created""#).count() == ITEMS, "{status}");
                latencies.add(asked);
            }
            Ok(latencies)
        }));
    }
    let mut all = Latencies::default();
    for task in tasks {
        all.join(task.await??);
    }
    Ok(tell_rate("listener, batches of 1,000", "items/s", all.count() * ITEMS, begun.elapsed(), &mut all))
}

/// The same records, from `first` on, through the hub: matched, made, journalled, answered, without HTTP or JSON.
pub async fn through_hub(hub: &Hub, org: domain::OrgId, first: usize, (callers, seconds): (usize, u64)) -> Result<f64> {
    let begun = Instant::now();
    let end = begun + Duration::from_secs(seconds);
    let next = Arc::new(AtomicUsize::new(first));
    let mut tasks = Vec::new();
    for seed in 0..callers {
        let (hub, next) = (hub.clone(), Arc::clone(&next));
        tasks.push(tokio::spawn(async move {
            let mut random = fastrand::Rng::with_seed(seed as u64);
            let mut latencies = Latencies::default();
            while Instant::now() < end {
                let index = next.fetch_add(1, Relaxed);
                let asked = Instant::now();
                let answer = add(&hub, org, &mut random, index).await;
                ensure!(answer.status == 200, "{}", answer.body);
                latencies.add(asked);
            }
            Ok(latencies)
        }));
    }
    let mut all = Latencies::default();
    for task in tasks {
        all.join(task.await??);
    }
    let done = hub.db().statistics();
    let groups = done.batch_size.count().max(1) as f64;
    tell(&format!(
        "{:<44} {:>10.1} units, {:.2} ms a commit",
        "hub, a group",
        done.batch_size.sum() as f64 / groups,
        done.commit_micros.sum() as f64 / groups / 1_000.0
    ));
    Ok(tell_rate("hub, one contact a unit of work", "units/s", all.count(), begun.elapsed(), &mut all))
}

async fn add(hub: &Hub, org: domain::OrgId, random: &mut fastrand::Rng, index: usize) -> Answer {
    let arrival = Arrival {
        customer: fill::customer(random, index),
        tags: vec!["web".to_owned(), "vip".to_owned()],
        ..Arrival::default()
    };
    let actor = Actor { dialect: Dialect::Beeiq, ..Actor::cli(org) };
    let body = body(&item(random, index));
    let incoming =
        Incoming { version: "v1", route: "bench", caller: "bench", address: "127.0.0.1", body: body.as_bytes() };
    let call = hub.call(actor, &incoming);
    let listener = Listener::default();
    let work = move |tx: &mut hub::Tx<'_>| {
        intake::add_contact(tx, &listener, &arrival)?;
        Ok(Answer { status: 200, body: "{}".to_owned(), outcome: Outcome::Done })
    };
    hub.answer(call, work, |error| Answer { status: 500, body: error.to_string(), outcome: Outcome::Refused }).await
}
