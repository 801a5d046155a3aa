//! A call from its request to its answer: let in, read, worked on in one unit of work, answered.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use domain::{Error, Result};
use hub::access::Caller;
use hub::{Answer, Incoming, Outcome, Tx};
use kit::http::{self, Shared};
use kit::json::{self, Node};
use serde::Serialize;

use crate::auth::Card;
use crate::limit::Limits;
use crate::{auth, error};

/// What the handlers share.
#[derive(Clone)]
pub struct Here {
    /// What all dialects' handlers share.
    pub shared: Shared,
    /// How often each org called.
    pub limits: Arc<Limits>,
}

impl Here {
    /// At the start nobody has called.
    pub fn new(shared: Shared) -> Self {
        Self { shared, limits: Arc::default() }
    }
}

/// Puts an error into the envelope of a resource.
pub type Refuse = fn(&Error) -> Answer;

/// A call that may change something. `read` makes sense of the body before any transaction, `work` does what it says; both
/// may refuse, and the journal has the call either way. `route` is its name there.
pub async fn write<T, R, W>(
    here: Here,
    request: Request,
    route: &'static str,
    read: R,
    work: W,
    refuse: Refuse,
) -> Response
where
    T: Send + Sync + 'static,
    R: FnOnce(&Node, &Uri, &Caller) -> Result<T>,
    W: Fn(&mut Tx<'_>, &Caller, &T) -> Result<Answer> + Send + 'static,
{
    let (card, uri, body) = (Card::of(&request), request.uri().clone(), request.into_body());
    let caller = match auth::enter(&here, &card).await {
        Ok(caller) => caller,
        Err(answer) => return http::response(answer),
    };
    let address = card.address.map(|address| address.to_string()).unwrap_or_default();
    let body = match http::read_body(body, &here.shared.budget).await {
        Ok(body) => body,
        Err(fault) => return http::response(error::unread(fault.status, &fault.error)),
    };
    let hub = &here.shared.hub;
    let name = caller.actor.name.clone();
    let incoming = Incoming { version: "v1", route, caller: &name, address: &address, body: &body };
    let mut call = hub.call(caller.actor.clone(), &incoming);
    let read = json::parse(&body).and_then(|parsed| {
        parsed.tolerated.iter().for_each(|tolerance| call.tolerate(tolerance.to_string()));
        read(&parsed.node, &uri, &caller)
    });
    let answer = match read {
        Ok(sent) => hub.answer(call, move |tx| work(tx, &caller, &sent), refuse).await,
        Err(error) => hub.refuse(call, refuse(&error)).await,
    };
    http::response(answer)
}

/// How much a call looks through.
#[derive(Debug, Clone, Copy)]
pub enum Reach {
    /// Lists and searches.
    Many,
    /// A record by its key: what the hub only glances at.
    One,
}

/// A call that only looks. Whatever body it brings is left alone.
pub async fn look<T, R, W>(here: Here, request: Request, reach: Reach, read: R, work: W, refuse: Refuse) -> Response
where
    T: Send + Sync + 'static,
    R: FnOnce(&Node, &Uri, &Caller) -> Result<T>,
    W: Fn(&mut Tx<'_>, &Caller, &T) -> Result<Answer> + Send + 'static,
{
    let (caller, sent) = match asked(&here, request, read, refuse).await {
        Ok(asked) => asked,
        Err(answer) => return http::response(answer),
    };
    let (hub, org) = (&here.shared.hub, caller.org.id);
    let work = move |tx: &mut Tx<'_>| work(tx, &caller, &sent);
    let found = match reach {
        Reach::Many => hub.read(org, work).await,
        Reach::One => hub.glance(org, work).await,
    };
    http::response(found.unwrap_or_else(|error| refuse(&error)))
}

/// Who asks, and what for.
async fn asked<T>(
    here: &Here,
    request: Request,
    read: impl FnOnce(&Node, &Uri, &Caller) -> Result<T>,
    refuse: Refuse,
) -> std::result::Result<(Caller, T), Answer> {
    let (card, uri) = (Card::of(&request), request.uri().clone());
    drop(request);
    let caller = auth::enter(here, &card).await?;
    let sent = query(&uri).and_then(|query| read(&query, &uri, &caller)).map_err(|error| refuse(&error))?;
    Ok((caller, sent))
}

/// The parameters of an address as an object of texts, to be read like a body.
fn query(uri: &Uri) -> Result<Node> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|_| Error::invalid("", "Tham số trên địa chỉ không đọc được"))?;
    Ok(Node::Object(pairs.0.into_iter().map(|(name, value)| (name, Node::Text(value))).collect()))
}

/// The number at the end of a path; what is no number is nobody's.
pub fn id(uri: &Uri) -> Result<i64> {
    let last = uri.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let digits = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { last.parse().ok() } else { None };
    number.ok_or_else(|| Error::not_found("Không tìm thấy"))
}

/// An answer to a call that was done.
pub fn done(body: &impl Serialize) -> Result<Answer> {
    let body = serde_json::to_string(body).map_err(Error::broken)?;
    Ok(Answer { status: StatusCode::OK.as_u16(), body, outcome: Outcome::Done })
}

/// Any path below `api/v1` that is not known.
pub async fn unknown_path(State(here): State<Here>, request: Request) -> Response {
    let card = Card::of(&request);
    drop(request);
    let entered = auth::enter(&here, &card).await;
    http::response(entered.map_or_else(|answer| answer, |_| error::no_such_path()))
}

/// Any method that a path does not know.
pub async fn wrong_method(State(here): State<Here>, request: Request) -> Response {
    let card = Card::of(&request);
    drop(request);
    let entered = auth::enter(&here, &card).await;
    http::response(entered.map_or_else(|answer| answer, |_| error::no_such_method()))
}
