//! Whether the server at a PostgreSQL address is there. One watcher asks on a connection of its own, so that nobody has to hang in
//! a call to learn that nobody answers.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use domain::{Error, Result};
use postgres::Client;

use super::postgres::connect;
use super::sqlite::spawn;

/// A server that says nothing at all for so long, to nobody, is silent: who has another way takes it. Milliseconds.
const SILENT: u64 = 300;
/// How often the watcher looks around.
const LOOK: Duration = Duration::from_millis(100);
/// How long the server may take to answer the watcher before its connection is given up.
const PATIENCE: Duration = Duration::from_secs(2);

/// How the error of a server begins that has no room for one more connection (class 53).
const FULL: &str = "PostgreSQL: 53";

/// How the error of a server begins that ended a connection at somebody's wish.
const CUT: &str = "PostgreSQL: 57P01";
/// How many connections in a row may be ended so before the server is taken for one that shuts down.
const CUTS: usize = 5;

/// What is known of the server.
pub(super) struct Presence {
    begun: Instant,
    /// How long a silent server is waited for, in milliseconds.
    gone: u64,
    /// When anything last came back from the server, in milliseconds since `begun`.
    heard: AtomicU64,
    /// When the watcher asked a question that is not answered yet, in milliseconds since `begun`; 0 without one.
    asked: AtomicU64,
    /// The watcher could not reach it.
    lost: AtomicBool,
    /// Why.
    cause: Mutex<String>,
    /// Units of work in progress.
    busy: AtomicUsize,
    /// Wakes the watcher; it ends when this is dropped.
    doubt: Sender<()>,
}

impl Presence {
    /// Starts the watcher. A server that says nothing for longer than `gone` is taken for gone.
    pub(super) fn watch(url: &str, gone: Duration) -> Result<Arc<Self>> {
        let (doubt, doubts) = bounded(1);
        let presence = Arc::new(Self {
            begun: Instant::now(),
            gone: gone.as_millis() as u64,
            heard: AtomicU64::new(0),
            asked: AtomicU64::new(0),
            lost: AtomicBool::new(false),
            cause: Mutex::default(),
            busy: AtomicUsize::new(0),
            doubt,
        });
        let (watched, url) = (Arc::downgrade(&presence), url.to_owned());
        // Nobody waits for its end: it may hang in the very silence that it watches for.
        drop(spawn("postgres-watch", move || {
            let (mut client, mut is_first) = (None, true);
            while let Some(pause) = pause(&doubts) {
                let Some(presence) = watched.upgrade() else { return };
                if pause == Pause::Doubted {
                    client = None;
                }
                // The first connection is made in good time: a slow one means nothing as long as nobody is in doubt.
                if is_first || presence.wants_to_know(pause) {
                    presence.ask(&url, &mut client, is_first && pause == Pause::Over);
                }
                is_first = false;
            }
        })?);
        Ok(presence)
    }

    /// Whether the server is taken for gone.
    pub(super) fn is_away(&self) -> bool {
        self.says_nothing_for(self.gone)
    }

    /// Whether the server has not answered for a moment.
    pub(super) fn is_silent(&self) -> bool {
        self.says_nothing_for(SILENT)
    }

    fn says_nothing_for(&self, millis: u64) -> bool {
        let asked = self.asked.load(SeqCst);
        self.lost.load(SeqCst) || (asked != 0 && self.now().saturating_sub(asked.max(self.heard())) > millis)
    }

    /// What whoever asks is told meanwhile.
    pub(super) fn refusal(&self) -> Error {
        Error::busy(format!("the database is away: {}", self.cause()))
    }

    /// Something came back from the server.
    pub(super) fn hear(&self) {
        self.heard.store(self.now(), SeqCst);
    }

    /// A connection was lost or could not be opened: the watcher shall see for itself.
    pub(super) fn doubt(&self) {
        // One that is to look already needs not be told twice.
        let _ = self.doubt.try_send(());
    }

