//! Tasks: whatever waits for a person without being an episode of its own.

use super::{At, Mrn, Severity, Vital};
use serde::{Deserialize, Serialize};

/// Something that waits for staff, with its own clock (behaviour.md 1.4: nothing waits on someone looking).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub id: u64,
    /// `answered_no`, `unclear_answer`, `quarantined`, `resolved_by_nobody`, `note_missing`, `stray_text` ...
    pub reason: String,
    /// A sentence for the person who opens it.
    pub detail: String,
    pub mrn: Option<Mrn>,
    pub vital: Option<Vital>,
    pub episode: Option<u64>,
    /// The quarantined record it is about.
    pub quarantine: Option<u64>,
    /// The visit it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment_id: Option<String>,
    pub severity: Severity,
    pub since: At,
    pub acknowledged: Option<super::Held>,
    /// Alarmed at the review target.
    pub overdue: bool,
    /// When to look again: review target, review page, lease.
    pub clocks: Vec<super::Clock>,
    pub closed: Option<Closed>,
    /// The target whose queue is stuck, and the cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stuck: Option<StuckTarget>,
    /// The parked message it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<u64>,
}

/// A target whose queue is stuck: one alarm for each, with its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StuckTarget {
    pub vendor: crate::outbox::Vendor,
    pub cause: crate::outbox::ProblemKind,
}

/// How something ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    pub at: At,
    pub by: String,
    /// acted watched false_alarm wrong_limit device resolved_in_pagerduty reprocessed ...
    pub disposition: String,
}
