//! Twilio Studio: a flow that is started instead of a text, and what the flow tells back (behaviour.md 2.2, 2.4).

use super::TextPurpose;
use crate::visits::VisitAnswer;
use crate::{Mrn, Phone, Words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Start of a Studio Flow execution about a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    /// `studio_flow_sid` as it was when this became owed.
    pub flow_sid: String,
    pub to: Phone,
    /// What the flow branches on: the event's type, or REMIND.
    pub event_type: String,
    /// The text that it stands for.
    pub purpose: TextPurpose,
    /// Unique; travels as the parameter `careloop_reference` and is looked for before any retry.
    pub reference: String,
    /// The fields of the event (behaviour.md 2.1) and what the flow's words need.
    pub parameters: BTreeMap<String, Words>,
}

impl Execution {
    /// The name of the parameter that carries the reference.
    pub const REFERENCE: &'static str = "careloop_reference";

    /// Segments that it counts in the pace of texts: the flow's words about a visit are as long as our own.
    pub const SEGMENTS: u32 = 2;

    /// The Parameters of the request.
    pub fn parameters_json(&self) -> String {
        let mut all: BTreeMap<&str, &str> = self.parameters.iter().map(|(k, v)| (k.as_str(), v.expose())).collect();
        all.insert(Self::REFERENCE, &self.reference);
        serde_json::to_string(&all).unwrap_or_default()
    }
}

/// What a flow posts when the patient has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudioAnswer {
    pub flow_sid: String,
    pub answer: VisitAnswer,
    pub appointment_id: String,
    pub patient_id: Mrn,
    /// Empty if the visit names no provider.
    pub provider_id: String,
    /// The same for each delivery of one callback (I-Twilio-Idempotency-Token), if it came.
    pub token: Option<String>,
}
