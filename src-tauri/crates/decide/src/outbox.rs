//! Effects: what is owed to the world. A row before it is a request.

mod seen;
mod segments;
mod studio;

pub use seen::*;
pub use segments::{is_plain, measure, plain_letter, Encoding, Measure};
pub use studio::{Execution, StudioAnswer};

use crate::{At, Mrn, Phone, Value, Vital};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whom an effect goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vendor {
    Cerner,
    Twilio,
    #[serde(rename = "pagerduty")]
    PagerDuty,
    Slack,
    Ehr,
}

impl Vendor {
    /// All of them.
    pub const ALL: [Vendor; 5] = [Vendor::Cerner, Vendor::Twilio, Vendor::PagerDuty, Vendor::Slack, Vendor::Ehr];

    /// The name in settings, scenario files and `--vendor`.
    pub fn name(self) -> &'static str {
        match self {
            Vendor::Cerner => "cerner",
            Vendor::Twilio => "twilio",
            Vendor::PagerDuty => "pagerduty",
            Vendor::Slack => "slack",
            Vendor::Ehr => "ehr",
        }
    }

    /// The vendor of that name.
    pub fn named(name: &str) -> Option<Vendor> {
        Vendor::ALL.into_iter().find(|v| v.name() == name)
    }
}

/// Who goes first in a vendor's queue: lower first (behaviour.md 1.5 "Rate").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Critical,
    SymptomCheck,
    VisitText,
    Reminder,
    CheckIn,
}

/// What an effect is about, for the screen, the trail and the transcript.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct About {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mrn: Option<Mrn>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vital: Option<Vital>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub episode: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub appointment_id: Option<String>,
}

/// One owed effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    pub id: u64,
    pub vendor: Vendor,
    pub act: Act,
    pub about: About,
    pub priority: Priority,
    pub state: EffectState,
    /// When it became owed.
    pub owed_at: At,
    /// Not before.
    pub next_try: At,
    /// Withdrawn when not taken by then (`text_send_limit_minutes`).
    pub give_up_at: Option<At>,
    pub attempts: u32,
    pub first_failed_at: Option<At>,
    pub problem: Option<Problem>,
    /// Texts at Twilio that belong to other effects: what a look must not take for this one. Never stored.
    #[serde(skip)]
    pub not_ours: Vec<String>,
}

/// Where an effect stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum EffectState {
    Owed,
    /// A request is on its way; after a crash this is `Unknown`.
    Sending {
        since: At,
    },
    /// It may have been performed: look before any retry.
    Unknown {
        since: At,
    },
    /// A setting is missing; not tried until it is there.
    Blocked,
    /// A person set it aside for now; not tried until a person lets it go.
    Parked {
        at: At,
        by: String,
    },
    Done {
        at: At,
        receipt: Receipt,
    },
    Failed {
        at: At,
    },
    Withdrawn {
        at: At,
        why: String,
    },
    /// Shadow mode.
    WouldSend {
        at: At,
    },
}

impl Effect {
    /// Will be tried again by itself.
    pub fn tried_again(&self) -> bool {
        matches!(self.state, EffectState::Owed | EffectState::Sending { .. } | EffectState::Unknown { .. })
    }

    /// Still to be worked on.
    pub fn outstanding(&self) -> bool {
        matches!(
            self.state,
            EffectState::Owed
                | EffectState::Sending { .. }
                | EffectState::Unknown { .. }
                | EffectState::Blocked
                | EffectState::Parked { .. }
        )
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Act {
    Text(Text),
    /// A Studio Flow that texts the patient (`appointment_delivery` = studio).
    Execution(Execution),
    Page(Page),
    /// A note on an incident.
    PageNote(PageNote),
    Post(Post),
    Chart(ChartWrite),
    /// The patient's answer about a visit, to the EHR.
    EhrRequest(EhrRequest),
    /// A read-only question to a vendor.
    Look(Look),
}

impl Act {
    /// The phone that a text, or a flow in its place, goes to.
    pub fn texts(&self) -> Option<&Phone> {
        match self {
            Act::Text(t) => Some(&t.to),
            Act::Execution(x) => Some(&x.to),
            _ => None,
        }
    }

    /// Why it goes to a phone.
    pub fn purpose(&self) -> Option<TextPurpose> {
        match self {
            Act::Text(t) => Some(t.purpose),
            Act::Execution(x) => Some(x.purpose),
            _ => None,
        }
    }
}

/// An SMS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Text {
    pub to: Phone,
    pub body: String,
    pub purpose: TextPurpose,
    /// Twilio's ValidityPeriod, 1..36000.
    pub validity_seconds: u32,
}

impl Text {
    /// Segments as they are billed and paced.
    pub fn segments(&self) -> u32 {
        measure(&self.body).segments
    }
}

/// Why a text goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextPurpose {
    SymptomCheck,
    Clarify,
    Help,
    Booked,
    Rescheduled,
    Modified,
    Confirmed,
    Canceled,
    Noshowed,
    #[serde(rename = "reminder_1")]
    Reminder1,
    #[serde(rename = "reminder_2")]
    Reminder2,
    CheckIn,
    Backup,
    /// Written by a nurse.
    Nurse,
    /// A script tried on one of the clinic's own phones, filled in for a made-up patient.
    ScriptTest,
}

