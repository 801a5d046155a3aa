//! Whatever is sent, the answer is the envelope, and never says that something broke.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use super::support::{House, KEY};

/// Where bodies are sent.
const PATHS: [&str; 8] = [
    "/api/v2/contact/add",
    "/api/v2/contact/addMany",
    "/api/v2/contact/update",
    "/api/v2/contact/search",
    "/api/contacts/list",
    "/api/contacts/add",
    "/api/contacts/add-more",
    "/api/contacts/update",
];

/// A body with every member that there is.
fn sample(house: &House) -> Value {
    let id = house.item("KH-1")["id"].clone();
    json!({
        "refId": "KH-1", "_id": id, "tags": ["Lead"], "business": ["Food"], "categories": ["Medium"],
        "tagRemoves": ["Contact"], "businessRemoves": ["Food"], "categoriesRemoves": ["Medium"],
        "userOwnerEmail": "nv@example.com", "avatarUrl": "https://example.com/a.png", "fullName": "An", "gender": "male",
        "passport": "012345678", "jobTitle": "x", "address": "y", "refCode": "C", "refType": "T", "note": "n",
        "birthday": "01/02/1990",
        "phones": [{"data": "0905000001", "type": "home", "valueType": "Nhà"}],
        "emails": [{"data": "an@example.com", "type": "home", "valueType": "Nhà"}],
        "filterContacts": [{"id": house.funnel(), "index": 1, "secondLevelIndex": 1}],
        "otherDynamicUpdates": [{"fieldCode": "more_infomation", "values": [{"data": "a", "type": "b", "valueType": "c"}]}],
        "keyword": "an", "ranges": [{"field": "created_date", "from": 0, "to": 1704905999999_i64}],
        "includeIds": [id], "excludeIds": ["345"], "page": 1, "size": 2
    })
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("0905000001".to_owned()),
        Just("KH-1".to_owned()),
        Just("more_infomation".to_owned()),
        Just("phone_number".to_owned()),
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
        Just("data".to_owned()),
        Just("fieldCode".to_owned()),
        Just("values".to_owned()),
        Just("id".to_owned()),
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

fn check(house: &House, path: &str, body: impl Into<axum::body::Body>) -> Result<(), TestCaseError> {
    let (status, answer) = house.post(path, body);
    prop_assert_eq!(status, 200, "{} {}", path, answer);
    let code = answer["status_code"].as_i64();
    prop_assert!(code == Some(9999) || code == Some(-9999), "{}", answer);
    prop_assert_eq!(code == Some(-9999), answer["message"].is_string(), "{}", answer);
    prop_assert!(!answer.to_string().contains("system_"), "{}", answer);
    Ok(())
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

#[test]
fn changed_samples() {
    let house = House::new();
    let sample = sample(&house);
    let case = (0..PATHS.len(), prop::collection::vec((any::<prop::sample::Index>(), any_json()), 0..4));
    let test = |(path, changes): (usize, Vec<(prop::sample::Index, Value)>)| {
        let mut body = sample.clone();
        for (place, new) in &changes {
            let mut place = place.index(size(&body));
            replace(&mut body, &mut place, new);
        }
        let body = if PATHS[path].ends_with("Many") { json!({"data": [body, new_of(&changes)]}) } else { body };
        check(&house, PATHS[path], body.to_string())
    };
    runner(250).run(&case, test).unwrap();
}

fn new_of(changes: &[(prop::sample::Index, Value)]) -> Value {
    changes.first().map(|(_, new)| new.clone()).unwrap_or(Value::Null)
}

#[test]
fn any_document_and_any_bytes() {
    let house = House::new();
    let sample = sample(&house).to_string().into_bytes();
    let bytes = (any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..6), 0..8_usize);
    let test = |(path, document, (place, bytes, gone)): (usize, Value, (prop::sample::Index, Vec<u8>, usize))| {
        check(&house, PATHS[path], document.to_string())?;
        let mut body = sample.clone();
        let start = place.index(body.len());
        let end = (start + gone).min(body.len());
        body.splice(start..end, bytes);
        check(&house, PATHS[path], body)
    };
    runner(120).run(&(0..PATHS.len(), any_json(), bytes), test).unwrap();
}

#[test]
fn any_id() {
    let house = House::new();
    let test = |bytes: Vec<u8>| {
        let id: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
        for path in ["/api/v2/contact/get/", "/api/contacts/details/"] {
            let (status, _) = house.ask("GET", &format!("{path}x{id}"), KEY, "");
            prop_assert_eq!(status, 200);
        }
        let (status, _) = house.ask("GET", &format!("/api/contacts/get?phone={id}"), KEY, "");
        prop_assert_eq!(status, 200);
        Ok(())
    };
    runner(60).run(&prop::collection::vec(any::<u8>(), 0..40), test).unwrap();
}
