//! How requests arrive: accept loop, request-line repair, limits, metrics, logs.
#![doc = include_str!("../README.md")]

mod address;
mod body;
mod exchange;
mod limits;
/// The log lines of the program, to standard error.
pub mod logs;
mod metrics;
mod observe;
mod open_files;
mod serve;
mod service;
mod slots;
mod socket;
mod target;
#[cfg(test)]
mod tests;

pub use address::{ClientAddress, TrustedProxies};
pub use body::{BODY_LIMIT, BodyBudget, BodyError, read_body};
pub use limits::Limits;
pub use metrics::Metrics;
pub use observe::{RequestId, label};
pub use open_files::raise_open_files;
pub use prometheus_client;
pub use serve::{Drained, Front};
