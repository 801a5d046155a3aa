//! How figures are counted, told, and written down to be drawn later.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

/// Where figures are written down beside being told, and what they were measured on.
static BOOK: Mutex<Option<(File, Ground)>> = Mutex::new(None);

/// What a figure was measured on.
#[derive(Clone, Serialize, Deserialize)]
pub struct Ground {
    /// `SQLite` or `PostgreSQL`.
    pub engine: String,
    /// Servers on one database.
    pub nodes: usize,
    /// Customers that were there before.
    pub customers: usize,
}

/// One figure, as a line of the book.
#[derive(Serialize, Deserialize)]
pub struct Figure {
    /// What it was measured on.
    #[serde(flatten)]
    pub ground: Ground,
    /// What was measured.
    pub name: String,
    /// How many a second, or the figure itself where it is no rate.
    pub value: f64,
    /// What `value` counts.
    pub unit: String,
    /// Milliseconds below which half of the latencies lie.
    pub p50: Option<f64>,
    /// Milliseconds below which 99 of 100 lie.
    pub p99: Option<f64>,
}

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

/// From now on figures are written to the end of a file too.
pub fn write_down(file: &Path, ground: Ground) -> Result<()> {
    let file = OpenOptions::new().create(true).append(true).open(file).with_context(|| file.display().to_string())?;
    *BOOK.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((file, ground));
    Ok(())
}

/// What a book holds.
pub fn read(file: &Path) -> Result<Vec<Figure>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    text.lines().map(|line| serde_json::from_str(line).with_context(|| line.to_owned())).collect()
}

/// Tells a line.
pub fn tell(line: &str) {
    // A closed pipe ends the telling, not the measuring.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Tells a figure that is no rate.
pub fn tell_figure(name: &str, unit: &str, value: f64) {
    let decimals = if value.abs() < 1.0 { 3 } else { 1 };
    tell(&format!("{name:<44} {value:>10.decimals$} {unit}"));
    note(name, unit, value, None);
}

/// Tells a rate with its latencies.
pub fn tell_rate(name: &str, unit: &str, count: usize, took: Duration, latencies: &mut Latencies) -> f64 {
    let rate = count as f64 / took.as_secs_f64();
    let (half, most) = (latencies.percentile(0.5), latencies.percentile(0.99));
    tell(&format!("{name:<44} {rate:>10.0} {unit}   p50 {half:>7.2} ms   p99 {most:>7.2} ms"));
    note(name, unit, rate, Some((half, most)));
    rate
}

fn note(name: &str, unit: &str, value: f64, latencies: Option<(f64, f64)>) {
    let mut book = BOOK.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some((file, ground)) = book.as_mut() else { return };
    // What was found differs with the size, and a name must not.
    let name = name.split(" [").next().unwrap_or(name).trim().to_owned();
    let (p50, p99) = latencies.unzip();
    let figure = Figure { ground: ground.clone(), name, value, unit: unit.to_owned(), p50, p99 };
    if let Err(error) = serde_json::to_string(&figure).map_err(Into::into).and_then(|line| writeln!(file, "{line}")) {
        tell(&format!("a figure could not be written down: {error}"));
    }
}
