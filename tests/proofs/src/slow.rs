//! `slow`: thousands of clients that send and read as slowly as they may, and whether others wait for them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use serde_json::Value;
use stories::{Program, Serving};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use proofs::say;

/// How often a slow client sends or takes a byte.
const DRIP: Duration = Duration::from_secs(2);
/// After an answer, before the next call: the machine is to be busy and not full.
const PAUSE: Duration = Duration::from_millis(8);
/// Slow clients of one address, below what an address may have.
const OF_ONE_ADDRESS: usize = 500;

/// 5,000 slow connections (heads, bodies, readers, silence): others' p99 at most doubles
#[derive(Debug, Args)]
pub struct Slow {
    /// Slow connections that are kept open
    #[arg(long, default_value_t = 5_000)]
    connections: usize,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Callers that are not slow
    #[arg(long, default_value_t = 16)]
    callers: usize,
}

impl Slow {
    /// Does it.
    pub fn run(self) -> Result<()> {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(self.prove())
    }

    async fn prove(self) -> Result<()> {
        let folder = tempfile::TempDir::new()?;
        let server = Server::start(folder.path(), &[])?;
        self.calls(&server, Duration::from_secs(5)).await?;
        let before = self.calls(&server, self.time()).await?;
        let empty = server.memory()?;

        let crowd = Crowd::gather(&self, &server).await?;
        let among = self.calls(&server, self.time()).await?;
        let (open, full, cut) = (crowd.open(), server.memory()?, crowd.cut());
        drop(crowd);

        let after = self.calls(&server, self.time()).await?;
        say::figure("slow connections open at the end", open);
        say::figure("slow connections that the program cut, and that came again", cut);
        say::figure("calls a second without and with them", format!("{} and {}", before.rate(), among.rate()));
        say::figure("p50 without and with them, ms", format!("{:.2} and {:.2}", before.at(50.0), among.at(50.0)));
        say::figure("memory of the program without and with them, MB", format!("{empty} and {full}"));
        say::promise("slow connections, of those wanted", open, "95 %", open * 100 >= self.connections * 95)?;
        say::promise("calls that failed among them", among.failed, "0", among.failed == 0)?;
        // The machine is shared: what it does of itself is in the measurements before and after.
        let alone = before.at(99.0).max(after.at(99.0));
        let found =
            format!("{:.2} (without: {:.2} before, {:.2} after)", among.at(99.0), before.at(99.0), after.at(99.0));
        say::promise("p99 with them, ms", found, "2 × without", among.at(99.0) <= 2.0 * alone)?;
        drop(server);
        self.control().await
    }

    /// The same crowd before a program that takes no more connections than the crowd has.
    async fn control(self) -> Result<()> {
        let folder = tempfile::TempDir::new()?;
        let few = (self.connections / 2).to_string();
        let server = Server::start(folder.path(), &["--max-connections", &few])?;
        let crowd = Crowd::gather(&self, &server).await?;
        let among = self.calls(&server, Duration::from_secs(5)).await?;
        drop(crowd);
        say::control("calls that failed with room for half the crowd", among.failed, among.failed > 0)
    }

    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// What callers that are not slow wait for.
    async fn calls(&self, server: &Server, time: Duration) -> Result<Waits> {
        let until = Instant::now() + time;
        let mut callers = JoinSet::new();
        for caller in 0..self.callers {
            let (address, token, path) = (server.address, server.token.clone(), server.listener.clone());
            callers.spawn(async move { call(address, &token, &path, caller, until).await });
        }
        let mut waits = Waits { time, ..Waits::default() };
        while let Some(ended) = callers.join_next().await {
            let (took, failed) = ended?;
            waits.took.extend(took);
            waits.failed += failed;
        }
        waits.took.sort_unstable();
        Ok(waits)
    }
}

/// How long calls took, shortest first.
#[derive(Default)]
struct Waits {
    took: Vec<Duration>,
    failed: u64,
    time: Duration,
}

impl Waits {
    fn at(&self, percent: f64) -> f64 {
        let place = (self.took.len() as f64 * percent / 100.0) as usize;
        self.took
            .get(place.min(self.took.len().saturating_sub(1)))
            .map_or(f64::INFINITY, |took| took.as_secs_f64() * 1e3)
    }

    fn rate(&self) -> u64 {
        (self.took.len() as f64 / self.time.as_secs_f64()) as u64
    }
}

