//! Readings: what was measured, when, and where it came from.

use super::{At, Mrn};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The vitals of behaviour.md 1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vital {
    Bp,
    Glucose,
    Weight,
    Spo2,
    HeartRate,
    /// Not measured: the patient wrote of symptoms while nothing was open (behaviour.md 1.5, danger words).
    Symptoms,
}

impl Vital {
    /// Those that are measured.
    pub const ALL: [Vital; 5] = [Vital::Bp, Vital::Glucose, Vital::Weight, Vital::Spo2, Vital::HeartRate];

    /// The name in scenario files, settings and transcripts.
    pub fn name(self) -> &'static str {
        match self {
            Vital::Bp => "bp",
            Vital::Glucose => "glucose",
            Vital::Weight => "weight",
            Vital::Spo2 => "spo2",
            Vital::HeartRate => "heart_rate",
            Vital::Symptoms => "symptoms",
        }
    }

    /// The vital of that name.
    pub fn named(name: &str) -> Option<Vital> {
        Vital::ALL.into_iter().find(|v| v.name() == name)
    }

    /// The unit it is kept in, as people write it.
    pub fn unit(self) -> &'static str {
        match self {
            Vital::Bp => "mmHg",
            Vital::Glucose => "mg/dL",
            Vital::Weight => "lb",
            Vital::Spo2 => "%",
            Vital::HeartRate => "/min",
            Vital::Symptoms => "",
        }
    }

    /// The words a nurse uses.
    pub fn words(self) -> &'static str {
        match self {
            Vital::Bp => "blood pressure",
            Vital::Glucose => "glucose",
            Vital::Weight => "weight",
            Vital::Spo2 => "oxygen saturation",
            Vital::HeartRate => "heart rate",
            Vital::Symptoms => "reported symptoms",
        }
    }
}

/// A value in the unit that its vital is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A blood pressure; a part that the device could not give is absent ("partial").
    Pressure { systolic: Option<Decimal>, diastolic: Option<Decimal> },
    /// Any other vital.
    Number(Decimal),
}

impl Value {
    /// "165/95" or "183.1"; a missing part is "-".
    pub fn text(&self) -> String {
        let part = |p: &Option<Decimal>| p.map_or("-".to_string(), plain);
        match self {
            Value::Pressure { systolic, diastolic } => format!("{}/{}", part(systolic), part(diastolic)),
            Value::Number(n) => plain(*n),
        }
    }
}

/// A decimal as people write it: at most two places, no trailing zeros.
pub fn plain(d: Decimal) -> String {
    d.round_dp(2).normalize().to_string()
}

/// `Quantity.comparator`: the value is a bound, not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparator {
    /// `<` or `<=`.
    Below,
    /// `>` or `>=`.
    Above,
}

/// When it was measured. Days and periods raise nothing by themselves (behaviour.md 1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    At(At),
    Day(NaiveDate),
    Period { start: At, end: Option<At> },
}

impl Measured {
    /// The instant used to order and draw it (midday UTC of a day, the end of a period).
    pub fn instant(&self) -> At {
        match self {
            Measured::At(at) => *at,
            Measured::Day(d) => d.and_hms_opt(12, 0, 0).expect("midday exists").and_utc(),
            Measured::Period { start, end } => end.unwrap_or(*start),
        }
    }

    /// Whether it names an instant.
    pub fn exact(&self) -> bool {
        matches!(self, Measured::At(_))
    }
}

/// FHIR `Observation.status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObservationStatus {
    Registered,
    Preliminary,
    Final,
    Amended,
    Corrected,
    Cancelled,
    EnteredInError,
    Unknown,
}

impl ObservationStatus {
    /// The FHIR code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Preliminary => "preliminary",
            Self::Final => "final",
            Self::Amended => "amended",
            Self::Corrected => "corrected",
            Self::Cancelled => "cancelled",
            Self::EnteredInError => "entered-in-error",
            Self::Unknown => "unknown",
        }
    }

    /// Takes a reading back.
    pub fn withdraws(self) -> bool {
        matches!(self, Self::Cancelled | Self::EnteredInError)
    }

    /// Judged against limits (behaviour.md 1.1: registered and unknown are stored only).
    pub fn judged(self) -> bool {
        matches!(self, Self::Preliminary | Self::Final | Self::Amended | Self::Corrected)
    }
}

/// Where bytes came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// `POST /hooks/{key}/fhir`.
    FhirHook,
    /// Pulled from the chart.
    ChartPull,
    /// The Simulator screen.
    Simulator,
    TwilioInbound,
    TwilioStatus,
    /// Inbound messages found by listing them at Twilio.
    TwilioPoll,
    PagerDutyWebhook,
    PagerDutyPoll,
    AppointmentHook,
    Mllp,
    StudioHook,
    /// Appointments pulled from the chart.
    ChartAppointments,
}

impl Source {
    /// All of them.
    pub const ALL: [Source; 12] = [
        Self::FhirHook,
        Self::ChartPull,
        Self::Simulator,
        Self::TwilioInbound,
        Self::TwilioStatus,
        Self::TwilioPoll,
        Self::PagerDutyWebhook,
        Self::PagerDutyPoll,
        Self::AppointmentHook,
        Self::Mllp,
        Self::StudioHook,
        Self::ChartAppointments,
    ];

    /// The source of that name.
    pub fn named(name: &str) -> Option<Source> {
        Source::ALL.into_iter().find(|s| s.name() == name)
    }

