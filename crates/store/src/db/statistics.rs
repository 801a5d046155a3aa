//! Counts of what the engine does, kept without locks for `/metrics`.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A histogram with fixed upper bounds.
pub struct Histogram<const N: usize> {
    bounds: [u64; N],
    counts: [AtomicU64; N],
    sum: AtomicU64,
    count: AtomicU64,
}

impl<const N: usize> Histogram<N> {
    const fn new(bounds: [u64; N]) -> Self {
        Self { bounds, counts: [const { AtomicU64::new(0) }; N], sum: AtomicU64::new(0), count: AtomicU64::new(0) }
    }

    pub(super) fn record(&self, value: u64) {
        if let Some(bucket) = self.bounds.iter().position(|bound| value <= *bound) {
            self.counts[bucket].fetch_add(1, Relaxed);
        }
        self.sum.fetch_add(value, Relaxed);
        self.count.fetch_add(1, Relaxed);
    }

    /// Upper bound and cumulative count of every bucket, without the last, endless one.
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u64)> {
        let mut total = 0;
        self.bounds.iter().zip(&self.counts).map(move |(bound, count)| {
            total += count.load(Relaxed);
            (*bound, total)
        })
    }

    /// Sum of all values.
    pub fn sum(&self) -> u64 {
        self.sum.load(Relaxed)
    }

    /// Number of all values.
    pub fn count(&self) -> u64 {
        self.count.load(Relaxed)
    }
}

/// What the engine has been doing since it was opened.
pub struct Statistics {
    /// Units of work in each group commit.
    pub batch_size: Histogram<9>,
    /// Microseconds that each commit took.
    pub commit_micros: Histogram<9>,
}

impl Default for Statistics {
    fn default() -> Self {
        Self {
            batch_size: Histogram::new([1, 2, 4, 8, 16, 32, 64, 128, 256]),
            commit_micros: Histogram::new([100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 250_000]),
        }
    }
}
