//! Patients: the list with their limits, one patient whole, what staff change, files in and out.

use crate::{At, Band, MessageView, PatientBrief, TrendMark, TrendPoint};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Ask for a stretch of the list, in order of names.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PatientsArgs {
    /// Beginnings of names, an MRN, digits of a phone number; empty = all.
    pub search: String,
    /// `all`, `own` (limits of their own), `review` (a limit is due for review), `zone` (assumed or not checked lately),
    /// `opted_out`, `away` (not active).
    pub filter: String,
    /// How many to leave out at the beginning.
    pub offset: u32,
}

/// A stretch of the list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PatientsView {
    pub now: At,
    pub offset: u32,
    /// So many fit the search and the filter.
    pub total: u32,
    pub counts: PatientCounts,
    pub rows: Vec<PatientRow>,
    pub limits: Vec<LimitColumn>,
    /// Clinicians of this desk, to choose who ordered a change.
    pub clinicians: Vec<String>,
    /// How the reader may change limits: `direct`, `ordered` (naming the clinician), `none`.
    pub may: String,
    /// Records that wait for a patient who is not enrolled here.
    pub unknown: Vec<UnknownPatient>,
}

/// How many there are of each kind, whatever the search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PatientCounts {
    pub all: u32,
    pub own: u32,
    pub review: u32,
    pub zone: u32,
    pub opted_out: u32,
    pub away: u32,
}

/// One limit: what every patient has who has no own one, and what it may be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LimitColumn {
    /// `systolic_high` ...
    pub name: String,
    pub vital: String,
    pub unit: String,
    /// Decimal, as text; none = no limit.
    pub default: Option<String>,
    pub least: f64,
    pub most: f64,
    /// The high limit that this low one must be below.
    pub below: Option<String>,
    /// The low limit that this high one must be above.
    pub above: Option<String>,
}

/// One patient of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PatientRow {
    pub patient: PatientBrief,
    pub phone: Option<String>,
    /// active paused admitted ended deceased, as it counts now.
    pub status: String,
    pub opted_out: bool,
    /// The zone is assumed, or was not checked lately.
    pub zone_review: bool,
    /// Own limits by name, decimals as text; a limit that is not there takes the default.
    pub own: BTreeMap<String, String>,
    /// The last change of each limit that was ever changed.
    pub changes: Vec<LimitChangeView>,
    /// The earliest day on which an own limit is to be looked at again, YYYY-MM-DD.
    pub review_on: Option<String>,
    /// That day has come.
    pub review_due: bool,
}

/// A change of one limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LimitChangeView {
    pub limit: String,
    /// None = the default.
    pub old: Option<String>,
    pub new: Option<String>,
    pub by: String,
    /// The clinician, when somebody else typed it in.
    pub ordered_by: Option<String>,
    pub at: At,
    pub why: Option<String>,
    /// YYYY-MM-DD.
    pub review_on: Option<String>,
}

/// Records that name a patient who is not enrolled here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UnknownPatient {
    /// The MRN that they name, if they name one.
    pub mrn: Option<String>,
    /// The id at the chart that they name, if they name one.
    pub fhir_id: Option<String>,
    pub records: u32,
    pub oldest: At,
}

/// Change limits of some patients: all limits of a patient together, or none of them.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SetLimitsArgs {
    pub orders: Vec<LimitOrderArgs>,
    pub why: String,
    /// The clinician who ordered it; a clinician leaves it empty.
    pub ordered_by: String,
    /// YYYY-MM-DD: the limits that are set are to be looked at again then.
    pub review_on: Option<String>,
}

/// Limits of one patient.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LimitOrderArgs {
    pub mrn: String,
    pub set: Vec<LimitSetArgs>,
}

/// One limit, from what was shown to what it shall be; none = the default.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LimitSetArgs {
    pub limit: String,
    pub was: Option<String>,
    pub to: Option<String>,
}

/// What became of a change of limits.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SavedLimits {
    pub said: String,
    /// MRNs of the patients whose limits are changed now.
    pub saved: Vec<String>,
    pub refused: Vec<LimitRefusal>,
}

/// Why a patient's limits were not changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LimitRefusal {
    pub mrn: String,
    /// The limit at fault, when one is.
    pub limit: Option<String>,
    pub why: String,
}

/// Set or end a patient's own stat value: beyond it a reading is critical whatever the limits say.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StatArgs {
    pub mrn: String,
    /// `systolic`, `diastolic`, `glucose`, `spo2`, `heart_rate`.
    pub what: String,
    /// `low`, `high`.
    pub direction: String,
    /// None = the clinic's own.
    pub value: Option<String>,
    pub why: String,
    pub ordered_by: String,
    /// YYYY-MM-DD.
    pub review_on: Option<String>,
}

/// Change what is known of a patient, or enrol one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PersonalArgs {
    pub mrn: String,
    /// A new patient.
    pub enrols: bool,
    /// `first_name` `last_name` `birth_date` `fhir_id` `phone` `time_zone` `language` `sms_consent` `status` `status_until`
    /// `status_reason`: those that change; none takes the field away.
    pub fields: BTreeMap<String, Option<String>>,
    /// The patient was asked: the zone stands as of now.
    pub zone_checked: bool,
}

/// Stop texts to a patient's number, or allow them again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TextsArgs {
    pub mrn: String,
    pub out: bool,
    pub why: String,
}

/// A CSV file of patients and limits.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportArgs {
    pub text: String,
}

