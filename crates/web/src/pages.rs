//! The pages, one file a noun.

pub mod account;
pub mod companies;
pub mod customer;
pub mod customers;
pub mod dashboard;
pub mod deals;
pub mod duplicates;
pub mod inbox;
pub mod leads;
pub mod outbox;
pub mod own_fields;
pub mod panel;
pub mod preferences;
pub mod sent;
pub mod settings;
pub mod sign_in;
pub mod tickets;
pub mod trail;
pub mod typed;
pub mod whose;
pub mod words;
