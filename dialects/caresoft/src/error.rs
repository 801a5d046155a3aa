//! Answers to calls that are refused. The document's 400 is `{"error":"Invalid request"}`, its later pages print
//! `code` and `message`: all three are sent.

use axum::http::StatusCode;
use domain::Error;
use hub::{Answer, Outcome};
use serde::Serialize;

/// The answer to a mistake.
#[derive(Serialize)]
struct Envelope<'a> {
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra_data: Option<ExtraData>,
}

/// Who else has the phone or e-mail.
#[derive(Serialize)]
struct ExtraData {
    duplicate_id: i64,
}

/// Whatever went wrong.
pub fn failed(error: &Error) -> Answer {
    let (status, word) = match error {
        Error::Invalid { .. } | Error::Conflict { .. } => (StatusCode::BAD_REQUEST, "Invalid request"),
        Error::NotFound { .. } => (StatusCode::NOT_FOUND, "Not found"),
        Error::Unauthorized { .. } => (StatusCode::UNAUTHORIZED, "Unauthorized"),
        Error::Forbidden { .. } => (StatusCode::FORBIDDEN, "Forbidden"),
        Error::Busy { .. } => (StatusCode::SERVICE_UNAVAILABLE, "Service unavailable"),
        Error::Broken { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
    };
    refused(status, error.public(), word)
}

/// The same where a lead is what was not found.
pub fn lead(error: &Error) -> Answer {
    match error {
        Error::NotFound { .. } => refused(StatusCode::NOT_FOUND, "Not found lead", "Not found"),
        other => failed(other),
    }
}

/// The same where a contact is what was not found.
pub fn contact(error: &Error) -> Answer {
    match error {
        Error::NotFound { .. } => refused(StatusCode::NOT_FOUND, "Not found user", "Not found"),
        other => failed(other),
    }
}

/// A phone or e-mail that somebody else has.
pub fn duplicate(field: &str, duplicate_id: i64) -> Answer {
    let message = format!("{field} already exist");
    let extra_data = Some(ExtraData { duplicate_id });
    answer(
        StatusCode::BAD_REQUEST,
        &Envelope { code: "errors", message: &message, error: Some("Invalid request"), extra_data },
    )
}

/// No token, or none that is good here. The vendor publishes no body for it.
pub fn unauthorized() -> Answer {
    refused(StatusCode::UNAUTHORIZED, "Unauthorized", "Unauthorized")
}

/// A domain that is not the token's.
pub fn wrong_domain() -> Answer {
    bare(StatusCode::NOT_FOUND, "Domain incorrect")
}

/// "Rate limit" page, as it prints it.
pub fn too_many() -> Answer {
    bare(StatusCode::TOO_MANY_REQUESTS, "Too Many Attempts.")
}

/// "Rate limit" page, as it prints it, with its blanks.
pub fn shut() -> Answer {
    bare(StatusCode::NOT_FOUND, "Domain incorrect too many times , retry after 15 minutes ")
}

/// A body that could not be read.
pub fn unread(status: StatusCode, error: &Error) -> Answer {
    refused(status, error.public(), "Invalid request")
}

/// Nothing is at this path.
pub fn no_such_path() -> Answer {
    refused(StatusCode::NOT_FOUND, "Not found", "Not found")
}

/// Nothing is done by this method at this path.
pub fn no_such_method() -> Answer {
    refused(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", "Method not allowed")
}

fn bare(status: StatusCode, message: &str) -> Answer {
    answer(status, &Envelope { code: "errors", message, error: None, extra_data: None })
}

fn refused(status: StatusCode, message: &str, word: &'static str) -> Answer {
    answer(status, &Envelope { code: "errors", message, error: Some(word), extra_data: None })
}

fn answer(status: StatusCode, envelope: &Envelope<'_>) -> Answer {
    // Texts and numbers always serialise.
    let body = serde_json::to_string(envelope).unwrap_or_default();
    Answer { status: status.as_u16(), body, outcome: Outcome::Refused }
}
