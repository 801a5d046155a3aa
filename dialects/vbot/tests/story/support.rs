//! An org as the samples expect it, behind the routes of this dialect in any case, with a token and a password that are known.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::Request as Asked;
use axum::http::{Request, Response, StatusCode};
use axum::response::IntoResponse as _;
use domain::dialect::System;
use domain::request::Request as Journalled;
use domain::{Actor, Customer, Dialect, OrgId, Result, Role, Viewer};
use http_body_util::BodyExt as _;
use hub::customers::Whole;
use hub::preset::{self, Preset};
use hub::tokens::{NewToken, Secret};
use hub::users::NewUser;
use hub::{FixedClock, Hub, Tx, customers, tokens, users};
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

/// The token of the golden files.
pub const TOKEN: &str = "golden";
/// The e-mail address that signs in, and its password.
pub const EMAIL: &str = "admin@example.com";
pub const PASSWORD: &str = "mật khẩu dài";
/// The codes of the document.
pub const VBOT_ID: &str = "45681xxx";
pub const PROJECT: &str = "PR20210223152xxx";

impl House {
    /// An org with the lists of the vendors' documents, the pair of codes of VBot's samples and these tokens:
    ///
    /// | Token | |
    /// |---|---|
    /// | `golden` | all that VBot can |
    /// | `member` | a member who sees what is shared with them |
    /// | `other-dialect` | another dialect's |
    /// | `expired` | has run out |
    /// | `fenced` | only for addresses that no test has |
    pub fn new() -> Self {
        let place = TestPlace::new();
        let (hub, clock) = place.still_hub();
        let router = in_any_case(vbot::routes(Shared::new(hub.clone())));
        let mut house = Self { router, hub, clock, org: OrgId(0), place };
        house.move_to_another_org();
        house
    }

    /// One as empty as the first: the one that was used, behind another org.
    pub fn after(used: Option<Self>) -> Self {
        let Some(mut house) = used else { return Self::new() };
        house.move_to_another_org();
        house
    }

    /// Leaves everything behind: another org, as empty as the first one was, behind the same tokens, codes and e-mails.
    fn move_to_another_org(&mut self) {
        let slug = format!("dau-moi-{}", self.place.number("SELECT count(*) FROM orgs"));
        self.place.execute("DELETE FROM secrets; DELETE FROM sign_ins; UPDATE orgs SET vbot_id = slug");
        self.org = testbed::org(&self.hub, &slug);
        self.place.execute(&format!(
            "UPDATE orgs SET vbot_id = '{VBOT_ID}', project_code = '{PROJECT}' WHERE slug = '{slug}'"
        ));
        let owner = add_user(&self.hub, self.org, EMAIL, Role::Owner);
        let member = add_user(&self.hub, self.org, "member@example.com", Role::Member);
        self.write(move |tx| {
            preset::fill(tx, Preset::VendorDocs, &owner)?;
            let ended = tx.now();
            let mut add = |secret: &str, new: NewToken| tokens::create(tx, &new, &Secret::known(secret));
            add(TOKEN, token(TOKEN, Dialect::Vbot))?;
            add("member", NewToken { user: Some(member.id), ..token("member", Dialect::Vbot) })?;
            add("other-dialect", token("other-dialect", Dialect::Omicrm))?;
            add("expired", NewToken { expires_at: Some(ended), ..token("expired", Dialect::Vbot) })?;
            add("fenced", NewToken { networks: vec!["203.0.113.0/24".into()], ..token("fenced", Dialect::Vbot) })
        });
    }

    /// Another org on the same database, with a token.
    pub fn add_org(&self, slug: &str, token: &str) -> OrgId {
        let org = testbed::org(&self.hub, slug);
        let (new, secret) = (self::token(slug, Dialect::Vbot), Secret::known(token));
        self.hub.write(Actor::cli(org), move |tx| tokens::create(tx, &new, &secret).map(drop)).wait().unwrap();
        org
    }

