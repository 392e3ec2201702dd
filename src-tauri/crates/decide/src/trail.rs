//! The trail: what the pipeline did, in order. One set of lines serves the transcript (scenario.md),
//! the episode's timeline on screen and the audit chain.

use crate::outbox::{ChartPurpose, PageAction, PageReason, PostPurpose, TextPurpose, Urgency};
use crate::{At, EpisodeState, Mrn, Phone, Severity, Vital};
use serde::{Deserialize, Serialize};

/// One thing that happened, with whom it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub at: At,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub episode: Option<u64>,
    /// The acting person or integration; none = the console's own rules.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<String>,
    #[serde(flatten)]
    pub line: Line,
}

/// How an input was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntakeOutcome {
    Kept,
    Duplicate,
    Refused,
    Quarantined,
}

/// The lines of scenario.md "Transcript", and what else the audit keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Line {
    Intake {
        source: String,
        outcome: IntakeOutcome,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        field: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mrn: Option<Mrn>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        appointment_id: Option<String>,
    },
    Verdict {
        mrn: Mrn,
        vital: Vital,
        /// "165/95" for a blood pressure, else a number.
        value: serde_json::Value,
        unit: String,
        severity: Severity,
        rule: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        limit: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        limit_value: Option<serde_json::Value>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        compared: Option<serde_json::Value>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        distance_percent: Option<serde_json::Value>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        episode: Option<u64>,
        /// What else is true of it: late, out_of_order, device_clock, no_time, debounced ...
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        flags: Vec<String>,
    },
    Episode {
        mrn: Mrn,
        vital: Vital,
        state: EpisodeState,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
    },
    Sms {
        to: Phone,
        purpose: TextPurpose,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mrn: Option<Mrn>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        appointment_id: Option<String>,
        body: String,
        /// sent would_send held withheld failed.
        status: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        until: Option<At>,
        /// More about the reason, e.g. the rule that filtered it.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        detail: Option<String>,
    },
    Page {
        action: PageAction,
        mrn: Mrn,
        vital: Vital,
        dedup_key: String,
        severity: String,
        urgency_word: Urgency,
        reason: PageReason,
        /// sent would_send failed.
        status: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        detail: Option<String>,
    },
    Slack {
        purpose: PostPurpose,
        status: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        text: Option<String>,
    },
    Chart {
        purpose: ChartPurpose,
        mrn: Mrn,
        /// queued done blocked failed would_send.
        status: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
    },
    Appointment {
        appointment_id: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mrn: Option<Mrn>,
        state: crate::VisitState,
        request: crate::VisitRequest,
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        confirmed: bool,
        /// The event that made it so, as it was understood; none: a reminder, an answer, the time.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        event: Option<crate::VisitEventType>,
        /// The wall clock of the visit as that event tells it.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        wall_clock: Option<chrono::NaiveDateTime>,
    },
    EhrRequest {
        /// CONFIRM, CANCEL.
        event_type: String,
        appointment_id: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mrn: Option<Mrn>,
        body: serde_json::Value,
        /// queued sent failed would_send.
        status: String,
        via: String,
    },
    /// A Studio Flow execution: what stands in for a text.
    Execution {
        flow_sid: String,
        to: Phone,
        event_type: String,
        purpose: TextPurpose,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mrn: Option<Mrn>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        appointment_id: Option<String>,
        /// sent would_send failed.
        status: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
    },
    OptOut {
        phone: Phone,
        /// out, in.
        state: String,
    },
    Setting {
        name: String,
        /// applied, refused.
        outcome: String,
        /// Why it was refused.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
        /// Why a person changed it, and on which clinician's order.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        why: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        ordered_by: Option<String>,
        /// The value before and after, of a change made by a person.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        was: Option<serde_json::Value>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        is: Option<serde_json::Value>,
    },
    Attention {
        reason: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mrn: Option<Mrn>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        vital: Option<Vital>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        appointment_id: Option<String>,
        detail: String,
    },
    /// A reply as it was read (`read_as`: symptoms, no_symptoms, opt_out, not_understood ...).
    Reply {
        from: Phone,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mrn: Option<Mrn>,
        body: String,
        read_as: String,
    },
    /// A delivery report.
    Delivery {
        to: Phone,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mrn: Option<Mrn>,
        status: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        error_code: Option<u32>,
    },
    /// Something PagerDuty told us.
    Incident {
        action: String,
        mrn: Mrn,
        vital: Vital,
        dedup_key: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        note: Option<String>,
    },
    /// What a person did on the console.
    Act {
        what: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mrn: Option<Mrn>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        vital: Option<Vital>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        detail: Option<String>,
    },
    /// What happened at the door: sign-in, lock, staff changes (design.md "Safety and privacy").
    Access {
        what: String,
        login: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        detail: Option<String>,
    },
    /// The console was closed or asleep: what was due meanwhile and what became of it.
    Away(crate::watch::Away),
    /// Lines `first` to `last` were sealed into an archive file and left the trail; `head` is the hash of the last, hex:
    /// what the rest goes on from.
    Archived { first: u64, last: u64, head: String, file: String, sha256: String },
    /// A credential was read or made, by which part.
    Credential { what: String, action: String },
    /// A maintenance or a stop of sending: announced, began, ended, cancelled.
    Downtime {
        what: crate::DowntimeKind,
        state: String,
        /// None: every vendor.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        vendor: Option<crate::outbox::Vendor>,
        from: At,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        until: Option<At>,
        why: String,
    },
}
