//! A call or an item that is refused changes nothing but the journal, and no input is a fault of ours.

use serde_json::json;

use super::support::{GOLDEN, House};

/// A house with somebody in it, so that there is something to spoil.
fn house() -> House {
    let house = House::new();
    house.one("add-contact", &json!({"name": "An", "contactId": "KH-1", "phones": ["0905000001"]}));
    house.one("add-deal", &json!({"dealId": "A1", "name": "Đơn 1", "dealWith": {"customerId": "PID-1"}}));
    house
}

#[test]
fn refused_calls_change_nothing() {
    let house = house();
    let (before, calls) = (house.everything(), house.place.number("SELECT count(*) FROM requests"));
    let deep =
        |open: &str, close: &str| format!(r#"{{"senderUser": {}{}}}"#, open.repeat(100_000), close.repeat(100_000));
    let many = format!(r#"{{"senderUser": "sender@example.com", "data": [{}{{}}]}}"#, "{},".repeat(100_000));
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"\xff\xfe".to_vec(),
        b"{\"senderUser\": \"sender@example.com\", \"data\": [{\"actionType\": \"add-contact\", \"data\": {\"name\": \"\xc3\x28\"}}]}".to_vec(),
        deep("[", "]").into_bytes(),
        deep("{\"a\":", "}").into_bytes(),
        b"{\"data\": []}".to_vec(),
        b"{\"senderUser\": \"la@example.com\", \"data\": [{\"actionType\": \"add-contact\", \"data\": {\"name\": \"An\"}}]}".to_vec(),
        many.into_bytes(),
    ];
    for body in &bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let (status, answer) = house.post(body.clone());
        assert_eq!((status, &answer["success"], &answer["data"]), (400, &json!(false), &json!([])), "{shown}");
        assert_eq!(house.everything(), before, "{shown}");
        assert_eq!(house.journal().status, 400);
    }
    assert_eq!(house.place.number("SELECT count(*) FROM requests"), calls + bodies.len() as i64);
}

#[test]
fn refused_items_change_nothing() {
    let house = house();
    let before = house.everything();
    for (action, data) in [
        ("add-contact", json!({"name": ""})),
        ("add-contact", json!({"name": "B", "phones": [{"value": {}}], "companyContact": {"name": "C"}})),
        ("add-contact", json!({"name": "B", "tag": "mới", "dateOfBirth": "1993-02-30"})),
        ("add-lead", json!({"name": "B", "gender": 7, "cusFields": [{"name": "Mới", "value": "x"}]})),
        ("update-contact", json!({"phones": ["0905000009"], "tag": "mới"})),
        ("update-contact", json!({"customerId": "PID-1", "permit": {"status": 9}})),
        ("update-lead", json!({"name": "B"})),
        ("add-note", json!({"body": "x", "phone": "0905000009", "tag": "mới"})),
        ("add-note", json!({"body": "x", "model": "deal", "dealId": "Z", "channel": "mới"})),
        ("add-deal", json!({"dealId": "A1", "name": "Đơn 1", "stage": "mới", "currency": "ZZZ"})),
        ("add-deal", json!({"dealId": "A2", "name": "Đơn 1", "stage": "mới"})),
        ("add-ticket", json!({"body": "x", "passport": "1", "groupName": "mới"})),
        ("send-sms", json!({"content": "x", "phones": ["0905000001", "x"]})),
    ] {
        assert_eq!(house.one(action, &data).0, "error", "{action} {data}");
        assert_eq!(house.everything(), before, "{action} {data}");
    }
}

#[test]
fn shut_doors_leave_no_trace_at_all() {
    let house = house();
    let before = house.place.everything_but(&[]);
    let body =
        r#"{"senderUser": "sender@example.com", "data": [{"actionType": "add-contact", "data": {"name": "An"}}]}"#;
    for (secret, expected) in [("khong-co", 404), ("closed", 404), ("fenced", 403), ("%ff", 404), ("%00", 404)] {
        assert_eq!(house.post_to(&format!("/webhook/listener/{secret}"), body).0, expected, "{secret}");
    }
    for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "X"] {
        let response = house.ask(method, GOLDEN, body);
        assert_eq!(
            (response.status().as_u16(), &response.headers()["allow"]),
            (405, &"POST".parse().unwrap()),
            "{method}"
        );
    }
    let (status, answer) = house.post(vec![b' '; 26 * 1024 * 1024]);
    assert_eq!((status, &answer["message"]), (413, &json!("Nội dung yêu cầu vượt quá 25 MB")));
    assert_eq!(house.place.everything_but(&[]), before);
}

#[test]
fn an_item_that_is_too_deep_or_broken_harms_no_other() {
    let house = House::new();
    let deep = ["[".repeat(100_000), "]".repeat(100_000)].concat();
    let good = r#"{"actionType": "add-contact", "data": {"name": "An"}}"#;
    let body = format!(
        r#"{{"senderUser": "sender@example.com", "data": [{good}, {deep}, {{"actionType": "add-contact", "data": {{"name": {deep}}}}}, {good}]}}"#
    );
    let (status, answer) = house.post(body);
    let statuses: Vec<_> =
        answer["data"].as_array().unwrap().iter().map(|item| item["status"].as_str().unwrap()).collect();
    assert_eq!((status, statuses), (200, vec!["created", "error", "error", "created"]));
    assert!(answer["data"][1]["message"].as_str().unwrap().contains("lồng nhau quá"), "{answer}");
}

#[test]
fn long_texts_are_not_sent_back_whole() {
    let house = House::new();
    let long = "x".repeat(1_000_000);
    let envelope = |sender: &str, action: &str| json!({"senderUser": sender, "data": [{"actionType": action, "data": {"name": 1}}]});
    for (sender, action) in [(long.as_str(), "add-contact"), ("sender@example.com", long.as_str())] {
        let (_, answer) = house.post(envelope(sender, action).to_string());
        assert!(answer.to_string().len() < 2_000);
        assert!(house.journal().caller.len() < 200);
    }
}

#[test]
fn lists_in_one_text_are_counted_before_they_are_taken_apart() {
    let house = House::new();
    let (tag, choices) = (",".repeat(20_000_000), "|".repeat(20_000_000));
    for data in [json!({"name": "An", "tag": tag}), json!({"name": "An", "cusFields": {"Referred By": choices}})] {
        let (status, message) = house.one("add-contact", &data);
        assert!(status == "error" && message.contains("có quá 200 "), "{message}");
    }
}

#[test]
fn texts_that_grow_when_they_are_folded_are_kept() {
    let house = House::new();
    // Each letter folds to eighteen.
    let long = "ﷺ".repeat(250);
    let data = json!({
        "name": long, "title": long, "tag": long, "contactId": long, "passport": long, "websites": [long], "emails": [long],
        "im": [{"protocol": long, "value": long}], "cusFields": [{"name": "Dài", "value": long}],
        "addresses": [{"street": long}], "companyContact": {"name": long}
    });
    assert_eq!(house.one("add-contact", &data), ("created".into(), "PID-1".into()));
    assert_eq!(house.customer("PID-1").national_id.number, long);
    let deal = json!({"name": long, "dealId": long, "dealWith": {"customerId": "PID-1"}, "stage": long, "owner_opportunity": {"groups": [long]}});
    assert_eq!(house.one("add-deal", &deal), ("created".into(), long.clone()));
    assert_eq!(
        house.one("add-ticket", &json!({"body": long, "customerId": "PID-1", "groupName": long, "slaName": long})).0,
        "created"
    );
}
