//! A call that is refused changes nothing but the journal.

use serde_json::json;

use super::support::House;

#[test]
fn refused_calls_change_nothing() {
    let house = House::new();
    house.lead(&json!({"subject": "x", "phone": "0983000148", "service_id": 1244}));
    house.ask("POST", "contacts", json!({"contact": {"username": "An", "phone_no": "0905000001"}}).to_string());
    let (before, calls) = (house.everything(), house.place.number("SELECT count(*) FROM requests"));
    let base = json!({"subject": "y", "phone": "0905000002", "service_id": 1244});
    let with = |key: &str, value: serde_json::Value| {
        let mut lead = base.clone();
        lead[key] = value;
        json!({ "lead": lead }).to_string()
    };
    let refused = [
        ("POST", "lead", String::new(), "", 400),
        ("POST", "lead", "{".repeat(100_000), "", 400),
        ("POST", "lead", format!(r#"{{"lead": {}}}"#, "[".repeat(100_000)), "", 400),
        ("POST", "lead", with("subject", json!("")), "subject", 400),
        ("POST", "lead", with("phone", json!("")), "phone", 400),
        ("POST", "lead", with("service_id", json!(null)), "service_id", 400),
        ("POST", "lead", with("service_id", json!(70_000)), "service_id", 400),
        ("POST", "lead", with("group_id", json!(70_000)), "group_id", 400),
        ("POST", "lead", with("assignee_id", json!(70_000)), "assignee_id", 400),
        ("POST", "lead", with("lead_status_id", json!(70_000)), "lead_status_id", 400),
        ("POST", "lead", with("requester_id", json!(70_000)), "requester_id", 400),
        ("POST", "lead", with("comment", json!({"body": "x", "author_id": 70_000})), "comment.author_id", 400),
        ("POST", "lead", with("comment", json!({"body": "x".repeat(5_001)})), "comment.body dài", 400),
        ("POST", "lead", with("comment", json!(["x", "y".repeat(5_001)])), "comment[1] dài", 400),
        ("POST", "lead", with("comment.body", json!("x".repeat(5_001))), "comment.body dài", 400),
        ("POST", "lead", with("comment", json!(vec!["x"; 201])), "comment có quá 200", 400),
        ("POST", "lead", with("estimated_closed_date", json!("0000-00-00")), "estimated_closed_date", 400),
        ("PUT", "lead/1", with("assignee_id", json!(70_000)), "assignee_id", 400),
        ("PUT", "lead/9", with("subject", json!("z")), "lead", 404),
        ("PUT", "lead/x", with("subject", json!("z")), "lead", 404),
        (
            "POST",
            "contacts",
            json!({"contact": {"username": "B", "phone_no": "0905000001"}}).to_string(),
            "phone_no",
            400,
        ),
        (
            "PUT",
            "contacts/1",
            json!({"contact": {"username": "B", "phone_no": "0905000001"}}).to_string(),
            "phone_no",
            400,
        ),
        ("PUT", "contacts/9", json!({"contact": {"username": "B"}}).to_string(), "user", 404),
    ];
    for (method, path, body, word, expected) in &refused {
        let shown: String = body.chars().take(80).collect();
        let (status, answer) = house.ask(method, path, body.clone());
        assert_eq!((status, answer["code"].as_str()), (*expected, Some("errors")), "{method} {path} {shown}");
        assert!(answer["message"].as_str().unwrap().contains(word), "{answer}");
        assert_eq!(house.everything(), before, "{method} {path} {shown}");
        assert_eq!((house.journal().status, house.journal().outcome.as_str()), (i64::from(status), "refused"));
    }
    assert_eq!(house.place.number("SELECT count(*) FROM requests"), calls + refused.len() as i64);
}

#[test]
fn a_body_may_have_25_mb() {
    let house = House::new();
    let before = house.place.everything_but(&[]);
    let (status, answer) = house.ask("POST", "lead", vec![b' '; 26 * 1024 * 1024]);
    assert_eq!((status, answer["message"].as_str()), (413, Some("Nội dung yêu cầu vượt quá 25 MB")));
    assert_eq!(house.place.everything_but(&[]), before);
}
