//! An org with its pages, and a browser that has no more than a test needs: a cookie, a language, a way to post forms.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use domain::contact_point::{ContactKind, ContactPoint};
use domain::identity::Country;
use domain::{Actor, Customer, Dialect, Id, OrgId, Permit, Role, User};
use http_body_util::BodyExt;
use hub::sessions::{Entrance, Origin};
use hub::users::{NewUser, hash_password};
use hub::{FixedClock, Hub};
use testbed::TestPlace;
use tower::ServiceExt;
use web::Web;

/// Where the browser believes to be.
pub const HOST: &str = "crm.example.vn";
/// Everybody's password here.
pub const PASSWORD: &str = "mật khẩu thử";

/// An org with an owner, on a database of its own.
pub struct House {
    pub hub: Hub,
    pub clock: Arc<FixedClock>,
    pub org: OrgId,
    pub owner: User,
    hash: String,
    // Dropped last.
    _place: TestPlace,
}

impl House {
    pub async fn new() -> Self {
        let place = tokio::task::spawn_blocking(TestPlace::new).await.unwrap();
        let (hub, clock) = place.still_hub();
        let maker = hub.clone();
        let org = tokio::task::spawn_blocking(move || testbed::org(&maker, "acme")).await.unwrap();
        let hash = hash_password(PASSWORD).unwrap();
        let owner = add(&hub, org, "chu@example.vn", Role::Owner, &hash).await;
        Self { hub, clock, org, owner, hash, _place: place }
    }

    /// Somebody else who works here, or in another org.
    pub async fn user(&self, org: OrgId, email: &str, role: Role) -> User {
        add(&self.hub, org, email, role, &self.hash).await
    }

    /// Another org.
    pub async fn other_org(&self, slug: &'static str) -> OrgId {
        let hub = self.hub.clone();
        tokio::task::spawn_blocking(move || testbed::org(&hub, slug)).await.unwrap()
    }

    /// A browser in which nobody is signed in.
    pub fn stranger(&self) -> Browser {
        let web = Web::new(self.hub.clone(), Vec::new());
        Browser { router: web::routes(web), cookies: Vec::new() }
    }

    /// A browser in which somebody is signed in, without the time that a password takes through the form.
    pub async fn browser(&self, email: &str) -> Browser {
        let entered = self.hub.enter(email, PASSWORD, &Origin::default()).await.unwrap();
        let Entrance::Open(secret) = entered else { unreachable!("{email} is in several orgs") };
        let mut browser = self.stranger();
        browser.cookies.push(("__Host-daumoi".to_owned(), secret.reveal().to_owned()));
        browser
    }

    /// A customer with a phone, made by `by`, shared as `permit` says.
    pub async fn customer(&self, name: &str, phone: &str, by: Id, permit: Permit) -> Customer {
        let mut new = Customer { name: name.to_owned(), permit, ..Customer::default() };
        new.add_points(ContactPoint::new(ContactKind::Phone, phone, "", Country::VIET_NAM));
        let actor = Actor { user: Some(by), dialect: Dialect::Vbot, ..Actor::cli(self.org) };
        self.hub.write(actor, move |tx| hub::customers::create(tx, new.clone(), &[])).await.unwrap()
    }

    /// The name and phones of a customer, as they are in the database.
    pub async fn known(&self, id: Id) -> Customer {
        let found = self.hub.read(self.org, move |tx| hub::customers::find(tx, &domain::Viewer::Org, id)).await;
        found.unwrap().unwrap()
    }
}

async fn add(hub: &Hub, org: OrgId, email: &str, role: Role, hash: &str) -> User {
    let new = NewUser {
        email: email.to_owned(),
        name: email.split('@').next().unwrap().to_owned(),
        role,
        staff_code: None,
        number: None,
        password_hash: Some(hash.to_owned()),
    };
    hub.write(Actor::cli(org), move |tx| hub::users::create(tx, &new)).await.unwrap()
}

/// A browser.
#[derive(Clone)]
pub struct Browser {
    router: axum::Router,
    pub cookies: Vec<(String, String)>,
}

/// An answer with its text.
pub struct Page {
    pub status: StatusCode,
    pub head: axum::http::HeaderMap,
    pub text: String,
}

impl Page {
    pub fn header(&self, name: &str) -> &str {
        self.head.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }
}

impl Browser {
    /// The same browser, on pages that are put together otherwise.
    pub fn over(self, router: axum::Router) -> Self {
        Self { router, ..self }
    }

    pub fn in_english(mut self) -> Self {
        self.cookies.push(("daumoi-language".to_owned(), "en".to_owned()));
        self
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path).header("sec-fetch-site", "none").body(Body::empty()).unwrap()).await
    }

    /// Asks for a part of a page, as htmx does.
    pub async fn part(&mut self, path: &str) -> Page {
        let request = Request::get(path).header("sec-fetch-site", "same-origin").header("hx-request", "true");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        self.send(posting(path, form).header("sec-fetch-site", "same-origin").body(body(form)).unwrap()).await
    }

    /// Posts a part of a page, as htmx does.
    pub async fn post_part(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let request = posting(path, form).header("sec-fetch-site", "same-origin").header("hx-request", "true");
        self.send(request.body(body(form)).unwrap()).await
    }

    /// Posts a part of a page, as htmx does on a page of ours.
    pub async fn post_part_from(&mut self, shown: &str, path: &str, form: &[(&str, &str)]) -> Page {
        let request = posting(path, form).header("sec-fetch-site", "same-origin").header("hx-request", "true");
        let request = request.header("hx-current-url", format!("https://{HOST}{shown}"));
        self.send(request.body(body(form)).unwrap()).await
    }

    /// Posts a form from another site.
    pub async fn post_from_elsewhere(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let request =
            posting(path, form).header("sec-fetch-site", "cross-site").header("origin", "https://evil.example");
        self.send(request.body(body(form)).unwrap()).await
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Page {
        let line: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let head = request.headers_mut();
        head.insert(header::HOST, HOST.parse().unwrap());
        if !line.is_empty() {
            head.insert(header::COOKIE, line.join("; ").parse().unwrap());
        }
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !cookie.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let bytes = body.collect().await.unwrap().to_bytes();
        Page { status: parts.status, head: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }
}

fn posting(path: &str, _: &[(&str, &str)]) -> axum::http::request::Builder {
    Request::post(path)
        .header("origin", format!("https://{HOST}"))
        .header("content-type", "application/x-www-form-urlencoded")
}

fn body(form: &[(&str, &str)]) -> Body {
    Body::from(form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish())
}
