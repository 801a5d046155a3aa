//! The ledger: a mixed load through all five doors on a program that is killed again and again. What was acknowledged is there
//! when it comes back, once and whole; what was not is there whole or not at all.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use stories::{Program, Serving};

use crate::check::{self, Verdict};
use crate::cluster::Cluster;
use crate::desk::Desk;
use crate::load::{End, Load, Sent};
use crate::look::Look;
use crate::mark::Mark;
use crate::say;

/// `./prove ledger`: kills
#[derive(Debug, clap::Args)]
pub struct Ledger {
    /// How often the program is killed
    #[arg(long, default_value_t = 200)]
    kills: usize,
    /// Writes that are acknowledged altogether, at least
    #[arg(long, default_value_t = 500_000)]
    writes: usize,
    /// Connections at once, 64 at most
    #[arg(long, default_value_t = 64)]
    callers: usize,
    /// On a PostgreSQL of the proof's own in place of SQLite
    #[arg(long)]
    postgres: bool,
}

/// An org whose every call is remembered, through all the lives of the program that serves it.
pub struct Lives {
    /// The org.
    pub desk: Desk,
    /// Everything that was sent.
    pub sent: Vec<Sent>,
    /// What the audits of single lives found.
    pub verdict: Verdict,
    data: PathBuf,
    database: Option<String>,
    callers: usize,
    /// How long a call is sent again to a program that is busy, before it counts as refused. Nothing, unless it is set.
    pub patience: Duration,
    /// What the life that was audited last begins with.
    begin: usize,
    newest: i64,
}

impl Lives {
    /// Makes the org, on data in a folder or in a database.
    pub fn begin(program: &Program, data: &Path, database: Option<&str>, callers: usize) -> Result<Self> {
        let desk = Desk::make(program, "so-cai")?;
        Ok(Self {
            desk,
            sent: Vec::new(),
            verdict: Verdict::default(),
            data: data.to_owned(),
            database: database.map(str::to_owned),
            callers,
            patience: Duration::ZERO,
            begin: 0,
            newest: 0,
        })
    }

    /// Connections at once.
    pub fn callers(&self) -> usize {
        self.callers
    }

    /// A look at the data.
    pub fn look(&self) -> Result<Look> {
        Look::at(&self.data, self.database.as_deref())
    }

    /// One life: a load on a running program until `enough` calls were acknowledged; then `blow` strikes, in the middle of it.
    pub fn live<T: Send>(
        &mut self,
        serving: Serving,
        round: usize,
        enough: usize,
        blow: impl FnOnce(Serving) -> Result<T>,
    ) -> Result<T> {
        let (desk, callers, patience) = (&self.desk, self.callers, self.patience);
        let load = Load { desk, address: serving.address(), round, callers, patience };
        let (sent, blown) = load.until(enough, || blow(serving))?;
        self.sent.extend(sent);
        Ok(blown)
    }

    /// Whoever was told after a moment was told by a machine that had no power any more: nobody was. Gives how many those are.
    pub fn unanswered_after(&mut self, last: Instant) -> usize {
        let late = self.sent[self.begin..].iter_mut().filter(|call| call.end == End::Acknowledged && call.at > last);
        late.map(|call| call.end = End::Unanswered).count()
    }

    /// Audits what was sent since the last time. The program must have come back, and nobody may be writing.
    pub fn audit(&mut self) -> Result<()> {
        let mut look = self.look()?;
        let found = check::audit(&mut look, self.desk.org, self.newest, &self.sent[self.begin..])?;
        self.newest = check::newest(&mut look, self.desk.org)?;
        self.begin = self.sent.len();
        self.verdict.add(found);
        Ok(())
    }

    /// Audits everything that was ever sent, from the beginning.
    pub fn audit_all(&self) -> Result<Verdict> {
        check::audit(&mut self.look()?, self.desk.org, 0, &self.sent)
    }

