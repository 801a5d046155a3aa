//! An API key is exchanged for an access token that works for a day.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::response::Response;
use domain::{Dialect, Error};
use hub::tokens::{self, Secret};
use hub::{Answer, Incoming, Outcome};
use kit::http::{self, Shared};
use kit::reader::Reader;
use serde::Serialize;

use crate::error::{Empty, Refused, done};
use crate::{reads, routes};

/// `payload` of a key that is good.
#[derive(Serialize)]
struct Access<'a> {
    access_token: &'a str,
    access_type: &'static str,
    token_type: &'static str,
}

/// `GET /api/auth?apiKey=`; some clients send the key as a header.
pub async fn exchange(State(shared): State<Shared>, request: Request) -> Response {
    let (key, address) = (api_key(&request), http::address(&request));
    // The key was read: nothing of the request is needed any more.
    drop(request);
    let answer = match token_for(&shared, key, address).await {
        Ok(answer) => answer,
        Err(refused) => refused.answer(Empty::Null),
    };
    http::response(answer)
}

async fn token_for(
    shared: &Shared,
    key: Result<Option<String>, Refused>,
    address: Option<IpAddr>,
) -> Result<Answer, Refused> {
    let key = key?.ok_or_else(|| Refused::coded("api_key_is_required", "Thiếu apiKey"))?;
    let caller = shared.hub.caller(&key, Dialect::Omicrm, address).await.map_err(|error| refused(&error))?;
    let address = address.map(|address| address.to_string()).unwrap_or_default();
    let (version, route) = (routes::AUTH.version, routes::AUTH.name);
    let incoming = Incoming { version, route, caller: &caller.actor.name, address: &address, body: b"" };
    let mut call = shared.hub.call(caller.actor.clone(), &incoming);
    call.for_real();
    let (lasting, fresh) = (Secret::known(&key), Secret::random()?);
    let kept = fresh.clone();
    let work = move |tx: &mut hub::Tx<'_>| {
        tokens::exchange(tx, &lasting, &kept, Dialect::Omicrm)?;
        // What the journal keeps of the answer has no secret in it.
        Ok(told("***"))
    };
    let answer = shared.hub.answer(call, work, |error: &Error| refused(error).answer(Empty::Null)).await;
    Ok(if answer.outcome == Outcome::Done { told(fresh.reveal()) } else { answer })
}

fn told(token: &str) -> Answer {
    done(Access { access_token: token, access_type: "normal", token_type: "Bearer" })
}

/// The key in the query, otherwise that in the header.
fn api_key(request: &Request) -> Result<Option<String>, Refused> {
    let query = reads::query(request)?;
    let from_query = Reader::object(&query, "")?.trimmed(["apiKey", "apikey", "api_key"])?;
    let header = || request.headers().get("apikey").and_then(|value| value.to_str().ok());
    Ok(from_query.or_else(|| header().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty())))
}

/// A key that does not work is told with HTTP 200, as everything else that is wrong with a call.
fn refused(error: &Error) -> Refused {
    match error {
        Error::Unauthorized { .. } | Error::Forbidden { .. } => Refused::coded("api_key_invalid", error.public()),
        other => Refused::from(other),
    }
}
