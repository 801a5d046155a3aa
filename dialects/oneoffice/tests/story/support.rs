//! An org as the document expects it, behind the routes of this dialect, with tokens that are known.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use domain::customer::Customer;
use domain::request::Request as Journalled;
use domain::{Actor, Deal, Dialect, Id, OrgId, Permit, Result, Role, Viewer};
use http_body_util::BodyExt as _;
use hub::customers::Whole;
use hub::preset::{self, Preset};
use hub::tokens::{NewToken, Secret};
use hub::{Hub, Tx, customers, tokens};
use kit::http::Shared;
use serde_json::{Value, json};
use testbed::{STILL, TestPlace};
use tower::ServiceExt as _;

pub use testbed::block_on;

pub const INSERT: &str = "/api/customer/contact/insert";
pub const UPDATE: &str = "/api/customer/contact/update";
pub const DELETE: &str = "/api/customer/contact/delete";
pub const ITEM: &str = "/api/customer/contact/item";
pub const GETS: &str = "/api/customer/contact/gets";

/// Two orgs and ways to them. The fields are dropped in this order.
pub struct House {
    pub router: Router,
    pub hub: Hub,
    pub org: OrgId,
    pub other: OrgId,
    pub place: TestPlace,
}

impl House {
    /// An org with the lists of the vendors' documents, one in lenient mode without any, and these tokens:
    ///
    /// | Token | |
    /// |---|---|
    /// | `golden` | the owner's |
    /// | `member` | of a member who does not see everything |
    /// | `lenient` | of the other org, which asks for little |
    /// | `expired`, `fenced`, `vbot` | past its time, from other addresses, for another dialect |
    pub fn new() -> Self {
        let place = TestPlace::new();
        let (hub, _) = place.still_hub();
        let router = oneoffice::routes(Shared::new(hub.clone()));
        let mut house = Self { router, hub, org: OrgId(0), other: OrgId(0), place };
        house.move_to_another_org();
        house
    }

    /// One as empty as the first: the one that was used, behind another org.
    pub fn after(used: Option<Self>) -> Self {
        let Some(mut house) = used else { return Self::new() };
        house.move_to_another_org();
        house
    }

    /// Leaves everything behind: other orgs, as empty as the first ones were, behind the same tokens.
    pub fn move_to_another_org(&mut self) {
        self.place.execute("DELETE FROM secrets");
        self.org = self.add_org();
        self.write(|tx| {
            let owner = hub::users::find_by_email(tx, "admin@example.com")?.unwrap();
            preset::fill(tx, Preset::VendorDocs, &owner)
        });
        self.other = self.add_org();
        let member = testbed::user(&self.hub, self.org, "member@example.com", Role::Member).id;
        let owner = self.user("admin@example.com");
        self.add_token(self.org, "golden", |token| NewToken { user: Some(owner), ..token });
        self.add_token(self.org, "member", |token| NewToken { user: Some(member), ..token });
        self.add_token(self.org, "expired", |token| NewToken { expires_at: Some(STILL), ..token });
        self.add_token(self.org, "fenced", |token| NewToken { networks: vec!["203.0.113.0/24".into()], ..token });
        self.add_token(self.org, "vbot", |token| NewToken { dialects: vec![Dialect::Vbot], ..token });
        self.add_token(self.other, "lenient", |token| token);
        let lenient = [("oneoffice.required".to_owned(), "lenient".to_owned())];
        self.hub.write(Actor::cli(self.other), move |tx| hub::orgs::set(tx, &lenient)).wait().unwrap();
        self.write(move |tx| {
            let deal = |name: &str, code: &str, permit: Permit| Deal {
                name: name.to_owned(),
                code: Some(code.to_owned()),
                value: "50000000".to_owned(),
                close_at: Some(STILL.plus_seconds(86_400)),
                permit,
                ..Deal::default()
            };
            hub::deals::create(tx, deal("Dịch thuật hợp đồng", "HD-01", Permit::Everybody))?;
            hub::deals::create(tx, deal("Giấy phép con", "HD-02", Permit::OnlyMe { me: owner }))
        });
    }

    fn add_org(&self) -> OrgId {
        let org = testbed::org(&self.hub, &format!("dau-moi-{}", self.place.number("SELECT count(*) FROM orgs")));
        testbed::user(&self.hub, org, "admin@example.com", Role::Owner);
        org
    }

    fn add_token(&self, org: OrgId, secret: &str, set: impl FnOnce(NewToken) -> NewToken) {
        let new = set(NewToken {
            name: format!("Token {secret}"),
            dialects: vec![Dialect::OneOffice],
            user: None,
            expires_at: None,
            networks: Vec::new(),
        });
        let secret = Secret::known(secret);
        self.hub.write(Actor::cli(org), move |tx| tokens::create(tx, &new, &secret)).wait().unwrap();
    }

    pub fn write<T: Send + 'static>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
        self.hub.write(Actor::cli(self.org), work).wait().unwrap()
    }

    pub fn read<T: Send + 'static>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
        self.hub.read(self.org, work).wait().unwrap()
    }

    /// A user of the first org.
    pub fn user(&self, email: &'static str) -> Id {
        self.read(move |tx| Ok(hub::users::find_by_email(tx, email)?.unwrap().id))
    }

    /// Sends one request; gives the status and the answer, which is JSON whatever was sent.
    pub fn send(&self, request: Request<Body>) -> (u16, Value) {
        let response: Response<Body> = block_on(self.router.clone().oneshot(request)).unwrap();
        let status = response.status().as_u16();
        assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
        let bytes = block_on(response.into_body().collect()).unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    /// Posts a body with a content type; gives the answer.
    pub fn post_as(&self, path: &str, content_type: &str, body: impl Into<Body>) -> Value {
        let request = Request::post(path).header("content-type", content_type).body(body.into()).unwrap();
        let (status, answer) = self.send(request);
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Posts fields as JSON with the token `golden` in the query.
    pub fn post(&self, path: &str, fields: &Value) -> Value {
        self.post_as(&format!("{path}?access_token=golden"), "application/json", fields.to_string())
    }

    /// Asks for something with a query; gives the answer.
    pub fn get(&self, path: &str, query: &str) -> Value {
        let request = Request::get(format!("{path}?access_token=golden&{query}")).body(Body::empty()).unwrap();
        let (status, answer) = self.send(request);
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Inserts a contact; gives its row.
    pub fn insert(&self, more: Value) -> Value {
        let answer = self.post(INSERT, &contact(more));
        assert_eq!(answer["error"], false, "{answer}");
        answer["data"].clone()
    }

    /// A record with everything that belongs to it.
    pub fn whole(&self, number: i64) -> Whole {
        self.read(move |tx| {
            let id = customers::find_by_number(tx, number)?.unwrap();
            customers::whole(tx, &Viewer::Org, id)
        })
    }

    pub fn customer(&self, number: i64) -> Customer {
        self.whole(number).customer
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

/// The least that the document asks of a contact, and more.
pub fn contact(more: Value) -> Value {
    let mut all = json!({
        "code": "KH-1", "type": "Cá nhân", "name": "Trần Thị Ánh",
        "fountain_head_id": "Tổng đài", "trade_ids": "PHIÊN DỊCH (VUT)",
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
        all.extend(more);
    }
    all
}
