//! Bodies that are too large, too slow, or too many.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use bytes::Bytes;
use hyper::body::Frame;

use super::*;
use crate::{BodyBudget, BodyError, Limits, read_body};

const KIB: usize = 1024;

/// Answers with the length of the body or with why it could not be read.
fn measure(limit: usize) -> Router {
    let budget = BodyBudget::default();
    let read = async move |body: Body| match read_body(body, limit, &budget).await {
        Ok(bytes) => format!("<{}>", bytes.len()),
        Err(error) => format!("<{error:?}>"),
    };
    Router::new().route("/", post(read))
}

fn slow_limits() -> Limits {
    Limits { body_stall: Duration::from_millis(50), ..Limits::default() }
}

fn sized(bytes: usize) -> Body {
    Body::from(vec![b'x'; bytes])
}

/// A body that does not say how long it is.
struct Chunks(VecDeque<Bytes>);

fn chunked(sizes: &[usize]) -> Body {
    Body::new(Chunks(sizes.iter().map(|&size| Bytes::from(vec![b'x'; size])).collect()))
}

impl hyper::body::Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|chunk| Ok(Frame::data(chunk))))
    }
}

#[tokio::test]
async fn the_client_learns_that_its_body_is_too_large() {
    let server = Server::of(measure(100 * KIB)).await;
    for length in [100 * KIB + 1, 20_000 * KIB] {
        let body = "x".repeat(length);
        let answer = server.send(format!("POST / HTTP/1.1\r\ncontent-length: {length}\r\n\r\n{body}")).await;
        assert!(answer.ends_with("<TooLarge>"), "{answer}");
    }
    let body = "x".repeat(200 * KIB);
    let answer = server
        .send(format!("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len()))
        .await;
    assert!(answer.ends_with("<TooLarge>"), "{answer}");
}

#[tokio::test]
async fn a_body_up_to_the_limit_is_read() {
    let server = Server::of(measure(100 * KIB)).await;
    for length in [0, 1, 64 * KIB, 100 * KIB] {
        let body = "x".repeat(length);
        let head = format!("POST / HTTP/1.1\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        assert!(server.send(head + &body).await.ends_with(&format!("<{length}>")));
    }
}

#[tokio::test]
async fn a_body_that_stands_still_is_given_up() {
    let server = Server::start(Front { limits: slow_limits(), ..Front::new(measure(KIB)) }).await;
    let answer = server.send("POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nabc").await;
    assert!(answer.ends_with("<TimedOut>"), "{answer}");
}

#[tokio::test]
async fn a_body_that_trickles_is_given_up_in_the_end() {
    let limits = Limits { body_time: Duration::from_millis(100), ..Limits::default() };
    let server = Server::start(Front { limits, ..Front::new(measure(KIB)) }).await;
    let mut stream = server.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\ncontent-length: 900\r\n\r\n").await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let trickle = async {
        while writer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        std::future::pending().await
    };
    let mut answer = vec![0; 1000];
    let read = tokio::select! {
        read = reader.read(&mut answer) => read.unwrap(),
        () = trickle => 0,
    };
    assert!(answer[..read].ends_with(b"<TimedOut>"));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_broken() {
    let (tell, told) = oneshot::channel();
    let tell = std::sync::Arc::new(std::sync::Mutex::new(Some(tell)));
    let read = async move |body: Body| {
        let error = read_body(body, KIB, &BodyBudget::default()).await.err();
        let _ = tell.lock().unwrap().take().unwrap().send(error);
    };
    let server = Server::of(Router::new().route("/", post(read))).await;
    let mut stream = server.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nabc").await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(told.await.unwrap(), Some(BodyError::Broken));
}

#[tokio::test]
async fn large_bodies_share_one_budget_and_give_it_back() {
    let budget = BodyBudget::new(300 * KIB, Duration::from_millis(20));
    let first = read_body(sized(200 * KIB), 1000 * KIB, &budget).await.unwrap();
    let clone = first.clone();
    assert_eq!(read_body(sized(200 * KIB), 1000 * KIB, &budget).await, Err(BodyError::TooBusy));
    assert_eq!(read_body(sized(64 * KIB), 1000 * KIB, &budget).await.map(|bytes| bytes.len()), Ok(64 * KIB));
    drop(first);
    assert_eq!(read_body(sized(200 * KIB), 1000 * KIB, &budget).await, Err(BodyError::TooBusy));
    drop(clone);
    assert_eq!(read_body(sized(200 * KIB), 1000 * KIB, &budget).await.map(|bytes| bytes.len()), Ok(200 * KIB));
}

#[tokio::test]
async fn a_body_waits_for_its_share() {
    let budget = BodyBudget::new(300 * KIB, PATIENCE);
    let first = read_body(sized(200 * KIB), 1000 * KIB, &budget).await.unwrap();
    let mut second = Box::pin(read_body(sized(200 * KIB), 1000 * KIB, &budget));
    tokio::select! {
        biased;
        _ = &mut second => panic!("there is no room yet"),
        () = std::future::ready(()) => {}
    }
    drop(first);
    assert!(second.await.is_ok());
}

#[tokio::test]
async fn a_chunked_body_takes_the_largest_share_and_keeps_what_it_needs() {
    let budget = BodyBudget::new(300 * KIB, Duration::from_millis(20));
    let first = read_body(chunked(&[60 * KIB, 60 * KIB]), 300 * KIB, &budget).await.unwrap();
    assert_eq!(first.len(), 120 * KIB);
    let second = read_body(sized(180 * KIB), 300 * KIB, &budget).await.unwrap();
    assert_eq!(read_body(sized(65 * KIB), 300 * KIB, &budget).await, Err(BodyError::TooBusy));
    assert_eq!(read_body(chunked(&[60 * KIB, KIB]), 300 * KIB, &budget).await.map(|bytes| bytes.len()), Ok(61 * KIB));
    drop((first, second));
    assert_eq!(read_body(chunked(&[60 * KIB; 6]), 300 * KIB, &budget).await, Err(BodyError::TooLarge));
}
