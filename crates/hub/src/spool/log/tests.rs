//! What was kept is found again: in its order, after a crash at any byte, and within its bounds.

use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::*;

const LISTENER: (OrgId, Id) = (OrgId(1), Id(7));
const ROOM: u64 = 1_000_000;

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

fn keep(log: &Log, text: &str) -> Result<()> {
    runtime().block_on(log.append(LISTENER, Instant(5), text.as_bytes().to_vec()))
}

/// Everything that waits, worked off.
fn all(log: &Log) -> Vec<String> {
    let mut found = Vec::new();
    while log.state().calls > 0 {
        for entry in runtime().block_on(log.next(8)) {
            found.push(String::from_utf8(log.read(&entry).unwrap()).unwrap());
            log.done(&entry);
        }
    }
    found
}

/// A folder that a process left behind with some calls in it.
fn left(calls: usize) -> TempDir {
    let folder = TempDir::new().unwrap();
    let log = Log::open(folder.path(), ROOM).unwrap();
    (0..calls).for_each(|n| keep(&log, &format!("call {n}")).unwrap());
    folder
}

fn only_file(folder: &TempDir) -> PathBuf {
    let files = files(folder.path()).unwrap();
    assert_eq!(files.len(), 1);
    path(folder.path(), files[0])
}

#[test]
fn what_was_kept_is_found_in_its_order() {
    let folder = left(5);
    assert_eq!(folder::look(folder.path()).unwrap().calls, 5);
    let log = Log::open(folder.path(), ROOM).unwrap();
    assert!(log.holds(LISTENER));
    keep(&log, "call 5").unwrap();
    assert_eq!(log.state(), Waiting { calls: 6, bytes: 6 * (HEAD as u64 + 6), oldest: Some(Instant(5)) });
    assert_eq!(all(&log), (0..6).map(|n| format!("call {n}")).collect::<Vec<_>>());
    assert!(!log.holds(LISTENER));
    assert_eq!(log.state(), Waiting::default());
}

#[test]
fn an_end_that_is_not_whole_is_cut_off() {
    let whole = fs::metadata(only_file(&left(3))).unwrap().len();
    for cut in [1, 9, HEAD as u64, HEAD as u64 + 5] {
        let folder = left(3);
        let file = only_file(&folder);
        File::options().write(true).open(&file).unwrap().set_len(whole - cut).unwrap();
        let log = Log::open(folder.path(), ROOM).unwrap();
        keep(&log, "later").unwrap();
        assert_eq!(all(&log), ["call 0", "call 1", "later"], "{cut} bytes are missing");
        assert!(!folder.path().join(crate::spool::ASIDE).exists());
    }
}

#[test]
fn damage_in_the_middle_is_set_aside() {
    let folder = left(3);
    let first = only_file(&folder);
    // Another life of the process begins another file.
    keep(&Log::open(folder.path(), ROOM).unwrap(), "call 3").unwrap();
    let mut bytes = fs::read(&first).unwrap();
    bytes[HEAD + 6 + HEAD] ^= 1;
    fs::write(&first, bytes).unwrap();
    let log = Log::open(folder.path(), ROOM).unwrap();
    assert_eq!(all(&log), ["call 0", "call 3"]);
    assert_eq!(crate::spool::look(folder.path()).unwrap().aside, 1);
}

#[test]
fn a_full_spool_is_busy_and_takes_more_once_there_is_room() {
    let folder = TempDir::new().unwrap();
    let log = Log::open(folder.path(), 2 * (HEAD as u64 + 6)).unwrap();
    keep(&log, "call 0").unwrap();
    keep(&log, "call 1").unwrap();
    assert!(matches!(keep(&log, "call 2"), Err(Error::Busy { .. })));
    assert_eq!(all(&log), ["call 0", "call 1"]);
    keep(&log, "call 3").unwrap();
    assert_eq!(all(&log), ["call 3"]);
}

#[test]
fn two_processes_do_not_share_a_folder() {
    let folder = TempDir::new().unwrap();
    let _first = Log::open(folder.path(), ROOM).unwrap();
    assert!(matches!(Log::open(folder.path(), ROOM), Err(Error::Conflict { .. })));
}

#[test]
fn calls_of_one_flush_go_side_by_side_and_others_after_them() {
    let folder = TempDir::new().unwrap();
    let log = Log::open(folder.path(), ROOM).unwrap();
    keep(&log, "first").unwrap();
    keep(&log, "second").unwrap();
    let next = runtime().block_on(log.next(8));
    assert_eq!(next.len(), 1, "the second was taken in after the first was acknowledged");
    log.set_aside(&next[0]).unwrap();
    log.done(&next[0]);
    assert_eq!(all(&log), ["second"]);
    assert_eq!(crate::spool::look(folder.path()).unwrap().aside, 1);
}
