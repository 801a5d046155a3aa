//! A file that may not grow any more, as on a full disk: a clear error through every door, reads go on, and so does writing once
//! there is space. `./prove disk` is the same on a disk that is really full, and on one that fails.

use std::process::Command;

use proofs::disk::endure;
use proofs::ledger::Lives;
use stories::Program;
use testbed::TestPlace;

/// Sets how far the files of a process may grow, in bytes.
fn limit(pid: u32, bytes: &str) -> anyhow::Result<()> {
    let told = Command::new("prlimit").args(["--pid", &pid.to_string(), &format!("--fsize={bytes}:")]).status()?;
    anyhow::ensure!(told.success(), "prlimit failed");
    Ok(())
}

#[test]
fn a_file_that_may_not_grow_is_an_error_and_nothing_worse() {
    let place = TestPlace::new();
    if place.is_postgres() {
        return;
    }
    let program = Program::new(place.folder(), None).logging_to(&place.folder().join("log"));
    let mut lives = Lives::begin(&program, place.folder(), None, 8).unwrap();
    let serving = program.serve();
    let (pid, file) = (serving.pid(), place.folder().join("daumoi.db"));
    let strike = || {
        let longest = [file.clone(), file.with_extension("db-wal")]
            .iter()
            .map(|file| file.metadata().map_or(0, |it| it.len()))
            .max();
        limit(pid, &(longest.unwrap_or_default() + 65_536).to_string())
    };
    let endured = endure(&mut lives, &serving, 0, strike, || limit(pid, "unlimited")).unwrap();
    assert!(endured.refusals > 0, "the limit was never met");
    assert!(endured.unclear.is_empty(), "{:?}", endured.unclear);
    assert!(endured.reads > 0);
    serving.kill();
    let serving = program.serve();
    lives.audit().unwrap();
    serving.kill();
    assert!(lives.verdict.is_sound(), "{}", lives.verdict.faults());
}
