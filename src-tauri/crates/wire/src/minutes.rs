//! CCM and RPM minutes of a month: what people logged, and what it reaches of each code.

use crate::{At, PatientBrief};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A month as YYYY-MM; none = the one under way, by the clinic's calendar.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MinutesArgs {
    pub month: Option<String>,
}

/// Minutes that a person spent beside an episode.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LogMinutesArgs {
    pub mrn: String,
    /// `rpm`, `ccm`: a minute counts for one.
    pub program: String,
    pub minutes: f64,
    pub at: At,
    /// `call`, `video`, `reading_review`, `care_plan`, `education`, `coordination`.
    pub activity: String,
    /// A live two-way talk with the patient; a text is none.
    pub contact: bool,
    pub note: String,
}

/// Takes logged minutes back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StrikeMinutesArgs {
    pub id: u64,
    pub why: String,
}

/// How far one code is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CodeView {
    pub code: String,
    /// `rpm_minutes`, `ccm_minutes`, `days`.
    pub counts: String,
    pub units: u32,
    /// So many more minutes or days reach it or its next unit; none = nothing more to reach.
    pub lacks: Option<u32>,
    /// The minutes are there, the live talk is not.
    pub lacks_contact: bool,
}

/// What counts, with who and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MinuteEntry {
    /// Of what a person logged beside an episode; none = the minutes of a closed episode.
    pub id: Option<u64>,
    /// The episode, `e12`.
    pub row: Option<String>,
    pub at: At,
    pub program: String,
    pub minutes: f64,
    /// An activity, or `episode`.
    pub activity: String,
    pub contact: bool,
    pub note: String,
    pub by: String,
    /// Taken back: who and why.
    pub struck: Option<String>,
}

/// A patient's month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PatientMinutes {
    pub patient: PatientBrief,
    pub rpm: f64,
    /// Of them, in live talks.
    pub rpm_live: f64,
    pub ccm: f64,
    pub contact: bool,
    /// Days with readings in the 30 to the end of the month, or to now.
    pub days: u32,
    pub codes: Vec<CodeView>,
    pub entries: Vec<MinuteEntry>,
}

/// A closed episode whose minutes nobody has entered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MissingMinutes {
    /// `e12`.
    pub row: String,
    pub patient: PatientBrief,
    pub vital: String,
    pub closed_at: At,
    pub closed_by: String,
}

/// A code of the rule set in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CodeRuleView {
    pub code: String,
    pub counts: String,
    pub at_least: u32,
    pub at_most: Option<u32>,
    pub each: Option<u32>,
    pub most_units: Option<u32>,
    pub contact: bool,
    /// YYYY-MM-DD.
    pub from: String,
    pub source: String,
}

/// The minutes of a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MinutesView {
    pub now: At,
    /// YYYY-MM.
    pub month: String,
    pub from: At,
    pub to: At,
    /// Only minutes of live talks count for RPM.
    pub live_only: bool,
    /// Those with minutes first, then those with the most days; at most 1,000.
    pub patients: Vec<PatientMinutes>,
    pub more: u64,
    /// Episodes closed in the month without minutes.
    pub missing: Vec<MissingMinutes>,
    /// Patients with RPM minutes and no live talk.
    pub no_contact: u64,
    pub rules: Vec<CodeRuleView>,
}
