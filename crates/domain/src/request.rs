//! The journal of write calls: what came in, what was answered, and why.

use crate::dialect::Dialect;
use crate::id::{Id, Instant};

/// One write call as it came, with its secrets masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its identity.
    pub id: Id,
    /// When it came.
    pub at: Instant,
    /// Through which door.
    pub dialect: Dialect,
    /// Version of the interface.
    pub version: String,
    /// Method and route template, such as `POST /webhook/listener/{secret}`.
    pub route: String,
    /// Path and query as they came, with secrets masked; none in rows of older versions of this program.
    pub target: Option<String>,
    /// What the body is said to be.
    pub content_type: Option<String>,
    /// The user on whose behalf it came, where there is one.
    pub user: Option<Id>,
    /// The listener through which it came, where it was one.
    pub listener: Option<Id>,
    /// The call that it plays again.
    pub replay_of: Option<Id>,
    /// Who called: sender, token or user, for people to read.
    pub caller: String,
    /// Address it came from.
    pub address: String,
    /// The body, or its first part when it was large.
    pub body: String,
    /// Size of the whole body in bytes.
    pub body_size: i64,
    /// SHA-256 of the whole body in hex, when only its first part is kept.
    pub body_digest: Option<String>,
    /// HTTP status of the answer; 0 while it is being worked on.
    pub status: i64,
    /// The answer, or its first part when it was large.
    pub answer: String,
    /// How it ended, in one word for filters: `ok`, `partly`, `refused` or `running`.
    pub outcome: String,
    /// What was decided and what had to be tolerated, for people to read.
    pub decisions: Vec<String>,
    /// Numbers of the customers touched.
    pub touched: Vec<i64>,
}

/// How much of a body or an answer is kept, in bytes.
pub const KEPT_BYTES: usize = 256 * 1024;

/// The text itself, or its first part at a character boundary when it is larger than [`KEPT_BYTES`].
pub fn kept_part(text: &str) -> &str {
    &text[..text.floor_char_boundary(KEPT_BYTES)]
}
