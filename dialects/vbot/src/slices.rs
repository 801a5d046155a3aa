//! Calls that change many customers: worked off some at a time, so that nobody waits long behind them.

use domain::{CatalogKind, Error, Id, Result};
use hub::{Answer, Call, Hub, Tx, catalog, fields};
use serde_json::Value;

use crate::error;
use crate::routes::Version;

/// A status, type, group or field that is to be deleted.
#[derive(Debug, Clone)]
pub enum Doomed {
    /// An item of a list, by its code.
    Item(CatalogKind, String),
    /// A field, by its code.
    Field(String),
}

/// A step of a deletion.
#[derive(Debug, Clone, Copy)]
enum Step {
    LetGo(Id),
    Delete,
}

impl Doomed {
    /// Deletes it: customers let go of it some at a time, and with the last of them it goes itself. A call that is broken off
    /// in between can be sent again.
    pub async fn delete(self, hub: &Hub, call: Call, version: Version) -> Answer {
        let asked = self.clone();
        let carriers = hub.read(call.actor().org, move |tx| asked.carriers(tx)).await;
        let carriers = match carriers {
            Ok(carriers) => carriers,
            Err(error) => return hub.refuse(call, error::failed(version, &error)).await,
        };
        let steps = carriers.into_iter().map(Step::LetGo).chain([Step::Delete]).collect();
        work_off(hub, call, version, steps, move |tx, step| self.take(tx, *step)).await
    }

    fn carriers(&self, tx: &mut Tx<'_>) -> Result<Vec<Id>> {
        match self {
            Self::Item(kind, code) => catalog::carriers(tx, *kind, code),
            Self::Field(code) => fields::carriers(tx, code),
        }
    }

    fn take(&self, tx: &mut Tx<'_>, step: Step) -> Result<()> {
        match (self, step) {
            (Self::Item(kind, code), Step::LetGo(record)) => catalog::let_go(tx, *kind, code, record),
            (Self::Item(kind, code), Step::Delete) => catalog::delete(tx, *kind, code),
            (Self::Field(code), Step::LetGo(record)) => fields::let_go(tx, code, record),
            (Self::Field(code), Step::Delete) => fields::delete(tx, code),
        }
    }
}

/// Takes steps, each of which stands alone, and answers `true`, or with the first that failed.
pub async fn work_off<S, T>(hub: &Hub, call: Call, version: Version, mut steps: Vec<S>, take: T) -> Answer
where
    S: Send + Sync + 'static,
    T: Fn(&mut Tx<'_>, &S) -> Result<()> + Clone + Send + 'static,
{
    let mut batch = hub.batch(call);
    let refuse = |_: &S, error: &Error| Err(error.clone());
    let mut failure = None;
    while steps.len() > batch.slice_size() {
        let slice = steps.drain(..batch.slice_size()).collect();
        let take = take.clone();
        let results = batch.slice(slice, move |tx, step| take(tx, step).map(Ok), refuse).await;
        failure = failure.or(results.into_iter().find_map(Result::err));
    }
    let finish = move |last: &[Result<()>]| {
        let failed = failure.as_ref().or_else(|| last.iter().find_map(|end| end.as_ref().err()));
        failed.map_or_else(|| error::done(version, &Value::from(true)), |error| error::failed(version, error))
    };
    batch.last(steps, move |tx, step| take(tx, step).map(Ok), refuse, finish).await
}
