//! PostgreSQL goes away and comes back: what the listener acknowledged meanwhile is there afterwards, in its order and once.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use domain::{Id, OrgId};
use hub::Place;
use serde_json::{Value, json};
use stories::{Client, Program};
use testbed::TestPlace;

/// A test that waits longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(120);
/// Deliveries while the database is away.
const AWAY: usize = 24;

/// A way to a server that can be closed and opened.
struct Bridge {
    address: SocketAddr,
    is_open: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Bridge {
    fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, server) = (listener.local_addr().unwrap(), server.to_owned());
        let is_open = Arc::new(AtomicBool::new(true));
        let streams: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let (opened, all) = (Arc::clone(&is_open), Arc::clone(&streams));
        thread::spawn(move || {
            for here in listener.incoming().flatten() {
                // Whoever comes while it is closed is sent away at once.
                let Some(there) = opened.load(SeqCst).then(|| TcpStream::connect(&server).unwrap()) else { continue };
                for (from, to) in [(&here, &there), (&there, &here)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    all.lock().unwrap().push(from.try_clone().unwrap());
                    thread::spawn(move || carry(from, to));
                }
            }
        });
        Self { address, is_open, streams }
    }

    fn close(&self) {
        self.is_open.store(false, SeqCst);
        for stream in self.streams.lock().unwrap().drain(..) {
            // The other end may have closed it before.
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    fn open(&self) {
        self.is_open.store(true, SeqCst);
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Both));
}

/// The same database by way of a bridge.
fn bridged(url: &str) -> (Bridge, String) {
    let (user, rest) = url.split_once('@').unwrap();
    let (server, name) = rest.split_once('/').unwrap();
    let bridge = Bridge::to(server);
    let url = format!("{user}@{}/{name}", bridge.address);
    (bridge, url)
}

fn delivery(action: &str, data: &Value) -> String {
    json!({"senderUser": "chu@example.com", "data": [{"actionType": action, "data": data}]}).to_string()
}

/// The first `n` as one record, and one more each time.
fn nth(n: usize) -> String {
    if n.is_multiple_of(2) {
        return delivery(
            "update-contact",
            &json!({"emails": [{"value": "an@example.com"}], "bgInfo": format!("lần {n}")}),
        );
    }
    delivery("add-contact", &json!({"name": format!("Khách {n}"), "phones": [{"value": format!("09020000{n:02}")}]}))
}

fn first_status(answer: &stories::Answer) -> String {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    body["data"][0]["status"].as_str().unwrap_or_default().to_owned()
}

/// What Prometheus is told of the calls that wait.
fn waiting(client: &mut Client) -> usize {
    let metrics = client.get("/metrics").unwrap().body;
    let line = metrics.lines().find_map(|line| line.strip_prefix("daumoi_spool_calls "));
    line.unwrap().parse::<f64>().unwrap() as usize
}

/// Posts a delivery of one item, and comes back when it is in the database. One that came while a busy machine held the server up
/// waits on disk for a moment, or is told to come again.
fn arrives(client: &mut Client, path: &str, delivery: &str) -> bool {
    let mut answer = None;
    let is_taken = comes(|| {
        answer = Some(client.post(path, delivery).unwrap()).filter(|answer| answer.status != 503);
        answer.is_some()
    });
    let status = answer.as_ref().map(first_status).unwrap_or_default();
    is_taken && (status == "created" || status == "queued" && comes(|| waiting(client) == 0))
}

fn comes(mut what: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if what() {
            return true;
        }
        thread::sleep(Duration::from_millis(10));
    }
    false
}

/// What lies in the journal, oldest first, and how often each history line was written.
fn journal(place: &TestPlace, org: OrgId) -> (Vec<(Id, String, String)>, usize) {
    let hub = place.hub();
    let rows = hub.read(org, |tx| store::requests::list(tx, 1_000)).wait().unwrap();
    let mut rows: Vec<_> = rows.into_iter().map(|row| (row.id, row.body, row.outcome)).collect();
    rows.sort();
    (rows, place.number("SELECT COUNT(*) FROM changes") as usize)
}

fn note(program: &Program) -> Value {
    let found = program.json(&["customers", "--org", "acme", "an@example.com"]);
    let number = found[0]["number"].to_string();
    program.json(&["customer", "--org", "acme", &number])
}

fn copy(from: &Path, to: &Path) -> usize {
    fs::create_dir_all(to).unwrap();
    let files = fs::read_dir(from).unwrap().map(|file| file.unwrap().path());
    let calls: Vec<_> = files.filter(|file| file.extension().is_some_and(|ending| ending == "calls")).collect();
    for file in &calls {
        fs::copy(file, to.join(file.file_name().unwrap())).unwrap();
    }
    calls.len()
}

