//! The patient's wall clock: zones, quiet hours and the next allowed instant (behaviour.md 1.5).
//!
//! Never builds "21:00 local" and compares instants: it turns the instant into the wall clock and tests
//! that, so that days that skip or repeat an hour decide themselves.

use crate::{At, Hhmm, Patient, Settings};
use chrono::{TimeDelta, TimeZone, Utc};
use jiff::{tz::TimeZone as Zone, Timestamp};

/// A patient's zone, and whether it is only assumed.
#[derive(Debug, Clone)]
pub struct PatientZone {
    pub name: String,
    pub assumed: bool,
    zone: Zone,
}

/// Whether an IANA zone name is known.
pub fn zone_known(name: &str) -> bool {
    Zone::get(name).is_ok()
}

/// The patient's own zone, else the clinic's, marked "assumed".
pub fn zone_of(patient: &Patient, settings: &Settings) -> PatientZone {
    if let Some(name) = patient.time_zone.as_deref() {
        if let Ok(zone) = Zone::get(name) {
            return PatientZone { name: name.to_string(), assumed: false, zone };
        }
    }
    let zone = Zone::get(&settings.clinic_time_zone).unwrap_or(Zone::UTC);
    PatientZone { name: settings.clinic_time_zone.clone(), assumed: true, zone }
}

/// The clinic's own zone.
pub fn clinic_zone(settings: &Settings) -> PatientZone {
    zone_of(&Patient::new("".into()), settings)
}

/// The wall clock of a visit's texts: the patient's IANA zone if known, else the visit's own offset.
pub fn zone_for_visit(patient: Option<&Patient>, offset_minutes: i32) -> PatientZone {
    if let Some(name) = patient.and_then(|p| p.time_zone.as_deref()) {
        if let Ok(zone) = Zone::get(name) {
            return PatientZone { name: name.to_string(), assumed: false, zone };
        }
    }
    let zone = jiff::tz::Offset::from_seconds(offset_minutes * 60).map(Zone::fixed).unwrap_or(Zone::UTC);
    PatientZone {
        name: format!("{}{:02}{:02}", if offset_minutes < 0 { '-' } else { '+' }, offset_minutes.abs() / 60, offset_minutes.abs() % 60),
        assumed: true,
        zone,
    }
}

impl PatientZone {
    /// The local day, YYYY-MM-DD.
    pub fn day(&self, at: At) -> String {
        self.local(at).date().to_string()
    }

    /// The wall clock at an instant.
    pub fn wall(&self, at: At) -> chrono::NaiveDateTime {
        let t = self.local(at);
        let (d, c) = (t.date(), t.time());
        chrono::NaiveDate::from_ymd_opt(d.year().into(), d.month() as u32, d.day() as u32)
            .and_then(|day| day.and_hms_opt(c.hour() as u32, c.minute() as u32, c.second() as u32))
            .unwrap_or(at.naive_utc())
    }

    /// Minutes east of UTC at an instant.
    pub fn offset_minutes(&self, at: At) -> i32 {
        (self.wall(at) - at.naive_utc()).num_seconds().div_euclid(60) as i32
    }

    fn local(&self, at: At) -> jiff::civil::DateTime {
        let stamp = Timestamp::from_millisecond(at.timestamp_millis()).unwrap_or(Timestamp::UNIX_EPOCH);
        self.zone.to_datetime(stamp)
    }

    /// Minutes since local midnight, with seconds as a fraction of the minute dropped.
    pub(crate) fn minute_of_day(&self, at: At) -> u32 {
        let t = self.local(at).time();
        t.hour() as u32 * 60 + t.minute() as u32
    }

    /// "2:14 PM".
    pub fn clock(&self, at: At) -> String {
        let t = self.local(at).time();
        let hour = match t.hour() % 12 {
            0 => 12,
            h => h,
        };
        format!("{hour}:{:02} {}", t.minute(), if t.hour() < 12 { "AM" } else { "PM" })
    }

    /// "Sat, Mar 14, 10:00 PM".
    pub fn moment(&self, at: At) -> String {
        format!("{}, {}", self.local(at).strftime("%a, %b %-d"), self.clock(at))
    }

    /// Whether the wall clock stands in quiet hours.
    pub fn quiet(&self, at: At, start: Hhmm, finish: Hhmm) -> bool {
        within(self.minute_of_day(at), start.minutes(), finish.minutes()) && !crate::planted::on(crate::planted::Fault::QuietHoursIgnored)
    }

    /// The next instant after `at` at which the wall clock reaches one of these minutes of the day, or is put forward or back.
    ///
    /// Between two of these the clock runs evenly, so what depends on the marks alone changes nowhere else.
    pub(crate) fn next_turn(&self, at: At, marks: &[u32]) -> At {
        let t = self.local(at).time();
        let since_midnight =
            (i64::from(t.hour()) * 3600 + i64::from(t.minute()) * 60 + i64::from(t.second())) * 1000 + i64::from(t.millisecond());
        let ahead = marks.iter().map(|mark| match i64::from(*mark) * 60_000 - since_midnight {
            left if left > 0 => left,
            left => left + 24 * 3_600_000,
        });
        let mark = at + TimeDelta::milliseconds(ahead.min().unwrap_or(24 * 3_600_000).max(1));
        let stamp = Timestamp::from_millisecond(at.timestamp_millis()).unwrap_or(Timestamp::UNIX_EPOCH);
        let put = self.zone.following(stamp).next().and_then(|t| Utc.timestamp_millis_opt(t.timestamp().as_millisecond()).single());
        put.filter(|put| *put > at).map_or(mark, |put| put.min(mark))
    }

