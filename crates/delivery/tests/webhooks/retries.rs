//! What fails is tried again, with the same id; and in the end given up, and kept.

use domain::Dialect;
use domain::webhook::{DeliveryState, EndpointState};
use hub::outbox::{self, Again};
use hub::{customers, sending, webhooks};

use crate::support::{House, Receiver, Reply, aside};

#[tokio::test]
async fn the_first_retry_is_after_five_seconds_and_has_the_same_id() {
    let house = House::new();
    let mut receiver = Receiver::start(async |_, number| Reply(if number == 0 { 500 } else { 204 }, None, "x")).await;
    house.endpoint(&receiver.url()).await;
    house.add("An", Dialect::Vbot).await;
    house.worker.work_off().await;
    let first = receiver.all();
    assert_eq!(first.len(), 1);
    house.later(4);
    house.worker.work_off().await;
    assert!(receiver.all().is_empty(), "not before five seconds");
    // A tenth more is what jitter adds at most.
    house.later(2);
    house.worker.work_off().await;
    let second = receiver.all();
    assert_eq!(second.len(), 1);
    assert_eq!((second[0].id(), &second[0].body), (first[0].id(), &first[0].body));
    let (delivery, attempts) = house.deliveries().await.pop().unwrap();
    assert_eq!(delivery.state, DeliveryState::Delivered);
    assert_eq!(attempts.iter().map(|attempt| attempt.status).collect::<Vec<_>>(), [Some(500), Some(204)]);
    assert_eq!(house.find(1).await.failing_since, None, "it answers again");
}

#[tokio::test]
async fn after_ten_attempts_it_is_kept_and_can_be_sent_again() {
    let house = House::new();
    let mut receiver = Receiver::start(async |_, number| Reply(if number < 10 { 503 } else { 200 }, None, "no")).await;
    let (number, _) = house.endpoint(&receiver.url()).await;
    house.add("An", Dialect::Vbot).await;
    let mut waits = Vec::new();
    for _ in 0..10 {
        house.worker.work_off().await;
        let (delivery, _) = house.deliveries().await.pop().unwrap();
        let Some(due) = delivery.due_at else { break };
        waits.push((due.0 - house.hub.now().0) / 1_000_000);
        house.clock.set(due);
    }
    assert_eq!(waits.len(), 9);
    for (wait, least) in waits.iter().zip([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]) {
        assert!(*wait >= least && *wait <= least + least / 10, "{waits:?}");
    }
    let (delivery, attempts) = house.deliveries().await.pop().unwrap();
    assert_eq!((delivery.state, attempts.len()), (DeliveryState::Dead, 10));
    let ids: Vec<String> = receiver.all().iter().map(|seen| seen.id().to_owned()).collect();
    assert_eq!(ids.len(), 10);
    house.later(1_000_000);
    house.worker.work_off().await;
    assert!(receiver.all().is_empty(), "given up is given up");

    let endpoint = house.find(number).await;
    let nothing = Again { since: Some(house.hub.now()), until: None, delivered: true };
    assert_eq!(house.hub.redeliver(house.org, endpoint.id, nothing).await.unwrap(), 0);
    let all = Again { since: None, until: None, delivered: false };
    assert_eq!(house.hub.redeliver(house.org, endpoint.id, all).await.unwrap(), 1);
    house.worker.work_off().await;
    assert_eq!(receiver.all().pop().unwrap().id(), ids[0]);
    assert_eq!(house.deliveries().await.pop().unwrap().0.state, DeliveryState::Delivered);
    // One that arrived can be asked for by itself.
    let id = delivery.id;
    let again = house.hub.write(domain::Actor::cli(house.org), move |tx| outbox::redeliver_one(tx, endpoint.id, id));
    again.await.unwrap();
    house.worker.work_off().await;
    assert_eq!(receiver.all().pop().unwrap().id(), ids[0]);
}

#[tokio::test]
async fn a_pause_that_is_asked_for_is_kept() {
    let house = House::new();
    let receiver = Receiver::start(async |_, _| Reply(429, Some(("retry-after", "900".to_owned())), "slow down")).await;
    house.endpoint(&receiver.url()).await;
    house.add("An", Dialect::Vbot).await;
    house.worker.work_off().await;
    let (delivery, attempts) = house.deliveries().await.pop().unwrap();
    let wait = delivery.due_at.unwrap().0 - house.hub.now().0;
    assert!((900_000_000..901_000_000).contains(&wait), "{wait}");
    assert_eq!((attempts[0].status, attempts[0].answer.as_str()), (Some(429), "slow down"));
}

