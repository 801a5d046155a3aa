//! How every call goes: the caller is let in, a body is read, a unit of work runs, and the answer is journalled.

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::header;
use axum::response::Response;
use domain::identity::Country;
use domain::{Dialect, Error, OrgId, Viewer};
use hub::access::Caller;
use hub::{Answer, Call, Incoming, Tx};
use jiff::tz::TimeZone;
use kit::http::{self, Shared};
use kit::json::{self, Node, Repair};
use kit::reader::Reader;

use crate::error::{Empty, Refused};
use crate::routes::Route;

/// What a call needs to know of where it came in.
#[derive(Debug, Clone)]
pub struct Site {
    /// The org.
    pub org: OrgId,
    /// Its country, for phone numbers.
    pub country: Country,
    /// Its time zone, for dates.
    pub zone: TimeZone,
    /// On whose behalf records are read.
    pub viewer: Viewer,
}

impl Site {
    fn of(caller: &Caller) -> Self {
        Self {
            org: caller.org.id,
            country: caller.org.settings.country(),
            zone: caller.org.settings.time_zone(),
            viewer: caller.viewer.clone(),
        }
    }
}

/// A call that was let in, with its body.
pub struct Entered {
    /// The call, for the journal.
    pub call: Call,
    /// Where it came in.
    pub site: Site,
    /// Its body.
    pub body: Bytes,
}

/// Lets the caller in: `Authorization` is `Bearer X`, `X` alone or as the document describes it, which it does three ways.
/// The request is looked at at once, and not held while the token is looked up.
pub fn let_in<'s>(
    shared: &'s Shared,
    request: &Request,
) -> impl Future<Output = Result<Caller, Refused>> + Send + use<'s> {
    let (token, address) = (bearer(request).to_owned(), http::address(request));
    async move {
        if token.is_empty() {
            return Err(Error::unauthorized("Thiếu access token trong header Authorization").into());
        }
        Ok(shared.hub.caller(&token, Dialect::Omicrm, address).await?)
    }
}

fn bearer(request: &Request) -> &str {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    http::token(header.unwrap_or_default())
}

/// Lets the caller of a write in and reads the body.
pub async fn enter(shared: &Shared, request: Request, route: Route) -> Result<Entered, Refused> {
    let caller = let_in(shared, &request).await?;
    let address = http::address(&request).map(|address| address.to_string()).unwrap_or_default();
    let body = http::read_body(request.into_body(), &shared.budget).await?;
    let incoming = Incoming {
        version: route.version,
        route: route.name,
        caller: &caller.actor.name,
        address: &address,
        body: &body,
    };
    let call = shared.hub.call(caller.actor.clone(), &incoming);
    Ok(Entered { call, site: Site::of(&caller), body })
}

/// A call that changes things: `read` makes of the body what `work` then does.
pub async fn write<W, R, D>(shared: &Shared, request: Request, route: Route, empty: Empty, read: R, work: D) -> Response
where
    W: Send + 'static,
    R: FnOnce(&[u8], &mut Call, &Site) -> Result<W, Refused>,
    D: Fn(&mut Tx<'_>, &Site, &W) -> domain::Result<Answer> + Send + 'static,
{
    let Entered { mut call, site, body } = match enter(shared, request, route).await {
        Ok(entered) => entered,
        Err(refused) => return http::response(refused.answer(Empty::Null)),
    };
    let answer = match read(&body, &mut call, &site) {
        Ok(wanted) => {
            let refuse = move |error: &Error| Refused::from(error).answer(empty);
            shared.hub.answer(call, move |tx| work(tx, &site, &wanted), refuse).await
        }
        Err(refused) => shared.hub.refuse(call, refused.answer(empty)).await,
    };
    http::response(answer)
}

/// A call that only looks.
pub async fn read<D>(shared: &Shared, caller: &Caller, mut work: D) -> Response
where
    D: FnMut(&mut Tx<'_>, &Site) -> domain::Result<Answer> + Send + 'static,
{
    let site = Site::of(caller);
    let answer = shared.hub.read(site.org, move |tx| work(tx, &site)).await;
    http::response(answer.unwrap_or_else(|error| {
        if !error.is_refusal() {
            tracing::error!(cause = error.private(), "a read could not be done");
        }
        Refused::from(error).answer(Empty::Null)
    }))
}

/// A document that must be there; what it was forgiven is noted in the call.
pub fn document(body: &[u8], call: &mut Call) -> Result<Node, Refused> {
    if body.trim_ascii().is_empty() {
        return Err(Refused::coded("request_body_required", "Thiếu nội dung yêu cầu"));
    }
    let parsed = json::parse_repaired(body, Repair::NameQuote)?;
    parsed.tolerated.iter().for_each(|tolerance| call.tolerate(tolerance.to_string()));
    Ok(parsed.node)
}

/// The top of a document, without what no document of ours may hold.
pub fn top(node: &Node) -> Result<Reader<'_>, Refused> {
    let reader = Reader::object(node, "")?;
    reader.reject_nul()?;
    reader.reject_duplicates()?;
    Ok(reader)
}
