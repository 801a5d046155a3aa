//! The journal: every call with its answer, also one that was refused, in the transaction of what it changed; and its sweep.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use domain::request::{KEPT_BYTES, Request};
use domain::{Dialect, Error};
use hub::call::{Answer, Outcome};
use hub::{Call, Incoming, customers, journal, orgs};
use testbed::STILL;

use crate::support::{House, block_on, person};

fn call(house: &House, body: &[u8]) -> Call {
    let incoming =
        Incoming { version: "2.0", route: "POST /thu/{id}", caller: "an@example.com", address: "203.0.113.7", body };
    house.hub.call(testbed::actor(house.org, Dialect::Vbot, None), &incoming)
}

fn answer(status: u16, body: &str, outcome: Outcome) -> Answer {
    Answer { status, body: body.to_owned(), outcome }
}

fn refuse(error: &Error) -> Answer {
    answer(400, error.public(), Outcome::Refused)
}

fn listed(house: &House) -> Vec<Request> {
    house.read(|tx| journal::list(tx, 10_000)).unwrap()
}

#[test]
fn a_call_stands_in_the_journal_with_its_answer() {
    let house = House::new();
    let mut call = call(&house, br#"{"name":"An"}"#);
    call.tolerate("thiếu dấu phẩy");
    let given = block_on(house.hub.answer(
        call,
        |tx| {
            let made = customers::create(tx, person("An", &[]), &[])?;
            Ok(answer(201, &made.number.to_string(), Outcome::Done))
        },
        refuse,
    ));
    assert_eq!(given, answer(201, "1", Outcome::Done));
    let row = &listed(&house)[0];
    assert_eq!((row.status, row.answer.as_str(), row.outcome.as_str()), (201, "1", "ok"));
    assert_eq!((row.body.as_str(), row.body_size, row.body_digest.as_deref()), (r#"{"name":"An"}"#, 13, None));
    assert_eq!(
        (row.version.as_str(), row.route.as_str(), row.caller.as_str()),
        ("2.0", "POST /thu/{id}", "an@example.com")
    );
    assert_eq!((row.at, row.address.as_str(), row.dialect), (STILL, "203.0.113.7", Dialect::Vbot));
    assert_eq!(row.touched, [1]);
    assert_eq!(row.decisions, ["thiếu dấu phẩy", "Tạo mới khách hàng 1"]);
    let request = house.place.number("SELECT request_id FROM changes");
    assert_eq!(request, row.id.0, "history names the call");
}

#[test]
fn a_refused_call_changes_nothing_but_its_journal_row() {
    let house = House::new();
    house.add(person("Có Trước", &["0905000001"])).unwrap();
    let before = house.place.everything_but(&["counters", "requests"]);
    let given = block_on(house.hub.answer(
        call(&house, b"{}"),
        |tx| {
            customers::create(tx, person("An", &["0905000002"]), &[])?;
            Err(Error::invalid("phones", "Sai số"))
        },
        refuse,
    ));
    assert_eq!(given, answer(400, "Sai số", Outcome::Refused));
    let given = block_on(house.hub.refuse(call(&house, b"[]"), answer(401, "Không", Outcome::Refused)));
    assert_eq!(given.status, 401);
    assert_eq!(house.place.everything_but(&["counters", "requests"]), before);
    let rows = listed(&house);
    assert_eq!(
        rows.iter().map(|row| (row.status, row.outcome.as_str())).collect::<Vec<_>>(),
        [(401, "refused"), (400, "refused")]
    );
    assert!(rows.iter().all(|row| row.touched.is_empty()), "what was taken back was not touched");
}

#[test]
fn a_broken_call_is_answered_and_leaves_nothing() {
    let house = House::new();
    let given = block_on(house.hub.answer(
        call(&house, b"{}"),
        |tx| {
            customers::create(tx, person("An", &[]), &[])?;
            Err(Error::broken("bí mật của máy"))
        },
        refuse,
    ));
    assert!(!given.body.contains("bí mật"));
    assert_eq!(house.place.number("SELECT count(*) FROM customers"), 0);
}

#[test]
fn a_large_body_is_kept_in_part_and_a_strange_one_readably() {
    let house = House::new();
    let large = "ả".repeat(KEPT_BYTES);
    block_on(house.hub.refuse(call(&house, large.as_bytes()), answer(413, &large, Outcome::Refused)));
    block_on(house.hub.refuse(call(&house, b"a\0b\xff"), answer(400, "", Outcome::Refused)));
    let rows = listed(&house);
    assert_eq!(rows[0].body, "a\u{fffd}b\u{fffd}");
    assert_eq!((rows[1].body_size, rows[1].body_digest.as_deref().map(str::len)), (large.len() as i64, Some(64)));
    assert!(rows[1].body.len() <= KEPT_BYTES && rows[1].answer.len() <= KEPT_BYTES && large.starts_with(&rows[1].body));
}

#[test]
fn in_a_batch_each_item_stands_alone_and_the_journal_has_one_row() {
    let house = House::new();
    let each = |tx: &mut hub::Tx<'_>, item: &usize| {
        let made = customers::create(tx, person(&format!("Khách {item}"), &[&format!("0905{item:06}")]), &[])?;
        if item % 10 == 3 { Err(Error::invalid(format!("data[{item}]"), "Sai")) } else { Ok(made.number) }
    };
    let refuse_item = |_: &usize, _: &Error| 0;
    let finish = |numbers: &[i64]| answer(200, &format!("{}", numbers.len()), Outcome::Partly);
    let runs = Arc::new(AtomicUsize::new(0));
    let given = block_on(async {
        let mut batch = house.hub.batch(call(&house, b"[]"));
        let mut kept = 0;
        for slice in 0..3 {
            let items: Vec<usize> = (slice * 40..(slice + 1) * 40).collect();
            kept += batch.slice(items, each, refuse_item).await.iter().filter(|number| **number > 0).count();
            runs.fetch_add(1, SeqCst);
        }
        assert_eq!(kept, 108);
        batch.last((120..150).collect(), each, refuse_item, finish).await
    });
    assert_eq!((given.status, given.body.as_str()), (200, "30"));
    assert_eq!(house.place.number("SELECT count(*) FROM customers"), 135);
    assert_eq!(house.place.number("SELECT count(*) FROM identities"), 135);
    let rows = listed(&house);
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].status, rows[0].outcome.as_str(), rows[0].touched.len()), (200, "partly", 135));
    assert!(rows[0].decisions.len() <= 200);
}

