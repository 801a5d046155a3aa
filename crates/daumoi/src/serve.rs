//! `daumoi serve`: the listening program, put together from its parts.

mod metrics;
mod signals;

use std::convert::Infallible;
use std::future::Future;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use clap::Args;
use delivery::{Net, Worker};
use front::logs::Format;
use front::{Front, Limits, Metrics, TrustedProxies, label};
use hub::{Hub, Options};
use ipnet::IpNet;
use kit::drain;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, interval_at};
use tower::ServiceExt as _;

use web::Web;

pub use self::signals::Signals;
use crate::args::NetworksArg;
use crate::courier::PagesCourier;
use crate::doors;
use crate::ground::Ground;

/// Files and sockets below which a busy day ends in refused connections.
pub const FEW_FILES: u64 = 4_096;
/// How long the database may take to say that it is there.
const PROBE: Duration = Duration::from_secs(2);
/// How often last uses and counters are written.
const USES: Duration = Duration::from_secs(1);
/// How often old journal rows are taken away.
const SWEEP: Duration = Duration::from_secs(600);
/// What is on its way out may take so long to end.
const LAST_SENDS: Duration = Duration::from_secs(2);
/// What is left of the ten seconds to stop in after requests were finished.
const LAST_WRITES: Duration = Duration::from_secs(1);

/// Serve all interfaces until SIGTERM or SIGINT, then finish what was accepted
#[derive(Debug, Args)]
#[command(after_help = "\
EXAMPLES
  daumoi serve --data /srv/daumoi --listen 0.0.0.0:8080 --trusted-proxy 10.0.0.0/8
  daumoi serve --database postgres://daumoi@db/daumoi --files s3://daumoi-files --log-format json

GET /healthz says that the process is up, GET /readyz that the database answers, GET /metrics is for Prometheus.")]
pub struct Serve {
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: String,
    #[command(flatten)]
    options: ServeOptions,
    /// Connections to PostgreSQL
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(2..=500))]
    database_connections: u16,
    /// Calls of webhook listeners that wait in DIR/spool while PostgreSQL is away, in megabytes at most; 0 lets none wait
    #[arg(long, value_name = "MB", default_value_t = 1_024)]
    spool_size: u64,
}

/// How it is served, wherever the data is.
#[derive(Debug, Clone, Args)]
pub struct ServeOptions {
    /// Network of a proxy whose X-Forwarded-For is believed; repeat for more
    #[arg(long, value_name = "CIDR", value_delimiter = ',', value_parser = network)]
    trusted_proxy: Vec<IpNet>,
    /// What is logged: a level, or a list such as info,hub=debug
    #[arg(long, value_name = "LEVELS", default_value = "info")]
    pub log: String,
    /// How it is logged: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = log_format)]
    log_format: Format,
    /// Connections from clients at once
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    max_connections: u32,
    /// Connections from one address at once; 0 is no bound
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    max_connections_per_address: u32,
    #[command(flatten)]
    networks: NetworksArg,
    /// Leave sending SMS, e-mail and webhooks to `daumoi work`
    #[arg(long)]
    no_delivery: bool,
}

fn network(text: &str) -> Result<IpNet, String> {
    hub::access::parse_network(text).map_err(|_| "expected a network such as 10.0.0.0/8 or an address".to_owned())
}

pub fn log_format(text: &str) -> Result<Format, String> {
    text.parse().map_err(str::to_owned)
}

impl Serve {
    /// Does it.
    pub fn run(self, ground: &Ground) -> Result<()> {
        let connections = usize::from(self.database_connections);
        let server = Server::start(&self.options, [self.listen])?;
        let hub = ground.open_or_make(Options { connections, ..Options::default() })?;
        let hub = ground.with_spool(hub, self.spool_size.saturating_mul(1_000_000));
        let address = server.address()?;
        // A closed standard output is no reason not to serve.
        drop(writeln!(io::stdout().lock(), "listening on http://{address}"));
        tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "listening");
        server.run(hub)
    }
}

/// A listening socket with the threads that will serve it.
pub struct Server {
    runtime: Runtime,
    listener: TcpListener,
    signals: Signals,
    limits: Limits,
    proxies: TrustedProxies,
    /// The way out, unless this process sends nothing.
    net: Option<Net>,
}

