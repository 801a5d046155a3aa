//! A call that is refused changes nothing but the journal.

use serde_json::json;

use super::support::House;

#[test]
fn refused_calls_change_nothing() {
    let house = House::new();
    house.ok("/api/v2/contact/add", &json!({"refId": "KH-2", "refCode": "C-2", "fullName": "Lê Bình"}));
    let before = house.everything();
    let many = vec![json!({"tags": ["mới"]}); 3];
    for (path, body) in [
        ("/api/v2/contact/add", json!({})),
        ("/api/v2/contact/add", json!([])),
        ("/api/v2/contact/add", json!("x")),
        ("/api/v2/contact/add", json!({"refId": "KH-1", "fullName": "Khác", "tags": ["mới"]})),
        ("/api/v2/contact/add", json!({"refCode": "C-2", "fullName": "Khác", "tags": ["mới"]})),
        ("/api/v2/contact/add", json!({"fullName": "C", "business": ["mới"], "userOwnerEmail": "la@example.com"})),
        (
            "/api/v2/contact/add",
            json!({"fullName": "C", "tags": ["mới"], "filterContacts": [{"id": house.funnel(), "index": 99}]}),
        ),
        (
            "/api/v2/contact/add",
            json!({"fullName": "C", "filterContacts": [{"id": house.funnel(), "index": 1, "secondLevelIndex": 99}]}),
        ),
        ("/api/v2/contact/add", json!({"fullName": "C", "filterContacts": [{"id": "x", "index": 1}]})),
        (
            "/api/v2/contact/add",
            json!({"fullName": "C", "tags": ["mới"], "otherDynamicUpdates": [{"fieldCode": "la", "values": ["x"]}]}),
        ),
        ("/api/v2/contact/add", json!({"fullName": "C", "tags": ["x".repeat(501)]})),
        ("/api/v2/contact/add", json!({"fullName": "C", "tags": ["mới", "x".repeat(251)]})),
        ("/api/v2/contact/add", json!({"fullName": "C\u{0}"})),
        ("/api/v2/contact/add", json!({"fullName": {"a": 1}})),
        ("/api/v2/contact/add", json!({"fullName": "C", "birthday": "32/01/2000"})),
        (
            "/api/v2/contact/add",
            json!({"refId": "KH-3", "otherDynamicUpdates": [{"fieldCode": "full_name", "values": ["x".repeat(501)]}]}),
        ),
        ("/api/v2/contact/add", json!({"fullName": "C", "phones": vec!["0905000009"; 201]})),
        ("/api/v2/contact/addMany", json!({})),
        ("/api/v2/contact/addMany", json!({"data": "x"})),
        ("/api/v2/contact/addMany", json!({"data": many})),
        ("/api/v2/contact/update", json!({"note": "x"})),
        ("/api/v2/contact/update", json!({"refId": "KH-9", "note": "x", "tags": ["mới"]})),
        ("/api/v2/contact/update", json!({"_id": "00000001ffffffffffffffff", "note": "x"})),
        ("/api/v2/contact/update", json!({"refId": "KH-1", "refCode": "C-2"})),
        ("/api/v2/contact/update", json!({"refId": "KH-1", "note": "x", "otherDynamicUpdates": [{"values": []}]})),
        ("/api/contacts/add", json!({"ref_id": "KH-1"})),
        ("/api/contacts/update", json!({"ref_id": "KH-9"})),
    ] {
        house.refused(path, &body);
        assert_eq!(house.everything(), before, "{path} {body}");
        assert_eq!(house.journal().outcome, "refused");
    }
    for body in ["", "x", "{\"fullName\": \"A\", \"fullName\": \"B\"}", "{\"tags\" : [], tags\" : []}", "\u{0}"] {
        let (status, answer) = house.post("/api/v2/contact/add", body);
        assert_eq!((status, &answer["status_code"]), (200, &json!(-9999)), "{body}");
        assert_eq!(house.everything(), before, "{body}");
    }
    let (status, _) = house.post("/api/v2/contact/add", vec![b' '; 26 * 1024 * 1024]);
    assert_eq!(status, 413);
    assert_eq!(house.everything(), before);
}

#[test]
fn paths_and_queries_that_mean_nothing() {
    let house = House::new();
    let key = super::support::KEY;
    for path in [
        "/api/v2/contact/get/%ff",
        "/api/v2/contact/get/%00",
        "/api/contacts/details/x",
        "/api/contacts/get?phone=1",
        "/api/contacts/get",
    ] {
        let (status, answer) = house.ask("GET", path, key, "");
        assert_eq!((status, &answer["status_code"]), (200, &json!(-9999)), "{path}");
    }
    for query in ["page=x", "size=x", "page=%ff", "page=1e9"] {
        let (status, answer) = house.post(&format!("/api/v2/contact/search?{query}"), "{}");
        assert_eq!((status, &answer["status_code"]), (200, &json!(-9999)), "{query}");
    }
    let (status, answer) = house.post(&format!("/api/v2/contact/search?page={}&size=-1", i64::MAX), "");
    assert_eq!((status, &answer["payload"]["items"]), (200, &json!([])));
    for (method, path) in omicrm::ROUTES {
        let wrong = if *method == "GET" { "POST" } else { "GET" };
        // `get` and `delete` of version 1 share no path with another method.
        assert_eq!(house.ask(wrong, &path.replace("{id}", "x"), key, "").0, 405, "{path}");
    }
}
