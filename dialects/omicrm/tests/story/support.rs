//! An org as the samples expect it, behind the routes of this dialect, with keys that are known.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use domain::customer::Customer;
use domain::request::Request as Journalled;
use domain::{Actor, Dialect, Id, OrgId, Result, Role, Viewer};
use http_body_util::BodyExt as _;
use hub::preset::{self, Preset};
use hub::tokens::{NewToken, Secret};
use hub::{FixedClock, Hub, Tx, customers, tokens};
use kit::http::Shared;
use serde_json::{Value, json};
use testbed::TestPlace;
use tower::ServiceExt as _;

pub use testbed::block_on;

/// An org and a way to it. The fields are dropped in this order.
pub struct House {
    pub router: Router,
    pub hub: Hub,
    pub clock: Arc<FixedClock>,
    pub org: OrgId,
    pub place: TestPlace,
}

/// The key of the owner, for all dialects.
pub const KEY: &str = "khoa-cua-chu";

impl House {
    /// An org with the lists of the vendors' documents, one contact, and keys:
    ///
    /// | Key | |
    /// |---|---|
    /// | `khoa-cua-chu` | acts as the owner, on all dialects |
    /// | `khoa-nhan-vien` | acts as the member `nv@example.com` |
    /// | `khoa-vbot` | opens another dialect only |
    /// | `khoa-het-han` | ran out |
    /// | `khoa-co-rao` | only for addresses that no test has |
    pub fn new() -> Self {
        let place = TestPlace::new();
        let (hub, clock) = place.still_hub();
        let org = testbed::org(&hub, "dau-moi");
        let owner = testbed::user(&hub, org, "admin@example.com", Role::Owner);
        let (owner_id, filled) = (owner.id, owner);
        hub.write(Actor::cli(org), move |tx| preset::fill(tx, Preset::VendorDocs, &filled)).wait().unwrap();
        let member = testbed::user(&hub, org, "nv@example.com", Role::Member);
        let house = Self { router: omicrm::routes(Shared::new(hub.clone())), hub, clock, org, place };
        house.add_key(KEY, |token| token.dialects = Dialect::DOORS.to_vec(), owner_id);
        house.add_key("khoa-nhan-vien", |_| {}, member.id);
        house.add_key("khoa-vbot", |token| token.dialects = vec![Dialect::Vbot], owner_id);
        let ran_out = house.hub.now();
        house.add_key("khoa-het-han", move |token| token.expires_at = Some(ran_out), owner_id);
        house.add_key("khoa-co-rao", |token| token.networks = vec!["203.0.113.0/24".into()], owner_id);
        house.ok(
            "/api/v2/contact/add",
            &json!({"refId": "KH-1", "fullName": "Nguyễn Văn An", "phones": ["0905000001"]}),
        );
        house
    }

    /// One as empty as the first. The one that was used is gone before, so that few databases are open at once.
    pub fn after(used: Option<Self>) -> Self {
        drop(used);
        Self::new()
    }

    /// Adds a key that acts as a user; gives its number.
    pub fn add_key(&self, key: &str, set: impl Fn(&mut NewToken), user: Id) -> i64 {
        let mut new = NewToken {
            name: "Khóa thử".to_owned(),
            dialects: vec![Dialect::Omicrm],
            user: Some(user),
            expires_at: None,
            networks: Vec::new(),
        };
        set(&mut new);
        let secret = Secret::known(key);
        self.write(move |tx| tokens::create(tx, &new, &secret))
    }

    /// What golden files may name.
    pub fn words(&self) -> Vec<(&'static str, String)> {
        let an = self.search(&json!({"keyword": "KH-1"}))["items"][0].clone();
        let word = |key: &str| an[key].as_str().unwrap().to_owned();
        vec![("key", KEY.to_owned()), ("an", word("id")), ("an_public", word("public_id")), ("funnel", self.funnel())]
    }

    /// The id of the funnel.
    pub fn funnel(&self) -> String {
        let (_, answer) = self.ask("GET", "/api/v2/contact/filterContact/list", KEY, "");
        answer["payload"][0]["id"].as_str().unwrap().to_owned()
    }

    pub fn write<T: Send + 'static>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
        self.hub.write(Actor::cli(self.org), work).wait().unwrap()
    }

    pub fn read<T: Send + 'static>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
        self.hub.read(self.org, work).wait().unwrap()
    }

    /// Sends one request.
    pub fn send(&self, method: &str, path: &str, key: &str, body: impl Into<Body>) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        if !key.is_empty() {
            request = request.header("Authorization", format!("Bearer {key}"));
        }
        block_on(self.router.clone().oneshot(request.body(body.into()).unwrap())).unwrap()
    }

    /// Sends one request; gives the status and the answer, which is JSON whatever was sent.
    pub fn ask(&self, method: &str, path: &str, key: &str, body: impl Into<Body>) -> (u16, Value) {
        let response = self.send(method, path, key, body);
        let status = response.status().as_u16();
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        assert_eq!(kind, "application/json; charset=utf-8");
        let bytes = block_on(response.into_body().collect()).unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    /// Posts as the owner.
    pub fn post(&self, path: &str, body: impl Into<Body>) -> (u16, Value) {
        self.ask("POST", path, KEY, body)
    }

    /// Posts what must be done; gives the payload.
    pub fn ok(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(path, body.to_string());
        assert_eq!((status, &answer["status_code"]), (200, &json!(9999)), "{path} {body} {answer}");
        answer["payload"].clone()
    }

    /// Posts what must be refused; gives the message.
    pub fn refused(&self, path: &str, body: &Value) -> String {
        let (status, answer) = self.post(path, body.to_string());
        assert_eq!((status, &answer["status_code"]), (200, &json!(-9999)), "{path} {body} {answer}");
        answer["message"].as_str().unwrap().to_owned()
    }

    /// A page of a search.
    pub fn search(&self, body: &Value) -> Value {
        self.ok("/api/v2/contact/search", body)
    }

    /// Names of what a search finds.
    pub fn names(&self, body: &Value) -> Vec<String> {
        let page = self.search(body);
        page["items"].as_array().unwrap().iter().map(|item| attribute(item, "full_name")).collect()
    }

    /// The item with a `refId`.
    pub fn item(&self, code: &str) -> Value {
        let (_, answer) = self.ask("GET", &format!("/api/v2/contact/get/{code}"), KEY, "");
        assert_eq!(answer["status_code"], json!(9999), "{answer}");
        answer["payload"].clone()
    }

    /// The record with a name.
    pub fn customer(&self, number: i64) -> Customer {
        self.read(move |tx| {
            let id = customers::find_by_number(tx, number)?.unwrap();
            Ok(customers::find(tx, &Viewer::Org, id)?.unwrap())
        })
    }

    /// How many customers there are.
    pub fn count(&self) -> i64 {
        self.place.number("SELECT count(*) FROM customers WHERE deleted_at IS NULL")
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

/// The first value of an attribute of an item.
pub fn attribute(item: &Value, code: &str) -> String {
    values(item, code).first().cloned().unwrap_or_default()
}

/// The values of an attribute of an item.
pub fn values(item: &Value, code: &str) -> Vec<String> {
    let attributes = item["attribute_structure"].as_array().unwrap();
    let found = attributes.iter().find(|attribute| attribute["field_code"] == json!(code)).unwrap();
    found["value"].as_array().unwrap().iter().map(|value| value["display_value"].as_str().unwrap().to_owned()).collect()
}

/// Names in a `*_view` of an item.
pub fn view(item: &Value, list: &str) -> Vec<String> {
    item[list].as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
}