    /// When the wall clock stands at that time on that day; where it is skipped, as long after as the clock was put forward.
    pub fn first_at(&self, day: chrono::NaiveDate, time: Hhmm) -> At {
        use chrono::Datelike;
        let fallback = day.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc() + TimeDelta::minutes(i64::from(time.minutes()));
        let civil = jiff::civil::Date::new(day.year() as i16, day.month() as i8, day.day() as i8).ok();
        let civil =
            civil.and_then(|d| jiff::civil::Time::new((time.0 / 100) as i8, (time.0 % 100) as i8, 0, 0).ok().map(|t| d.to_datetime(t)));
        let stamp = civil.and_then(|c| self.zone.to_ambiguous_timestamp(c).compatible().ok());
        stamp.and_then(|s| Utc.timestamp_millis_opt(s.as_millisecond()).single()).unwrap_or(fallback)
    }

    /// When quiet hours begin after `at`, at which they are not; `latest` at most.
    pub fn quiet_begins(&self, at: At, start: Hhmm, finish: Hhmm, latest: At) -> At {
        let mut t = at;
        while start != finish && t < latest {
            t = self.next_turn(t, &[start.minutes(), finish.minutes()]);
            if self.quiet(t, start, finish) {
                break;
            }
        }
        if start == finish {
            latest
        } else {
            t.min(latest)
        }
    }

    /// The first instant from `at` on that is outside quiet hours; `at` itself when it already is.
    pub fn quiet_ends(&self, at: At, start: Hhmm, finish: Hhmm) -> At {
        // Quiet hours of exactly a day cannot be (2400 to 0000 is equal start and finish on the wall): bounded all the same.
        let mut t = at;
        for _ in 0..16 {
            if !self.quiet(t, start, finish) {
                return t;
            }
            t = self.next_turn(t, &[finish.minutes()]);
        }
        t
    }
}

/// Whether a minute of the day lies in [start, finish), across midnight; equal = never.
fn within(minute: u32, start: u32, finish: u32) -> bool {
    match start.cmp(&finish) {
        std::cmp::Ordering::Equal => false,
        std::cmp::Ordering::Less => (start..finish).contains(&minute),
        std::cmp::Ordering::Greater => minute >= start || minute < finish,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn zone(name: &str) -> PatientZone {
        let patient = Patient { time_zone: Some(name.into()), ..Patient::new("1".into()) };
        zone_of(&patient, &Settings::default())
    }

    fn at(text: &str) -> At {
        text.parse().unwrap()
    }

    #[test]
    fn half_past_nine_in_the_evening_waits_until_eight() {
        let z = zone("America/New_York");
        assert_eq!(z.quiet_ends(at("2026-03-06T02:30:10Z"), Hhmm(2100), Hhmm(800)), at("2026-03-06T13:00:00Z"));
    }

    #[test]
    fn the_night_the_clocks_go_forward_ends_at_eight_by_the_wall() {
        let z = zone("America/New_York");
        assert_eq!(z.quiet_ends(at("2026-03-08T03:00:00Z"), Hhmm(2100), Hhmm(800)), at("2026-03-08T12:00:00Z"));
    }

    #[test]
    fn equal_start_and_finish_turn_quiet_hours_off() {
        assert!(!zone("America/New_York").quiet(at("2026-03-06T07:00:00Z"), Hhmm(0), Hhmm(0)));
    }

    #[test]
    fn an_unknown_zone_takes_the_clinics_and_says_so() {
        let p = Patient { time_zone: Some("Mars/Olympus".into()), ..Patient::new("1".into()) };
        let z = zone_of(&p, &Settings::default());
        assert!(z.assumed);
        assert_eq!(z.name, "America/New_York");
    }

    proptest! {
        #[test]
        fn quiet_hours_end_outside_quiet_hours_and_never_early(
            s in 1_700_000_000i64..1_900_000_000,
            name in prop::sample::select(vec!["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu", "America/Vancouver"]),
            start in 0u32..24, finish in 0u32..24,
        ) {
            let z = zone(name);
            let t = Utc.timestamp_opt(s, 0).unwrap();
            let (start, finish) = (Hhmm(start * 100), Hhmm(finish * 100));
            let end = z.quiet_ends(t, start, finish);
            prop_assert!(end >= t);
            prop_assert!(!z.quiet(end, start, finish));
            // Every minute before it is quiet.
            let mut m = t;
            while m < end { prop_assert!(z.quiet(m, start, finish)); m += TimeDelta::minutes(7); }
        }
    }
}
