//! What most stories begin with: an org on a fresh database, and short ways to write customers down.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use domain::identity::Country;
use domain::{Actor, ContactKind, ContactPoint, Customer, Dialect, Error, Id, OrgId, Result};
use hub::{FixedClock, Hub, Tx, customers};
use testbed::TestPlace;

pub use testbed::block_on;

/// An org with nothing in it, on a database of its own. The fields are dropped in this order.
pub struct House {
    pub hub: Hub,
    pub clock: Arc<FixedClock>,
    pub org: OrgId,
    pub place: TestPlace,
}

impl House {
    pub fn new() -> Self {
        let place = TestPlace::new();
        let (hub, clock) = place.still_hub();
        let org = testbed::org(&hub, "dau-moi");
        Self { hub, clock, org, place }
    }

    /// Runs a unit of work in the org.
    pub fn write<T: Send + 'static>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.hub.write(self.actor(), work).wait()
    }

    /// Looks into the org.
    pub fn read<T: Send + 'static>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.hub.read(self.org, work).wait()
    }

    pub fn actor(&self) -> Actor {
        testbed::actor(self.org, Dialect::Beeiq, None)
    }

    /// Adds a customer, whoever else shares its keys.
    pub fn add(&self, customer: Customer) -> Result<Customer> {
        self.write(move |tx| create_apart(tx, &customer))
    }

    pub fn find(&self, id: Id) -> Option<Customer> {
        self.read(move |tx| store::customers::find(tx, id)).unwrap()
    }
}

/// Does something again and again as long as it is told that the database is busy: for a minute or two, on a machine where others
/// are slow to let go of a file, or where a server is held up.
pub fn patiently<T>(mut call: impl FnMut() -> Result<T>) -> Result<T> {
    let begun = Instant::now();
    loop {
        match call() {
            Err(Error::Busy { .. }) if begun.elapsed() < Duration::from_secs(120) => {
                thread::sleep(Duration::from_millis(20));
            }
            end => return end,
        }
    }
}

/// Makes a customer of its own, whoever else shares its keys.
pub fn create_apart(tx: &mut Tx<'_>, customer: &Customer) -> Result<Customer> {
    customers::create_apart(tx, customer.clone())
}

/// A person with phones and e-mail addresses, told apart by the `@`.
pub fn person(name: &str, points: &[&str]) -> Customer {
    let mut person = Customer { name: name.to_owned(), ..Customer::default() };
    person.add_points(points.iter().filter_map(|raw| point(raw)));
    person
}

/// A phone, or an e-mail address if there is an `@`.
pub fn point(raw: &str) -> Option<ContactPoint> {
    let kind = if raw.contains('@') { ContactKind::Email } else { ContactKind::Phone };
    ContactPoint::new(kind, raw, "", Country::VIET_NAM)
}

/// Raw phones of a customer.
pub fn phones(customer: &Customer) -> Vec<&str> {
    customer.points_of(ContactKind::Phone).map(|point| point.raw.as_str()).collect()
}
