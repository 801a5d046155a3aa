//! Whatever is sent, the answer is the vendor's, and never says that something broke.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use testbed::arbitrary::{self, Change, change, hold};

use super::support::House;

/// Every body of the golden files.
fn samples() -> Vec<Value> {
    let requests = kit::golden::requests(Path::new(env!("CARGO_MANIFEST_DIR")));
    let bodies = requests.iter().filter_map(|(_, body)| serde_json::from_str::<Value>(body).ok());
    let samples: Vec<Value> = bodies.filter(Value::is_object).collect();
    assert!(samples.len() > 50);
    samples
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = &["0983000148", "an@example.com", "2024-02-30", "1244"];
    arbitrary::json(words, &[1, 528, 1244, 6068], &["lead", "id", "value", "body"])
}

const CALLS: [(&str, &str); 4] = [("POST", "lead"), ("PUT", "lead/1"), ("POST", "contacts"), ("PUT", "contacts/1")];

fn check(house: &House, call: usize, body: impl Into<axum::body::Body>) -> Result<(), TestCaseError> {
    let (method, path) = CALLS[call];
    let (status, answer) = house.ask(method, path, body);
    prop_assert!([200, 400].contains(&status), "{method} {path}: {status} {answer}");
    prop_assert_eq!(answer["code"].as_str(), Some(if status == 200 { "ok" } else { "errors" }));
    prop_assert_eq!(house.ask("GET", "lead/1", "").0, 200);
    Ok(())
}

fn house() -> House {
    let house = House::new();
    house.lead(&json!({"subject": "x", "phone": "0983000148", "service_id": 1244}));
    house
}

#[test]
fn changed_samples() {
    let (house, samples) = (house(), samples());
    let case = (0..samples.len(), change(any_json()), 0..CALLS.len());
    hold(300, case, |(sample, change, call): (usize, Change, usize)| {
        let mut body = samples[sample].clone();
        change.make(&mut body);
        check(&house, call, body.to_string())
    });
}

#[test]
fn any_document_and_any_bytes() {
    let house = house();
    hold(100, (any_json(), 0..CALLS.len()), |(body, call)| check(&house, call, body.to_string()));
    let bytes = prop::collection::vec(any::<u8>(), 0..60);
    hold(60, (bytes, 0..CALLS.len()), |(body, call)| check(&house, call, body));
}

#[test]
fn any_parameters() {
    let house = house();
    let names = prop::sample::select(vec![
        "requester_id",
        "assignee_id",
        "service_id",
        "status_ids",
        "page",
        "count",
        "created_since",
        "updated_to",
        "convert_since",
        "convert_type",
    ]);
    let values = prop_oneof!["[0-9,-]{0,20}", "20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:00:00Z", "[%a-z0-9+&=]{0,8}"];
    hold(150, prop::collection::vec((names, values), 0..4), |pairs: Vec<(&str, String)>| {
        let query = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        let (status, answer) = house.ask("GET", &format!("leads?{query}"), "");
        prop_assert!([200, 400].contains(&status), "{query}: {status} {answer}");
        Ok(())
    });
}