    /// A unit of work is in progress until what is returned is dropped.
    pub(super) fn working(&self) -> Working<'_> {
        self.busy.fetch_add(1, SeqCst);
        Working(self)
    }

    /// Nobody needs to know of a server that nobody uses.
    fn wants_to_know(&self, pause: Pause) -> bool {
        let is_silent = self.now().saturating_sub(self.heard()) > LOOK.as_millis() as u64;
        pause == Pause::Doubted || self.lost.load(SeqCst) || (is_silent && self.busy.load(SeqCst) > 0)
    }

    fn ask(&self, url: &str, client: &mut Option<Client>, is_quiet: bool) {
        // Nobody is in doubt yet: the first connection may take its time before its silence counts.
        let grace = if is_quiet { PATIENCE.as_millis() as u64 } else { 0 };
        let asked = self.now().max(1) + grace;
        self.asked.store(asked, SeqCst);
        // A connection may be cut by a server that is there: only one that lets nobody in is away.
        let answers = client.as_mut().is_some_and(|client| client.is_valid(PATIENCE).is_ok());
        let end = if answers { Ok(()) } else { reach(url).map(|made| *client = Some(made)) };
        // Others were answered meanwhile, or the server is full and says so: then it is there.
        let is_there = |error: &Error| self.heard() > asked || error.private().starts_with(FULL);
        let is_lost = end.as_ref().is_err_and(|error| !is_there(error));
        let was_lost = self.lost.swap(is_lost, SeqCst);
        self.asked.store(0, SeqCst);
        match end {
            Ok(()) if was_lost => tracing::info!("the database is there again"),
            Ok(()) => {}
            Err(error) => {
                *client = None;
                error.private().clone_into(&mut self.cause());
                if is_lost && !was_lost {
                    tracing::warn!(cause = error.private(), "the database is away");
                }
            }
        }
        if !is_lost {
            self.hear();
        }
    }

    fn cause(&self) -> MutexGuard<'_, String> {
        self.cause.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn heard(&self) -> u64 {
        self.heard.load(SeqCst)
    }

    fn now(&self) -> u64 {
        self.begun.elapsed().as_millis() as u64
    }
}

/// Connects, and does so again when the server ended the connection: it spoke, so it is there. One that shuts down refuses the next.
fn reach(url: &str) -> Result<Client> {
    let mut end = connect(url, drop);
    for _ in 1..CUTS {
        if !end.as_ref().is_err_and(|error| error.private().starts_with(CUT)) {
            break;
        }
        end = connect(url, drop);
    }
    end
}

/// Why the watcher looks up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pause {
    /// Its time has come.
    Over,
    /// Somebody lost a connection.
    Doubted,
}

fn pause(doubts: &Receiver<()>) -> Option<Pause> {
    match doubts.recv_timeout(LOOK) {
        Ok(()) => Some(Pause::Doubted),
        Err(RecvTimeoutError::Timeout) => Some(Pause::Over),
        Err(RecvTimeoutError::Disconnected) => None,
    }
}

/// A unit of work in progress.
pub(super) struct Working<'p>(&'p Presence);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;
    use crate::db::Options;

    /// Waits for what must come; a test that waits too long has failed.
    fn comes(what: impl Fn() -> bool) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(120) {
            if what() {
                return true;
            }
            thread::sleep(Duration::from_millis(5));
        }
        false
    }

    #[test]
    fn a_port_without_a_server_is_away_once_somebody_doubts() {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let presence = Presence::watch(&format!("postgres://nobody@127.0.0.1:{port}/none"), Options::SILENCE).unwrap();
        presence.doubt();
        assert!(comes(|| presence.is_away()));
    }

    #[test]
    fn a_server_that_never_answers_is_away() {
        // The machine takes the connection, and nobody ever reads from it.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let presence = Presence::watch(&format!("postgres://nobody@{address}/none"), Options::SILENCE).unwrap();
        presence.doubt();
        assert!(comes(|| presence.is_silent()));
        assert!(comes(|| presence.is_away()));
        // Whatever else comes back says that it is there after all.
        assert!(comes(|| {
            presence.hear();
            !presence.is_away()
        }));
    }

    /// A server that ends its first connections as if somebody had asked for it, and then has no room for another.
    #[test]
    fn a_server_that_cuts_a_connection_is_asked_again() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let codes = ["57P01", "57P01", "53300"];
        let server = thread::spawn(move || {
            for code in codes {
                let (mut stream, _) = listener.accept().unwrap();
                // The start of a session, as long as its first four bytes say.
                let mut length = [0; 4];
                stream.read_exact(&mut length).unwrap();
                stream.read_exact(&mut vec![0; u32::from_be_bytes(length) as usize - 4]).unwrap();
                let told = format!("SFATAL\0VFATAL\0C{code}\0Mno\0\0");
                let length = told.len() as u32 + 4;
                stream.write_all(&[b"E", &length.to_be_bytes()[..], told.as_bytes()].concat()).unwrap();
            }
        });
        let refusal = reach(&format!("postgres://nobody@{address}/none?sslmode=disable")).err().unwrap();
        assert!(refusal.private().starts_with(FULL), "{refusal:?}");
        server.join().unwrap();
    }
}
