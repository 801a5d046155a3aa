//! Who may come in: the token, the domain that must be its org's, and how often.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::header;
use domain::{Dialect, Error};
use hub::Answer;
use hub::access::Caller;
use kit::http;

use crate::call::Here;
use crate::error;
use crate::limit::Verdict;

/// What a request shows at the door.
pub struct Card {
    token: Option<String>,
    domain: String,
    /// Where it came from, as far as the front found out.
    pub address: Option<IpAddr>,
}

impl Card {
    /// Read off a request.
    pub fn of(request: &Request) -> Self {
        let (token, domain) = (token(request).map(str::to_owned), domain(request).to_owned());
        Self { token, domain, address: http::address(request) }
    }
}

/// The caller, or the answer to one who is not let in. Without a good token nothing is said about domains, and with one only
/// whether the domain is its own.
pub async fn enter(here: &Here, card: &Card) -> Result<Caller, Answer> {
    let token = card.token.as_deref().ok_or_else(error::unauthorized)?;
    let caller = here.shared.hub.caller(token, Dialect::Caresoft, card.address).await;
    let caller = caller.map_err(|error| match error {
        Error::Unauthorized { .. } => error::unauthorized(),
        other => error::failed(&other),
    })?;
    if !card.domain.eq_ignore_ascii_case(&caller.org.slug) {
        return Err(error::wrong_domain());
    }
    if caller.org.settings.text("caresoft.rate_limit") != "on" {
        return Ok(caller);
    }
    match here.limits.ask(caller.org.id, here.shared.hub.now()) {
        Verdict::Allowed => Ok(caller),
        Verdict::TooMany => Err(error::too_many()),
        Verdict::Shut => Err(error::shut()),
    }
}

fn token(request: &Request) -> Option<&str> {
    let header = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    Some(http::token(header)).filter(|token| !token.is_empty())
}

/// The first segment of the path. A slug needs no decoding.
fn domain(request: &Request) -> &str {
    request.uri().path().split('/').find(|part| !part.is_empty()).unwrap_or_default()
}
