//! The message browser: what was owed to a vendor or came in and waits, and what a person may do with it; downtime.

use crate::{At, PatientBrief};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Ask for a page of messages, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MessagesArgs {
    /// `attention` (all that is not done), `waiting`, `blocked`, `parked`, `failed`, `quarantined`, `would_send`, `sent`, `withdrawn`, `all`.
    pub group: String,
    /// `cerner`, `twilio` ...; empty = every vendor.
    pub vendor: String,
    /// A patient's name, MRN, case or mobile; empty = whoever.
    pub patient: String,
    pub from: Option<At>,
    pub to: Option<At>,
    /// Only messages with a smaller number: the page after.
    pub before: Option<u64>,
}

/// One message.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MessageArgs {
    pub id: u64,
}

/// Park a message.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MessageParkArgs {
    pub id: u64,
    pub why: String,
}

/// Correct a text that has not left.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MessageEditArgs {
    pub id: u64,
    /// E.164.
    pub to: String,
    pub body: String,
}

/// Process a quarantined record with a corrected body; what came in is kept as it came.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct QuarantineEditArgs {
    pub id: u64,
    pub body: String,
}

/// Announce a maintenance.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MaintenanceArgs {
    pub vendor: String,
    /// None: at once.
    pub from: Option<At>,
    pub until: At,
    pub why: String,
}

/// Stop sending.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StopSendingArgs {
    /// Empty: to every vendor.
    pub vendor: String,
    pub why: String,
}

/// A maintenance or a stop.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DowntimeArgs {
    pub id: u64,
}

/// A row of the message browser.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MessageRow {
    pub id: u64,
    /// It came in and waits in quarantine; else it goes out.
    pub incoming: bool,
    /// The vendor's or source's name in settings.
    pub vendor: String,
    /// The name shown.
    pub label: String,
    /// "symptom check", "note" ...
    pub what: String,
    /// `waiting`, `sending`, `unknown`, `blocked`, `parked`, `sent`, `failed`, `withdrawn`, `would_send`, `quarantined`, `reprocessed`, `set_aside`.
    pub state: String,
    pub at: At,
    pub patient: Option<PatientBrief>,
    pub appointment_id: Option<String>,
    pub attempts: u32,
    pub next_try_at: Option<At>,
    /// Its vendor is in maintenance until then.
    pub maintenance_until: Option<At>,
    /// Sending to its vendor is stopped.
    pub stopped: bool,
    pub problem: Option<String>,
    /// What this person may do now: `send_again`, `park`, `unpark`, `edit`, `reprocess`, `set_aside`, `edit_body`.
    pub may: Vec<String>,
}

/// What is open now, by state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MessageCounts {
    pub waiting: u32,
    pub blocked: u32,
    pub parked: u32,
    pub quarantined: u32,
}

/// A page of messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MessagesView {
    pub rows: Vec<MessageRow>,
    /// Pass as `before` for the page after; none = that was all.
    pub more: Option<u64>,
    pub counts: MessageCounts,
}

/// One field of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MessagePart {
    pub name: String,
    pub value: String,
}

/// One request to a vendor and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExchangeView {
    pub at: At,
    /// "POST /v2/enqueue".
    pub line: String,
    pub request: String,
    /// None: no answer came.
    pub status: Option<u16>,
    pub response: String,
}

/// One message, opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MessageDetail {
    pub row: MessageRow,
    /// What is asked of the vendor, field by field.
    pub parts: Vec<MessagePart>,
    /// The last requests and their answers.
    pub exchanges: Vec<ExchangeView>,
    /// A text's number and words, for editing.
    pub to: Option<String>,
    pub text: Option<String>,
    /// A quarantined record as it came.
    pub body: Option<String>,
    /// What could not be used, and why.
    pub detail: Option<String>,
    /// This role sees no bodies: they show as stars.
    pub masked: bool,
}