impl Server {
    /// Starts the log and listens on the first address that is free.
    pub fn start(options: &ServeOptions, addresses: impl IntoIterator<Item = String>) -> Result<Self> {
        front::logs::init(options.log_format, &options.log)
            .map_err(|error| anyhow!("--log {:?} cannot be read: {error}", options.log))?;
        let open_files = front::raise_open_files();
        if open_files < FEW_FILES {
            tracing::warn!(open_files, "few files and sockets may be open at once; raise the limit with ulimit -n");
        }
        let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 4);
        let runtime = Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
        let (listener, signals) = runtime.block_on(async {
            let signals = Signals::catch()?;
            Ok::<_, anyhow::Error>((listen(addresses).await?, signals))
        })?;
        let limits = Limits {
            connections: options.max_connections as usize,
            connections_per_address: options.max_connections_per_address as usize,
            ..Limits::default()
        };
        let proxies = options.trusted_proxy.iter().copied().collect();
        let net = if options.no_delivery { None } else { Some(options.networks.net()?) };
        Ok(Self { runtime, listener, signals, limits, proxies, net })
    }

    /// The address it listens on, with the port it was given.
    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// Serves until the process is told to stop. Data is closed last, when nobody uses it any more.
    pub fn run(self, hub: Hub) -> Result<()> {
        let Self { runtime, listener, signals, limits, proxies, net } = self;
        let metrics = Metrics::default();
        metrics::register(&metrics, hub.db());
        if let Some(spool) = hub.spool() {
            metrics::register_spool(&metrics, &hub, spool);
        }
        let courier = PagesCourier::new(&hub, net.as_ref());
        let front = Front { router: routes(&hub, &metrics, courier), limits, proxies, metrics };
        let worker = net.map(|net| Worker::new(hub.clone(), net, delivery::Options::default()));
        if let Some(worker) = &worker {
            metrics::register_delivery(&front.metrics, worker.figures());
        }
        runtime.block_on(serve(front, listener, &hub, worker, signals.stop()));
        runtime.shutdown_timeout(LAST_WRITES / 2);
        drop(hub);
        tracing::info!("stopped");
        Ok(())
    }
}

async fn listen(addresses: impl IntoIterator<Item = String>) -> Result<TcpListener> {
    let mut refusal = anyhow!("no address to listen on");
    for address in addresses {
        match TcpListener::bind(&address).await {
            Ok(listener) => return Ok(listener),
            Err(error) => refusal = anyhow!("cannot listen on {address}: {error}"),
        }
    }
    Err(refusal)
}

/// Every route of the program.
fn routes(hub: &Hub, metrics: &Metrics, courier: PagesCourier) -> Router {
    let web = Web::new(hub.clone(), doors::lenses()).with_courier(Arc::new(courier)).with_player(doors::player(hub));
    let probed = hub.clone();
    let ready = move || {
        let probe = probed.probe();
        async move { if is_there(probe).await { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "busy") } }
    };
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .merge(metrics.routes())
        .merge(web::routes(web.clone()).layer(label("web")))
        .merge(dialects(hub, web))
}

/// The routes of the dialects, each labelled with its name for metrics and logs.
fn dialects(hub: &Hub, web: Web) -> Router {
    let nowhere = web::nowhere(web).layer(label("web"));
    // VBot's come last: they are asked once more for what no path took.
    let [doors @ .., (_, vbot)] = doors::routes(hub).map(|(name, routes)| (name, routes.layer(label(name))));
    doors
        .into_iter()
        .fold(Router::new(), |all, (_, routes)| all.merge(routes))
        .merge(vbot.clone())
        .fallback(move |request| unmatched(vbot.clone(), nowhere.clone(), request))
}

/// What no path took: it may be one of VBot's, which hold in any case of letters. Programs, which ask below `/api`, are then told
/// in JSON, whatever case they ask in, and people in a page.
async fn unmatched(vbot: Router, nowhere: Router, request: Request) -> Response {
    let request = match vbot::in_any_case(vbot, request).await {
        Ok(answer) => return answer,
        Err(request) => request,
    };
    if is_below(request.uri().path(), "/api/customer") {
        return oneoffice::unknown_path().await;
    }
    if is_below(request.uri().path(), "/api") {
        return omicrm::unknown_path().await;
    }
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/html")) {
        return match nowhere.oneshot(request).await {
            Ok(page) => page,
            Err(never) => match never {},
        };
    }
    (StatusCode::NOT_FOUND, "not found").into_response()
}

