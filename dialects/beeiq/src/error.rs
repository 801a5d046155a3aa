//! The answers of the listener. Nothing about them is published: the envelope is our own.

use axum::http::StatusCode;
use axum::response::Response;
use domain::Error;
use hub::{Answer, Outcome};
use kit::http;
use serde::Serialize;

/// The whole answer.
#[derive(Serialize)]
struct Envelope<'a> {
    success: bool,
    message: &'a str,
    data: &'a [ItemResult],
}

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemResult {
    /// Place in `data`, from 0.
    pub index: usize,
    /// `actionType` as sent.
    pub action_type: String,
    /// What was done.
    pub status: Status,
    /// What it was done to, such as `PID-12`.
    pub id: Option<String>,
    /// Why it was not done.
    pub message: Option<String>,
}

/// What was done with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Something new was made.
    Created,
    /// Something known was changed.
    Updated,
    /// It is known already; nothing was changed.
    Duplicated,
    /// It waits in the outbox, or with its whole delivery for the database.
    Queued,
    /// It was refused.
    Error,
}

/// What an action did, before it is told.
pub struct Done {
    /// What was done.
    pub status: Status,
    /// What it was done to.
    pub id: String,
}

impl Done {
    /// Something was done to `id`.
    pub fn new(status: Status, id: impl Into<String>) -> Self {
        Self { status, id: id.into() }
    }
}

impl ItemResult {
    /// An item that was worked on.
    pub fn done(index: usize, action_type: &str, done: Done) -> Self {
        Self { index, action_type: action_type.to_owned(), status: done.status, id: Some(done.id), message: None }
    }

    /// An item that waits to be worked on.
    pub fn waiting(index: usize, action_type: &str) -> Self {
        Self { index, action_type: action_type.to_owned(), status: Status::Queued, id: None, message: None }
    }

    /// An item that was refused.
    pub fn refused(index: usize, action_type: &str, error: &Error) -> Self {
        let message = match error {
            Error::NotFound { message } => format!("not_found: {message}"),
            Error::Conflict { .. }
            | Error::Invalid { .. }
            | Error::Forbidden { .. }
            | Error::Unauthorized { .. }
            | Error::Busy { .. }
            | Error::Broken { .. } => error.public().to_owned(),
        };
        Self { index, action_type: shown(action_type), status: Status::Error, id: None, message: Some(message) }
    }
}

/// How much of a caller's own text is repeated to them.
const SHOWN: usize = 60;

/// A text of the caller's, cut short.
pub fn shown(text: &str) -> String {
    let cut = text.char_indices().nth(SHOWN);
    cut.map_or_else(|| text.to_owned(), |(end, _)| format!("{}…", &text[..end]))
}

/// The answer to a delivery whose items were worked on.
pub fn delivered(results: &[ItemResult]) -> Answer {
    let refused = results.iter().filter(|result| result.status == Status::Error).count();
    let outcome = match refused {
        0 => Outcome::Done,
        all if all == results.len() => Outcome::Refused,
        _ => Outcome::Partly,
    };
    answer(StatusCode::OK, &Envelope { success: true, message: "success", data: results }, outcome)
}

/// The answer to a delivery that was refused as a whole.
pub fn refused(status: StatusCode, message: &str) -> Answer {
    answer(status, &Envelope { success: false, message, data: &[] }, Outcome::Refused)
}

/// The answer to a path that there is not.
pub async fn unknown_path() -> Response {
    http::response(refused(StatusCode::NOT_FOUND, "Không có đường dẫn này"))
}

/// The answer to an error, with the HTTP status it has here.
pub fn failed(error: &Error) -> Answer {
    let status = match error {
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::Forbidden { .. } => StatusCode::FORBIDDEN,
        Error::Unauthorized { .. } => StatusCode::UNAUTHORIZED,
        Error::Conflict { .. } | Error::Invalid { .. } => StatusCode::BAD_REQUEST,
        Error::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Error::Broken { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    };
    refused(status, error.public())
}

fn answer(status: StatusCode, envelope: &Envelope<'_>, outcome: Outcome) -> Answer {
    // Texts and numbers always serialise.
    let body = serde_json::to_string(envelope).unwrap_or_default();
    Answer { status: status.as_u16(), body, outcome }
}
