//! The race: two nodes on one PostgreSQL, creates through all five doors, every number in ten spellings, and each number one
//! customer in the end – also when the server asks for three commits of ten to be run again.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use serde_json::json;
use stories::{Answer, Client, Program};

use crate::cluster::Cluster;
use crate::desk::{Call, Desk};
use crate::look::Look;
use crate::say;

/// `./prove races`: one number, one customer
#[derive(Debug, clap::Args)]
pub struct Races {
    /// Creates in each of the three parts
    #[arg(long, default_value_t = 100_000)]
    creates: usize,
    /// Numbers they are spread over
    #[arg(long, default_value_t = 1_000)]
    numbers: usize,
    /// Connections at once, half of them to each node
    #[arg(long, default_value_t = 32)]
    callers: usize,
}

/// How long a create is sent again while the server is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a part came to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Outcome {
    /// Creates that were answered with a record, new or known.
    pub answered: usize,
    /// Answers that a busy server gave; each was sent again.
    pub busy: usize,
    /// Customers in the end.
    pub customers: i64,
    /// Phone keys in the end.
    pub keys: i64,
}

/// A server that asks for `share` of all commits to be run again. 0 takes the trouble away.
pub fn upset(look: &mut Look, share: f64) -> Result<()> {
    look.execute("DROP TRIGGER IF EXISTS upset ON requests")?;
    if share <= 0.0 {
        return Ok(());
    }
    look.execute(&format!(
        "CREATE OR REPLACE FUNCTION upset() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF random() < {share} THEN RAISE EXCEPTION 'try again' USING ERRCODE = '40001'; END IF;
           RETURN NEW;
         END $$;
         CREATE CONSTRAINT TRIGGER upset AFTER INSERT ON requests DEFERRABLE INITIALLY DEFERRED
           FOR EACH ROW EXECUTE FUNCTION upset()"
    ))
}

impl Races {
    /// Runs it.
    pub fn run(&self) -> Result<()> {
        let cluster = Cluster::start("")?;
        let serializable = "?options=-c%20default_transaction_isolation%3Dserializable";
        let parts = [
            ("READ COMMITTED", "", 0.0),
            ("READ COMMITTED, 30 % of commits run again", "", 0.3),
            ("SERIALIZABLE, 30 % of commits run again", serializable, 0.3),
        ];
        for (part, (name, options, share)) in parts.into_iter().enumerate() {
            let url = cluster.database(&format!("race{part}"))?;
            let folder = tempfile::tempdir()?;
            let node = |name: &str| {
                let program = Program::new(&folder.path().join(name), Some(&format!("{url}{options}")));
                program.logging_to(&folder.path().join(format!("{name}.log")))
            };
            let programs = [node("one"), node("two")];
            let desk = Desk::make(&programs[0], "dua")?;
            upset(&mut Look::at(folder.path(), Some(&url))?, share)?;
            let nodes = programs.each_ref().map(Program::serve);
            let addresses = nodes.each_ref().map(stories::Serving::address);
            let begun = Instant::now();
            let outcome = race(&desk, &addresses, self.creates, self.numbers, self.callers)?;
            addresses.into_iter().try_for_each(emptied)?;
            nodes.into_iter().for_each(stories::Serving::kill);
            let mut look = Look::at(folder.path(), Some(&url))?;
            let outcome = counted(outcome, &mut look, &desk)?;
            let took = format!("{} in {} s, {} times busy", outcome.answered, begun.elapsed().as_secs(), outcome.busy);
            say::figure(&format!("{name}: creates answered"), took);
            say::figure(&format!("{name}: isolation and rollbacks of the server"), told_by_server(&mut look)?);
            let (customers, wanted) = (outcome.customers, self.numbers as i64);
            say::promise(&format!("{name}: customers"), customers, &format!("exactly {wanted}"), customers == wanted)?;
            say::promise(
                &format!("{name}: phone keys"),
                outcome.keys,
                &format!("exactly {wanted}"),
                outcome.keys == wanted,
            )?;
            if part == 0 {
                control(&mut look, &desk)?;
            }
        }
        Ok(())
    }
}

