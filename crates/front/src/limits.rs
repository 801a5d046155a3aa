//! What one connection, one address and all of them together may take.

use std::time::Duration;

/// Bounds on connections, request heads and waiting; every default holds for a public address.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections open at once; one more is answered 503 and closed. 10,000.
    pub connections: usize,
    /// The same for one peer address (IPv6: one /64), trusted proxies excepted; 0 is no bound. 1,000.
    pub connections_per_address: usize,
    /// Bytes of a request line and its headers together; more is answered 431. A target of more than 65,534 bytes is
    /// answered 414 whatever stands here. 96 KiB, so that a client may send a small file in its query.
    pub head_bytes: usize,
    /// From accepting a connection, or from the first byte of a later request, to the end of the head. 10 s.
    pub head_time: Duration,
    /// From the end of one answer to the first byte of the next request. 75 s, longer than the pools of common
    /// clients keep a connection, so that they close it and not we under their next request.
    pub idle_time: Duration,
    /// While a handler reads a body: without a byte arriving. 30 s.
    pub body_stall: Duration,
    /// From the end of the head to the end of the body. 5 min.
    pub body_time: Duration,
    /// While an answer is sent: without the client taking a byte. 30 s.
    pub write_stall: Duration,
    /// After an answer that did not wait for the whole request: how long the rest is read and thrown away, because a
    /// close before that would take the answer from the client again. 5 s.
    pub linger: Duration,
    /// After the stop signal: how long requests in flight may take before they are cut. 8 s.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 1_000,
            head_bytes: 96 * 1024,
            head_time: Duration::from_secs(10),
            idle_time: Duration::from_secs(75),
            body_stall: Duration::from_secs(30),
            body_time: Duration::from_secs(300),
            write_stall: Duration::from_secs(30),
            linger: Duration::from_secs(5),
            drain: Duration::from_secs(8),
        }
    }
}