#[test]
fn the_sweep_takes_what_is_older_than_each_org_keeps() {
    let house = House::new();
    let other = testbed::org(&house.hub, "khac");
    house.write(|tx| orgs::set(tx, &[("journal.retention_days".to_owned(), "7".to_owned())])).unwrap();
    let at_day = |day: i64| {
        house.clock.set(STILL.plus_seconds(day * 86_400));
        for org in [house.org, other] {
            let incoming = Incoming { version: "1", route: "POST /thu", caller: "", address: "", body: b"" };
            let call = house.hub.call(testbed::actor(org, Dialect::Vbot, None), &incoming);
            block_on(house.hub.refuse(call, answer(400, "", Outcome::Refused)));
        }
    };
    [0, 1, 2, 3, 8, 9].into_iter().for_each(at_day);
    house.clock.set(STILL.plus_seconds(10 * 86_400));
    assert_eq!(block_on(house.hub.sweep_journal()).unwrap(), 3);
    assert_eq!(block_on(house.hub.sweep_journal()).unwrap(), 0);
    assert_eq!(listed(&house).len(), 3, "day three is seven days old and kept");
    let theirs = house.hub.read(other, |tx| journal::list(tx, 100)).wait().unwrap();
    assert_eq!(theirs.len(), 6);
}
