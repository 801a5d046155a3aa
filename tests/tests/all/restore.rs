//! A backup in the middle of a load, restored elsewhere: nothing that was acknowledged before it is missing, and what cannot be
//! restored is refused. `./prove restore` is the same at full length, and with a million customers.

use proofs::restore::under_load;
use testbed::TestPlace;

#[test]
fn nothing_acknowledged_before_a_backup_is_missing_in_it() {
    // PostgreSQL has its own tools for this.
    let place = TestPlace::empty();
    if !place.is_postgres() {
        under_load(place.folder(), 2, 80, 8).unwrap();
    }
}
