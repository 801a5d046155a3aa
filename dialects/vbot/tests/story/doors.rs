//! Who is let in, and what stands in the journal.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::support::{House, PROJECT, TOKEN, VBOT_ID, customer};

#[test]
fn closed_doors_leave_no_trace() {
    let house = House::new();
    house.add_org("khac", "foreign");
    let before = house.place.everything_but(&[]);
    let body = json!({"vbot_id": VBOT_ID, "project_code": PROJECT, "status_no": "A", "status_name": "A"}).to_string();
    for token in ["", "sai", "expired", "other-dialect", "golden x"] {
        for path in ["/api/crm/status/create", "/v2.0/api/crm/status/create", "/v3.0/api/customer/insert"] {
            let (status, answer) = house.post_as(token, path, body.clone());
            assert_eq!((status, &answer["error"], &answer["data"]), (401, &json!(401), &json!(null)), "{token} {path}");
            assert_eq!(answer.get("status").is_some(), path.starts_with("/api"), "{path}");
        }
    }
    let (status, answer) = house.post_as("fenced", "/api/crm/status/create", body.clone());
    assert_eq!((status, &answer["error"]), (200, &json!(403)));
    assert_eq!(house.place.everything_but(&[]), before);
    let response = house.ask(Request::post("/api/crm/status/create").body(Body::from(body)).unwrap());
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
}

#[test]
fn the_pair_must_be_the_tokens() {
    let house = House::new();
    house.add_org("khac", "foreign");
    let before = house.everything();
    let with = |vbot_id: &str, project: &str| {
        json!({"vbot_id": vbot_id, "project_code": project, "status_no": "A", "status_name": "A"}).to_string()
    };
    for (token, vbot_id, project) in [
        (TOKEN, "vbot-khac", "PR-khac"),
        (TOKEN, VBOT_ID, "PR-khac"),
        (TOKEN, "vbot-khac", PROJECT),
        ("foreign", VBOT_ID, PROJECT),
    ] {
        let (status, answer) = house.post_as(token, "/api/crm/status/create", with(vbot_id, project));
        assert_eq!((status, &answer["error"], &answer["status"]), (200, &json!(403), &json!(0)), "{token}");
    }
    assert_eq!(house.everything(), before);
    assert_eq!(house.place.number("SELECT count(*) FROM requests"), 4, "who is known is journalled");
    assert_eq!(house.post_as("foreign", "/api/crm/status/create", with("vbot-khac", "PR-khac")).1["error"], 0);
    assert_eq!(house.post_as(TOKEN, "/api/crm/status/create", with(VBOT_ID, PROJECT)).1["error"], 0);
}

#[test]
fn codes_of_one_org_are_not_found_in_another() {
    let house = House::new();
    house.add_org("khac", "foreign");
    house.add("KH01", "Nguyễn Văn An", "0905000001");
    let body = json!({"vbot_id": "vbot-khac", "project_code": "PR-khac", "customer_no": "KH01"}).to_string();
    assert_eq!(house.post_as("foreign", "/api/crm/customer/delete", body).1["error"], 404);
    assert_eq!(house.post_as("foreign", "/v3.0/api/customer/count-all", "").1["data"], 0);
    assert_eq!(house.customer("KH01").name, "Nguyễn Văn An");
}

#[test]
fn every_letter_may_be_of_either_case() {
    let house = House::new();
    let body = |no: &str| {
        let mut body = customer(no, &format!("Khách {no}"), "0905000001");
        body["vbot_id"] = json!(VBOT_ID);
        body["project_code"] = json!(PROJECT);
        body.to_string()
    };
    for (count, path) in [
        "/api/crm/customer/create",
        "/API/CRM/CUSTOMER/CREATE",
        "/Api/Crm/Customer/Create/",
        "/V2.0/api/CRM/customer/create",
    ]
    .into_iter()
    .enumerate()
    {
        let (status, answer) = house.post_as(TOKEN, path, body(&format!("KH{count}")));
        assert_eq!((status, &answer["error"]), (200, &json!(0)), "{path}");
        let expected =
            if path.contains("2.0") { "POST /v2.0/api/crm/customer/create" } else { "POST /api/crm/customer/create" };
        assert_eq!(house.journal().route, expected);
    }
}

#[test]
fn a_path_that_there_is_not_is_told_in_the_envelope() {
    let house = House::new();
    for path in ["/api/crm", "/api/crm/customer", "/API/CRM/customer/list", "/v2.0/api/crm/", "/V3.0/api/customer/list"]
    {
        let (status, answer) = house.post_as(TOKEN, path, "{}");
        assert_eq!((status, &answer["error"], &answer["data"]), (404, &json!(404), &json!(null)), "{path}");
        assert_eq!(answer.get("status").is_some(), path.to_lowercase().starts_with("/api"), "{path}");
    }
    for path in ["/api/crmx", "/v2.0", "/"] {
        let response = house.ask(Request::post(path).body(Body::empty()).unwrap());
        assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8", "{path}");
    }
}

#[test]
fn what_was_tolerated_is_in_the_journal() {
    let house = House::new();
    let body = format!("{{vbot_id: '{VBOT_ID}', project_code: '{PROJECT}', status_no: 'A', status_name: 'A',}}");
    assert_eq!(house.post_as(TOKEN, "/api/crm/status/create", body.clone()).1["error"], 0);
    let journal = house.journal();
    assert_eq!(journal.body, body);
    assert!(journal.decisions.iter().any(|line| line.contains("ngoặc kép")), "{:?}", journal.decisions);
    assert!(house.place.texts("SELECT body FROM requests").iter().all(|text| !text.contains(TOKEN)));
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let house = House::new();
    let (status, answer) = house.post_as(TOKEN, "/api/crm/status/create", vec![b' '; 26 * 1024 * 1024]);
    assert_eq!((status, &answer["error"]), (413, &json!(-1)));
}
