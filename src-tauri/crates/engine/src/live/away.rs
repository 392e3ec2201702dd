//! What happened to the computer between two looks: it slept, or its clock was set.

use chrono::TimeDelta;
use std::time::Duration;

/// Less than this is the ordinary unevenness of a busy computer.
const NOTICED_MS: i64 = 5_000;

/// What happened between two looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    Quietly,
    Asleep,
    /// The clock was set by so much (back: negative).
    Set {
        by_ms: i64,
    },
    AsleepAndSet {
        by_ms: i64,
    },
}

/// Reads the three clocks: the wall's, the stopwatch (stands still in sleep) and the time since boot (does not).
/// Where the last is not known, a leap forward is taken for sleep: what is overdue is then caught up, not put off.
pub fn passed(wall: TimeDelta, awake: Duration, booted: Option<Duration>) -> Passed {
    let ms = |d: Duration| i64::try_from(d.as_millis()).unwrap_or(i64::MAX);
    let Some(booted) = booted else {
        let leap = wall.num_milliseconds() - ms(awake);
        return match leap {
            leap if leap >= NOTICED_MS => Passed::Asleep,
            leap if leap <= -NOTICED_MS => Passed::Set { by_ms: leap },
            _ => Passed::Quietly,
        };
    };
    let slept = ms(booted).saturating_sub(ms(awake)) >= NOTICED_MS;
    let by_ms = wall.num_milliseconds() - ms(booted);
    match (slept, by_ms.abs() >= NOTICED_MS) {
        (false, false) => Passed::Quietly,
        (true, false) => Passed::Asleep,
        (false, true) => Passed::Set { by_ms },
        (true, true) => Passed::AsleepAndSet { by_ms },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn a_closed_lid_is_sleep_and_a_turned_clock_is_not() {
        let wall = |n| TimeDelta::seconds(n);
        assert_eq!(passed(wall(1), s(1), Some(s(1))), Passed::Quietly);
        assert_eq!(passed(wall(3_600), s(1), Some(s(3_600))), Passed::Asleep);
        assert_eq!(passed(wall(3_601), s(1), Some(s(1))), Passed::Set { by_ms: 3_600_000 });
        assert_eq!(passed(wall(-59), s(1), Some(s(1))), Passed::Set { by_ms: -60_000 });
        assert_eq!(passed(wall(3_480), s(1), Some(s(3_600))), Passed::AsleepAndSet { by_ms: -120_000 });
    }

    #[test]
    fn without_the_time_since_boot_a_leap_forward_is_caught_up_like_sleep() {
        assert_eq!(passed(TimeDelta::seconds(600), s(1), None), Passed::Asleep);
        assert_eq!(passed(TimeDelta::seconds(-600), s(1), None), Passed::Set { by_ms: -601_000 });
        assert_eq!(passed(TimeDelta::seconds(4), s(1), None), Passed::Quietly);
    }
}
