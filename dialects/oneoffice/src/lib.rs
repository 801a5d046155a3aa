//! 1Office's contact insert and what its clients call beside it, as a way into the customer database.
#![doc = include_str!("../README.md")]

mod auth;
mod contacts;
mod deals;
mod error;
mod lens;
mod listing;
mod map;
mod routes;
mod rows;
mod uploads;
pub mod wire;

pub use error::unknown_path;
pub use lens::Lens;
pub use routes::{ROUTES, routes};
