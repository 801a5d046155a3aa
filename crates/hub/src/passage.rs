//! How a call reached us beside what it says: by which path, as a rehearsal that changes nothing, or as an old call that is
//! played again. It travels with the task that handles the request, so that no handler of a dialect has to carry it, and only
//! this process can put it there: nothing that comes over the network makes a call a replay.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use domain::change::Change;
use domain::{Id, Instant, OrgId};

use crate::Answer;
use crate::spool::Kept;

tokio::task_local! {
    static PASSAGE: Passage;
}

/// How a call reached us.
#[derive(Debug, Clone, Default)]
pub struct Passage {
    /// Path and query, with secrets masked.
    pub target: Option<String>,
    /// What the body is said to be.
    pub content_type: Option<String>,
    /// Whether everything is taken back in the end.
    pub is_rehearsal: bool,
    /// The old call that is played again.
    pub(crate) replay: Option<Arc<Replayed>>,
    /// The call that waited on disk and is worked off now.
    pub(crate) waited: Option<Arc<Kept>>,
    pub(crate) notes: Arc<Notes>,
}

/// What is found out on the way.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    listener: OnceLock<Id>,
    journalled: OnceLock<Id>,
    report: Mutex<Option<Report>>,
    shown: Mutex<Vec<String>>,
    fate: Mutex<Fate>,
}

/// What became of the journal row of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing yet.
    #[default]
    Open,
    /// It is being worked on slice by slice, and some may be done.
    InSlices,
    /// It is written.
    Kept,
    /// It could not be written now, and nothing else was.
    Unkept,
}

impl Notes {
    fn fate(&self) -> MutexGuard<'_, Fate> {
        self.fate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An old call, as far as it says who came in.
#[derive(Debug, Clone)]
pub(crate) struct Replayed {
    pub(crate) org: OrgId,
    pub(crate) original: Id,
    pub(crate) at: Instant,
    pub(crate) user: Option<Id>,
    pub(crate) caller: String,
    pub(crate) listener: Option<Id>,
    pub(crate) sends: bool,
}

/// What a rehearsal would have done.
#[derive(Debug, Clone)]
pub struct Report {
    /// The very answer.
    pub answer: Answer,
    /// What was decided.
    pub decisions: Vec<String>,
    /// Numbers of the customers touched.
    pub touched: Vec<i64>,
    /// The lines of history that it would write.
    pub changes: Vec<Change>,
}

impl Passage {
    /// Drives a request with this passage.
    pub async fn around<F: Future>(self, request: F) -> F::Output {
        PASSAGE.scope(self, request).await
    }

    /// That of the request that is being handled; a plain one outside of any.
    pub fn current() -> Self {
        PASSAGE.try_with(Clone::clone).unwrap_or_default()
    }

    /// What the rehearsal of this request would have done; none when there was none.
    pub fn report(&self) -> Option<Report> {
        self.notes.report.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The journal row of this request.
    pub fn journalled(&self) -> Option<Id> {
        self.notes.journalled.get().copied()
    }

    pub(crate) fn listener(&self) -> Option<Id> {
        self.notes.listener.get().copied()
    }

    /// A token or a listener's secret was shown: it shall stand nowhere else.
    pub(crate) fn was_shown(&self, secret: &str) {
        self.notes.shown.lock().unwrap_or_else(PoisonError::into_inner).push(secret.to_owned());
    }

    /// The secrets that were shown on the way in.
    pub(crate) fn shown(&self) -> Vec<String> {
        self.notes.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn came_through(&self, listener: Id) {
        // A request comes through one listener.
        let _ = self.notes.listener.set(listener);
    }

    pub(crate) fn fate(&self) -> Fate {
        *self.notes.fate()
    }

    pub(crate) fn ends(&self, fate: Fate) {
        *self.notes.fate() = fate;
    }

    /// The same way in for another try.
    pub(crate) fn anew(&self) -> Self {
        Self { notes: Arc::default(), ..self.clone() }
    }

    pub(crate) fn is_journalled(&self, call: Id) {
        // A request is one call.
        let _ = self.notes.journalled.set(call);
    }

    pub(crate) fn tell(&self, report: Report) {
        *self.notes.report.lock().unwrap_or_else(PoisonError::into_inner) = Some(report);
    }
}
