//! Two programs on one database, and creates through all five doors: each number, in ten spellings, is one customer. On PostgreSQL
//! three commits of ten are made to be run again. `./prove races` is the same with 100,000 creates.

use hub::Place;
use proofs::desk::Desk;
use proofs::look::Look;
use proofs::races::{Outcome, counted, emptied, race, upset};
use stories::{Program, Serving};
use testbed::TestPlace;

const CREATES: usize = 800;
const NUMBERS: usize = 16;

#[test]
fn one_number_in_ten_spellings_through_five_doors_is_one_customer() {
    let place = TestPlace::new();
    let database = match place.place() {
        Place::Sqlite(_) => None,
        Place::Postgres(url) => Some(url.as_str()),
    };
    // Two nodes on one PostgreSQL have a folder each, two programs on one SQLite file share theirs.
    let other = if database.is_some() { place.folder().join("two") } else { place.folder().to_owned() };
    let programs = [place.folder().to_owned(), other]
        .map(|folder| Program::new(&folder, database).logging_to(&place.folder().join("log")));
    let desk = Desk::make(&programs[0], "dua").unwrap();
    let mut look = Look::at(place.folder(), database).unwrap();
    if database.is_some() {
        upset(&mut look, 0.3).unwrap();
    }
    let nodes = programs.each_ref().map(Program::serve);
    let addresses = nodes.each_ref().map(Serving::address);
    let outcome = race(&desk, &addresses, CREATES, NUMBERS, 16).unwrap();
    addresses.into_iter().for_each(|node| emptied(node).unwrap());
    nodes.into_iter().for_each(Serving::kill);
    let Outcome { answered, customers, keys, .. } = counted(outcome, &mut look, &desk).unwrap();
    assert_eq!((answered, customers, keys), (CREATES, NUMBERS as i64, NUMBERS as i64));
}
