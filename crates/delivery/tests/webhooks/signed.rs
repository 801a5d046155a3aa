//! What is sent, and that the receiver can tell it is ours.

use domain::webhook::{DeliveryState, Event, Format};
use domain::{Clock, Dialect, Error};
use hub::customers;
use hyper::header::{HeaderMap, HeaderName};
use serde_json::json;
use standardwebhooks::Webhook;

use crate::support::{House, Receiver, Seen};

/// Whether the library that receivers use takes it. Its clock is the real one, and so ours must be.
fn verify(secret: &str, seen: &Seen) -> bool {
    let headers: HeaderMap = seen
        .headers
        .iter()
        .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()))
        .collect();
    Webhook::new(secret).unwrap().verify(seen.body.as_bytes(), &headers).is_ok()
}

/// Sets the clock so many seconds before the real one.
fn before_now(house: &House, seconds: i64) {
    house.clock.set(hub::SystemClock.now().plus_seconds(-seconds));
}

#[tokio::test]
async fn a_change_arrives_once_signed_and_written_down() {
    let house = House::new();
    before_now(&house, 0);
    let mut receiver = Receiver::willing().await;
    let (_, secret) = house.endpoint(&receiver.url()).await;
    let an = house.add("Nguyễn Văn An", Dialect::Beeiq).await;
    house.worker.work_off().await;
    let seen = receiver.all();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].path.as_str(), seen[0].headers["content-type"].as_str()), ("/hook", "application/json"));
    assert!(verify(&secret, &seen[0]), "the library of Standard Webhooks takes the signature");
    assert!(!verify("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &seen[0]), "and only with the right secret");
    let body = seen[0].json();
    assert_eq!(body["type"], "customer.created");
    assert_eq!(body["timestamp"], house.hub.now().rfc3339());
    assert_eq!(body["data"]["customer"]["number"], an.number);
    assert_eq!(body["data"]["dialect"], "beeiq");
    let name = json!({"field": "name", "old": "", "new": "Nguyễn Văn An"});
    assert!(body["data"]["changes"].as_array().unwrap().contains(&name), "{body}");
    let (delivery, attempts) = house.deliveries().await.pop().unwrap();
    assert_eq!((delivery.state, delivery.due_at, delivery.attempts), (DeliveryState::Delivered, None, 1));
    assert_eq!((attempts[0].number, attempts[0].status, attempts[0].answer.as_str()), (1, Some(200), "ok"));
    // Nothing is left to do.
    house.later(1_000_000);
    house.worker.work_off().await;
    assert!(receiver.all().is_empty());
}

#[tokio::test]
async fn after_a_rotation_both_secrets_sign_for_a_day() {
    for (since, both) in [(0, true), (86_000, true), (86_401, false)] {
        let house = House::new();
        before_now(&house, since);
        let mut receiver = Receiver::willing().await;
        let (number, old) = house.endpoint(&receiver.url()).await;
        let new = house.hub.rotate_endpoint(domain::Actor::cli(house.org), number).await.unwrap();
        before_now(&house, 0);
        house.add("An", Dialect::Vbot).await;
        house.worker.work_off().await;
        let seen = receiver.all().pop().unwrap();
        assert!(old != new && verify(&new, &seen));
        assert_eq!(verify(&old, &seen), both, "{since} seconds after");
    }
}

#[tokio::test]
async fn caresofts_own_form() {
    let house = House::new();
    let mut receiver = Receiver::willing().await;
    house.endpoint_for(&receiver.url(), vec![], vec![], Format::Caresoft, Some("CS123".to_owned())).await;
    let an = house.add("An", Dialect::Caresoft).await;
    house.worker.work_off().await;
    let seen = receiver.all().pop().unwrap();
    let signature = delivery::webhook::hub_signature("CS123", seen.body.as_bytes());
    assert_eq!(seen.headers["x-hub-signature"], signature);
    let body = seen.json();
    assert_eq!((&body["object"], &body["action"]), (&json!("user"), &json!("create")));
    assert_eq!((&body["user"]["id"], &body["user"]["username"]), (&json!(an.number), &json!("An")));
}

#[tokio::test]
async fn only_what_was_asked_for_is_told() {
    let house = House::new();
    let (mut deals, mut vbot) = (Receiver::willing().await, Receiver::willing().await);
    let events = Event::parse_list(["customer.updated"]).unwrap();
    house.endpoint_for(&deals.url(), events, vec![], Format::Standard, None).await;
    house.endpoint_for(&vbot.url(), vec![], vec![Dialect::Vbot], Format::Standard, None).await;
    let an = house.add("An", Dialect::Beeiq).await;
    let changed = house.rename(an.id, "Ân").await;
    assert_eq!(changed.len(), 1);
    house.worker.work_off().await;
    let types = |seen: Vec<Seen>| seen.iter().map(|seen| seen.json()["type"].clone()).collect::<Vec<_>>();
    assert_eq!(types(deals.all()), ["customer.updated"]);
    assert_eq!(types(vbot.all()), ["customer.updated"], "what came through BeeIQ is not VBot's");
}

#[tokio::test]
async fn what_is_refused_is_not_told() {
    let house = House::new();
    let mut receiver = Receiver::willing().await;
    house.endpoint(&receiver.url()).await;
    let refused = house.hub.write(testbed::actor(house.org, Dialect::Vbot, None), |tx| {
        customers::create(tx, domain::Customer { name: "An".to_owned(), ..domain::Customer::default() }, &[])?;
        Err::<(), _>(Error::invalid("x", "không"))
    });
    assert!(refused.await.is_err());
    house.worker.work_off().await;
    assert!(receiver.all().is_empty() && house.deliveries().await.is_empty());
}
