//! PostgreSQL is away for a minute under load: the listener goes on acknowledging, the other doors say quickly that they are busy,
//! and afterwards everything that was acknowledged is there, once and in its order.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use serde_json::json;
use stories::{Client, Program};

use crate::cluster::Cluster;
use crate::desk::{Desk, beside};
use crate::look::Look;
use crate::say;

/// How long what waits may take to be worked off.
const PATIENCE: Duration = Duration::from_secs(900);
/// A caller who waits longer than this would rather have been told that the program is busy.
const HANGING: Duration = Duration::from_secs(2);
/// How the server is taken away.
const WAYS: [Way; 2] = [Way::Stopped, Way::Frozen];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Its processes end, and its port refuses.
    Stopped,
    /// Its processes stand still, and its connections stay open.
    Frozen,
}

/// `./prove spool`: the database is away
#[derive(Debug, clap::Args)]
pub struct Spool {
    /// Seconds for which the server is away
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Connections that post to the listener
    #[arg(long, default_value_t = 16)]
    callers: usize,
    /// Milliseconds between the calls of one connection
    #[arg(long, default_value_t = 50)]
    pace: u64,
}

/// What a client was told of one delivery.
#[derive(Debug, Clone)]
struct Told {
    caller: usize,
    step: usize,
    begun: Duration,
    took: Duration,
    /// Whether it was acknowledged, and whether by the database.
    status: String,
}

impl Spool {
    /// Runs it.
    pub fn run(&self) -> Result<()> {
        for way in WAYS {
            self.away(way)?;
        }
        self.control()
    }

    fn away(&self, way: Way) -> Result<()> {
        let name = format!("{way:?}").to_lowercase();
        let cluster = Cluster::start("")?;
        let (folder, url) = (tempfile::tempdir()?, cluster.database("spool")?);
        let program = Program::at(beside("daumoi")?, folder.path(), Some(&url)).logging_to(&folder.path().join("log"));
        let desk = Desk::make(&program, "so-cai")?;
        let serving = program.serve();
        let run = self.load(&desk, serving.address(), || {
            take_away(&cluster, way)?;
            thread::sleep(Duration::from_secs(self.seconds));
            bring_back(&cluster, way)
        })?;
        let (calls, others) = (&run.listener, &run.others);
        let drained = drained(serving.address())?;
        let kept = calls.iter().filter(|told| told.status == "queued").count();
        let refused = calls.iter().filter(|told| !is_acknowledged(told)).count();
        say::figure(&format!("{name}: seconds away"), self.seconds);
        say::figure(&format!("{name}: deliveries, of which waited on disk"), format!("{} and {kept}", calls.len()));
        say::figure(&format!("{name}: seconds until all was worked off"), format!("{:.1}", drained.as_secs_f64()));
        let during: Vec<&Told> = calls.iter().filter(|told| run.is_away(told)).collect();
        let p99 = percentile(during.iter().map(|told| told.took), 99.0);
        say::figure(
            &format!("{name}: p50 while away, ms"),
            millis(percentile(during.iter().map(|told| told.took), 50.0)),
        );
        let first =
            during.iter().filter(|told| told.begun < run.gone + Duration::from_secs(1)).map(|told| told.took).max();
        say::figure(&format!("{name}: slowest of the first second, ms"), millis(first.unwrap_or_default()));
        let told: Vec<_> = others.iter().filter(|(begun, _)| run.holds(*begun)).map(|(_, took)| *took).collect();
        let hung = told.iter().filter(|took| **took > HANGING).count();
        say::figure(&format!("{name}: other doors' \"busy\", p50, ms"), millis(percentile(told.iter().copied(), 50.0)));
        say::figure(&format!("{name}: their calls, of which took above 2 s"), format!("{} and {hung}", told.len()));
        say::promise(&format!("{name}: deliveries not acknowledged"), refused, "0", refused == 0)?;
        let found = Found::read(folder.path(), &url, desk.org, calls)?;
        say::promise(&format!("{name}: acknowledged deliveries lost"), found.lost, "0", found.lost == 0)?;
        say::promise(&format!("{name}: done twice"), found.twice, "0", found.twice == 0)?;
        say::promise(&format!("{name}: out of order within a connection"), found.unordered, "0", found.unordered == 0)?;
        ensure!(kept > 0, "nothing waited: the server was not away");
        let bare = run.flushes.iter().filter(|(begun, _)| run.holds(*begun)).map(|(_, took)| *took);
        say::figure(
            &format!("{name}: a bare flush to the same disk meanwhile, p99, ms"),
            millis(percentile(bare, 99.0)),
        );
        say::promise(
            &format!("{name}: p99 of the listener while away, ms"),
            millis(p99),
            "≤ 50",
            p99 <= Duration::from_millis(50),
        )
    }

