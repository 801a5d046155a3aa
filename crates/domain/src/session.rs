//! A session: somebody who signed in to the pages and has not left.

use crate::id::{Id, Instant};

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its identity.
    pub id: Id,
    /// Who.
    pub user: Id,
    /// From which address they signed in; empty when that was not known.
    pub address: String,
    /// The browser, as it names itself.
    pub agent: String,
    /// When they signed in.
    pub created_at: Instant,
    /// When they were last seen, to ten minutes.
    pub seen_at: Instant,
    /// When they must sign in again.
    pub expires_at: Instant,
}