fn is_below(path: &str, root: &str) -> bool {
    let is_begun = path.get(..root.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(root));
    is_begun && matches!(path.as_bytes().get(root.len()), None | Some(b'/'))
}

async fn is_there(probe: impl Future<Output = domain::Result<()>>) -> bool {
    match tokio::time::timeout(PROBE, probe).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!(cause = error.private(), "the database does not answer");
            false
        }
        Err(_) => {
            tracing::warn!("the database does not answer in time");
            false
        }
    }
}

async fn serve(front: Front, listener: TcpListener, hub: &Hub, worker: Option<Worker>, stop: impl Future<Output = ()>) {
    let (stopping, stopped) = watch::channel(());
    let (halting, halted) = watch::channel(());
    let working = worker.map(|worker| tokio::spawn(work(worker, halted)));
    let uses = tokio::spawn(write_uses(hub.clone(), stopped));
    let sweeping = tokio::spawn(sweep(hub.clone()));
    let draining = tokio::spawn(drain::drain(hub.clone(), doors::of_listeners(hub)));
    // Both halves stop at once: nothing new goes out while the last requests are answered.
    let stop = async move {
        stop.await;
        drop(halting);
    };
    let drained = front.serve(listener, stop).await;
    if drained.cut > 0 {
        tracing::warn!(connections = drained.cut, "requests were cut off: they took too long to finish");
    }
    sweeping.abort();
    // What was not worked off stays on disk for the next start.
    draining.abort();
    drop(stopping);
    if tokio::time::timeout(LAST_WRITES, uses).await.is_err() {
        tracing::warn!("the last uses of tokens and listeners were not written in time");
    }
    if let Some(working) = working
        && tokio::time::timeout(LAST_SENDS, working).await.is_err()
    {
        tracing::warn!("what was on its way out was cut off; it is sent again when its lease is over");
    }
}

async fn work(worker: Worker, mut stop: watch::Receiver<()>) {
    // Whoever held the other end is gone when this fails: the same as being told.
    worker.run(async move { drop(stop.changed().await) }).await;
}

/// Writes last uses and counters now and then, and once more at the end.
async fn write_uses(hub: Hub, mut stop: watch::Receiver<()>) {
    let mut clock = interval(USES);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_last = false;
    while !is_last {
        tokio::select! {
            _ = clock.tick() => {}
            _ = stop.changed() => is_last = true,
        }
        if let Err(error) = hub.write_uses().await {
            tracing::warn!(cause = error.private(), "uses of tokens and listeners were not written");
        }
    }
}

async fn sweep(hub: Hub) -> Infallible {
    let mut clock = interval_at(tokio::time::Instant::now() + SWEEP / 10, SWEEP);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        match hub.sweep_journal().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "old calls were taken out of the journal"),
            Err(error) => tracing::warn!(cause = error.private(), "the journal could not be swept"),
        }
        match hub.sweep_deliveries().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "old deliveries were forgotten"),
            Err(error) => tracing::warn!(cause = error.private(), "old deliveries could not be forgotten"),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};

    use super::*;

    #[test]
    fn a_path_that_nobody_has_is_told_in_the_words_of_whoever_asks() {
        let folder = tempfile::tempdir().unwrap();
        let (hub, _) = crate::tests::made(folder.path());
        let router = routes(&hub, &Metrics::default(), PagesCourier::new(&hub, None));
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        for (path, words) in [
            ("/api/v2/Contact/add", r#""message":"path_not_found""#),
            ("/API/auth", r#""message":"path_not_found""#),
            ("/api", r#""message":"path_not_found""#),
            ("/api/v9/nothing", r#""message":"path_not_found""#),
            ("/API/Customer/Contact/Insert", r#"{"error":true,"#),
            ("/API/CRM/nothing", r#""error":404"#),
            ("/apis", "not found"),
        ] {
            let request = Request::builder().uri(path).body(Body::empty()).unwrap();
            let (status, body) = runtime.block_on(async {
                let response = router.clone().oneshot(request).await.unwrap();
                (response.status(), to_bytes(response.into_body(), usize::MAX).await.unwrap())
            });
            let body = String::from_utf8_lossy(&body);
            assert!(body.contains(words), "{path}: {status} {body}");
        }
    }
}
