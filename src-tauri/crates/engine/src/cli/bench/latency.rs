//! Latencies of one run, kept whole: a run has some thousands of them.

use std::time::Duration;

/// Sorted latencies.
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Of these, in any order.
    pub fn new(mut all: Vec<Duration>) -> Self {
        all.sort_unstable();
        Self(all)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// So many percent took no longer than this, ms.
    pub fn percentile(&self, percent: f64) -> f64 {
        let rank = (self.0.len() as f64 * percent / 100.0).ceil() as usize;
        self.0.get(rank.saturating_sub(1)).map_or(f64::NAN, |d| d.as_secs_f64() * 1e3)
    }

    /// "p50 1.2, p99 7.4, max 12.0 ms of 12,000", and how they lie in powers of two.
    pub fn in_words(&self) -> String {
        let max = self.percentile(100.0);
        let (p50, p99) = (self.percentile(50.0), self.percentile(99.0));
        format!("p50 {p50:.1}, p99 {p99:.1}, max {max:.1} ms of {}: {}", self.count(), self.histogram())
    }

    /// How many lie below 1, 2, 4 ... ms: `<1:200 <2:40`.
    fn histogram(&self) -> String {
        let mut bins: Vec<(u64, usize)> = Vec::new();
        for latency in &self.0 {
            let below = (latency.as_micros() as u64 / 1_000 + 1).next_power_of_two();
            match bins.last_mut() {
                Some((bin, count)) if *bin == below => *count += 1,
                _ => bins.push((below, 1)),
            }
        }
        bins.iter().map(|(below, count)| format!("<{below}:{count}")).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_measured_latencies_and_the_histogram_counts_all() {
        let all = Latencies::new((1..=200).rev().map(Duration::from_millis).collect());
        assert_eq!((all.percentile(50.0), all.percentile(99.0), all.percentile(100.0)), (100.0, 198.0, 200.0));
        let all = Latencies::new([300, 1_500, 1_600, 9_000].map(Duration::from_micros).to_vec());
        assert_eq!(all.histogram(), "<1:1 <2:2 <16:1");
    }
}
