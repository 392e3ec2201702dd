//! The Simulator: readings, the patient's phone, the pager, outages and scenario files.

use crate::{At, MessageView, PatientBrief};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The simulator's picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimulatorView {
    pub now: At,
    pub patients: Vec<SimPatient>,
    /// Open incidents at the built-in pager.
    pub incidents: Vec<SimIncident>,
    pub vendors: Vec<SimVendor>,
    pub on_call_present: bool,
    pub demo: DemoView,
    /// The last scenario played.
    pub played: Option<PlayedScenario>,
}

/// A patient one can play.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimPatient {
    pub patient: PatientBrief,
    pub phone: Option<String>,
    pub language: String,
    pub local_time: String,
    pub unread: u32,
}

/// An incident at the built-in pager.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimIncident {
    pub id: String,
    pub dedup_key: String,
    pub summary: String,
    pub severity: String,
    /// triggered acknowledged resolved.
    pub status: String,
    pub at: At,
    pub assigned_to: Option<String>,
}

/// A built-in vendor's present fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimVendor {
    pub vendor: String,
    pub label: String,
    /// up down unreachable slow rate_limited reject accept_then_drop.
    pub state: String,
    pub built_in: bool,
}

/// The demo day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DemoView {
    pub playing: bool,
    pub events_left: u32,
    /// 1 = real time.
    pub speed: f64,
}

/// A scenario file that was played beside the live day, with its result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PlayedScenario {
    pub name: String,
    pub passed: bool,
    pub took_ms: u32,
    /// Transcript lines as text, in order.
    pub lines: Vec<ScenarioLine>,
    /// Readable differences, empty when it passed.
    pub differences: Vec<String>,
}

/// One transcript line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScenarioLine {
    pub at: At,
    pub kind: String,
    pub text: String,
    pub raw: String,
}

/// The phone of a simulated patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PhoneView {
    pub mrn: String,
    pub phone: Option<String>,
    pub messages: Vec<MessageView>,
}

/// What became of something the simulator sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimOutcome {
    /// kept duplicate quarantined refused.
    pub outcome: String,
    /// A sentence for the person who pressed the button.
    pub said: String,
    /// The row it touched, if any.
    pub row: Option<String>,
}
