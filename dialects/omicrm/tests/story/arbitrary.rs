//! Whatever is sent, the answer is the envelope, and never says that something broke.

use proptest::prelude::*;
use serde_json::{Value, json};
use testbed::arbitrary::{self, Change, Splice, change, hold, splice};

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
    let words = &["0905000001", "KH-1", "more_infomation", "phone_number"];
    arbitrary::json(words, &[0, 1, 2, 3, 4], &["data", "fieldCode", "values", "id"])
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

#[test]
fn changed_samples() {
    let house = House::new();
    let sample = sample(&house);
    let case = (0..PATHS.len(), prop::collection::vec(change(any_json()), 0..4));
    hold(250, case, |(path, changes): (usize, Vec<Change>)| {
        let mut body = sample.clone();
        changes.iter().for_each(|change| change.make(&mut body));
        let beside = changes.first().map_or(Value::Null, |change| change.new.clone());
        let body = if PATHS[path].ends_with("Many") { json!({"data": [body, beside]}) } else { body };
        check(&house, PATHS[path], body.to_string())
    });
}

#[test]
fn any_document_and_any_bytes() {
    let house = House::new();
    let sample = sample(&house).to_string();
    hold(120, (0..PATHS.len(), any_json(), splice()), |(path, document, splice): (usize, Value, Splice)| {
        check(&house, PATHS[path], document.to_string())?;
        check(&house, PATHS[path], splice.make(sample.as_str()))
    });
}

#[test]
fn any_id() {
    let house = House::new();
    hold(60, prop::collection::vec(any::<u8>(), 0..40), |bytes: Vec<u8>| {
        let id: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
        for path in ["/api/v2/contact/get/", "/api/contacts/details/"] {
            let (status, _) = house.ask("GET", &format!("{path}x{id}"), KEY, "");
            prop_assert_eq!(status, 200);
        }
        let (status, _) = house.ask("GET", &format!("/api/contacts/get?phone={id}"), KEY, "");
        prop_assert_eq!(status, 200);
        Ok(())
    });
}
