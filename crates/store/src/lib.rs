//! Where it is kept: one SQL text on SQLite or PostgreSQL. Functions take a `Tx`, compose, and never commit.

pub mod attachments;
pub mod catalog;
pub mod changes;
pub mod check;
pub mod customers;
pub mod db;
pub mod deals;
pub mod duplicates;
pub mod fields;
pub mod funnels;
pub mod identities;
mod json;
pub mod leads;
pub mod listeners;
pub mod messages;
pub mod migrate;
pub mod notes;
pub mod orgs;
mod owners;
mod permits;
pub mod requests;
pub mod search;
pub mod secrets;
pub mod tickets;
pub mod tokens;
pub mod users;

pub use db::{Db, Options, Pending, Place, Story, Tx};
