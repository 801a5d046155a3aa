//! The real program as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::fill::Ground;

/// A running server.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub port: u16,
    /// How long it took until it was ready.
    pub started: Duration,
}

impl Server {
    /// Starts a server on the ground's data and waits until it listens.
    pub fn start(ground: &Ground) -> Result<Self> {
        Self::start_with(ground, &[])
    }

    /// The same with more flags.
    pub fn start_with(ground: &Ground, flags: &[&str]) -> Result<Self> {
        let begun = Instant::now();
        let mut command = program()?;
        command.args(["serve", "--listen", "127.0.0.1:0", "--log", "warn"]).args(ground.flags()).args(flags);
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().context("no output")?;
        let mut lines = BufReader::new(out).lines();
        let port = loop {
            let line = lines.next().context("the server ended")??;
            if let Some(port) = line.rsplit(':').next().and_then(|port| port.trim_matches('/').parse().ok()) {
                break port;
            }
        };
        Ok(Self { child, port, started: begun.elapsed() })
    }

    /// Starts a worker that sends what waits in the ground's outbox to this machine; it listens nowhere.
    pub fn work(ground: &Ground) -> Result<Self> {
        let begun = Instant::now();
        let mut command = program()?;
        command.args(["work", "--allow-networks", "127.0.0.0/8", "--log", "warn"]).args(ground.flags());
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().context("no output")?;
        BufReader::new(out).lines().next().context("the worker ended")??;
        Ok(Self { child, port: 0, started: begun.elapsed() })
    }

    /// Resident memory in megabytes.
    pub fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1_024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; there is nothing else to do about it here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Result<Command> {
    let beside = std::env::current_exe()?.with_file_name("daumoi");
    anyhow::ensure!(beside.exists(), "build the program first: cargo build --release -p daumoi");
    Ok(Command::new(beside))
}
