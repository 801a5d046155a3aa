//! Migrations: from nothing, twice, cut short, all at once, and never backwards.

use std::thread;

use domain::{OrgId, Viewer};
use hub::{Filter, Hub, Options, Place, customers};
use store::migrate::{self, State};
use testbed::{STILL, TestPlace};

use crate::support::{House, person};
use crate::tidy_sql::{self, Made};

fn state(place: &TestPlace) -> State {
    migrate::state(place.place()).unwrap()
}

#[test]
fn from_nothing_and_then_nothing_more() {
    let place = TestPlace::empty();
    let empty = state(&place);
    assert_eq!((empty.version, empty.done, empty.is_current()), (0, 0, false));
    let first = migrate::run(place.place(), STILL).unwrap();
    assert_eq!((first.version, first.steps, first.backup), (migrate::newest(), empty.known, None));
    assert!(state(&place).is_current());
    let schema = place.tables();
    let second = migrate::run(place.place(), STILL).unwrap();
    assert_eq!((second.version, second.steps, second.backup), (migrate::newest(), 0, None));
    assert_eq!(place.tables(), schema);
    for table in tidy_sql::tables(place.is_postgres()) {
        assert!(schema.contains(&table), "{table} was not made");
    }
}

/// Loses the last steps with what they made, as a power cut in the middle of a migration does.
fn cut_short(place: &TestPlace, steps: usize) {
    let made = tidy_sql::made(place.is_postgres());
    for lost in made.iter().rev().take(steps) {
        place.execute(&match lost {
            Made::Table(name) => format!("DROP TABLE {name}"),
            Made::Index(name) => format!("DROP INDEX {name}"),
            Made::Column(table, name) => format!("ALTER TABLE {table} DROP COLUMN {name}"),
            Made::Statistics => "DELETE FROM sqlite_stat1".to_owned(),
        });
    }
    let kept = made.len() - steps;
    let ledger = place.texts("SELECT CAST(version * 1000000 + step AS TEXT) FROM migrations ORDER BY version, step");
    assert_eq!(ledger.len(), made.len(), "every statement of the migrations makes one thing");
    for step in &ledger[kept..] {
        place.execute(&format!("DELETE FROM migrations WHERE version * 1000000 + step = {step}"));
    }
}

#[test]
fn one_that_was_cut_short_goes_on_where_it_stopped() {
    let house = House::new();
    let an = house.add(person("Nguyễn Văn An", &["0905000001"])).unwrap();
    let House { hub, place, org, .. } = house;
    drop(hub);
    for steps in [1, 2, 3, 5] {
        cut_short(&place, steps);
        let cut = state(&place);
        assert_eq!((cut.is_current(), cut.known - cut.done), (false, steps));
        let report = migrate::run(place.place(), STILL.plus_seconds(steps as i64)).unwrap();
        assert_eq!(report.steps, steps);
        assert!(state(&place).is_current());
        assert_eq!(report.backup.is_some(), !place.is_postgres());
    }
    let hub = place.hub();
    assert_eq!(hub.read(org, move |tx| store::customers::find(tx, an.id)).wait().unwrap().unwrap().name, an.name);
}

#[test]
fn a_copy_is_set_aside_before_a_file_is_changed() {
    let house = House::new();
    let an = house.add(person("Nguyễn Văn An", &["0905000001"])).unwrap();
    let House { hub, place, org, .. } = house;
    drop(hub);
    let Place::Sqlite(_) = place.place() else { return };
    // Not the search table: the copy should find what the data had.
    place.execute("DROP INDEX customers_by_updated");
    let made = tidy_sql::made(false);
    let step = made.iter().position(|made| *made == Made::Index("customers_by_updated".into())).unwrap();
    place.execute(&format!("DELETE FROM migrations WHERE version = 1 AND step = {step}"));
    let copy = migrate::run(place.place(), STILL).unwrap().backup.unwrap();
    let hub = Hub::open(&Place::Sqlite(copy), Options::default(), place.files()).unwrap();
    assert_eq!(found(&hub, org, "0905 000 001"), [an]);
}

#[test]
fn a_copy_of_a_file_in_use_is_whole() {
    let house = House::new();
    let Place::Sqlite(file) = house.place.place() else { return };
    let made: Vec<_> = (0..30).map(|step| house.add(person(&format!("Trần Đức {step}"), &[])).unwrap()).collect();
    let copy = house.place.folder().join("copy.db");
    migrate::backup(file, &copy).unwrap();
    house.add(person("Sau Đó", &[])).unwrap();
    assert!(migrate::backup(file, &copy).is_err(), "a copy is never written over");
    let hub = Hub::open(&Place::Sqlite(copy), Options::default(), house.place.files()).unwrap();
    let mut found = found(&hub, house.org, "duc");
    found.reverse();
    assert_eq!(found, made);
}

fn found(hub: &Hub, org: OrgId, keyword: &str) -> Vec<domain::Customer> {
    let mut filter = Filter::everything(Viewer::Org);
    filter.keyword = Some(keyword.to_owned());
    hub.read(org, move |tx| customers::search(tx, &filter, 0, 100)).wait().unwrap().0
}

#[test]
fn newer_data_is_refused_and_left_alone() {
    let place = TestPlace::new();
    place.execute("INSERT INTO migrations (version, step, at) VALUES (999, 0, 0)");
    let before = place.everything_but(&[]);
    let refused = migrate::run(place.place(), STILL).unwrap_err();
    assert!(refused.private().contains("999"), "{refused}");
    assert!(!state(&place).is_current());
    assert_eq!(place.everything_but(&[]), before);
}

#[test]
fn several_that_start_at_once_do_the_work_once() {
    let place = TestPlace::empty();
    let known = state(&place).known;
    let steps: usize = thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| migrate::run(place.place(), STILL))).collect();
        runs.into_iter().map(|run| run.join().unwrap().unwrap().steps).sum()
    });
    assert_eq!(steps, known);
    assert!(state(&place).is_current());
}
