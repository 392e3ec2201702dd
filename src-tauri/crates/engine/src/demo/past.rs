//! Two weeks behind the demo day: what the devices would have sent, inside the limits.

use super::cast::{Member, Program};
use super::shot::{bundle, Shot};
use decide::{At, Vital};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;

const DAYS: i64 = 14;
const PER_BUNDLE: usize = 50;

/// Bundles in the order of measurement.
pub fn bundles(cast: &[Member], now: At, seed: u64) -> Vec<Value> {
    let mut shots: Vec<Shot> = cast.iter().enumerate().flat_map(|(n, m)| of(m, now, seed.wrapping_add(n as u64))).collect();
    shots.sort_by_key(|s| s.at);
    shots.chunks(PER_BUNDLE).enumerate().map(|(b, part)| bundle(part, &format!("past-{b}"))).collect()
}

/// One patient's two weeks; the last reading is some hours old.
fn of(m: &Member, now: At, seed: u64) -> Vec<Shot> {
    let mut dice = StdRng::seed_from_u64(seed);
    let mut shots = Vec::new();
    for day in (0..DAYS).rev() {
        let morning = now - chrono::TimeDelta::hours(day * 24 + 5) - chrono::TimeDelta::minutes(dice.random_range(0..90));
        let mut swing = |width: f64| dice.random_range(-width..width);
        match m.program {
            Program::Pressure => {
                shots.push(Shot::pressure(m, morning, m.usual.systolic + swing(9.0), m.usual.diastolic + swing(6.0)));
                shots.push(Shot::one(m, Vital::HeartRate, morning, (72.0 + swing(8.0)).round()));
            }
            Program::Diabetes => {
                shots.push(Shot::one(m, Vital::Glucose, morning, (m.usual.glucose + swing(24.0)).round()));
                let evening = morning - chrono::TimeDelta::hours(11);
                shots.push(Shot::one(m, Vital::Glucose, evening, (m.usual.glucose + 18.0 + swing(30.0)).round()));
            }
            Program::Heart => {
                // Back and forth by less than a pound: no gain over a limit, in a day or in a week.
                let weight = m.usual.weight + ((day % 3) as f64 - 1.0) * 0.4;
                shots.push(Shot::one(m, Vital::Weight, morning, tenth(weight)));
                shots.push(Shot::pressure(m, morning, m.usual.systolic + swing(7.0), m.usual.diastolic + swing(5.0)));
            }
            Program::Lungs => {
                shots.push(Shot::one(m, Vital::Spo2, morning, (m.usual.spo2 + swing(1.4)).round().clamp(93.0, 99.0)));
                shots.push(Shot::one(m, Vital::HeartRate, morning, (78.0 + swing(9.0)).round()));
            }
        }
    }
    shots
}

/// To a tenth of a pound.
pub fn tenth(lb: f64) -> f64 {
    (lb * 10.0).round() / 10.0
}
