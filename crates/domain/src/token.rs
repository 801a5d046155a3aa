//! Tokens: what a client shows to be let in. Only their SHA-256 is kept.

use crate::dialect::Dialect;
use crate::id::{Id, Instant};

/// A credential of an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its identity.
    pub id: Id,
    /// Small number that people see.
    pub number: i64,
    /// What it is for.
    pub name: String,
    /// The user it acts as; without one it acts as the org itself.
    pub user: Option<Id>,
    /// The doors it opens.
    pub dialects: Vec<Dialect>,
    /// When it stops working.
    pub expires_at: Option<Instant>,
    /// Networks it may be used from; empty means anywhere.
    pub networks: Vec<String>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Instant>,
    /// When it was taken back.
    pub revoked_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// The lasting token that it was got for; it works no longer than that one.
    pub parent: Option<Id>,
}

impl Token {
    /// Whether it may be used at `now` for `dialect`.
    pub fn is_good(&self, now: Instant, dialect: Dialect) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end) && self.dialects.contains(&dialect)
    }
}
