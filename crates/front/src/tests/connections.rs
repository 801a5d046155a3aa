//! Clients that stand still, come in crowds, or are there when the server stops.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use tokio::sync::Notify;

use super::*;
use crate::{BodyBudget, Limits, read_body};

/// Longer than a machine holds up what is to happen before it, shorter than anybody wants to wait.
const SOON: Duration = Duration::from_secs(1);
const NEVER: Duration = Duration::from_secs(3600);
const GET: &[u8] = b"GET / HTTP/1.1\r\n\r\n";

fn hello() -> Router {
    Router::new().route("/", get(async || "<hello>"))
}

fn limited(limits: Limits) -> Front {
    Front { limits, ..Front::new(hello()) }
}

/// A route that says when it was reached and answers when it is let go.
fn held() -> (Router, Arc<Notify>, Arc<Notify>) {
    let (reached, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (Arc::clone(&reached), Arc::clone(&go));
    let hold = async move || {
        tell.notify_one();
        wait.notified().await;
        "<held>"
    };
    (Router::new().route("/", get(hold)), reached, go)
}

#[tokio::test]
async fn a_slow_head_is_closed() {
    let server = Server::start(limited(Limits { head_time: SOON, idle_time: NEVER, ..Limits::default() })).await;
    assert_eq!(server.send("").await, "");
    assert_eq!(server.send("GET / HT").await, "");
    assert_eq!(server.send("GET / HTTP/1.1\r\nhost: a\r\n").await, "");
}

#[tokio::test]
async fn a_slow_head_of_a_later_request_is_closed() {
    let server = Server::start(limited(Limits { head_time: SOON, idle_time: NEVER, ..Limits::default() })).await;
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    read_until(&mut stream, "<hello>").await;
    stream.write_all(b"GET").await.unwrap();
    assert_eq!(read_all(&mut stream).await, "");
}

#[tokio::test]
async fn blank_lines_do_not_wind_the_clock_up() {
    let server = Server::start(limited(Limits { head_time: SOON, idle_time: NEVER, ..Limits::default() })).await;
    let mut stream = server.connect().await;
    let (mut reader, mut writer) = stream.split();
    let trickle = async {
        while writer.write_all(b"\r\n").await.is_ok() {
            tokio::time::sleep(SOON / 5).await;
        }
    };
    let closed = async {
        let _ = tokio::time::timeout(PATIENCE, reader.read_u8()).await.expect("the server closes");
    };
    tokio::join!(trickle, closed);
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let server = Server::start(limited(Limits { head_time: NEVER, idle_time: SOON, ..Limits::default() })).await;
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    read_until(&mut stream, "<hello>").await;
    assert_eq!(read_all(&mut stream).await, "");
}

#[tokio::test]
async fn the_parser_closes_idle_connections_after_a_chunked_body() {
    let limits = Limits { head_time: SOON, idle_time: SOON, ..Limits::default() };
    let router = Router::new().route("/", post(async |_: String| "<hello>"));
    let server = Server::start(Front { limits, ..Front::new(router) }).await;
    let mut stream = server.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n").await.unwrap();
    read_until(&mut stream, "<hello>").await;
    assert_eq!(read_all(&mut stream).await, "");
}

#[tokio::test]
async fn a_connection_may_be_idle_longer_than_a_head_may_take() {
    let server = Server::start(limited(Limits { head_time: SOON, ..Limits::default() })).await;
    let mut stream = server.connect().await;
    for _ in 0..2 {
        stream.write_all(GET).await.unwrap();
        read_until(&mut stream, "<hello>").await;
        tokio::time::sleep(3 * SOON).await;
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed() {
    let limits = Limits { write_stall: SOON, ..Limits::default() };
    let flood = Router::new().route("/", get(async || vec![b'x'; 64 << 20]));
    let front = Front { limits, ..Front::new(flood) };
    let metrics = front.metrics.clone();
    let server = Server::start(front).await;
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    read_until(&mut stream, "xx").await;
    eventually(|| metrics.render().unwrap().contains("daumoi_http_connections 0\n")).await;
}

#[tokio::test]
async fn too_many_connections_of_one_address_are_turned_away() {
    let server = Server::start(limited(Limits { connections_per_address: 1, ..Limits::default() })).await;
    let mut first = server.connect().await;
    first.write_all(GET).await.unwrap();
    read_until(&mut first, "<hello>").await;
    assert!(server.send("").await.starts_with("HTTP/1.1 503"));
    drop(first);
    while !server.send("GET / HTTP/1.0\r\n\r\n").await.ends_with("<hello>") {}
}

#[tokio::test]
async fn too_many_connections_are_turned_away() {
    let server = Server::start(limited(Limits { connections: 1, ..Limits::default() })).await;
    let mut first = server.connect().await;
    first.write_all(GET).await.unwrap();
    read_until(&mut first, "<hello>").await;
    assert!(server.send("").await.starts_with("HTTP/1.1 503"));
    first.write_all(GET).await.unwrap();
    read_until(&mut first, "<hello>").await;
}

#[tokio::test]
async fn a_crowd_of_slow_clients_keeps_nobody_waiting() {
    let server = Server::of(hello()).await;
    let mut crowd = Vec::new();
    for _ in 0..400 {
        let mut stream = server.connect().await;
        stream.write_all(b"GET / HTTP/1.1\r\nslow: ").await.unwrap();
        crowd.push(stream);
    }
    assert!(server.send("GET / HTTP/1.0\r\n\r\n").await.ends_with("<hello>"));
}

#[tokio::test]
async fn stopping_finishes_what_is_in_flight_and_closes_what_is_idle() {
    let (router, reached, go) = held();
    let server = Server::of(router.merge(Router::new().route("/hello", get(async || "<hello>")))).await;
    let (mut busy, mut idle, mut fresh) = (server.connect().await, server.connect().await, server.connect().await);
    fresh.write_all(b"GET /hel").await.unwrap();
    idle.write_all(b"GET /hello HTTP/1.1\r\n\r\n").await.unwrap();
    read_until(&mut idle, "<hello>").await;
    busy.write_all(GET).await.unwrap();
    reached.notified().await;
    let address = server.address;
    let stopping = tokio::spawn(server.stop());
    assert_eq!(read_all(&mut idle).await, "");
    assert_eq!(read_all(&mut fresh).await, "");
    assert!(TcpStream::connect(address).await.is_err());
    go.notify_one();
    assert!(read_all(&mut busy).await.ends_with("<held>"));
    assert_eq!(stopping.await.unwrap(), Drained { cut: 0 });
}

#[tokio::test]
async fn stopping_cuts_what_does_not_end() {
    let (router, reached, _go) = held();
    let server =
        Server::start(Front { limits: Limits { drain: SOON, ..Limits::default() }, ..Front::new(router) }).await;
    let mut busy = server.connect().await;
    busy.write_all(GET).await.unwrap();
    reached.notified().await;
    assert_eq!(server.stop().await, Drained { cut: 1 });
    assert_eq!(read_all(&mut busy).await, "");
}

#[tokio::test]
async fn a_client_that_only_closes_its_sending_side_is_answered() {
    let (router, reached, go) = held();
    let server = Server::of(router).await;
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    stream.shutdown().await.unwrap();
    reached.notified().await;
    go.notify_one();
    assert!(read_all(&mut stream).await.ends_with("<held>"));
}

#[tokio::test]
async fn a_client_that_waits_for_100_continue_gets_it() {
    let read = async |body: Body| read_body(body, 100, &BodyBudget::default()).await.unwrap();
    let server = Server::of(Router::new().route("/", post(read))).await;
    let mut stream = server.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n").await.unwrap();
    assert_eq!(read_until(&mut stream, "\r\n\r\n").await, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"abc").await.unwrap();
    read_until(&mut stream, "abc").await;
}
