//! A limit on everything that comes from outside.

use std::time::{Duration, Instant};

/// Limits of size, time and number, fixed when the listener starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// A larger body is answered 413 and not kept.
    pub body_bytes: usize,
    /// Of a too large body so much is thrown away unread, so that the sender can hear the 413.
    pub discard_bytes: usize,
    /// All bodies that are being received together.
    pub buffered_bytes: usize,
    /// A request's head.
    pub head_bytes: usize,
    pub headers: usize,
    pub head_read_seconds: f64,
    pub body_read_seconds: f64,
    pub connections: usize,
    /// Requests that are being kept at once; beyond it senders are asked to come again.
    pub in_flight: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1 << 20,
            discard_bytes: 16 << 20,
            buffered_bytes: 256 << 20,
            head_bytes: 32 << 10,
            headers: 64,
            head_read_seconds: 10.0,
            body_read_seconds: 10.0,
            connections: 4096,
            in_flight: 8192,
        }
    }
}

/// Requests per second, each with a second's worth of burst. They can change while running.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    pub per_key_per_second: f64,
    pub per_connection_per_second: f64,
}

impl Default for Rates {
    /// Above what the bench drives.
    fn default() -> Self {
        Self { per_key_per_second: 50_000.0, per_connection_per_second: 50_000.0 }
    }
}

/// A token bucket.
#[derive(Debug)]
pub(crate) struct Bucket {
    tokens: f64,
    at: Instant,
    rate: f64,
}

impl Bucket {
    /// A full one.
    pub fn new(rate: f64, now: Instant) -> Self {
        Self { tokens: burst(rate), at: now, rate }
    }

    /// Takes one token, or says after how many whole seconds there will be one.
    pub fn take(&mut self, rate: f64, now: Instant) -> Result<(), u32> {
        if self.rate != rate {
            // A changed setting counts from now on, with what was saved up.
            self.tokens = self.tokens.min(burst(rate));
            self.rate = rate;
        }
        let passed = now.saturating_duration_since(self.at);
        self.at = now.max(self.at);
        self.tokens = (self.tokens + passed.as_secs_f64() * rate.max(0.0)).min(burst(rate));
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(if rate > 0.0 { ((1.0 - self.tokens) / rate).ceil().clamp(1.0, 3600.0) as u32 } else { 3600 })
    }
}

fn burst(rate: f64) -> f64 {
    if rate > 0.0 {
        rate.max(1.0)
    } else {
        0.0
    }
}

/// Seconds of a limit; nonsense counts as none at all.
pub(crate) fn seconds(s: f64) -> Duration {
    Duration::try_from_secs_f64(s).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_rate_and_says_when_to_come_again() {
        let start = Instant::now();
        let mut bucket = Bucket::new(2.0, start);
        assert_eq!([bucket.take(2.0, start), bucket.take(2.0, start), bucket.take(2.0, start)], [Ok(()), Ok(()), Err(1)]);
        assert_eq!(bucket.take(2.0, start + Duration::from_millis(500)), Ok(()));
        assert_eq!(bucket.take(2.0, start + Duration::from_millis(600)), Err(1));
    }

    #[test]
    fn a_slow_rate_asks_for_a_long_wait() {
        let start = Instant::now();
        let mut bucket = Bucket::new(0.1, start);
        assert_eq!((bucket.take(0.1, start), bucket.take(0.1, start)), (Ok(()), Err(10)));
    }

    #[test]
    fn a_changed_rate_counts_at_once() {
        let start = Instant::now();
        let mut bucket = Bucket::new(50_000.0, start);
        assert_eq!(bucket.take(1.0, start), Ok(()));
        assert_eq!(bucket.take(1.0, start), Err(1));
        assert_eq!(bucket.take(0.0, start), Err(3600));
    }
}
