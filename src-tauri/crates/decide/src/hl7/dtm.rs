//! `YYYY[MM[DD[HH[MM[SS[.S+]]]]]][+/-ZZZZ]`: as precise as it is written.

use crate::decode::appointment::minutes_east;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// A time stamp as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dtm {
    /// The wall clock; what is not written counts as its least.
    pub wall: NaiveDateTime,
    /// How many digits name it: 4, 6, 8 (a day), 10, 12 or 14.
    pub digits: usize,
    /// Minutes east of UTC, if written.
    pub offset_minutes: Option<i32>,
}

impl Dtm {
    /// Reads one; none if it is not a moment that a calendar and a clock have.
    pub fn read(text: &str) -> Option<Dtm> {
        let (stamp, offset) = match text.find(['+', '-']) {
            Some(at) => (&text[..at], Some(minutes_east(&text[at..])?)),
            None => (text, None),
        };
        let stamp = match stamp.split_once('.') {
            Some((whole, fraction)) if whole.len() == 14 && !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit()) => whole,
            Some(_) => return None,
            None => stamp,
        };
        if !stamp.bytes().all(|b| b.is_ascii_digit()) || !matches!(stamp.len(), 4 | 6 | 8 | 10 | 12 | 14) {
            return None;
        }
        let n = |from: usize, len: usize, least: u32| stamp.get(from..from + len).map_or(Some(least), |d| d.parse().ok());
        let date = NaiveDate::from_ymd_opt(n(0, 4, 1)? as i32, n(4, 2, 1)?, n(6, 2, 1)?).filter(|_| !stamp.starts_with("0000"))?;
        let wall = date.and_time(NaiveTime::from_hms_opt(n(8, 2, 0)?, n(10, 2, 0)?, n(12, 2, 0)?)?);
        Some(Dtm { wall, digits: stamp.len(), offset_minutes: offset })
    }

    /// Whether it names a time of day.
    pub fn timed(&self) -> bool {
        self.digits >= 10
    }
}
