//! What metrics and logs tell of a request, and what they keep to themselves.

use std::io;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

use super::*;
use crate::{Metrics, label, logs};

const SECRET: &str = "s3cret";

fn routes(metrics: &Metrics) -> Router {
    let listener = Router::new()
        .route("/{secret}", post(async |Path(_): Path<String>| "<ok>"))
        .route("/refuse", get(async || StatusCode::BAD_REQUEST))
        .route("/panic", get(async || if SECRET.is_empty() { "" } else { panic!("{SECRET}") }))
        .layer(label("beeiq"));
    Router::new().nest("/listen", listener).merge(metrics.routes())
}

async fn server() -> (Server, Metrics) {
    let metrics = Metrics::default();
    let front = Front { metrics: metrics.clone(), ..Front::new(routes(&metrics)) };
    (Server::start(front).await, metrics)
}

async fn ask(server: &Server, line: &str) -> String {
    server.send(format!("{line} HTTP/1.1\r\nconnection: close\r\nauthorization: {SECRET}\r\n\r\n")).await
}

#[tokio::test]
async fn metrics_name_dialect_template_method_and_class() {
    let (server, metrics) = server().await;
    metrics.register_gauge("queue_length", "Waiting units of work", || 7.0);
    ask(&server, &format!("POST /listen/{SECRET}?token={SECRET}")).await;
    ask(&server, "GET /listen/refuse").await;
    ask(&server, &format!("S3CRET /nowhere/{SECRET}")).await;
    let text = ask(&server, "GET /metrics").await;
    for line in [
        r#"daumoi_http_requests_total{dialect="beeiq",route="/listen/{secret}",method="POST",status="2xx"} 1"#,
        r#"daumoi_http_requests_total{dialect="beeiq",route="/listen/refuse",method="GET",status="4xx"} 1"#,
        r#"daumoi_http_requests_total{dialect="none",route="unmatched",method="other",status="4xx"} 1"#,
        r#"daumoi_http_request_seconds_bucket{le="+Inf",dialect="beeiq",route="/listen/{secret}"} 1"#,
        r#"daumoi_http_request_seconds_bucket{le="0.0005""#,
        "daumoi_http_in_flight 1",
        "daumoi_http_connections ",
        "daumoi_queue_length 7.0",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.to_lowercase().contains(SECRET) && !text.contains("http_errors_total"), "{text}");
}

#[tokio::test]
async fn a_panic_is_a_500_and_an_error_of_its_route() {
    let (server, metrics) = server().await;
    let answer = ask(&server, "GET /listen/panic").await;
    assert!(answer.starts_with("HTTP/1.1 500") && answer.ends_with(r#"{"error":"internal error"}"#), "{answer}");
    let line = r#"daumoi_http_errors_total{dialect="beeiq",route="/listen/panic"} 1"#;
    assert!(metrics.render().unwrap().contains(line));
}

#[tokio::test]
async fn a_handler_that_is_cut_counts_as_an_error() {
    let (reached, was_reached) = oneshot::channel();
    let reached = Arc::new(Mutex::new(Some(reached)));
    let hang = async move || {
        let _ = reached.lock().unwrap().take().unwrap().send(());
        std::future::pending::<()>().await;
    };
    let limits = crate::Limits { drain: Duration::ZERO, ..Default::default() };
    let front = Front { limits, ..Front::new(Router::new().route("/", get(hang)).layer(label("vbot"))) };
    let metrics = front.metrics.clone();
    let server = Server::start(front).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    was_reached.await.unwrap();
    server.stop().await;
    let text = metrics.render().unwrap();
    assert!(text.contains(r#"{dialect="vbot",route="/",method="GET",status="none"} 1"#), "{text}");
    assert!(text.contains(r#"daumoi_http_errors_total{dialect="vbot",route="/"} 1"#), "{text}");
    assert!(text.contains("daumoi_http_in_flight 0"), "{text}");
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::Write::write(&mut *self.0.lock().unwrap(), bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Page {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

async fn logged(format: logs::Format, levels: &str) -> String {
    let page = Page::default();
    let subscriber = logs::subscriber(format, levels.parse().unwrap(), false, page.clone());
    // Everything of the test runs on this thread.
    let _log = tracing::subscriber::set_default(subscriber);
    let (server, _) = server().await;
    ask(&server, &format!("POST /listen/{SECRET}?q={SECRET}")).await;
    ask(&server, &format!("GET /{SECRET}")).await;
    server.stop().await;
    let text = page.0.lock().unwrap().clone();
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn a_json_line_tells_of_each_request_without_its_secrets() {
    let text = logged(logs::Format::Json, "info").await;
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(lines[0]["dialect"], "beeiq");
    assert_eq!(lines[0]["route"], "/listen/{secret}");
    assert_eq!(lines[0]["method"], "POST");
    assert_eq!(lines[0]["status"], 200);
    assert_eq!(lines[0]["client"], "127.0.0.1");
    assert!(lines[0]["ms"].is_f64() && lines[0]["id"] != lines[1]["id"]);
    assert_eq!(lines[1]["route"], "unmatched");
    assert!(!text.contains(SECRET), "{text}");
}

#[tokio::test]
async fn a_text_line_tells_the_same_and_levels_choose() {
    let text = logged(logs::Format::Text, "trace").await;
    assert!(text.contains(r#"dialect="beeiq" route="/listen/{secret}" method="POST" status=200"#), "{text}");
    assert!(!text.contains(SECRET), "{text}");
    assert_eq!(logged(logs::Format::Text, "info,front=warn").await, "");
}
