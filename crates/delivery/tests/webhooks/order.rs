//! Events of one customer arrive in their order, and nobody waits for anybody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use domain::Dialect;
use domain::webhook::DeliveryState;
use tokio::sync::{Notify, oneshot};

use crate::support::{House, Receiver, Reply, Seen};

fn names(seen: &[Seen]) -> Vec<String> {
    let new = |seen: &Seen| {
        let body = seen.json();
        let changes = body["data"]["changes"].as_array().unwrap().clone();
        changes.iter().find(|change| change["field"] == "name").unwrap()["new"].as_str().unwrap().to_owned()
    };
    seen.iter().map(new).collect()
}

#[tokio::test]
async fn many_events_of_one_customer_arrive_in_their_order() {
    let house = House::new();
    let mut receiver = Receiver::willing().await;
    house.endpoint(&receiver.url()).await;
    let an = house.add("An 0", Dialect::Vbot).await;
    for step in 1..100 {
        house.rename(an.id, &format!("An {step}")).await;
    }
    house.worker.work_off().await;
    assert_eq!(names(&receiver.all()), (0..100).map(|step| format!("An {step}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_comes_after_a_failure_waits_for_it_and_others_do_not() {
    let house = House::new();
    let is_well = Arc::new(AtomicBool::new(false));
    let knows = Arc::clone(&is_well);
    let mut receiver = Receiver::start(move |seen: Seen, _| {
        let refuses = seen.body.contains("An 0") && !knows.load(SeqCst);
        async move { Reply(if refuses { 500 } else { 200 }, None, "") }
    })
    .await;
    house.endpoint(&receiver.url()).await;
    let an = house.add("An 0", Dialect::Vbot).await;
    house.rename(an.id, "An 1").await;
    house.add("Bình", Dialect::Vbot).await;
    house.worker.work_off().await;
    let mut seen = names(&receiver.all());
    seen.sort();
    assert_eq!(seen, ["An 0", "Bình"], "An 1 is held back");
    assert_eq!(house.deliveries().await[1].0.state, DeliveryState::Held);
    is_well.store(true, SeqCst);
    house.later(6);
    house.worker.work_off().await;
    assert_eq!(names(&receiver.all()), ["An 0", "An 1"]);
}

#[tokio::test]
async fn what_is_given_up_lets_the_next_go() {
    let house = House::new();
    let mut receiver = Receiver::start(async |seen: Seen, _| {
        Reply(if seen.body.contains(r#""old":"","new":"An 0""#) { 500 } else { 200 }, None, "")
    })
    .await;
    house.endpoint(&receiver.url()).await;
    let an = house.add("An 0", Dialect::Vbot).await;
    house.rename(an.id, "An 1").await;
    loop {
        house.worker.work_off().await;
        let Some(due) = house.deliveries().await[0].0.due_at else { break };
        assert!(house.deliveries().await[1].1.is_empty());
        house.clock.set(due);
    }
    // The tenth attempt failed, and what it held back went at once.
    let states: Vec<_> = house.deliveries().await.iter().map(|(delivery, _)| delivery.state).collect();
    assert_eq!(states, [DeliveryState::Dead, DeliveryState::Delivered]);
    assert_eq!(names(&receiver.all()).last().unwrap(), "An 1");
}

#[tokio::test]
async fn one_that_does_not_answer_holds_nobody_up() {
    let house = House::new();
    let open = Arc::new(Notify::new());
    let waits = Arc::clone(&open);
    let slow = Receiver::start(move |_, _| {
        let waits = Arc::clone(&waits);
        async move {
            waits.notified().await;
            Reply(200, None, "")
        }
    })
    .await;
    let mut quick = Receiver::willing().await;
    house.endpoint(&slow.url()).await;
    house.endpoint(&quick.url()).await;
    for step in 0..200 {
        house.add(&format!("Khách {step}"), Dialect::Vbot).await;
    }
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = house.worker.clone();
    let working = tokio::spawn(async move { worker.run(async { drop(stopped.await) }).await });
    for _ in 0..200 {
        quick.seen.recv().await.unwrap();
    }
    // Also what comes later, while the other one still does not answer.
    house.add("Khách mới", Dialect::Vbot).await;
    assert_eq!(names(&[quick.seen.recv().await.unwrap()]), ["Khách mới"]);
    open.notify_waiters();
    stop.send(()).unwrap();
    working.await.unwrap();
}