impl TextPurpose {
    /// Whether it tells a patient of an appointment event.
    pub fn tells_event(self) -> bool {
        matches!(self, Self::Booked | Self::Rescheduled | Self::Modified | Self::Confirmed | Self::Canceled | Self::Noshowed)
    }
}

/// PagerDuty Events v2 actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageAction {
    Trigger,
    Acknowledge,
    Resolve,
}

/// The urgency words of behaviour.md 1.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Urgency {
    Medium,
    High,
    Critical,
}

impl Urgency {
    /// "Medium", "High", "Critical".
    pub fn word(self) -> &'static str {
        match self {
            Urgency::Medium => "Medium",
            Urgency::High => "High",
            Urgency::Critical => "Critical",
        }
    }
}

/// Why somebody is paged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageReason {
    Critical,
    NoAnswer,
    Symptoms,
    NoTextPossible,
    QuietHours,
    Unverified,
    /// A claim's lease ran out.
    LeaseExpired,
    ReviewOverdue,
    /// By hand.
    Nurse,
}

/// A page: no name, phone or MRN of a patient is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    pub action: PageAction,
    pub dedup_key: String,
    /// PagerDuty's word: critical, error, warning, info.
    pub severity: String,
    pub urgency: Urgency,
    pub reason: PageReason,
    /// At most 1024 characters.
    pub summary: String,
    /// `custom_details`, in order of name.
    pub details: BTreeMap<String, String>,
    /// `chart_url_template` with the case filled in.
    pub link: Option<String>,
    pub at: At,
    /// By the second routing key: the first was refused or not reached for `page_fallback_seconds`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub second_key: bool,
}

/// The code of an attempt by a second routing key where none is set up: nothing was asked.
pub const NO_SECOND_KEY: &str = "no_second_key";

/// The code of a refused grant: the chart granted more than the console may hold.
pub const SCOPES_EXCESS: &str = "scopes_excess";

/// A note for an incident found by its key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageNote {
    pub dedup_key: String,
    pub text: String,
}

/// Slack purposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostPurpose {
    ScheduleCoverage,
    PageNotProven,
    PagerDown,
    AckOverdue,
    ReviewOverdue,
}

/// A Slack post, without PHI.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    pub purpose: PostPurpose,
    pub text: String,
}

/// The patient's answer about a visit (behaviour.md 2.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EhrRequest {
    /// json, hl7, fhir.
    pub via: String,
    pub flow_sid: String,
    /// CONFIRM, CANCEL.
    pub event_type: String,
    pub appointment_id: String,
    pub patient_id: Mrn,
    pub provider_id: String,
}

impl EhrRequest {
    /// Exactly the five fields that are posted.
    pub fn body(&self) -> serde_json::Value {
        serde_json::json!({
            "flow_sid": self.flow_sid,
            "event_type": self.event_type,
            "appointment_id": self.appointment_id,
            "patient_id": self.patient_id.expose(),
            "provider_id": self.provider_id,
        })
    }
}

/// Why something is written to the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartPurpose {
    Reviewed,
    Note,
    Flowsheet,
    OptOut,
    Reading,
}

/// One write to the chart. Done only when it was read back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartWrite {
    pub purpose: ChartPurpose,
    pub mrn: Mrn,
    /// The chart's own id of the patient, when known; else it is looked up by MRN.
    pub fhir_id: Option<String>,
    /// Unique marker written into the resource's text, found again before any retry, e.g. "careloop:ws:e12:note".
    pub marker: String,
    pub body: ChartBody,
}

