//! The patient's wall clock, and readings judged, as the rules have it (behaviour.md 1.3, 1.5): written from the rules,
//! so that it shares no mistake with the product.

use crate::scenario::file::ReadingStep;
use decide::{At, Bounds, Vital};
use jiff::{tz::TimeZone, Timestamp};

/// A local day and minute.
pub fn local(zone: &TimeZone, at: At) -> (String, i64) {
    let stamp = Timestamp::from_millisecond(at.timestamp_millis()).unwrap_or_default();
    let civil = zone.to_datetime(stamp);
    (civil.date().to_string(), i64::from(civil.hour()) * 60 + i64::from(civil.minute()))
}

/// A zone by name; none: not known.
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// A zone that is so many minutes east of Greenwich.
pub fn fixed(minutes: i32) -> TimeZone {
    jiff::tz::Offset::from_seconds(minutes * 60).map(TimeZone::fixed).unwrap_or(TimeZone::UTC)
}

/// Minutes of the day from HHMM.
pub fn hhmm(text: &str) -> i64 {
    let n: i64 = text.parse().unwrap_or(0);
    n / 100 * 60 + n % 100
}

/// Whether a minute lies in a span of the day that may cross midnight; equal ends are no span.
pub fn inside(minute: i64, start: i64, finish: i64) -> bool {
    if start <= finish {
        minute >= start && minute < finish
    } else {
        minute >= start || minute < finish
    }
}

/// Severity: 0 routine, 1 abnormal, 2 critical; or the device must be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Judged {
    Routine,
    Abnormal,
    Critical,
    CheckDevice,
}

/// Hundred-thousandths: every value of a made-up day is a whole number of them, also after mmol/L is converted.
const UNIT: i64 = 100_000;

/// A number of a step in hundred-thousandths of the unit it is kept in.
fn number(n: Option<&serde_json::Number>, molar: bool) -> Option<i64> {
    let text = n?.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part = format!("{part:0<5}");
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    let value = whole.parse::<i64>().ok()? * UNIT + sign * part.get(..5)?.parse::<i64>().ok()?;
    Some(if molar { (i128::from(value) * 180_156 / 10_000) as i64 } else { value })
}

/// The number of a weight, for baselines.
pub fn pounds(r: &ReadingStep) -> Option<i64> {
    number(r.value.as_ref(), false)
}

/// Judges a reading. `lowest`: of the trailing day and week; `last`: the one before (weights only).
pub fn judge(r: &ReadingStep, own: &Bounds, lowest: [Option<i64>; 2], last: Option<i64>) -> Judged {
    let limit = |own: Option<rust_decimal::Decimal>, usual: Option<i64>| -> Option<i64> {
        own.and_then(|d| number(d.to_string().parse::<serde_json::Number>().ok().as_ref(), false)).or(usual.map(|u| u * UNIT))
    };
    let above = |v: i64, limit: Option<i64>| match limit {
        Some(l) if i128::from(v) * 10 >= i128::from(l) * 12 => Judged::Critical,
        Some(l) if v > l => Judged::Abnormal,
        _ => Judged::Routine,
    };
    let below = |v: i64, limit: Option<i64>| match limit {
        Some(l) if i128::from(v) * 10 <= i128::from(l) * 8 => Judged::Critical,
        Some(l) if v < l => Judged::Abnormal,
        _ => Judged::Routine,
    };
    let stat = |yes: bool| if yes { Judged::Critical } else { Judged::Routine };
    match r.vital {
        Vital::Bp => {
            let (s, d) = (number(r.systolic.as_ref(), false), number(r.diastolic.as_ref(), false));
            if matches!((s, d), (Some(s), Some(d)) if d >= s) {
                return Judged::CheckDevice;
            }
            let systolic = s.map_or(Judged::Routine, |s| {
                above(s, limit(own.systolic_high, Some(160))).max(below(s, limit(own.systolic_low, None))).max(stat(s < 80 * UNIT))
            });
            let diastolic =
                d.map_or(Judged::Routine, |d| above(d, limit(own.diastolic_high, Some(100))).max(below(d, limit(own.diastolic_low, None))));
            systolic.max(diastolic)
        }
        Vital::Glucose => {
            let molar = matches!(&r.unit, Some(Some(u)) if u == "mmol/L");
            let Some(v) = number(r.value.as_ref(), molar) else { return Judged::Routine };
            above(v, limit(own.glucose_high, Some(300))).max(below(v, limit(own.glucose_low, Some(55)))).max(stat(v < 55 * UNIT))
        }
        Vital::Spo2 => {
            let Some(v) = number(r.value.as_ref(), false) else { return Judged::Routine };
            if v <= 0 || v > 100 * UNIT {
                return Judged::CheckDevice;
            }
            below(v, limit(own.spo2_floor, Some(90))).max(stat(v < 88 * UNIT))
        }
        Vital::Weight => {
            let Some(v) = pounds(r) else { return Judged::Routine };
            if last.is_some_and(|l| (v - l).abs() > 15 * UNIT) {
                return Judged::CheckDevice;
            }
            let gain = |lowest: Option<i64>, limit: Option<i64>| match (lowest, limit) {
                (Some(low), Some(l)) if v - low > l => {
                    if i128::from(v - low) * 10 >= i128::from(l) * 12 {
                        Judged::Critical
                    } else {
                        Judged::Abnormal
                    }
                }
                _ => Judged::Routine,
            };
            gain(lowest[0], limit(own.weight_gain_24h_lb, Some(3))).max(gain(lowest[1], limit(own.weight_gain_7d_lb, Some(5))))
        }
        Vital::HeartRate => {
            let Some(v) = number(r.value.as_ref(), false) else { return Judged::Routine };
            above(v, limit(own.heart_rate_high, None)).max(below(v, limit(own.heart_rate_low, None)))
        }
        Vital::Symptoms => Judged::Routine,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judged(step: serde_json::Value) -> Judged {
        judge(&serde_json::from_value(step).unwrap(), &Bounds::default(), [None, None], None)
    }

    #[test]
    fn the_cases_of_the_rules() {
        for (step, severity) in [
            (json!({"mrn": "1", "vital": "bp", "systolic": 160, "diastolic": 100}), Judged::Routine),
            (json!({"mrn": "1", "vital": "bp", "systolic": 165, "diastolic": 95}), Judged::Abnormal),
            (json!({"mrn": "1", "vital": "bp", "systolic": 192, "diastolic": 90}), Judged::Critical),
            (json!({"mrn": "1", "vital": "spo2", "value": 87}), Judged::Critical),
            (json!({"mrn": "1", "vital": "glucose", "value": 54}), Judged::Critical),
            (json!({"mrn": "1", "vital": "glucose", "value": 55}), Judged::Routine),
            (json!({"mrn": "1", "vital": "glucose", "value": 16.7, "unit": "mmol/L"}), Judged::Abnormal),
            (json!({"mrn": "1", "vital": "glucose", "value": 16.6, "unit": "mmol/L"}), Judged::Routine),
            (json!({"mrn": "1", "vital": "spo2", "value": 0}), Judged::CheckDevice),
        ] {
            assert_eq!(judged(step.clone()), severity, "{step}");
        }
    }

    #[test]
    fn a_night_crosses_midnight() {
        assert!(inside(23 * 60, hhmm("2100"), hhmm("0800")) && inside(0, hhmm("2100"), hhmm("0800")));
        assert!(!inside(8 * 60, hhmm("2100"), hhmm("0800")) && !inside(600, 0, 0));
    }
}
