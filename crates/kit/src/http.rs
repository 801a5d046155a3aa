//! Between HTTP and a dialect: what every handler is given, bodies read within limits, answers put on the wire.

use std::net::IpAddr;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::Error;
use front::{BODY_LIMIT, BodyBudget, BodyError, ClientAddress};
use hub::{Answer, Hub};

/// What a dialect's handlers share.
#[derive(Clone)]
pub struct Shared {
    /// What can be done.
    pub hub: Hub,
    /// How much of large bodies may be in memory at once.
    pub budget: BodyBudget,
}

impl Shared {
    /// With the usual budget.
    pub fn new(hub: Hub) -> Self {
        Self { hub, budget: BodyBudget::default() }
    }
}

/// Where a request came from, as far as the front found out.
pub fn address(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ClientAddress>().map(|address| address.0)
}

/// The token in a header such as `Authorization`: its last word, without the quotes that documents put around it. Scheme and
/// introduction differ by vendor and client (`Bearer X`, `X` alone, `Access Token : Bearer 'X'`); a token has no blanks. Name and
/// password of the `Basic` scheme, which are for somebody on the way, are none.
pub fn token(header: &str) -> &str {
    if header.split_whitespace().next().is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic")) {
        return "";
    }
    let word = header.split_whitespace().next_back().unwrap_or_default().trim_matches(['\'', '"']);
    if word.trim_end_matches(':').eq_ignore_ascii_case("bearer") { "" } else { word }
}

/// Reads a body of up to 25 MB.
pub async fn read_body(body: Body, budget: &BodyBudget) -> Result<Bytes, Fault> {
    front::read_body(body, BODY_LIMIT, budget).await.map_err(|error| match error {
        BodyError::TooLarge => Fault {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            error: Error::invalid("", "Nội dung yêu cầu vượt quá 25 MB"),
        },
        BodyError::TimedOut => Fault {
            status: StatusCode::REQUEST_TIMEOUT,
            error: Error::invalid("", "Nội dung yêu cầu không đến kịp thời gian chờ"),
        },
        BodyError::TooBusy => {
            Fault { status: StatusCode::TOO_MANY_REQUESTS, error: Error::busy("too many large bodies at once") }
        }
        BodyError::Broken => Fault {
            status: StatusCode::BAD_REQUEST,
            error: Error::invalid("", "Nội dung yêu cầu bị ngắt giữa chừng"),
        },
    })
}

/// Why a body could not be read, and the HTTP status that says so.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The status.
    pub status: StatusCode,
    /// What to tell.
    pub error: Error,
}

/// An answer on the wire, as JSON in UTF-8.
pub fn response(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    json(status, answer.body)
}

/// A JSON text on the wire.
pub fn json(status: StatusCode, body: String) -> Response {
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use super::token;

    #[test]
    fn a_token_is_found_behind_any_introduction() {
        for header in
            ["Bearer x-1", "bearer  x-1 ", "x-1", "Access Token : Bearer 'x-1'", "Bearer Access: Bearer \"x-1\""]
        {
            assert_eq!(token(header), "x-1", "{header}");
        }
        for header in ["", " ", "Bearer", "bearer:", "Bearer ''", "Basic dTpw", "basic"] {
            assert_eq!(token(header), "", "{header}");
        }
    }
}
