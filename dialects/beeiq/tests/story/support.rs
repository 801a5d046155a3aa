//! An org as the samples expect it, behind the routes of this dialect, with listeners whose addresses are known.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use domain::customer::Customer;
use domain::listener::EmailTemplate;
use domain::request::Request as Journalled;
use domain::{Actor, Id, Listener, Message, OrgId, Result, Role, Viewer};
use http_body_util::BodyExt as _;
use hub::customers::Whole;
use hub::preset::{self, Preset};
use hub::tokens::Secret;
use hub::{FixedClock, Hub, Tx, customers, listeners};
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
    pub place: TestPlace,
}

/// The address of the listener without defaults.
pub const GOLDEN: &str = "/webhook/listener/golden";

impl House {
    /// An org with the lists of the vendors' documents and four listeners:
    ///
    /// | Address ends in | |
    /// |---|---|
    /// | `golden` | no defaults |
    /// | `defaults` | a tag, a source for each stage, an e-mail and an SMS |
    /// | `fenced` | only for addresses that no test has |
    /// | `closed` | switched off |
    pub fn new() -> Self {
        let place = TestPlace::new();
        let (hub, clock) = place.still_hub();
        let mut house = Self { router: beeiq::routes(Shared::new(hub.clone())), hub, clock, org: OrgId(0), place };
        house.move_to_another_org();
        house
    }

    /// One as empty as the first: the one that was used, behind another org.
    pub fn after(used: Option<Self>) -> Self {
        let Some(mut house) = used else { return Self::new() };
        house.move_to_another_org();
        house
    }

    /// Leaves everything behind: another org, as empty as the first one was, behind the same addresses.
    fn move_to_another_org(&mut self) {
        let slug = format!("dau-moi-{}", self.place.number("SELECT count(*) FROM orgs"));
        self.place.execute("DELETE FROM secrets");
        self.org = testbed::org(&self.hub, &slug);
        let owner = testbed::user(&self.hub, self.org, "admin@example.com", Role::Owner);
        self.write(move |tx| preset::fill(tx, Preset::VendorDocs, &owner));
        self.add_listener("golden", |_| {});
        self.add_listener("defaults", set_defaults);
        self.add_listener("fenced", |listener| listener.networks = vec!["203.0.113.0/24".into()]);
        self.add_listener("closed", |listener| listener.active = false);
    }

    /// Adds a listener; gives its number.
    pub fn add_listener(&self, secret: &str, set: fn(&mut Listener)) -> i64 {
        let (name, secret) = (format!("Listener {secret}"), Secret::known(secret));
        self.write(move |tx| {
            let number = listeners::create(tx, &name, &secret)?;
            listeners::change(tx, number, set)?;
            Ok(number)
        })
    }

    /// Changes a listener by the number that it was given.
    pub fn set_listener(&self, number: i64, set: fn(&mut Listener)) {
        self.write(move |tx| listeners::change(tx, number, set).map(drop));
    }

    pub fn write<T: Send + 'static>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
        self.hub.write(Actor::cli(self.org), work).wait().unwrap()
    }

    pub fn read<T: Send + 'static>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
        self.hub.read(self.org, work).wait().unwrap()
    }

    /// Sends one request.
    pub fn ask(&self, method: &str, path: &str, body: impl Into<Body>) -> Response<Body> {
        let request = Request::builder().method(method).uri(path).body(body.into()).unwrap();
        block_on(self.router.clone().oneshot(request)).unwrap()
    }

    /// Posts a body to a listener; gives the status and the answer, which is JSON whatever was sent.
    pub fn post_to(&self, path: &str, body: impl Into<Body>) -> (u16, Value) {
        let response = self.ask("POST", path, body);
        let status = response.status().as_u16();
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        assert_eq!(kind, "application/json; charset=utf-8");
        let bytes = block_on(response.into_body().collect()).unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    /// Posts a body to the listener without defaults.
    pub fn post(&self, body: impl Into<Body>) -> (u16, Value) {
        self.post_to(GOLDEN, body)
    }

    /// Sends items as the sample's sender; gives what is told of each.
    pub fn send(&self, items: &Value) -> Vec<Value> {
        self.send_to(GOLDEN, items)
    }

    /// The same to another listener.
    pub fn send_to(&self, path: &str, items: &Value) -> Vec<Value> {
        let envelope = serde_json::json!({ "senderUser": "sender@example.com", "data": items });
        let (status, answer) = self.post_to(path, envelope.to_string());
        assert_eq!((status, &answer["success"]), (200, &Value::Bool(true)), "{answer}");
        answer["data"].as_array().unwrap().clone()
    }

    /// Sends one item; gives its status and id.
    pub fn one(&self, action: &str, data: &Value) -> (String, String) {
        self.one_to(GOLDEN, action, data)
    }

    /// The same to another listener.
    pub fn one_to(&self, path: &str, action: &str, data: &Value) -> (String, String) {
        let results = self.send_to(path, &serde_json::json!([{ "actionType": action, "data": data }]));
        let word = |key: &str| results[0][key].as_str().unwrap_or_default().to_owned();
        assert_eq!(word("actionType"), action);
        if word("status") == "error" { ("error".into(), word("message")) } else { (word("status"), word("id")) }
    }

    /// A customer with everything that belongs to it, by an id of an answer.
    pub fn whole(&self, id: &str) -> Whole {
        let number = hub::customer_number(id).unwrap();
        self.read(move |tx| {
            let id = customers::find_by_number(tx, number)?.unwrap();
            customers::whole(tx, &Viewer::Org, id)
        })
    }

    pub fn customer(&self, id: &str) -> Customer {
        self.whole(id).customer
    }

    /// How many customers there are.
    pub fn count(&self) -> i64 {
        self.place.number("SELECT count(*) FROM customers")
    }

    /// The newest call of the journal.
    pub fn journal(&self) -> Journalled {
        self.read(|tx| hub::journal::list(tx, 1)).remove(0)
    }

    /// Every message, newest first.
    pub fn messages(&self) -> Vec<Message> {
        self.read(|tx| hub::messages::list(tx, 1_000))
    }

    /// All that a refused call must leave alone: everything but the journal. PostgreSQL reserves numbers in blocks.
    pub fn everything(&self) -> Vec<(String, Vec<String>)> {
        self.place.everything_but(&["requests", "counters"])
    }

    /// A user of the org.
    pub fn user(&self, email: &'static str) -> Id {
        self.read(move |tx| Ok(hub::users::find_by_email(tx, email)?.unwrap().id))
    }
}

fn set_defaults(listener: &mut Listener) {
    listener.default_tag = Some("Từ biểu mẫu".into());
    listener.contact_source = Some("Website".into());
    listener.lead_source = Some("Facebook".into());
    let subject = "Chào {{ name }}".into();
    listener.email = Some(EmailTemplate { subject, body: "Mã của bạn là {{ code }}, số {{ phone }}.".into() });
    listener.sms = Some("Cam on {{ given_name }} {{ family_name }} ({{ code }})".into());
}

/// The texts of a customer's contact points of a kind.
pub fn points(customer: &Customer, kind: domain::ContactKind) -> Vec<&str> {
    customer.points_of(kind).map(|point| point.raw.as_str()).collect()
}

/// The labels of a customer of a kind.
pub fn labels(customer: &Customer, kind: domain::CatalogKind) -> Vec<&str> {
    customer.labels_of(kind).map(|label| label.label.as_str()).collect()
}