/// Waits until a node has done everything that it kept while the server would not take it.
pub fn emptied(node: SocketAddr) -> Result<()> {
    let patience = Instant::now() + Duration::from_secs(300);
    while Instant::now() < patience {
        let told = Client::connect(node)?.get("/metrics")?.body;
        let left = told.lines().find_map(|line| line.strip_prefix("daumoi_spool_calls ")).unwrap_or("0");
        if left.trim().parse::<f64>().unwrap_or(1.0) <= 0.0 {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    bail!("a node did not get rid of what it kept")
}

/// How many transactions the server took back: what shows that it did ask for them to be run again.
fn told_by_server(look: &mut Look) -> Result<String> {
    // The server's own counters come a moment late.
    thread::sleep(Duration::from_secs(1));
    let query = "SELECT xact_commit, xact_rollback FROM pg_stat_database WHERE datname = current_database()";
    let rows = look.rows(query)?;
    let row = rows.first().ok_or_else(|| anyhow!("the server does not know its database"))?;
    Ok(format!("{} committed, {} taken back", row[0], row[1]))
}

/// Without the key that decides races, the same count sees two customers of one number.
fn control(look: &mut Look, desk: &Desk) -> Result<()> {
    let org = desk.org;
    look.execute(&format!(
        "CREATE TABLE twin AS SELECT * FROM customers WHERE org_id = {org} ORDER BY id LIMIT 1;
         UPDATE twin SET id = (SELECT max(id) + 1 FROM customers WHERE org_id = {org}), number = number + 1000000;
         INSERT INTO customers SELECT * FROM twin;
         DROP TABLE twin"
    ))?;
    let customers = counted(Outcome::default(), look, desk)?.customers;
    let single = look.number(&format!("SELECT count(DISTINCT name) FROM customers WHERE org_id = {org}"))?;
    say::control("control: a twin beside a customer", format_args!("{customers} customers"), customers == single + 1)
}

/// Adds what is in the tables.
pub fn counted(outcome: Outcome, look: &mut Look, desk: &Desk) -> Result<Outcome> {
    let org = desk.org;
    let customers =
        look.number(&format!("SELECT count(*) FROM customers WHERE org_id = {org} AND deleted_at IS NULL"))?;
    let keys = look.number(&format!("SELECT count(*) FROM identities WHERE org_id = {org} AND kind = 'phone'"))?;
    Ok(Outcome { customers, keys, ..outcome })
}

/// Sends `creates` creates over `numbers` numbers from many connections to some nodes: through each door and in each spelling in
/// turn, so that at any moment several connections are about the same few numbers.
pub fn race(desk: &Desk, nodes: &[SocketAddr], creates: usize, numbers: usize, callers: usize) -> Result<Outcome> {
    let (next, busy) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        let workers: Vec<_> = (0..callers)
            .map(|caller| {
                let (next, busy, node) = (&next, &busy, nodes[caller % nodes.len()]);
                scope.spawn(move || {
                    let mut client = Client::connect(node)?;
                    let mut answered = 0;
                    loop {
                        let index = next.fetch_add(1, Relaxed);
                        if index >= creates {
                            return Ok(answered);
                        }
                        create(desk, &mut client, index, numbers, busy)?;
                        answered += 1;
                    }
                })
            })
            .collect();
        let mut outcome = Outcome::default();
        for worker in workers {
            let answered: Result<usize> = worker.join().map_err(|_| anyhow!("a caller panicked"))?;
            outcome.answered += answered?;
        }
        outcome.busy = busy.load(Relaxed);
        Ok(outcome)
    })
}

