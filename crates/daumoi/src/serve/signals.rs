//! What the system tells the process: to stop, or that a file may not grow.

use std::io;

use rustix::process::Signal as Number;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that are waited for.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    /// Kept, because a handler is what keeps the signal from ending the process: the write then fails like any other.
    _file_too_large: Signal,
}

impl Signals {
    /// Catches them from now on. SIGPIPE is ignored by the standard library already.
    pub fn catch() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            _file_too_large: signal(SignalKind::from_raw(Number::XFSZ.as_raw()))?,
        })
    }

    /// Ready when the process is told to stop.
    pub async fn stop(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => tracing::info!("stopping: SIGTERM"),
            _ = self.interrupt.recv() => tracing::info!("stopping: SIGINT"),
        }
    }
}
