//! VBot's customer management as a way into the customer database.
#![doc = include_str!("../README.md")]

mod calls;
mod catalogs;
mod customers;
mod error;
mod fields;
mod lens;
mod map;
mod questions;
mod routes;
mod slices;
mod token;
pub mod wire;

pub use lens::Lens;
pub use routes::{ROUTES, Route, in_any_case, routes};
