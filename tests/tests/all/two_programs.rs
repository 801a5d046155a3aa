//! Two programs serve one database: sixteen callers race on two hundred numbers, each in five spellings.

use std::thread;
use std::time::{Duration, Instant};

use domain::{OrgId, Viewer};
use hub::{Filter, Place, customers};
use proofs::races::emptied;
use stories::{Client, Program, Serving};
use testbed::TestPlace;

const CALLERS: usize = 16;
const NUMBERS: usize = 200;
/// How long a program may say that it is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// The same number in five spellings.
fn spelling(number: usize, way: usize) -> String {
    let digits = format!("{:09}", 905_000_000 + number);
    let (head, tail) = digits.split_at(3);
    match way % 5 {
        0 => format!("0{digits}"),
        1 => format!("+84{digits}"),
        2 => format!("84{digits}"),
        3 => format!("0084 {head} {tail}"),
        _ => format!("0{head}.{tail}"),
    }
}

#[test]
fn two_hundred_numbers_are_two_hundred_customers() {
    let place = TestPlace::new();
    let database = match place.place() {
        Place::Sqlite(_) => None,
        Place::Postgres(url) => Some(url.as_str()),
    };
    let is_postgres = place.is_postgres();
    let program = Program::new(place.folder(), database);
    let org = program.json(&["org", "create", "--slug", "dua", "--name", "Đua", "--admin-email", "chu@example.com"]);
    let path = org["listener"]["path"].as_str().unwrap();
    let nodes = [program.serve(), program.serve()];
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let address = nodes[caller % 2].address();
            scope.spawn(move || {
                let mut client = Client::connect(address).unwrap();
                for number in 0..NUMBERS {
                    let phone = spelling(number, caller);
                    let body = format!(
                        r#"{{"senderUser":"chu@example.com","data":[{{"actionType":"add-contact","data":{{"name":"Khách {number}","phones":["{phone}"]}}}}]}}"#
                    );
                    let begun = Instant::now();
                    let mut answer = client.post(path, &body).unwrap();
                    // The other program has the file, or a PostgreSQL that is held up for a moment is taken for one that is away.
                    while answer.body.contains("đang bận") && begun.elapsed() < PATIENCE {
                        thread::sleep(Duration::from_millis(20));
                        answer = client.post(path, &body).unwrap();
                    }
                    assert_eq!(answer.status, 200, "{}", answer.body);
                    let says = |word: &str| answer.body.contains(&format!(r#""status":"{word}""#));
                    let known = says("created") || says("duplicated") || is_postgres && says("queued");
                    assert!(known, "{}", answer.body);
                }
            });
        }
    });
    nodes.iter().map(Serving::address).for_each(|node| emptied(node).unwrap());
    for node in nodes {
        assert!(node.stop().success());
    }
    let org = OrgId(org["org"]["id"].as_i64().unwrap());
    let filter = Filter::everything(Viewer::Org);
    let (_, total) = place.hub().read(org, move |tx| customers::search(tx, &filter, 0, 1)).wait().unwrap();
    assert_eq!(total, NUMBERS as i64);
}
