//! Webhooks out, told through the hub's verbs to real receivers on loopback.

#![expect(clippy::unwrap_used, reason = "only tests are here: a failed expectation is the point")]

#[path = "webhooks/support.rs"]
mod support;

#[path = "webhooks/order.rs"]
mod order;
#[path = "webhooks/retries.rs"]
mod retries;
#[path = "webhooks/safety.rs"]
mod safety;
#[path = "webhooks/signed.rs"]
mod signed;
