//! A histogram that the audio thread fills with relaxed atomics and anyone may read.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Sub-buckets of one octave: a resolution of about 3 %.
const SUB: usize = 32;
/// Octaves above the linear part: values up to 2^40 ns, 18 minutes.
const OCTAVES: usize = 36;
const BUCKETS: usize = SUB * (OCTAVES + 1);

/// Log-linear counts of durations in nanoseconds. `record` costs a few nanoseconds.
pub struct Histogram {
    buckets: Box<[AtomicU32]>,
    max: AtomicU64,
    max_since_poll: AtomicU64,
}

/// What a histogram says; all in nanoseconds, exact for `max_nanos`, within 3 % for the others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Percentiles {
    /// How many values were recorded.
    pub count: u64,
    /// Half of all values are at most this.
    pub p50_nanos: u64,
    /// 95 % of all values are at most this.
    pub p95_nanos: u64,
    /// 99 % of all values are at most this.
    pub p99_nanos: u64,
    /// The largest value.
    pub max_nanos: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self::new()
    }
}

impl Histogram {
    /// An empty histogram. Allocates.
    #[must_use]
    pub fn new() -> Self {
        let buckets = (0..BUCKETS).map(|_| AtomicU32::new(0)).collect();
        Self { buckets, max: AtomicU64::new(0), max_since_poll: AtomicU64::new(0) }
    }

    /// Counts one duration. Real-time safe.
    pub fn record(&self, nanos: u64) {
        self.buckets[bucket_of(nanos)].fetch_add(1, Ordering::Relaxed);
        if nanos > self.max.load(Ordering::Relaxed) {
            self.max.fetch_max(nanos, Ordering::Relaxed);
        }
        if nanos > self.max_since_poll.load(Ordering::Relaxed) {
            self.max_since_poll.fetch_max(nanos, Ordering::Relaxed);
        }
    }

    /// The largest duration since the last call, 0 when there was none. Real-time safe.
    pub fn take_recent_max(&self) -> u64 {
        self.max_since_poll.swap(0, Ordering::Relaxed)
    }

    /// Forgets everything. Values recorded meanwhile may or may not be kept.
    pub fn reset(&self) {
        self.buckets.iter().for_each(|b| b.store(0, Ordering::Relaxed));
        self.max.store(0, Ordering::Relaxed);
        self.max_since_poll.store(0, Ordering::Relaxed);
    }

    /// Reads the percentiles.
    #[must_use]
    pub fn percentiles(&self) -> Percentiles {
        let counts: Vec<u64> = self.buckets.iter().map(|b| u64::from(b.load(Ordering::Relaxed))).collect();
        let count: u64 = counts.iter().sum();
        let max_nanos = self.max.load(Ordering::Relaxed);
        let at = |share: f64| {
            let rank = ((count as f64 * share).ceil() as u64).max(1);
            let mut seen = 0;
            let found = counts.iter().position(|c| {
                seen += c;
                seen >= rank
            });
            found.map_or(0, |index| bucket_end(index).min(max_nanos))
        };
        Percentiles { count, p50_nanos: at(0.50), p95_nanos: at(0.95), p99_nanos: at(0.99), max_nanos }
    }

    /// Counts in `columns` equal steps from 0 to `top_nanos`; what lies above goes into the last column.
    #[must_use]
    pub fn columns(&self, columns: usize, top_nanos: u64) -> Vec<u32> {
        let mut out = vec![0_u32; columns];
        if columns == 0 || top_nanos == 0 {
            return out;
        }
        for (index, bucket) in self.buckets.iter().enumerate() {
            let count = bucket.load(Ordering::Relaxed);
            if count > 0 {
                let middle = u128::from(bucket_end(index).saturating_add(bucket_end(index.saturating_sub(1))) / 2);
                let column = (middle * columns as u128 / u128::from(top_nanos)) as usize;
                out[column.min(columns - 1)] += count;
            }
        }
        out
    }
}

/// Values below `SUB` have a bucket each; above, every octave is cut into `SUB` equal steps.
fn bucket_of(nanos: u64) -> usize {
    if nanos < SUB as u64 {
        return nanos as usize;
    }
    let octave = (63 - nanos.leading_zeros() as usize) - SUB.trailing_zeros() as usize;
    let sub = (nanos >> octave) as usize - SUB;
    (SUB * (octave + 1) + sub).min(BUCKETS - 1)
}

/// The largest value that falls into a bucket.
fn bucket_end(index: usize) -> u64 {
    if index < SUB {
        return index as u64;
    }
    let octave = index / SUB - 1;
    ((((index % SUB) + SUB + 1) as u64) << octave) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_falls_into_the_bucket_that_ends_at_or_after_it() {
        for nanos in (0..2000).chain((11..40).flat_map(|b| [(1_u64 << b) - 1, 1 << b, (1 << b) + 1])) {
            let bucket = bucket_of(nanos);
            assert!(bucket_end(bucket) >= nanos && (bucket == 0 || bucket_end(bucket - 1) < nanos), "{nanos}");
        }
        assert_eq!(bucket_of(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn percentiles_are_within_the_resolution() {
        let histogram = Histogram::new();
        (1..=10_000).for_each(|n| histogram.record(n * 100));
        let p = histogram.percentiles();
        assert_eq!((p.count, p.max_nanos), (10_000, 1_000_000));
        for (got, want) in [(p.p50_nanos, 500_000.0), (p.p95_nanos, 950_000.0), (p.p99_nanos, 990_000.0)] {
            assert!((got as f64 / want - 1.0).abs() < 0.035, "{got} {want}");
        }
        assert_eq!(histogram.columns(10, 1_000_000).iter().sum::<u32>(), 10_000);
        assert_eq!(histogram.take_recent_max(), 1_000_000);
        assert_eq!(histogram.take_recent_max(), 0);
        histogram.reset();
        assert_eq!(histogram.percentiles(), Percentiles::default());
    }
}
