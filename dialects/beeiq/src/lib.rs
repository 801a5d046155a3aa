//! The webhook listener of BeeIQ, AntBuddy and HTK as a way into the customer database.
#![doc = include_str!("../README.md")]

mod contacts;
mod deals;
mod error;
mod lens;
mod listener;
mod map;
mod messages;
mod notes;
mod routes;
mod tickets;
pub mod wire;

pub use lens::Lens;
pub use routes::{ROUTES, routes};
