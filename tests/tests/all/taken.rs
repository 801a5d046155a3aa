//! What somebody else has already is told at once: on no engine does such a unit run again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use domain::customer::NationalId;
use domain::dialect::System;
use domain::{Customer, Deal, Error, Result};
use hub::contacts::{self, Kept};
use hub::{Tx, customers, deals};

use crate::support::{House, person};

/// Runs a unit; gives its end, and how often the engine had to run it again.
fn attempts<T: Send + 'static>(
    house: &House,
    mut work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
) -> (Result<T>, u32) {
    let last = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&last);
    let end = house.write(move |tx| {
        seen.fetch_max(tx.attempt(), Relaxed);
        work(tx)
    });
    (end, last.load(Relaxed))
}

#[test]
fn a_deals_code() {
    let house = House::new();
    let deal = |name: &str| Deal { name: name.to_owned(), code: Some("HD-01".to_owned()), ..Deal::default() };
    let (first, second) = (deal("Hợp đồng"), deal("Hợp đồng khác"));
    house.write(move |tx| deals::create(tx, first.clone())).unwrap();
    let before = house.place.everything_but(&["counters"]);
    let (end, again) = attempts(&house, move |tx| deals::create(tx, second.clone()));
    assert_eq!((end.map(drop), again), (Err(Error::conflict("Mã cơ hội HD-01 đã tồn tại")), 0));
    assert_eq!(house.place.everything_but(&["counters"]), before);
}

#[test]
fn a_customers_code() {
    let house = House::new();
    let coded = |name: &str| {
        let mut customer = person(name, &[]);
        customer.codes.insert(System::Vbot, "KH-01".to_owned());
        customer
    };
    house.add(coded("An")).unwrap();
    let before = house.place.everything_but(&["counters"]);
    let second = coded("Bình");
    let (end, again) = attempts(&house, move |tx| customers::create_apart(tx, second.clone()));
    assert!(matches!(end, Err(Error::Conflict { .. })), "{end:?}");
    assert_eq!(again, 0);
    assert_eq!(house.place.everything_but(&["counters"]), before);
}

#[test]
fn a_contacts_papers() {
    let house = House::new();
    let with_papers = |name: &str, phone: &str| Customer {
        national_id: NationalId { number: "012345678901".to_owned(), ..NationalId::default() },
        ..person(name, &[phone])
    };
    let first = house.add(with_papers("An", "0905000001")).unwrap();
    let second = with_papers("Bình", "0905000002");
    let (end, again) = attempts(&house, move |tx| contacts::create(tx, &second));
    let Ok(Kept::Done(second)) = end else { panic!("{end:?}") };
    assert_eq!(again, 0, "the holder of the papers was looked for");
    let pairs = house.read(|tx| customers::duplicates(tx, 10)).unwrap();
    assert_eq!(pairs.iter().map(|pair| (pair.low, pair.high)).collect::<Vec<_>>(), [(first.id, second.id)]);
}
