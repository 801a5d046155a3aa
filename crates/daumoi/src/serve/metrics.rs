//! What the database has been doing, for `/metrics`.

use std::fmt;
use std::sync::Arc;

use delivery::Figures;
use front::Metrics;
use front::prometheus_client::collector::Collector;
use front::prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use front::prometheus_client::metrics::MetricType;
use hub::spool::{Counts, Spool, Waiting};
use hub::{Db, Hub};
use store::db::Histogram;

/// Adds the figures of a database. They hold it no longer than the metrics live.
pub fn register(metrics: &Metrics, db: &Db) {
    let queue = db.clone();
    metrics.register_gauge("db_queue_length", "Units of work that wait for a thread of the database", move || {
        queue.queue_length() as f64
    });
    metrics.register(|registry| registry.register_collector(Box::new(Commits(db.clone()))));
}

/// Adds the figures of the calls that wait for the database.
pub fn register_spool(metrics: &Metrics, hub: &Hub, spool: &Arc<Spool>) {
    let of = |figure: fn(&Waiting) -> f64| {
        let spool = Arc::clone(spool);
        move || figure(&spool.waiting())
    };
    let help = "Calls of listeners that wait on disk for the database";
    metrics.register_gauge("spool_calls", help, of(|waiting| waiting.calls as f64));
    metrics.register_gauge("spool_bytes", "Their bytes", of(|waiting| waiting.bytes as f64));
    let (aged, clock) = (Arc::clone(spool), hub.clone());
    metrics.register_gauge("spool_oldest_seconds", "How long the oldest of them has waited", move || {
        let oldest = aged.waiting().oldest;
        oldest.map_or(0.0, |oldest| clock.now().0.saturating_sub(oldest.0).max(0) as f64 / 1e6)
    });
    let db = hub.db().clone();
    metrics
        .register_gauge("db_away", "1 while the database does not answer", move || f64::from(u8::from(db.is_away())));
    let counted = Kept(Arc::clone(spool));
    metrics.register(|registry| registry.register_collector(Box::new(counted)));
}

struct Kept(Arc<Spool>);

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

impl Collector for Kept {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Counts { kept, worked_off, given_up } = self.0.counts();
        let help = "Calls that went through the spool, by what became of them";
        let mut family = encoder.encode_descriptor("spool_passed", help, None, MetricType::Counter)?;
        for (end, count) in [("kept", kept), ("worked_off", worked_off), ("given_up", given_up)] {
            family.encode_family(&[("end", end)])?.encode_counter::<NoLabelSet, _, u64>(&count, None)?;
        }
        Ok(())
    }
}

/// Adds the figures of what goes out.
pub fn register_delivery(metrics: &Metrics, figures: &Arc<Figures>) {
    let waiting = Arc::clone(figures);
    metrics.register_gauge(
        "outbox_waiting",
        "Webhooks, SMS and e-mails that wait to go out, counted now and then",
        move || waiting.waiting() as f64,
    );
    let sent = Sent(Arc::clone(figures));
    metrics.register(|registry| registry.register_collector(Box::new(sent)));
}

#[derive(Debug)]
struct Sent(Arc<Figures>);

impl Collector for Sent {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Attempts to deliver, by kind and by how they ended";
        let mut family = encoder.encode_descriptor("delivery_attempts", help, None, MetricType::Counter)?;
        for (kind, end, count) in self.0.attempts() {
            let labels = [("kind", kind), ("end", end)];
            family.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&count, None)?;
        }
        Ok(())
    }
}

struct Commits(Db);

impl fmt::Debug for Commits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Commits").finish_non_exhaustive()
    }
}

impl Collector for Commits {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let statistics = self.0.statistics();
        let name = ("db_batch_size", "Units of work in each group commit");
        encode(&mut encoder, name, &statistics.batch_size, 1.0)?;
        let name = ("db_commit_seconds", "Time that each group commit took");
        encode(&mut encoder, name, &statistics.commit_micros, 1e6)
    }
}

/// Writes a histogram whose values are `scale` times too large.
fn encode<const N: usize>(
    encoder: &mut DescriptorEncoder<'_>,
    (name, help): (&str, &str),
    histogram: &Histogram<N>,
    scale: f64,
) -> fmt::Result {
    let (buckets, count) = buckets(histogram.buckets(), histogram.count(), scale);
    let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Histogram)?;
    metric.encode_histogram::<NoLabelSet>(histogram.sum() as f64 / scale, count, &buckets, None)
}

/// Buckets as the encoder wants them, each with its own count and the last without a bound, and the count of all.
fn buckets(cumulative: impl Iterator<Item = (u64, u64)>, count: u64, scale: f64) -> (Vec<(f64, u64)>, u64) {
    let mut buckets = Vec::new();
    let mut before = 0;
    for (bound, total) in cumulative {
        buckets.push((bound as f64 / scale, total - before));
        before = total;
    }
    // Something may have been counted between the two readings.
    let count = count.max(before);
    buckets.push((f64::INFINITY, count - before));
    (buckets, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_apart_and_the_rest_is_unbounded() {
        let (buckets, count) = buckets([(100, 2), (250, 2), (500, 5)].into_iter(), 7, 1e6);
        assert_eq!(buckets, [(0.0001, 2), (0.00025, 0), (0.0005, 3), (f64::INFINITY, 2)]);
        assert_eq!(count, 7);
    }
}
