//! What the vendors accepted, as they received it.

use decide::outbox::Vendor;
use decide::At;
use serde_json::Value;

/// One accepted write.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// Counts from 1, over all vendors.
    pub n: u64,
    pub at: At,
    pub vendor: Vendor,
    /// The effect it served; known in-process only.
    pub effect: Option<u64>,
    pub what: AcceptedKind,
}

/// What was accepted, in the fields the vendor received. Prints what it is and its id, never what it says.
#[derive(Clone, PartialEq)]
pub enum AcceptedKind {
    /// A message that Twilio took.
    Message {
        sid: String,
        to: String,
        from: Option<String>,
        messaging_service_sid: Option<String>,
        body: String,
        validity_seconds: Option<u32>,
        status_callback: Option<String>,
    },
    /// A Studio Flow execution that Twilio started.
    Execution { sid: String, flow_sid: String, to: String, from: String, parameters: Value },
    /// An event that PagerDuty answered 202. `incident` is none when it led to none (nobody on call, no open alert).
    Event { action: String, dedup_key: String, severity: Option<String>, summary: Option<String>, payload: Value, incident: Option<String> },
    /// A note on a PagerDuty incident.
    Note { incident: String, dedup_key: Option<String>, content: String, from: String },
    /// A PagerDuty incident changed by REST.
    IncidentUpdate { incident: String, dedup_key: Option<String>, status: String, from: String },
    /// A Slack post.
    Post { text: String },
    /// An Observation, as stored after the write. `created` is false for an update.
    Observation { id: String, patient: String, created: bool, resource: Value },
    /// A DocumentReference, as stored after the write.
    Document { id: String, patient: String, created: bool, resource: Value },
    /// An appointment patched in the chart.
    AppointmentPatch { id: String, patch: Value },
    /// A request that the EHR took: `via` is `json` (the body as an object) or `hl7` (the message as a string).
    EhrRequest { via: &'static str, body: Value },
}

impl std::fmt::Debug for AcceptedKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (kind, id): (&str, &str) = match self {
            AcceptedKind::Message { sid, .. } => ("Message", sid.as_str()),
            AcceptedKind::Execution { sid, .. } => ("Execution", sid),
            AcceptedKind::Event { action, .. } => ("Event", action),
            AcceptedKind::Note { incident, .. } => ("Note", incident),
            AcceptedKind::IncidentUpdate { incident, .. } => ("IncidentUpdate", incident),
            AcceptedKind::Post { .. } => ("Post", ""),
            AcceptedKind::Observation { id, .. } => ("Observation", id),
            AcceptedKind::Document { id, .. } => ("Document", id),
            AcceptedKind::AppointmentPatch { id, .. } => ("AppointmentPatch", id),
            AcceptedKind::EhrRequest { via, .. } => ("EhrRequest", via),
        };
        write!(f, "{kind}({id})")
    }
}

/// The journal: appended to in the order of acceptance.
#[derive(Default)]
pub(crate) struct Journal {
    entries: Vec<Accepted>,
}

impl Journal {
    /// Appends; gives the number of the entry.
    pub fn append(&mut self, at: At, vendor: Vendor, effect: Option<u64>, what: AcceptedKind) -> u64 {
        let n = self.entries.len() as u64 + 1;
        self.entries.push(Accepted { n, at, vendor, effect, what });
        n
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.entries.len() as u64
    }

    /// The entries numbered above `n`.
    pub fn since(&self, n: u64) -> Vec<Accepted> {
        self.entries.iter().skip(usize::try_from(n).unwrap_or(usize::MAX)).cloned().collect()
    }
}