#[test]
fn what_was_acknowledged_without_the_database_is_in_it_afterwards() {
    let place = TestPlace::new();
    // A file on the same disk is never away.
    let Place::Postgres(url) = place.place() else { return };
    let (bridge, url) = bridged(url);
    let program = Program::new(place.folder(), Some(&url));
    let made = program.json(&["org", "create", "--slug", "acme", "--name", "ACME", "--admin-email", "chu@example.com"]);
    let org = OrgId(made["org"]["id"].as_i64().unwrap());
    let (path, token) = (made["listener"]["path"].as_str().unwrap(), made["token"].as_str().unwrap());

    let serving = program.serve();
    let mut client = Client::connect(serving.address()).unwrap();
    let an = json!({"name": "An", "emails": [{"value": "an@example.com"}]});
    assert!(arrives(&mut client, path, &delivery("add-contact", &an)));
    let second = program.json(&["listener", "create", "--org", "acme", "--name", "Thứ hai"]);
    let second = second["path"].as_str().unwrap();
    assert!(arrives(&mut client, second, &nth(1)));
    let known = journal(&place, org).0.len();

    bridge.close();
    for n in 1..=AWAY {
        let answer = client.post(path, &nth(n)).unwrap();
        assert_eq!((answer.status, first_status(&answer)), (200, "queued".to_owned()), "{answer:?}");
    }
    // What can be said without the database is said.
    let answer = client.post(path, r#"{"data": []}"#).unwrap();
    assert!(answer.status == 400 && answer.body.contains("senderUser"), "{answer:?}");
    // Nobody is let in whom the program does not know, and other doors say that they are busy.
    assert_eq!(client.post("/webhook/listener/khong-co-that-khong-co-that", &nth(1)).unwrap().status, 503);
    let headers = [("authorization", format!("Bearer {token}")), ("content-type", "application/json".to_owned())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let answer = client.send("POST", "/api/v2/contact/add", &headers, br#"{"fullName": "Y"}"#).unwrap();
    assert!(answer.status != 200 && answer.body.contains("đang bận"), "{answer:?}");
    // One that nothing can be made of afterwards, because its listener is gone.
    assert_eq!(first_status(&client.post(second, &nth(3)).unwrap()), "queued");
    place.execute("DELETE FROM listener_paths; DELETE FROM listeners WHERE number = 2");
    // Nor does a rehearsal wait: its caller is told now or not at all.
    let dry = [("content-type", "application/json"), ("x-daumoi-dry-run", "1")];
    assert_eq!(client.send("POST", path, &dry, nth(1).as_bytes()).unwrap().status, 503);
    assert_eq!(journal(&place, org).0.len(), known, "nothing reached the database");

    // The process dies in the middle of it; the next one finds what it left.
    serving.kill();
    let spool = place.folder().join("spool");
    let aside = place.folder().join("copy");
    assert!(copy(&spool, &aside) > 0);
    bridge.open();
    let serving = program.serve();
    let mut client = Client::connect(serving.address()).unwrap();
    assert!(comes(|| waiting(&mut client) == 0), "{} calls still wait", waiting(&mut client));
    let (rows, changes) = journal(&place, org);
    let bodies: Vec<_> = rows[known..].iter().map(|(_, body, outcome)| (body.clone(), outcome.as_str())).collect();
    let mut sent: Vec<_> = (1..=AWAY).map(|n| (nth(n), "ok")).collect();
    sent.extend([r#"{"data": []}"#.to_owned(), nth(3)].map(|body| (body, "refused")));
    assert_eq!(bodies, sent, "each once, as it came and in its order");
    let whole = note(&program);
    assert!(whole.to_string().contains(&format!("lần {AWAY}")), "{whole}");
    let lines: Vec<_> = whole["history"].as_array().unwrap().iter().map(|line| line["new"].to_string()).collect();
    let numbers: Vec<usize> = lines
        .iter()
        .filter_map(|line| line.split_once("lần ").and_then(|(_, rest)| rest.trim_end_matches('"').parse().ok()))
        .collect();
    assert_eq!(numbers.len(), AWAY / 2, "{lines:?}");
    assert!(numbers.is_sorted() || numbers.iter().rev().is_sorted(), "{numbers:?}");

    // The same calls found once more, as after a crash in the middle of working them off: nothing is done twice.
    let status = serving.stop();
    assert!(status.success(), "{status}");
    assert!(copy(&aside, &spool) > 0);
    let serving = program.serve();
    let mut client = Client::connect(serving.address()).unwrap();
    assert!(comes(|| waiting(&mut client) == 0));
    assert_eq!(journal(&place, org), (rows, changes));

    // And it listens as before.
    let last = delivery("add-contact", &json!({"name": "Bình", "phones": [{"value": "0903000001"}]}));
    assert!(arrives(&mut client, path, &last));
    assert!(fs::read_dir(&spool).unwrap().all(|file| file.unwrap().file_name() == "lock"), "nothing stays on disk");
}
