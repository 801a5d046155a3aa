//! The pages as office workers ask for them: how long the first answer takes among many customers and leads.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use domain::{Actor, Role};
use fastrand::Rng;
use hub::Hub;
use hub::orgs::MadeOrg;
use hub::sessions::{Entrance, Origin};
use hub::users::{self, NewUser};

use crate::client::Connection;
use crate::figures::{Latencies, tell_figure, tell_rate};
use crate::fill::{self, Ground, SENDER};
use crate::server::Server;

/// Office workers at once in the last part.
const WORKERS: u64 = 8;

/// What is asked for: a name, and the address for one question.
type Ask = (&'static str, fn(&mut Rng, usize) -> String);

const PAGES: [Ask; 17] = [
    ("dashboard", |_, _| "/".to_owned()),
    ("customers, newest", |_, _| "/customers".to_owned()),
    ("customers, last changed", |_, _| "/customers?order=updated".to_owned()),
    ("customers, last four digits", |rng, count| format!("/customers?q={}", &fill::phone(rng.usize(..2 * count))[6..])),
    ("customers, a phone", |rng, count| format!("/customers?q={}", fill::phone(rng.usize(..2 * count)))),
    ("customers, a name", |_, _| "/customers?q=nguyen+van".to_owned()),
    ("customers, the commonest beginning", |_, _| "/customers?q=ngu".to_owned()),
    ("customers, oldest first by a filter", |_, _| "/customers?stage=customer&order=oldest".to_owned()),
    ("one customer", |rng, count| format!("/customers/{}", rng.usize(1..=count))),
    ("leads, board", |_, _| "/leads".to_owned()),
    ("leads, board of a search", |rng, count| format!("/leads?q={}", &fill::phone(rng.usize(..2 * count))[5..])),
    ("leads, table", |_, _| "/leads?view=table".to_owned()),
    ("one lead", |rng, count| format!("/leads/{}", rng.usize(1..=count))),
    ("deals, board", |_, _| "/deals".to_owned()),
    ("tickets", |_, _| "/tickets".to_owned()),
    ("inbox", |_, _| "/inbox".to_owned()),
    ("duplicates", |_, _| "/duplicates".to_owned()),
];

/// Fills the data, signs in, and asks for every page: one after the other, then all of them by several at once.
pub fn run(ground: &Ground, made: &MadeOrg, (customers, private): (usize, usize), seconds: u64) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let cookie = {
        fill::fill(ground, made.org.id, customers, customers, private)?;
        let hub = ground.hub()?;
        let email = if private == 0 { SENDER } else { member(&hub, made)? };
        match runtime.block_on(hub.enter(email, &made.password, &Origin::default()))? {
            Entrance::Open(secret) => format!("__Host-daumoi={}", secret.reveal()),
            Entrance::Choice(_) => bail!("the owner is in several orgs"),
        }
    };
    let server = Server::start(ground)?;
    runtime.block_on(async {
        // What came in by call is for those who keep the settings.
        let pages: Vec<Ask> = PAGES.into_iter().filter(|page| private == 0 || page.0 != "inbox").collect();
        for (name, address) in &pages {
            let mut connection = Connection::open(server.port).await?.with_cookie(&cookie);
            let (mut latencies, mut rng) = (Latencies::default(), Rng::with_seed(5));
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_secs(seconds) {
                ask(&mut connection, &address(&mut rng, customers), &mut latencies).await?;
            }
            tell_rate(&format!("page: {name}"), "req/s", latencies.count(), begun.elapsed(), &mut latencies);
        }
        let begun = Instant::now();
        let workers = (0..WORKERS).map(|seed| {
            let (port, cookie, pages) = (server.port, cookie.clone(), pages.clone());
            let end = begun + Duration::from_secs(4 * seconds);
            tokio::spawn(async move {
                let mut connection = Connection::open(port).await?.with_cookie(&cookie);
                let (mut latencies, mut rng) = (Latencies::default(), Rng::with_seed(seed));
                while Instant::now() < end {
                    let (_, address) = pages[rng.usize(..pages.len())];
                    ask(&mut connection, &address(&mut rng, customers), &mut latencies).await?;
                }
                Ok::<_, anyhow::Error>(latencies)
            })
        });
        let mut all = Latencies::default();
        for worker in workers.collect::<Vec<_>>() {
            all.join(worker.await??);
        }
        tell_rate(&format!("every page, {WORKERS} people at once"), "req/s", all.count(), begun.elapsed(), &mut all);
        Ok::<_, anyhow::Error>(())
    })?;
    tell_figure("resident memory, after the pages", "MB", server.resident());
    Ok(())
}

/// Makes a member, who has the owner's password.
fn member(hub: &Hub, made: &MadeOrg) -> Result<&'static str> {
    let email = "member@example.com";
    let password_hash = Some(users::hash_password(&made.password)?);
    let new = NewUser {
        email: email.to_owned(),
        name: "Nhân viên".to_owned(),
        role: Role::Member,
        staff_code: None,
        number: None,
        password_hash,
    };
    hub.write(Actor::cli(made.org.id), move |tx| users::create(tx, &new)).wait()?;
    Ok(email)
}

async fn ask(connection: &mut Connection, address: &str, latencies: &mut Latencies) -> Result<()> {
    let asked = Instant::now();
    let (status, page) = connection.get(address).await?;
    latencies.add(asked);
    // A member does not find who is hidden.
    let is_one = address.rsplit('/').next().is_some_and(|last| last.parse::<u64>().is_ok());
    ensure!(status == 200 || (status == 404 && is_one), "{address}: {status}");
    ensure!(page.contains("</html>"), "{address}: not a whole page");
    Ok(())
}
