//! One random stream of calls to two databases, with the same clock and the same ids: not one answer differs. With a PostgreSQL
//! it stands beside SQLite, otherwise SQLite beside itself. `./prove differential` sends forty times as many.

use hub::Place;
use proofs::differential::{Side, compare};
use testbed::TestPlace;

const CALLS: usize = 600;

#[test]
fn both_engines_answer_alike() {
    let place = TestPlace::new();
    let other = match place.place() {
        Place::Sqlite(_) => None,
        Place::Postgres(url) => Some(url.as_str()),
    };
    let mut sides = [Side::open(None).unwrap(), Side::open(other).unwrap()];
    let outcome = compare(&mut sides, 7, CALLS).unwrap();
    assert!(outcome.different.is_empty(), "{}", outcome.different[0]);
    assert_eq!(outcome.equal + outcome.renumbered, CALLS);
    assert!((CALLS / 20..CALLS * 3 / 4).contains(&outcome.refused), "{} were refused: a poor stream", outcome.refused);
}
