//! A server that asks for units to be run again, at random and at the worst moments: every effect happens exactly once.

use std::thread;
use std::time::Duration;

use domain::{Dialect, Error};
use hub::call::{Answer, Outcome};
use hub::{Incoming, customers};
use testbed::TestPlace;

use crate::support::{block_on, person};

/// Makes one row of five of a table fail with a serialization failure: at once, or only at the commit. A row of the same `key` fails
/// four times at most, so that no unit ends as busy by bad luck. Locks of the session count that: they outlive what is taken back.
fn upset(place: &TestPlace, table: &str, key: &str, at_commit: bool) {
    let (kind, when) = match at_commit {
        true => ("CONSTRAINT TRIGGER", "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"),
        false => ("TRIGGER", "FOR EACH ROW"),
    };
    place.execute(&format!(
        "CREATE OR REPLACE FUNCTION upset() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE
           who integer := hashtext(TG_TABLE_NAME || (to_jsonb(NEW) ->> TG_ARGV[0])) & 1073741823;
           failed bigint;
         BEGIN
           SELECT count(*) INTO failed FROM pg_locks
             WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND classid = who::oid;
           IF random() < 0.2 AND failed < 4 THEN
             -- Where another session has a lock of the same name, nothing fails.
             IF pg_try_advisory_lock(who, failed::integer) THEN
               RAISE EXCEPTION 'try again' USING ERRCODE = '40001';
             END IF;
           END IF;
           RETURN NEW;
         END $$;
         CREATE {kind} upset_{table} AFTER INSERT ON {table} {when} EXECUTE FUNCTION upset('{key}')"
    ));
}

#[test]
fn every_effect_happens_once_however_often_a_unit_is_run() {
    const THREADS: usize = 8;
    const EACH: usize = 25;
    let place = TestPlace::new();
    if !place.is_postgres() {
        return;
    }
    let hub = place.hub();
    let org = testbed::org(&hub, "chay-lai");
    upset(&place, "requests", "id", true);
    upset(&place, "contact_points", "raw", false);
    thread::scope(|scope| {
        for worker in 0..THREADS {
            let hub = &hub;
            scope.spawn(move || {
                for step in 0..EACH {
                    let incoming =
                        Incoming {
                            version: "1", route: "POST /thu", caller: "thử", address: "127.0.0.1", body: b"{}"
                        };
                    let call = hub.call(testbed::actor(org, Dialect::Caresoft, None), &incoming);
                    let phone = format!("09{worker:02}{step:06}");
                    let answer = hub.answer(
                        call,
                        move |tx| {
                            // A part that fails with a request to run again is not to be swallowed either.
                            let made = tx.nested(|tx| customers::create(tx, person("Khách", &[&phone]), &[]));
                            let body = made?.number.to_string();
                            Ok(Answer { status: 200, body, outcome: Outcome::Done })
                        },
                        |error| Answer { status: 503, body: error.private().to_owned(), outcome: Outcome::Refused },
                    );
                    let answer = block_on(answer);
                    assert_eq!(answer.status, 200, "{}", answer.body);
                }
            });
        }
    });
    let calls = (THREADS * EACH) as i64;
    for table in ["customers", "contact_points", "identities", "changes", "requests", "customer_search"] {
        assert_eq!(place.number(&format!("SELECT count(*) FROM {table}")), calls, "{table}");
    }
    assert_eq!(place.number("SELECT count(DISTINCT number) FROM customers"), calls);
    let answered = "SELECT count(*) FROM requests r JOIN customers c ON c.number::text = r.answer AND r.status = 200";
    assert_eq!(place.number(answered), calls, "each journal row has the answer of its own customer");
}

#[test]
fn a_request_to_run_again_that_is_swallowed_is_heard_all_the_same() {
    let place = TestPlace::new();
    if !place.is_postgres() {
        return;
    }
    let (hub, _) = place.still_hub();
    let org = testbed::org(&hub, "chay-lai");
    upset(&place, "contact_points", "raw", false);
    for step in 0..60 {
        let phone = format!("0905{step:06}");
        let unit = hub.write(testbed::actor(org, Dialect::Caresoft, None), move |tx| {
            let kept = tx.nested(|tx| customers::create(tx, person("Trong", &[&phone]), &[]));
            customers::create(tx, person("Ngoài", &[]), &[])?;
            Ok(kept.is_ok())
        });
        assert_eq!(unit.wait(), Ok(true), "a part that failed for the server's sake was given up");
    }
    assert_eq!(place.number("SELECT count(*) FROM customers"), 120);
}

