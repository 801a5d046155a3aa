//! A write call of a dialect: journalled with its answer in the same transaction as what it changes.

use std::sync::Arc;

use domain::request::{KEPT_BYTES, Request, kept_part};
use domain::{Actor, Error, Id, Instant, Result};
use sha2::{Digest, Sha256};
use store::{Tx, requests};

use crate::passage::{Fate, Passage};
use crate::{Hub, secret};

/// A call as it came in, before it is worked on. Its secrets are masked already.
#[derive(Debug, Clone)]
pub struct Incoming<'a> {
    /// Version of the interface.
    pub version: &'static str,
    /// Method and route template; never the path itself, which may hold a secret.
    pub route: &'static str,
    /// Who calls, for people to read.
    pub caller: &'a str,
    /// Address it came from.
    pub address: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// A call that is being worked on.
#[derive(Debug, Clone)]
pub struct Call {
    pub(crate) actor: Actor,
    pub(crate) request: Request,
    pub(crate) passage: Passage,
}

/// What a caller is told: an HTTP status and a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: String,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a call ended, for filters of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All was done.
    Done,
    /// Some items were refused.
    Partly,
    /// Nothing was done.
    Refused,
}

impl Outcome {
    /// The word that is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::Partly => "partly",
            Self::Refused => "refused",
        }
    }

    /// What a stored word means.
    pub fn of(word: &str) -> Self {
        [Self::Done, Self::Partly].into_iter().find(|outcome| outcome.word() == word).unwrap_or(Self::Refused)
    }
}

impl Call {
    /// What had to be tolerated, for the journal.
    pub fn tolerate(&mut self, what: impl Into<String>) {
        self.request.decisions.push(what.into());
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// When what it does happens: now, or when it came first.
    pub(crate) fn moment(&self) -> Instant {
        self.passage.replay.as_ref().map_or(self.request.at, |replay| replay.at)
    }

    /// Whether the messages it asks for are kept and not sent.
    pub(crate) fn holds_messages(&self) -> bool {
        self.passage.replay.as_ref().is_some_and(|replay| !replay.sends)
    }
}

impl Hub {
    /// Takes a call in for an actor.
    pub fn call(&self, actor: Actor, incoming: &Incoming<'_>) -> Call {
        let passage = Passage::current();
        // A call that waited has its moment and its id already.
        let (at, id) = match &passage.waited {
            Some(kept) => (kept.at, kept.id),
            None => {
                let at = self.now();
                (at, self.ids.next(at))
            }
        };
        let waited = passage.waited.is_some().then(|| WAITED.to_owned());
        passage.is_journalled(id);
        let text = String::from_utf8_lossy(incoming.body);
        // A little more than is kept, so that no secret is cut in two.
        let begin = &text[..text.floor_char_boundary(KEPT_BYTES + 1_024)];
        let kept = kept_part(&secret::masked(begin, &passage.shown())).replace('\0', "\u{fffd}");
        let is_whole = incoming.body.len() <= KEPT_BYTES;
        let body_digest = (!is_whole).then(|| secret::hex(&Sha256::digest(incoming.body)));
        let request = Request {
            id,
            at,
            dialect: actor.dialect,
            version: incoming.version.to_owned(),
            route: incoming.route.to_owned(),
            target: passage.target.clone(),
            content_type: passage.content_type.clone(),
            user: actor.user,
            listener: passage.listener(),
            replay_of: passage.replay.as_ref().map(|replay| replay.original),
            caller: incoming.caller.to_owned(),
            address: incoming.address.to_owned(),
            body: kept,
            body_size: incoming.body.len() as i64,
            body_digest,
            status: 0,
            answer: String::new(),
            outcome: "running".to_owned(),
            decisions: waited.into_iter().collect(),
            touched: Vec::new(),
        };
        Call { actor: Actor { request: Some(id), ..actor }, request, passage }
    }

