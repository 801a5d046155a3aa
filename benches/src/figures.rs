//! How figures are counted and told.

use std::io::Write as _;
use std::time::{Duration, Instant};

/// Latencies of one part of a run.
#[derive(Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Adds what took from `begun` until now.
    pub fn add(&mut self, begun: Instant) {
        self.0.push(begun.elapsed());
    }

    /// Takes another's.
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The latency below which `share` of all lie, in milliseconds.
    pub fn percentile(&mut self, share: f64) -> f64 {
        if self.0.is_empty() {
            return 0.0;
        }
        self.0.sort_unstable();
        let place = ((self.0.len() as f64 * share) as usize).min(self.0.len() - 1);
        self.0[place].as_secs_f64() * 1_000.0
    }
}

/// Tells a line.
pub fn tell(line: &str) {
    // A closed pipe ends the telling, not the measuring.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Tells a rate with its latencies.
pub fn tell_rate(name: &str, unit: &str, count: usize, took: Duration, latencies: &mut Latencies) -> f64 {
    let rate = count as f64 / took.as_secs_f64();
    let (half, most) = (latencies.percentile(0.5), latencies.percentile(0.99));
    tell(&format!("{name:<44} {rate:>10.0} {unit}   p50 {half:>7.2} ms   p99 {most:>7.2} ms"));
    rate
}
