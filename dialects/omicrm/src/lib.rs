//! The OMICRM contact API as a way into the customer database and back.
#![doc = include_str!("../README.md")]

mod auth;
mod calls;
mod contacts;
mod error;
mod ids;
mod layout;
mod legacy;
mod lens;
mod lookup;
mod many;
mod map;
mod reads;
mod routes;
pub mod wire;

pub use error::unknown_path;
pub use lens::Lens;
pub use routes::{ROUTES, routes};
