//! A disk that refuses: full, or failing when it is told to flush. Callers get a clear error in their own envelope, reads go
//! on, nothing is half-written, and writing goes on by itself once the disk takes it again.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail, ensure};
use serde_json::Value;
use stories::{Client, Program, Serving};

use crate::desk::{Call, Desk, Kind};
use crate::ledger::Lives;
use crate::load::{End, Load, Sent};
use crate::mark::Mark;
use crate::mount::Mount;
use crate::say;

/// How soon writing must go on.
const SOON: Duration = Duration::from_secs(5);

/// `./prove disk`: a disk that is full, or fails
#[derive(Debug, clap::Args)]
pub struct Disk {
    /// How often each happens
    #[arg(long, default_value_t = 5)]
    times: usize,
}

/// What was seen while a disk refused.
#[derive(Debug)]
pub struct Endured {
    /// Answers of refused calls.
    pub refusals: usize,
    /// Those of them that were not the door's own "busy", each with what it was.
    pub unclear: Vec<String>,
    /// Reads that were answered meanwhile.
    pub reads: usize,
    /// How long after the disk took writes again the first one was acknowledged.
    pub recovered: Duration,
}

impl Disk {
    /// Runs it.
    pub fn run(&self) -> Result<()> {
        match Mount::obstacle() {
            Some(obstacle) => bail!("a full disk cannot be shown here: {obstacle}"),
            None => self.full()?,
        }
        if Command::new("strace").arg("-V").output().is_err() {
            bail!("a failing flush cannot be shown here: strace is missing (apt-get install strace)");
        }
        self.failing()
    }

    fn full(&self) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let disk = Mount::tmpfs(&folder.path().join("full"), 96)?;
        let data = disk.place().join("data");
        let program = Program::new(&data, None).logging_to(&folder.path().join("log"));
        let mut lives = Lives::begin(&program, &data, None, 16)?;
        let ballast = disk.place().join("ballast");
        let mut all = Vec::new();
        for time in 0..self.times {
            let serving = program.serve();
            lives.audit()?;
            let fill = || fill_up(&ballast);
            let free = || Ok(std::fs::remove_file(&ballast)?);
            all.push(endure(&mut lives, &serving, 2 * time, fill, free)?);
            serving.kill();
        }
        drop(program.serve());
        tell("disk full", &mut lives, &all)
    }

    /// Every flush of the running program fails while a tracer is at it.
    fn failing(&self) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let program = Program::new(folder.path(), None).logging_to(&folder.path().join("log"));
        let mut lives = Lives::begin(&program, folder.path(), None, 16)?;
        let mut all = Vec::new();
        for time in 0..self.times {
            let serving = program.serve();
            lives.audit()?;
            let (pid, tracer) = (serving.pid(), OnceLock::new());
            let strike = || tracer.set(Mutex::new(inject(pid)?)).map_err(|_| anyhow!("two tracers"));
            let mend =
                || tracer.get().map_or(Ok(()), |tracer| detach(&mut *tracer.lock().map_err(|_| anyhow!("poisoned"))?));
            all.push(endure(&mut lives, &serving, 2 * time, strike, mend)?);
            serving.kill();
        }
        drop(program.serve());
        tell("EIO on fsync", &mut lives, &all)
    }
}

/// Tells what was seen, and audits everything.
fn tell(what: &str, lives: &mut Lives, all: &[Endured]) -> Result<()> {
    lives.audit()?;
    let refusals: usize = all.iter().map(|one| one.refusals).sum();
    let unclear: Vec<_> = all.iter().flat_map(|one| &one.unclear).take(3).collect();
    say::promise(&format!("{what}: refused, each in its door's own words"), refusals, "all", unclear.is_empty())
        .map_err(|error| anyhow!("{error}: {unclear:?}"))?;
    say::control(&format!("control: {what} refuses"), refusals, refusals > 0)?;
    let reads: usize = all.iter().map(|one| one.reads).sum();
    say::promise(&format!("{what}: reads answered meanwhile"), reads, "all of them", reads > 0)?;
    let slowest = all.iter().map(|one| one.recovered).max().unwrap_or_default();
    say::promise(
        &format!("{what}: writes again after"),
        format!("{} ms", slowest.as_millis()),
        "≤ 5 s",
        slowest <= SOON,
    )?;
    let found = lives.audit_all()?;
    say::promise(&format!("{what}: lost, half-written, twice"), found.faults_count(), "0", found.is_sound())
        .map_err(|error| anyhow!("{error}\n{}", found.faults()))
}

/// A load on a running program; once it is under way the disk is struck, and mended after every caller was refused and every
/// door was read through. Takes two rounds of marks, from `round` on.
pub fn endure(
    lives: &mut Lives,
    serving: &Serving,
    round: usize,
    strike: impl FnOnce() -> Result<()> + Send,
    mend: impl FnOnce() -> Result<()>,
) -> Result<Endured> {
    let desk = lives.desk.clone();
    let load =
        Load { desk: &desk, address: serving.address(), round, callers: lives.callers(), patience: Duration::ZERO };
    let (sent, ()) = load.until(200, strike)?;
    let refused = |call: &Sent| match &call.end {
        End::Refused(answer) => Some((call.kind, answer.clone())),
        _ => None,
    };
    let refused: Vec<_> = sent.iter().filter_map(refused).collect();
    let unclear = refused.iter().filter(|(kind, answer)| !is_busy(*kind, answer)).map(|(_, answer)| answer.clone());
    let unclear = unclear.collect();
    let known: Vec<Mark> = sent
        .iter()
        .filter(|call| call.kind == Kind::Lead && call.end == End::Acknowledged)
        .map(|call| call.mark)
        .collect();
    ensure!(!known.is_empty(), "nothing was written before the disk was struck");
    lives.sent.extend(sent);
    let reads = read_all(&desk, serving, &known)?;
    mend()?;
    let mended = Instant::now();
    let (tries, recovered) = write_until_done(&desk, serving, round + 1, mended)?;
    lives.sent.extend(tries);
    Ok(Endured { refusals: refused.len(), unclear, reads, recovered })
}

