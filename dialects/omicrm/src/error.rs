//! The envelope of every answer, and what an error is called in it.

use axum::http::StatusCode;
use axum::response::Response;
use domain::Error;
use hub::{Answer, Outcome};
use kit::http::{self, Fault};
use serde::Serialize;

/// `status_code` of what was done, and of what was not.
const DONE: i64 = 9999;
const FAILED: i64 = -9999;

/// Answers of the vendor name the machine; some by name, some by version.
const INSTANCE: &str = "daumoi";
const INSTANCE_VERSION: &str = "1.0.0";

/// The whole answer.
#[derive(Serialize)]
struct Envelope<'a, P: Serialize> {
    status_code: i64,
    instance_id: &'a str,
    instance_name: &'a str,
    instance_version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    payload: P,
    key_enabled: bool,
}

/// What `payload` is when nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// `null`
    Null,
    /// `false`, where success is told by `true`.
    False,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// `message`: a code where there is one, otherwise a sentence that names the field.
    pub message: String,
    /// What a code means, in a sentence.
    detail: Option<String>,
    status: StatusCode,
}

impl Refused {
    /// A refusal that has a code.
    pub fn coded(code: &str, detail: &str) -> Self {
        Self { message: code.to_owned(), detail: Some(detail.to_owned()), status: StatusCode::OK }
    }

    /// A refusal that only people can read.
    fn said(text: &str) -> Self {
        Self { message: text.to_owned(), detail: None, status: StatusCode::OK }
    }

    fn with(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The answer that says so.
    pub fn answer(&self, empty: Empty) -> Answer {
        let payload = match empty {
            Empty::Null => None,
            Empty::False => Some(false),
        };
        answer(self.status, FAILED, Some(&self.message), self.detail.as_deref(), payload, Outcome::Refused)
    }
}

impl From<&Error> for Refused {
    fn from(error: &Error) -> Self {
        let detail = error.public();
        match error {
            Error::NotFound { .. } => Self::coded("contact_not_found", detail),
            Error::Conflict { .. } => Self::coded("contact_existed", detail),
            Error::Invalid { field, .. } if names(field, &["filterContacts", "filter_contacts"]) => {
                Self::coded("filter_contact_invalid", detail)
            }
            Error::Invalid { field, .. } if names(field, &["userOwnerEmail"]) => {
                Self::coded("user_owner_invalid", detail)
            }
            Error::Invalid { field, .. } if names(field, &["fieldCode"]) => Self::coded("field_code_invalid", detail),
            Error::Invalid { .. } => Self::said(detail),
            Error::Forbidden { .. } => Self::coded("ip_not_allowed", detail).with(StatusCode::FORBIDDEN),
            Error::Unauthorized { .. } => Self::coded("access_token_invalid", detail).with(StatusCode::UNAUTHORIZED),
            Error::Busy { .. } => Self::coded("system_busy", detail).with(StatusCode::SERVICE_UNAVAILABLE),
            Error::Broken { .. } => Self::coded("system_error", detail).with(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<Fault> for Refused {
    fn from(Fault { status, error }: Fault) -> Self {
        let text = Self::said(error.public());
        text.with(status)
    }
}

/// Whether a path leads to or through one of the members.
fn names(path: &str, members: &[&str]) -> bool {
    path.split(['.', '[']).any(|step| members.contains(&step))
}

/// The answer to what was done.
pub fn done(payload: impl Serialize) -> Answer {
    told(payload, Outcome::Done)
}

/// The same, where some items were refused.
pub fn partly(payload: impl Serialize) -> Answer {
    told(payload, Outcome::Partly)
}

fn told(payload: impl Serialize, outcome: Outcome) -> Answer {
    answer(StatusCode::OK, DONE, None, None, payload, outcome)
}

/// The answer to many items of which none was taken.
pub fn none_done(message: &str, payload: impl Serialize) -> Answer {
    answer(StatusCode::OK, FAILED, Some(message), None, payload, Outcome::Refused)
}

/// The answer to a method that a path does not know.
pub async fn wrong_method() -> Response {
    let refused = Refused::coded("method_not_allowed", "Đường dẫn này không nhận phương thức đã gửi");
    http::response(refused.with(StatusCode::METHOD_NOT_ALLOWED).answer(Empty::Null))
}

/// The answer to a path that there is not.
pub async fn unknown_path() -> Response {
    let refused = Refused::coded("path_not_found", "Không có đường dẫn này");
    http::response(refused.with(StatusCode::NOT_FOUND).answer(Empty::Null))
}

fn answer(
    status: StatusCode,
    code: i64,
    message: Option<&str>,
    detail: Option<&str>,
    payload: impl Serialize,
    outcome: Outcome,
) -> Answer {
    let envelope = Envelope {
        status_code: code,
        instance_id: INSTANCE,
        instance_name: INSTANCE,
        instance_version: INSTANCE_VERSION,
        message,
        detail,
        payload,
        key_enabled: false,
    };
    // Texts and numbers always serialise.
    let body = serde_json::to_string(&envelope).unwrap_or_default();
    Answer { status: status.as_u16(), body, outcome }
}
