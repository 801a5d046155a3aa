//! The ledger in small: ten kills under a mixed load through all five doors. `./prove ledger` is the same at full length.

use std::time::Duration;

use hub::Place;
use proofs::ledger::Lives;
use stories::Program;
use testbed::TestPlace;

const KILLS: usize = 10;
/// Acknowledged calls after which the program is killed.
const ENOUGH: usize = 60;
const CALLERS: usize = 16;

#[test]
fn ten_kills_lose_halve_and_double_nothing() {
    let place = TestPlace::new();
    let database = match place.place() {
        Place::Sqlite(_) => None,
        Place::Postgres(url) => Some(url.as_str()),
    };
    let program = Program::new(place.folder(), database).logging_to(&place.folder().join("log"));
    // Nothing waits on disk for a server that is slow for a moment: what is acknowledged here is in the database.
    let serve = || program.serve_with(&["--spool-size", "0"]);
    let mut lives = Lives::begin(&program, place.folder(), database, CALLERS).unwrap();
    // A PostgreSQL that a busy machine holds up is taken for gone, and calls are told to come again.
    lives.patience = Duration::from_secs(120);
    for kill in 0..KILLS {
        let serving = serve();
        lives.audit().unwrap();
        let killed = lives.live(serving, kill, ENOUGH, |serving| {
            serving.kill();
            Ok(())
        });
        killed.unwrap();
    }
    let serving = serve();
    lives.audit().unwrap();
    serving.kill();
    assert!(lives.verdict.acknowledged >= KILLS * ENOUGH);
    assert!(lives.verdict.is_sound(), "{}", lives.verdict.faults());
    assert!(lives.verdict.refused.is_empty(), "{}", lives.verdict.faults());
    let whole = lives.audit_all().unwrap();
    assert!(whole.is_sound(), "{}", whole.faults());
    // It would have seen what is missing, what is there in part, and what is there twice.
    lives.controls().unwrap();
}
