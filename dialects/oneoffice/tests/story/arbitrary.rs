//! Whatever is sent, the answer is the envelope with HTTP 200, and a refusal changes nothing.

use axum::body::Body;
use axum::http::Request;
use proptest::prelude::*;
use serde_json::{Value, json};
use testbed::arbitrary::{self, Splice, hold, splice};

use super::support::{DELETE, GETS, House, INSERT, ITEM, UPDATE, contact};

const PATHS: [&str; 6] = [INSERT, UPDATE, DELETE, ITEM, GETS, "/api/customer/deal/gets"];

fn full() -> Value {
    contact(json!({
        "private_code": "001", "private_date": "01/02/2020", "group_type_id": "Anh ↔ Đức", "branch_id": "B",
        "formal_name": "Ông", "birthday": "01/02/1990", "phones": "0905000001", "emails": "a@example.com",
        "address": "1", "place_of_address": "A, B", "scale_id": "Doanh nghiệp 100% vốn Việt Nam", "status_id": "1",
        "desc": "<b>", "user_ids": "NV06", "job_tax": "1", "job_date": "01/02/2000", "create_from_crm_call_history_id": 1,
        "json_contacts": "[]", "cf31": "0905000002", "contacts": [{"type": "Zalo", "title": "z"}],
        "detail": [{"name": "A"}], "files": [{"name": "a", "file": "eGlu"}], "delIds": "KH-1", "page": 1, "limit": 2,
        "search": "a", "filters": [{"date_created_from": "01/01/2024"}],
    }))
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = &["0905000001", "KH-1", "Cá nhân", "01/02/1990"];
    arbitrary::json(words, &[0, 1, 2], &["type", "title", "name", "file"])
}

fn check(house: &House, path: &str, kind: &str, body: impl Into<Body>) -> Result<(), TestCaseError> {
    let path = format!("{path}?access_token=golden");
    let request = Request::post(path).header("content-type", kind).body(body.into()).unwrap();
    let (status, answer) = house.send(request);
    prop_assert_eq!(status, 200, "{}", answer);
    let message = answer["message"].as_str().unwrap_or_default();
    prop_assert!(answer["error"].is_boolean() && !message.starts_with("Hệ thống"), "{}", answer);
    Ok(())
}

#[test]
fn changed_contacts() {
    let house = House::new();
    let keys: Vec<String> = full().as_object().unwrap().keys().cloned().collect();
    let case =
        (prop::sample::select(PATHS.to_vec()), prop::collection::vec((prop::sample::select(keys), any_json()), 1..4));
    hold(150, case, |(path, changes): (&str, Vec<(String, Value)>)| {
        let mut fields = full();
        fields.as_object_mut().unwrap().extend(changes);
        check(&house, path, "application/json", fields.to_string())
    });
}

#[test]
fn any_bytes() {
    let house = House::new();
    let kinds = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""];
    let part = "--x\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\nKH\r\n--x--\r\n";
    let samples = [full().to_string(), "code=a&contacts[0][type]=Email&contacts[0][title]=a".into(), part.into()];
    let case = (
        prop::sample::select(PATHS.to_vec()),
        prop::sample::select(kinds.to_vec()),
        prop::sample::select(samples.to_vec()),
        splice(),
    );
    hold(150, case, |(path, kind, sample, splice): (&str, &str, String, Splice)| {
        check(&house, path, kind, splice.make(sample))
    });
}
