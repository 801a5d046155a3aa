//! Stories: what must hold for the whole, told through the hub's verbs on whichever engine the run is about.

#![expect(clippy::unwrap_used, clippy::panic, reason = "only tests are here: a failed expectation is the point")]

#[path = "all/support.rs"]
mod support;

#[path = "all/across.rs"]
mod across;
#[path = "all/attachments.rs"]
mod attachments;
#[path = "all/attackers.rs"]
mod attackers;
#[path = "all/bulk.rs"]
mod bulk;
#[path = "all/command_line.rs"]
mod command_line;
#[path = "all/crash.rs"]
mod crash;
#[path = "all/customers.rs"]
mod customers;
#[path = "all/differential.rs"]
mod differential;
#[path = "all/disk.rs"]
mod disk;
#[path = "all/documents.rs"]
mod documents;
#[path = "all/doors.rs"]
mod doors;
#[path = "all/dry_run.rs"]
mod dry_run;
#[path = "all/five_doors.rs"]
mod five_doors;
#[path = "all/identities.rs"]
mod identities;
#[path = "all/journal.rs"]
mod journal;
#[path = "all/keys.rs"]
mod keys;
#[path = "all/ledger.rs"]
mod ledger;
#[path = "all/merges.rs"]
mod merges;
#[path = "all/migrations.rs"]
mod migrations;
#[path = "all/old_names.rs"]
mod old_names;
#[path = "all/pages.rs"]
mod pages;
#[path = "all/people.rs"]
mod people;
#[path = "all/permits.rs"]
mod permits;
#[path = "all/plans.rs"]
mod plans;
#[path = "all/questions.rs"]
mod questions;
#[path = "all/races.rs"]
mod races;
#[path = "all/replay.rs"]
mod replay;
#[path = "all/restore.rs"]
mod restore;
#[path = "all/round_trip.rs"]
mod round_trip;
#[path = "all/row_security.rs"]
mod row_security;
#[path = "all/search.rs"]
mod search;
#[path = "all/search_oracle.rs"]
mod search_oracle;
#[path = "all/secret_kinds.rs"]
mod secret_kinds;
#[path = "all/secrets.rs"]
mod secrets;
#[path = "all/sending.rs"]
mod sending;
#[path = "all/serialization.rs"]
mod serialization;
#[path = "all/settings.rs"]
mod settings;
#[path = "all/sight.rs"]
mod sight;
#[path = "all/spool.rs"]
mod spool;
#[path = "all/taken.rs"]
mod taken;
#[path = "all/tenants.rs"]
mod tenants;
#[path = "all/tidy.rs"]
mod tidy;
#[path = "all/tidy_sql.rs"]
mod tidy_sql;
#[path = "all/two_programs.rs"]
mod two_programs;
#[path = "all/units.rs"]
mod units;
#[path = "all/welcome.rs"]
mod welcome;
#[path = "all/workers.rs"]
mod workers;