    /// Shows that the audit is not blind: takes things away, doubles one, and tells it of a call that never was. Spoils the data.
    pub fn controls(&self) -> Result<()> {
        let mut look = self.look()?;
        let org = self.desk.org;
        let last = self.sent.iter().map(|call| call.mark.round).max().unwrap_or_default();
        let mut never = self.sent.first().cloned().ok_or_else(|| anyhow::anyhow!("nothing was sent"))?;
        never.mark = Mark { round: last + 1, ..never.mark };
        (never.about, never.end) = (never.mark, End::Acknowledged);
        let told = [&self.sent[..], &[never]].concat();
        let found = check::audit(&mut look, org, 0, &told)?;
        say::control(
            "control: a call that never was",
            format_args!("{} lost", found.lost.len()),
            found.lost.len() == 1,
        )?;
        let newest = |table: &str, column: &str| format!("(SELECT MAX({column}) FROM {table} WHERE org_id = {org})");
        look.execute(&format!(
            "DELETE FROM contact_points WHERE org_id = {org} AND customer_id = {} AND position = 0",
            newest("contact_points", "customer_id")
        ))?;
        let half = check::audit(&mut look, org, 0, &self.sent)?.half.len();
        say::control("control: a phone taken away", format_args!("{half} half-written"), half == 1)?;
        look.execute(&format!(
            "DELETE FROM changes WHERE org_id = {org} AND request_id = (SELECT MIN(request_id) FROM changes WHERE org_id = {org})"
        ))?;
        let half = check::audit(&mut look, org, 0, &self.sent)?.half.len();
        say::control("control: a line of history taken away", format_args!("{half} half-written"), half == 2)?;
        look.execute(&format!(
            "CREATE TABLE copied AS SELECT * FROM requests WHERE org_id = {org} AND id = {};
             UPDATE copied SET id = id + 1;
             INSERT INTO requests SELECT * FROM copied;
             DROP TABLE copied;",
            newest("requests", "id")
        ))?;
        let twice = check::audit(&mut look, org, 0, &self.sent)?.twice.len();
        say::control("control: a journal row doubled", format_args!("{twice} twice"), twice == 1)
    }
}

impl Ledger {
    /// Runs it.
    pub fn run(&self) -> Result<()> {
        ensure!((1..=64).contains(&self.callers) && self.kills > 0, "1 to 64 callers, and a kill at least");
        let cluster = if self.postgres { Some(Cluster::start("")?) } else { None };
        let database = cluster.as_ref().map(|cluster| cluster.database("ledger")).transpose()?;
        let folder = tempfile::tempdir()?;
        let program = Program::new(folder.path(), database.as_deref()).logging_to(&folder.path().join("log"));
        let mut lives = Lives::begin(&program, folder.path(), database.as_deref(), self.callers)?;
        let begun = Instant::now();
        let mut random = fastrand::Rng::new();
        for kill in 0..self.kills {
            let serving = program.serve();
            lives.audit()?;
            // Some lives are short and some are long; together they reach what is wanted.
            let left = self.writes.saturating_sub(lives.verdict.acknowledged);
            let share = left / (self.kills - kill);
            let is_last = kill + 1 == self.kills;
            let enough = if is_last { left } else { random.usize(share / 2..=share * 3 / 2) };
            lives.live(serving, kill, enough.max(1), |serving| {
                serving.kill();
                Ok(())
            })?;
            if kill % 10 == 9 {
                let (acknowledged, seconds) = (lives.verdict.acknowledged, begun.elapsed().as_secs());
                say::note(format_args!("{} kills, {acknowledged} acknowledged, {seconds} s", kill + 1));
            }
            ensure!(lives.verdict.is_sound(), "{}", lives.verdict.faults());
        }
        let serving = program.serve();
        lives.audit()?;
        let whole = lives.audit_all()?;
        serving.kill();
        let engine = if self.postgres { "PostgreSQL" } else { "SQLite" };
        report(engine, self.kills, self.writes, &lives.verdict, &whole)?;
        lives.controls()
    }
}

/// Tells what the audits of single lives and the one of everything at the end found.
pub fn report(what: &str, blows: usize, wanted: usize, lives: &Verdict, whole: &Verdict) -> Result<()> {
    say::figure(&format!("{what}: blows"), blows);
    let done = whole.acknowledged;
    say::promise(&format!("{what}: acknowledged writes"), done, &format!("≥ {wanted}"), done >= wanted)?;
    let open = format!("{}, of which {} were done", whole.unanswered, whole.done_unanswered);
    say::figure(&format!("{what}: unanswered writes"), open);
    for (name, faults) in [
        ("lost", [&lives.lost, &whole.lost]),
        ("half-written", [&lives.half, &whole.half]),
        ("twice", [&lives.twice, &whole.twice]),
    ] {
        let count = faults[0].len().max(faults[1].len());
        if count > 0 {
            say::note(lives.faults());
            say::note(whole.faults());
        }
        say::promise(&format!("{what}: {name}"), count, "0", count == 0)?;
    }
    Ok(())
}
