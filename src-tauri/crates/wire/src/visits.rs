//! The Visits screen and the visits part of the simulator.

use crate::{At, MessageView, PatientBrief, TimelineLine};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A reminder of a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ReminderView {
    /// 1 or 2.
    pub which: u32,
    /// `to_come`, `sent`, `dropped`, `off`.
    pub state: String,
    /// When it was sent, or will be as things stand.
    pub at: Option<At>,
    /// The same on the patient's wall clock, "3:00 PM, Sun Mar 8".
    pub local: Option<String>,
    /// Why it was dropped or will not go: superseded, daily_limit, no_open_window, not_allowed, confirmed ...
    pub why: Option<String>,
}

/// One visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitRow {
    pub id: u64,
    pub appointment_id: String,
    pub patient: PatientBrief,
    pub phone: Option<String>,
    pub starts_at: At,
    /// The visit's own wall clock, "3:00 PM on Tuesday, March 10, 2026".
    pub when: String,
    /// "+hhmm" or "-hhmm".
    pub offset: String,
    pub provider: String,
    pub location: String,
    /// QUEUED REMINDED-1 REMINDED-2 EXPIRED CANCELED NOSHOWED.
    pub state: String,
    pub confirmed: bool,
    /// `none`, `confirm requested`, `cancel requested`.
    pub request: String,
    pub reminders: Vec<ReminderView>,
    /// An event text that waits for the end of quiet hours.
    pub held_until: Option<At>,
    pub last_text_at: Option<At>,
}

/// The visits of a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitsView {
    pub now: At,
    /// YYYY-MM-DD on the clinic's wall clock.
    pub day: String,
    pub rows: Vec<VisitRow>,
    /// More visits on that day than are listed.
    pub more: u32,
}

/// A request to the EHR.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitRequestView {
    /// CONFIRM, CANCEL.
    pub event_type: String,
    /// queued sent failed would_send.
    pub status: String,
    pub at: At,
    pub via: String,
}

/// The side panel of a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitDetail {
    pub row: VisitRow,
    pub now: At,
    pub conversation: Vec<MessageView>,
    pub timeline: Vec<TimelineLine>,
    pub requests: Vec<VisitRequestView>,
    pub next_sentence: String,
}

/// A day; none = today on the clinic's wall clock.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitsArgs {
    pub day: Option<String>,
}

/// A visit.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitArgs {
    pub id: u64,
}

/// Simulate an appointment event for a made-up patient; name and number are required (behaviour.md 2.5).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimVisitArgs {
    /// BOOKED RESCHEDULED MODIFIED NOSHOWED CANCELED CONFIRMED.
    pub event_type: String,
    /// None: a new appointment.
    pub appointment_id: Option<String>,
    pub first_name: String,
    pub last_name: String,
    pub phone: String,
    pub provider_first_name: String,
    pub provider_last_name: String,
    pub location: String,
    /// The visit's wall clock, YYYY-MM-DDTHH:mm:ss; none = 24 hours ahead.
    pub wall_clock: Option<String>,
    /// +hhmm or -hhmm; none = the clinic's now.
    pub offset: Option<String>,
}
