//! Check-ins: scheduled texts to a panel, and how each round stands.

use crate::At;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The check-ins and whom they may go to.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CheckInsView {
    pub now: At,
    pub check_ins: Vec<CheckInView>,
    /// Everybody who takes part, by name.
    pub patients: Vec<PanelPatient>,
    /// Quiet hours as "21:00 to 08:00"; none: off.
    pub quiet: Option<String>,
    /// False: in shadow nothing leaves.
    pub live: bool,
}

/// A patient who can be chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PanelPatient {
    pub mrn: String,
    pub name: String,
    /// `en`, `es`.
    pub language: String,
}

/// One check-in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CheckInView {
    pub id: u64,
    pub name: String,
    pub script: String,
    /// `planned`, `running`, `over`.
    pub state: String,
    /// YYYY-MM-DD of the round under way or to come.
    pub day: String,
    /// HH:MM by each patient's own clock.
    pub local_time: String,
    /// `once`, `daily`, `weekly`.
    pub repeat: String,
    pub by: String,
    /// When the next of the panel is due.
    pub next: Option<At>,
    /// How many patients the panel has now.
    pub panel: u32,
    pub sent: u32,
    /// Owed to Twilio, at its pace.
    pub waiting: u32,
    pub replies: u32,
    /// Why others get no text, most first.
    pub withheld: Vec<CheckInWithheld>,
}

/// A reason, and for how many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CheckInWithheld {
    /// `opted_out`, `no_mobile`, `no_consent`, `not_active`, `too_late`, `refused`.
    pub why: String,
    pub patients: u32,
}

/// Plan a check-in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PlanCheckInArgs {
    pub name: String,
    /// `{first_name}` and `{clinic}` are filled in.
    pub script: String,
    /// For those who read Spanish; none: English for everybody.
    pub script_es: Option<String>,
    /// `all`, `en`, `es`, `chosen`.
    pub panel: String,
    /// With `chosen`.
    pub mrns: Vec<String>,
    /// YYYY-MM-DD.
    pub day: String,
    /// HH:MM.
    pub local_time: String,
    /// `once`, `daily`, `weekly`.
    pub repeat: String,
}

/// A check-in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CheckInArgs {
    pub id: u64,
}
