//! What vendors show and tell, in our words.

use crate::{At, Mrn, Phone};
use serde::{Deserialize, Serialize};

/// Somebody is first in line from then till then; none = without beginning or end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnCallSpan {
    pub name: String,
    pub from: Option<At>,
    pub to: Option<At>,
}

/// How PagerDuty's webhook subscription for our address stands (contracts.md 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    /// Not looked at yet, or the look failed.
    #[default]
    Unknown,
    /// No subscription has our address: polling is all there is.
    None,
    Active,
    /// Three deliveries were refused: nothing is delivered for a day.
    Disabled,
    /// Somebody switched it off.
    Off,
}

/// An incident as PagerDuty shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeenIncident {
    pub id: String,
    /// triggered acknowledged resolved.
    pub status: String,
    pub acknowledged_by: Option<String>,
    pub acknowledged_at: Option<At>,
    pub resolved_by: Option<Agent>,
    pub resolved_at: Option<At>,
    pub notes: Vec<SeenNote>,
}

/// Who did something at PagerDuty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// `user_reference`, `service_reference`, `integration_reference` ...; only a user counts as a person.
    pub kind: String,
    pub id: String,
    pub name: Option<String>,
}

impl Agent {
    /// A person, not an automation.
    pub fn is_person(&self) -> bool {
        self.kind == "user_reference" || self.kind == "user"
    }
}

/// A note on an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenNote {
    pub id: String,
    pub by: String,
    pub text: String,
    pub at: At,
}

/// An inbound SMS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundText {
    pub sid: String,
    pub from: Phone,
    pub to: Phone,
    pub body: String,
    /// STOP, START, HELP (Advanced Opt-Out only).
    pub opt_out_type: Option<String>,
    pub at: Option<At>,
}

/// A delivery report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryReport {
    pub sid: String,
    pub to: Phone,
    /// queued sending sent delivered undelivered failed read canceled ...
    pub status: String,
    pub error_code: Option<u32>,
}

/// A PagerDuty webhook (or what polling saw), in our words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PagerEvent {
    /// The event id, for repeats.
    pub id: String,
    pub kind: PagerEventKind,
    pub incident_id: String,
    /// Our dedup key, when the event carries it (`incident_key`).
    pub dedup_key: Option<String>,
    pub agent: Option<Agent>,
    pub at: Option<At>,
    /// A note's text.
    pub note: Option<String>,
}

/// What happened to an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PagerEventKind {
    Triggered,
    Acknowledged,
    Unacknowledged,
    Escalated,
    Reassigned,
    Annotated,
    Resolved,
    Reopened,
    /// Answered 2xx and ignored.
    Other,
}

/// A patient as the chart shows them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeenPatient {
    pub fhir_id: String,
    pub mrns: Vec<Mrn>,
    pub first_name: String,
    pub last_name: String,
    pub birth_date: Option<String>,
    /// Mobile as the chart has it (digits).
    pub mobile: Option<String>,
    pub language: Option<String>,
}
