//! Races: two processes' worth of hubs on one database, many threads, and each identity one record in the end.

use std::collections::HashSet;
use std::sync::Barrier;
use std::thread;

use domain::matching::Match;
use domain::{Customer, Dialect, Id, OrgId};
use hub::Hub;
use hub::customers::{self, Incoming, Trust};
use testbed::TestPlace;

use crate::support::{patiently, person};

const THREADS: usize = 16;
const NUMBERS: usize = 200;

/// Five ways to write the number 0905 000 0xx.
fn spelling(number: usize, way: usize) -> String {
    let (head, tail) = (format!("{:03}", number / 1_000), format!("{:03}", number % 1_000));
    match way {
        0 => format!("0905{head}{tail}"),
        1 => format!("+84905{head}{tail}"),
        2 => format!("84 905 {head} {tail}"),
        3 => format!("0084.905.{head}.{tail}"),
        _ => format!("(0905) {head}-{tail}"),
    }
}

/// Finds or makes, in one unit of work.
fn arrive(hub: &Hub, org: OrgId, new: &Customer) -> Id {
    let unit = || {
        let new = new.clone();
        hub.write(testbed::actor(org, Dialect::Caresoft, None), move |tx| {
            let incoming = Incoming { name: &new.name, own: None, trust: Trust::Certain };
            match customers::find_match(tx, &new, &new.keys(), incoming)? {
                Match::Found { customer, .. } => {
                    customers::note_duplicate(tx, customer, "Đến lần nữa")?;
                    Ok(customer)
                }
                Match::New { doubtful } => Ok(customers::create(tx, new.clone(), &doubtful)?.id),
            }
        })
    };
    patiently(|| unit().wait()).unwrap()
}

#[test]
fn one_number_in_five_spellings_is_one_customer_whoever_races() {
    let place = TestPlace::new();
    let hubs = [place.hub(), place.hub()];
    let org = testbed::org(&hubs[0], "dua");
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for worker in 0..THREADS {
            let (hub, start) = (&hubs[worker % 2], &start);
            scope.spawn(move || {
                start.wait();
                // Each thread meets every number, and all meet the same numbers at nearly the same time.
                for number in 0..NUMBERS {
                    if (number + worker) % 3 != 0 {
                        arrive(hub, org, &person("Khách", &[&spelling(number, (number + worker) % 5)]));
                    }
                }
            });
        }
    });
    let arrived =
        (0..THREADS).map(|worker| (0..NUMBERS).filter(|number| (number + worker) % 3 != 0).count()).sum::<usize>();
    assert_eq!(place.number("SELECT count(*) FROM customers"), NUMBERS as i64);
    assert_eq!(place.number("SELECT count(DISTINCT number) FROM customers"), NUMBERS as i64);
    assert_eq!(place.number("SELECT count(*) FROM identities"), NUMBERS as i64);
    assert_eq!(place.number("SELECT count(*) FROM contact_points"), NUMBERS as i64);
    assert_eq!(place.number("SELECT count(*) FROM duplicates"), 0);
    assert_eq!(place.number("SELECT count(*) FROM changes"), arrived as i64, "a line for each arrival");
    assert_eq!(place.number("SELECT count(*) FROM changes WHERE what = 'created'"), NUMBERS as i64);
}

#[test]
fn numbers_and_ids_of_two_hubs_never_meet() {
    let place = TestPlace::new();
    let hubs = [place.hub(), place.hub()];
    let org = testbed::org(&hubs[0], "dua");
    let made: Vec<(Id, i64)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..8)
            .map(|worker| {
                let hub = &hubs[worker % 2];
                scope.spawn(move || {
                    let one = |step: usize| {
                        let new = person(&format!("Khách {worker} {step}"), &[]);
                        let unit = || {
                            let new = new.clone();
                            let actor = testbed::actor(org, Dialect::Vbot, None);
                            hub.write(actor, move |tx| customers::create(tx, new.clone(), &[]))
                        };
                        let made = patiently(|| unit().wait()).unwrap();
                        (made.id, made.number)
                    };
                    (0..50).map(one).collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(made.iter().map(|(id, _)| id).collect::<HashSet<_>>().len(), 400);
    assert_eq!(made.iter().map(|(_, number)| number).collect::<HashSet<_>>().len(), 400);
}

#[test]
fn changes_that_race_lose_nothing() {
    let place = TestPlace::new();
    let hubs = [place.hub(), place.hub()];
    let org = testbed::org(&hubs[0], "dua");
    let id = arrive(&hubs[0], org, &person("Khách", &["0905000001"]));
    thread::scope(|scope| {
        for worker in 0..6_usize {
            let hub = &hubs[worker % 2];
            scope.spawn(move || {
                for step in 0..5 {
                    let phone = format!("03{worker:02}{step:06}");
                    let unit = || {
                        let phone = phone.clone();
                        hub.write(testbed::actor(org, Dialect::Omicrm, None), move |tx| {
                            customers::change(tx, id, |customer| {
                                customer.add_points(crate::support::point(&phone));
                                Ok(())
                            })
                        })
                    };
                    patiently(|| unit().wait()).unwrap();
                }
            });
        }
    });
    let after = hubs[0].read(org, move |tx| store::customers::find(tx, id)).wait().unwrap().unwrap();
    assert_eq!((after.points.len(), after.version), (31, 31));
    assert_eq!(place.number("SELECT count(*) FROM identities"), 31);
}

#[test]
fn catalog_items_that_race_are_made_once() {
    let place = TestPlace::new();
    let hubs = [place.hub(), place.hub()];
    let org = testbed::org(&hubs[0], "dua");
    thread::scope(|scope| {
        for worker in 0..8_usize {
            let hub = &hubs[worker % 2];
            scope.spawn(move || {
                for step in 0..20 {
                    let unit = || {
                        hub.write(testbed::actor(org, Dialect::Beeiq, None), move |tx| {
                            hub::users::team(tx, &format!("Nhóm {step}"))?;
                            hub::fields::find_or_create(
                                tx,
                                domain::field::FieldEntity::Customer,
                                &format!("Trường {step}"),
                            )?;
                            hub::catalog::find_or_create(tx, domain::CatalogKind::Tag, &format!("Nhãn {step}"))
                        })
                    };
                    patiently(|| unit().wait()).unwrap();
                }
            });
        }
    });
    for table in ["catalog_items", "teams", "fields"] {
        assert_eq!(place.number(&format!("SELECT count(*) FROM {table}")), 20, "{table}");
        assert_eq!(place.number(&format!("SELECT count(DISTINCT number) FROM {table}")), 20, "{table}");
    }
}
