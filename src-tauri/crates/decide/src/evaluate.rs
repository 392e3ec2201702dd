//! Judging one reading against the patient's limits (behaviour.md 1.1 plausibility, 1.3 severity).

use crate::input::{Past, PastReading};
use crate::{hours, Arrival, At, Bounds, Comparator, Direction, OwnStat, Patient, Rule, Settings, Severity, Value, Verdict, Vital};
use rust_decimal::Decimal;

/// A comparator's range contains a limit: the value cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Straddles {
    pub limit: String,
}

/// What a reading means. `measured` is when it counts as measured.
pub fn judge(arrival: &Arrival, measured: At, patient: &Patient, settings: &Settings, past: &Past) -> Result<Verdict, Straddles> {
    if arrival.status.withdraws() {
        return Ok(Verdict::bare(Severity::Routine, Rule::Withdrawn));
    }
    if !arrival.status.judged() {
        return Ok(Verdict::bare(Severity::Routine, Rule::NotEvaluated));
    }
    let odd = implausible(arrival.vital, &arrival.value, settings, past);
    if odd && !past.implausible.as_ref().is_some_and(|p| agrees(&p.value, &arrival.value)) {
        return Ok(Verdict::bare(Severity::Abnormal, Rule::Implausible));
    }
    let limits = patient.bounds.or(&settings.default_limits).or(&Bounds::defaults());
    match arrival.vital {
        Vital::Weight => weight(&arrival.value, arrival.comparator, measured, &limits, settings, past),
        _ => parts(arrival, &limits, &patient.stat, settings),
    }
}

/// "Check the device": the plausibility table.
fn implausible(vital: Vital, value: &Value, settings: &Settings, past: &Past) -> bool {
    let table = &settings.plausibility;
    match (vital, value) {
        (Vital::Spo2, Value::Number(n)) => *n <= table.spo2_at_most || *n > table.spo2_above,
        (Vital::Bp, Value::Pressure { systolic: Some(s), diastolic: Some(d) }) => table.diastolic_not_below_systolic && d >= s,
        (Vital::Weight, Value::Number(n)) => {
            past.newest.as_ref().is_some_and(|last| matches!(last.value, Value::Number(l) if (*n - l).abs() > table.weight_jump_lb))
        }
        _ => false,
    }
}

/// A repeat agrees with an implausible reading when it says nearly the same: 2 lb, 2 % SpO2, 10 mmHg.
fn agrees(former: &Value, again: &Value) -> bool {
    match (former, again) {
        (Value::Number(a), Value::Number(b)) => (*a - *b).abs() <= Decimal::TWO,
        (Value::Pressure { systolic: Some(a), diastolic: Some(b) }, Value::Pressure { systolic: Some(c), diastolic: Some(d) }) => {
            (*a - *c).abs() <= Decimal::TEN && (*b - *d).abs() <= Decimal::TEN
        }
        _ => false,
    }
}

