//! The frame around every screen: who, which mode, how bad, how fresh, how each vendor is.

use crate::At;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a vendor connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    Ok,
    Slow,
    Failing,
    /// Never spoken to since start.
    Idle,
}

/// One vendor in the bottom strip and on Connections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VendorHealth {
    /// `cerner`, `twilio`, `pagerduty`, `slack`, `ehr`.
    pub vendor: String,
    /// The name shown.
    pub label: String,
    pub base_url: String,
    pub built_in: bool,
    pub state: HealthState,
    /// Median of the last requests, milliseconds.
    pub latency_ms: Option<u32>,
    pub queued: u32,
    pub oldest_queued_at: Option<At>,
    pub last_ok_at: Option<At>,
    pub requests_today: u32,
    pub failures_today: u32,
    /// Attempts of the last 60 seconds, and how many the settings allow; none = as many as there are.
    pub last_minute: u32,
    pub per_minute: Option<f64>,
    /// What is wrong, in a sentence.
    pub problem: Option<String>,
    pub what_to_do: Option<String>,
}

/// Who is on call now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OnCallView {
    /// `known`, `nobody`, `unknown` (the look-up failed: not the same as nobody).
    pub state: String,
    pub names: Vec<String>,
    pub checked_at: Option<At>,
}

/// The language of the sentences that views carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    En,
    Es,
}

/// The person at the console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Person {
    pub name: String,
    /// `nurse`, `clinician`, `administrator`, `auditor`.
    pub role: String,
    /// The language to answer in; a call may carry another one as `language` beside its arguments.
    #[serde(default)]
    #[ts(as = "Option<Language>", optional)]
    pub language: Language,
    /// The session that speaks; known to the host only, never sent to a screen.
    #[serde(skip)]
    #[ts(skip)]
    pub session: String,
}

/// What sounds and whether it is muted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SoundView {
    /// `critical`, `abnormal`, `link_lost`, or none.
    pub sounding: Option<String>,
    pub muted_until: Option<At>,
    /// False when the machine has no sound device; the screen says so.
    pub available: bool,
}

/// Counts of live rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Counts {
    pub critical: u32,
    pub abnormal: u32,
    pub info: u32,
    pub unacknowledged: u32,
    pub shelved: u32,
}

/// Everything the frame shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FrameView {
    pub now: At,
    pub seq: u64,
    /// `sandbox` or `live`.
    pub profile: String,
    /// `live` or `shadow`.
    pub mode: String,
    pub who: Person,
    pub counts: Counts,
    pub vendors: Vec<VendorHealth>,
    pub on_call: OnCallView,
    pub freshest_reading_at: Option<At>,
    pub patients_watched: u32,
    pub sound: SoundView,
    /// True while the demo day plays.
    pub demo: bool,
    pub quarantined: u32,
    /// Maintenance that was announced and stops of sending; those that hold now first.
    pub downtimes: Vec<DowntimeView>,
    /// Targets whose queue is stuck: one for each, with its cause.
    pub stuck: Vec<StuckView>,
    /// The engine's own trouble (disk full, clock stepped), each a sentence.
    pub banners: Vec<String>,
}

/// A time in which nothing goes to a vendor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DowntimeView {
    pub id: u64,
    /// `maintenance` or `stop`.
    pub kind: String,
    /// None: every vendor.
    pub vendor: Option<String>,
    /// The name shown; none: every vendor.
    pub label: Option<String>,
    pub from: At,
    pub until: Option<At>,
    /// Who announced the maintenance, or stopped sending.
    pub by: String,
    pub why: String,
    /// It holds now.
    pub active: bool,
    /// How many messages wait for its end.
    pub waiting: u32,
}

/// A target whose queue is stuck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StuckView {
    pub vendor: String,
    pub label: String,
    pub count: u32,
    pub oldest_at: At,
    /// "answer 503", "not reached".
    pub cause: String,
    /// Its row of the Worklist.
    pub row: String,
}

