//! Old calls played again: as they came, from whom, at their time, and with their messages held.

use domain::request::Request;
use domain::{Dialect, Id, Instant, Role};
use hub::replay::Manner;
use hub::{customers, journal, messages};
use kit::replay::Played;
use serde_json::json;
use testbed::STILL;

use super::doors::{Doors, Tenant, enter};
use super::support::block_on;

const DAY: i64 = 86_400_000_000;

fn calls(doors: &Doors, tenant: &Tenant) -> Vec<Request> {
    let mut calls = doors.hub.read(tenant.org, |tx| journal::list(tx, 100)).wait().unwrap();
    calls.reverse();
    calls
}

fn play(doors: &Doors, tenant: &Tenant, id: Id, manner: Manner) -> domain::Result<Played> {
    block_on(doors.player().play(tenant.org, id, manner))
}

#[test]
fn every_door_takes_its_old_calls_again() {
    for door in Dialect::DOORS {
        let doors = Doors::new();
        let tenant = doors.tenant("dau-moi");
        enter(&doors, &tenant, door, "Nguyễn An", "0905000001", "A-1");
        let made = doors.customers(&tenant).remove(0);
        doors
            .hub
            .write(testbed::actor(tenant.org, door, None), move |tx| customers::delete(tx, made.id))
            .wait()
            .unwrap();
        doors.clock.set(Instant(STILL.0 + 3 * DAY));
        let original = calls(&doors, &tenant).remove(0);
        let played = play(&doors, &tenant, original.id, Manner::default()).unwrap();
        assert_eq!(played.status, 200, "{door:?}: {}", played.body);
        let again = doors.customers(&tenant);
        assert_eq!(again.len(), 1, "{door:?}: {}", played.body);
        assert_eq!((&again[0].name, again[0].created_at), (&made.name, STILL), "{door:?}");
        assert_eq!(
            (&again[0].created_by, &again[0].points, &again[0].codes),
            (&made.created_by, &made.points, &made.codes)
        );
        let row = calls(&doors, &tenant).pop().unwrap();
        assert_eq!((Some(row.id), row.replay_of, row.at), (played.call, Some(original.id), Instant(STILL.0 + 3 * DAY)));
        assert_eq!((&row.route, &row.caller, &row.target), (&original.route, &original.caller, &original.target));
        assert_eq!((&row.body, row.user), (&original.body, original.user));
        let everything = doors.place.everything_but(&[]).into_iter().flat_map(|(_, rows)| rows).collect::<String>();
        assert!(
            !everything.contains(&tenant.token) && !everything.contains("listener-of-"),
            "{door:?}: a secret is kept"
        );
    }
}

#[test]
fn a_rehearsal_tells_what_it_would_change() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    let stranger = json!({"senderUser": "moi@example.com", "data": [{"actionType": "add-contact",
        "data": {"name": "Lê Chi", "phones": ["01234567890"]}}]});
    assert_eq!(doors.ask(&tenant, "POST", &tenant.listener, &stranger).0, 400);
    let refused = calls(&doors, &tenant).remove(0).id;
    testbed::user(&doors.hub, tenant.org, "moi@example.com", Role::Member);
    let before = doors.place.everything_but(&["counters"]);
    let played = play(&doors, &tenant, refused, Manner { is_rehearsal: true, sends: false }).unwrap();
    assert_eq!(doors.place.everything_but(&["counters"]), before);
    let report = played.report.unwrap();
    assert_eq!((played.call, report.answer.body == played.body, report.touched.len()), (None, true, 1));
    assert!(report.changes[0].fields.iter().any(|field| field.field == "phones" && field.new.contains("01234567890")));
    assert_eq!(report.changes[0].actor, "moi");
    let played = play(&doors, &tenant, refused, Manner::default()).unwrap();
    assert!(played.body.contains("created"), "{}", played.body);
    // Again: the same person is known by now.
    let again = play(&doors, &tenant, played.call.unwrap(), Manner::default()).unwrap();
    assert!(again.body.contains("duplicated"), "{}", again.body);
    let last = calls(&doors, &tenant).pop().unwrap();
    assert_eq!(last.replay_of, Some(refused), "a replay of a replay names the first");
    assert!(
        last.decisions.iter().any(|it| it.contains("điện thoại 0834567890, viết là 01234567890")),
        "{:?}",
        last.decisions
    );
}

