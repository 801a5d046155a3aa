//! Many clients at once, each posting one record after another.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use fastrand::Rng;

use crate::client::Connection;
use crate::figures::{Latencies, tell_rate};
use crate::server::Server;

/// Clients spread over servers of one database.
pub struct Crowd<'s> {
    /// The servers.
    pub servers: &'s [&'s Server],
    /// Clients, each with a connection of its own.
    pub connections: usize,
    /// How long they post.
    pub seconds: u64,
    /// What they prove who they are with, where the address does not.
    pub token: Option<&'s str>,
}

impl Crowd<'_> {
    /// Posts what `body` makes until the time is over. Every answer must be 200 and hold `success`. Gives how many a second were
    /// answered.
    pub async fn post(
        &self,
        name: &str,
        path: &str,
        body: impl Fn(&mut Rng) -> String + Clone + Send + 'static,
        success: &'static str,
    ) -> Result<f64> {
        let begun = Instant::now();
        let end = begun + Duration::from_secs(self.seconds);
        let mut tasks = Vec::new();
        for seed in 0..self.connections {
            let port = self.servers[seed % self.servers.len()].port;
            let (path, body, token) = (path.to_owned(), body.clone(), self.token.map(str::to_owned));
            tasks.push(tokio::spawn(async move {
                let mut connection = Connection::open(port).await?;
                if let Some(token) = token {
                    connection = connection.with_token(&token);
                }
                let mut random = Rng::with_seed(seed as u64);
                let mut latencies = Latencies::default();
                while Instant::now() < end {
                    let body = body(&mut random);
                    let asked = Instant::now();
                    let (status, answer) = connection.post(&path, &body).await?;
                    ensure!(status == 200 && answer.contains(success), "{status} {answer}");
                    latencies.add(asked);
                }
                Ok(latencies)
            }));
        }
        let mut all = Latencies::default();
        for task in tasks {
            all.join(task.await??);
        }
        Ok(tell_rate(name, "req/s", all.count(), begun.elapsed(), &mut all))
    }
}
