//! Who does something, through which door, and in which call: what every line of history is signed with.

use crate::dialect::Dialect;
use crate::id::{Id, Instant, OrgId};

/// Who acts in a unit of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The org in which everything happens.
    pub org: OrgId,
    /// The user, where one acts.
    pub user: Option<Id>,
    /// Name for people to read.
    pub name: String,
    /// The door.
    pub dialect: Dialect,
    /// The journalled call, where there is one.
    pub request: Option<Id>,
}

impl Actor {
    /// Somebody at the command line.
    pub fn cli(org: OrgId) -> Self {
        Self { org, user: None, name: "daumoi".to_owned(), dialect: Dialect::Cli, request: None }
    }
}

/// Tells the time. The real one reads the machine's clock; a test holds it still.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Instant;
}

/// Makes ids that grow with time and never repeat, also not on another node.
pub trait Ids: Send + Sync {
    /// A new id for something made at `at`.
    fn next(&self, at: Instant) -> Id;
}
