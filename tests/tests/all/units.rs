//! Units of work: what is answered is kept, what fails leaves nothing, and nobody is disturbed by another's failure.

use std::sync::Barrier;
use std::thread;

use domain::Viewer;
use domain::change::{Subject, What};
use domain::dialect::System;
use domain::{Error, Id};
use hub::{Filter, customers};
use store::changes;

use crate::support::{House, person};

fn total(house: &House, keyword: &str) -> i64 {
    let mut filter = Filter::everything(Viewer::Org);
    filter.keyword = Some(keyword.to_owned());
    house.read(move |tx| customers::search(tx, &filter, 0, 10)).unwrap().1
}

#[test]
fn a_refused_unit_leaves_nothing() {
    let house = House::new();
    house.add(person("Có Trước", &["0905000001"])).unwrap();
    let before = house.place.everything_but(&["counters"]);
    let refused = house.write(|tx| {
        customers::create(tx, person("Lê Bình", &["0905000002", "binh@example.com"]), &[])?;
        Err::<(), _>(Error::invalid("name", "không"))
    });
    assert_eq!(refused, Err(Error::invalid("name", "không")));
    assert_eq!(house.place.everything_but(&["counters"]), before);
}

/// Who copies the folder of a program that has ended copies everything.
#[test]
fn a_closed_database_is_one_file() {
    let House { hub, clock: _, org, place } = House::new();
    if place.is_postgres() {
        return;
    }
    let log = place.folder().join("daumoi.db-wal");
    hub.write(testbed::actor(org, domain::Dialect::Beeiq, None), |tx| {
        customers::create(tx, person("Lê An", &["0905000001"]), &[]).map(drop)
    })
    .wait()
    .unwrap();
    hub.glance(org, |tx| store::orgs::find(tx, tx.org()).map(drop)).wait().unwrap();
    assert!(log.exists(), "{}", log.display());
    drop(hub);
    assert!(!log.exists());
}

#[test]
fn a_nested_part_takes_back_only_itself() {
    let house = House::new();
    house
        .write(|tx| {
            customers::create(tx, person("Trước An", &["0905000001"]), &[])?;
            let failed = tx.nested(|tx| {
                customers::create(tx, person("Giữa Bình", &["0905000002"]), &[])?;
                // A part in a part: the inner one is kept by the outer one, and goes with it.
                tx.nested(|tx| customers::create(tx, person("Trong Chi", &["0905000003"]), &[]))?;
                Err::<(), _>(Error::conflict("thôi"))
            });
            assert!(failed.is_err());
            let kept = tx.nested(|tx| {
                let outer = customers::create(tx, person("Sau Dung", &["0905000004"]), &[])?;
                let inner = tx.nested(|tx| {
                    customers::change(tx, outer.id, |customer| {
                        customer.name = "Đổi Tên".to_owned();
                        Ok(())
                    })?;
                    Err::<(), _>(Error::conflict("thôi"))
                });
                assert!(inner.is_err());
                Ok(outer.id)
            })?;
            assert_eq!(store::customers::find(tx, kept)?.unwrap().name, "Sau Dung");
            Ok(())
        })
        .unwrap();
    assert_eq!(house.place.number("SELECT count(*) FROM customers"), 2);
    assert_eq!(house.place.number("SELECT count(*) FROM changes"), 2);
    assert_eq!(house.place.texts("SELECT key FROM identities ORDER BY key"), ["+84905000001", "+84905000004"]);
    for (keyword, found) in [("an", 1), ("giữa", 0), ("chi", 0), ("dung", 1), ("đổi tên", 0), ("0905000002", 0)] {
        assert_eq!(total(&house, keyword), found, "{keyword}");
    }
}

#[test]
fn the_journal_hears_nothing_of_what_was_taken_back() {
    let house = House::new();
    let (kept, story) = house
        .write(|tx| {
            let kept = customers::create(tx, person("An", &["0905000001"]), &[])?;
            let failed = tx.nested(|tx| {
                customers::create(tx, person("Bình", &["0905000002"]), &[])?;
                Err::<(), _>(Error::conflict("thôi"))
            });
            assert!(failed.is_err());
            Ok((kept.number, tx.story().clone()))
        })
        .unwrap();
    assert_eq!(story.touched, [kept]);
    assert_eq!(story.decisions.len(), 1);
}

#[test]
fn a_failed_statement_in_a_nested_part_does_not_spoil_the_rest() {
    let house = House::new();
    let an = house
        .write(|tx| {
            let an = customers::create(tx, person("An", &["0905000001"]), &[])?;
            let failed = tx.nested(|tx| {
                // No such customer: a foreign key that leads nowhere.
                let lost = store::identities::claim(tx, &an.keys()[0], Id(424_242));
                assert_eq!(lost, Ok(false), "the key is held already");
                store::attachments::insert(
                    tx,
                    &domain::attachment::Attachment {
                        id: tx.new_id(),
                        customer: Id(424_242),
                        name: "a".into(),
                        media_type: "text/plain".into(),
                        size: 1,
                        digest: "00".into(),
                        created_at: tx.now(),
                    },
                )
            });
            assert!(matches!(failed, Err(Error::Broken { .. })), "{failed:?}");
            customers::note(tx, an.id, "vẫn còn")?;
            Ok(an.id)
        })
        .unwrap();
    let lines = house.read(move |tx| changes::of_customer(tx, an, 10)).unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].text, "vẫn còn");
}

