//! The console's last absence, as the Connections screen lists it.

use crate::{At, PatientBrief};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The console's last absence, and what was due in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AwayView {
    pub from: At,
    pub until: At,
    /// `closed` or `asleep`.
    pub why: String,
    pub items: Vec<AwayRow>,
    /// Due as well, and not listed.
    pub more: u32,
}

/// One thing that was due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AwayRow {
    pub due: Option<At>,
    /// In words.
    pub what: String,
    /// `sent_late`, `held`, `dropped`, `alarmed`, `looked_up` or `nothing`.
    pub became: String,
    /// Until when it is held.
    pub until: Option<At>,
    pub patient: Option<PatientBrief>,
    pub appointment_id: Option<String>,
    /// Its row of the Worklist.
    pub row: Option<String>,
}
