//! Where the data lies, and the data itself: many customers with names as common as they are in life.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use domain::catalog::CatalogKind;
use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::UserRef;
use domain::identity::Country;
use domain::{Actor, Clock as _, Customer, Dialect, Label, Lead, OrgId, Permit, Role, User};
use hub::files::Files;
use hub::orgs::{MadeOrg, NewOrg};
use hub::preset::Preset;
use hub::users::NewUser;
use hub::{FixedClock, Hub, NodeIds, Options, Place, SystemClock, catalog, customers, leads, users};
use tempfile::TempDir;

use crate::figures::tell;

/// Who owns the org and sends to its listener.
pub const SENDER: &str = "admin@example.com";

/// Data that is thrown away at the end.
pub struct Ground {
    folder: TempDir,
    database: Option<String>,
}

/// Family names with their share in thousandths: the commonest begins a third of all names.
const FAMILIES: [(&str, usize); 8] =
    [("Nguyễn", 340), ("Trần", 120), ("Lê", 95), ("Phạm", 70), ("Hoàng", 55), ("Vũ", 45), ("Đặng", 25), ("Bùi", 20)];
const RARE: [&str; 12] = ["Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đoàn", "Trịnh", "Mai", "Tô", "Lâm", "Quách", "Thái"];
const MIDDLES: [&str; 10] = ["Văn", "Thị", "Đức", "Minh", "Ngọc", "Thanh", "Quốc", "Hữu", "Kim", "Anh"];
const GIVEN: [&str; 16] = [
    "An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Hương", "Khánh", "Lan", "Long", "Mai", "Nam", "Phúc", "Quân", "Thảo",
    "Yến",
];

impl Ground {
    /// Data in a new folder below `folder`, or in a database.
    pub fn new(folder: Option<PathBuf>, database: Option<String>) -> Result<Self> {
        let folder = match folder {
            Some(folder) => TempDir::new_in(folder)?,
            None => TempDir::new_in(".")?,
        };
        Ok(Self { folder, database })
    }

    /// The program's flags for this data.
    pub fn flags(&self) -> Vec<String> {
        let mut flags = vec!["--data".to_owned(), self.folder.path().display().to_string()];
        if let Some(database) = &self.database {
            flags.extend(["--database".to_owned(), database.clone()]);
        }
        flags
    }

    /// A folder for other throw-away files on the same disk.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The same data for a hub in this process.
    pub fn place(&self) -> Place {
        match &self.database {
            Some(database) => Place::Postgres(database.clone()),
            None => Place::Sqlite(self.folder.path().join("daumoi.db")),
        }
    }

    /// A hub on the data.
    pub fn hub(&self) -> Result<Hub> {
        Ok(Hub::open(&self.place(), Options::default(), Files::local(&self.folder.path().join("files"))?)?)
    }

    /// Brings the data to its form and makes an org in it.
    pub fn org(&self) -> Result<MadeOrg> {
        store::migrate::run(&self.place(), SystemClock.now())?;
        let new = NewOrg {
            slug: "bench".to_owned(),
            name: "Bench".to_owned(),
            admin_email: SENDER.to_owned(),
            preset: Preset::Usual,
            vbot: None,
        };
        Ok(self.hub()?.create_org(new)?)
    }
}

/// Days over which those who are made have come, up to now.
const DAYS: i64 = 365;

/// A hub that lives through the last year while customers are made.
struct Past {
    hub: Hub,
    clock: Arc<FixedClock>,
    begin: domain::Instant,
}

impl Past {
    /// A year ago.
    fn of(ground: &Ground) -> Result<Self> {
        let begin = SystemClock.now().plus_seconds(-DAYS * 86_400);
        let clock = Arc::new(FixedClock::new(begin));
        let files = Files::local(&ground.folder.path().join("files"))?;
        let ids = Arc::new(NodeIds::new(i64::MAX));
        let hub = Hub::open_with(&ground.place(), Options::default(), files, Arc::clone(&clock) as _, ids)?;
        Ok(Self { hub, clock, begin })
    }

    /// The hub, at the moment at which `done` of `all` have come.
    fn hub(&self, done: usize, all: usize) -> &Hub {
        self.clock.set(self.begin.plus_seconds(DAYS * 86_400 * done as i64 / all.max(1) as i64));
        &self.hub
    }
}

/// Customer `index` of many: two phones and an e-mail of its own, a name of the common ones.
pub fn customer(random: &mut fastrand::Rng, index: usize) -> Customer {
    let mut customer = Customer { name: name(random), ..Customer::default() };
    let point = |kind, raw: String| ContactPoint::new(kind, &raw, "", Country::VIET_NAM);
    customer.add_points(point(ContactKind::Phone, phone(2 * index)));
    customer.add_points(point(ContactKind::Phone, phone(2 * index + 1)));
    customer.add_points(point(ContactKind::Email, format!("khach{index}@example.com")));
    customer
}

/// A phone for each index below a hundred million, spread over the whole range as real ones are.
pub fn phone(index: usize) -> String {
    format!("09{:08}", (index * 48_271) % 99_999_989)
}

/// A name, drawn as often as it is borne.
pub fn name(random: &mut fastrand::Rng) -> String {
    let mut draw = random.usize(..1_000);
    let family = FAMILIES.iter().find(|(_, share)| {
        let hit = draw < *share;
        draw = draw.saturating_sub(*share);
        hit
    });
    let family = family.map_or_else(|| RARE[random.usize(..RARE.len())], |(name, _)| name);
    format!("{family} {} {}", MIDDLES[random.usize(..MIDDLES.len())], GIVEN[random.usize(..GIVEN.len())])
}

