//! What senders hear. Never the words of a body: a detail is ours, and carries no PHI.

use crate::body::NoBody;
use crate::gate::Shut;
use crate::keep::{Kept, NotKept, Outcome};
use axum::http::{header, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use decide::decode::{Entry, Refusal};
use serde_json::{json, Value};

/// More issues than this are counted, not listed.
const MOST_ISSUES: usize = 100;

/// How a hook says that something was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    /// An OperationOutcome.
    Fhir,
    /// A small JSON object.
    Plain,
}

/// Something was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct No {
    pub status: StatusCode,
    pub reason: String,
    pub field: Option<String>,
    pub detail: String,
    pub retry_after_seconds: Option<u32>,
}

impl No {
    pub fn new(status: StatusCode, reason: &str, detail: &str) -> Self {
        Self { status, reason: reason.into(), field: None, detail: detail.into(), retry_after_seconds: None }
    }

    /// As a response.
    pub fn say(self, tongue: Tongue) -> Response {
        let mut response = match tongue {
            Tongue::Fhir => outcome(self.status, vec![issue("error", &self.reason, self.field.as_deref(), &self.detail)]),
            Tongue::Plain => (
                self.status,
                [(header::CONTENT_TYPE, "application/json")],
                json!({ "reason": self.reason, "field": self.field, "detail": self.detail }).to_string(),
            )
                .into_response(),
        };
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(self.status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT) {
            // Bytes of the body are still on the way: nothing more can be read from this connection.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

impl From<Shut> for No {
    fn from(shut: Shut) -> Self {
        match shut {
            Shut::WrongKey => No::new(StatusCode::NOT_FOUND, "not_found", "Nothing is here."),
            Shut::TooFast { retry_after_seconds } => No {
                retry_after_seconds: Some(retry_after_seconds),
                ..No::new(StatusCode::TOO_MANY_REQUESTS, "too_fast", "Too many requests. Send again after the time in Retry-After.")
            },
        }
    }
}

impl From<NoBody> for No {
    fn from(why: NoBody) -> Self {
        match why {
            NoBody::TooLarge => {
                No::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is larger than is taken. Send it in several parts.")
            }
            NoBody::TooSlow => No::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "The body did not come in time. Send it again."),
            NoBody::CutOff => No::new(StatusCode::BAD_REQUEST, "cut_off", "The body broke off. Send it again."),
            NoBody::Crowded => No {
                retry_after_seconds: Some(1),
                ..No::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "crowded",
                    "Too much is being received. Send again after the time in Retry-After.",
                )
            },
        }
    }
}

impl From<NotKept> for No {
    fn from(not: NotKept) -> Self {
        No {
            retry_after_seconds: Some(not.retry_after_seconds.max(1)),
            ..No::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "not_kept",
                "Nothing was kept: the store takes no writes now. Send again after the time in Retry-After.",
            )
        }
    }
}

impl From<Refusal> for No {
    fn from(r: Refusal) -> Self {
        // A refusal is never a success, whatever status it carries.
        let status = if r.status == 422 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::BAD_REQUEST };
        No { status, reason: r.reason, field: r.field, detail: r.detail, retry_after_seconds: None }
    }
}

/// What became of a FHIR body: 200 if all of it is used, 202 if some waits in quarantine.
pub(crate) fn kept(kept: &Kept, places: &[Place]) -> Response {
    let mut issues = Vec::new();
    let (mut used, mut again, mut aside) = (0usize, 0usize, 0usize);
    for (i, outcome) in kept.outcomes.iter().enumerate() {
        match outcome {
            Outcome::Kept => used += 1,
            Outcome::Duplicate => again += 1,
            Outcome::Quarantined { reason, field, detail } => {
                aside += 1;
                if aside <= MOST_ISSUES {
                    let field = places.get(i).copied().unwrap_or(Place::Alone).expression(field.as_deref());
                    issues.push(issue("warning", reason, field.as_deref(), detail));
                }
            }
        }
    }
    if aside > MOST_ISSUES {
        issues.push(issue("warning", "more", None, &format!("{} more entries are in quarantine.", aside - MOST_ISSUES)));
    }
    issues.push(json!({ "severity": "information", "code": "informational", "diagnostics": format!("{used} kept, {again} received before, {aside} in quarantine.") }));
    outcome(if aside > 0 { StatusCode::ACCEPTED } else { StatusCode::OK }, issues)
}

/// Where an input stood in its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Alone,
    Entry(usize),
}

impl Place {
    /// The places of a body's inputs.
    pub fn of(bundle: bool, entries: &[Entry]) -> Vec<Place> {
        entries.iter().map(|e| if bundle { Place::Entry(e.at) } else { Place::Alone }).collect()
    }

    /// The field, as seen from the top of the body.
    fn expression(self, field: Option<&str>) -> Option<String> {
        let Place::Entry(at) = self else { return field.map(str::to_string) };
        let resource = format!("Bundle.entry[{at}].resource");
        Some(match field {
            None => resource,
            Some(f) => match f.strip_prefix("Observation").or_else(|| f.strip_prefix("Bundle.entry.resource")) {
                Some(rest) => format!("{resource}{rest}"),
                None if f.starts_with("Bundle.entry") => format!("Bundle.entry[{at}]"),
                None => format!("{resource}.{f}"),
            },
        })
    }
}

fn issue(severity: &str, reason: &str, field: Option<&str>, detail: &str) -> Value {
    let mut issue = json!({ "severity": severity, "code": code(reason), "details": { "coding": [{ "code": reason }], "text": detail }, "diagnostics": field.map_or(detail.to_string(), |f| format!("{f}: {detail}")) });
    if let Some(field) = field {
        issue["expression"] = json!([field]);
    }
    issue
}

/// FHIR's own word for a reason (http://hl7.org/fhir/issue-type).
fn code(reason: &str) -> &'static str {
    match reason {
        "no_unit" | "no_value" | "no_time" | "no_patient" | "no_resource_type" | "no_entries" => "required",
        "unknown_unit" | "unknown_code" | "unknown_status" => "code-invalid",
        "unknown_patient" | "not_found" => "not-found",
        "ambiguous_patient" => "multiple-matches",
        "unreadable" | "not_an_object" | "cut_off" => "structure",
        "not_an_observation" | "wrong_type" | "wrong_method" => "not-supported",
        "too_large" | "too_many_entries" => "too-long",
        "too_fast" | "crowded" => "throttled",
        "too_slow" => "timeout",
        "not_kept" => "transient",
        _ => "processing",
    }
}

fn outcome(status: StatusCode, issues: Vec<Value>) -> Response {
    let body = json!({ "resourceType": "OperationOutcome", "issue": issues }).to_string();
    (status, [(header::CONTENT_TYPE, "application/fhir+json; charset=utf-8")], body).into_response()
}
