//! Whatever is sent, the answer is the envelope, and never says that something broke.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use super::support::House;

/// Every action with every member, as the samples have them.
fn samples() -> Value {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut items = Vec::new();
    for file in kit::golden::files(&folder) {
        let text = std::fs::read_to_string(file).unwrap();
        for exchange in text.split("\n###\n") {
            let body = exchange.split("\n---\n").next().unwrap().split_once("\n\n").map_or("", |(_, body)| body);
            if let Ok(Value::Object(sample)) = serde_json::from_str(body) {
                items.extend(sample.get("data").and_then(Value::as_array).cloned().unwrap_or_default());
            }
        }
    }
    assert!(items.len() > 100);
    Value::Array(items)
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("sender@example.com".to_owned()),
        Just("0905000001".to_owned()),
        Just("PID-1".to_owned()),
        Just("1993-02-30".to_owned()),
        "\\PC{0,12}",
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..5_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("name".to_owned()),
        Just("value".to_owned()),
        Just("status".to_owned()),
        Just("data".to_owned()),
        any::<String>()
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
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

fn check(house: &House, body: impl Into<axum::body::Body>) -> Result<(), TestCaseError> {
    let (status, answer) = house.post(body);
    prop_assert!(status == 200 || status == 400, "{status} {answer}");
    prop_assert_eq!(answer["success"].as_bool(), Some(status == 200));
    for item in answer["data"].as_array().unwrap() {
        let message = item["message"].as_str().unwrap_or_default();
        prop_assert!(!message.starts_with("Hệ thống"), "{item}");
        prop_assert_eq!(item["status"] == json!("error"), item["id"].is_null());
    }
    Ok(())
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

#[test]
fn changed_samples() {
    let house = House::new();
    let samples = samples();
    let all = samples.as_array().unwrap().clone();
    let case = (prop::collection::vec((0..all.len(), any::<prop::sample::Index>(), any_json()), 1..6), any::<bool>());
    let test = |(changes, also_envelope): (Vec<(usize, prop::sample::Index, Value)>, bool)| {
        let mut items = Vec::new();
        for (sample, place, new) in &changes {
            let mut item = all[*sample].clone();
            replace(&mut item, &mut place.index(size(&all[*sample])), new);
            items.push(item);
        }
        let mut envelope = json!({"senderUser": "sender@example.com", "data": items});
        if also_envelope {
            let (_, place, new) = &changes[0];
            replace(&mut envelope, &mut place.index(3), new);
        }
        check(&house, envelope.to_string())
    };
    runner(300).run(&case, test).unwrap();
}

#[test]
fn any_document() {
    let house = House::new();
    let test = |(document, bare): (Value, bool)| {
        let body = if bare { document } else { json!({"senderUser": "sender@example.com", "data": document}) };
        check(&house, body.to_string())
    };
    runner(150).run(&(any_json(), any::<bool>()), test).unwrap();
}

#[test]
fn any_bytes_in_a_sample() {
    let house = House::new();
    let sample = json!({"senderUser": "sender@example.com", "data": samples()[0]}).to_string().into_bytes();
    let case = (any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..6), 0..8_usize);
    let test = |(place, bytes, gone): (prop::sample::Index, Vec<u8>, usize)| {
        let mut body = sample.clone();
        let start = place.index(body.len());
        let end = (start + gone).min(body.len());
        body.splice(start..end, bytes);
        check(&house, body)
    };
    runner(200).run(&case, test).unwrap();
}
