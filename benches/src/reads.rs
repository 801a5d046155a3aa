//! Reads among many customers, through the hub as every door reads and then through the doors, and how long the server takes to
//! start on them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use domain::{OrgId, Viewer};
use hub::orgs::MadeOrg;
use hub::{Filter, Hub, customers};

use crate::figures::{Latencies, tell_figure, tell_rate};
use crate::fill::{self, Ground};
use crate::lists;
use crate::server::Server;

/// Fills the data and runs every part.
pub fn run(ground: &Ground, made: &MadeOrg, (count, leads): (usize, usize), seconds: u64) -> Result<()> {
    let org = made.org.id;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let spread = {
        let spread = fill::fill(ground, org, count, leads.min(count), 0)?;
        let hub = ground.hub()?;
        runtime.block_on(measure(&hub, org, count, seconds))?;
        spread
    };
    let server = Server::start(ground)?;
    tell_figure("server start", "s", server.started.as_secs_f64());
    tell_figure("resident memory, idle", "MB", server.resident());
    runtime.block_on(lists::run(&server, made, count, (leads.min(count), &spread), seconds))?;
    tell_figure("resident memory, after the reads", "MB", server.resident());
    Ok(())
}

async fn measure(hub: &Hub, org: OrgId, count: usize, seconds: u64) -> Result<()> {
    by_number(hub, org, count, seconds).await?;
    // A phone is drawn anew for each question; the names are what they are.
    search(hub, org, "search, exact phone", seconds, move |random| spaced(&fill::phone(random.usize(..2 * count))))
        .await?;
    search(hub, org, "search, last five digits", seconds, move |random| {
        fill::phone(random.usize(..2 * count))[5..].to_owned()
    })
    .await?;
    search(hub, org, "search, e-mail", seconds, move |random| format!("khach{}@", random.usize(..count))).await?;
    search(hub, org, "search, a rare name (quach duc yen)", seconds, |_| "quach duc yen".to_owned()).await?;
    search(hub, org, "search, the commonest beginning (ngu)", seconds, |_| "ngu".to_owned()).await?;
    search(hub, org, "search, nothing asked", seconds, |_| String::new()).await?;
    Ok(())
}

/// A phone as people write it.
pub fn spaced(phone: &str) -> String {
    format!("+84 {} {} {}", &phone[1..4], &phone[4..7], &phone[7..])
}

async fn by_number(hub: &Hub, org: OrgId, count: usize, seconds: u64) -> Result<()> {
    let begun = Instant::now();
    let end = begun + Duration::from_secs(seconds);
    let mut tasks = Vec::new();
    for seed in 0..16 {
        let hub = hub.clone();
        tasks.push(tokio::spawn(async move {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut latencies = Latencies::default();
            while Instant::now() < end {
                let number = random.i64(1..=count as i64);
                let asked = Instant::now();
                let found = hub.read(org, move |tx| {
                    let id = customers::find_by_number(tx, number)?;
                    id.map(|id| customers::find(tx, &Viewer::Org, id)).transpose()
                });
                anyhow::ensure!(found.await?.flatten().is_some(), "customer {number} is not there");
                latencies.add(asked);
            }
            Ok(latencies)
        }));
    }
    let mut all = Latencies::default();
    for task in tasks {
        all.join(task.await??);
    }
    tell_rate("one customer by number, 16 callers", "reads/s", all.count(), begun.elapsed(), &mut all);
    Ok(())
}

async fn search(
    hub: &Hub,
    org: OrgId,
    name: &str,
    seconds: u64,
    keyword: impl Fn(&mut fastrand::Rng) -> String,
) -> Result<()> {
    let mut random = fastrand::Rng::with_seed(11);
    let mut latencies = Latencies::default();
    let begun = Instant::now();
    let end = begun + Duration::from_secs(seconds);
    let mut total = 0;
    while Instant::now() < end {
        let filter = Arc::new(Filter { keyword: Some(keyword(&mut random)), ..Filter::everything(Viewer::Org) });
        let asked = Instant::now();
        let (_, found) = hub.read(org, move |tx| customers::search(tx, &filter, 0, 50)).await?;
        latencies.add(asked);
        total = found;
    }
    tell_rate(&format!("{name} [{total}]"), "searches/s", latencies.count(), begun.elapsed(), &mut latencies);
    Ok(())
}
