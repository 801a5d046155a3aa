//! What goes out: e-mail, SMS and webhooks, from the outbox to the world.
#![doc = include_str!("../README.md")]

pub mod mail;
pub mod net;
mod outcome;
pub mod sms;
pub mod webhook;
mod worker;

pub use net::{Fault, Net};
pub use outcome::Outcome;
pub use worker::{Figures, Options, Worker};

/// How long one attempt may take until it counts as failed.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(15);