/// Reads some records through each door that reads; every one must be there.
fn read_all(desk: &Desk, serving: &Serving, known: &[Mark]) -> Result<usize> {
    let mut client = Client::connect(serving.address())?;
    let mut reads = 0;
    for mark in known.iter().take(20) {
        let phone = mark.phone();
        let get = |path: String| Call { method: "GET", path, body: String::new() };
        let calls = [
            get(format!("/api/customer/contact/gets?search={phone}")),
            desk.post("/api/v2/contact/search", &serde_json::json!({"keyword": phone})),
            get(format!("/{}/api/v1/contactsByPhone?phoneNo={phone}", desk.slug)),
        ];
        for call in calls {
            let answer = desk.send(&mut client, &call)?;
            ensure!(
                answer.status == 200 && answer.body.contains(&phone),
                "{}: {} {}",
                call.path,
                answer.status,
                answer.body
            );
            reads += 1;
        }
        ensure!(is_ready(&mut client)?, "the program says that it is not ready");
    }
    Ok(reads)
}

/// Whether the program says that it is ready. It asks its database for two seconds, which a busy machine may let pass: then it is
/// asked again.
pub fn is_ready(client: &mut Client) -> Result<bool> {
    let begun = Instant::now();
    loop {
        let is_ready = client.get("/readyz")?.status == 200;
        if is_ready || begun.elapsed() > 12 * SOON {
            return Ok(is_ready);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Writes until something is acknowledged; gives every try, and how long it took since `mended`.
fn write_until_done(desk: &Desk, serving: &Serving, round: usize, mended: Instant) -> Result<(Vec<Sent>, Duration)> {
    let mut client = Client::connect(serving.address())?;
    let mut tries = Vec::new();
    for step in 0.. {
        let mark = Mark { round, caller: 0, step };
        let answer = desk.send(&mut client, &desk.call(Kind::Contact, mark, mark, 0))?;
        let is_done = Kind::Contact.is_done(&answer);
        let end = if is_done { End::Acknowledged } else { End::Refused(format!("{} {}", answer.status, answer.body)) };
        tries.push(Sent { mark, kind: Kind::Contact, about: mark, end, at: Instant::now() });
        if is_done {
            break;
        }
        ensure!(mended.elapsed() < 24 * SOON, "it never wrote again: {}", answer.body);
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok((tries, mended.elapsed()))
}

/// Whether an answer, status and body, is the "busy" of the door that a kind of call comes through.
pub fn is_busy(kind: Kind, answer: &str) -> bool {
    let Some((status, body)) = answer.split_once(' ') else { return false };
    let Ok(body) = serde_json::from_str::<Value>(body) else { return false };
    let says = |member: &str| body[member].as_str().is_some_and(|text| !text.is_empty());
    // In BeeIQ's envelope each item stands alone, also with what kept it from being done.
    let item = &body["data"][0];
    if matches!(kind.maker(), Kind::Contact | Kind::Enquiry) && status == "200" {
        return item["status"] == "error" && item["message"].as_str().is_some_and(|text| !text.is_empty());
    }
    status == "503"
        && match kind.maker() {
            Kind::Omicrm => body["message"] == "system_busy" && says("detail"),
            Kind::Vbot => body["error"] == 500 && says("message"),
            Kind::Lead => body["code"] != "ok" && says("message"),
            Kind::OneOffice => body["error"] == true && says("message"),
            _ => body["success"] == false && says("message"),
        }
}

/// Writes into a file until the disk takes no more.
fn fill_up(ballast: &Path) -> Result<()> {
    let mut file = File::create(ballast)?;
    // Large pieces first; what is left is filled with small ones, so that not a page is free.
    for size in [1 << 20, 1 << 12] {
        let piece = vec![1; size];
        while file.write_all(&piece).is_ok() {}
    }
    Ok(())
}

/// Lets every flush of a process fail from now on; comes back once the tracer has it.
fn inject(pid: u32) -> Result<Child> {
    let tracer = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO"])
        .args(["-p", &pid.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let status = format!("/proc/{pid}/status");
    let patience = Instant::now() + SOON;
    while !std::fs::read_to_string(&status)?
        .lines()
        .any(|line| line.starts_with("TracerPid:") && !line.ends_with("\t0"))
    {
        ensure!(Instant::now() < patience, "strace does not get hold of the program");
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(tracer)
}

fn detach(tracer: &mut Child) -> Result<()> {
    let told = Command::new("kill").args(["-INT", &tracer.id().to_string()]).status()?;
    ensure!(told.success(), "the tracer cannot be told to stop");
    tracer.wait()?;
    Ok(())
}
