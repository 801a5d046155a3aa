//! The second wall on PostgreSQL: a statement that forgot its org reaches one org all the same. Without the wall it reaches all.

use domain::{Actor, OrgId};
use hub::Hub;
use store::row_security;
use testbed::TestPlace;

use crate::support::{create_apart, person};
use crate::tidy_sql::{GLOBAL, tables};

/// Two orgs with a customer each, and what is in the way of whoever forgets one.
fn two_orgs(place: &TestPlace) -> (Hub, OrgId, OrgId) {
    let (hub, _) = place.still_hub();
    let orgs = [("cua-ho", "Bí Mật"), ("cua-toi", "Của Tôi")].map(|(slug, name)| {
        let org = testbed::org(&hub, slug);
        hub.write(Actor::cli(org), move |tx| create_apart(tx, &person(name, &["0905000001"]))).wait().unwrap();
        org
    });
    (hub, orgs[0], orgs[1])
}

/// Names that a unit of an org reads with a statement that names no org.
fn read_without_an_org(hub: &Hub, org: OrgId) -> Vec<String> {
    let mut names = hub.read(org, |tx| tx.sql("SELECT name FROM customers").all(|row| row.col())).wait().unwrap();
    names.sort();
    names
}

/// Rows that a unit of an org changes with a statement that names no org.
fn change_without_an_org(hub: &Hub, org: OrgId) -> u64 {
    hub.write(Actor::cli(org), |tx| tx.sql("UPDATE customers SET note = 'x'").run()).wait().unwrap()
}

#[test]
fn a_statement_that_forgot_its_org_reaches_one_org_behind_the_wall() {
    let Some(place) = TestPlace::walled() else { return };
    let (hub, theirs, mine) = two_orgs(&place);
    assert_eq!(read_without_an_org(&hub, mine), ["Của Tôi"]);
    assert_eq!(read_without_an_org(&hub, theirs), ["Bí Mật"]);
    let before = place.everything_of(theirs);
    assert_eq!(change_without_an_org(&hub, mine), 1);
    assert_eq!(place.everything_of(theirs), before);
    // Nor can a row be put there, or be moved there.
    let put = hub.write(Actor::cli(mine), move |tx| {
        tx.sql("INSERT INTO teams (org_id, id, number, name, name_key, created_at) VALUES ($1, 1, 1, 'x', 'x', 0)")
            .bind(theirs)
            .run()
    });
    assert!(put.wait().unwrap_err().private().contains("row-level security"));
    let moved = hub.write(Actor::cli(mine), move |tx| tx.sql("UPDATE counters SET org_id = $1").bind(theirs).run());
    assert!(moved.wait().unwrap_err().private().contains("row-level security"));
    assert_eq!(place.everything_of(theirs), before);
    // A unit that found out its org on the way is in that org from there on, and before it in none.
    let seen = hub.read(OrgId(0), move |tx| {
        let count = |tx: &mut hub::Tx<'_>| tx.sql("SELECT count(*) FROM customers").one(|row| row.col::<i64>());
        Ok([count(tx)?, tx.within(theirs, count)?, tx.within(mine, count)?, count(tx)?])
    });
    assert_eq!(seen.wait().unwrap(), [0, 1, 1, 0]);
}

#[test]
fn without_the_wall_it_would_reach_all() {
    // Where the whole run is behind the wall, there is no such place.
    let place = TestPlace::new();
    if row_security::state(place.place()).unwrap().is_some_and(|state| !state.guarded.is_empty()) {
        return;
    }
    let (hub, theirs, mine) = two_orgs(&place);
    assert_eq!(read_without_an_org(&hub, mine), ["Bí Mật", "Của Tôi"]);
    let before = place.everything_of(theirs);
    assert_eq!(change_without_an_org(&hub, mine), 2);
    assert_ne!(place.everything_of(theirs), before);
}

#[test]
fn it_stands_around_every_table_of_a_tenant() {
    let Some(place) = TestPlace::walled() else { return };
    let state = row_security::state(place.place()).unwrap().unwrap();
    let mut wanted: Vec<String> = tables(true)
        .into_iter()
        .filter(|table| !GLOBAL.contains(&table.as_str()) && table != "customer_search")
        .collect();
    wanted.sort();
    assert_eq!((state.open, state.applies), (Vec::new(), true));
    assert_eq!(state.guarded, wanted);
    // Another time changes nothing, and it can be taken down.
    assert_eq!(row_security::raise(place.place()).unwrap().guarded, wanted);
    let state = row_security::lower(place.place()).unwrap();
    assert_eq!((state.guarded, state.open, state.applies), (Vec::new(), wanted, false));
    let (hub, _, mine) = two_orgs(&place);
    assert_eq!(read_without_an_org(&hub, mine).len(), 2);
}

#[test]
fn it_is_put_up_and_taken_down_while_a_program_is_connected() {
    let Some(place) = TestPlace::walled() else { return };
    row_security::lower(place.place()).unwrap();
    let (hub, theirs, mine) = two_orgs(&place);
    // Again and again, so that every connection is used.
    for _ in 0..24 {
        assert_eq!(read_without_an_org(&hub, mine).len(), 2);
    }
    row_security::raise(place.place()).unwrap();
    for _ in 0..24 {
        assert_eq!(read_without_an_org(&hub, mine), ["Của Tôi"]);
        assert_eq!(read_without_an_org(&hub, theirs), ["Bí Mật"]);
    }
    assert_eq!(change_without_an_org(&hub, mine), 1);
    row_security::lower(place.place()).unwrap();
    assert_eq!(read_without_an_org(&hub, mine).len(), 2);
}

#[test]
fn who_does_not_say_whose_it_is_is_refused() {
    let Some(place) = TestPlace::walled() else { return };
    let (hub, _, mine) = two_orgs(&place);
    let asked = hub.read(mine, |tx| {
        tx.sql("SELECT set_config('daumoi.org', NULL, true)").one(|row| row.col::<String>())?;
        tx.sql("SELECT name FROM customers").all(|row| row.col::<String>())
    });
    assert!(asked.wait().unwrap_err().private().contains("bigint"), "refused, rather than shown nothing");
}
