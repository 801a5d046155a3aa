//! Request bodies: bounded in size, in time, and in the memory that all large ones together may take.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::Limits;

/// The largest body that the interfaces take, in bytes: 25 MB.
pub const BODY_LIMIT: usize = 25 * 1024 * 1024;
/// A body up to this size, in bytes, is read without asking the budget.
const SMALL: usize = 64 * 1024;
const KIB: usize = 1024;

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// Larger than the limit: 413.
    TooLarge,
    /// The client stood still or took too long: 408.
    TimedOut,
    /// So many large bodies are being handled that no room came free in time: 503.
    TooBusy,
    /// The connection broke, or the body contradicts its own framing: 400, if anybody still listens.
    Broken,
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the body is larger than the limit",
            Self::TimedOut => "the body did not arrive in time",
            Self::TooBusy => "no room for another large body",
            Self::Broken => "the body broke off",
        })
    }
}

impl Error for BodyError {}

/// The memory that all large bodies in flight may take together, counted in KiB; clones share it.
#[derive(Clone, Debug)]
pub struct BodyBudget {
    room: Arc<Semaphore>,
    total: u32,
    wait: Duration,
}

impl Default for BodyBudget {
    /// 128 MB, waited for at most 30 s.
    fn default() -> Self {
        Self::new(128 * 1024 * 1024, Duration::from_secs(30))
    }
}

impl BodyBudget {
    /// A budget of `bytes`; a body waits at most `wait` for its share.
    pub fn new(bytes: usize, wait: Duration) -> Self {
        let total = kib(bytes).max(1);
        Self { room: Arc::new(Semaphore::new(total as usize)), total, wait }
    }

    async fn acquire(&self, bytes: usize) -> Result<OwnedSemaphorePermit, BodyError> {
        let share = kib(bytes).min(self.total);
        let room = Arc::clone(&self.room).acquire_many_owned(share);
        tokio::time::timeout(self.wait, room).await.ok().and_then(Result::ok).ok_or(BodyError::TooBusy)
    }
}

/// Reads a body of at most `limit` bytes. One of more than 64 KiB first takes its share of the budget, in one piece so
/// that no two bodies wait for each other, and gives it back when the last clone of the bytes is dropped.
///
/// A compressed body is returned as it came and never unpacked: no vendor's document knows `Content-Encoding` on requests, and
/// what is packed reads as neither JSON nor a form.
pub async fn read_body(mut body: Body, limit: usize, budget: &BodyBudget) -> Result<Bytes, BodyError> {
    use hyper::body::Body as _;
    let size = body.size_hint();
    if size.lower() > limit as u64 {
        return Err(BodyError::TooLarge);
    }
    let most = size.upper().and_then(|bytes| usize::try_from(bytes).ok()).map_or(limit, |bytes| bytes.min(limit));
    let mut share = None;
    let mut data = BytesMut::new();
    if size.lower() > SMALL as u64 {
        share = Some(budget.acquire(most).await?);
        data.reserve(most);
    }
    while let Some(frame) = body.frame().await {
        let Ok(chunk) = frame.map_err(|error| why(&error))?.into_data() else { continue };
        let length = data.len() + chunk.len();
        if length > limit {
            return Err(BodyError::TooLarge);
        }
        if share.is_none() && length > SMALL {
            share = Some(budget.acquire(most).await?);
        }
        data.extend_from_slice(&chunk);
    }
    let data = data.freeze();
    Ok(match share {
        None => data,
        Some(mut share) => {
            let used = kib(data.len()) as usize;
            // A chunked body took the share of the largest; what it did not need goes back at once.
            drop(share.num_permits().checked_sub(used).and_then(|surplus| share.split(surplus)));
            Bytes::from_owner(Held { data, _share: share })
        }
    })
}

/// Bytes that keep their share of the budget.
struct Held {
    data: Bytes,
    _share: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.data
    }
}

fn kib(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(KIB)).unwrap_or(u32::MAX)
}

/// The innermost cause tells a time-out from a broken connection.
fn why(error: &axum::Error) -> BodyError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<TimedOut>() {
            return BodyError::TimedOut;
        }
        cause = error.source();
    }
    BodyError::Broken
}

/// The error of a body that did not arrive in time.
#[derive(Debug)]
struct TimedOut;

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body did not arrive in time")
    }
}

impl Error for TimedOut {}

/// A body that fails when nothing arrives for too long, or when it takes too long altogether. Time in which the handler
/// does not ask for more counts only towards the latter.
pub(crate) struct TimedBody {
    incoming: Incoming,
    stall: Duration,
    deadline: Instant,
    timer: Option<Pin<Box<Sleep>>>,
}

impl TimedBody {
    pub(crate) fn new(incoming: Incoming, limits: &Limits) -> Self {
        Self { incoming, stall: limits.body_stall, deadline: Instant::now() + limits.body_time, timer: None }
    }
}

impl hyper::body::Body for TimedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.incoming).poll_frame(cx) {
            this.timer = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let until = this.deadline.min(Instant::now() + this.stall);
        let timer = this.timer.get_or_insert_with(|| Box::pin(sleep_until(until)));
        timer.as_mut().poll(cx).map(|()| Some(Err(TimedOut.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
