//! A call on its way: let in, read, held against the pair of codes, worked on, answered.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use domain::identity::Country;
use domain::org::Org;
use domain::{Dialect, Error, Result, Viewer};
use hub::access::Caller;
use hub::catalog::Unknown;
use hub::{Answer, Call, Incoming, Tx};
use kit::forms;
use kit::http::{self, Shared};
use kit::json::Parsed;
use kit::reader::Reader;
use serde_json::Value;

use crate::error;
use crate::routes::{Action, Route, Subject, Verb, Version};
use crate::slices::Doomed;
use crate::wire::{self, Required};
use crate::{catalogs, customers, fields, questions};

/// What every call works with: on whose behalf, and by which rules of the org.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Whose records may be seen.
    pub viewer: Viewer,
    /// The org's country, for phone numbers.
    pub country: Country,
    /// What becomes of unknown statuses, types, groups and fields.
    pub unknown: Unknown,
}

impl Ground {
    /// That of a caller.
    pub fn of(caller: &Caller) -> Self {
        let settings = &caller.org.settings;
        let unknown = if settings.text("vbot.unknown") == "create" { Unknown::Create } else { Unknown::Refuse };
        Self { viewer: caller.viewer.clone(), country: settings.country(), unknown }
    }
}

/// Takes a call of any version.
pub async fn receive(shared: Shared, route: &'static Route, request: Request) -> Response {
    let is_read = matches!(route.action, Action::Read(_));
    if request.method() != Method::POST && !(is_read && request.method() == Method::GET) {
        let refusal = error::refused(route.version, StatusCode::METHOD_NOT_ALLOWED, "Chỉ nhận phương thức POST");
        let mut response = http::response(refusal);
        let allowed = if is_read { "GET, POST" } else { "POST" };
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
        return response;
    }
    let address = http::address(&request);
    let (head, body) = request.into_parts();
    let caller = match shared.hub.caller(key(route.version, &head.headers), Dialect::Vbot, address).await {
        Ok(caller) => caller,
        Err(error) => return kept_out(route.version, &error),
    };
    let body = match http::read_body(body, &shared.budget).await {
        Ok(body) => body,
        Err(fault) => return http::response(error::refused(route.version, fault.status, fault.error.public())),
    };
    let parsed = forms::read_body_with_lists(Some(kind(&head.headers)), &body, wire::LISTS).await;
    if let Action::Read(question) = route.action {
        return http::response(questions::answer(&shared, &caller, question, head.uri.query(), parsed).await);
    }
    let call = new_call(&shared, route, &caller, address, &body);
    http::response(write(&shared, route, caller, call, parsed).await)
}

/// The key that a caller shows: `Authorization` with or without its scheme, and in the third version `X-API-Key`.
fn key(version: Version, headers: &HeaderMap) -> &str {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let api_key = if version == Version::V3 { text("x-api-key").trim() } else { "" };
    if api_key.is_empty() { http::token(text(AUTHORIZATION.as_str())) } else { api_key }
}

/// What a body is taken for: JSON unless it is said to be a form, since clients send JSON under any type.
fn kind(headers: &HeaderMap) -> &str {
    let said = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = ["application/x-www-form-urlencoded", "multipart/"]
        .iter()
        .any(|form| said.get(..form.len()).is_some_and(|start| start.eq_ignore_ascii_case(form)));
    if is_form { said } else { "application/json" }
}

