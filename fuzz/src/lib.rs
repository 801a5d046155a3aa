//! What the targets of the dialects share: an org behind the routes, asked with whatever the fuzzer thinks of.

use std::cell::RefCell;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use domain::{Actor, Dialect, Error, Role};
use hub::preset::{self, Preset};
use hub::tokens::{NewToken, Secret};
use hub::{Hub, Place};
use kit::http::Shared;
use libfuzzer_sys::Corpus;
use serde_json::Value;
use store::check::Depth;
use testbed::TestPlace;
use tower::ServiceExt as _;

/// Requests to one org; then it is looked over, and another one takes its place.
const LIFE: u32 = 1_000;

/// A dialect as its clients meet it.
pub struct Door {
    /// Its routes.
    pub routes: fn(Shared) -> Router,
    /// What `golden` is.
    pub key: Key,
    /// Whether an answer says that the request was refused, by its status and body.
    pub refused: fn(u16, &Value) -> bool,
}

/// What lets a client in.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    /// A token of the owner, for every dialect.
    Token,
    /// The address of a listener.
    Listener,
}

/// The org that the samples of the documents expect, behind the key `golden`. The fields are dropped in this order.
struct House {
    router: Router,
    hub: Hub,
    place: TestPlace,
    asked: u32,
}

thread_local! {
    static HOUSE: RefCell<Option<House>> = const { RefCell::new(None) };
    static RUNTIME: tokio::runtime::Runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
}

/// Drives a future to its end on this thread.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.with(|runtime| runtime.block_on(future))
}

/// Sends an input as a request: a request line, headers, a blank line and a body, as in the golden files. Whatever it is, the
/// answer is no 5xx and does not say that something broke, and a refusal leaves no line of history.
pub fn ask(door: &Door, input: &[u8]) -> Corpus {
    let Some(request) = request(input) else { return Corpus::Reject };
    HOUSE.with_borrow_mut(|house| {
        let house = house.get_or_insert_with(|| House::new(door));
        house.ask(door, request);
        if house.asked == LIFE {
            house.look_over();
            *house = House::new(door);
        }
    });
    Corpus::Keep
}

fn request(input: &[u8]) -> Option<Request<Body>> {
    let end = input.windows(2).position(|pair| pair == b"\n\n").unwrap_or(input.len());
    let body = input.get(end + 2..).unwrap_or_default();
    let mut lines = std::str::from_utf8(&input[..end]).ok()?.lines().filter(|line| !line.starts_with('#'));
    let (method, target) = lines.next()?.split_once(' ')?;
    if !target.starts_with('/') {
        return None;
    }
    let mut request = Request::builder().method(method).uri(target);
    for line in lines {
        let (name, value) = line.split_once(':')?;
        request = request.header(name.trim(), value.trim());
    }
    request.body(Body::from(body.to_vec())).ok()
}

impl House {
    fn new(door: &Door) -> Self {
        let place = TestPlace::new();
        let (hub, _) = place.still_hub();
        let org = testbed::org(&hub, "dau-moi");
        place.execute("UPDATE orgs SET vbot_id = '45681xxx', project_code = 'PR20210223152xxx'");
        let (owner, key) = (testbed::user(&hub, org, "admin@example.com", Role::Owner), door.key);
        let fill = move |tx: &mut hub::Tx<'_>| {
            preset::fill(tx, Preset::VendorDocs, &owner)?;
            let secret = Secret::known("golden");
            if let Key::Listener = key {
                return hub::listeners::create(tx, "golden", &secret);
            }
            let new = NewToken {
                name: "golden".to_owned(),
                dialects: Dialect::DOORS.to_vec(),
                user: Some(owner.id),
                expires_at: None,
                networks: Vec::new(),
            };
            hub::tokens::create(tx, &new, &secret)
        };
        hub.write(Actor::cli(org), fill).wait().expect("an org");
        Self { router: (door.routes)(Shared::new(hub.clone())), hub, place, asked: 0 }
    }

    fn ask(&mut self, door: &Door, request: Request<Body>) {
        self.asked += 1;
        let before = self.history();
        let router = self.router.clone();
        let (status, body) = block_on(async move {
            let Ok(response) = router.oneshot(request).await;
            let status = response.status().as_u16();
            (status, to_bytes(response.into_body(), usize::MAX).await.expect("an answer"))
        });
        let text = String::from_utf8(body.to_vec()).expect("an answer is UTF-8");
        assert!(status < 500, "{status} {text}");
        assert!(!text.contains(Error::broken("").public()), "something broke: {status} {text}");
        // A path that nobody knows is answered without a body.
        if text.is_empty() {
            assert!(status >= 400, "{status} without a word");
            return;
        }
        let answer: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        if (door.refused)(status, &answer) {
            assert_eq!(self.history(), before, "refused, and yet something changed: {status} {text}");
        }
    }

    fn history(&self) -> i64 {
        self.place.number("SELECT count(*) FROM changes")
    }

    /// Looks for damage, for keys of nobody and for records without a history.
    fn look_over(&self) {
        let Place::Sqlite(file) = self.hub_place() else { return };
        assert_eq!(store::check::damage(file, Depth::Whole), Ok(Vec::new()));
        let none = [
            "SELECT count(*) FROM identities i LEFT JOIN customers c ON c.org_id = i.org_id AND c.id = i.customer_id
             WHERE c.id IS NULL OR c.deleted_at IS NOT NULL",
            "SELECT count(*) FROM contact_points p LEFT JOIN customers c ON c.org_id = p.org_id AND c.id = p.customer_id
             WHERE c.id IS NULL",
            "SELECT count(*) FROM customers c WHERE NOT EXISTS
             (SELECT 1 FROM changes h WHERE h.org_id = c.org_id AND h.customer_id = c.id AND h.what = 'created')",
        ];
        for query in none {
            assert_eq!(self.place.number(query), 0, "{query}");
        }
    }

    fn hub_place(&self) -> &Place {
        // Whoever still writes is waited for: reads come after it.
        self.hub.probe().wait().expect("the database answers");
        self.place.place()
    }
}