    /// The same without a spool, a shorter time.
    fn control(&self) -> Result<()> {
        let cluster = Cluster::start("")?;
        let (folder, url) = (tempfile::tempdir()?, cluster.database("control")?);
        let program = Program::at(beside("daumoi")?, folder.path(), Some(&url)).logging_to(&folder.path().join("log"));
        let desk = Desk::make(&program, "so-cai")?;
        let serving = program.serve_with(&["--spool-size", "0"]);
        let run = self.load(&desk, serving.address(), || {
            take_away(&cluster, Way::Stopped)?;
            thread::sleep(Duration::from_secs(5));
            bring_back(&cluster, Way::Stopped)
        })?;
        let refused = run.listener.iter().filter(|told| !is_acknowledged(told)).count();
        say::control("without a spool: deliveries not acknowledged", refused, refused > 0)
    }

    /// Posts to the listener and to another door, while `strike` takes the server away and brings it back.
    fn load(&self, desk: &Desk, address: SocketAddr, strike: impl FnOnce() -> Result<()>) -> Result<Run> {
        let (is_over, zero) = (AtomicBool::new(false), Instant::now());
        thread::scope(|scope| {
            let callers: Vec<_> = (0..self.callers)
                .map(|caller| {
                    let is_over = &is_over;
                    scope.spawn(move || self.deliver(desk, address, caller, zero, is_over))
                })
                .collect();
            let other = scope.spawn(|| others(desk, address, zero, &is_over));
            let flushing = scope.spawn(|| flushes(zero, &is_over));
            thread::sleep(Duration::from_secs(3));
            let gone = zero.elapsed();
            let struck = strike();
            let back = zero.elapsed();
            thread::sleep(Duration::from_secs(3));
            is_over.store(true, SeqCst);
            let mut listener = Vec::new();
            for caller in callers {
                listener.extend(caller.join().map_err(|_| anyhow!("a caller panicked"))?);
            }
            let others = other.join().map_err(|_| anyhow!("a caller panicked"))?;
            let flushes = flushing.join().map_err(|_| anyhow!("a flush panicked"))??;
            struck?;
            Ok(Run { listener, others, flushes, gone, back })
        })
    }

    /// One connection: adds a record, then changes it again and again, so that order shows.
    fn deliver(
        &self,
        desk: &Desk,
        address: SocketAddr,
        caller: usize,
        zero: Instant,
        is_over: &AtomicBool,
    ) -> Vec<Told> {
        let (mut all, mut connection) = (Vec::new(), None);
        for step in 0.. {
            if is_over.load(SeqCst) {
                break;
            }
            let email = format!("k{caller}@example.com");
            let call = if step == 0 {
                desk.delivery("add-contact", &json!({"name": format!("Khách {caller}"), "emails": [email]}))
            } else {
                desk.delivery("update-contact", &json!({"emails": [email], "bgInfo": word(caller, step)}))
            };
            let begun = zero.elapsed();
            let answer = with(&mut connection, address, |client| desk.send(client, &call));
            let status = match answer {
                Ok(answer) => status(&answer),
                Err(error) => {
                    connection = None;
                    error.to_string()
                }
            };
            all.push(Told { caller, step, begun, took: zero.elapsed() - begun, status });
            thread::sleep(Duration::from_millis(self.pace));
        }
        all
    }
}

/// What a load brought to light.
struct Run {
    listener: Vec<Told>,
    others: Vec<(Duration, Duration)>,
    flushes: Vec<(Duration, Duration)>,
    gone: Duration,
    back: Duration,
}

impl Run {
    fn is_away(&self, told: &Told) -> bool {
        self.holds(told.begun)
    }

    fn holds(&self, moment: Duration) -> bool {
        (self.gone..self.back).contains(&moment)
    }
}

/// Calls to another door, each on a connection of its own so that none waits for the one before: when each was begun, and how
/// long it took to be told anything. One that hangs is counted with the client's patience.
fn others(desk: &Desk, address: SocketAddr, zero: Instant, is_over: &AtomicBool) -> Vec<(Duration, Duration)> {
    let call = desk.post("/api/v2/contact/update", &json!({"refId": "KHONG-CO", "note": "x"}));
    let ask = || {
        let begun = zero.elapsed();
        // What it is told does not matter here, nor whether it was cut off.
        drop(with(&mut None, address, |client| desk.send(client, &call)));
        (begun, zero.elapsed() - begun)
    };
    thread::scope(|scope| {
        let mut asked = Vec::new();
        while !is_over.load(SeqCst) {
            asked.push(scope.spawn(ask));
            thread::sleep(Duration::from_millis(100));
        }
        asked.into_iter().filter_map(|asked| asked.join().ok()).collect()
    })
}