/// A patient found by search or shown in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PatientBrief {
    pub mrn: String,
    /// "Lee, Ann".
    pub name: String,
    pub birth_date: Option<String>,
    /// The de-identified case id that pages carry.
    pub case_id: String,
}

/// Something received that could not be used, with the reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct QuarantineRow {
    pub id: u64,
    pub at: At,
    pub source: String,
    /// `unknown_patient`, `no_unit`, `unknown_unit`, `unknown_code`, `unreadable` ...
    pub reason: String,
    pub field: Option<String>,
    /// The reason as a sentence, with what to do.
    pub detail: String,
    pub patient: Option<PatientBrief>,
    /// The body as received (cut for display).
    pub body: String,
    /// `waiting`, `reprocessed`, `set_aside`.
    pub state: String,
}

/// Connections screen: health, hooks, quarantine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ConnectionsView {
    pub vendors: Vec<VendorHealth>,
    /// Paths to give to device clouds and vendors; the key inside is secret.
    pub hooks: Vec<HookView>,
    pub quarantine: Vec<QuarantineRow>,
    /// Payload shapes seen for the first time, newest first.
    pub drift: Vec<DriftRow>,
    pub refused: Vec<RefusedCount>,
    /// Effects that wait or are stuck, oldest first.
    pub queue: Vec<QueuedEffect>,
    pub sweep: SweepView,
    pub zone_data: String,
    pub key_home: String,
    /// Where HL7 is taken over MLLP; none = nowhere.
    pub mllp: Option<MllpView>,
    /// What was due in the console's last absence; none = nothing was.
    pub away: Option<crate::AwayView>,
}

/// The listener for HL7 and its traffic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MllpView {
    /// `host:port`.
    pub address: String,
    pub received_today: u32,
    pub refused_today: u32,
    /// When the newest message came; none = no message since the start.
    pub last_at: Option<At>,
    /// What it was answered: `AA`, `AE` or `AR`.
    pub last_answer: Option<String>,
    /// Why it was not taken, with the field: none when it was.
    pub last_why: Option<String>,
}

/// How long reading the chart once for everybody takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SweepView {
    /// Of the last whole round, seconds; none = there was none yet.
    pub seconds: Option<f64>,
    pub at: Option<At>,
    pub patients: u32,
    /// It took more than five minutes.
    pub slow: bool,
}

/// One intake path and its traffic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HookView {
    pub name: String,
    pub url: String,
    pub received_today: u32,
    pub refused_today: u32,
    pub last_at: Option<At>,
}

/// Refusals counted by status and reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RefusedCount {
    pub reason: String,
    pub count: u32,
}

/// A payload shape new to its source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DriftRow {
    pub source: String,
    pub first_seen_at: At,
    pub added: Vec<String>,
    pub removed: Vec<String>,
}

/// One owed effect, as the queue shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct QueuedEffect {
    pub id: u64,
    pub vendor: String,
    /// "symptom check", "page", "note" ...
    pub what: String,
    pub patient: Option<PatientBrief>,
    pub since: At,
    pub attempts: u32,
    pub next_try_at: Option<At>,
    /// `owed`, `sending`, `unknown`, `blocked`.
    pub state: String,
    pub problem: Option<String>,
}

/// What changed: a hint to ask again, never data. `seq` has no gaps; on a gap ask for everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Notice {
    pub seq: u64,
    pub notice: NoticeKind,
}

/// The kinds of hint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NoticeKind {
    /// A patient changed.
    Patients,
    /// These worklist rows changed; ask `worklist` with `since`.
    Rows {
        ids: Vec<String>,
    },
    Frame,
    Connections,
    Simulator,
    /// Visits changed; ask `visits`, `visit` and `sim_visits` again.
    Visits,
    /// Something a person must hear or see: no PHI in it.
    Alarm {
        severity: String,
        case_id: String,
        vital: Option<String>,
        text: String,
    },
}
