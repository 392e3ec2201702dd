//! Values, limits and trends as rows and panels show them.

use super::words::{limit_words, percent, pick};
use decide::{Bounds, Episode, Reading, Severity, Shown, Value, Vital};
use ledger::Point;
use rust_decimal::prelude::ToPrimitive;
use wire::{Band, Language, SeverityView, ShownValue, TrendPoint};

/// The value of an episode as its row shows it; none when the patient only wrote.
pub(crate) fn shown(e: &Episode, l: Language) -> Option<ShownValue> {
    if e.vital == Vital::Symptoms {
        return None;
    }
    let unverified = super::lamps::unverified(e);
    let of: &Shown = if unverified { e.acted.as_ref().unwrap_or(&e.latest) } else { &e.latest };
    let taken_back = e.readings.iter().any(|r| r.reading == of.reading && r.withdrawn);
    let flag = if unverified {
        Some(pick(l, "unverified unit", "unidad sin verificar"))
    } else if taken_back {
        Some(pick(l, "taken back", "retirada"))
    } else {
        None
    };
    let v = &of.verdict;
    let beyond = v.direction.is_some();
    Some(ShownValue {
        text: of.value.text(),
        unit: if unverified { String::new() } else { e.vital.unit().into() },
        arrow: v.direction.map(|d| if d == decide::Direction::High { "up" } else { "down" }.into()),
        limit: limit_words(v, l),
        distance: v.distance_percent.filter(|_| beyond).map(percent),
        flag: flag.map(String::from),
    })
}

/// The limit band of a vital; weight has none (its limit is a gain).
pub(crate) fn band(vital: Vital, limits: &Bounds) -> Band {
    let f = |d: Option<rust_decimal::Decimal>| d.and_then(|d| d.to_f64());
    match vital {
        Vital::Bp => Band {
            low: f(limits.systolic_low),
            high: f(limits.systolic_high),
            second_low: f(limits.diastolic_low),
            second_high: f(limits.diastolic_high),
        },
        Vital::Glucose => Band { low: f(limits.glucose_low), high: f(limits.glucose_high), ..Band::default() },
        Vital::Spo2 => Band { low: f(limits.spo2_floor), ..Band::default() },
        Vital::HeartRate => Band { low: f(limits.heart_rate_low), high: f(limits.heart_rate_high), ..Band::default() },
        Vital::Weight | Vital::Symptoms => Band::default(),
    }
}

fn numbers(value: &Value) -> Option<(f64, Option<f64>)> {
    match value {
        Value::Number(n) => Some((n.to_f64()?, None)),
        Value::Pressure { systolic, diastolic } => Some((systolic.as_ref()?.to_f64()?, diastolic.as_ref().and_then(|d| d.to_f64()))),
    }
}

fn severity(s: Severity) -> SeverityView {
    match s {
        Severity::Routine => SeverityView::Info,
        Severity::Abnormal => SeverityView::Abnormal,
        Severity::Critical => SeverityView::Critical,
    }
}

/// A point of a sparkline; a pressure without its systolic part cannot be drawn.
pub(crate) fn spark_point(p: &Point) -> Option<TrendPoint> {
    let (value, second) = numbers(&p.value)?;
    Some(TrendPoint { at: p.at, value, second, severity: severity(p.severity), hollow: p.withdrawn })
}

/// A point of the trend.
pub(crate) fn trend_point(r: &Reading) -> Option<TrendPoint> {
    let (value, second) = numbers(&r.arrival.value)?;
    let at = r.arrival.measured.instant();
    Some(TrendPoint { at, value, second, severity: severity(r.verdict.severity), hollow: r.withdrawn })
}
