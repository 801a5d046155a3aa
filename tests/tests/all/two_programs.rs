//! Two programs serve one database: sixteen callers race on two hundred numbers, each in five spellings.

use std::thread;

use domain::{OrgId, Viewer};
use hub::{Filter, Place, customers};
use stories::{Client, Program};
use testbed::TestPlace;

const CALLERS: usize = 16;
const NUMBERS: usize = 200;

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
                    let answer = client.post(path, &body).unwrap();
                    assert_eq!(answer.status, 200, "{}", answer.body);
                    let known = answer.body.contains(r#""status":"created""#) || answer.body.contains(r#""status":"duplicated""#);
                    assert!(known, "{}", answer.body);
                }
            });
        }
    });
    for node in nodes {
        assert!(node.stop().success());
    }
    let org = OrgId(org["org"]["id"].as_i64().unwrap());
    let filter = Filter::everything(Viewer::Org);
    let (_, total) = place.hub().read(org, move |tx| customers::search(tx, &filter, 0, 1)).wait().unwrap();
    assert_eq!(total, NUMBERS as i64);
}
