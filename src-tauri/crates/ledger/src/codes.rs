//! Small numbers that stand for words in hot columns, and instants as milliseconds.
//! The numbers are in files already written: only ever add at the end.

use crate::error::unreadable;
use crate::LedgerError;
use chrono::{DateTime, Utc};
use decide::{At, Measured, ObservationStatus, Rule, Severity, Source, Value, Vital};
use rust_decimal::Decimal;

macro_rules! codes {
    ($to:ident, $from:ident, $type:ident, $($variant:ident = $code:literal),+) => {
        pub(crate) fn $to(it: $type) -> i64 {
            match it { $($type::$variant => $code),+ }
        }
        pub(crate) fn $from(code: i64) -> Result<$type, LedgerError> {
            match code {
                $($code => Ok($type::$variant),)+
                _ => Err(unreadable(concat!("an unknown ", stringify!($type)))),
            }
        }
    };
}

codes!(vital_code, vital_of, Vital, Bp = 0, Glucose = 1, Weight = 2, Spo2 = 3, HeartRate = 4, Symptoms = 5);
codes!(severity_code, severity_of, Severity, Routine = 0, Abnormal = 1, Critical = 2);
codes!(
    rule_code,
    rule_of,
    Rule,
    Inside = 0,
    BeyondLimit = 1,
    BeyondBy20Percent = 2,
    Stat = 3,
    NotEnoughReadings = 4,
    NoLimit = 5,
    Implausible = 6,
    NotEvaluated = 7,
    Withdrawn = 8
);
codes!(
    status_code,
    status_of,
    ObservationStatus,
    Final = 0,
    Preliminary = 1,
    Amended = 2,
    Corrected = 3,
    Registered = 4,
    Cancelled = 5,
    EnteredInError = 6,
    Unknown = 7
);
codes!(
    source_code,
    source_of,
    Source,
    FhirHook = 0,
    ChartPull = 1,
    Simulator = 2,
    TwilioInbound = 3,
    TwilioStatus = 4,
    TwilioPoll = 5,
    PagerDutyWebhook = 6,
    PagerDutyPoll = 7,
    AppointmentHook = 8,
    Mllp = 9,
    StudioHook = 10,
    ChartAppointments = 11
);

/// Milliseconds UTC.
pub(crate) fn ms(at: At) -> i64 {
    at.timestamp_millis()
}

/// The instant of so many milliseconds UTC.
pub(crate) fn at(ms: i64) -> Result<At, LedgerError> {
    DateTime::<Utc>::from_timestamp_millis(ms).ok_or_else(|| unreadable("a time out of range"))
}

/// A measuring time as columns: what kind it is, and the start of a closed period.
pub(crate) fn measured_columns(measured: &Measured) -> (i64, i64, Option<i64>) {
    let instant = ms(measured.instant());
    match measured {
        Measured::At(_) => (instant, 0, None),
        Measured::Day(_) => (instant, 1, None),
        Measured::Period { start, end: Some(_) } => (instant, 2, Some(ms(*start))),
        Measured::Period { end: None, .. } => (instant, 3, None),
    }
}

/// A measuring time from its columns.
pub(crate) fn measured_of(instant: i64, kind: i64, start: Option<i64>) -> Result<Measured, LedgerError> {
    let instant = at(instant)?;
    match (kind, start) {
        (0, _) => Ok(Measured::At(instant)),
        (1, _) => Ok(Measured::Day(instant.date_naive())),
        (2, Some(start)) => Ok(Measured::Period { start: at(start)?, end: Some(instant) }),
        (3, _) => Ok(Measured::Period { start: instant, end: None }),
        _ => Err(unreadable("a measuring time")),
    }
}

/// A value as exact text: "183.1", "165/95", "165/-".
pub(crate) fn value_text(value: &Value) -> String {
    match value {
        Value::Number(n) => n.to_string(),
        Value::Pressure { systolic, diastolic } => {
            let part = |p: &Option<Decimal>| p.map_or_else(|| "-".to_string(), |d| d.to_string());
            format!("{}/{}", part(systolic), part(diastolic))
        }
    }
}

/// A value from its text.
pub(crate) fn value_of(text: &str) -> Result<Value, LedgerError> {
    let number = |t: &str| t.parse::<Decimal>().map_err(|_| unreadable("a value"));
    match text.split_once('/') {
        None => Ok(Value::Number(number(text)?)),
        Some((systolic, diastolic)) => {
            let part = |t: &str| if t == "-" { Ok(None) } else { number(t).map(Some) };
            Ok(Value::Pressure { systolic: part(systolic)?, diastolic: part(diastolic)? })
        }
    }
}