/// One caller: three reads for each write, on a connection that is kept.
async fn call(address: SocketAddr, token: &str, path: &str, caller: usize, until: Instant) -> (Vec<Duration>, u64) {
    let (mut took, mut failed, mut number) = (Vec::new(), 0, 0_u64);
    let mut connection = None;
    while Instant::now() < until {
        number += 1;
        let request = if number.is_multiple_of(4) {
            let body = format!(
                r#"{{"senderUser":"chu@example.com","data":[{{"actionType":"add-contact","data":{{"name":"Người {caller} {number}","phones":["09{:08}"]}}}}]}}"#,
                (caller as u64 * 1_000_000 + number) % 100_000_000
            );
            format!(
                "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
        } else {
            format!(
                "GET /api/v2/contact/filterContact/list HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n"
            )
        };
        let begun = Instant::now();
        let answered = timeout(Duration::from_secs(10), exchange(address, &mut connection, &request)).await;
        match answered {
            Ok(Ok(())) => took.push(begun.elapsed()),
            _ => {
                failed += 1;
                connection = None;
            }
        }
        sleep(PAUSE).await;
    }
    (took, failed)
}

/// Sends a request and reads its answer, which must be a success.
async fn exchange(address: SocketAddr, kept: &mut Option<TcpStream>, request: &str) -> Result<()> {
    let connection = match kept {
        Some(connection) => connection,
        None => {
            let connection = TcpStream::connect(address).await?;
            connection.set_nodelay(true)?;
            kept.insert(connection)
        }
    };
    connection.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    loop {
        ensure!(connection.read_buf(&mut answer).await? > 0, "the answer breaks off");
        let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
        ensure!(head.starts_with("http/1.1 200"), "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.context("no length")?.trim().parse()?;
        if answer.len() >= end + 4 + length {
            return Ok(());
        }
    }
}

/// Clients that are as slow as they may be, and come again when they are cut; they go when this is dropped.
struct Crowd {
    open: Arc<AtomicU64>,
    cut: Arc<AtomicU64>,
    leaves: Arc<AtomicBool>,
    _clients: JoinSet<()>,
}

impl Crowd {
    async fn gather(plan: &Slow, server: &Server) -> Result<Self> {
        let (open, cut, leaves) = (Arc::default(), Arc::default(), Arc::default());
        let mut clients = JoinSet::new();
        for number in 0..plan.connections {
            let from = Ipv4Addr::new(127, 0, 9, u8::try_from(number / OF_ONE_ADDRESS + 1)?);
            let client = Client { number, from, to: server.address, path: server.listener.clone() };
            let (open, cut, leaves) = (Arc::clone(&open), Arc::clone(&cut), Arc::clone(&leaves));
            clients.spawn(async move { client.stay(&open, &cut, &leaves).await });
        }
        let crowd = Self { open, cut, leaves, _clients: clients };
        // The listening socket's queue is short: they come as fast as they are taken.
        let begun = Instant::now();
        while crowd.open() < plan.connections * 95 / 100 && begun.elapsed() < Duration::from_secs(20) {
            sleep(Duration::from_millis(50)).await;
        }
        Ok(crowd)
    }

    fn open(&self) -> usize {
        usize::try_from(self.open.load(Relaxed)).unwrap_or(0)
    }

    fn cut(&self) -> u64 {
        self.cut.load(Relaxed)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.leaves.store(true, Relaxed);
    }
}

struct Client {
    number: usize,
    from: Ipv4Addr,
    to: SocketAddr,
    path: String,
}

impl Client {
    async fn stay(&self, open: &AtomicU64, cut: &AtomicU64, leaves: &AtomicBool) {
        while !leaves.load(Relaxed) {
            if let Ok(connection) = self.connect().await {
                open.fetch_add(1, Relaxed);
                // Being cut is what it is here for.
                drop(self.drip(connection, leaves).await);
                open.fetch_sub(1, Relaxed);
                cut.fetch_add(1, Relaxed);
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    async fn connect(&self) -> Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(IpAddr::V4(self.from), 0))?;
        // What is not read is to stay with the server.
        socket.set_recv_buffer_size(4_096)?;
        Ok(socket.connect(self.to).await?)
    }

    /// A head, a body or an answer, byte by byte; or nothing at all.
    async fn drip(&self, mut connection: TcpStream, leaves: &AtomicBool) -> Result<()> {
        let begin = match self.number % 4 {
            0 => "GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ".to_owned(),
            1 => format!("POST {} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n", self.path),
            2 => "GET /sign-in HTTP/1.1\r\nhost: x\r\n\r\n".repeat(200),
            _ => String::new(),
        };
        connection.write_all(begin.as_bytes()).await?;
        // They do not all move at once.
        sleep(DRIP * u32::try_from(self.number % 100)? / 100).await;
        while !leaves.load(Relaxed) {
            if self.number.is_multiple_of(4) || self.number % 4 == 1 {
                connection.write_all(b"x").await?;
            }
            let mut byte = [0];
            match timeout(DRIP, connection.read(&mut byte)).await {
                Ok(Ok(0)) => bail!("cut"),
                Ok(read) => {
                    read?;
                    sleep(DRIP).await;
                }
                Err(_) => {}
            }
        }
        Ok(())
    }
}

/// The program, with an org in it.
struct Server {
    serving: Serving,
    address: SocketAddr,
    token: String,
    listener: String,
}

impl Server {
    fn start(data: &Path, flags: &[&str]) -> Result<Self> {
        let program = Program::new(data, None);
        let org = ["org", "create", "--slug", "cham", "--name", "Chậm", "--admin-email", "chu@example.com"];
        let org = program.json(&org);
        let text = |value: &Value| value.as_str().map(str::to_owned).context("not said");
        let (token, listener) = (text(&org["token"])?, text(&org["listener"]["path"])?);
        let serving = program.serve_with(flags);
        Ok(Self { address: serving.address(), serving, token, listener })
    }

    /// MB in memory.
    fn memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.serving.pid()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.split_whitespace().next().context("no number")?.parse::<u64>()? / 1_000)
    }
}
