//! A call with the dry-run header: the very answer, through every door, and not a row more than before.

use domain::Dialect;
use serde_json::{Value, json};

use super::doors::{Doors, Tenant, enter};

/// Everything but what is only counted.
fn everything(doors: &Doors) -> Vec<(String, Vec<String>)> {
    doors.place.everything_but(&["counters"])
}

fn rehearsed<T>(doors: &Doors, calls: impl Fn(&Doors) -> T) -> T {
    doors.rehearses.set(true);
    let before = everything(doors);
    let answers = calls(doors);
    crate::support::block_on(doors.hub.write_uses()).unwrap();
    assert_eq!(everything(doors), before);
    doors.rehearses.set(false);
    answers
}

#[test]
fn every_door_answers_as_it_would_and_writes_nothing() {
    for door in Dialect::DOORS {
        let doors = Doors::new();
        let tenant = doors.tenant("dau-moi");
        // A use of the token is written by the call before, not by the rehearsal.
        enter(&doors, &tenant, door, "Trần Bình", "0905000009", "A-0");
        crate::support::block_on(doors.hub.write_uses()).unwrap();
        let call = |doors: &Doors| enter(doors, &tenant, door, "Nguyễn An", "0905000001", "A-1");
        let (first, second) = rehearsed(&doors, |doors| (call(doors), call(doors)));
        if !doors.place.is_postgres() {
            // There numbers are taken in blocks, which a rehearsal does not give back.
            assert_eq!(first, second, "{door:?}: the first left nothing that the second met");
            assert_eq!(call(&doors), first, "{door:?}");
        }
    }
}

fn batch(tenant: &Tenant, count: usize) -> Value {
    let item = |n: usize| {
        let phone = format!("09{:08}", n % (count - 1));
        json!({"actionType": "add-contact", "data": {"name": format!("Khách {n}"), "phones": [phone]}})
    };
    json!({"senderUser": tenant.sender, "data": (0..count).map(item).collect::<Vec<_>>()})
}

#[test]
fn a_large_batch_meets_itself() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    crate::support::block_on(doors.hub.write_uses()).unwrap();
    // More than a slice: the last item is the first one again.
    let body = batch(&tenant, 450);
    let answer = rehearsed(&doors, |doors| doors.post(&tenant, &tenant.listener, &body));
    let statuses: Vec<&str> =
        answer["data"].as_array().unwrap().iter().map(|item| item["status"].as_str().unwrap()).collect();
    assert_eq!((statuses[0], statuses[448], statuses[449]), ("created", "created", "duplicated"));
    let real = doors.post(&tenant, &tenant.listener, &body);
    if !doors.place.is_postgres() {
        assert_eq!(real, answer);
    }
    assert_eq!(doors.customers(&tenant).len(), 449);
}

#[test]
fn a_refusal_is_the_same_and_not_journalled() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    let wrong = json!({"senderUser": "ai-do@example.com", "data": []});
    let (status, answer) = rehearsed(&doors, |doors| doors.ask(&tenant, "POST", &tenant.listener, &wrong));
    assert_eq!(status, 400, "{answer}");
    assert_eq!(doors.ask(&tenant, "POST", &tenant.listener, &wrong), (status, answer));
}

#[test]
fn files_are_not_put_away_and_signing_in_is_for_real() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    let contact = json!({"code": "A-1", "type": "Cá nhân", "name": "An", "phones": "0905000001", "fountain_head_id": "Tổng đài",
        "trade_ids": "PHIÊN DỊCH (VUT)", "files": [{"name": "a.txt", "file": "eGluIGNow6Bv"}]});
    let answer = rehearsed(&doors, |doors| doors.post(&tenant, "/api/customer/contact/insert", &contact));
    assert_eq!(answer["error"], json!(false), "{answer}");
    let files = doors.place.folder().join("files");
    assert_eq!(std::fs::read_dir(files).unwrap().count(), 0);
}