/// Take the good rows of a file that was looked at.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportApplyArgs {
    pub text: String,
    /// Of the preview: what is taken is what was seen.
    pub fingerprint: String,
    pub why: String,
    pub ordered_by: String,
}

/// What a file would do, or did.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportView {
    pub rows: u32,
    pub new_patients: u32,
    pub changed_patients: u32,
    pub unchanged: u32,
    /// The first of the patients that differ.
    pub patients: Vec<ImportPatient>,
    /// So many more differ.
    pub more: u32,
    /// Every line that cannot go in.
    pub bad: Vec<ImportBad>,
    /// Limits would change: a clinician, or an order.
    pub limits: bool,
    pub fingerprint: String,
    /// The good rows are in.
    pub taken: bool,
    pub said: String,
}

/// A patient that a file changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportPatient {
    pub line: u32,
    pub mrn: String,
    pub name: String,
    pub is_new: bool,
    pub cells: Vec<ImportCell>,
}

/// A cell that a file changes; none = the default, or nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportCell {
    pub column: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// A line that cannot go in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportBad {
    pub line: u32,
    pub column: String,
    pub reason: String,
}

/// What to write out: `patients` (as a file that can be imported again) or `limit_history`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExportPatientsArgs {
    pub what: String,
}

/// A file that was written into the data folder.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WrittenFile {
    pub path: String,
    pub rows: u32,
    pub bytes: u64,
    pub said: String,
}

/// One patient whole.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PatientPage {
    pub now: At,
    pub patient: PatientBrief,
    pub personal: PatientPersonal,
    pub limits: Vec<LimitColumn>,
    /// Own limits by name; a limit that is not there takes the default.
    pub own: BTreeMap<String, String>,
    /// When own limits are to be looked at again, by name, YYYY-MM-DD.
    pub review_on: BTreeMap<String, String>,
    /// The clinic's day, YYYY-MM-DD: a review on or before it is due.
    pub today: String,
    /// Newest first.
    pub history: Vec<LimitChangeView>,
    pub stats: Vec<OwnStatView>,
    /// A vital each that has readings in the last 90 days.
    pub trends: Vec<VitalTrend>,
    pub conversation: Vec<MessageView>,
    /// Opened in the last 90 days, newest first.
    pub episodes: Vec<PastEpisode>,
    /// Rows of the Worklist that are about this patient and no episode: `t7` with its words.
    pub tasks: Vec<OpenTask>,
    pub visits: Vec<NextVisit>,
    /// How the reader may change limits: `direct`, `ordered`, `none`.
    pub may: String,
    pub clinicians: Vec<String>,
}

/// What is known of a patient, and what follows from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PatientPersonal {
    pub first_name: String,
    pub last_name: String,
    pub birth_date: Option<String>,
    pub fhir_id: Option<String>,
    pub phone: Option<String>,
    /// `en`, `es`.
    pub language: String,
    /// The patient's own zone, as it was told.
    pub time_zone: Option<String>,
    /// The zone that counts.
    pub zone: String,
    pub zone_assumed: bool,
    pub zone_checked_at: Option<At>,
    /// Assumed, or not checked within `time_zone_review_days`.
    pub zone_review: bool,
    /// "2:14 PM", the patient's own wall clock.
    pub local_time: String,
    /// `yes`, `no`, `unknown`.
    pub sms_consent: String,
    pub consent_at: Option<At>,
    /// As it was set: active paused admitted ended deceased.
    pub status: String,
    /// As it counts now: a pause that is over is active.
    pub status_now: String,
    pub status_reason: Option<String>,
    pub status_until: Option<At>,
    /// Why no text can reach the patient now, in words.
    pub untextable: Option<String>,
    pub opt_out: Option<OptOutView>,
    /// Others who have the same number.
    pub shares_phone: Vec<PatientBrief>,
}

/// The number's place in the registry of opt-outs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OptOutView {
    /// Texts are stopped now; otherwise they were once.
    pub out: bool,
    pub at: At,
    /// Who put it down here; none: the patient's own word, which only START from that phone takes back.
    pub by: Option<String>,
}

/// A stat value of the patient's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OwnStatView {
    pub what: String,
    pub direction: String,
    pub value: String,
    pub by: String,
    pub reason: String,
    /// YYYY-MM-DD.
    pub review_on: Option<String>,
    pub review_due: bool,
}

/// The trend of one vital.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VitalTrend {
    pub vital: String,
    pub unit: String,
    pub points: Vec<TrendPoint>,
    pub band: Band,
    pub marks: Vec<TrendMark>,
}

/// An episode of the past, or one that is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PastEpisode {
    /// The row of the Worklist, `e12`.
    pub id: String,
    pub vital: String,
    pub opened_at: At,
    pub closed_at: Option<At>,
    /// abnormal, critical.
    pub worst: String,
    /// "195/96 mmHg".
    pub value: String,
    pub state: String,
    pub disposition: Option<String>,
    pub by: Option<String>,
    /// Interaction minutes, decimal as text.
    pub minutes: Option<String>,
    pub pages: u32,
}

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OpenTask {
    pub row: String,
    pub title: String,
    pub since: At,
}

/// A visit to come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct NextVisit {
    pub appointment_id: String,
    pub starts_at: At,
    /// The wall clock of the visit: "2026-03-10", "3:00 PM".
    pub day: String,
    pub local_time: String,
    pub provider: String,
    pub location: String,
    pub state: String,
}
