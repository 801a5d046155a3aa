//! A funnel: stages in two levels through which a customer goes (OMICRM `filterContact`).

use crate::id::Id;

/// A funnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funnel {
    /// Its identity.
    pub id: Id,
    /// Small number that people see.
    pub number: i64,
    /// What people read.
    pub name: String,
    /// First-level stages; their place, counted from 1, is their index.
    pub stages: Vec<Stage>,
}

/// A stage of the first level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What people read.
    pub name: String,
    /// Names of its second-level stages; their place, counted from 1, is their index.
    pub steps: Vec<String>,
}

impl Funnel {
    /// Whether a customer may stand at these indexes, counted from 1.
    pub fn has(&self, first: i64, second: Option<i64>) -> bool {
        let place = |index: i64| usize::try_from(index - 1).ok();
        let stage = place(first).and_then(|place| self.stages.get(place));
        stage.is_some_and(|stage| {
            second.is_none_or(|second| place(second).is_some_and(|place| place < stage.steps.len()))
        })
    }
}
