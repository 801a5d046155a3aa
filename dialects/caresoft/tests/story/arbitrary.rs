//! Whatever is sent, the answer is the vendor's, and never says that something broke.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use super::support::House;

/// Every body of the golden files.
fn samples() -> Vec<Value> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut samples = Vec::new();
    for file in kit::golden::files(&folder) {
        let text = std::fs::read_to_string(file).unwrap();
        for exchange in text.split("\n###\n") {
            let body = exchange.split("\n---\n").next().unwrap().split_once("\n\n").map_or("", |(_, body)| body);
            samples.extend(serde_json::from_str::<Value>(body).ok().filter(Value::is_object));
        }
    }
    assert!(samples.len() > 50);
    samples
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("0983000148".to_owned()),
        Just("an@example.com".to_owned()),
        Just("2024-02-30".to_owned()),
        Just("1244".to_owned()),
        "\\PC{0,12}",
        any::<String>(),
    ];
    let number = prop_oneof![Just(1_i64), Just(528), Just(1244), Just(6068), any::<i64>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number.prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("lead".to_owned()),
        Just("id".to_owned()),
        Just("value".to_owned()),
        Just("body".to_owned()),
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

const CALLS: [(&str, &str); 4] = [("POST", "lead"), ("PUT", "lead/1"), ("POST", "contacts"), ("PUT", "contacts/1")];

fn check(house: &House, call: usize, body: impl Into<axum::body::Body>) -> Result<(), TestCaseError> {
    let (method, path) = CALLS[call];
    let (status, answer) = house.ask(method, path, body);
    prop_assert!([200, 400].contains(&status), "{method} {path}: {status} {answer}");
    prop_assert_eq!(answer["code"].as_str(), Some(if status == 200 { "ok" } else { "errors" }));
    prop_assert_eq!(house.ask("GET", "lead/1", "").0, 200);
    Ok(())
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

fn house() -> House {
    let house = House::new();
    house.lead(&json!({"subject": "x", "phone": "0983000148", "service_id": 1244}));
    house
}

#[test]
fn changed_samples() {
    let (house, samples) = (house(), samples());
    let case = (0..samples.len(), any::<prop::sample::Index>(), any_json(), 0..CALLS.len());
    let test = |(sample, place, new, call): (usize, prop::sample::Index, Value, usize)| {
        let mut body = samples[sample].clone();
        let places = size(&body);
        replace(&mut body, &mut place.index(places), &new);
        check(&house, call, body.to_string())
    };
    runner(300).run(&case, test).unwrap();
}

#[test]
fn any_document_and_any_bytes() {
    let house = house();
    runner(100).run(&(any_json(), 0..CALLS.len()), |(body, call)| check(&house, call, body.to_string())).unwrap();
    let bytes = prop::collection::vec(any::<u8>(), 0..60);
    runner(60).run(&(bytes, 0..CALLS.len()), |(body, call)| check(&house, call, body)).unwrap();
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
    let case = prop::collection::vec((names, values), 0..4);
    let test = |pairs: Vec<(&str, String)>| {
        let query = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        let (status, answer) = house.ask("GET", &format!("leads?{query}"), "");
        prop_assert!([200, 400].contains(&status), "{query}: {status} {answer}");
        Ok(())
    };
    runner(150).run(&case, test).unwrap();
}