/// What is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum ChartBody {
    /// An Observation of a vital (category vital-signs; glucose: laboratory).
    Observation { vital: Vital, loinc: String, value: Value, effective: At, note: Option<String> },
    /// `PUT` of an Observation that the chart has: status amended with a note (`mark_reviewed` = amend).
    Amend { observation_id: String, note: String },
    /// A DocumentReference, `text/html;charset=utf-8`; the text is escaped by the connector.
    Document { title: String, text: String, at: At },
    /// An Observation with the tenant's flowsheet code and the interaction minutes.
    Minutes { minutes: rust_decimal::Decimal, at: At },
}

/// Read-only questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Look {
    /// Who is on call now for the escalation policy.
    OnCall,
    /// The incident of a page, by its key: proof and polling. With its notes if it is resolved.
    Incident { dedup_key: String },
    /// Messages a phone has sent us since then.
    Inbound { from: Phone, since: At },
    /// Inbound messages of everybody since then.
    InboundAll { since: At },
    /// A patient at the chart.
    Patient { mrn: Option<Mrn>, fhir_id: Option<String> },
    /// Observations of a patient changed since then.
    Observations { fhir_id: String, since: At },
    /// Appointments at a place of the chart that start in `[from, until)`.
    Appointments { location: String, from: At, until: At },
    /// The patient of an Appointment that is kept as raw body `raw`, entry `entry`.
    Visitor { mrn: Option<Mrn>, fhir_id: Option<String>, raw: u64, entry: u32, again: Option<u64> },
    /// Who is on call first between two instants: the look ahead.
    Coverage { since: At, until: At },
    /// Whether PagerDuty still delivers its webhooks to us.
    Webhook,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ended", rename_all = "snake_case")]
pub enum Delivery {
    /// Accepted (and, at the chart, read back).
    Delivered(Receipt),
    /// A look found its answer.
    Found(Finding),
    /// Certainly not performed; try again, after so many seconds if the vendor said so.
    RetryLater { problem: Problem, after_seconds: Option<u32> },
    /// The vendor said no for good.
    Rejected(Problem),
    /// It may have been performed: look first.
    Unknown(Problem),
    /// A setting is missing: nothing was asked.
    Blocked(Problem),
}

/// What the vendor gave back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Message SID, dedup key, resource reference.
    pub reference: String,
    /// When the vendor says it took it; none = when the answer came.
    pub taken_at: Option<At>,
    /// It was found by looking, not by the answer to the request.
    pub found_by_looking: bool,
    /// The vendor's own status word, e.g. `queued`.
    pub status: Option<String>,
}

/// Why an attempt did not succeed, in the vendor's own terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub kind: ProblemKind,
    pub http_status: Option<u16>,
    /// The vendor's code, e.g. "21610".
    pub code: Option<String>,
    /// A sentence without PHI.
    pub said: String,
}

/// What a problem means for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// The recipient opted out at the vendor (21610).
    OptedOut,
    /// The number cannot take texts (21211, 21614, 30003, 30005, 30006 ...).
    BadNumber,
    /// Our set-up at the vendor is wrong: an operator must act.
    Config,
    /// Credentials refused.
    Credentials,
    Throttled,
    /// The recipient is in another conversation at the vendor (81002): later it may go.
    Busy,
    /// 5xx.
    Down,
    /// Not reached: connection refused, DNS.
    Unreachable,
    /// No answer in time, or the line was cut after sending.
    NoAnswer,
    /// Stale version (409, 412, 423).
    Conflict,
    /// The vendor refused what we sent (400, 422).
    Invalid,
    /// The patient is not to be found, or several are.
    NoPatient,
    /// Accepted but not found when read back.
    NotProven,
}

/// What a look found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Finding {
    /// Names of those on call at level 1 (empty: nobody).
    OnCall {
        names: Vec<String>,
    },
    Incident {
        incident: Option<SeenIncident>,
    },
    Messages {
        messages: Vec<InboundText>,
    },
    Patient {
        patient: Option<SeenPatient>,
    },
    /// Observation resources as JSON text.
    Observations {
        resources: Vec<String>,
    },
    /// Appointment resources as JSON text.
    Appointments {
        resources: Vec<String>,
    },
    /// When somebody is first in line, in any order.
    Coverage {
        spans: Vec<OnCallSpan>,
    },
    Webhook {
        state: WebhookState,
    },
}
