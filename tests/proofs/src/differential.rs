//! SQLite beside PostgreSQL: one random stream of calls to both, in process, with the same clock and the same ids, and not one
//! answer that differs.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use domain::{Actor, Clock, Dialect, Id, Ids, Instant, OrgId, Role};
use hub::files::Files;
use hub::preset::{self, Preset};
use hub::tokens::{NewToken, Secret};
use hub::{FixedClock, Hub, Options, Place};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::cluster::Cluster;
use crate::desk::{Call, Desk};
use crate::look::Look;
use crate::say;
use crate::stand::doors;
use crate::stream::{Stream, number_of};

/// `./prove differential`: SQLite beside PostgreSQL
#[derive(Debug, clap::Args)]
pub struct Differential {
    /// Calls in the stream
    #[arg(long, default_value_t = 24_000)]
    calls: usize,
    /// Which stream
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// One engine with the program's doors before it.
pub struct Side {
    router: Router,
    clock: Arc<FixedClock>,
    ids: Arc<CallIds>,
    look: Look,
    /// Numbers of records by the order in which they were made.
    numbers: Vec<(char, Vec<String>)>,
    org: i64,
    _folder: TempDir,
}

/// What each kind of record with numbers of its own is called in a call, and where it is kept.
const NUMBERED: [(char, &str); 6] =
    [('c', "customers"), ('l', "leads"), ('d', "deals"), ('t', "tickets"), ('n', "notes"), ('m', "messages")];

/// Ids that begin anew with each call, so that a unit that one engine ran twice shifts nothing behind it.
#[derive(Default)]
struct CallIds(AtomicI64);

impl Ids for CallIds {
    fn next(&self, _: Instant) -> Id {
        Id(self.0.fetch_add(1, SeqCst) + 1)
    }
}

/// What came of a stream.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Calls sent to both.
    pub calls: usize,
    /// Answers that are the same byte by byte.
    pub equal: usize,
    /// Answers that are the same but for record numbers, of which PostgreSQL leaves some out.
    pub renumbered: usize,
    /// Calls that were refused, by both alike.
    pub refused: usize,
    /// What differs: call and both answers.
    pub different: Vec<String>,
}

impl Differential {
    /// Runs it.
    pub fn run(&self) -> Result<()> {
        // Nothing here has to survive anything.
        let cluster = Cluster::start("fsync = off\nsynchronous_commit = off")?;
        let mut sides = [Side::open(None)?, Side::open(Some(&cluster.database("differential")?))?];
        let outcome = compare(&mut sides, self.seed, self.calls)?;
        let rows = sides.each_mut().map(Side::counts);
        let [here, there] = rows;
        let (here, there) = (here?, there?);
        outcome.different.iter().take(5).for_each(say::note);
        say::figure("calls refused, by both alike", outcome.refused);
        say::figure("answers equal byte by byte", outcome.equal);
        say::figure("answers equal but for numbers that were left out", outcome.renumbered);
        let count = outcome.different.len();
        say::promise(&format!("different answers of {}", outcome.calls), count, "0", count == 0)?;
        say::promise("rows of every kind in the end", &here, "the same on both", here == there)?;
        control(&mut sides, self.seed)
    }
}

/// With one record changed on one side only, the same comparison sees it.
fn control(sides: &mut [Side; 2], seed: u64) -> Result<()> {
    let org = sides[0].org;
    sides[0].look.execute(&format!("UPDATE customers SET name = 'Ai đó' WHERE org_id = {org}"))?;
    let outcome = compare(sides, seed ^ 0xABCD, 300)?;
    let count = outcome.different.len();
    say::control("control: names changed on one side", format_args!("{count} different"), count > 0)
}

/// Sends one stream to both sides and compares every answer.
pub fn compare(sides: &mut [Side; 2], seed: u64, calls: usize) -> Result<Outcome> {
    let desk = Desk::known(sides[0].org, SLUG, TOKEN, LISTENER);
    let mut stream = Stream::new(seed, &desk);
    let mut outcome = Outcome { calls, ..Outcome::default() };
    let begin = sides[0].clock.now();
    for index in 0..calls {
        let call = stream.next_call();
        let at = Instant(begin.0 + (index as i64 + 1) * 1_700_003);
        let mut answers = Vec::new();
        for side in sides.iter_mut() {
            side.refresh(index)?;
            answers.push(side.ask(&desk, &call, at)?);
        }
        let [(status, here), (other, there)] = &answers[..] else { continue };
        outcome.refused += usize::from(*status >= 400 || is_refusal(here));
        if (status, here) == (other, there) {
            outcome.equal += 1;
            continue;
        }
        sides.iter_mut().try_for_each(Side::reread)?;
        if status == other && is_renumbered(here, there, sides) {
            outcome.renumbered += 1;
        } else {
            outcome.different.push(format!(
                "{index}: {} {}\n{}\n{status} {here}\n{other} {there}",
                call.method, call.path, call.body
            ));
        }
    }
    Ok(outcome)
}

