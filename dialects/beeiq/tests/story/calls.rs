//! The journal of deliveries, and the doors: rotation, switching off, senders who are not known.

use hub::tokens::Secret;
use hub::{listeners, orgs};
use serde_json::json;

use super::support::House;

const BODY: &str = r#"{senderUser: "sender@example.com", "data": [
  {"actionType": "add-contact", "data": {"name": "An", "phones": ["0905000001"]}},
  {"actionType": "add-contact", "data": {"name": ""}}]}"#;

#[test]
fn each_delivery_leaves_a_row() {
    let house = House::new();
    house.one("add-contact", &json!({"name": "An", "phones": ["0905000001"]}));
    let (status, answer) = house.post(BODY);
    let row = house.journal();
    assert_eq!((row.dialect.word(), row.version.as_str()), ("beeiq", "v1"));
    assert_eq!(row.route, format!("{} {}", beeiq::ROUTES[0].0, beeiq::ROUTES[0].1));
    assert_eq!(
        (row.caller.as_str(), row.body.as_str(), row.body_size),
        ("sender@example.com", BODY, BODY.len() as i64)
    );
    assert_eq!((row.status, row.outcome.as_str()), (i64::from(status), "partly"));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&row.answer).unwrap(), answer);
    assert_eq!(row.touched, [1]);
    assert_eq!(row.decisions[0], "tên trường không có ngoặc kép");
    assert!(row.decisions[1].starts_with("Khớp khách hàng 1 theo điện thoại"), "{:?}", row.decisions);
    assert_eq!(house.whole("PID-1").history[0].request, Some(row.id));
}

#[test]
fn outcomes_are_told_apart() {
    let house = House::new();
    for (body, outcome, caller) in [
        (r#"{"senderUser": "sender@example.com"}"#, "ok", "sender@example.com"),
        (r#"{"senderUser": "sender@example.com", "data": [{}]}"#, "refused", "sender@example.com"),
        (r#"{"senderUser": "la@example.com", "data": []}"#, "refused", "la@example.com"),
        (r#"{"data": []}"#, "refused", ""),
        ("", "refused", ""),
    ] {
        house.post(body);
        let row = house.journal();
        assert_eq!((row.outcome.as_str(), row.caller.as_str(), row.body.as_str()), (outcome, caller, body));
    }
}

#[test]
fn what_was_tolerated_in_one_item_is_told_too() {
    let house = House::new();
    let long = r#"{"senderUser": "sender@example.com", "data": [{"actionType": "add-contact", "data": {"name": "An", "passport": 123456789012345678901234567890}}]}"#;
    house.post(long);
    assert_eq!(house.journal().decisions[0], "data[0]: số quá dài, giữ dạng chữ");
    assert_eq!(house.customer("PID-1").national_id.number, "123456789012345678901234567890");
}

#[test]
fn the_secret_of_the_address_is_kept_nowhere() {
    let house = House::new();
    let secret = "bi-mat-khong-ai-biet";
    let digest = Secret::known(secret);
    house.write(move |tx| listeners::create(tx, "Kín", &digest));
    let path = format!("/webhook/listener/{secret}");
    house.one_to(&path, "add-contact", &json!({"name": "An"}));
    house.post_to(&path, "không phải JSON");
    for table in house.place.tables() {
        assert!(!house.place.rows(&table).iter().any(|row| row.contains(secret)), "{table}");
    }
}

#[test]
fn a_rotated_listener_has_two_addresses_for_a_week() {
    let house = House::new();
    let number = house.add_listener("cu", |_| {});
    let body = r#"{"senderUser": "sender@example.com"}"#;
    let status = |house: &House, secret: &str| house.post_to(&format!("/webhook/listener/{secret}"), body).0;
    let new = Secret::known("moi");
    house.write(move |tx| listeners::rotate(tx, number, &new));
    assert_eq!((status(&house, "cu"), status(&house, "moi")), (200, 200));
    house.clock.set(house.hub.now().plus_seconds(8 * 86_400));
    assert_eq!((status(&house, "cu"), status(&house, "moi")), (404, 200));
    house.set_listener(number, |listener| listener.active = false);
    assert_eq!(status(&house, "moi"), 404);
    house.set_listener(number, |listener| listener.active = true);
    assert_eq!(status(&house, "moi"), 200);
}

#[test]
fn a_list_of_addresses_shuts_out_who_is_not_on_it() {
    let house = House::new();
    let number = house.add_listener("rao", |listener| listener.networks = vec!["203.0.113.0/24".into()]);
    let body = r#"{"senderUser": "sender@example.com"}"#;
    assert_eq!(house.post_to("/webhook/listener/rao", body).0, 403);
    house.set_listener(number, |listener| listener.networks.clear());
    assert_eq!(house.post_to("/webhook/listener/rao", body).0, 200);
}

#[test]
fn an_unknown_sender_may_be_taken_as_the_listener() {
    let house = House::new();
    let body = r#"{"senderUser": "la@example.com", "data": [{"actionType": "add-contact", "data": {"name": "An", "permit": {"status": 2}}}]}"#;
    assert_eq!(house.post(body).0, 400);
    house.write(|tx| orgs::set(tx, &[("beeiq.unknown_sender".into(), "accept".into())]).map(drop));
    let (status, answer) = house.post(body);
    assert_eq!((status, &answer["data"][0]["id"]), (200, &json!("PID-1")));
    let history = house.whole("PID-1").history;
    assert_eq!(history[0].actor, "Listener golden");
    assert_eq!(house.journal().caller, "la@example.com");
    // Nobody at all is still a mistake.
    assert_eq!(house.post(r#"{"data": []}"#).0, 400);
}

#[test]
fn a_user_who_left_sends_no_more() {
    let house = House::new();
    house.place.execute("UPDATE users SET active = false WHERE email = 'sender@example.com'");
    assert_eq!(house.post(r#"{"senderUser": "sender@example.com"}"#).0, 400);
    assert_eq!(house.post(r#"{"senderUser": "sender2@example.com"}"#).0, 200);
}

#[test]
fn deliveries_are_counted() {
    let house = House::new();
    let counted = |name: &str| {
        super::support::block_on(house.hub.write_uses()).unwrap();
        let listeners = house.read(listeners::list);
        let listener = listeners.iter().find(|listener| listener.name == name).unwrap();
        (listener.calls, listener.items, listener.refused)
    };
    house.post(BODY);
    assert_eq!(counted("Listener golden"), (1, 2, 1));
    for whole in ["x", r#"{"senderUser": "la@example.com", "data": [{}, {}]}"#, r#"{"data": []}"#] {
        assert_eq!(house.post(whole).0, 400);
    }
    assert_eq!(counted("Listener golden"), (4, 2, 4), "each was refused as a whole");
    assert_eq!(house.post_to("/webhook/listener/fenced", BODY).0, 403);
    assert_eq!(house.post_to("/webhook/listener/closed", BODY).0, 404);
    assert_eq!(counted("Listener fenced"), (1, 0, 1));
    assert_eq!(counted("Listener closed"), (0, 0, 0), "nobody is told that it is there");
}