#[tokio::test]
async fn who_is_gone_is_told_nothing_more() {
    let house = House::new();
    let mut receiver = Receiver::start(async |_, number| Reply(if number == 0 { 410 } else { 200 }, None, "")).await;
    let (number, _) = house.endpoint(&receiver.url()).await;
    house.add("An", Dialect::Vbot).await;
    house.worker.work_off().await;
    let endpoint = house.find(number).await;
    assert_eq!(endpoint.state, EndpointState::Disabled);
    assert!(endpoint.reason.contains("410"));
    house.add("Bình", Dialect::Vbot).await;
    house.later(1_000_000);
    house.worker.work_off().await;
    assert_eq!(receiver.all().len(), 1);
    let enabled = house.hub.write(domain::Actor::cli(house.org), move |tx| webhooks::enable(tx, number));
    assert_eq!(enabled.await.unwrap().state, EndpointState::On);
    house.add("Châu", Dialect::Vbot).await;
    house.worker.work_off().await;
    assert_eq!(receiver.all().len(), 1);
}

#[tokio::test]
async fn who_fails_for_five_days_is_switched_off_and_the_owners_are_told() {
    let house = House::new();
    aside(|| {
        testbed::user(&house.hub, house.org, "chu@example.com", domain::Role::Owner);
        testbed::user(&house.hub, house.org, "nhan-vien@example.com", domain::Role::Member);
    });
    let sealed = house.hub.seal(house.org, "email", "{}").unwrap();
    let account = house.hub.write(domain::Actor::cli(house.org), move |tx| {
        sending::set_account(tx, domain::message::MessageKind::Email, "smtp", &sealed)
    });
    account.await.unwrap();
    let receiver = Receiver::start(async |_, _| Reply(500, None, "")).await;
    let (number, _) = house.endpoint(&receiver.url()).await;
    house.add("An", Dialect::Vbot).await;
    house.worker.work_off().await;
    house.later(4 * 86_400);
    house.add("Bình", Dialect::Vbot).await;
    house.worker.work_off().await;
    assert_eq!(house.find(number).await.state, EndpointState::On, "four days are not five");
    house.later(86_400);
    house.add("Châu", Dialect::Vbot).await;
    house.worker.work_off().await;
    assert_eq!(house.find(number).await.state, EndpointState::Disabled);
    assert!(house.deliveries().await.iter().all(|(delivery, _)| delivery.state == DeliveryState::Dead));
    let told = house.hub.read(house.org, |tx| hub::messages::list(tx, 10)).await.unwrap();
    assert_eq!(told.iter().map(|message| message.recipient.as_str()).collect::<Vec<_>>(), ["chu@example.com"]);
}

#[tokio::test]
async fn what_a_dead_worker_held_is_sent_by_another_when_its_lease_is_over() {
    let house = House::new();
    let mut receiver = Receiver::willing().await;
    let (number, _) = house.endpoint(&receiver.url()).await;
    house.add("An", Dialect::Vbot).await;
    let endpoint = house.find(number).await.id;
    let until = house.hub.now().plus_seconds(60);
    // Claimed by one that then dies.
    let claimed =
        house.hub.write(domain::Actor::cli(house.org), move |tx| outbox::claim_deliveries(tx, endpoint, 10, until));
    let claimed = claimed.await.unwrap().unwrap();
    assert_eq!(claimed.deliveries.len(), 1);
    house.later(59);
    house.worker.work_off().await;
    assert!(receiver.all().is_empty(), "the lease holds");
    house.later(2);
    house.worker.work_off().await;
    let seen = receiver.all().pop().unwrap();
    assert_eq!(seen.id(), domain::webhook::message_id(house.org, claimed.deliveries[0].id));
}

#[tokio::test]
async fn old_deliveries_are_forgotten_and_dead_letters_are_not() {
    let house = House::new();
    let receiver =
        Receiver::start(async |seen, _| Reply(if seen.body.contains("Tốt") { 200 } else { 410 }, None, "")).await;
    house.endpoint(&receiver.url()).await;
    house.add("Tốt", Dialect::Vbot).await;
    house.worker.work_off().await;
    house.add("Xấu", Dialect::Vbot).await;
    house.worker.work_off().await;
    house.later(29 * 86_400);
    assert_eq!(house.hub.sweep_deliveries().await.unwrap(), 0);
    house.later(2 * 86_400);
    assert_eq!(house.hub.sweep_deliveries().await.unwrap(), 1);
    let left = house.deliveries().await;
    assert_eq!(left.iter().map(|(delivery, _)| delivery.state).collect::<Vec<_>>(), [DeliveryState::Dead]);
    let gone = house.hub.write(domain::Actor::cli(house.org), |tx| webhooks::remove(tx, 1));
    gone.await.unwrap();
    assert_eq!(house.hub.sweep_deliveries().await.unwrap(), 1, "without their endpoint they are of no use");
    let left =
        house.hub.read(house.org, |tx| customers::search(tx, &hub::Filter::everything(domain::Viewer::Org), 0, 9));
    assert_eq!(left.await.unwrap().1, 2);
}
