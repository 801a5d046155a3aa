//! What the socket and the request handler of one connection tell each other: whose bytes are next, and when one
//! request is over.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

/// One connection's turn-taking. The socket hands over a head and waits; the service, which knows how the parser
/// understood the head, says how many bytes of body follow; dropping the [`Turn`] ends the request.
#[derive(Default)]
pub(crate) struct Exchange(Mutex<State>);

#[derive(Default)]
struct State {
    body: Body,
    busy: bool,
    waker: Option<Waker>,
}

#[derive(Clone, Copy, Default)]
enum Body {
    /// The head is with the parser.
    #[default]
    Unknown,
    /// So many bytes are still to come.
    Length(u64),
    /// Chunked: only the parser knows where it ends.
    Chunked,
}

/// What the socket may do next.
pub(crate) enum Step {
    /// Wait for the parser.
    AwaitParser,
    /// Pass on at most so many bytes of body.
    Body(u64),
    /// Pass everything on; where the next request begins cannot be told.
    Unframed,
    /// Wait for the answer.
    AwaitAnswer,
    /// Begin with the next head.
    NextHead,
}

impl Exchange {
    /// A request begins; `body` is its length in bytes, `None` if it is chunked.
    pub(crate) fn begin(self: &Arc<Self>, body: Option<u64>) -> Turn {
        let mut state = self.lock();
        state.body = body.map_or(Body::Chunked, Body::Length);
        state.busy = true;
        wake(state);
        Turn(Arc::clone(self))
    }

    /// What the socket may do; the task is woken when that changes.
    pub(crate) fn step(&self, cx: &Context<'_>) -> Step {
        let mut state = self.lock();
        let step = match (state.body, state.busy) {
            (Body::Unknown, _) => Step::AwaitParser,
            (Body::Chunked, _) => Step::Unframed,
            (Body::Length(0), true) => Step::AwaitAnswer,
            (Body::Length(0), false) => {
                state.body = Body::Unknown;
                Step::NextHead
            }
            (Body::Length(left), _) => Step::Body(left),
        };
        if matches!(step, Step::AwaitParser | Step::AwaitAnswer) {
            state.waker = Some(cx.waker().clone());
        }
        step
    }

    /// The socket passed on so many bytes of body.
    pub(crate) fn passed(&self, bytes: u64) {
        let mut state = self.lock();
        if let Body::Length(left) = state.body {
            state.body = Body::Length(left.saturating_sub(bytes));
        }
    }

    /// Whether the last request was taken in whole, so that nothing of it can still be on its way.
    pub(crate) fn is_taken_in(&self) -> bool {
        matches!(self.lock().body, Body::Length(0))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request being answered, until its answer is written or given up.
pub(crate) struct Turn(Arc<Exchange>);

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.busy = false;
        wake(state);
    }
}

fn wake(mut state: MutexGuard<'_, State>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}
