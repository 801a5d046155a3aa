//! A saved view: a list as somebody left it, kept for themselves or shared with the org.

use crate::id::{Id, Instant};

/// Letters of a view's name at most.
pub const LONGEST_NAME: usize = 80;

/// A list as somebody left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its identity.
    pub id: Id,
    /// What is listed, such as `customers`.
    pub noun: String,
    /// Whose it is.
    pub user: Id,
    /// What people read.
    pub name: String,
    /// Whether everybody in the org sees it.
    pub is_shared: bool,
    /// Filters, order and columns as they stand in the address, without the question mark.
    pub query: String,
    /// When it was made.
    pub created_at: Instant,
}
