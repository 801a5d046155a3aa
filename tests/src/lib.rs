//! What stories need beside a database: the program itself as a process of its own, and a small client to speak to it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "only tests use this: a failed expectation is the point")]

mod client;
mod program;

pub use client::{Answer, Client};
pub use program::{Program, Serving, Working};
