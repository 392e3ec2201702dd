//! Visits: appointments as the EHR tells of them (behaviour.md 2.1).

use super::{At, Mrn, Phone, Words};
use chrono::{NaiveDateTime, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Serialize};

/// What happened to an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VisitEventType {
    Booked,
    Rescheduled,
    Modified,
    #[serde(rename = "NOSHOWED")]
    NoShowed,
    Canceled,
    Confirmed,
}

impl VisitEventType {
    /// The name on the wire, upper case only.
    pub fn name(self) -> &'static str {
        match self {
            Self::Booked => "BOOKED",
            Self::Rescheduled => "RESCHEDULED",
            Self::Modified => "MODIFIED",
            Self::NoShowed => "NOSHOWED",
            Self::Canceled => "CANCELED",
            Self::Confirmed => "CONFIRMED",
        }
    }

    /// The type of exactly that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Booked, Self::Rescheduled, Self::Modified, Self::NoShowed, Self::Canceled, Self::Confirmed]
            .into_iter()
            .find(|t| t.name() == name)
    }
}

/// One event as decoded, whatever way it came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitEvent {
    pub event_type: VisitEventType,
    /// None: the moment it arrived counts.
    pub event_at: Option<At>,
    pub appointment_id: String,
    pub patient_id: Mrn,
    #[serde(default)]
    pub patient_first_name: Words,
    #[serde(default)]
    pub patient_last_name: Words,
    /// E.164; none when it is missing or cannot be made one (then `phone_problem` says why).
    #[serde(default)]
    pub patient_phone: Option<Phone>,
    #[serde(default)]
    pub phone_problem: Option<String>,
    #[serde(default)]
    pub provider_id: String,
    #[serde(default)]
    pub provider_first_name: String,
    #[serde(default)]
    pub provider_last_name: String,
    /// E.164.
    #[serde(default)]
    pub provider_callback_phone: Option<String>,
    #[serde(default)]
    pub location: String,
    #[serde(default)]
    pub service: String,
    /// The visit's wall clock where it takes place.
    pub wall_clock: NaiveDateTime,
    /// Minutes east of UTC, for the visit's own date.
    pub offset_minutes: i32,
    /// Times inside one message that do not agree, as both are written: no text, staff see both.
    #[serde(default)]
    pub conflict: Option<String>,
    /// A test message (MSH-11 T or D): never texts anyone.
    #[serde(default)]
    pub test: bool,
}

impl VisitEvent {
    /// The instant of the visit: wall clock minus offset.
    pub fn instant(&self) -> At {
        Utc.from_utc_datetime(&(self.wall_clock - TimeDelta::minutes(i64::from(self.offset_minutes))))
    }
}

/// Where a visit stands (behaviour.md 2.1 "States").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum VisitState {
    #[serde(rename = "QUEUED")]
    Queued,
    #[serde(rename = "REMINDED-1")]
    Reminded1,
    #[serde(rename = "REMINDED-2")]
    Reminded2,
    #[serde(rename = "EXPIRED")]
    Expired,
    #[serde(rename = "CANCELED")]
    Canceled,
    #[serde(rename = "NOSHOWED")]
    NoShowed,
}

/// What the patient asked of the EHR and it has not answered yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum VisitRequest {
    #[default]
    #[serde(rename = "none")]
    None,
    #[serde(rename = "confirm requested")]
    Confirm,
    #[serde(rename = "cancel requested")]
    Cancel,
}

/// One of the two reminders of an arming.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Reminder {
    #[default]
    ToCome,
    Sent {
        at: At,
    },
    /// Not to be sent any more: superseded, daily_limit, no_open_window ...
    Dropped {
        why: String,
    },
}

/// A visit as the console keeps it. In the ledger whole; in memory only its next due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub id: u64,
    /// The visit as last told.
    pub told: VisitEvent,
    /// The stamp of the newest applied event.
    pub newest_at: At,
    pub state: VisitState,
    #[serde(default)]
    pub confirmed: bool,
    #[serde(default)]
    pub request: VisitRequest,
    #[serde(default)]
    pub first: Reminder,
    #[serde(default)]
    pub second: Reminder,
    /// When the last text about this visit was owed.
    #[serde(default)]
    pub last_text_at: Option<At>,
    /// When the last one left: the gap to a reminder counts from here.
    #[serde(default)]
    pub left_at: Option<At>,
    /// An event text that waits for the end of quiet hours.
    #[serde(default)]
    pub held: Option<HeldText>,
    /// The event text that was owed last and has not ended; `until` is when it was owed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telling: Option<HeldText>,
    /// A help text went out already.
    #[serde(default)]
    pub helped: bool,
    /// The patient's latest answer while Studio asks: what the two ways it comes in have said.
    #[serde(default)]
    pub heard: Option<Heard>,
    /// When to look again.
    #[serde(default)]
    pub next: Option<At>,
}

/// One answer that comes in twice: the patient's words as an SMS, and the Studio Flow's callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    pub at: At,
    /// What the words say.
    pub words: Option<crate::visits::VisitAnswer>,
    /// The words themselves.
    pub text: Option<Words>,
    /// What the flow says.
    pub callback: Option<crate::visits::VisitAnswer>,
    /// What is known then is acted on (`studio_answer_wait_seconds`).
    pub until: At,
    pub state: HeardState,
}

/// How far an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeardState {
    /// The other half may still come.
    Open,
    /// The EHR is asked.
    Settled,
    /// The halves say different things: staff decide.
    Disagreed,
}

/// An event text that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldText {
    pub event_type: VisitEventType,
    /// What changed, for MODIFIED.
    pub changed: Vec<String>,
    pub until: At,
}

impl Visit {
    /// Still to take place, as far as is known.
    pub fn live(&self) -> bool {
        matches!(self.state, VisitState::Queued | VisitState::Reminded1 | VisitState::Reminded2)
    }
}
