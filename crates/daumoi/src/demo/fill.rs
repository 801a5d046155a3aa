//! Fills a new database with the example.

use std::sync::Arc;

use anyhow::Result;
use domain::org::Org;
use domain::{Clock, Instant};
use fastrand::Rng;
use hub::orgs::{MadeOrg, NewOrg};
use hub::preset::Preset;
use hub::{FixedClock, Hub, NodeIds, Options, SystemClock};

use super::calls;
use super::cast::{self, Cast};
use super::life::Life;
use super::names;
use super::people::{self, Draft};
use super::timeline::{DAYS, Timeline};
use crate::ground::Ground;

/// Short name of the example's org.
pub const ORG: &str = "demo";
/// E-mail address of its owner.
pub const OWNER: &str = "admin@example.com";

const COMPANIES: usize = 26;
const PEOPLE: usize = 226;
const TWINS: usize = 8;
/// The same example every time.
const SEED: u64 = 84;

/// Makes the org `demo` with everything in it; gives its secrets.
pub fn fill(ground: &Ground) -> Result<MadeOrg> {
    fill_at(ground, SystemClock.now())
}

/// The same as of another moment: what there is depends on the day of the week and on the hour.
pub fn fill_at(ground: &Ground, now: Instant) -> Result<MadeOrg> {
    let mut timeline = Timeline::new(now);
    ground.make()?;
    ground.bring_up_to_date()?;
    let clock = Arc::new(FixedClock::new(timeline.beginning()));
    // Node 0 is given to no process that serves.
    let ids = Arc::new(NodeIds::new(0));
    let hub = Hub::open_with(&ground.place, Options::default(), ground.files()?, Arc::clone(&clock) as _, ids)?;
    let made = hub.create_org(NewOrg {
        slug: ORG.into(),
        name: "Nội thất Đầu Mối (dữ liệu mẫu)".into(),
        admin_email: OWNER.into(),
        preset: Preset::Usual,
        vbot: None,
    })?;
    let Org { id, .. } = made.org;
    let cast = cast::assemble(&hub, id, made.listener)?;
    tell(&mut timeline, &cast);
    timeline.run(&hub, &clock, id, &cast)?;
    calls::send(&hub, &clock, &made, now)?;
    Ok(made)
}

/// Writes down who comes, from the first to the last, and what happens to each.
fn tell(timeline: &mut Timeline, cast: &Cast) {
    let mut rng = Rng::with_seed(SEED);
    let drafts = drafts(&mut rng, timeline);
    let (mut enquiries, mut sales) = (0, 0);
    for (number, draft) in (1..).zip(&drafts) {
        let (arriving, cast_then) = (draft.clone(), cast.clone());
        timeline.add(draft.at, draft.door, draft.owner, move |tx| arriving.arrive(tx, &cast_then).map(drop));
        let (enquiries, sales) = (&mut enquiries, &mut sales);
        Life { rng: &mut rng, timeline, cast, number, draft, enquiries, sales }.tell();
    }
}

/// Everybody who comes, in the order in which they come.
fn drafts(rng: &mut Rng, timeline: &Timeline) -> Vec<Draft> {
    let mut moments: Vec<Instant> = Vec::new();
    while moments.len() < PEOPLE + TWINS {
        // More come as time goes by.
        let day = (DAYS as f64 * rng.f64().sqrt()) as i64;
        moments.push(timeline.moment(rng, day));
        moments.retain(|at| timeline.is_past(*at));
    }
    moments.sort_unstable();
    let mut drafts: Vec<Draft> = (0..COMPANIES)
        .map(|count| {
            let day = rng.i64(0..DAYS / 2);
            let at = timeline.moment(rng, day);
            people::company(rng, count, at)
        })
        .collect();
    let companies: Vec<String> = (0..COMPANIES).map(|count| names::company(count).0).collect();
    for (count, at) in moments.into_iter().enumerate() {
        let is_twin = count % 28 == 27;
        let draft = match drafts.last() {
            Some(before) if is_twin => people::twin(rng, before, at),
            _ => people::person(rng, count, at, &companies),
        };
        drafts.push(draft);
    }
    drafts.sort_by_key(|draft| draft.at);
    drafts
}