/// Makes `count` customers in an org over the last year, and `leads` of them a lead. `private` are evenly among the customers, each
/// for the eyes of the owner alone.
pub fn fill(ground: &Ground, org: OrgId, count: usize, leads: usize, private: usize) -> Result<Spread> {
    let past = Past::of(ground)?;
    fill_customers(&past, org, count, private)?;
    let spread = fill_leads(&past, org, leads)?;
    if let Some(url) = &ground.database {
        // The server does so by itself within a minute or two of a great change; here nobody waits for it.
        postgres::Client::connect(url, postgres::NoTls)?.batch_execute("VACUUM ANALYZE")?;
    }
    Ok(spread)
}

/// Makes `count` customers in an org, a thousand a transaction.
fn fill_customers(past: &Past, org: OrgId, count: usize, private: usize) -> Result<()> {
    let begun = Instant::now();
    let actor = Actor { dialect: Dialect::Beeiq, ..Actor::cli(org) };
    let owner = past.hub(0, count).read(org, |tx| users::find_by_email(tx, SENDER)).wait()?;
    let me = owner.map(|owner| owner.id).unwrap_or_default();
    let made = |random: &mut fastrand::Rng, index| {
        let is_private = (index + 1) * private / count > index * private / count;
        let permit = if is_private { Permit::OnlyMe { me } } else { Permit::Everybody };
        Customer { permit, ..customer(random, index) }
    };
    let mut random = fastrand::Rng::with_seed(7);
    let mut waiting = Vec::new();
    for first in (0..count).step_by(1_000) {
        let many: Arc<Vec<Customer>> =
            Arc::new((first..count.min(first + 1_000)).map(|index| made(&mut random, index)).collect());
        waiting.push(past.hub(first, count).write(actor.clone(), move |tx| {
            many.iter().try_for_each(|new| customers::create(tx, new.clone(), &[]).map(drop))
        }));
        if waiting.len() == 8 {
            for unit in waiting.drain(..) {
                unit.wait()?;
            }
        }
    }
    for unit in waiting {
        unit.wait()?;
    }
    tell(&format!("made {count} customers in {:.0} s", begun.elapsed().as_secs_f64()));
    Ok(())
}

/// Who and what leads are spread over, by the numbers that clients ask for.
pub struct Spread {
    /// A status that three leads of five have, and one that a hundredth has.
    pub statuses: [i64; 2],
    /// Somebody with a twentieth of all leads, and somebody with one of ten thousand.
    pub assignees: [i64; 2],
    /// A service that half of them came through.
    pub service: i64,
}

/// Makes `count` leads, one a customer, a thousand a transaction.
fn fill_leads(past: &Past, org: OrgId, count: usize) -> Result<Spread> {
    let begun = Instant::now();
    let actor = Actor { dialect: Dialect::Caresoft, ..Actor::cli(org) };
    let lists = past.hub(0, count).write(actor.clone(), |tx| {
        let users: Result<Vec<User>, domain::Error> = (0..21).map(|index| users::create(tx, &agent(index))).collect();
        let (mut statuses, mut services) = (Vec::new(), Vec::new());
        for index in 0..6 {
            statuses.push(catalog::find_or_create(tx, CatalogKind::LeadStatus, &format!("Bước {index}"))?);
        }
        for index in 0..2 {
            services.push(catalog::find_or_create(tx, CatalogKind::Service, &format!("Kênh {index}"))?);
        }
        Ok((users?, statuses, services))
    });
    let lists = Arc::new(lists.wait()?);
    let mut waiting = VecDeque::new();
    for first in (0..count).step_by(1_000) {
        let lists = Arc::clone(&lists);
        waiting.push_back(past.hub(first, count).write(actor.clone(), move |tx| {
            (first..count.min(first + 1_000)).try_for_each(|index| {
                let customer = customers::find_by_number(tx, index as i64 + 1)?;
                let customer = customer.ok_or_else(|| domain::Error::not_found("no such customer"))?;
                leads::create(tx, lead(&lists, index), customer).map(drop)
            })
        }));
        if waiting.len() > 8
            && let Some(unit) = waiting.pop_front()
        {
            unit.wait()?;
        }
    }
    for unit in waiting {
        unit.wait()?;
    }
    tell(&format!("made {count} leads in {:.0} s", begun.elapsed().as_secs_f64()));
    let (users, statuses, services) = &*lists;
    Ok(Spread {
        statuses: [statuses[0].number, statuses[5].number],
        assignees: [users[20].number, users[0].number],
        service: services[0].number,
    })
}

fn agent(index: usize) -> NewUser {
    NewUser {
        email: format!("nhanvien{index}@example.com"),
        name: format!("Nhân viên {index}"),
        role: Role::Member,
        staff_code: None,
        number: None,
        password_hash: None,
    }
}

/// Lead `index` of many. Somebody has one of ten thousand, twenty others share the rest.
fn lead((users, statuses, services): &(Vec<User>, Vec<Label>, Vec<Label>), index: usize) -> Lead {
    let user = if index % 10_000 == 77 { &users[0] } else { &users[1 + index % 20] };
    let status = match index % 100 {
        0..60 => 0,
        60..80 => 1,
        80..90 => 2,
        90..95 => 3,
        95..99 => 4,
        _ => 5,
    };
    let mut lead = Lead { subject: format!("Hỏi giá {index}"), ..Lead::default() };
    lead.assignee =
        Some(UserRef { id: user.id, number: user.number, name: user.name.clone(), email: user.email.clone() });
    lead.set_label(statuses[status].clone());
    lead.set_label(services[index / 7 % 2].clone());
    lead
}
