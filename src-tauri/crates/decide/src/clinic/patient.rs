//! Patients and their limits.

use super::{At, Mrn, Phone, Words};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Limits a patient may have (behaviour.md 1.2); an empty cell takes the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bounds {
    #[serde(with = "loose", skip_serializing_if = "Option::is_none")]
    pub systolic_high: Option<Decimal>,
    #[serde(with = "loose", skip_serializing_if = "Option::is_none")]
    pub systolic_low: Option<Decimal>,
    #[serde(with = "loose", skip_serializing_if = "Option::is_none")]
    pub diastolic_high: Option<Decimal>,
    #[serde(with = "loose", skip_serializing_if = "Option::is_none")]
    pub diastolic_low: Option<Decimal>,
    #[serde(with = "loose", skip_serializing_if = "Option::is_none")]
    pub glucose_high: Option<Decimal>,
    #[serde(with = "loose", skip_serializing_if = "Option::is_none")]
    pub glucose_low: Option<Decimal>,
    #[serde(with = "loose", skip_serializing_if = "Option::is_none")]
    pub weight_gain_24h_lb: Option<Decimal>,
    #[serde(with = "loose", skip_serializing_if = "Option::is_none")]
    pub weight_gain_7d_lb: Option<Decimal>,
    #[serde(with = "loose", skip_serializing_if = "Option::is_none")]
    pub spo2_floor: Option<Decimal>,
    #[serde(with = "loose", skip_serializing_if = "Option::is_none")]
    pub heart_rate_high: Option<Decimal>,
    #[serde(with = "loose", skip_serializing_if = "Option::is_none")]
    pub heart_rate_low: Option<Decimal>,
}

impl Bounds {
    /// The defaults of behaviour.md 1.2.
    pub fn defaults() -> Self {
        let d = |n: i64| Some(Decimal::from(n));
        Self {
            systolic_high: d(160),
            diastolic_high: d(100),
            glucose_high: d(300),
            glucose_low: d(55),
            weight_gain_24h_lb: d(3),
            weight_gain_7d_lb: d(5),
            spo2_floor: d(90),
            ..Self::default()
        }
    }

    /// Own cells, with the defaults in the empty ones.
    pub fn or(&self, d: &Bounds) -> Bounds {
        Bounds {
            systolic_high: self.systolic_high.or(d.systolic_high),
            systolic_low: self.systolic_low.or(d.systolic_low),
            diastolic_high: self.diastolic_high.or(d.diastolic_high),
            diastolic_low: self.diastolic_low.or(d.diastolic_low),
            glucose_high: self.glucose_high.or(d.glucose_high),
            glucose_low: self.glucose_low.or(d.glucose_low),
            weight_gain_24h_lb: self.weight_gain_24h_lb.or(d.weight_gain_24h_lb),
            weight_gain_7d_lb: self.weight_gain_7d_lb.or(d.weight_gain_7d_lb),
            spo2_floor: self.spo2_floor.or(d.spo2_floor),
            heart_rate_high: self.heart_rate_high.or(d.heart_rate_high),
            heart_rate_low: self.heart_rate_low.or(d.heart_rate_low),
        }
    }
}

/// Decimals from JSON numbers or strings without binary rounding at the edge.
pub mod loose {
    use rust_decimal::Decimal;
    use serde::{de::Error, Deserialize, Deserializer, Serialize, Serializer};
    use std::str::FromStr;

    /// Writes a plain string.
    pub fn serialize<S: Serializer>(d: &Option<Decimal>, s: S) -> Result<S::Ok, S::Error> {
        d.map(|d| d.normalize().to_string()).serialize(s)
    }

    /// Reads a JSON number, a string, or null.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Decimal>, D::Error> {
        match serde_json::Value::deserialize(d)? {
            serde_json::Value::Null => Ok(None),
            serde_json::Value::Number(n) => {
                super::decimal(&n.to_string()).map(Some).ok_or_else(|| D::Error::custom("not a number that can be compared"))
            }
            serde_json::Value::String(s) if s.trim().is_empty() => Ok(None),
            serde_json::Value::String(s) => {
                Decimal::from_str(s.trim()).map(Some).map_err(|_| D::Error::custom(format!("not a number: {s}")))
            }
            other => Err(D::Error::custom(format!("not a number: {other}"))),
        }
    }
}

/// One decimal from a JSON number or string, exactly.
pub fn exact<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Decimal, D::Error> {
    loose::deserialize(d)?.ok_or_else(|| serde::de::Error::custom("a number is missing"))
}

/// A decimal from a JSON number's text, scientific notation included.
pub fn decimal(text: &str) -> Option<Decimal> {
    use std::str::FromStr;
    Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

/// Whether the patient takes part now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatientStatus {
    #[default]
    Active,
    Paused,
    Admitted,
    Ended,
    Deceased,
}

/// Consent to texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    Yes,
    No,
    #[default]
    Unknown,
}

/// Languages that ship with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    En,
    Es,
}

/// A patient as the console knows them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Patient {
    pub mrn: Mrn,
    #[serde(default)]
    pub first_name: Words,
    #[serde(default)]
    pub last_name: Words,
    /// YYYY-MM-DD.
    #[serde(default)]
    pub birth_date: Option<String>,
    /// The id at the chart.
    #[serde(default)]
    pub fhir_id: Option<String>,
    /// Mobile number, E.164.
    #[serde(default)]
    pub phone: Option<Phone>,
    /// IANA zone.
    #[serde(default)]
    pub time_zone: Option<String>,
    #[serde(default)]
    pub zone_checked_at: Option<At>,
    #[serde(default)]
    pub language: Language,
    #[serde(default)]
    pub sms_consent: Consent,
    #[serde(default)]
    pub consent_at: Option<At>,
    #[serde(default)]
    pub status: PatientStatus,
    #[serde(default)]
    pub status_reason: Option<String>,
    /// A pause always expires.
    #[serde(default)]
    pub status_until: Option<At>,
    #[serde(default)]
    pub bounds: Bounds,
    /// The patient's own stat values, with who and why.
    #[serde(default)]
    pub stat: Vec<OwnStat>,
    /// When each own limit is to be looked at again, by its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub review_on: BTreeMap<String, NaiveDate>,
}

impl Patient {
    /// A patient of whom only the number is known.
    pub fn new(mrn: Mrn) -> Self {
        Self {
            mrn,
            first_name: Words::default(),
            last_name: Words::default(),
            birth_date: None,
            fhir_id: None,
            phone: None,
            time_zone: None,
            zone_checked_at: None,
            language: Language::En,
            sms_consent: Consent::Unknown,
            consent_at: None,
            status: PatientStatus::Active,
            status_reason: None,
            status_until: None,
            bounds: Bounds::default(),
            stat: Vec::new(),
            review_on: BTreeMap::new(),
        }
    }

    /// "Lee, Ann".
    pub fn listed_name(&self) -> String {
        match (self.last_name.expose(), self.first_name.expose()) {
            ("", "") => format!("MRN {}", self.mrn.expose()),
            ("", first) => first.to_string(),
            (last, "") => last.to_string(),
            (last, first) => format!("{last}, {first}"),
        }
    }
}

/// A stat value set by a clinician for one patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnStat {
    #[serde(flatten)]
    pub stat: super::StatRule,
    pub by: String,
    pub reason: String,
    pub review_on: Option<At>,
}
