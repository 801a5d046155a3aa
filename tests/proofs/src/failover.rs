//! The primary dies under load while replication stands still: a cluster that commits synchronously loses nothing that was
//! acknowledged, one that does not loses something.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use stories::{Client, Program};

use crate::check::{self, Verdict};
use crate::desk::{Desk, Kind, beside};
use crate::load::{End, Sent};
use crate::look::Look;
use crate::mark::{Mark, STEPS};
use crate::patroni::Patroni;
use crate::say;

/// What each caller sends in turn: one call through every door.
const CALLS: [Kind; 5] = [Kind::Contact, Kind::Omicrm, Kind::Vbot, Kind::Lead, Kind::OneOffice];
/// How long a caller waits after a call that was not taken.
const PAUSE: Duration = Duration::from_millis(50);
/// A cluster that takes longer to take writes again has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// `./prove failover`: PostgreSQL with Patroni and HAProxy
#[derive(Debug, clap::Args)]
pub struct Failover {
    /// Failovers of each kind
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Connections at once, 64 at most
    #[arg(long, default_value_t = 16)]
    callers: usize,
    /// Seconds of load before replication stands still
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Seconds of load while it does, before the primary dies
    #[arg(long, default_value_t = 4)]
    frozen: u64,
}

/// What one failover showed.
struct Found {
    verdict: Verdict,
    /// Of the calls that were acknowledged, those while replication stood still.
    while_frozen: usize,
    /// Commits whose wait for the standby was cut short.
    cut_short: usize,
    /// From the death of the primary to the first call that was acknowledged after it.
    away: Duration,
}

impl Failover {
    /// Runs it.
    pub fn run(&self) -> Result<()> {
        ensure!((1..=64).contains(&self.callers) && self.rounds > 0, "1 to 64 callers, and a round at least");
        for is_synchronous in [true, false] {
            let name = if is_synchronous { "synchronous" } else { "asynchronous" };
            let (mut verdict, mut cut_short, mut frozen, mut away) = (Verdict::default(), 0, 0, Vec::new());
            for round in 0..self.rounds {
                let found = self.round(is_synchronous)?;
                say::note(format_args!(
                    "{name}, failover {}: {} acknowledged, {} lost, away for {:.1} s",
                    round + 1,
                    found.verdict.acknowledged,
                    found.verdict.lost.len(),
                    found.away.as_secs_f64()
                ));
                verdict.add(found.verdict);
                cut_short += found.cut_short;
                frozen += found.while_frozen;
                away.push(found.away);
            }
            self.tell(name, is_synchronous, &verdict, (cut_short, frozen), &away)?;
        }
        Ok(())
    }

    fn tell(
        &self,
        name: &str,
        is_synchronous: bool,
        verdict: &Verdict,
        counts: (usize, usize),
        away: &[Duration],
    ) -> Result<()> {
        let longest = away.iter().max().copied().unwrap_or_default();
        say::figure(&format!("{name}: failovers"), self.rounds);
        say::figure(&format!("{name}: acknowledged writes"), verdict.acknowledged);
        say::figure(&format!("{name}: acknowledged while replication stood still"), counts.1);
        say::figure(&format!("{name}: without a primary, s at most"), format!("{:.1}", longest.as_secs_f64()));
        let lost = verdict.lost.len();
        if !is_synchronous {
            return say::control("asynchronous: acknowledged writes lost", lost, lost > 0);
        }
        say::figure("synchronous: commits whose wait was cut short", counts.0);
        if !verdict.is_sound() {
            say::note(verdict.faults());
        }
        say::promise("synchronous: acknowledged writes lost", lost, "0", lost == 0)?;
        let half = verdict.half.len() + verdict.twice.len();
        say::promise("synchronous: half-written or twice", half, "0", half == 0)
    }

