//! Searches and lists through the doors of a running server, as their clients ask: OMICRM's `search` and CareSoft's `leads`.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use fastrand::Rng;
use hub::orgs::MadeOrg;

use crate::client::Connection;
use crate::figures::{Latencies, tell_figure, tell_rate};
use crate::fill::{self, Spread};
use crate::reads::spaced;
use crate::server::Server;

/// One client's connection, and for how long it asks each thing.
struct Caller {
    connection: Connection,
    seconds: u64,
}

/// Runs every part, one request after the other.
pub async fn run(
    server: &Server,
    made: &MadeOrg,
    customers: usize,
    (leads, spread): (usize, &Spread),
    seconds: u64,
) -> Result<()> {
    let bare =
        crowd(server, made, "bare answer (/healthz), 16 connections", seconds, |_| "/healthz".to_owned()).await?;
    let contact = move |rng: &mut Rng| format!("/bench/api/v1/contacts/{}", 1 + rng.usize(..customers));
    let one = crowd(server, made, "CareSoft contacts/{id}, 16 connections", seconds, contact).await?;
    tell_figure("CareSoft contacts/{id} / bare answer", "×", one / bare);

    let connection = Connection::open(server.port).await?.with_token(made.token.reveal());
    let mut caller = Caller { connection, seconds };
    let random = |random: &mut Rng| random.usize(..customers);
    caller.search("a phone", |rng| spaced(&fill::phone(2 * random(rng)))).await?;
    caller.search("last five digits", |rng| fill::phone(random(rng))[5..].to_owned()).await?;
    caller.search("an e-mail", |rng| format!("khach{}@", random(rng))).await?;
    caller.search("a rare name (quach duc yen)", |_| "quach duc yen".to_owned()).await?;
    caller.search("the commonest beginning (ngu)", |_| "ngu".to_owned()).await?;
    caller.search("nothing asked", |_| String::new()).await?;

    let Spread { statuses: [common, rare], assignees: [busy, idle], service } = *spread;
    let deep = leads / 100;
    let page = move |query: String| move |_: &mut Rng| format!("leads?count=50{query}");
    caller.leads("first page", page(String::new())).await?;
    caller.leads("the page halfway", page(format!("&page={deep}"))).await?;
    caller.leads("a status of 3 in 5", page(format!("&status_ids={common}"))).await?;
    caller.leads("a status of 1 in 100", page(format!("&status_ids={rare}"))).await?;
    caller.leads("two statuses", page(format!("&status_ids={common},{rare}"))).await?;
    caller.leads("an assignee of 1 in 20", page(format!("&assignee_id={busy}"))).await?;
    caller.leads("an assignee of 1 in 10,000", page(format!("&assignee_id={idle}"))).await?;
    caller.leads("a service of 1 in 2", page(format!("&service_id={service}"))).await?;
    let both = format!("&status_ids={rare}&assignee_id={busy}&service_id={service}");
    caller.leads("status, assignee and service", page(both)).await?;
    caller.leads("one customer's", |rng| format!("leads?requester_id={}", 1 + rng.usize(..leads))).await?;
    caller.leads("one lead", |rng| format!("lead/{}", 1 + rng.usize(..leads))).await
}

/// Gets from many connections at once; gives how many a second were answered.
async fn crowd(
    server: &Server,
    made: &MadeOrg,
    name: &str,
    seconds: u64,
    path: impl Fn(&mut Rng) -> String + Copy + Send + 'static,
) -> Result<f64> {
    let begun = Instant::now();
    let end = begun + Duration::from_secs(seconds);
    let mut tasks = Vec::new();
    for seed in 0..16 {
        let (port, token) = (server.port, made.token.reveal().to_owned());
        tasks.push(tokio::spawn(async move {
            let mut connection = Connection::open(port).await?.with_token(&token);
            let mut random = Rng::with_seed(seed);
            let mut latencies = Latencies::default();
            while Instant::now() < end {
                let asked = Instant::now();
                let (status, answer) = connection.get(&path(&mut random)).await?;
                ensure!(status == 200, "{status} {answer}");
                latencies.add(asked);
            }
            Ok(latencies)
        }));
    }
    let mut all = Latencies::default();
    for task in tasks {
        all.join(task.await??);
    }
    Ok(tell_rate(name, "req/s", all.count(), begun.elapsed(), &mut all))
}

impl Caller {
    async fn search(&mut self, name: &str, keyword: impl Fn(&mut Rng) -> String) -> Result<()> {
        let mut random = Rng::with_seed(11);
        let (mut latencies, mut total) = (Latencies::default(), String::new());
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(self.seconds) {
            let body = format!(r#"{{"keyword":"{}","page":1,"size":50}}"#, keyword(&mut random));
            let asked = Instant::now();
            let (status, answer) = self.connection.post("/api/v2/contact/search", &body).await?;
            latencies.add(asked);
            ensure!(status == 200 && answer.contains(r#""status_code":9999"#), "{status} {answer}");
            total = number(&answer, "total_items")?;
        }
        let name = format!("OMICRM search, {name} [{total}]");
        tell_rate(&name, "req/s", latencies.count(), begun.elapsed(), &mut latencies);
        Ok(())
    }

    async fn leads(&mut self, name: &str, path: impl Fn(&mut Rng) -> String) -> Result<()> {
        let mut random = Rng::with_seed(11);
        let (mut latencies, mut total) = (Latencies::default(), String::new());
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(self.seconds) {
            let path = format!("/bench/api/v1/{}", path(&mut random));
            let asked = Instant::now();
            let (status, answer) = self.connection.get(&path).await?;
            latencies.add(asked);
            ensure!(status == 200 && answer.contains(r#""code":"ok""#), "{status} {answer}");
            // One lead is told without a total.
            total = number(&answer, "numFound").unwrap_or_else(|_| "1".to_owned());
        }
        let name = format!("CareSoft leads, {name} [{total}]");
        tell_rate(&name, "req/s", latencies.count(), begun.elapsed(), &mut latencies);
        Ok(())
    }
}

/// The number behind a key of an answer, as it stands there.
fn number(answer: &str, key: &str) -> Result<String> {
    let (_, after) = answer.split_once(&format!("\"{key}\":")).with_context(|| format!("no {key}: {answer}"))?;
    Ok(after.chars().take_while(char::is_ascii_digit).collect())
}
