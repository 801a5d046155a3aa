//! What people see: pages drawn on the server from the verbs of the hub.
#![doc = include_str!("../README.md")]

mod assets;
mod cookies;
mod fault;
mod guard;
pub mod messages;
pub mod page;
pub mod pages;
mod routes;
mod sayings;
pub mod show;
mod visitor;

pub use fault::Fault;
pub use page::{Page, Section, Toast};
pub use routes::{nowhere, routes};
pub use visitor::{Visit, Visitor, Web};