/// What the disk needs for a few bytes, whoever asks it: when each flush was begun, and how long it took.
fn flushes(zero: Instant, is_over: &AtomicBool) -> Result<Vec<(Duration, Duration)>> {
    let (mut file, mut all) = (tempfile::tempfile()?, Vec::new());
    while !is_over.load(SeqCst) {
        let begun = zero.elapsed();
        file.write_all(&[0; 400])?;
        file.sync_data()?;
        all.push((begun, zero.elapsed() - begun));
        thread::sleep(Duration::from_millis(50));
    }
    Ok(all)
}

fn with<T>(
    connection: &mut Option<Client>,
    address: SocketAddr,
    ask: impl FnOnce(&mut Client) -> std::io::Result<T>,
) -> std::io::Result<T> {
    match connection {
        Some(client) => ask(client),
        None => ask(connection.insert(Client::connect(address)?)),
    }
}

fn word(caller: usize, step: usize) -> String {
    format!("lan-{caller}-{step}.")
}

/// The status of the one item, or why there is none.
fn status(answer: &stories::Answer) -> String {
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let status = body["data"][0]["status"].as_str().map(str::to_owned);
    status.filter(|_| answer.status == 200).unwrap_or_else(|| format!("{} {}", answer.status, answer.body))
}

fn is_acknowledged(told: &Told) -> bool {
    ["created", "updated", "queued"].contains(&told.status.as_str())
}

fn take_away(cluster: &Cluster, way: Way) -> Result<()> {
    match way {
        Way::Stopped => cluster.stop(),
        Way::Frozen => cluster.signal("STOP"),
    }
}

fn bring_back(cluster: &Cluster, way: Way) -> Result<()> {
    match way {
        Way::Stopped => cluster.start_again(),
        Way::Frozen => cluster.signal("CONT"),
    }
}

/// Waits until nothing waits any more; gives how long that took.
fn drained(address: SocketAddr) -> Result<Duration> {
    let begun = Instant::now();
    let mut client = Client::connect(address)?;
    loop {
        let metrics = client.get("/metrics")?.body;
        let waiting = metrics.lines().find_map(|line| line.strip_prefix("daumoi_spool_calls "));
        if waiting.and_then(|waiting| waiting.parse::<f64>().ok()) == Some(0.0) {
            return Ok(begun.elapsed());
        }
        ensure!(begun.elapsed() < PATIENCE, "calls still wait: {waiting:?}");
        thread::sleep(Duration::from_millis(100));
    }
}

/// What lies in the journal, against what the clients were told.
struct Found {
    lost: usize,
    twice: usize,
    unordered: usize,
}

impl Found {
    fn read(folder: &Path, url: &str, org: i64, calls: &[Told]) -> Result<Self> {
        let mut look = Look::at(folder, Some(url))?;
        let rows =
            look.rows(&format!("SELECT body FROM requests WHERE org_id = {org} AND outcome = 'ok' ORDER BY id"))?;
        let mut times: HashMap<(usize, usize), usize> = HashMap::new();
        rows.iter().filter_map(|row| read_word(&row[0])).for_each(|mark| *times.entry(mark).or_default() += 1);
        // What a later call wrote over shows in the history, line by line in the order in which it was written.
        let lines = look
            .rows(&format!("SELECT fields FROM changes WHERE org_id = {org} AND fields LIKE '%lan-%' ORDER BY id"))?;
        let mut newest: HashMap<usize, usize> = HashMap::new();
        let (mut unordered, mut written) = (0, HashMap::new());
        for (caller, step) in lines.iter().filter_map(|row| read_last(&row[0])) {
            let last = newest.entry(caller).or_default();
            unordered += usize::from(*last > step);
            *last = step.max(*last);
            *written.entry((caller, step)).or_insert(0) += 1;
        }
        let lost = calls.iter().filter(|told| is_acknowledged(told) && told.step > 0).filter(|told| {
            let mark = (told.caller, told.step);
            !times.contains_key(&mark) || !written.contains_key(&mark)
        });
        let lost = lost.count();
        let twice = times.values().chain(written.values()).filter(|count| **count > 1).count();
        Ok(Self { lost, twice, unordered })
    }
}

/// A line of history tells the old value before the new one.
fn read_last(text: &str) -> Option<(usize, usize)> {
    read_word(&text[text.rfind("lan-")?..])
}

fn read_word(text: &str) -> Option<(usize, usize)> {
    let (_, rest) = text.split_once("lan-")?;
    let (caller, rest) = rest.split_once('-')?;
    let (step, _) = rest.split_once('.')?;
    Some((caller.parse().ok()?, step.parse().ok()?))
}

fn percentile(times: impl Iterator<Item = Duration>, percent: f64) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort_unstable();
    let place = (times.len() as f64 * percent / 100.0) as usize;
    times.get(place.min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn millis(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1e3)
}
