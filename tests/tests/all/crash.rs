//! The program killed in the middle of its work: what it acknowledged is there when it comes back, once and whole.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use domain::change::What;
use domain::{ContactKind, Customer, Id, OrgId, Viewer};
use hub::{Filter, Hub, Place, customers};
use proofs::disk::is_ready;
use proofs::races::emptied;
use stories::{Client, Program};
use testbed::TestPlace;

/// Connections that post at once.
const CALLERS: usize = 64;
/// Acknowledged records after which the program is killed.
const ENOUGH: usize = 200;

/// A record that was acknowledged, and its `PID-n` if that was told.
type Told = (Sent, Option<String>);

/// One record on its way.
#[derive(Debug, Clone)]
struct Sent {
    round: usize,
    caller: usize,
    step: usize,
}

impl Sent {
    fn name(&self) -> String {
        format!("Khách {} {} {}", self.round, self.caller, self.step)
    }

    fn phone(&self) -> String {
        format!("09{}{:02}{:05}", self.round, self.caller, self.step)
    }

    fn email(&self) -> String {
        format!("k{}.{}.{}@example.com", self.round, self.caller, self.step)
    }

    fn body(&self) -> String {
        format!(
            r#"{{"senderUser":"chu@example.com","data":[{{"actionType":"add-contact","data":{{"contactType":"customer","type":0,
                "name":"{}","phones":[{{"type":"Work","value":"{}"}}],"emails":[{{"type":"Work","value":"{}"}}]}}}}]}}"#,
            self.name(),
            self.phone(),
            self.email()
        )
    }
}

/// Posts one record after another until the connection breaks; tells of each that was acknowledged, with its `PID-n` if it was
/// told. A PostgreSQL that is held up for a moment is taken for one that is away: then a call waits on disk, or is told to come again.
fn call(address: SocketAddr, path: &str, may_wait: bool, [round, caller]: [usize; 2], acknowledged: &Sender<Told>) {
    let Ok(mut client) = Client::connect(address) else { return };
    for step in 0.. {
        let sent = Sent { round, caller, step };
        let Ok(answer) = client.post(path, &sent.body()) else { return };
        if may_wait && answer.status == 503 {
            thread::sleep(Duration::from_millis(20));
            continue;
        }
        assert_eq!(answer.status, 200, "{}", answer.body);
        let answer: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let item = &answer["data"][0];
        let is_waiting = may_wait && item["status"] == "queued";
        assert!(is_waiting || item["status"] == "created", "{answer}");
        let code = (!is_waiting).then(|| item["id"].as_str().unwrap().to_owned());
        if acknowledged.send((sent, code)).is_err() {
            return;
        }
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let place = TestPlace::new();
    let database = match place.place() {
        Place::Sqlite(_) => None,
        Place::Postgres(url) => Some(url.as_str()),
    };
    let may_wait = place.is_postgres();
    let program = Program::new(place.folder(), database);
    let org = program.json(&["org", "create", "--slug", "sap", "--name", "Sập", "--admin-email", "chu@example.com"]);
    let path = org["listener"]["path"].as_str().unwrap();
    let mut acknowledged = HashMap::new();
    for round in 0..3 {
        let serving = program.serve();
        let address = serving.address();
        thread::scope(|scope| {
            let (teller, told) = channel();
            for caller in 0..CALLERS {
                let teller = teller.clone();
                scope.spawn(move || call(address, path, may_wait, [round, caller], &teller));
            }
            drop(teller);
            acknowledged.extend(told.iter().take(ENOUGH).map(|(sent, code)| (sent.phone(), (sent, code))));
            match round {
                // The last time it is asked to stop: what it accepted it finishes.
                2 => assert!(serving.stop().success()),
                _ => serving.kill(),
            }
            // Those whose answers came just before the end.
            acknowledged.extend(told.iter().map(|(sent, code)| (sent.phone(), (sent, code))));
        });
    }
    assert!(acknowledged.len() >= 3 * ENOUGH);
    // It comes back, and serves.
    let serving = program.serve();
    emptied(serving.address()).unwrap();
    assert!(is_ready(&mut Client::connect(serving.address()).unwrap()).unwrap());
    check(&place, OrgId(org["org"]["id"].as_i64().unwrap()), &acknowledged);
    assert!(serving.stop().success());
}

fn check(place: &TestPlace, org: OrgId, acknowledged: &HashMap<String, Told>) {
    let hub = place.hub();
    let everybody = Filter::everything(Viewer::Org);
    let (all, total) = hub.read(org, move |tx| customers::search(tx, &everybody, 0, 1_000_000)).wait().unwrap();
    assert_eq!(all.len() as i64, total);
    assert_eq!(place.number("SELECT count(*) FROM customers"), total, "every record can be found");
    let mut by_phone: HashMap<&str, &Customer> = HashMap::new();
    for customer in &all {
        let phone = customer.points_of(ContactKind::Phone).next().unwrap().raw.as_str();
        assert!(by_phone.insert(phone, customer).is_none(), "{phone} is there twice");
        is_whole(&hub, org, customer);
    }
    for (phone, (sent, code)) in acknowledged {
        let customer = by_phone.get(phone.as_str()).unwrap_or_else(|| panic!("{phone} was acknowledged and is lost"));
        assert_eq!(customer.name, sent.name());
        assert_eq!(customer.points_of(ContactKind::Email).next().unwrap().raw, sent.email());
        assert!(code.as_ref().is_none_or(|code| customers::reading_code(customer) == *code), "{customer:?}");
    }
    // Every tenth is asked for as people do.
    for (phone, (sent, _)) in acknowledged.iter().step_by(10) {
        let filter = Filter { keyword: Some(phone.clone()), ..Filter::everything(Viewer::Org) };
        let (found, _) = hub.read(org, move |tx| customers::search(tx, &filter, 0, 10)).wait().unwrap();
        assert_eq!(found.iter().map(|customer| customer.name.clone()).collect::<Vec<_>>(), [sent.name()]);
    }
    let calls = place.number("SELECT count(*) FROM requests");
    assert_eq!(calls, total, "a journal row for each record, and none for what was not done");
}

/// Whether everything that belongs to a record is there: points, keys, one line of history, and the call with its answer.
fn is_whole(hub: &Hub, org: OrgId, customer: &Customer) {
    assert_eq!(customer.points.len(), 2, "{}", customer.name);
    let (id, keys) = (customer.id, customer.keys());
    let holders: Vec<Option<Id>> = hub
        .read(org, move |tx| keys.iter().map(|key| store::identities::holder(tx, key)).collect::<domain::Result<_>>())
        .wait()
        .unwrap();
    assert_eq!(holders, [Some(id), Some(id)]);
    let lines = hub.read(org, move |tx| store::changes::of_customer(tx, id, 10)).wait().unwrap();
    assert_eq!(lines.iter().map(|line| line.what).collect::<Vec<_>>(), [What::Created]);
    let request = lines[0].request.unwrap();
    let call = hub.read(org, move |tx| store::requests::find(tx, request)).wait().unwrap().unwrap();
    assert_eq!((call.status, call.outcome.as_str(), call.touched), (200, "ok", vec![customer.number]));
    assert!(call.answer.contains(&format!("\"{}\"", customers::reading_code(customer))), "{}", call.answer);
}
