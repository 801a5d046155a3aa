//! `POST /token`: OAuth's password and refresh grants, with OAuth's own answers. Its body is never kept.

use axum::extract::Request;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use domain::{Dialect, Error, Result};
use hub::grants::{Grant, SECONDS};
use kit::forms;
use kit::http::{self, Shared};
use kit::json::Parsed;
use kit::reader::Reader;
use serde::Serialize;

/// What is granted.
#[derive(Serialize)]
struct Granted<'g> {
    access_token: &'g str,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: &'g str,
}

/// Why nothing is granted.
#[derive(Serialize)]
struct Refused<'r> {
    error: &'r str,
    error_description: &'r str,
}

/// What a body asks for.
enum Asked {
    Password { username: String, password: String },
    Refresh { token: String },
    Unsupported,
}

/// Grants a token.
pub async fn grant(shared: Shared, request: Request) -> Response {
    if request.method() != Method::POST {
        let mut response = refused(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "Chỉ nhận phương thức POST");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    let address = http::address(&request);
    let (head, body) = request.into_parts();
    let body = match http::read_body(body, &shared.budget).await {
        Ok(body) => body,
        Err(fault) => return refused(fault.status, "invalid_request", fault.error.public()),
    };
    let kind = head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let granted = match forms::read_body(kind, &body).await.and_then(|parsed| asked(&parsed)) {
        Err(error) => return refused(StatusCode::BAD_REQUEST, "invalid_request", error.public()),
        Ok(Asked::Unsupported) => {
            let message = "grant_type phải là password hoặc refresh_token";
            return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", message);
        }
        Ok(Asked::Password { username, password }) => {
            shared.hub.sign_in(&username, &password, Dialect::Vbot, address).await
        }
        Ok(Asked::Refresh { token }) => shared.hub.renew(&token, Dialect::Vbot).await,
    };
    match granted {
        Ok(grant) => told(&grant),
        Err(error) => failed(&error),
    }
}

fn asked(parsed: &Parsed) -> Result<Asked> {
    let body = Reader::object(&parsed.node, "")?;
    let text = |name| body.trimmed(name)?.ok_or_else(|| body.missing(name));
    Ok(match body.trimmed("grant_type")?.unwrap_or_default().to_ascii_lowercase().as_str() {
        "password" => Asked::Password {
            username: text("username")?,
            // Blanks belong to a password.
            password: body.text("password")?.ok_or_else(|| body.missing("password"))?,
        },
        "refresh_token" => Asked::Refresh { token: text("refresh_token")? },
        _ => Asked::Unsupported,
    })
}

fn told(grant: &Grant) -> Response {
    let granted = Granted {
        access_token: grant.access.reveal(),
        token_type: "bearer",
        expires_in: SECONDS,
        refresh_token: grant.refresh.reveal(),
    };
    unkept(StatusCode::OK, &granted)
}

/// A wrong password is 400 here, as the vendor's platform has it.
fn failed(error: &Error) -> Response {
    let (status, word) = match error {
        Error::Unauthorized { .. } | Error::NotFound { .. } | Error::Conflict { .. } => {
            (StatusCode::BAD_REQUEST, "invalid_grant")
        }
        Error::Forbidden { .. } => (StatusCode::TOO_MANY_REQUESTS, "invalid_grant"),
        Error::Invalid { .. } => (StatusCode::BAD_REQUEST, "invalid_request"),
        Error::Busy { .. } => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
        Error::Broken { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
    };
    refused(status, word, error.public())
}

fn refused(status: StatusCode, error: &str, error_description: &str) -> Response {
    unkept(status, &Refused { error, error_description })
}

/// An answer that nobody on the way may keep.
fn unkept(status: StatusCode, answer: &impl Serialize) -> Response {
    // Texts and numbers always serialise.
    let mut response = http::json(status, serde_json::to_string(answer).unwrap_or_default());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
