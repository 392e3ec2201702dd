//! The EHR's endpoint for patients' answers (behaviour.md 2.4): takes requests; sends no event by itself unless told to.

pub(crate) mod answers;
pub(crate) mod hl7;

use crate::config::EhrConfig;
use crate::exchange::{Answer, Ask};
use crate::fault::FaultState;
use crate::journal::AcceptedKind;
use serde_json::{json, Value};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

const FIELDS: [&str; 5] = ["flow_sid", "event_type", "appointment_id", "patient_id", "provider_id"];

/// One endpoint.
pub(crate) struct Ehr {
    config: EhrConfig,
    /// Idempotency keys of the requests taken: a repeat is answered alike and taken once.
    taken: Mutex<HashSet<String>>,
}

impl Ehr {
    pub fn new(config: EhrConfig) -> Ehr {
        Ehr { config, taken: Mutex::default() }
    }

    /// Whether this HL7 message is not one taken before.
    pub fn first_time(&self, message: &str) -> bool {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(decide::hl7::dedupe_key(message.as_bytes()))
    }

    /// Takes a request with exactly the five fields.
    pub fn answer(&self, ask: &Ask) -> Answer {
        if ask.path != self.config.path {
            return refused(404, "no such endpoint");
        }
        if ask.method != http::Method::POST {
            return refused(405, "POST only");
        }
        if ask.media_type() != "application/json" {
            return refused(415, "application/json only");
        }
        let Ok(Value::Object(body)) = serde_json::from_slice::<Value>(&ask.body) else {
            return refused(400, "not a JSON object");
        };
        if let Some(field) = FIELDS.iter().find(|f| !body.get(**f).is_some_and(Value::is_string)) {
            return refused(422, &format!("text is required: {field}"));
        }
        if let Some(field) = body.keys().find(|k| !FIELDS.contains(&k.as_str())) {
            return refused(422, &format!("unknown field: {field}"));
        }
        if !matches!(body["event_type"].as_str(), Some("CONFIRM" | "CANCEL")) {
            return refused(422, "event_type must be CONFIRM or CANCEL");
        }
        let accepted = Answer::json(200, &json!({"status": "accepted"}));
        let key = ask.header("idempotency-key").filter(|k| !k.is_empty());
        if key.is_some_and(|k| !self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(k.to_string())) {
            return accepted;
        }
        accepted.accepting(AcceptedKind::EhrRequest { via: "json", body: Value::Object(body) })
    }
}

fn refused(status: u16, error: &str) -> Answer {
    Answer::json(status, &json!({"error": error}))
}

/// The EHR in trouble.
pub(crate) fn trouble(fault: &FaultState) -> Answer {
    match fault {
        FaultState::RateLimited { retry_after_s } => {
            let answer = refused(429, "too many requests");
            match retry_after_s {
                Some(s) => answer.with("retry-after", s.to_string()),
                None => answer,
            }
        }
        FaultState::Reject { status, error_code } => refused(status.unwrap_or(422), error_code.as_deref().unwrap_or("refused")),
        _ => refused(503, "unavailable"),
    }
}
