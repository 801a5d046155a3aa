//! An org that is reached through all five doors at once, as its clients reach it.

use std::cell::Cell;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use domain::{Actor, Customer, Dialect, Id, OrgId, Role, Viewer};
use hub::preset::{self, Preset};
use hub::tokens::{NewToken, Secret};
use hub::{FixedClock, Hub, customers};
use kit::http::Shared;
use kit::passage::guarded;
use kit::replay::Player;
use serde_json::{Value, json};
use testbed::TestPlace;
use tower::ServiceExt as _;

use super::support::block_on;

/// A database with one org or several, and the router of all five dialects. The fields are dropped in this order.
pub struct Doors {
    pub hub: Hub,
    pub clock: Arc<FixedClock>,
    router: Router,
    /// Whether what is sent from now on is only rehearsed.
    pub rehearses: Cell<bool>,
    pub place: TestPlace,
}

/// An org with the secrets its clients hold.
#[derive(Clone)]
pub struct Tenant {
    pub org: OrgId,
    pub slug: &'static str,
    pub token: String,
    pub listener: String,
    pub sender: String,
}

impl Doors {
    pub fn new() -> Self {
        let place = TestPlace::new();
        let (hub, clock) = place.still_hub();
        let shared = Shared::new(hub.clone());
        let router = Router::new()
            .merge(guarded(beeiq::routes(shared.clone())))
            .merge(guarded(caresoft::routes(shared.clone())))
            .merge(guarded(omicrm::routes(shared.clone())))
            .merge(guarded(oneoffice::routes(shared.clone())))
            .merge(guarded(vbot::routes(shared)));
        Self { hub, clock, place, router, rehearses: Cell::new(false) }
    }

    /// Plays old calls again.
    pub fn player(&self) -> Player {
        Player::new(self.hub.clone(), self.router.clone())
    }

    /// An org with the documents' lists, a token for all dialects and a listener.
    pub fn tenant(&self, slug: &'static str) -> Tenant {
        let org = testbed::org(&self.hub, slug);
        let sender = format!("owner@{slug}.example.com");
        let owner = testbed::user(&self.hub, org, &sender, Role::Owner);
        let (token, listener) = (format!("token-of-{slug}"), format!("listener-of-{slug}"));
        let (opens, path) = (Secret::known(&token), Secret::known(&listener));
        let fill = move |tx: &mut hub::Tx<'_>| {
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
        };
        self.hub.write(Actor::cli(org), fill).wait().unwrap();
        Tenant { org, slug, token, listener: format!("/webhook/listener/{listener}"), sender }
    }

    /// Sends a request with the tenant's token; gives the status and the answer.
    pub fn ask(&self, tenant: &Tenant, method: &str, path: &str, body: &Value) -> (u16, Value) {
        self.ask_as(&tenant.token, method, path, body)
    }

    /// Sends a request with whatever token, or with none; gives the status and the answer.
    pub fn ask_as(&self, token: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}")).header("x-api-key", token);
        }
        if self.rehearses.get() {
            request = request.header("x-daumoi-dry-run", "1");
        }
        let request = request.body(Body::from(body)).unwrap();
        let is_rehearsed = self.rehearses.get();
        let router = self.router.clone();
        block_on(async move {
            let response = router.oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            assert_eq!(response.headers().contains_key("x-daumoi-dry-run"), is_rehearsed && status != 401);
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
        })
    }

    /// The routes of all dialects.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Sends a request as it stands; gives the status and what came back, as text.
    pub fn raw(&self, request: Request<Body>) -> (u16, String) {
        let router = self.router.clone();
        block_on(async move {
            let response = router.oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            (status, String::from_utf8_lossy(&bytes).into_owned())
        })
    }

    pub fn post(&self, tenant: &Tenant, path: &str, body: &Value) -> Value {
        let (status, answer) = self.ask(tenant, "POST", path, body);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub fn get(&self, tenant: &Tenant, path: &str) -> Value {
        let (status, answer) = self.ask(tenant, "GET", path, &Value::Null);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// One item through the listener; gives what became of it.
    pub fn deliver(&self, tenant: &Tenant, action: &str, data: &Value) -> Value {
        let body = json!({"senderUser": tenant.sender, "data": [{"actionType": action, "data": data}]});
        self.post(tenant, &tenant.listener, &body)["data"][0].clone()
    }

    /// Every customer of an org, oldest first.
    pub fn customers(&self, tenant: &Tenant) -> Vec<Customer> {
        let filter = hub::Filter::everything(Viewer::Org);
        let (mut all, _) =
            self.hub.read(tenant.org, move |tx| customers::search(tx, &filter, 0, 1_000)).wait().unwrap();
        all.reverse();
        all
    }

    /// Pairs in the queue of doubtful ones.
    pub fn pairs(&self, tenant: &Tenant) -> Vec<(Id, Id)> {
        let pairs = self.hub.read(tenant.org, |tx| store::duplicates::list(tx, 100)).wait().unwrap();
        pairs.into_iter().map(|pair| (pair.low, pair.high)).collect()
    }
}

/// Ways in that make a customer of a name and a phone under a code; each says which door it is.
pub fn enter(doors: &Doors, tenant: &Tenant, door: Dialect, name: &str, phone: &str, code: &str) -> Value {
    match door {
        Dialect::OneOffice => doors.post(
            tenant,
            "/api/customer/contact/insert",
            &json!({"code": code, "type": "Cá nhân", "name": name, "phones": phone,
                "fountain_head_id": "Tổng đài", "trade_ids": "PHIÊN DỊCH (VUT)"}),
        ),
        Dialect::Omicrm => doors.post(
            tenant,
            "/api/v2/contact/add",
            &json!({"refId": code, "fullName": name, "phones": [{"data": phone, "type": "home"}]}),
        ),
        Dialect::Vbot => doors.post(
            tenant,
            "/api/crm/customer/create",
            &json!({"vbot_id": format!("vbot-{}", tenant.slug), "project_code": format!("PR-{}", tenant.slug),
                "customer_no": code, "customer_name": name, "customer_phones": [phone],
                "customer_status_code": "MA_TRANG_THAI_KHACH_HANG", "customer_type_code": "MA_LOAI_KHACH_HANG",
                "customer_group_name": "Ten_nhom_khach_hang"}),
        ),
        Dialect::Caresoft => doors.post(
            tenant,
            &format!("/{}/api/v1/lead", tenant.slug),
            &json!({"lead": {"username": name, "phone": phone, "subject": code, "service_id": 1244}}),
        ),
        Dialect::Beeiq | Dialect::Web | Dialect::Cli => {
            doors.deliver(tenant, "add-contact", &json!({"name": name, "phones": [phone], "contactId": code}))
        }
    }
}
