//! Whatever is sent, the answer is the envelope, and never says that something broke.

use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use proptest::prelude::*;
use serde_json::Value;
use testbed::arbitrary::{self, Change, Splice, change, hold, splice};

use super::support::{House, TOKEN};

/// Every request of the golden files whose body is JSON: its path and body.
fn samples() -> Vec<(String, Value)> {
    let requests = kit::golden::requests(Path::new(env!("CARGO_MANIFEST_DIR")));
    let sample = |(line, body): (String, String)| {
        let target = line.strip_prefix("POST ")?.to_owned();
        Some((target, serde_json::from_str(&body).ok()?))
    };
    // A password is looked at for a long time.
    let is_one = |(target, body): &(String, Value)| body.is_object() && !target.contains("token");
    let all: Vec<(String, Value)> = requests.into_iter().filter_map(sample).filter(is_one).collect();
    assert!(all.len() > 100);
    all
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = &["KH01", "MA_TRANG_THAI_KHACH_HANG", "THONG_TIN_KHAC", "0905000001"];
    arbitrary::json(words, &[0, 1, 2], &["field_key", "field_value"])
}

fn check(house: &House, path: &str, body: impl Into<Body>) -> Result<(), TestCaseError> {
    let (status, answer) = house.post_as(TOKEN, path, body);
    prop_assert_eq!(status, 200, "{} {}", path, answer);
    let error = answer["error"].as_i64().unwrap();
    prop_assert!([-1, 0, 403, 404, 409].contains(&error), "{answer}");
    prop_assert_eq!(answer["data"].is_null(), error != 0, "{}", answer);
    Ok(())
}

#[test]
fn changed_samples() {
    let (house, all) = (House::new(), samples());
    hold(300, (0..all.len(), change(any_json())), |(sample, change): (usize, Change)| {
        let (path, mut body) = all[sample].clone();
        change.make(&mut body);
        check(&house, &path, body.to_string())
    });
}

#[test]
fn any_bytes_in_a_sample() {
    let (house, all) = (House::new(), samples());
    hold(200, (0..all.len(), splice()), |(sample, splice): (usize, Splice)| {
        let (path, body) = &all[sample];
        check(&house, path, splice.make(body.to_string()))
    });
}

#[test]
fn any_grant() {
    let house = House::new();
    let words = prop_oneof![Just("refresh_token".to_owned()), any::<String>()];
    hold(50, (words, any::<String>(), any_json()), |(kind, token, extra): (String, String, Value)| {
        let body = serde_json::json!({"grant_type": kind, "refresh_token": token, "x": extra}).to_string();
        let (status, answer) = house.told(Request::post("/token").body(Body::from(body)).unwrap());
        prop_assert_eq!(status, 400, "{}", answer);
        prop_assert!(answer["error"].is_string() && answer["error_description"].is_string());
        Ok(())
    });
}
