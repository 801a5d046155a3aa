//! Workers killed at random: every event arrives, and one that arrives twice is told to be the same.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use domain::{Customer, Dialect, OrgId};
use hub::sealed::KeySource;
use hub::webhooks::NewEndpoint;
use hub::{Place, customers};
use stories::Program;
use testbed::TestPlace;

use crate::support::{block_on, patiently};

/// Workers that are killed and started again, side by side.
const WORKERS: usize = 4;
/// Events on their way.
const EVENTS: usize = 1_200;
/// Workers that are killed in all.
const KILLS: usize = 12;
/// A test that waits longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(300);

/// An event as it arrived: the id it was sent with, and what it said.
type Arrived = (String, String);

/// Answers every request with 200 and tells of each.
fn receive(listener: &TcpListener, teller: &Sender<Arrived>) {
    for stream in listener.incoming().flatten() {
        let teller = teller.clone();
        // It ends with the connection, which a kill may cut at any byte.
        thread::spawn(move || drop(answer(stream, &teller)));
    }
}

fn answer(stream: TcpStream, teller: &Sender<Arrived>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let (mut id, mut length, mut line) = (String::new(), 0, String::new());
        loop {
            line.clear();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let Some((name, value)) = line.trim().split_once(':') else {
                if line.trim().is_empty() {
                    break;
                }
                continue;
            };
            match name.to_ascii_lowercase().as_str() {
                "webhook-id" => value.trim().clone_into(&mut id),
                "content-length" => length = value.trim().parse().unwrap(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        // What was read whole has arrived, whatever becomes of the answer.
        if teller.send((id, String::from_utf8(body).unwrap())).is_err() {
            return Ok(());
        }
        reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")?;
    }
}

fn endpoint(hub: &hub::Hub, org: OrgId, address: SocketAddr) {
    let new = NewEndpoint {
        url: format!("http://{address}/"),
        events: Vec::new(),
        dialects: Vec::new(),
        format: domain::webhook::Format::Standard,
    };
    block_on(hub.create_endpoint(domain::Actor::cli(org), new, None)).unwrap();
}

#[test]
fn four_workers_killed_at_random_lose_nothing() {
    let place = TestPlace::new();
    let database = match place.place() {
        Place::Sqlite(_) => None,
        Place::Postgres(url) => Some(url.as_str()),
    };
    let hub = place.hub().with_key(KeySource::File(place.folder().join(hub::sealed::KEY_FILE)));
    let org = testbed::org(&hub, "sap");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    endpoint(&hub, org, listener.local_addr().unwrap());
    let (teller, arrived) = channel();
    thread::spawn(move || receive(&listener, &teller));

    let program = Program::new(place.folder(), database);
    // Longer than a machine is held up: an event that fails a second time rests for five minutes.
    let lines = ["work", "--allow-networks", "127.0.0.0/8", "--patience", "8", "--lease", "11", "--log", "error"];
    let mut workers: Vec<_> = (0..WORKERS).map(|_| program.start(&lines)).collect();
    let mut random = fastrand::Rng::with_seed(42);
    let mut said: HashMap<String, String> = HashMap::new();
    let mut told: HashSet<String> = HashSet::new();
    let mut twice = 0;
    let begun = Instant::now();
    let mut made = 0;
    while told.len() < EVENTS {
        assert!(begun.elapsed() < PATIENCE, "{} of {EVENTS} arrived", told.len());
        if made < EVENTS {
            let few = (made..(made + 20).min(EVENTS)).map(|step| format!("Khách {step}")).collect::<Vec<_>>();
            made += few.len();
            let unit = || {
                let few = few.clone();
                hub.write(testbed::actor(org, Dialect::Vbot, None), move |tx| {
                    few.iter().try_for_each(|name| {
                        let new = Customer { name: name.clone(), ..Customer::default() };
                        customers::create(tx, new, &[]).map(drop)
                    })
                })
            };
            patiently(|| unit().wait()).unwrap();
            if made % (EVENTS / KILLS) == 0 {
                workers.swap_remove(random.usize(..workers.len())).kill();
                workers.push(program.start(&lines));
            }
        }
        // Until all are made, what has come is taken in without waiting for more.
        let wait = if made < EVENTS { Duration::ZERO } else { Duration::from_millis(100) };
        while let Ok((id, body)) = arrived.recv_timeout(wait) {
            match said.insert(id.clone(), body.clone()) {
                Some(before) => {
                    assert_eq!(before, body, "{id} said something else the first time");
                    twice += 1;
                }
                None => {
                    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
                    let name = body["data"]["customer"]["name"].as_str().unwrap().to_owned();
                    assert!(told.insert(name.clone()), "{name} was told twice under different ids");
                }
            }
        }
    }
    // What a worker had in hand when it was killed, and no more: a claim of each.
    assert!(twice <= KILLS * 64, "{twice} arrived twice");
    workers.into_iter().for_each(|worker| assert!(worker.stop().success()));
    let left = "SELECT count(*) FROM deliveries WHERE state <> 'delivered'";
    // The answers of the very last ones may have been cut off with their worker: then they are still leased.
    assert!(place.number(left) <= (WORKERS * 64) as i64);
}
