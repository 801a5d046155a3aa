//! CareSoft's lead API as a way into the customer database.
#![doc = include_str!("../README.md")]

mod auth;
mod call;
mod contacts;
mod error;
mod leads;
mod lens;
mod limit;
mod lists;
mod map;
mod routes;
pub mod wire;

pub use lens::Lens;
pub use routes::{ROUTES, routes};
