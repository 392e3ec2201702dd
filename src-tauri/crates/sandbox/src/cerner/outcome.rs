//! OperationOutcome bodies (contracts 1.4).

use super::fhir;
use crate::exchange::Answer;
use serde_json::{json, Value};

/// A request refused.
#[derive(Debug)]
pub(super) enum Refusal {
    Issue { status: u16, code: &'static str, text: String, location: String },
    Text { status: u16, text: &'static str },
    Bearer { status: u16, error: &'static str },
}

impl Refusal {
    /// With an issue.
    pub fn issue(status: u16, code: &'static str, text: impl Into<String>, location: &str) -> Refusal {
        Refusal::Issue { status, code, text: text.into(), location: location.into() }
    }

    /// 422 business rule.
    pub fn rule(text: impl Into<String>, location: &str) -> Refusal {
        Refusal::issue(422, "business-rule", text, location)
    }

    /// 422 missing field.
    pub fn required(location: &str) -> Refusal {
        Refusal::issue(422, "required", "a required field is missing", location)
    }

    pub fn answer(self) -> Answer {
        match self {
            Refusal::Issue { status, code, text, location } => fhir(status, &outcome("error", code, &text, Some(&location))),
            Refusal::Text { status, text } => Answer::text(status, text),
            Refusal::Bearer { status, error } => {
                let challenge = match error {
                    "" => "Bearer realm=\"fhir\"".to_string(),
                    error => format!("Bearer realm=\"fhir\", error=\"{error}\""),
                };
                Answer::text(status, "").with("www-authenticate", challenge)
            }
        }
    }
}

/// An OperationOutcome with one issue.
pub(super) fn outcome(severity: &str, code: &str, text: &str, location: Option<&str>) -> Value {
    let mut issue = json!({"severity": severity, "code": code, "details": {"text": text}});
    if let Some(location) = location {
        issue["location"] = json!([location]);
        issue["expression"] = json!([location]);
    }
    json!({"resourceType": "OperationOutcome", "issue": [issue]})
}
