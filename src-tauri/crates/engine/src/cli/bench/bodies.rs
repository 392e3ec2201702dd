//! The made-up clinic of the bench: its patients, and readings as device clouds post them.

use crate::shorthand::{observation, Short};
use chrono::TimeDelta;
use decide::{At, Vital};
use serde_json::{json, Number, Value};
use std::ops::Range;

/// Entries of a bundle.
pub const BUNDLE: usize = 50;

const VITALS: [Vital; 5] = [Vital::Bp, Vital::Glucose, Vital::Weight, Vital::Spo2, Vital::HeartRate];

/// A fixed scramble: neighbours in time are strangers.
pub fn scramble(n: u64) -> u64 {
    let mut x = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The record number of a patient.
pub fn mrn(n: u64) -> String {
    format!("{}", 1_000_000 + n)
}

/// The mobile number of a patient; no two share one.
pub fn phone(n: u64) -> String {
    format!("+1{}", 2_012_000_000 + n)
}

/// A `--config` file: live, in no quiet hours, vendors asked as fast as they answer.
pub fn config(patients: u64) -> Value {
    let patient = |n: u64| {
        json!({ "mrn": mrn(n), "first_name": format!("First{n}"), "last_name": format!("Last{n}"), "birth_date": "1950-01-01",
                "phone": phone(n), "time_zone": "America/New_York" })
    };
    json!({
        "settings": { "mode": "live", "quiet_hours_start": "0000", "quiet_hours_finish": "0000", "twilio_messages_per_second": 100_000,
                      "pagerduty_events_per_minute": 1_000_000 },
        "patients": (0..patients).map(patient).collect::<Vec<_>>(),
    })
}

/// How bad a reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Routine,
    Abnormal,
    Critical,
}

/// A source id like the world's: random.
fn source_id(n: u64) -> String {
    let (a, b) = (scramble(n), scramble(!n));
    format!("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", a >> 32, a >> 16 & 0xffff, a & 0xfff, b & 0xfff, b >> 16)
}

fn of(n: u64, patient: u64, vital: Vital, how: How, measured_at: At) -> Value {
    let (mut systolic, mut diastolic, mut value) = (None, None, None);
    let step = n % 7;
    match (vital, how) {
        (Vital::Bp, How::Routine) => (systolic, diastolic) = (Some(118 + step), Some(72 + step)),
        (Vital::Bp, How::Abnormal) => (systolic, diastolic) = (Some(165 + step), Some(95)),
        (Vital::Bp, How::Critical) => (systolic, diastolic) = (Some(195 + step), Some(96)),
        (Vital::Glucose, _) => value = Some(Number::from(110 + step)),
        // Somebody's weight stays about the same.
        (Vital::Weight, _) => value = Number::from_f64(140.0 + (patient % 90) as f64 + step as f64 / 10.0),
        (Vital::Spo2, _) => value = Some(Number::from(94 + step % 6)),
        _ => value = Some(Number::from(64 + step)),
    }
    observation(&Short {
        mrn: mrn(patient),
        vital,
        systolic: systolic.map(Number::from),
        diastolic: diastolic.map(Number::from),
        value,
        unit: None,
        measured_at,
        status: "final".into(),
        source_id: source_id(n),
        version: Some("1".into()),
    })
}

/// A blood pressure of one patient.
pub fn pressure(n: u64, patient: u64, how: How, measured_at: At) -> String {
    of(n, patient, Vital::Bp, how, measured_at).to_string()
}

/// Routine readings of all vitals: numbered from `first`, of strangers, measured one after the other and
/// the last of them at `until`.
pub fn routine(first: u64, count: u64, patients: Range<u64>, over: TimeDelta, until: At) -> impl Iterator<Item = Value> {
    (0..count).map(move |i| {
        let back = over.num_milliseconds() as i128 * i128::from(count - 1 - i) / i128::from(count);
        let n = first + i;
        of(
            n,
            patients.start + scramble(n) % (patients.end - patients.start),
            VITALS[(n % 5) as usize],
            How::Routine,
            until - TimeDelta::milliseconds(back as i64),
        )
    })
}

/// Bundles of [`BUNDLE`] of them.
pub fn bundles(mut readings: impl Iterator<Item = Value>) -> Vec<String> {
    let next = || {
        let entries: Vec<Value> = readings.by_ref().take(BUNDLE).map(|r| json!({ "resource": r })).collect();
        (!entries.is_empty()).then(|| json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string())
    };
    std::iter::from_fn(next).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, SystemClock};

    #[test]
    fn every_reading_of_the_bench_is_one_that_can_be_judged() {
        let now = SystemClock.now();
        for reading in routine(7, 100, 0..9, TimeDelta::seconds(60), now) {
            let read = decide::decode::entries(reading.to_string().as_bytes()).unwrap();
            assert!(matches!(read.entries[0].decoded, decide::input::Decoded::Reading(_)), "{reading}");
        }
        let bundles = bundles(routine(7, 120, 0..9, TimeDelta::seconds(60), now));
        let entries: usize = bundles.iter().map(|b| decide::decode::entries(b.as_bytes()).unwrap().entries.len()).sum();
        assert_eq!((bundles.len(), entries), (3, 120));
    }

    #[test]
    fn the_clinic_can_be_set_up() {
        assert_eq!(crate::config::Config::read(&config(20)).unwrap().patients.len(), 20);
    }
}
