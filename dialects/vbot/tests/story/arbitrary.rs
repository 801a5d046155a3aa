//! Whatever is sent, the answer is the envelope, and never says that something broke.

use axum::body::Body;
use axum::http::Request;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value};

use super::support::{House, TOKEN};

/// Every request of the golden files whose body is JSON: its path and body.
fn samples() -> Vec<(String, Value)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut all = Vec::new();
    for file in kit::golden::files(&folder) {
        let text = std::fs::read_to_string(file).unwrap();
        for exchange in text.split("\n###\n") {
            let (head, body) = exchange.split("\n---\n").next().unwrap().split_once("\n\n").unwrap_or_default();
            let target = head.lines().find_map(|line| line.strip_prefix("POST "));
            // A password is looked at for a long time.
            if let (Some(target), Ok(body @ Value::Object(_))) = (target, serde_json::from_str(body))
                && !target.contains("token")
            {
                all.push((target.to_owned(), body));
            }
        }
    }
    assert!(all.len() > 100);
    all
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("KH01".to_owned()),
        Just("MA_TRANG_THAI_KHACH_HANG".to_owned()),
        Just("THONG_TIN_KHAC".to_owned()),
        Just("0905000001".to_owned()),
        "\\PC{0,12}",
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    let key = prop_oneof![Just("field_key".to_owned()), Just("field_value".to_owned()), any::<String>()];
    leaf.prop_recursive(3, 16, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Puts `new` in the place of the value that comes `at`th when walking down.
fn replace(value: &mut Value, at: &mut usize, new: &Value) {
    if *at == 0 {
        value.clone_from(new);
    }
    *at = at.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, at, new)),
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, at, new)),
        _ => {}
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

fn check(house: &House, path: &str, body: impl Into<Body>) -> Result<(), TestCaseError> {
    let (status, answer) = house.post_as(TOKEN, path, body);
    prop_assert_eq!(status, 200, "{} {}", path, answer);
    let error = answer["error"].as_i64().unwrap();
    prop_assert!([-1, 0, 403, 404, 409].contains(&error), "{answer}");
    prop_assert_eq!(answer["data"].is_null(), error != 0, "{}", answer);
    Ok(())
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

#[test]
fn changed_samples() {
    let house = House::new();
    let all = samples();
    let case = (0..all.len(), any::<prop::sample::Index>(), any_json());
    let test = |(sample, place, new): (usize, prop::sample::Index, Value)| {
        let (path, mut body) = all[sample].clone();
        let mut at = place.index(size(&body));
        replace(&mut body, &mut at, &new);
        check(&house, &path, body.to_string())
    };
    runner(300).run(&case, test).unwrap();
}

#[test]
fn any_bytes_in_a_sample() {
    let house = House::new();
    let all = samples();
    let case = (0..all.len(), any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..6), 0..8_usize);
    let test = |(sample, place, bytes, gone): (usize, prop::sample::Index, Vec<u8>, usize)| {
        let (path, body) = &all[sample];
        let mut body = body.to_string().into_bytes();
        let start = place.index(body.len());
        let end = (start + gone).min(body.len());
        body.splice(start..end, bytes);
        check(&house, path, body)
    };
    runner(200).run(&case, test).unwrap();
}

#[test]
fn any_grant() {
    let house = House::new();
    let words = prop_oneof![Just("refresh_token".to_owned()), any::<String>()];
    let test = |(kind, token, extra): (String, String, Value)| {
        let body = serde_json::json!({"grant_type": kind, "refresh_token": token, "x": extra}).to_string();
        let (status, answer) = house.told(Request::post("/token").body(Body::from(body)).unwrap());
        prop_assert_eq!(status, 400, "{}", answer);
        prop_assert!(answer["error"].is_string() && answer["error_description"].is_string());
        Ok(())
    };
    runner(50).run(&(words, any::<String>(), any_json()), test).unwrap();
}