fn kept_out(version: Version, error: &Error) -> Response {
    let mut response = http::response(error::failed(version, error));
    if response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn new_call(shared: &Shared, route: &Route, caller: &Caller, address: Option<IpAddr>, body: &[u8]) -> Call {
    let address = address.map(|address| address.to_string()).unwrap_or_default();
    let version = route.version.word();
    let incoming = Incoming { version, route: route.name, caller: &caller.actor.name, address: &address, body };
    shared.hub.call(caller.actor.clone(), &incoming)
}

/// Works on a call that changes something; whatever becomes of it stands in the journal.
async fn write(
    shared: &Shared,
    route: &'static Route,
    caller: Caller,
    mut call: Call,
    parsed: Result<Parsed>,
) -> Answer {
    let version = route.version;
    let work = parsed.and_then(|parsed| {
        parsed.tolerated.iter().for_each(|tolerance| call.tolerate(tolerance.to_string()));
        Work::read(route, &caller.org, &parsed)
    });
    let ground = Ground::of(&caller);
    match work {
        Err(error) => shared.hub.refuse(call, error::failed(version, &error)).await,
        Ok(Work::DeleteAll) => customers::delete_all(&shared.hub, call, ground, version).await,
        Ok(Work::Item(Verb::Delete, kind, item)) => {
            Doomed::Item(kind, item.no).delete(&shared.hub, call, version).await
        }
        Ok(Work::Field(Verb::Delete, field)) => Doomed::Field(field.no).delete(&shared.hub, call, version).await,
        Ok(work) => {
            let work = move |tx: &mut Tx<'_>| Ok(error::done(version, &work.run(tx, &ground)?));
            shared.hub.answer(call, work, move |error| error::failed(version, error)).await
        }
    }
}

/// What a body asks for.
#[derive(Debug, Clone)]
enum Work {
    Customer(Verb, wire::Customer),
    RecodeCustomer(wire::Codes),
    Item(Verb, domain::CatalogKind, wire::Item),
    RecodeItem(domain::CatalogKind, wire::Codes),
    Field(Verb, wire::Field),
    RecodeField(wire::Codes),
    DeleteAll,
}

impl Work {
    /// Reads a body in the words of a route.
    fn read(route: &Route, org: &Org, parsed: &Parsed) -> Result<Self> {
        let body = Reader::object(&parsed.node, "")?;
        body.reject_nul()?;
        if route.version != Version::V3 {
            check_pair(&body, org)?;
        }
        let Action::Write(verb, subject) = route.action else { return Ok(Self::DeleteAll) };
        Ok(match (subject, verb) {
            (Subject::Customer, Verb::Recode) => Self::RecodeCustomer(wire::Codes::of_customer(&body)?),
            (Subject::Customer, _) => {
                let required = match (verb, route.version) {
                    (Verb::Create, Version::V1 | Version::V2) => Required::AllOfDocument,
                    (Verb::Create, Version::V3) => Required::CodeAndName,
                    _ => Required::Code,
                };
                let customer = wire::Customer::read(&body, route.version, required)?;
                if route.version == Version::V3 && verb == Verb::Create {
                    customer.check_code()?;
                }
                Self::Customer(verb, customer)
            }
            (Subject::Item(kind), Verb::Recode) => Self::RecodeItem(kind, wire::Codes::of_item(&body, kind)?),
            (Subject::Item(kind), _) => Self::Item(verb, kind, wire::Item::read(&body, kind, verb == Verb::Create)?),
            // The page of the second version repeats the members of `updateNo` on `update`.
            (Subject::Field, Verb::Update) if wire::Codes::are_alone(&body) => {
                Self::RecodeField(wire::Codes::of_field(&body)?)
            }
            (Subject::Field, Verb::Recode) => Self::RecodeField(wire::Codes::of_field(&body)?),
            (Subject::Field, _) => Self::Field(verb, wire::Field::read(&body, verb == Verb::Create)?),
        })
    }

    /// Does it; gives what the answer carries.
    fn run(&self, tx: &mut Tx<'_>, ground: &Ground) -> Result<Value> {
        match self {
            Self::Customer(Verb::Create, customer) => customers::create(tx, ground, customer),
            Self::Customer(Verb::Delete, customer) => customers::delete(tx, ground, &customer.no),
            Self::Customer(Verb::Update | Verb::Recode, customer) => customers::update(tx, ground, customer),
            Self::RecodeCustomer(codes) => customers::recode(tx, ground, codes),
            Self::Item(Verb::Create, kind, item) => catalogs::create(tx, *kind, item),
            Self::Item(Verb::Update | Verb::Recode, kind, item) => catalogs::update(tx, *kind, item),
            Self::RecodeItem(kind, codes) => catalogs::recode(tx, *kind, codes),
            Self::Field(Verb::Create, field) => fields::create(tx, field),
            Self::Field(Verb::Update | Verb::Recode, field) => fields::update(tx, field),
            Self::RecodeField(codes) => fields::recode(tx, codes),
            Self::Item(Verb::Delete, ..) | Self::Field(Verb::Delete, _) | Self::DeleteAll => {
                Err(Error::broken("what changes many customers is worked off in slices"))
            }
        }
    }
}

/// Holds the pair of codes against the org of the token. The document itself writes one project code in two cases.
fn check_pair(body: &Reader<'_>, org: &Org) -> Result<()> {
    let code = |name| body.trimmed(name)?.ok_or_else(|| body.missing(name));
    let (vbot_id, project_code) = (code("vbot_id")?, code("project_code")?);
    if vbot_id.eq_ignore_ascii_case(&org.vbot_id) && project_code.eq_ignore_ascii_case(&org.project_code) {
        return Ok(());
    }
    Err(Error::forbidden("vbot_id và project_code không thuộc tổ chức của token"))
}
