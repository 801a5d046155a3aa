//! Whatever is sent, the answer is the envelope, and never says that something broke.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use testbed::arbitrary::{self, Change, Splice, change, hold, splice};

use super::support::House;

/// Every item of the golden files.
fn samples() -> Vec<Value> {
    let requests = kit::golden::requests(Path::new(env!("CARGO_MANIFEST_DIR")));
    let bodies = requests.iter().filter_map(|(_, body)| serde_json::from_str::<Value>(body).ok());
    let items: Vec<Value> =
        bodies.flat_map(|body| body.get("data").and_then(Value::as_array).cloned().unwrap_or_default()).collect();
    assert!(items.len() > 100);
    items
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = &["sender@example.com", "0905000001", "PID-1", "1993-02-30"];
    arbitrary::json(words, &[0, 1, 2, 3, 4], &["name", "value", "status", "data"])
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

#[test]
fn changed_samples() {
    let (house, all) = (House::new(), samples());
    let of_envelope = prop::option::of(change(any_json()));
    let case = (prop::collection::vec((0..all.len(), change(any_json())), 1..6), of_envelope);
    hold(300, case, |(changes, of_envelope): (Vec<(usize, Change)>, Option<Change>)| {
        let items = changes.iter().map(|(sample, change)| {
            let mut item = all[*sample].clone();
            change.make(&mut item);
            item
        });
        let items: Vec<Value> = items.collect();
        let mut envelope = json!({"senderUser": "sender@example.com", "data": null});
        if let Some(change) = of_envelope {
            change.make(&mut envelope);
        }
        // The items come last, so that every other change is one of the envelope.
        if let Some(data) = envelope.get_mut("data").filter(|data| data.is_null()) {
            *data = Value::from(items);
        }
        check(&house, envelope.to_string())
    });
}

#[test]
fn any_document() {
    let house = House::new();
    hold(150, (any_json(), any::<bool>()), |(document, bare)| {
        let body = if bare { document } else { json!({"senderUser": "sender@example.com", "data": document}) };
        check(&house, body.to_string())
    });
}

#[test]
fn any_bytes_in_a_sample() {
    let house = House::new();
    let sample = json!({"senderUser": "sender@example.com", "data": samples()[0]}).to_string();
    hold(200, splice(), |splice: Splice| check(&house, splice.make(sample.as_str())));
}
