//! What Prometheus reads at `/metrics`.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::MatchedPath;
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeLabelSet, EncodeLabelValue, EncodeMetric, LabelValueEncoder,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

const SECONDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// All figures of the program under the prefix `daumoi`; clones share them.
#[derive(Clone, Default)]
pub struct Metrics(Arc<Figures>);

struct Figures {
    registry: Mutex<Registry>,
    requests: Family<RequestLabels, Counter>,
    errors: Family<EndpointLabels, Counter>,
    seconds: Family<EndpointLabels, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    connections: Gauge,
    refused: Family<RefusedLabels, Counter>,
}

/// Where a request ended: labels that never hold what a client wrote, because the path of a listener is a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct EndpointLabels {
    pub(crate) dialect: Dialect,
    pub(crate) route: Route,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    dialect: Dialect,
    route: Route,
    method: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusedLabels {
    reason: &'static str,
}

/// A dialect's crate name, or `none` for a request that no labelled route took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Dialect(pub(crate) &'static str);

impl Default for Dialect {
    fn default() -> Self {
        Self("none")
    }
}

impl EncodeLabelValue for Dialect {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        self.0.encode(encoder)
    }
}

/// A route's template with its placeholders, or `unmatched`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Route(pub(crate) Option<MatchedPath>);

impl Route {
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_ref().map_or("unmatched", MatchedPath::as_str)
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Route {}

impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        self.as_str().encode(encoder)
    }
}

impl Default for Figures {
    fn default() -> Self {
        let figures = Self {
            registry: Mutex::new(Registry::with_prefix("daumoi")),
            requests: Family::default(),
            errors: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            refused: Family::default(),
        };
        figures.register_own();
        figures
    }
}

impl Figures {
    fn register_own(&self) {
        let mut registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        registry.register("http_requests", "Requests answered", self.requests.clone());
        registry.register("http_errors", "Requests answered 5xx, or not answered at all", self.errors.clone());
        registry.register("http_request_seconds", "Time from request head to answer head", self.seconds.clone());
        registry.register("http_in_flight", "Requests being answered", self.in_flight.clone());
        registry.register("http_connections", "Open connections", self.connections.clone());
        registry.register("http_refused_connections", "Connections turned away", self.refused.clone());
    }
}

impl Metrics {
    /// Adds figures of other parts of the program, by whatever `prometheus_client` offers.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.0.registry.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Adds a gauge whose value is asked for at each reading, such as the length of a queue.
    pub fn register_gauge(
        &self,
        name: &'static str,
        help: &'static str,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        let gauge = AskedGauge { name, help, read: Box::new(read) };
        self.register(|registry| registry.register_collector(Box::new(gauge)));
    }

    /// `GET /metrics`.
    pub fn routes(&self) -> Router {
        let metrics = self.clone();
        let page = async move || match metrics.render() {
            Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        };
        Router::new().route("/metrics", get(page))
    }

    /// The figures in the OpenMetrics text format, which is also Prometheus'.
    pub fn render(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.0.registry.lock().unwrap_or_else(PoisonError::into_inner))?;
        Ok(text)
    }

    pub(crate) fn in_flight(&self) -> Counted {
        Counted::new(&self.0.in_flight)
    }

    pub(crate) fn connection(&self) -> Counted {
        Counted::new(&self.0.connections)
    }

    pub(crate) fn refused(&self, reason: &'static str) {
        self.0.refused.get_or_create(&RefusedLabels { reason }).inc();
    }

    /// Counts one request; `status` is absent if its client left before the answer.
    pub(crate) fn answered(&self, at: &EndpointLabels, method: &Method, status: Option<StatusCode>, took: Duration) {
        let labels = RequestLabels {
            dialect: at.dialect,
            route: at.route.clone(),
            method: known_method(method),
            status: status.map_or("none", class),
        };
        self.0.requests.get_or_create(&labels).inc();
        self.0.seconds.get_or_create(at).observe(took.as_secs_f64());
        if status.is_none_or(|status| status.is_server_error()) {
            self.0.errors.get_or_create(at).inc();
        }
    }
}

/// Adds one to a gauge for as long as it lives.
pub(crate) struct Counted(Gauge);

impl Counted {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

struct AskedGauge {
    name: &'static str,
    help: &'static str,
    read: Box<dyn Fn() -> f64 + Send + Sync>,
}

impl fmt::Debug for AskedGauge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AskedGauge").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Collector for AskedGauge {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let metric = encoder.encode_descriptor(self.name, self.help, None, MetricType::Gauge)?;
        ConstGauge::new((self.read)()).encode(metric)
    }
}

/// A client can make up methods, and each would be a new series.
pub(crate) fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}
