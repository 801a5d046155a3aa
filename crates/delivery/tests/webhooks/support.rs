//! A receiver of webhooks on a port of its own, and an org that tells it things.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use delivery::{Net, Options, Worker};
use domain::change::FieldChange;
use domain::webhook::{Attempt, Delivery, Endpoint, Event, Format};
use domain::{Customer, Dialect, Id, OrgId};
use http_body_util::{BodyExt, Full};
use hub::sealed::KeySource;
use hub::webhooks::{self, NewEndpoint};
use hub::{FixedClock, Hub, customers, outbox};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use testbed::TestPlace;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Seen {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }
}

/// What is answered: status, a header, a body.
pub struct Reply(pub u16, pub Option<(&'static str, String)>, pub &'static str);

/// A server that answers as it is told and keeps what it was sent.
pub struct Receiver {
    pub address: SocketAddr,
    pub seen: UnboundedReceiver<Seen>,
}

impl Receiver {
    /// Answers each request with what `answer` makes of it and of its number, which counts from 0.
    pub async fn start<F>(answer: impl Fn(Seen, usize) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Reply> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (teller, seen) = unbounded_channel();
        let answer = Arc::new(answer);
        let count = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (teller, answer, count) = (teller.clone(), Arc::clone(&answer), Arc::clone(&count));
                let service = service_fn(move |request: Request<Incoming>| {
                    let (teller, answer) = (teller.clone(), Arc::clone(&answer));
                    let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    async move {
                        let seen = read(request).await;
                        let Reply(status, header, body) = answer(seen.clone(), number).await;
                        // The test may be over.
                        drop(teller.send(seen));
                        let mut response = Response::builder().status(status);
                        if let Some((name, value)) = header {
                            response = response.header(name, value);
                        }
                        Ok::<_, Infallible>(response.body(Full::new(Bytes::from_static(body.as_bytes()))).unwrap())
                    }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self { address, seen }
    }

    /// Answers everything with 200.
    pub async fn willing() -> Self {
        Self::start(async |_, _| Reply(200, None, "ok")).await
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// What has arrived so far.
    pub fn all(&mut self) -> Vec<Seen> {
        std::iter::from_fn(|| self.seen.try_recv().ok()).collect()
    }
}

async fn read(request: Request<Incoming>) -> Seen {
    let (head, body) = request.into_parts();
    let headers =
        head.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    let body = body.collect().await.unwrap().to_bytes();
    Seen { path: head.uri.path().to_owned(), headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

/// Does what blocks on a thread that drives no futures.
pub fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}

/// An org on a fresh database whose clock stands still, and a worker that may reach loopback.
pub struct House {
    pub hub: Hub,
    pub clock: Arc<FixedClock>,
    pub org: OrgId,
    pub worker: Worker,
    place: Option<TestPlace>,
}

impl Drop for House {
    fn drop(&mut self) {
        // Taking a database away blocks.
        let place = self.place.take();
        aside(|| drop(place));
    }
}

impl House {
    pub fn new() -> Self {
        Self::reaching(&["127.0.0.0/8"])
    }

    /// With these networks allowed.
    pub fn reaching(networks: &[&str]) -> Self {
        let (place, hub, clock, org) = aside(|| {
            let place = TestPlace::new();
            let (hub, clock) = place.still_hub();
            let hub = hub.with_key(KeySource::Given("07".repeat(32)));
            let org = testbed::org(&hub, "dau-moi");
            (place, hub, clock, org)
        });
        let networks: Vec<_> = networks.iter().map(|network| network.parse().unwrap()).collect();
        let worker = Worker::new(hub.clone(), Net::new(&networks).unwrap(), Options::default());
        Self { hub, clock, org, worker, place: Some(place) }
    }

    /// An endpoint that is told everything; gives its number and its secret.
    pub async fn endpoint(&self, url: &str) -> (i64, String) {
        self.endpoint_for(url, vec![], vec![], Format::Standard, None).await
    }

    pub async fn endpoint_for(
        &self,
        url: &str,
        events: Vec<Event>,
        dialects: Vec<Dialect>,
        format: Format,
        secret: Option<String>,
    ) -> (i64, String) {
        let new = NewEndpoint { url: url.to_owned(), events, dialects, format };
        self.hub.create_endpoint(domain::Actor::cli(self.org), new, secret).await.unwrap()
    }

    /// Makes a customer through a dialect.
    pub async fn add(&self, name: &str, dialect: Dialect) -> Customer {
        let actor = testbed::actor(self.org, dialect, None);
        let new = Customer { name: name.to_owned(), ..Customer::default() };
        self.hub.write(actor, move |tx| customers::create(tx, new.clone(), &[])).await.unwrap()
    }

    /// Renames a customer; gives what changed.
    pub async fn rename(&self, id: Id, name: &str) -> Vec<FieldChange> {
        let name = name.to_owned();
        let actor = testbed::actor(self.org, Dialect::Vbot, None);
        let changed = self.hub.write(actor, move |tx| {
            customers::change(tx, id, |customer| {
                customer.name.clone_from(&name);
                Ok(())
            })
        });
        changed.await.unwrap().fields
    }

    /// Moves the clock on.
    pub fn later(&self, seconds: i64) {
        self.clock.set(self.hub.now().plus_seconds(seconds));
    }

    /// Every delivery with its attempts, oldest first.
    pub async fn deliveries(&self) -> Vec<(Delivery, Vec<Attempt>)> {
        let read = self.hub.read(self.org, |tx| {
            let mut all = outbox::list_deliveries(tx, None, 10_000)?;
            all.reverse();
            all.into_iter().map(|delivery| Ok((delivery.clone(), outbox::attempts(tx, delivery.id)?))).collect()
        });
        read.await.unwrap()
    }

    pub async fn find(&self, number: i64) -> Endpoint {
        self.hub.read(self.org, move |tx| webhooks::find(tx, number)).await.unwrap()
    }
}