fn is_refusal(answer: &str) -> bool {
    [r#""error":true"#, r#""payload":false"#, r#""status":0"#, r#""status":"error""#, r#""data":null"#]
        .iter()
        .any(|word| answer.contains(word))
}

/// Whether two answers differ in nothing but numbers of the same records: piece by piece, digits apart from the rest.
fn is_renumbered(here: &str, there: &str, sides: &[Side; 2]) -> bool {
    let (here, there) = (pieces(here), pieces(there));
    here.len() == there.len()
        && here.iter().zip(&there).all(|(one, other)| one == other || is_same_record(one, other, sides))
}

fn is_same_record(one: &str, other: &str, sides: &[Side; 2]) -> bool {
    let [here, there] = sides.each_ref().map(|side| &side.numbers);
    here.iter().zip(there).any(|((_, here), (_, there))| {
        here.iter().zip(there).any(|(mine, yours)| mine.as_str() == one && yours.as_str() == other)
    })
}

/// A text in runs of digits and of anything else.
fn pieces(text: &str) -> Vec<&str> {
    text.as_bytes()
        .chunk_by(|one, other| one.is_ascii_digit() == other.is_ascii_digit())
        .scan(0, |place, chunk| {
            let piece = &text[*place..*place + chunk.len()];
            *place += chunk.len();
            Some(piece)
        })
        .collect()
}

const SLUG: &str = "hai-ben";
const TOKEN: &str = "token-of-both";
const LISTENER: &str = "listener-of-both";

impl Side {
    /// A fresh database, on SQLite or at the address of an empty PostgreSQL database, with an org in it.
    pub fn open(database: Option<&str>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let place = match database {
            Some(url) => Place::Postgres(url.to_owned()),
            None => Place::Sqlite(folder.path().join("daumoi.db")),
        };
        store::migrate::run(&place, testbed::STILL)?;
        let clock = Arc::new(FixedClock::new(testbed::STILL));
        let ids = Arc::new(CallIds::default());
        let hand = Arc::clone(&clock) as Arc<dyn Clock>;
        let options = Options { connections: 4, silence: Duration::from_secs(120), ..Options::default() };
        let hub = Hub::open_with(
            &place,
            options,
            Files::local(&folder.path().join("files"))?,
            hand,
            Arc::clone(&ids) as Arc<dyn Ids>,
        )?;
        let org = make_org(&hub)?;
        let look = Look::at(folder.path(), database)?;
        let numbers = NUMBERED.iter().map(|(kind, _)| (*kind, Vec::new())).collect();
        Ok(Self { router: doors(&hub), clock, ids, look, numbers, org: org.0, _folder: folder })
    }

    /// Reads the numbers anew every now and then: the stream asks for old records, not for the newest.
    fn refresh(&mut self, index: usize) -> Result<()> {
        if index.is_multiple_of(50) { self.reread() } else { Ok(()) }
    }

    fn reread(&mut self) -> Result<()> {
        for ((_, known), (_, table)) in self.numbers.iter_mut().zip(NUMBERED) {
            let query = format!("SELECT CAST(number AS TEXT) FROM {table} WHERE org_id = {} ORDER BY id", self.org);
            *known = self.look.rows(&query)?.into_iter().map(|mut row| row.swap_remove(0)).collect();
        }
        Ok(())
    }

    /// Rows of every table, as far as both engines have the same ones.
    fn counts(&mut self) -> Result<String> {
        let tables = [
            "customers",
            "contact_points",
            "identities",
            "leads",
            "deals",
            "tickets",
            "notes",
            "messages",
            "changes",
            "requests",
            "duplicates",
            "labels",
            "field_values",
            "catalog_items",
            "fields",
        ];
        let mut told = Vec::new();
        for table in tables {
            told.push(format!(
                "{table} {}",
                self.look.number(&format!("SELECT count(*) FROM {table} WHERE org_id = {}", self.org))?
            ));
        }
        Ok(told.join(", "))
    }

    /// Sends a call, with this side's numbers in it, at a moment.
    fn ask(&mut self, desk: &Desk, call: &Call, at: Instant) -> Result<(u16, String)> {
        self.clock.set(at);
        // Far above what made the org, and a gap between one call and the next.
        self.ids.0.store(at.0, SeqCst);
        let mut request = Request::builder().method(call.method).uri(self.filled(&call.path));
        for (name, value) in desk.headers() {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(self.filled(&call.body)))?;
        let router = self.router.clone();
        testbed::block_on(async move {
            let answer = router.oneshot(request).await.context("a router that cannot fail failed")?;
            let status = answer.status().as_u16();
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await?;
            ensure!(status < 500, "{status} {}", String::from_utf8_lossy(&body));
            Ok((status, String::from_utf8_lossy(&body).into_owned()))
        })
        .with_context(|| format!("{} {}\n{}", call.method, call.path, call.body))
    }

    /// A text with the numbers of this side's records in the places kept for them.
    fn filled(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        while let Some(place) = filled.find('«') {
            let Some(end) = filled[place..].find('»').map(|end| place + end + '»'.len_utf8()) else { break };
            let number = self.number(&filled[place..end]).unwrap_or_else(|| "999999".to_owned());
            filled.replace_range(place..end, &number);
        }
        filled
    }

    fn number(&self, wanted: &str) -> Option<String> {
        self.numbers.iter().find_map(|(kind, numbers)| {
            let nth = wanted
                .strip_prefix(&number_of(*kind, 0).replace("0»", ""))?
                .strip_suffix('»')?
                .parse::<usize>()
                .ok()?;
            numbers.get(nth).cloned()
        })
    }
}

/// An org with the documents' lists and secrets that are the same on both sides.
fn make_org(hub: &Hub) -> Result<OrgId> {
    let org = testbed::org(hub, SLUG);
    let owner = testbed::user(hub, org, "chu@example.com", Role::Owner);
    let (opens, path) = (Secret::known(TOKEN), Secret::known(LISTENER));
    hub.write(Actor::cli(org), move |tx| {
        preset::fill(tx, Preset::VendorDocs, &owner)?;
        let new = NewToken {
            name: "all".to_owned(),
            dialects: Dialect::DOORS.to_vec(),
            user: Some(owner.id),
            expires_at: None,
            networks: Vec::new(),
        };
        hub::tokens::create(tx, &new, &opens)?;
        hub::listeners::create(tx, "web", &path)
    })
    .wait()?;
    Ok(org)
}
