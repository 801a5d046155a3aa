//! The accept loop: from a listening socket to requests in the router, until it is told to stop.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::exchange::Exchange;
use crate::service::{Connection, Shared};
use crate::slots::{Full, Slot, Slots};
use crate::socket::Socket;
use crate::{Limits, Metrics, TrustedProxies};

/// After an error that will not pass by itself, such as no free file descriptor: long enough not to burn a core, short
/// enough that nobody notices.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Everything between a listening socket and the routes.
pub struct Front {
    /// The routes. Put [`crate::label`] on those of each dialect.
    pub router: Router,
    /// Bounds on connections and waiting.
    pub limits: Limits,
    /// Whose `X-Forwarded-For` is believed.
    pub proxies: TrustedProxies,
    /// Where requests and connections are counted.
    pub metrics: Metrics,
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were still open when the time to finish was over, and were cut.
    pub cut: usize,
}

impl Front {
    /// A front with default limits, no trusted proxy and metrics of its own.
    pub fn new(router: Router) -> Self {
        Self { router, limits: Limits::default(), proxies: TrustedProxies::default(), metrics: Metrics::default() }
    }

    /// Serves until `stop` is ready. Then the listener is closed, idle connections are closed, requests in flight are
    /// finished, and whatever is left after [`Limits::drain`] is cut.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) -> Drained {
        let shared = Arc::new(Shared::from(self));
        let slots = Slots::new(&shared.limits);
        let (stopping, stopped) = watch::channel(());
        let mut connections = JoinSet::new();
        let mut stop = pin!(stop);
        loop {
            let (stream, peer) = tokio::select! {
                () = &mut stop => break,
                accepted = accept(&listener) => accepted,
                Some(_) = connections.join_next() => continue,
            };
            if let Some(slot) = admit(&shared, &slots, &stream, peer) {
                connections.spawn(serve_connection(Arc::clone(&shared), stream, peer, slot, stopped.clone()));
            }
        }
        drop((listener, stopped));
        drop(stopping);
        let finished = async { while connections.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(shared.limits.drain, finished).await;
        let cut = connections.len();
        connections.shutdown().await;
        Drained { cut }
    }
}

/// The next client, however often accepting fails before.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Whether the client was gone before it was accepted, which says nothing about the next.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// A place for the client, or a 503 for it. A trusted proxy speaks for many and is not counted by address.
fn admit(shared: &Shared, slots: &Arc<Slots>, stream: &TcpStream, peer: SocketAddr) -> Option<Slot> {
    let address = Some(peer.ip()).filter(|&address| !shared.proxies.contains(address));
    match slots.take(address) {
        Ok(slot) => Some(slot),
        Err(full) => {
            shared.metrics.refused(match full {
                Full::All => "all",
                Full::Address => "address",
            });
            // As much as a fresh socket's buffer takes; a client that is turned away is not waited for.
            let _ = stream.try_write(FULL);
            None
        }
    }
}

async fn serve_connection(
    shared: Arc<Shared>,
    stream: TcpStream,
    peer: SocketAddr,
    _slot: Slot,
    mut stop: watch::Receiver<()>,
) {
    let _counted = shared.metrics.connection();
    // Without it an answer in two writes would wait for the client's delayed acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let exchange = Arc::new(Exchange::default());
    let socket = Socket::new(stream, Arc::clone(&exchange), &shared.limits);
    let builder = parser(&shared.limits);
    let service = Connection { shared, peer: peer.ip(), exchange };
    let mut connection = pin!(builder.serve_connection(TokioIo::new(socket), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        // The sender says nothing; it is dropped.
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}

fn parser(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        // The socket keeps the finer times. The parser's clock runs over idle time and head together, and is the only
        // one once a chunked body has gone by.
        .header_read_timeout(limits.idle_time + limits.head_time)
        .max_buf_size(limits.head_bytes.max(8192));
    builder
}
