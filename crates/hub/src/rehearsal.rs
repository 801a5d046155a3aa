//! A call that is only rehearsed: worked on like any other, answered like any other, and taken back whole.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{Actor, Error, Instant, Result};
use store::{Tx, changes};

use crate::call::{Answer, Batch, Call, completed, work_items};
use crate::passage::Report;
use crate::{Hub, secret};

/// Items that are rehearsed in one call at most: they are all worked on in one unit, behind which others wait.
const MOST_ITEMS: usize = 10_000;

impl Call {
    /// Works on this call for real even where a rehearsal was asked for, as on a sign-in: its answer is worth nothing unless
    /// it is kept.
    pub fn for_real(&mut self) {
        self.passage.is_rehearsal = false;
    }

    /// Says that what the journal keeps as the body is JSON, whatever came.
    pub fn is_kept_as_json(&mut self) {
        self.request.content_type = Some("application/json".to_owned());
    }

    /// Says that the journal keeps less of the body than came, so that it cannot be played again.
    pub fn is_kept_in_part(&mut self, whole: &[u8]) {
        use sha2::Digest as _;
        self.request.body_digest = Some(secret::hex(&sha2::Sha256::digest(whole)));
    }
}

impl Hub {
    /// Works on a call, keeps what it would have done, and takes it back.
    pub(crate) async fn rehearse<W, R>(&self, call: Call, mut work: W, refuse: R) -> Answer
    where
        W: FnMut(&mut Tx<'_>) -> Result<Answer> + Send + 'static,
        R: Fn(&Error) -> Answer + Clone + Send + 'static,
    {
        let (moment, holds_messages) = (call.moment(), call.holds_messages());
        let Call { actor, request, passage } = call;
        let in_envelope = refuse.clone();
        let told = self.taken_back(actor, moment, move |tx| {
            if holds_messages {
                tx.hold_messages();
            }
            let answer = match tx.nested(&mut work) {
                Ok(answer) => answer,
                Err(error) if error.is_refusal() => in_envelope(&error),
                Err(error) => return Err(error),
            };
            let done = completed(tx, &request, &answer, &[]);
            let changes = changes::of_request(tx, request.id)?;
            Ok(Report { answer, decisions: done.decisions, touched: done.touched, changes })
        });
        match told.await {
            Ok(report) => {
                let answer = report.answer.clone();
                passage.tell(report);
                answer
            }
            Err(error) => {
                tracing::error!(cause = error.private(), "a call could not be rehearsed");
                refuse(&error)
            }
        }
    }

    /// Runs a unit of work, gives what it returns, and takes back all it did.
    async fn taken_back<T, F>(&self, actor: Actor, moment: Instant, mut work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let kept = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&kept);
        let unit = self.db.write(actor, moment, move |tx| {
            let value = work(tx)?;
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
            Err::<(), Error>(Error::conflict("a rehearsal is taken back"))
        });
        let end = unit.await;
        let value = kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (end, value) {
            (Err(error), None) => Err(error),
            (Err(error), Some(_)) if !error.is_refusal() => Err(error),
            (_, Some(value)) => Ok(value),
            (Ok(()), None) => Err(Error::broken("a rehearsal ended without an answer")),
        }
    }
}

impl Batch {
    /// Items to work on at once: a slice of them, or all of them: in a rehearsal, since nothing of an earlier slice would
    /// be there, and of a delivery that waited on disk, since it is done whole or not at all.
    pub fn slice_size(&self) -> usize {
        let is_whole = self.call.passage.is_rehearsal || self.call.passage.waited.is_some();
        if is_whole { usize::MAX } else { Self::SLICE }
    }

    /// Works on all items of a batch that is rehearsed.
    pub(crate) async fn rehearse<I, R, E, F, A>(self, items: Vec<I>, each: E, refuse: F, finish: A) -> Answer
    where
        I: Send + Sync + 'static,
        R: Send + 'static,
        E: Fn(&mut Tx<'_>, &I) -> Result<R> + Send + 'static,
        F: Fn(&I, &Error) -> R + Clone + Send + 'static,
        A: Fn(&[R]) -> Answer + Clone + Send + 'static,
    {
        if items.len() > MOST_ITEMS {
            let error = Error::invalid("", format!("Chạy thử nhận nhiều nhất {MOST_ITEMS} phần tử một lần"));
            return finish(&items.iter().map(|item| refuse(item, &error)).collect::<Vec<R>>());
        }
        let items = Arc::new(items);
        let (all, refused, told) = (Arc::clone(&items), refuse.clone(), finish.clone());
        let work = move |tx: &mut Tx<'_>| Ok(told(&work_items(tx, &all, &each, &refused)?));
        let failed = move |error: &Error| finish(&items.iter().map(|item| refuse(item, error)).collect::<Vec<R>>());
        self.hub.rehearse(self.call, work, failed).await
    }
}