    /// Does the work of a call and journals it with its answer, all in one transaction. What the work refuses is taken
    /// back and journalled with the refusal. `refuse` puts an error into the caller's own envelope.
    pub async fn answer<W, R>(&self, call: Call, mut work: W, refuse: R) -> Answer
    where
        W: FnMut(&mut Tx<'_>) -> Result<Answer> + Send + 'static,
        R: Fn(&Error) -> Answer + Clone + Send + 'static,
    {
        if call.passage.is_rehearsal {
            return self.rehearse(call, work, refuse).await;
        }
        let in_envelope = refuse.clone();
        let (moment, holds_messages) = (call.moment(), call.holds_messages());
        let shown = call.passage.shown();
        let Call { actor, request, passage } = call;
        let unit_passage = passage.clone();
        let unit = self.db.write(actor, moment, move |tx| {
            if holds_messages {
                tx.hold_messages();
            }
            if let Some(kept) = earlier_answer(tx, request.id, &unit_passage)? {
                return Ok(kept);
            }
            let answer = match tx.nested(&mut work) {
                Ok(answer) => answer,
                Err(error) if error.is_refusal() => in_envelope(&error),
                Err(error) => return Err(error),
            };
            requests::insert(tx, &completed(tx, &request, &answer, &shown))?;
            Ok(answer)
        });
        let end = unit.await;
        passage.ends(fate_of(&end));
        end.unwrap_or_else(|error| {
            tracing::error!(cause = error.private(), "a call could not be worked on");
            refuse(&error)
        })
    }

    /// Journals a call that is refused before any work is done.
    pub async fn refuse(&self, call: Call, answer: Answer) -> Answer {
        let same = answer.clone();
        self.answer(call, move |_| Ok(same.clone()), move |_| answer.clone()).await
    }

    /// Begins a call of many items, each of which stands alone.
    pub fn batch(&self, call: Call) -> Batch {
        Batch { hub: self.clone(), call, is_journalled: false }
    }
}

/// What the journal says of a call that waited on disk.
const WAITED: &str = "Đến khi cơ sở dữ liệu không phản hồi: được giữ trên đĩa và xử lý sau";

/// What became of a call's journal row.
fn fate_of<T>(end: &Result<T>) -> Fate {
    match end {
        Ok(_) => Fate::Kept,
        Err(Error::Busy { .. }) => Fate::Unkept,
        Err(_) => Fate::Open,
    }
}

/// The answer of this very call, when an earlier run was kept although its commit seemed to fail, or although it then waited on
/// disk.
fn earlier_answer(tx: &mut Tx<'_>, id: Id, passage: &Passage) -> Result<Option<Answer>> {
    if tx.attempt() == 0 && passage.waited.is_none() {
        return Ok(None);
    }
    let kept = requests::find(tx, id)?.filter(|kept| kept.status != 0);
    if kept.is_some() {
        // The earlier commit may not have reached the server's copies. This one waits for them, and they get both or none.
        requests::confirm(tx, id)?;
    }
    Ok(kept.map(|kept| {
        let outcome = Outcome::of(&kept.outcome);
        Answer { status: u16::try_from(kept.status).unwrap_or(200), body: kept.answer, outcome }
    }))
}

/// The journal row of a call that was answered, without the secrets that were shown on the way in.
pub(crate) fn completed(tx: &Tx<'_>, request: &Request, answer: &Answer, shown: &[String]) -> Request {
    let mut done = request.clone();
    done.status = i64::from(answer.status);
    kept_part(&secret::masked(&answer.body, shown)).clone_into(&mut done.answer);
    answer.outcome.word().clone_into(&mut done.outcome);
    add_story(tx, &mut done);
    done
}

fn add_story(tx: &Tx<'_>, request: &mut Request) {
    let story = tx.story();
    request.decisions.extend(story.decisions.iter().cloned());
    request.touched.extend(story.touched.iter().copied());
    request.touched.sort_unstable();
    request.touched.dedup();
    // A batch of ten thousand needs no line for each item: the answer has one.
    request.decisions.truncate(200);
}

/// Items worked on in one transaction at most, so that nobody waits long behind a large batch.
const SLICE: usize = 192;

/// A call of many items. Large ones are worked on in slices, each a transaction of its own; the journal row is written with
/// the first and completed with the last.
pub struct Batch {
    pub(crate) hub: Hub,
    pub(crate) call: Call,
    is_journalled: bool,
}

impl Batch {
    /// Items in a slice.
    pub const SLICE: usize = SLICE;