    fn round(&self, is_synchronous: bool) -> Result<Found> {
        let mut cluster = Patroni::start(is_synchronous)?;
        let folder = tempfile::tempdir()?;
        let url = cluster.url();
        let program = Program::at(beside("daumoi")?, folder.path(), Some(&url)).logging_to(&folder.path().join("log"));
        let desk = Desk::make(&program, "so-cai")?;
        // Without a spool, so that whatever is acknowledged is in the database.
        let serving = program.serve_with(&["--spool-size", "0"]);
        let load = Load::new(&desk, serving.address());
        let (cut_short, frozen, away) = thread::scope(|scope| {
            for caller in 0..self.callers {
                let load = &load;
                scope.spawn(move || load.call(caller));
            }
            let struck = self.strike(&mut cluster, &load, is_synchronous);
            load.is_over.store(true, SeqCst);
            struck
        })?;
        serving.kill();
        let sent = load.sent.into_inner().unwrap_or_default();
        let mut look = Look::at(folder.path(), Some(&url))?;
        let verdict = check::audit(&mut look, desk.org, 0, &sent)?;
        Ok(Found { verdict, while_frozen: frozen, cut_short, away })
    }

    /// Freezes replication, kills the primary, and waits until writes are taken again.
    fn strike(&self, cluster: &mut Patroni, load: &Load<'_>, is_synchronous: bool) -> Result<(usize, usize, Duration)> {
        thread::sleep(Duration::from_secs(self.seconds));
        let frozen = cluster.freeze_replication()?;
        ensure!(frozen >= 2, "{frozen} standbys follow, 2 should");
        let before = load.acknowledged.load(SeqCst);
        let cut_short = if is_synchronous { self.cut_short(cluster)? } else { 0 };
        if !is_synchronous {
            thread::sleep(Duration::from_secs(self.frozen));
        }
        cluster.kill_primary()?;
        let died = Instant::now();
        let after = load.acknowledged.load(SeqCst);
        while load.acknowledged.load(SeqCst) == after {
            ensure!(died.elapsed() < PATIENCE, "no write is taken after {} s", PATIENCE.as_secs());
            thread::sleep(Duration::from_millis(20));
        }
        let away = died.elapsed();
        thread::sleep(Duration::from_secs(self.seconds));
        Ok((cut_short, after - before, away))
    }

    /// An operator loses patience with commits that wait: cancels some, ends the sessions of others. The server then says that
    /// they are committed, with a warning or on its way out; none of them may be acknowledged.
    fn cut_short(&self, cluster: &Patroni) -> Result<usize> {
        let mut primary = cluster.to_primary()?;
        let (until, mut cut, mut turn) = (Instant::now() + Duration::from_secs(self.frozen), 0, 0);
        while Instant::now() < until {
            turn += 1;
            let waiting =
                "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'daumoi'";
            for row in primary.query(waiting, &[])? {
                let process: i32 = row.get(0);
                let way =
                    if turn % 2 == 0 { "SELECT pg_terminate_backend($1)" } else { "SELECT pg_cancel_backend($1)" };
                cut += usize::from(primary.query_one(way, &[&process])?.get::<_, bool>(0));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(cut)
    }
}

/// A load that goes on whatever it is told.
struct Load<'d> {
    desk: &'d Desk,
    address: SocketAddr,
    acknowledged: AtomicUsize,
    is_over: AtomicBool,
    sent: Mutex<Vec<Sent>>,
}

impl<'d> Load<'d> {
    fn new(desk: &'d Desk, address: SocketAddr) -> Self {
        let (acknowledged, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
        Self { desk, address, acknowledged, is_over, sent: Mutex::default() }
    }

    fn call(&self, caller: usize) {
        let (mut connection, mut sent) = (None, Vec::new());
        for step in 0..STEPS {
            if self.is_over.load(SeqCst) {
                break;
            }
            let (kind, mark) = (CALLS[step % CALLS.len()], Mark { round: 0, caller, step });
            let call = self.desk.call(kind, mark, mark, 0);
            let end = match self.send(&mut connection, &call) {
                Ok(answer) if kind.is_done(&answer) => End::Acknowledged,
                Ok(answer) => End::Refused(format!("{} {}", answer.status, answer.body)),
                Err(_) => {
                    connection = None;
                    End::Unanswered
                }
            };
            if end == End::Acknowledged {
                self.acknowledged.fetch_add(1, SeqCst);
            } else {
                thread::sleep(PAUSE);
            }
            sent.push(Sent { mark, kind, about: mark, end, at: Instant::now() });
        }
        if let Ok(mut all) = self.sent.lock() {
            all.extend(sent);
        }
    }

    fn send(&self, connection: &mut Option<Client>, call: &crate::desk::Call) -> std::io::Result<stories::Answer> {
        let client = match connection {
            Some(client) => client,
            None => connection.insert(Client::connect(self.address)?),
        };
        self.desk.send(client, call)
    }
}
