//! Nine months of events, each at its moment: written down in any order, run from the oldest on.

use domain::{Actor, Dialect, Instant, OrgId, Result};
use hub::{FixedClock, Hub, Tx};

use super::cast::Cast;

/// How many days ago it began.
pub const DAYS: i64 = 270;

const SECONDS_OF_DAY: i64 = 86_400;
/// How many days ago it ends: what happened since, clients tell by their calls.
const QUIET_DAYS: i64 = 7;
/// Viet Nam is seven hours ahead of UTC.
const AHEAD: i64 = 7 * 3_600;

/// What happens at a moment.
type Work = Box<dyn FnMut(&mut Tx<'_>) -> Result<()> + Send>;

/// One thing that happened.
struct Event {
    at: Instant,
    door: Dialect,
    user: usize,
    work: Work,
}

/// Everything that happened.
pub struct Timeline {
    now: Instant,
    events: Vec<Event>,
}

impl Timeline {
    /// A time line that ends at `now`.
    pub fn new(now: Instant) -> Self {
        Self { now, events: Vec::new() }
    }

    /// The moment of its beginning.
    pub fn beginning(&self) -> Instant {
        self.now.minus_days(DAYS + 1)
    }

    /// A moment in working hours, `day` days after the beginning and never on a Sunday.
    pub fn moment(&self, rng: &mut fastrand::Rng, day: i64) -> Instant {
        let local_day = (self.now.0.div_euclid(1_000_000) + AHEAD).div_euclid(SECONDS_OF_DAY) - DAYS + day;
        // The first of January 1970 was a Thursday.
        let is_sunday = (local_day + 4).rem_euclid(7) == 0;
        let midnight = (local_day - i64::from(is_sunday)) * SECONDS_OF_DAY - AHEAD;
        Instant((midnight + rng.i64(8 * 3_600..18 * 3_600)) * 1_000_000)
    }

    /// A moment in working hours some days after another; `None` when that has not come yet.
    pub fn after(&self, rng: &mut fastrand::Rng, at: Instant, days: i64) -> Option<Instant> {
        let begun = self.beginning().plus_seconds(SECONDS_OF_DAY);
        let day = (at.0 - begun.0).div_euclid(SECONDS_OF_DAY * 1_000_000) + days;
        let later = Instant(self.moment(rng, day).0.max(at.plus_seconds(600).0));
        self.is_past(later).then_some(later)
    }

    /// Whether a moment is over.
    pub fn is_past(&self, at: Instant) -> bool {
        at.plus_seconds(QUIET_DAYS * SECONDS_OF_DAY) < self.now
    }

    /// Writes down what `user` did through a door.
    pub fn add(
        &mut self,
        at: Instant,
        door: Dialect,
        user: usize,
        work: impl FnMut(&mut Tx<'_>) -> Result<()> + Send + 'static,
    ) {
        self.events.push(Event { at, door, user, work: Box::new(work) });
    }

    /// Runs everything in its order; the database commits many at a time.
    pub fn run(mut self, hub: &Hub, clock: &FixedClock, org: OrgId, cast: &Cast) -> Result<usize> {
        self.events.sort_by_key(|event| event.at);
        let mut pending = Vec::with_capacity(self.events.len());
        for Event { at, door, user, work } in self.events {
            clock.set(at);
            let user = cast.user(user);
            let actor = Actor { org, user: Some(user.id), name: user.name.clone(), dialect: door, request: None };
            pending.push(hub.write(actor, work));
        }
        let all = pending.len();
        pending.into_iter().try_for_each(hub::Pending::wait)?;
        Ok(all)
    }
}
