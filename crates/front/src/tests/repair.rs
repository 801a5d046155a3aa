//! Request lines as clients write them.

use axum::Router;
use axum::extract::Query;
use axum::http::Uri;
use axum::routing::{get, post};
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::target::{collapse_slashes, head_end, repair_head};

fn echo() -> Router {
    let detail = |Query(pairs): Query<Vec<(String, String)>>| async move {
        pairs.into_iter().map(|(key, value)| format!("<{key}={value}>")).collect::<String>()
    };
    Router::new()
        .route("/x", get(detail).post(detail))
        .route("/api/x", get(|uri: Uri| async move { uri.to_string() }))
        .route("/body", post(|body: String| async move { format!("<{body}>") }))
        .fallback(|uri: Uri| async move { format!("none at {uri}") })
}

#[tokio::test]
async fn a_raw_json_query_reaches_the_handler() {
    let server = Server::of(echo()).await;
    let answer = server
        .send("GET /x?access_token=T&detail=[{\"name\":\"x y\"}] HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .await;
    assert!(answer.ends_with("<access_token=T><detail=[{\"name\":\"x y\"}]>"), "{answer}");
    let detail = answer.rsplit("detail=").next().unwrap().trim_end_matches('>');
    assert_eq!(serde_json::from_str::<Value>(detail).unwrap()[0]["name"], "x y");
}

#[tokio::test]
async fn every_raw_byte_reaches_the_handler() {
    let server = Server::of(echo()).await;
    let answer = server.send("POST /x?b=hello <w>|{}\\^`#\u{1}\tđầu mối HTTP/1.0\r\n\r\n").await;
    assert!(answer.ends_with("<b=hello <w>|{}\\^`#\u{1}\tđầu mối>"), "{answer}");
}

#[tokio::test]
async fn bytes_may_come_one_by_one() {
    let server = Server::of(echo()).await;
    let mut stream = server.connect().await;
    stream.set_nodelay(true).unwrap();
    for byte in b"\r\nGET /x?q=\"a b\" HTTP/1.1\r\nconnection: close\r\n\r\n" {
        stream.write_all(&[*byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert!(read_all(&mut stream).await.ends_with("<q=\"a b\">"));
}

#[tokio::test]
async fn head_and_body_may_come_together() {
    let server = Server::of(echo()).await;
    let answer =
        server.send("POST /body?q=\"a b\" HTTP/1.1\r\ncontent-length: 7\r\nconnection: close\r\n\r\n{\"a\":1}").await;
    assert!(answer.ends_with("<{\"a\":1}>"), "{answer}");
}

#[tokio::test]
async fn later_and_pipelined_requests_are_repaired_too() {
    let server = Server::of(echo()).await;
    let inner = "GET /x?q=\"is body\" HTTP/1.1\r\n\r\n";
    let answer = server
        .send(format!(
            "GET /x?q=1 HTTP/1.1\r\n\r\n\
             POST /body HTTP/1.1\r\ncontent-length: {}\r\n\r\n{inner}\
             GET /x?q=\"2 3\" HTTP/1.1\r\n\r\n\
             GET //x?q=<4> HTTP/1.1\r\nconnection: close\r\n\r\n",
            inner.len()
        ))
        .await;
    let ends = ["<q=1>", &format!("<{inner}>"), "<q=\"2 3\">", "<q=<4>>"];
    let places = ends.map(|body| answer.find(body).unwrap_or_else(|| panic!("{body} in {answer}")));
    assert!(places.is_sorted(), "{answer}");
}

#[tokio::test]
async fn a_request_after_a_chunked_one_is_answered() {
    let server = Server::of(echo()).await;
    let answer = server
        .send(
            "POST /body HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
             GET /x?q=1 HTTP/1.1\r\nconnection: close\r\n\r\n",
        )
        .await;
    assert!(answer.contains("<abc>") && answer.ends_with("<q=1>"), "{answer}");
}

#[tokio::test]
async fn slashes_collapse_on_every_request() {
    let server = Server::of(echo()).await;
    let mut stream = server.connect().await;
    for _ in 0..2 {
        stream.write_all(b"GET //api///x?u=http://h//p HTTP/1.1\r\n\r\n").await.unwrap();
        read_until(&mut stream, "\r\n\r\n/api/x?u=http://h//p").await;
    }
}

#[tokio::test]
async fn too_long_heads_are_refused_with_a_status() {
    let server = Server::of(echo()).await;
    let long = "x".repeat(70_000);
    assert!(server.send(format!("GET /x?q={long} HTTP/1.1\r\n\r\n")).await.starts_with("HTTP/1.1 414"));
    let longer = "x".repeat(200_000);
    assert!(server.send(format!("GET /x?q={longer} HTTP/1.1\r\n\r\n")).await.starts_with("HTTP/1.1 431"));
    assert!(server.send(format!("GET /x HTTP/1.1\r\na: {longer}\r\n\r\n")).await.starts_with("HTTP/1.1 431"));
    let many = "a: b\r\n".repeat(101);
    assert!(server.send(format!("GET /x HTTP/1.1\r\n{many}\r\n")).await.starts_with("HTTP/1.1 431"));
}

#[tokio::test]
async fn what_is_no_request_line_is_refused() {
    let server = Server::of(echo()).await;
    for nonsense in [
        "hello\r\n\r\n",
        "GET /x\r\n\r\n",
        "G\"T /x HTTP/1.1\r\n\r\n",
        "GET x y HTTP/1.1\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let answer = server.send(nonsense).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{nonsense:?}: {answer}");
    }
}

#[test]
fn a_clean_head_is_left_alone() {
    for head in
        ["GET /a?b=%22c%22&d[]=e HTTP/1.1\r\n\r\n", "OPTIONS * HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n", "G\r\n\r\n"]
    {
        assert_eq!(repair_head(head.as_bytes()), None, "{head:?}");
    }
}

#[test]
fn the_last_version_ends_the_target() {
    let repaired = repair_head(b"GET  /a?b=x HTTP/1.1 y HTTP/1.0\nh: \"\n\n").unwrap();
    assert_eq!(String::from_utf8(repaired).unwrap(), "GET /a?b=x%20HTTP/1.1%20y HTTP/1.0\nh: \"\n\n");
}

#[test]
fn slashes_collapse_in_the_path_only() {
    for (from, to) in [("//", "/"), ("//a", "/a"), ("/a//?b=//", "/a/?b=//"), ("http://h//a", "http://h/a"), ("*", "*")]
    {
        let mut uri = from.parse::<Uri>().unwrap();
        collapse_slashes(&mut uri);
        assert_eq!(uri.to_string(), to);
    }
}

fn percent_decode(target: &str) -> Vec<u8> {
    let mut parts = target.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        let (hex, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(hex, 16).unwrap());
        bytes.extend(rest.as_bytes());
    }
    bytes
}

fn raw_byte() -> impl Strategy<Value = u8> {
    any::<u8>().prop_filter("no line end, no escape", |byte| !b"\n%".contains(byte))
}

proptest! {
    #[test]
    fn any_target_becomes_one_that_parses_and_decodes_to_itself(
        rest in proptest::collection::vec(raw_byte(), 0..60)
    ) {
        let raw = [b"/".as_slice(), &rest].concat();
        let head = [b"GET ".as_slice(), &raw, b" HTTP/1.1\r\n\r\n"].concat();
        let repaired = String::from_utf8(repair_head(&head).unwrap_or(head)).unwrap();
        let target = repaired.strip_prefix("GET ").unwrap().strip_suffix(" HTTP/1.1\r\n\r\n").unwrap();
        prop_assert!(target.parse::<Uri>().is_ok(), "{}", target);
        prop_assert_eq!(percent_decode(target), raw);
        prop_assert_eq!(repair_head(repaired.as_bytes()), None);
    }

    #[test]
    fn the_end_of_a_head_is_found_however_it_is_cut(head in "([a-c]{1,3}\r?\n){1,4}", cut in 0usize..20) {
        let whole = format!("{head}\r\nrest");
        let end = head_end(whole.as_bytes(), 0);
        prop_assert_eq!(end, Some(head.len() + 2));
        let cut = cut.min(head.len() + 1);
        prop_assert_eq!(head_end(&whole.as_bytes()[..cut], 0), None);
        prop_assert_eq!(head_end(whole.as_bytes(), cut), end);
    }
}
