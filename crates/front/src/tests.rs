//! The front as a client sees it: raw bytes to 127.0.0.1, on a port that the system chooses.

mod bodies;
mod connections;
mod forwarded;
mod repair;
mod watched;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::{Drained, Front};

/// Longer than anything here may take; it turns a hang into a failure.
const PATIENCE: Duration = Duration::from_secs(120);

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Drained>,
}

impl Server {
    async fn start(front: Front) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(front.serve(listener, async { stopped.await.unwrap_or_default() }));
        Self { address, stop, ended }
    }

    async fn of(router: Router) -> Self {
        Self::start(Front::new(router)).await
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends `bytes` on a new connection and reads until the server closes it.
    async fn send(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_ref()).await.unwrap();
        read_all(&mut stream).await
    }

    async fn stop(self) -> Drained {
        let _ = self.stop.send(());
        tokio::time::timeout(PATIENCE, self.ended).await.unwrap().unwrap()
    }
}

async fn read_all(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset after the answer is an end too.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the server closes");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Reads until what came ends with `end`.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(end.as_bytes()) {
        let byte = tokio::time::timeout(PATIENCE, stream.read_u8()).await.expect("the server answers");
        answer.push(byte.expect("the server keeps the connection"));
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Waits for what another task is about to bring about.
async fn eventually(condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("it comes about");
}
