//! The envelope of VBot's answers: its own table of errors, nearly always under HTTP 200.

use axum::http::StatusCode;
use domain::Error;
use hub::{Answer, Outcome};
use serde::Serialize;
use serde_json::Value;

use crate::routes::Version;

/// An answer. Only the first version has `status`.
#[derive(Serialize)]
struct Envelope<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u8>,
    error: i32,
    message: &'a str,
    data: &'a Value,
}

/// The answer to a call that was done.
pub fn done(version: Version, data: &Value) -> Answer {
    answer(version, StatusCode::OK, 0, "success", data)
}

/// The answer to an error. The document has one envelope with codes of its own, so that refusals come under 200 too; only
/// a caller who is not known, and a fault of ours, also have an HTTP status.
pub fn failed(version: Version, error: &Error) -> Answer {
    let (status, code) = match error {
        Error::Invalid { .. } => (StatusCode::OK, -1),
        Error::Unauthorized { .. } => (StatusCode::UNAUTHORIZED, 401),
        Error::Forbidden { .. } => (StatusCode::OK, 403),
        Error::NotFound { .. } => (StatusCode::OK, 404),
        Error::Conflict { .. } => (StatusCode::OK, 409),
        Error::Busy { .. } => (StatusCode::SERVICE_UNAVAILABLE, 500),
        Error::Broken { .. } => (StatusCode::INTERNAL_SERVER_ERROR, 500),
    };
    answer(version, status, code, error.public(), &Value::Null)
}

/// The answer to a request that was never read, under the HTTP status that says why.
pub fn refused(version: Version, status: StatusCode, message: &str) -> Answer {
    answer(version, status, -1, message, &Value::Null)
}

/// The answer to a path that there is not.
pub fn unknown_path(version: Version) -> Answer {
    answer(version, StatusCode::NOT_FOUND, 404, "Không có đường dẫn này", &Value::Null)
}

fn answer(version: Version, status: StatusCode, error: i32, message: &str, data: &Value) -> Answer {
    let outcome = if error == 0 { Outcome::Done } else { Outcome::Refused };
    let word = match version {
        Version::V1 => Some(u8::from(error == 0)),
        Version::V2 | Version::V3 => None,
    };
    // Texts and numbers always serialise.
    let body = serde_json::to_string(&Envelope { status: word, error, message, data }).unwrap_or_default();
    Answer { status: status.as_u16(), body, outcome }
}
