//! How many files and sockets the process may hold.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the soft limit on open files to the hard one and returns what holds now. The usual soft limit of 1,024 is
/// kept for programs that use `select`; with it a thousand idle clients would keep every other out.
pub fn raise_open_files() -> u64 {
    let before = getrlimit(Resource::Nofile);
    let wanted = Rlimit { current: before.maximum, maximum: before.maximum };
    let now = if setrlimit(Resource::Nofile, wanted).is_ok() { wanted } else { before };
    now.current.unwrap_or(u64::MAX)
}