#[test]
fn messages_are_held_unless_asked_for() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    let greet = |tx: &mut hub::Tx<'_>| {
        let listener = store::listeners::list(tx)?.remove(0);
        hub::listeners::change(tx, listener.number, |listener| {
            listener.sms = Some("Chào {{ name }}".to_owned());
        })
    };
    doors.hub.write(domain::Actor::cli(tenant.org), greet).wait().unwrap();
    enter(&doors, &tenant, Dialect::Beeiq, "An", "0905000001", "A-1");
    let first = calls(&doors, &tenant).remove(0).id;
    for (sends, state) in [(false, "held"), (true, "trial")] {
        let made = doors.customers(&tenant).remove(0).id;
        doors.hub.write(domain::Actor::cli(tenant.org), move |tx| customers::delete(tx, made)).wait().unwrap();
        play(&doors, &tenant, first, Manner { is_rehearsal: false, sends }).unwrap();
        let newest = doors.hub.read(tenant.org, |tx| messages::list(tx, 1)).wait().unwrap().remove(0);
        assert_eq!(newest.state.word(), state);
    }
}

#[test]
fn a_rehearsal_holds_messages_as_the_replay_does() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    let trial = |tx: &mut hub::Tx<'_>| hub::orgs::set(tx, &[("sms.trial".to_owned(), "1".to_owned())]);
    doors.hub.write(domain::Actor::cli(tenant.org), trial).wait().unwrap();
    let sms = json!({"content": "Chào", "phones": ["0905000001"]});
    let status = |body: &str| serde_json::from_str::<serde_json::Value>(body).unwrap()["data"][0]["status"].clone();
    assert_eq!(doors.deliver(&tenant, "send-sms", &sms)["status"], json!("queued"));
    assert_eq!(doors.deliver(&tenant, "send-sms", &sms)["status"], json!("error"), "the trial is used up");
    let refused = calls(&doors, &tenant).pop().unwrap().id;
    let told =
        |is_rehearsal, sends| status(&play(&doors, &tenant, refused, Manner { is_rehearsal, sends }).unwrap().body);
    assert_eq!((told(true, false), told(false, false)), (json!("queued"), json!("queued")));
    assert_eq!((told(true, true), told(false, true)), (json!("error"), json!("error")));
}

#[test]
fn what_the_journal_keeps_too_little_of_is_refused() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    let refused = |why: &str| {
        let last = calls(&doors, &tenant).pop().unwrap().id;
        let error = play(&doors, &tenant, last, Manner::default()).unwrap_err();
        assert!(error.is_refusal() && error.public().contains(why), "{error}");
    };
    doors.deliver(&tenant, "add-contact", &json!({"name": "An", "bgInfo": "x".repeat(300_000)}));
    refused("256 KiB");
    let file = "QUJD".repeat(100);
    doors.post(
        &tenant,
        "/api/customer/contact/insert",
        &json!({"code": "A-1", "type": "Cá nhân", "name": "An",
        "phones": "0905000001", "fountain_head_id": "Tổng đài", "trade_ids": "PHIÊN DỊCH (VUT)",
        "files": [{"name": "a.txt", "file": file}]}),
    );
    refused("tệp đính kèm");
    doors.get(&tenant, &format!("/api/auth?apiKey={}", tenant.token));
    refused("đăng nhập");
    let error = play(&doors, &tenant, Id(1), Manner::default()).unwrap_err();
    assert!(error.public().contains("Không tìm thấy"));
}

#[test]
fn nobody_outside_can_make_a_call_a_replay() {
    let doors = Doors::new();
    let tenant = doors.tenant("dau-moi");
    enter(&doors, &tenant, Dialect::Omicrm, "An", "0905000001", "A-1");
    let (status, _) = doors.ask_as("replay", "POST", "/api/v2/contact/add", &json!({"fullName": "Bình"}));
    assert_eq!(status, 401);
    assert_eq!(doors.customers(&tenant).len(), 1);
    let other = doors.tenant("nha-khac");
    let id = calls(&doors, &tenant).remove(0).id;
    assert!(play(&doors, &other, id, Manner::default()).is_err(), "another org's call");
}