#[test]
fn a_failed_statement_that_was_passed_over_is_no_success() {
    let house = House::new();
    // On PostgreSQL the commit would quietly be a rollback; the caller must hear that nothing was kept.
    let end = house.write(|tx| {
        let an = customers::create(tx, person("An", &[]), &[])?;
        drop(store::attachments::insert(
            tx,
            &domain::attachment::Attachment {
                id: tx.new_id(),
                customer: Id(424_242),
                name: "a".into(),
                media_type: "text/plain".into(),
                size: 1,
                digest: "00".into(),
                created_at: tx.now(),
            },
        ));
        Ok(an.id)
    });
    match end {
        Ok(id) => assert!(house.find(id).is_some(), "answered and not there"),
        Err(_) => assert_eq!(house.place.number("SELECT count(*) FROM customers"), 0),
    }
}

#[test]
fn neither_engine_takes_u_0000() {
    let house = House::new();
    let refused = house.write(|tx| {
        let mut customer = person("An", &["0905000001"]);
        customer.note = "a\0b".to_owned();
        customers::create(tx, customer, &[]).map(drop)
    });
    assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
    let asked = house.read(|tx| customers::find_by_code(tx, System::OneOffice, "a\0b"));
    assert!(matches!(asked, Err(Error::Invalid { .. })), "{asked:?}");
    assert_eq!(total(&house, "An"), 0);
}

#[test]
fn a_panic_stays_in_its_unit() {
    let house = House::new();
    let panicked = house.write(|tx| {
        tx.nested(|tx| customers::create(tx, person("Vỡ", &["0905000009"]), &[]))?;
        if tx.now().0 > 0 {
            panic!("a unit of work breaks");
        }
        Ok(())
    });
    assert!(matches!(panicked, Err(Error::Broken { .. })));
    assert!(matches!(house.read(|_| -> domain::Result<()> { panic!("a look breaks") }), Err(Error::Broken { .. })));
    assert_eq!(house.place.number("SELECT count(*) FROM customers"), 0);
    for step in 0..20 {
        house.add(person(&format!("Lành {step}"), &["0905000009"])).map(drop).unwrap_or_else(|error| panic!("{error}"));
    }
    assert_eq!(total(&house, "lành"), 20);
    assert_eq!(total(&house, "vỡ"), 0);
}

/// Sixty-four callers at once, of whom every fourth fails: what was answered is there, whole, and nothing else.
#[test]
fn many_callers_share_commits_and_failures_disturb_nobody() {
    const CALLERS: usize = 64;
    const EACH: usize = 8;
    let house = House::new();
    let start = Barrier::new(CALLERS);
    let kept: Vec<Id> = thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let (house, start) = (&house, &start);
                scope.spawn(move || {
                    start.wait();
                    (0..EACH).filter_map(|step| one_call(house, caller, step)).collect::<Vec<_>>()
                })
            })
            .collect();
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    let answered = CALLERS * EACH * 3 / 4;
    assert_eq!(kept.len(), answered);
    assert_eq!(house.place.number("SELECT count(*) FROM customers"), answered as i64);
    assert_eq!(house.place.number("SELECT count(*) FROM changes"), answered as i64);
    assert_eq!(house.place.number("SELECT count(*) FROM identities"), answered as i64);
    assert_eq!(house.place.number("SELECT count(DISTINCT number) FROM customers"), answered as i64);
    assert_eq!(total(&house, "gọi"), answered as i64);
    assert_eq!(total(&house, "hỏng"), 0);
    for id in kept {
        assert_eq!(house.find(id).unwrap().points.len(), 1);
    }
}

fn one_call(house: &House, caller: usize, step: usize) -> Option<Id> {
    let fails = (caller + step) % 4;
    let phone = format!("09{caller:03}{step:05}");
    let end = house.write(move |tx| {
        let name = if fails == 0 { "Hỏng" } else { "Gọi" };
        let made = customers::create(tx, person(&format!("{name} {caller} {step}"), &[&phone]), &[])?;
        match (fails, caller % 3) {
            (0, 0) => Err(Error::conflict("không")),
            (0, 1) => Err(Error::broken("không")),
            (0, _) => panic!("a caller breaks"),
            _ => Ok(made.id),
        }
    });
    assert_eq!(end.is_ok(), fails != 0, "{end:?}");
    end.ok()
}

#[test]
fn a_unit_that_only_looks_cannot_write() {
    let house = House::new();
    let end = house.read(|tx| changes::record(tx, None, Subject::Setting(Id(1)), What::Noted, &[], "không", None));
    assert!(end.is_err());
    assert_eq!(house.place.number("SELECT count(*) FROM changes"), 0);
}

#[test]
fn what_was_answered_is_in_the_file_after_the_hub_is_gone() {
    let house = House::new();
    let made: Vec<_> = (0..50).map(|step| house.add(person(&format!("Bền {step}"), &[])).unwrap()).collect();
    let House { hub, place, org, .. } = house;
    drop(hub);
    let hub = place.hub();
    let ids: Vec<Id> = made.iter().map(|customer| customer.id).collect();
    let found = hub.read(org, move |tx| store::customers::list(tx, &ids)).wait().unwrap();
    assert_eq!(found, made);
}