    /// The name in transcripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::FhirHook => "fhir",
            Self::ChartPull => "chart_pull",
            Self::Simulator => "simulator",
            Self::TwilioInbound => "twilio_inbound",
            Self::TwilioStatus => "twilio_status",
            Self::TwilioPoll => "twilio_poll",
            Self::PagerDutyWebhook => "pagerduty",
            Self::PagerDutyPoll => "pagerduty_poll",
            Self::AppointmentHook => "appointments",
            Self::Mllp => "hl7",
            Self::StudioHook => "studio",
            Self::ChartAppointments => "fhir_appointment",
        }
    }
}

/// How a resource names its patient.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PatientRef {
    /// `subject.identifier.value`.
    pub mrn: Option<Mrn>,
    /// The id in `subject.reference` "Patient/{id}" (or the last part of an absolute one).
    pub fhir_id: Option<String>,
}

/// A reading as decoded, before its patient is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Arrival {
    pub patient: PatientRef,
    pub vital: Vital,
    pub value: Value,
    pub comparator: Option<Comparator>,
    /// The accepted LOINC code that named the vital.
    pub loinc: String,
    /// The value and unit as given, e.g. "16.7 mmol/L".
    pub given: String,
    pub measured: Measured,
    pub status: ObservationStatus,
    /// `Observation.id`, else the first identifier value.
    pub source_id: Option<String>,
    /// `meta.versionId`.
    pub version: Option<String>,
    /// Paths, codes and units of the resource, sorted: the schema-drift memory.
    pub shape: Vec<String>,
}

/// A resource that could be read but not used; kept whole, never guessed (behaviour.md 1.1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Misread {
    pub reason: Unusable,
    /// FHIRPath-like: `Observation.valueQuantity.unit`.
    pub field: String,
    /// A sentence: what is wrong and what to do. No PHI.
    pub detail: String,
    pub patient: PatientRef,
    pub vital: Option<Vital>,
    /// The same number read in every accepted unit of the vital: if all are critical it pages as "unverified".
    pub candidates: Vec<Value>,
    pub measured: Option<Measured>,
    pub status: Option<ObservationStatus>,
    pub source_id: Option<String>,
    pub shape: Vec<String>,
}

/// Why a resource went to quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unusable {
    UnknownPatient,
    /// Several patients fit.
    AmbiguousPatient,
    NoPatient,
    NoUnit,
    UnknownUnit,
    UnknownCode,
    NoValue,
    /// A comparator whose range contains a limit.
    Straddles,
    NoTime,
    FutureDated,
    UnknownStatus,
    /// Not an Observation.
    NotAnObservation,
    Unreadable,
    /// The program broke on it.
    EngineFault,
}

impl Unusable {
    /// The reason's name in transcripts and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnknownPatient => "unknown_patient",
            Self::AmbiguousPatient => "ambiguous_patient",
            Self::NoPatient => "no_patient",
            Self::NoUnit => "no_unit",
            Self::UnknownUnit => "unknown_unit",
            Self::UnknownCode => "unknown_code",
            Self::NoValue => "no_value",
            Self::Straddles => "comparator_straddles_limit",
            Self::NoTime => "no_time",
            Self::FutureDated => "future_dated",
            Self::UnknownStatus => "unknown_status",
            Self::NotAnObservation => "not_an_observation",
            Self::Unreadable => "unreadable",
            Self::EngineFault => crate::decode::BROKE,
        }
    }
}

/// A reading of a known patient, as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub id: u64,
    pub mrn: Mrn,
    pub arrived: At,
    pub source: Source,
    #[serde(flatten)]
    pub arrival: Arrival,
    pub verdict: Verdict,
    /// The episode it belongs to.
    pub episode: Option<u64>,
    /// Taken back, replaced by a later version, or implausible: never a baseline.
    pub withdrawn: bool,
    /// The chart has it (it was pulled from there, or we wrote it).
    pub in_chart: bool,
}

/// Severity of behaviour.md 1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Routine,
    Abnormal,
    Critical,
}

impl Severity {
    /// The name in transcripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Routine => "routine",
            Self::Abnormal => "abnormal",
            Self::Critical => "critical",
        }
    }
}

/// Which way a value is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    High,
    Low,
}

/// Which rule decided a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    Inside,
    BeyondLimit,
    #[serde(rename = "beyond_limit_20_percent")]
    BeyondBy20Percent,
    Stat,
    NotEnoughReadings,
    NoLimit,
    /// "check the device" (behaviour.md 1.1, plausibility table).
    Implausible,
    /// registered, unknown: stored, not evaluated.
    NotEvaluated,
    /// Taken back.
    Withdrawn,
}

impl Rule {
    /// The name in transcripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::BeyondLimit => "beyond_limit",
            Self::BeyondBy20Percent => "beyond_limit_20_percent",
            Self::Stat => "stat",
            Self::NotEnoughReadings => "not_enough_readings",
            Self::NoLimit => "no_limit",
            Self::Implausible => "implausible",
            Self::NotEvaluated => "not_evaluated",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// What a reading means against the patient's limits, with its reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub severity: Severity,
    pub rule: Rule,
    /// The limit that decided, e.g. `systolic_high`.
    pub limit: Option<String>,
    pub limit_value: Option<Decimal>,
    /// What was compared with the limit: the part, the value or the gain.
    pub compared: Option<Decimal>,
    /// Signed distance beyond the limit in percent of it.
    pub distance_percent: Option<Decimal>,
    pub direction: Option<Direction>,
}

impl Verdict {
    /// A verdict that no limit decided.
    pub fn bare(severity: Severity, rule: Rule) -> Self {
        Self { severity, rule, limit: None, limit_value: None, compared: None, distance_percent: None, direction: None }
    }
}