#[test]
fn a_server_that_always_refuses_is_busy_and_nothing_is_kept() {
    let place = TestPlace::new();
    if !place.is_postgres() {
        return;
    }
    let hub = place.hub();
    let org = testbed::org(&hub, "chay-lai");
    upset(&place, "customers", "id", true);
    place.execute(
        "CREATE OR REPLACE FUNCTION upset() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           RAISE EXCEPTION 'try again' USING ERRCODE = '40001'; END $$",
    );
    let unit = hub.write(testbed::actor(org, Dialect::Vbot, None), |tx| {
        customers::create(tx, person("Khách", &["0905000001"]), &[])
    });
    assert!(matches!(unit.wait(), Err(Error::Busy { .. })));
    for table in ["customers", "contact_points", "identities", "changes", "customer_search"] {
        assert_eq!(place.number(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

/// Connections cut again and again under eight callers: a call whose journal row tells how it ended is never done twice, and
/// one that was answered is never lost.
#[test]
fn connections_that_are_cut_at_any_moment_double_nothing() {
    const CALLERS: usize = 8;
    const EACH: usize = 30;
    let place = TestPlace::new();
    if !place.is_postgres() {
        return;
    }
    let hub = place.hub();
    let org = testbed::org(&hub, "cat-day");
    let (teller, told) = std::sync::mpsc::channel();
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (hub, teller) = (&hub, teller.clone());
            scope.spawn(move || {
                for step in 0..EACH {
                    // Who is told that the database is away comes back when it is there.
                    while hub.db().is_away() {
                        thread::sleep(Duration::from_millis(5));
                    }
                    let incoming =
                        Incoming { version: "1", route: "POST /thu", caller: "thử", address: "", body: b"{}" };
                    let call = hub.call(testbed::actor(org, Dialect::Caresoft, None), &incoming);
                    let name = format!("Khách {caller} {step}");
                    let answer = hub.answer(
                        call,
                        move |tx| {
                            let made = customers::create(tx, person(&name, &[]), &[])?;
                            Ok(Answer { status: 200, body: made.name, outcome: Outcome::Done })
                        },
                        |error| Answer { status: 503, body: error.private().to_owned(), outcome: Outcome::Refused },
                    );
                    let answer = block_on(answer);
                    teller.send(if answer.status == 200 { Ok(answer.body) } else { Err(answer.body) }).unwrap();
                }
            });
        }
        drop(teller);
        let (mut answered, mut refused) = (Vec::new(), Vec::new());
        for (count, answer) in told.iter().enumerate() {
            match answer {
                Ok(name) => answered.push(name),
                Err(cause) => refused.push(cause),
            }
            if count % 12 == 5 {
                place.number(CUT);
            }
        }
        let mut kept = place.texts("SELECT name FROM customers");
        kept.sort();
        assert!(kept.windows(2).all(|two| two[0] != two[1]), "a call was done twice");
        assert!(answered.iter().all(|name| kept.binary_search(name).is_ok()), "a call was answered and is lost");
        assert!(answered.len() > CALLERS * EACH * 9 / 10, "refused: {refused:#?}");
    });
    let journal = place.texts("SELECT answer FROM requests");
    assert_eq!(
        journal.len() as i64,
        place.number("SELECT count(*) FROM customers"),
        "a call and its record go together"
    );
}

/// Cuts every connection to the database but its own.
const CUT: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[test]
fn connections_that_are_cut_are_made_anew() {
    let place = TestPlace::new();
    if !place.is_postgres() {
        return;
    }
    let hub = place.hub();
    let org = testbed::org(&hub, "cat-day");
    for step in 0..10 {
        if step % 3 == 0 {
            place.number(CUT);
        }
        let unit = hub.write(testbed::actor(org, Dialect::Vbot, None), move |tx| {
            customers::create(tx, person(&format!("Khách {step}"), &[]), &[])
        });
        unit.wait().unwrap();
    }
    assert_eq!(place.number("SELECT count(*) FROM customers"), 10);
}
