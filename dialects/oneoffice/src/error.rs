//! The answers of the interface: one envelope, HTTP 200 whatever became of the call, since its clients look at `error`.

use axum::response::Response;
use domain::Error;
use hub::{Answer, Outcome};
use kit::http::{self, Fault};
use serde::Serialize;
use serde_json::Value;

/// A call that was done.
#[derive(Serialize)]
struct Done<'a, T> {
    error: bool,
    message: &'a str,
    data: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// A page of a list.
#[derive(Serialize)]
struct Page<T> {
    error: bool,
    data: Vec<T>,
    total_item: i64,
}

/// A record that was asked for.
#[derive(Serialize)]
struct Item<T> {
    error: bool,
    data: T,
}

/// A call that was refused.
#[derive(Serialize)]
struct Refused<'a> {
    error: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    message: &'a str,
    /// Left out where clients ask with PHP's `isset` whether there is any.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

/// The answer to a change.
pub fn done<T: Serialize>(message: &str, data: T, url: Option<String>) -> Answer {
    answer(200, &Done { error: false, message, data, url }, Outcome::Done)
}

/// The answer with a page of a list.
pub fn page<T: Serialize>(data: Vec<T>, total_item: i64) -> Answer {
    answer(200, &Page { error: false, data, total_item }, Outcome::Done)
}

/// The answer with one record.
pub fn item<T: Serialize>(data: T) -> Answer {
    answer(200, &Item { error: false, data }, Outcome::Done)
}

/// The answer to an error. Only what is no fault of the caller's has another HTTP status than 200.
pub fn failed(error: &Error) -> Answer {
    let (status, code, data) = match error {
        Error::Unauthorized { .. } => (200, Some("token_not_valid"), None),
        Error::NotFound { .. } | Error::Conflict { .. } => (200, None, None),
        Error::Invalid { .. } | Error::Forbidden { .. } => (200, None, Some(Value::Null)),
        Error::Busy { .. } => (503, None, Some(Value::Null)),
        Error::Broken { .. } => (500, None, Some(Value::Null)),
    };
    answer(status, &Refused { error: true, code, message: error.public(), data }, Outcome::Refused)
}

/// The answer to a path that there is not.
pub async fn unknown_path() -> Response {
    http::response(Answer { status: 404, ..failed(&Error::not_found("Không có đường dẫn này")) })
}

/// The answer to a body that could not be read. One that came too late or to a busy server may be sent again.
pub fn unread(fault: &Fault) -> Answer {
    let status = match fault.status.as_u16() {
        status @ (408 | 429) => status,
        _ => 200,
    };
    Answer { status, ..failed(&fault.error) }
}

fn answer<T: Serialize>(status: u16, envelope: &T, outcome: Outcome) -> Answer {
    // Texts, numbers and maps with text keys always serialise.
    let body = serde_json::to_string(envelope).unwrap_or_default();
    Answer { status, body, outcome }
}