    /// Works on a slice that others follow. `each` works on one item, whose failure `refuse` puts into words.
    pub async fn slice<I, R, E, F>(&mut self, items: Vec<I>, each: E, refuse: F) -> Vec<R>
    where
        I: Send + Sync + 'static,
        R: Send + 'static,
        E: Fn(&mut Tx<'_>, &I) -> Result<R> + Send + 'static,
        F: Fn(&I, &Error) -> R + Clone + Send + 'static,
    {
        let (request, is_journalled) = (self.call.request.clone(), self.is_journalled);
        self.call.passage.ends(Fate::InSlices);
        let items = Arc::new(items);
        let (worked, refused) = (Arc::clone(&items), refuse.clone());
        let (moment, holds_messages) = (self.call.moment(), self.call.holds_messages());
        let unit = self.hub.db.write(self.call.actor.clone(), moment, move |tx| {
            if holds_messages {
                tx.hold_messages();
            }
            let results = work_items(tx, &worked, &each, &refused)?;
            let mut so_far = request.clone();
            add_story(tx, &mut so_far);
            if !is_journalled {
                requests::insert(tx, &so_far)?;
            }
            Ok((results, so_far))
        });
        match unit.await {
            Ok((results, so_far)) => {
                self.is_journalled = true;
                self.call.request.decisions = so_far.decisions;
                self.call.request.touched = so_far.touched;
                results
            }
            Err(error) => failed(&items, &error, refuse),
        }
    }

    /// Works on the last slice and completes the journal with the answer that `finish` makes of its results.
    pub async fn last<I, R, E, F, A>(self, items: Vec<I>, each: E, refuse: F, finish: A) -> Answer
    where
        I: Send + Sync + 'static,
        R: Send + 'static,
        E: Fn(&mut Tx<'_>, &I) -> Result<R> + Send + 'static,
        F: Fn(&I, &Error) -> R + Clone + Send + 'static,
        A: Fn(&[R]) -> Answer + Clone + Send + 'static,
    {
        if self.call.passage.is_rehearsal {
            return self.rehearse(items, each, refuse, finish).await;
        }
        let (moment, holds_messages) = (self.call.moment(), self.call.holds_messages());
        let passage = self.call.passage;
        let shown = passage.shown();
        let (request, is_journalled) = (self.call.request, self.is_journalled);
        let unit_passage = passage.clone();
        let items = Arc::new(items);
        let (worked, refused, finished) = (Arc::clone(&items), refuse.clone(), finish.clone());
        let unit = self.hub.db.write(self.call.actor, moment, move |tx| {
            if holds_messages {
                tx.hold_messages();
            }
            if let Some(kept) = earlier_answer(tx, request.id, &unit_passage)? {
                return Ok(kept);
            }
            let answer = finished(&work_items(tx, &worked, &each, &refused)?);
            let done = completed(tx, &request, &answer, &shown);
            if is_journalled {
                requests::complete(tx, &done)?
            } else {
                requests::insert(tx, &done)?
            }
            Ok(answer)
        });
        let end = unit.await;
        if passage.fate() != Fate::InSlices {
            passage.ends(fate_of(&end));
        }
        match end {
            Ok(answer) => answer,
            Err(error) => finish(&failed(&items, &error, refuse)),
        }
    }
}

/// Works on each item inside a savepoint; only an engine that gives up ends the whole slice.
pub(crate) fn work_items<I, R>(
    tx: &mut Tx<'_>,
    items: &[I],
    each: &impl Fn(&mut Tx<'_>, &I) -> Result<R>,
    refuse: &impl Fn(&I, &Error) -> R,
) -> Result<Vec<R>> {
    let mut results = Vec::with_capacity(items.len());
    for item in items {
        results.push(match tx.nested(|tx| each(tx, item)) {
            Ok(result) => result,
            Err(Error::Busy { cause }) => return Err(Error::Busy { cause }),
            Err(error) => {
                if !error.is_refusal() {
                    tracing::error!(cause = error.private(), "an item could not be worked on");
                }
                refuse(item, &error)
            }
        });
    }
    Ok(results)
}

fn failed<I, R>(items: &[I], error: &Error, refuse: impl Fn(&I, &Error) -> R) -> Vec<R> {
    tracing::error!(cause = error.private(), items = items.len(), "a slice of items could not be worked on");
    items.iter().map(|item| refuse(item, error)).collect()
}