    pub fn write<T: Send + 'static>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
        self.hub.write(Actor::cli(self.org), work).wait().unwrap()
    }

    pub fn read<T: Send + 'static>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> T {
        self.hub.read(self.org, work).wait().unwrap()
    }

    pub fn set(&self, key: &'static str, value: &'static str) {
        self.write(move |tx| hub::orgs::set(tx, &[(key.into(), value.into())]).map(drop));
    }

    /// Sends a request.
    pub fn ask(&self, request: Request<Body>) -> Response<Body> {
        block_on(self.router.clone().oneshot(request)).unwrap()
    }

    /// Sends a request; gives the status and the answer, which is JSON whatever was sent.
    pub fn told(&self, request: Request<Body>) -> (u16, Value) {
        let response = self.ask(request);
        let status = response.status().as_u16();
        assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
        let bytes = block_on(response.into_body().collect()).unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    /// Posts a body with a token.
    pub fn post_as(&self, token: &str, path: &str, body: impl Into<Body>) -> (u16, Value) {
        let request = Request::post(path).header("authorization", format!("Bearer {token}"));
        self.told(request.body(body.into()).unwrap())
    }

    /// Posts members along with the pair of codes, as the first version; gives the error and the data.
    pub fn crm(&self, what: &str, members: Value) -> (i64, Value) {
        self.crm_as(TOKEN, what, members)
    }

    /// The same with another token.
    pub fn crm_as(&self, token: &str, what: &str, mut members: Value) -> (i64, Value) {
        members["vbot_id"] = json!(VBOT_ID);
        members["project_code"] = json!(PROJECT);
        let (status, answer) = self.post_as(token, &format!("/api/crm/{what}"), members.to_string());
        assert_eq!(status, 200, "{answer}");
        let error = answer["error"].as_i64().unwrap();
        assert_eq!(answer["status"], i64::from(error == 0), "{answer}");
        (error, if error == 0 { answer["data"].clone() } else { answer["message"].clone() })
    }

    /// Takes a customer in, with all that the document requires.
    pub fn add(&self, no: &str, name: &str, phone: &str) {
        assert_eq!(self.crm("customer/create", customer(no, name, phone)), (0, json!(no)));
    }

    /// A customer with everything that belongs to it, by its code.
    pub fn whole(&self, no: &str) -> Whole {
        let no = no.to_owned();
        self.read(move |tx| {
            let id = customers::find_by_code(tx, System::Vbot, &no)?.unwrap();
            customers::whole(tx, &Viewer::Org, id)
        })
    }

    pub fn customer(&self, no: &str) -> Customer {
        self.whole(no).customer
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

/// A token of an org for one dialect.
fn token(name: &str, dialect: Dialect) -> NewToken {
    NewToken {
        name: format!("Token {name}"),
        dialects: vec![dialect],
        user: None,
        expires_at: None,
        networks: Vec::new(),
    }
}

/// A customer with all that the document requires.
pub fn customer(no: &str, name: &str, phone: &str) -> Value {
    json!({
        "customer_no": no,
        "customer_name": name,
        "customer_phones": [phone],
        "customer_status_code": "MA_TRANG_THAI_KHACH_HANG",
        "customer_type_code": "MA_LOAI_KHACH_HANG",
        "customer_group_name": "Ten_nhom_khach_hang",
    })
}

/// The routes as the program composes them.
fn in_any_case(routes: Router) -> Router {
    let inner = routes.clone();
    routes.fallback(move |request: Asked| async move {
        let answer = vbot::in_any_case(inner, request).await;
        answer.unwrap_or_else(|_| (StatusCode::NOT_FOUND, "not found").into_response())
    })
}

/// Adds a user whose password is [`PASSWORD`]; hashing takes its time and is done once.
pub fn add_user(hub: &Hub, org: OrgId, email: &str, role: Role) -> domain::User {
    static HASH: OnceLock<String> = OnceLock::new();
    let hash = HASH.get_or_init(|| users::hash_password(PASSWORD).unwrap());
    let new = NewUser {
        email: email.to_owned(),
        name: String::new(),
        role,
        staff_code: None,
        number: None,
        password_hash: Some(hash.clone()),
    };
    hub.write(Actor::cli(org), move |tx| users::create(tx, &new)).wait().unwrap()
}

/// The labels of a customer of a kind.
pub fn labels(customer: &Customer, kind: domain::CatalogKind) -> Vec<&str> {
    customer.labels_of(kind).map(|label| label.label.as_str()).collect()
}
