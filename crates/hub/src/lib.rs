//! What can be done: rules, one transaction, history and outbox. The only place that begins and commits.
//!
//! A dialect opens a unit of work with [`Hub::answer`] or [`Hub::read`] and calls the verbs of these modules inside it.

pub mod access;
pub mod arrivals;
mod attempts;
pub mod browse;
pub mod bulk;
pub mod call;
pub mod catalog;
pub mod companies;
pub mod contacts;
pub mod customers;
pub mod deals;
pub mod drafts;
pub mod enquiries;
pub mod fields;
pub mod files;
pub mod funnels;
pub mod grants;
pub mod history;
pub mod intake;
pub mod journal;
pub mod leads;
pub mod listeners;
pub mod merges;
pub mod messages;
pub mod notes;
pub mod orgs;
pub mod outbox;
pub mod overview;
pub mod passage;
pub mod preset;
mod rehearsal;
pub mod replay;
pub mod sealed;
mod secret;
pub mod sending;
pub mod sessions;
pub mod settings;
mod sight;
pub mod spool;
pub mod templates;
pub mod tickets;
mod time;
pub mod tokens;
pub mod users;
pub mod views;
pub mod webhooks;

use std::sync::Arc;

use domain::{Actor, Clock, Ids, Instant, OrgId, Result};

pub use call::{Answer, Batch, Call, Incoming, Outcome};
pub use store::search::{Filter, Found, customer_number};
pub use store::{Db, Options, Pending, Place, Tx};
pub use time::{CountingIds, FixedClock, NodeIds, SystemClock};

/// The whole of what can be done, on an open database. Clones share it.
#[derive(Clone)]
pub struct Hub {
    db: Db,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    files: files::Files,
    uses: Arc<journal::Uses>,
    attempts: Arc<attempts::Attempts>,
    seals: Arc<sealed::Seals>,
    spool: Option<Arc<spool::Spool>>,
}

impl Hub {
    /// A hub on a migrated database, with the real clock and ids that no other process makes.
    pub fn open(place: &Place, options: Options, files: files::Files) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let node = time::claim_node(place, &*clock)?;
        Self::open_with(place, options, files, clock, Arc::new(NodeIds::new(node)))
    }

    /// A hub with a clock and ids that are handed in.
    pub fn open_with(
        place: &Place,
        options: Options,
        files: files::Files,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self> {
        let db = Db::open(place, options, Arc::clone(&ids))?;
        let key = match place {
            Place::Sqlite(file) => sealed::KeySource::File(file.with_file_name(sealed::KEY_FILE)),
            Place::Postgres(_) => sealed::KeySource::Nowhere,
        };
        let seals = Arc::new(sealed::Seals::new(key));
        Ok(Self { db, clock, ids, files, uses: Arc::default(), attempts: Arc::default(), seals, spool: None })
    }

    /// Runs a unit of work that changes things; see [`Db::write`].
    pub fn write<T, F>(&self, actor: Actor, work: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.db.write(actor, self.now(), work)
    }

    /// Runs a unit of work that only looks; see [`Db::read`].
    pub fn read<T, F>(&self, org: OrgId, work: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.db.read(Actor::cli(org), self.now(), work)
    }

    /// Runs a unit of work that only looks up a few rows by their keys; see [`Db::glance`].
    pub fn glance<T, F>(&self, org: OrgId, work: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.db.glance(Actor::cli(org), self.now(), work)
    }

    /// The smallest read there is, to see whether the database answers.
    pub fn probe(&self) -> Pending<()> {
        self.read(OrgId(0), |tx| store::orgs::find(tx, OrgId(0)).map(drop))
    }

    /// The present moment.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The database underneath, for metrics and checks.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The store of attached files.
    pub fn files(&self) -> &files::Files {
        &self.files
    }
}
