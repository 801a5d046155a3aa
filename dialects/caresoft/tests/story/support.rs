//! An org as the samples expect it, behind the routes of this dialect, with tokens that are known.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use domain::request::Request as Journalled;
use domain::{Actor, Dialect, Id, OrgId, Result, Role};
use http_body_util::BodyExt as _;
use hub::preset::{self, Preset};
use hub::tokens::{self, NewToken, Secret};
use hub::{FixedClock, Hub, Tx};
use kit::http::Shared;
use serde_json::Value;
use testbed::TestPlace;
use tower::ServiceExt as _;

pub use testbed::block_on;

/// An org and a way to it. The fields are dropped in this order.
pub struct House {
    pub router: Router,
    pub hub: Hub,
    pub clock: Arc<FixedClock>,
    pub org: OrgId,
    pub owner: Id,
    pub place: TestPlace,
}

impl House {
    /// An org `dau-moi` with the lists of the vendors' documents and a token `golden` of its owner; beside it an empty org
    /// `hang-xom` with a token `neighbour`.
    pub fn new() -> Self {
        let place = TestPlace::new();
        let (hub, clock) = place.still_hub();
        let org = testbed::org(&hub, "dau-moi");
        let owner = testbed::user(&hub, org, "admin@example.com", Role::Owner);
        let filled = owner.clone();
        hub.write(Actor::cli(org), move |tx| preset::fill(tx, Preset::VendorDocs, &filled)).wait().unwrap();
        let neighbour = testbed::org(&hub, "hang-xom");
        let router = caresoft::routes(Shared::new(hub.clone()));
        let house = Self { router, hub, clock, org, owner: owner.id, place };
        house.add_token("golden", |_| {});
        let other = testbed::user(&house.hub, neighbour, "khac@example.com", Role::Owner);
        let new = token(Some(other.id));
        let made =
            house.hub.write(Actor::cli(neighbour), move |tx| tokens::create(tx, &new, &Secret::known("neighbour")));
        made.wait().unwrap();
        house
    }

    /// One as empty as the first. The one that was used is gone before, so that few databases are open at once.
    pub fn after(used: Option<Self>) -> Self {
        drop(used);
        Self::new()
    }

    /// Adds a token of the owner; gives its number.
    pub fn add_token(&self, secret: &str, set: impl FnOnce(&mut NewToken)) -> i64 {
        let mut new = token(Some(self.owner));
        set(&mut new);
        let secret = Secret::known(secret);
        self.write(move |tx| tokens::create(tx, &new, &secret))
    }

    pub fn write<T: Send + 'static>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
        self.hub.write(Actor::cli(self.org), work).wait().unwrap()
    }

    pub fn read<T: Send + 'static>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
        self.hub.read(self.org, work).wait().unwrap()
    }

    /// Sends a request with a token to a path as it stands; the answer is JSON whatever was sent.
    pub fn ask_as(&self, token: &str, method: &str, path: &str, body: impl Into<Body>) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(body.into()).unwrap();
        let response = block_on(self.router.clone().oneshot(request)).unwrap();
        let status = response.status().as_u16();
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        assert_eq!(kind, "application/json; charset=utf-8");
        let bytes = block_on(response.into_body().collect()).unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    /// The same as the owner, below `api/v1` of the own domain.
    pub fn ask(&self, method: &str, path: &str, body: impl Into<Body>) -> (u16, Value) {
        self.ask_as("golden", method, &format!("/dau-moi/api/v1/{path}"), body)
    }

    pub fn get(&self, path: &str) -> Value {
        let (status, answer) = self.ask("GET", path, Body::empty());
        assert_eq!((status, &answer["code"]), (200, &Value::from("ok")), "{path}: {answer}");
        answer
    }

    /// Makes a lead; gives its number.
    pub fn lead(&self, lead: &Value) -> i64 {
        let (status, answer) = self.ask("POST", "lead", serde_json::json!({ "lead": lead }).to_string());
        assert_eq!(status, 200, "{lead}: {answer}");
        answer["lead"]["id"].as_i64().unwrap()
    }

    /// Changes a lead; gives its detail.
    pub fn change(&self, id: i64, lead: &Value) -> Value {
        let (status, answer) = self.ask("PUT", &format!("lead/{id}"), serde_json::json!({ "lead": lead }).to_string());
        assert_eq!(status, 200, "{lead}: {answer}");
        self.detail(id)
    }

    pub fn detail(&self, id: i64) -> Value {
        self.get(&format!("lead/{id}"))["lead"].clone()
    }

    /// The numbers of the leads on a page of the list, and how many there are in all.
    pub fn listed(&self, query: &str) -> (Vec<i64>, i64) {
        let answer = self.get(&format!("leads?{query}"));
        let rows = answer["leads"].as_array().unwrap();
        (rows.iter().map(|row| row["id"].as_i64().unwrap()).collect(), answer["numFound"].as_i64().unwrap())
    }

    /// Moves the clock.
    pub fn wait(&self, seconds: i64) {
        self.clock.set(self.hub.now().plus_seconds(seconds));
    }

    pub fn set(&self, key: &'static str, value: &'static str) {
        self.write(move |tx| hub::orgs::set(tx, &[(key.into(), value.into())]).map(drop));
    }

    /// The newest call of the journal.
    pub fn journal(&self) -> Journalled {
        self.read(|tx| hub::journal::list(tx, 1)).remove(0)
    }

    /// All that a refused call must leave alone: everything but the journal. PostgreSQL reserves numbers in blocks.
    pub fn everything(&self) -> Vec<(String, Vec<String>)> {
        self.place.everything_but(&["requests", "counters"])
    }
}

fn token(user: Option<Id>) -> NewToken {
    NewToken {
        name: "Token thử".to_owned(),
        dialects: vec![Dialect::Caresoft],
        user,
        expires_at: None,
        networks: Vec::new(),
    }
}
