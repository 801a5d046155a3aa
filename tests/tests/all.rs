//! Stories: what must hold for the whole, told through the hub's verbs on whichever engine the run is about.

#![expect(clippy::unwrap_used, clippy::panic, reason = "only tests are here: a failed expectation is the point")]

#[path = "all/support.rs"]
mod support;

#[path = "all/across.rs"]
mod across;
#[path = "all/attachments.rs"]
mod attachments;
#[path = "all/crash.rs"]
mod crash;
#[path = "all/customers.rs"]
mod customers;
#[path = "all/doors.rs"]
mod doors;
#[path = "all/identities.rs"]
mod identities;
#[path = "all/journal.rs"]
mod journal;
#[path = "all/migrations.rs"]
mod migrations;
#[path = "all/people.rs"]
mod people;
#[path = "all/permits.rs"]
mod permits;
#[path = "all/plans.rs"]
mod plans;
#[path = "all/races.rs"]
mod races;
#[path = "all/round_trip.rs"]
mod round_trip;
#[path = "all/search.rs"]
mod search;
#[path = "all/search_oracle.rs"]
mod search_oracle;
#[path = "all/secrets.rs"]
mod secrets;
#[path = "all/serialization.rs"]
mod serialization;
#[path = "all/settings.rs"]
mod settings;
#[path = "all/tidy.rs"]
mod tidy;
#[path = "all/tidy_sql.rs"]
mod tidy_sql;
#[path = "all/two_programs.rs"]
mod two_programs;
#[path = "all/units.rs"]
mod units;
