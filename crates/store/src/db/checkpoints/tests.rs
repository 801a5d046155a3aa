//! The log does not grow for ever.

use super::*;

#[test]
fn the_log_begins_anew_under_steady_writing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("daumoi.db");
    let mut writer = open(&file).unwrap();
    let thread = beside(&mut writer, &file).unwrap();
    writer.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (0)").unwrap();
    let pages = |connection: &Connection| -> i64 {
        connection.query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| row.get(1)).unwrap()
    };
    let mut longest = 0;
    for _ in 0..3 * LONG / 256 {
        writer.execute("UPDATE t SET x = zeroblob(1048576)", []).unwrap();
        longest = longest.max(pages(&writer));
    }
    assert!(longest < 2 * i64::from(LONG), "{longest} pages");
    drop(writer);
    thread.join().unwrap();
}
