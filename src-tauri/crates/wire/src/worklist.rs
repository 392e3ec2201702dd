//! The Worklist: one row per episode or task, and the side panel.

use crate::{At, Counts, PatientBrief};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How far a reading is from the patient's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum SeverityView {
    Info,
    Abnormal,
    Critical,
}

/// A lamp of the five-lamp rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum LampState {
    ToCome,
    Running,
    Done,
    /// Cannot happen; `why` says why.
    Impossible,
    /// Past its time budget.
    Late,
}

/// Received, judged, patient reached, clinician acknowledged, charted: five in that order on an episode, none on a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Lamp {
    /// `received`, `judged`, `patient`, `clinician`, `charted`.
    pub which: String,
    pub state: LampState,
    pub at: Option<At>,
    pub due: Option<At>,
    pub why: Option<String>,
}

/// A value as the row shows it: large figures, small unit, the limit beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ShownValue {
    /// "195/96", "310", "183.1".
    pub text: String,
    pub unit: String,
    /// `up`, `down` or none.
    pub arrow: Option<String>,
    /// "limit 160", "gain limit 3 lb in 24 h".
    pub limit: Option<String>,
    /// Signed distance beyond the limit, e.g. "+22 %".
    pub distance: Option<String>,
    /// Measured on a device with a wrong clock, unverified unit, retracted ...
    pub flag: Option<String>,
}

/// One point of a trend. `second` is the diastolic part of a blood pressure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TrendPoint {
    pub at: At,
    pub value: f64,
    pub second: Option<f64>,
    pub severity: SeverityView,
    /// Withdrawn or late readings are drawn hollow.
    pub hollow: bool,
}

/// The limit band: values between low and high are inside.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Band {
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub second_low: Option<f64>,
    pub second_high: Option<f64>,
}

/// What happens next by itself, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct NextTimer {
    /// `page`, `text`, `ack_due`, `lease`, `shelf`, `review`, `backup`, `retry`.
    pub what: String,
    pub due: At,
}

/// Who holds an episode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Holder {
    pub name: String,
    pub since: At,
    pub until: Option<At>,
    /// True for a claim, false for an acknowledgement.
    pub claimed: bool,
}

/// A shelf on a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ShelfView {
    pub by: String,
    pub reason: String,
    pub until: At,
}

/// One row of the Worklist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WorklistRow {
    /// `e12` for an episode, `t7` for a task.
    pub id: String,
    /// Changes since a `seq` are found by this.
    pub seq: u64,
    pub patient: Option<PatientBrief>,
    /// `bp`, `glucose`, `weight`, `spo2`, `heart_rate`, or none for a task about something else.
    pub vital: Option<String>,
    pub severity: SeverityView,
    /// open held answered_no paged acknowledged back_to_normal shelved nurse_review closed charted, or `task`.
    pub state: String,
    pub unacknowledged: bool,
    /// `now` (needs a person now), `later` (waiting, answered, acknowledged), `shelved`, `closed`.
    pub group: String,
    /// Place in its group: smaller first. Already in the order the rules ask for.
    pub order: i64,
    /// One sentence in a nurse's words: what is wrong.
    pub headline: String,
    /// One sentence: what happens next by itself, and when.
    pub next_sentence: String,
    pub value: Option<ShownValue>,
    pub opened_at: At,
    pub latest_at: At,
    pub lamps: Vec<Lamp>,
    pub holder: Option<Holder>,
    pub shelf: Option<ShelfView>,
    pub next: Option<NextTimer>,
    pub spark: Vec<TrendPoint>,
    pub band: Band,
    /// `symptoms`, `no symptoms`, `opted out` ... small words beside the value.
    pub marks: Vec<String>,
    /// The visit that a task is about.
    pub appointment_id: Option<String>,
    /// Letter keys that work on this row now: `A C S T P N L 1-5 U`, and `Y D X` to judge what shadow mode held back.
    pub allowed: Vec<String>,
}

/// The Worklist, whole or what changed since `since`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WorklistView {
    pub seq: u64,
    pub now: At,
    /// True when `rows` is everything; false when only what changed since the asked `seq`.
    pub whole: bool,
    pub rows: Vec<WorklistRow>,
    /// Rows to take off the screen.
    pub gone: Vec<String>,
    pub counts: Counts,
}

/// A message to or from the patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MessageView {
    pub at: At,
    /// True when the patient wrote it.
    pub from_patient: bool,
    pub body: String,
    /// `symptom_check`, `clarify`, `reply`, `nurse` ...
    pub purpose: String,
    /// owed sending sent delivered failed undelivered withheld held would_send.
    pub status: String,
    pub why: Option<String>,
    /// How a reply was read: "YES: symptoms", "not understood".
    pub read_as: Option<String>,
}

/// One line of the timeline, with its reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TimelineLine {
    pub seq: u64,
    pub at: At,
    /// The transcript kind: intake verdict episode sms page slack chart opt_out attention act ...
    pub kind: String,
    /// What happened, in a nurse's words.
    pub title: String,
    /// Why: the rule, the limit, the vendor's answer.
    pub reason: Option<String>,
    pub by: Option<String>,
    /// The line as recorded, for those who want to see it all.
    pub raw: String,
}

/// A write owed to the chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ChartWriteView {
    /// reviewed note flowsheet opt_out reading.
    pub purpose: String,
    /// queued sending done blocked failed would_send.
    pub status: String,
    pub at: Option<At>,
    pub why: Option<String>,
}

/// A page and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PageView {
    pub step: u32,
    pub at: At,
    pub urgency: String,
    pub reason: String,
    /// owed sent proven acknowledged resolved failed would_send.
    pub status: String,
    pub by: Option<String>,
}

/// The side panel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EpisodeDetail {
    pub row: WorklistRow,
    pub now: At,
    pub phone: Option<String>,
    pub language: String,
    pub time_zone: String,
    pub zone_assumed: bool,
    /// "2:14 PM", the patient's own wall clock.
    pub local_time: String,
    pub opted_out: bool,
    /// active paused admitted ended deceased.
    pub status: String,
    pub trend: Vec<TrendPoint>,
    /// Texts, pages and notes to mark on the trend.
    pub marks: Vec<TrendMark>,
    pub conversation: Vec<MessageView>,
    pub timeline: Vec<TimelineLine>,
    pub pages: Vec<PageView>,
    pub writes: Vec<ChartWriteView>,
    pub notes: Vec<NoteView>,
    /// What to do now, in a sentence or two.
    pub guidance: String,
    /// The text that would be sent if the nurse presses T, ready to edit.
    pub draft_text: String,
    /// Other open rows of the same patient.
    pub others: Vec<String>,
    /// Shadow mode held this back: nothing of it left, and a nurse can judge it.
    pub shadow: bool,
    pub judgement: Option<crate::JudgementView>,
}

/// A mark on a trend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TrendMark {
    pub at: At,
    /// text reply page note.
    pub kind: String,
    pub label: String,
}

/// A note on an episode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct NoteView {
    pub at: At,
    pub by: String,
    pub text: String,
}