/// One number to compare: what it is called in limits and in the stat table.
struct Part {
    what: &'static str,
    value: Decimal,
    high: Option<(&'static str, Option<Decimal>)>,
    low: Option<(&'static str, Option<Decimal>)>,
}

fn parts(arrival: &Arrival, limits: &Bounds, own: &[OwnStat], settings: &Settings) -> Result<Verdict, Straddles> {
    let list: Vec<Part> = match (arrival.vital, arrival.value) {
        (_, Value::Pressure { systolic, diastolic }) => {
            let s = systolic.map(|value| Part {
                what: "systolic",
                value,
                high: Some(("systolic_high", limits.systolic_high)),
                low: Some(("systolic_low", limits.systolic_low)),
            });
            let d = diastolic.map(|value| Part {
                what: "diastolic",
                value,
                high: Some(("diastolic_high", limits.diastolic_high)),
                low: Some(("diastolic_low", limits.diastolic_low)),
            });
            s.into_iter().chain(d).collect()
        }
        (Vital::Glucose, Value::Number(value)) => vec![Part {
            what: "glucose",
            value,
            high: Some(("glucose_high", limits.glucose_high)),
            low: Some(("glucose_low", limits.glucose_low)),
        }],
        (Vital::Spo2, Value::Number(value)) => vec![Part { what: "spo2", value, high: None, low: Some(("spo2_floor", limits.spo2_floor)) }],
        (Vital::HeartRate, Value::Number(value)) => {
            vec![Part {
                what: "heart_rate",
                value,
                high: Some(("heart_rate_high", limits.heart_rate_high)),
                low: Some(("heart_rate_low", limits.heart_rate_low)),
            }]
        }
        (Vital::Weight | Vital::Symptoms | Vital::Bp, Value::Number(_)) => Vec::new(),
    };
    let mut worst: Option<Verdict> = None;
    for part in &list {
        let verdict = part_verdict(part, arrival.comparator, own, settings)?;
        let rank = |v: &Verdict| (v.severity, v.rule == Rule::Stat, v.distance_percent.unwrap_or(Decimal::MIN));
        if worst.as_ref().is_none_or(|w| rank(&verdict) > rank(w)) {
            worst = Some(verdict);
        }
    }
    Ok(worst.unwrap_or_else(|| Verdict::bare(Severity::Routine, Rule::NoLimit)))
}

fn part_verdict(part: &Part, comparator: Option<Comparator>, own: &[OwnStat], settings: &Settings) -> Result<Verdict, Straddles> {
    let high = part.high.and_then(|(name, limit)| limit.map(|l| (name, l)));
    let low = part.low.and_then(|(name, limit)| limit.map(|l| (name, l)));
    let v = part.value;
    // A bound such as ">600" is judged at the bound only when every limit lies on its far side.
    match comparator {
        Some(Comparator::Above) => {
            for (name, l) in [high, low].into_iter().flatten() {
                if l > v {
                    return Err(Straddles { limit: name.into() });
                }
            }
        }
        Some(Comparator::Below) => {
            for (name, l) in [high, low].into_iter().flatten() {
                if l < v {
                    return Err(Straddles { limit: name.into() });
                }
            }
        }
        None => {}
    }
    let own_stat = own.iter().filter(|o| o.stat.what == part.what).map(|o| &o.stat);
    let replaced: Vec<Direction> = own_stat.clone().map(|s| s.direction).collect();
    let table = settings.stat_table.iter().filter(|s| s.what == part.what && !replaced.contains(&s.direction));
    let stat = own_stat.chain(table).find(|s| match s.direction {
        Direction::Low => v < s.value,
        Direction::High => v > s.value,
    });
    let beyond = match (high, low) {
        (Some((name, l)), _) if v > l => Some((name, l, Direction::High)),
        (_, Some((name, l))) if v < l => Some((name, l, Direction::Low)),
        _ => None,
    };
    let distance = |l: Decimal| (!l.is_zero()).then(|| ((v - l) / l * Decimal::ONE_HUNDRED).round_dp(1).normalize());
    let fifth = Decimal::new(2, 1);
    let verdict = match (beyond, stat) {
        (Some((name, l, direction)), stat) => {
            let far = match direction {
                Direction::High => v >= l * (Decimal::ONE + fifth),
                Direction::Low => v <= l * (Decimal::ONE - fifth),
            };
            let (severity, rule) = match (stat.is_some(), far) {
                (true, _) => (Severity::Critical, Rule::Stat),
                (false, true) => (Severity::Critical, Rule::BeyondBy20Percent),
                (false, false) => (Severity::Abnormal, Rule::BeyondLimit),
            };
            Verdict {
                severity,
                rule,
                limit: Some(name.into()),
                limit_value: Some(l),
                compared: Some(v),
                distance_percent: distance(l),
                direction: Some(direction),
            }
        }
        (None, Some(s)) => Verdict {
            severity: Severity::Critical,
            rule: Rule::Stat,
            limit: Some(format!("{}_stat", s.what)),
            limit_value: Some(s.value),
            compared: Some(v),
            distance_percent: distance(s.value),
            direction: Some(s.direction),
        },
        (None, None) => {
            let shown = high.or(low);
            let rule = if shown.is_some() { Rule::Inside } else { Rule::NoLimit };
            Verdict {
                limit: shown.map(|(n, _)| n.into()),
                limit_value: shown.map(|(_, l)| l),
                compared: Some(v),
                ..Verdict::bare(Severity::Routine, rule)
            }
        }
    };
    Ok(verdict)
}

/// Gain over the lowest reading of the trailing window (behaviour.md 1.3 "Weight gain").
fn weight(
    value: &Value,
    comparator: Option<Comparator>,
    measured: At,
    limits: &Bounds,
    settings: &Settings,
    past: &Past,
) -> Result<Verdict, Straddles> {
    let Value::Number(now) = *value else { return Ok(Verdict::bare(Severity::Routine, Rule::NoLimit)) };
    if comparator.is_some() {
        return Err(Straddles { limit: "weight_gain_24h_lb".into() });
    }
    let windows = [
        ("weight_gain_24h_lb", limits.weight_gain_24h_lb, settings.weight_window_24h_hours),
        ("weight_gain_7d_lb", limits.weight_gain_7d_lb, settings.weight_window_7d_hours),
    ];
    let fifth = Decimal::new(12, 1);
    let mut worst = Verdict::bare(Severity::Routine, Rule::NotEnoughReadings);
    for (name, limit, window_hours) in windows {
        let Some(limit) = limit else { continue };
        let from = measured - hours(window_hours);
        let Some(lowest) = past.window.iter().filter(|r| in_window(r, from, measured)).filter_map(number).min() else { continue };
        let gain = now - lowest;
        let (severity, rule) = match gain {
            g if g > limit && g >= limit * fifth => (Severity::Critical, Rule::BeyondBy20Percent),
            g if g > limit => (Severity::Abnormal, Rule::BeyondLimit),
            _ => (Severity::Routine, Rule::Inside),
        };
        let verdict = Verdict {
            severity,
            rule,
            limit: Some(name.into()),
            limit_value: Some(limit),
            compared: Some(gain),
            distance_percent: (severity > Severity::Routine && !limit.is_zero())
                .then(|| ((gain - limit) / limit * Decimal::ONE_HUNDRED).round_dp(1).normalize()),
            direction: (severity > Severity::Routine).then_some(Direction::High),
        };
        if worst.rule == Rule::NotEnoughReadings || verdict.severity > worst.severity {
            worst = verdict;
        }
    }
    Ok(worst)
}

fn in_window(r: &PastReading, from: At, to: At) -> bool {
    let t = r.measured.instant();
    !r.withdrawn && t >= from && t < to
}

fn number(r: &PastReading) -> Option<Decimal> {
    match r.value {
        Value::Number(n) => Some(n),
        Value::Pressure { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Measured, ObservationStatus, PatientRef};
    use std::str::FromStr;

    fn d(s: &str) -> Decimal {
        Decimal::from_str(s).unwrap()
    }

    fn arrival(vital: Vital, value: &str) -> Arrival {
        let value = match value.split_once('/') {
            Some((s, di)) => Value::Pressure { systolic: (s != "-").then(|| d(s)), diastolic: (di != "-").then(|| d(di)) },
            None => Value::Number(d(value)),
        };
        Arrival {
            patient: PatientRef::default(),
            vital,
            value,
            comparator: None,
            loinc: String::new(),
            given: String::new(),
            measured: Measured::At(at()),
            status: ObservationStatus::Final,
            source_id: None,
            version: None,
            shape: vec![],
        }
    }

    fn at() -> At {
        "2026-03-05T19:00:00Z".parse().unwrap()
    }

    fn verdict(a: &Arrival, past: &Past) -> Verdict {
        judge(a, at(), &Patient::new("1".into()), &Settings::default(), past).unwrap()
    }

    fn says(vital: Vital, value: &str) -> (Severity, Rule) {
        let v = verdict(&arrival(vital, value), &Past::default());
        (v.severity, v.rule)
    }

    #[test]
    fn limits_and_their_edges() {
        use Rule::*;
        use Severity::*;
        for (vital, value, severity, rule) in [
            (Vital::Bp, "160/100", Routine, Inside),
            (Vital::Bp, "161/90", Abnormal, BeyondLimit),
            (Vital::Bp, "165/95", Abnormal, BeyondLimit),
            (Vital::Bp, "191.9/90", Abnormal, BeyondLimit),
            (Vital::Bp, "192/90", Critical, BeyondBy20Percent),
            (Vital::Bp, "150/101", Abnormal, BeyondLimit),
            (Vital::Bp, "150/120", Critical, BeyondBy20Percent),
            (Vital::Bp, "79/50", Critical, Stat),
            (Vital::Bp, "80/50", Routine, Inside),
            (Vital::Bp, "-/101", Abnormal, BeyondLimit),
            (Vital::Bp, "90/95", Abnormal, Implausible),
            (Vital::Spo2, "90", Routine, Inside),
            (Vital::Spo2, "89", Abnormal, BeyondLimit),
            (Vital::Spo2, "88", Abnormal, BeyondLimit),
            (Vital::Spo2, "87", Critical, Stat),
            (Vital::Spo2, "0", Abnormal, Implausible),
            (Vital::Spo2, "101", Abnormal, Implausible),
            (Vital::Glucose, "55", Routine, Inside),
            (Vital::Glucose, "54", Critical, Stat),
            (Vital::Glucose, "300", Routine, Inside),
            (Vital::Glucose, "300.8605", Abnormal, BeyondLimit),
            (Vital::Glucose, "299.05", Routine, Inside),
            (Vital::Glucose, "360", Critical, BeyondBy20Percent),
            (Vital::HeartRate, "190", Routine, NoLimit),
        ] {
            assert_eq!(says(vital, value), (severity, rule), "{vital:?} {value}");
        }
    }

    fn past_weight(value: &str, hours_before: i64) -> PastReading {
        let t = at() - chrono::TimeDelta::hours(hours_before);
        PastReading {
            id: 1,
            vital: Vital::Weight,
            value: Value::Number(d(value)),
            measured: Measured::At(t),
            arrived: t,
            episode: None,
            severity: Severity::Routine,
            status: ObservationStatus::Final,
            version: None,
            withdrawn: false,
        }
    }

    #[test]
    fn weight_gain_is_judged_from_the_lowest_of_the_window() {
        let past = Past { newest: Some(past_weight("180.0", 24)), window: vec![past_weight("180.0", 24)], ..Past::default() };
        for (value, severity) in [("183.0", Severity::Routine), ("183.1", Severity::Abnormal), ("183.6", Severity::Critical)] {
            assert_eq!(verdict(&arrival(Vital::Weight, value), &past).severity, severity, "{value}");
        }
        let week = Past { newest: Some(past_weight("180.0", 150)), window: vec![past_weight("180.0", 150)], ..Past::default() };
        let v = verdict(&arrival(Vital::Weight, "185.1"), &week);
        assert_eq!((v.severity, v.limit.as_deref()), (Severity::Abnormal, Some("weight_gain_7d_lb")));
    }

    #[test]
    fn a_first_weight_has_not_enough_readings() {
        assert_eq!(says(Vital::Weight, "400"), (Severity::Routine, Rule::NotEnoughReadings));
    }

    #[test]
    fn a_weight_far_from_the_last_is_the_device_until_a_repeat_agrees() {
        let mut past = Past { newest: Some(past_weight("180", 24)), window: vec![past_weight("180", 24)], ..Past::default() };
        assert_eq!(verdict(&arrival(Vital::Weight, "196"), &past).rule, Rule::Implausible);
        past.implausible = Some(past_weight("196", 1));
        assert_eq!(verdict(&arrival(Vital::Weight, "196.4"), &past).severity, Severity::Critical);
    }

    #[test]
    fn a_bound_beyond_every_limit_is_judged_there_and_one_that_straddles_is_not() {
        let mut a = arrival(Vital::Glucose, "600");
        a.comparator = Some(Comparator::Above);
        assert_eq!(verdict(&a, &Past::default()).severity, Severity::Critical);
        a.value = Value::Number(d("250"));
        assert_eq!(
            judge(&a, at(), &Patient::new("1".into()), &Settings::default(), &Past::default()),
            Err(Straddles { limit: "glucose_high".into() })
        );
        a.comparator = Some(Comparator::Below);
        a.value = Value::Number(d("20"));
        assert_eq!(verdict(&a, &Past::default()).severity, Severity::Critical);
    }

    #[test]
    fn the_reason_names_limit_value_and_distance() {
        let v = verdict(&arrival(Vital::Bp, "195/96"), &Past::default());
        assert_eq!((v.limit.as_deref(), v.limit_value, v.distance_percent), (Some("systolic_high"), Some(d("160")), Some(d("21.9"))));
    }
}
