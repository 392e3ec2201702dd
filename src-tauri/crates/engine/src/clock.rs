//! The one file that reads a clock.

use decide::At;
use std::sync::{Arc, Mutex};

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// Now, in UTC, to the millisecond (as it is stored).
    fn now(&self) -> At;
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> At {
        let now = chrono::Utc::now();
        At::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }
}

/// A clock driven by hand: scenarios and simulations.
#[derive(Clone)]
pub struct HandClock(Arc<Mutex<At>>);

impl HandClock {
    /// Stands at `at`.
    pub fn new(at: At) -> Self {
        Self(Arc::new(Mutex::new(at)))
    }

    /// Moves it.
    pub fn set(&self, at: At) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = at;
    }
}

impl Clock for HandClock {
    fn now(&self) -> At {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Time since the computer started, sleep counted in; none where the system does not say.
pub fn since_boot() -> Option<std::time::Duration> {
    let said = std::fs::read_to_string("/proc/uptime").ok()?;
    let seconds: f64 = said.split_whitespace().next()?.parse().ok()?;
    std::time::Duration::try_from_secs_f64(seconds).ok()
}

/// A stopwatch for latencies and progress; never for anything that is decided.
pub fn stopwatch() -> std::time::Instant {
    std::time::Instant::now()
}
