//! One request watched from head to answer: its id, its place in the metrics, its line in the log.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use tokio::time::Instant;
use tower::util::MapRequestLayer;

use crate::metrics::{Counted, Dialect, EndpointLabels, Route, known_method};
use crate::{ClientAddress, Metrics};

/// Names one request in the logs, an extension of every request. It names nothing else: ids that are kept come from
/// elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId {
    process: u32,
    count: u64,
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}-{}", self.process, self.count)
    }
}

impl RequestId {
    fn next() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        // Tells the lines of two processes apart that write to one collector.
        static PROCESS: LazyLock<u32> = LazyLock::new(|| RandomState::new().build_hasher().finish() as u32);
        Self { process: *PROCESS, count: COUNT.fetch_add(1, Ordering::Relaxed) }
    }
}

/// A layer for the routes of one dialect (or `web`): it tells metrics and log which dialect and which route template
/// took the request. Without it a request counts as dialect `none`, route `unmatched`.
pub fn label(dialect: &'static str) -> MapRequestLayer<impl Fn(Request) -> Request + Clone> {
    MapRequestLayer::new(move |request: Request| {
        if let Some(Endpoint(endpoint)) = request.extensions().get() {
            let route = Route(request.extensions().get::<MatchedPath>().cloned());
            // Set already if layers are nested: the outer one knows best.
            let _ = endpoint.set(EndpointLabels { dialect: Dialect(dialect), route });
        }
        request
    })
}

/// Where [`label`] leaves its note, so that it is there even when the handler panics.
#[derive(Clone, Default)]
struct Endpoint(Arc<OnceLock<EndpointLabels>>);

/// A request between its head and its answer.
pub(crate) struct Observed {
    metrics: Metrics,
    endpoint: Endpoint,
    method: Method,
    client: ClientAddress,
    id: RequestId,
    began: Instant,
    status: Option<StatusCode>,
    _in_flight: Counted,
}

impl Observed {
    /// Begins to watch, and puts [`ClientAddress`] and [`RequestId`] into the request.
    pub(crate) fn begin<B>(request: &mut axum::http::Request<B>, metrics: &Metrics, client: ClientAddress) -> Self {
        let observed = Self {
            metrics: metrics.clone(),
            endpoint: Endpoint::default(),
            method: request.method().clone(),
            client,
            id: RequestId::next(),
            began: Instant::now(),
            status: None,
            _in_flight: metrics.in_flight(),
        };
        let extensions = request.extensions_mut();
        extensions.insert(client);
        extensions.insert(observed.id);
        extensions.insert(observed.endpoint.clone());
        observed
    }

    /// The request was answered.
    pub(crate) fn answered(mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        let unmatched = EndpointLabels::default();
        let at = self.endpoint.0.get().unwrap_or(&unmatched);
        self.metrics.answered(at, &self.method, self.status, took);
        tracing::info!(
            dialect = at.dialect.0,
            route = at.route.as_str(),
            method = known_method(&self.method),
            status = self.status.map(|status| status.as_u16()),
            ms = took.as_micros() as f64 / 1000.0,
            id = %self.id,
            client = %self.client,
            "request"
        );
    }
}
