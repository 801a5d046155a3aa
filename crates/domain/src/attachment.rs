//! An attachment: a file that belongs to a customer.

use crate::id::{Id, Instant};

/// A file's facts; its bytes are kept apart, under their SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its identity.
    pub id: Id,
    /// Whose it is.
    pub customer: Id,
    /// File name as sent.
    pub name: String,
    /// Media type, told by the first bytes or the name; never trusted when served.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes, in hex.
    pub digest: String,
    /// When it was added.
    pub created_at: Instant,
}
