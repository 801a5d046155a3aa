//! Creating through each dialect, beside the hub's rate for a contact, and many contacts in one OMICRM call.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hub::orgs::MadeOrg;
use tokio::runtime::Runtime;

use crate::client::Connection;
use crate::crowd::Crowd;
use crate::figures::{Latencies, tell_figure, tell_rate};
use crate::fill::{self, Ground};
use crate::ingest;
use crate::server::Server;

/// What a client of a dialect posts for contact `index`, and what the answer then holds.
struct Door {
    name: &'static str,
    path: String,
    body: fn(&Made, &mut fastrand::Rng, usize) -> String,
    success: &'static str,
}

/// What the bodies need to know of the org.
#[derive(Clone)]
struct Made {
    vbot_id: String,
    project_code: String,
}

/// Runs every part.
pub fn run(ground: &Ground, made: &MadeOrg, seconds: u64, connections: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let hub_rate = {
        let hub = ground.hub()?;
        runtime.block_on(ingest::through_hub(&hub, made.org.id, 15_000_000, (connections, seconds)))?
    };
    let server = Server::start(ground)?;
    let next = Arc::new(AtomicUsize::new(60_000_000));
    let org = Made { vbot_id: made.org.vbot_id.clone(), project_code: made.org.project_code.clone() };
    runtime.block_on(lists(&server, made, &org))?;
    for door in doors(made) {
        let rate = load(&runtime, &server, made, &org, &door, (connections, seconds), &next)?;
        tell_figure(&format!("{} / hub", door.name), "×", rate / hub_rate);
    }
    add_many(&runtime, &server, made, seconds, &next)
}

fn doors(made: &MadeOrg) -> Vec<Door> {
    let query = format!("?access_token={}", made.token.reveal());
    vec![
        Door {
            name: "1Office contact/insert",
            path: format!("/api/customer/contact/insert{query}"),
            body: |_, random, index| {
                let (name, phone) = (fill::name(random), fill::phone(index));
                format!(
                    r#"{{"code":"KH{index}","type":"Cá nhân","name":"{name}","phones":"{phone}","emails":"k{index}@example.com","fountain_head_id":"Website","trade_ids":"Bán lẻ"}}"#
                )
            },
            success: r#""error":false"#,
        },
        Door {
            name: "OMICRM contact/add",
            path: "/api/v2/contact/add".to_owned(),
            body: |_, random, index| omicrm(random, index),
            success: r#""payload":true"#,
        },
        Door {
            name: "VBot customer/create",
            path: "/api/crm/customer/create".to_owned(),
            body: |made, random, index| {
                let (name, phone) = (fill::name(random), fill::phone(index));
                format!(
                    r#"{{"vbot_id":"{}","project_code":"{}","customer_no":"V{index}","customer_name":"{name}","customer_phones":["{phone}"],"customer_email":"v{index}@example.com","customer_status_code":"BENCH","customer_type_code":"BENCH","customer_group_name":"BENCH"}}"#,
                    made.vbot_id, made.project_code
                )
            },
            success: r#""error":0"#,
        },
        Door {
            name: "CareSoft lead",
            path: "/bench/api/v1/lead".to_owned(),
            body: |_, random, index| {
                let (name, phone) = (fill::name(random), fill::phone(index));
                format!(
                    r#"{{"lead":{{"username":"{name}","phone":"{phone}","email":"c{index}@example.com","subject":"Hỏi giá","service_id":1}}}}"#
                )
            },
            success: r#""code":"ok""#,
        },
    ]
}

fn omicrm(random: &mut fastrand::Rng, index: usize) -> String {
    let (name, phone) = (fill::name(random), fill::phone(index));
    format!(
        r#"{{"refId":"R{index}","fullName":"{name}","tags":["web","vip"],"phones":[{{"data":"{phone}","type":"personal"}}],"emails":[{{"data":"o{index}@example.com","type":"personal"}}]}}"#
    )
}

fn load(
    runtime: &Runtime,
    server: &Server,
    made: &MadeOrg,
    org: &Made,
    door: &Door,
    (connections, seconds): (usize, u64),
    next: &Arc<AtomicUsize>,
) -> Result<f64> {
    let (org, body, next) = (org.clone(), door.body, Arc::clone(next));
    let crowd = Crowd { servers: &[server], connections, seconds, token: Some(made.token.reveal()) };
    let made = move |random: &mut fastrand::Rng| body(&org, random, next.fetch_add(1, Relaxed));
    runtime.block_on(crowd.post(door.name, &door.path, made, door.success))
}

/// The status, type and group that the VBot customers name; there from the second time on.
async fn lists(server: &Server, made: &MadeOrg, org: &Made) -> Result<()> {
    let mut connection = Connection::open(server.port).await?.with_token(made.token.reveal());
    for list in ["status", "type", "group"] {
        let body = format!(
            r#"{{"vbot_id":"{}","project_code":"{}","{list}_no":"BENCH","{list}_name":"BENCH"}}"#,
            org.vbot_id, org.project_code
        );
        connection.post(&format!("/api/crm/{list}/create"), &body).await?;
    }
    Ok(())
}

fn add_many(runtime: &Runtime, server: &Server, made: &MadeOrg, seconds: u64, next: &Arc<AtomicUsize>) -> Result<()> {
    const ITEMS: usize = 1_000;
    let mut all = Latencies::default();
    runtime.block_on(async {
        let mut connection = Connection::open(server.port).await?.with_token(made.token.reveal());
        let mut random = fastrand::Rng::with_seed(3);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(seconds) {
            let first = next.fetch_add(ITEMS, Relaxed);
            let items: Vec<_> = (first..first + ITEMS).map(|index| omicrm(&mut random, index)).collect();
            let body = format!(r#"{{"data":[{}]}}"#, items.join(","));
            let asked = Instant::now();
            let (status, answer) = connection.post("/api/v2/contact/addMany", &body).await?;
            ensure!(status == 200 && answer.contains(r#""success":true"#), "{status} {answer}");
            all.add(asked);
        }
        tell_rate("OMICRM addMany, 1,000 a call", "items/s", all.count() * ITEMS, begun.elapsed(), &mut all);
        Ok(())
    })
}