/// One create, sent again as long as the server is busy.
fn create(desk: &Desk, client: &mut Client, index: usize, numbers: usize, busy: &AtomicUsize) -> Result<()> {
    // Neighbours in time are about the same number: eight in a row, by eight connections.
    let number = index / 8 % numbers;
    let door = (index + index / 8) % 5;
    let call = call(desk, door, number, &spelling(number, index % 10 + index / (8 * numbers)));
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let answer = desk.send(client, &call)?;
        match judge(door, &answer) {
            Some(true) => return Ok(()),
            Some(false) => _ = busy.fetch_add(1, Relaxed),
            None => bail!("{} {}\n{} {}", call.path, call.body, answer.status, answer.body),
        }
        // A program that takes its server for gone says so in microseconds.
        thread::sleep(Duration::from_millis(20));
    }
    bail!("{}: busy for {} s", call.path, PATIENCE.as_secs())
}

/// Whether a create was taken, or the server is busy; nothing when neither.
fn judge(door: usize, answer: &Answer) -> Option<bool> {
    // In BeeIQ's envelope each item says for itself that the program is busy.
    if answer.status == 503 || answer.body.contains("đang bận") {
        return Some(false);
    }
    // A code that is known already is a record that is there already.
    let words: &[&str] = match door {
        // "queued": kept on this node's disk, and done as soon as the server lets it.
        0 => &[r#""status":"created""#, r#""status":"duplicated""#, r#""status":"updated""#, r#""status":"queued""#],
        1 => &[r#""payload":true"#, "contact_existed"],
        2 => &[r#""error":0"#, r#""error":409"#],
        3 => &[r#""code":"ok""#],
        _ => &[r#""error":false"#, "đã tồn tại", "đã có"],
    };
    words.iter().any(|word| answer.body.contains(word)).then_some(true)
}

fn call(desk: &Desk, door: usize, number: usize, phone: &str) -> Call {
    // With another name, three of the doors would rightly make another record of the same phone.
    let name = format!("Khách {number}");
    match door {
        0 => desk.delivery("add-contact", &json!({"name": name, "phones": [phone]})),
        1 => desk.post("/api/v2/contact/add", &json!({"fullName": name, "phones": [{"data": phone}]})),
        2 => desk.vbot(
            "create",
            &json!({"customer_no": format!("V{number}"), "customer_name": name, "customer_phones": [phone],
                "customer_status_code": "MA_TRANG_THAI_KHACH_HANG", "customer_type_code": "MA_LOAI_KHACH_HANG",
                "customer_group_name": "Ten_nhom_khach_hang"}),
        ),
        3 => desk.post(
            &format!("/{}/api/v1/lead", desk.slug),
            &json!({"lead": {"username": name, "phone": phone, "subject": "Hỏi giá", "service_id": 1244}}),
        ),
        _ => desk.post(
            "/api/customer/contact/insert",
            &json!({"code": format!("O{number}"), "type": "Cá nhân", "name": name, "phones": phone,
                "fountain_head_id": "Tổng đài", "trade_ids": "PHIÊN DỊCH (VUT)"}),
        ),
    }
}

/// Ten ways to write a number; the last two are how it was written before 2018.
pub fn spelling(number: usize, way: usize) -> String {
    let tail = format!("{number:07}");
    let (three, four) = tail.split_at(3);
    match way % 10 {
        0 => format!("070{tail}"),
        1 => format!("+8470{tail}"),
        2 => format!("8470{tail}"),
        3 => format!("008470{tail}"),
        4 => format!("070 {three} {four}"),
        5 => format!("070.{three}.{four}"),
        6 => format!("(070) {three}-{four}"),
        7 => format!("+84 70 {three} {four}"),
        8 => format!("0120{tail}"),
        _ => format!("+84 120 {tail}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ten_spellings_are_one_number() {
        let spellings: HashSet<String> = (0..10).map(|way| spelling(123_456, way)).collect();
        assert_eq!(spellings.len(), 10);
    }
}
