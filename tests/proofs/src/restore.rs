//! Backup under load, and restore: nothing that was acknowledged before the backup began is missing, and a million customers
//! are back, and served, within a minute.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use domain::identity::Country;
use domain::{Actor, ContactKind, ContactPoint, Customer, Dialect, OrgId};
use hub::files::Files;
use hub::{Hub, Options, Place, customers};
use stories::{Client, Program};

use crate::check::{self, Verdict};
use crate::ledger::Lives;
use crate::load::{End, Sent};
use crate::look::Look;
use crate::say;

/// `./prove restore`: backup under load, and restore
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// Backups under load
    #[arg(long, default_value_t = 10)]
    backups: usize,
    /// Acknowledged writes before each of them, at least
    #[arg(long, default_value_t = 2_000)]
    writes: usize,
    /// Customers of the large one
    #[arg(long, default_value_t = 1_000_000)]
    customers: usize,
}

impl Restore {
    /// Runs it.
    pub fn run(&self) -> Result<()> {
        let folder = tempfile::tempdir()?;
        under_load(folder.path(), self.backups, self.writes, 64)?;
        self.large()
    }

    fn large(&self) -> Result<()> {
        const PROMISE: Duration = Duration::from_secs(60);
        let folder = tempfile::tempdir()?;
        let (old, new, copy) = (folder.path().join("old"), folder.path().join("new"), folder.path().join("copy.db"));
        let program = Program::new(&old, None);
        let org = OrgId(crate::desk::Desk::make(&program, "lon")?.org);
        let begun = Instant::now();
        fill(&old, org, self.customers)?;
        say::note(format_args!("{} customers made in {} s", self.customers, begun.elapsed().as_secs()));
        let begun = Instant::now();
        let made = program.json(&["backup", &copy.display().to_string()]);
        let megabytes = made["bytes"].as_i64().unwrap_or_default() >> 20;
        say::figure(&format!("backup of {} customers, {megabytes} MB", self.customers), seconds(begun.elapsed()));
        let begun = Instant::now();
        let program = Program::new(&new, None);
        program.json(&["restore", &copy.display().to_string()]);
        let restored = begun.elapsed();
        let serving = program.serve();
        let ready = Client::connect(serving.address())?.get("/readyz")?;
        let served = begun.elapsed();
        ensure!(ready.status == 200, "not ready: {}", ready.body);
        say::figure("restored after", seconds(restored));
        say::promise("restored and served after", seconds(served), "≤ 60 s", served <= PROMISE)?;
        let count =
            Look::at(&new, None)?.number(&format!("SELECT count(*) FROM customers WHERE org_id = {}", org.0))?;
        say::promise("customers in it", count, "all", count == self.customers as i64)
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// Takes backups in the middle of a load, each restored elsewhere and audited; below `place` are the data and the copies.
pub fn under_load(place: &Path, backups: usize, writes: usize, callers: usize) -> Result<()> {
    let data = place.join("data");
    let program = Program::new(&data, None).logging_to(&place.join("log"));
    let mut lives = Lives::begin(&program, &data, None, callers)?;
    let mut all = Verdict::default();
    let empty = place.join("empty.db");
    program.json(&["backup", &empty.display().to_string()]);
    for round in 0..backups {
        let copy = place.join(format!("copy-{round}.db"));
        let begun = lives.live(program.serve(), round, writes, |serving| {
            let begun = Instant::now();
            program.json(&["backup", &copy.display().to_string()]);
            serving.kill();
            Ok(begun)
        })?;
        all.add(audit_copy(&lives, &copy, &place.join(format!("restored-{round}")), begun)?);
        ensure!(all.is_sound(), "{}", all.faults());
    }
    say::figure("backups under load, each restored elsewhere", backups);
    say::figure("acknowledged before their backup began", all.acknowledged);
    say::figure("of those after it, in the backup and whole", all.done_unanswered);
    say::promise("missing, half-written or twice in a backup", all.faults_count(), "0", all.is_sound())?;
    let found = audit_copy(&lives, &empty, &place.join("restored-empty"), Instant::now())?;
    say::control(
        "control: a backup from before the load",
        format_args!("{} lost", found.lost.len()),
        !found.lost.is_empty(),
    )?;
    refuses(place, &program)
}

/// Restores a copy into a folder and audits it: what was acknowledged before `begun` must be there, the rest whole or absent.
fn audit_copy(lives: &Lives, copy: &Path, folder: &Path, begun: Instant) -> Result<Verdict> {
    let program = Program::new(folder, None);
    program.json(&["restore", &copy.display().to_string()]);
    let as_known_then = |call: &Sent| match call.end {
        End::Acknowledged if call.at > begun => Sent { end: End::Unanswered, ..call.clone() },
        _ => call.clone(),
    };
    let sent: Vec<Sent> = lives.sent.iter().map(as_known_then).collect();
    // The program comes up on it, too.
    let serving = program.serve();
    let found = check::audit(&mut Look::at(folder, None)?, lives.desk.org, 0, &sent)?;
    ensure!(serving.stop().success(), "the program did not stop");
    Ok(found)
}

/// A copy that is damaged, and data that is in use, are refused; what is there stays.
fn refuses(place: &Path, program: &Program) -> Result<()> {
    let damaged = place.join("damaged.db");
    let mut bytes = std::fs::read(place.join("copy-0.db"))?;
    let half = bytes.len() / 2;
    bytes[half..half + 8_192].fill(0xA5);
    std::fs::write(&damaged, bytes)?;
    let count = || Look::at(&place.join("data"), None)?.number("SELECT count(*) FROM customers");
    let before = count()?;
    let is_refused = !program.succeeds(&["restore", &damaged.display().to_string()]);
    say::control("control: a damaged backup is refused", is_refused, is_refused && count()? == before)?;
    let serving = program.serve();
    let is_refused = !program.succeeds(&["restore", &place.join("copy-0.db").display().to_string()]);
    say::control("control: data in use is not replaced", is_refused, is_refused && count()? == before)?;
    serving.kill();
    Ok(())
}

/// Makes many customers through the hub, a thousand a transaction.
pub fn fill(data: &Path, org: OrgId, count: usize) -> Result<()> {
    const EACH: usize = 1_000;
    let hub =
        Hub::open(&Place::Sqlite(data.join("daumoi.db")), Options::default(), Files::local(&data.join("files"))?)?;
    let actor = Actor { dialect: Dialect::Beeiq, ..Actor::cli(org) };
    let mut waiting = std::collections::VecDeque::new();
    for first in (0..count).step_by(EACH) {
        let many: Arc<Vec<Customer>> = Arc::new((first..count.min(first + EACH)).map(customer).collect());
        waiting.push_back(hub.write(actor.clone(), move |tx| {
            many.iter().try_for_each(|new| customers::create(tx, new.clone(), &[]).map(drop))
        }));
        if waiting.len() > 8
            && let Some(unit) = waiting.pop_front()
        {
            unit.wait()?;
        }
    }
    waiting.into_iter().try_for_each(|unit| unit.wait())?;
    Ok(())
}

/// Customer `index` of many: two phones and an e-mail address of its own.
fn customer(index: usize) -> Customer {
    const FAMILIES: [&str; 8] = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi"];
    const GIVEN: [&str; 9] = ["An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Thảo"];
    let name = format!("{} Văn {} {index}", FAMILIES[index % FAMILIES.len()], GIVEN[index % GIVEN.len()]);
    let mut customer = Customer { name, ..Customer::default() };
    for phone in [2 * index, 2 * index + 1] {
        let raw = format!("09{:08}", phone * 48_271 % 99_999_989);
        customer.add_points(ContactPoint::new(ContactKind::Phone, &raw, "", Country::VIET_NAM));
    }
    let email = format!("khach{index}@example.com");
    customer.add_points(ContactPoint::new(ContactKind::Email, &email, "", Country::VIET_NAM));
    customer
}
