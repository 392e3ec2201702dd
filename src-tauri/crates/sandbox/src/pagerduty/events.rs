//! Events API v2: `POST /v2/enqueue`.

use super::incident::Party;
use super::{invalid_event, PagerDuty};
use crate::exchange::{Answer, Ask};
use crate::journal::AcceptedKind;
use decide::At;
use serde_json::{json, Value};

const SUMMARY_CHARACTERS_MAX: usize = 1024;
const DEDUP_KEY_CHARACTERS_MAX: usize = 255;
const EVENT_BYTES_MAX: usize = 512 * 1024;
const SEVERITIES: [&str; 4] = ["critical", "error", "warning", "info"];

impl PagerDuty {
    /// Takes an event.
    pub(super) fn enqueue(&mut self, now: At, ask: &Ask) -> Answer {
        if ask.method != http::Method::POST {
            return Answer::json(405, &json!({"status": "method not allowed", "message": "POST only", "errors": []}));
        }
        if ask.body.len() > EVENT_BYTES_MAX {
            return Answer::json(
                413,
                &json!({"status": "invalid event", "message": "Event object is too large", "errors": ["The event may not exceed 512 KB"]}),
            );
        }
        let event = match serde_json::from_slice::<Value>(&ask.body) {
            Ok(event) if ask.media_type() == "application/json" && event.is_object() => event,
            _ => return invalid_event(&["Event must be a JSON object".to_string()]),
        };
        let first = (!self.first_key_refused).then_some(self.config.routing_key.as_str());
        let errors = wrong(&event, &[first, Some(self.config.second_routing_key.as_str())]);
        if !errors.is_empty() {
            return invalid_event(&errors);
        }
        let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or("").to_string();
        let action = text("event_action");
        let key = match text("dedup_key") {
            given if !given.is_empty() => given,
            _ => self.counted("").to_lowercase(),
        };
        let payload = event.get("payload").cloned().unwrap_or(Value::Null);
        let said = |name: &str| payload.get(name).and_then(Value::as_str).map(str::to_string);
        let (severity, summary) = (said("severity"), said("summary"));
        let second = self.by_second_key(&event);
        let open = self.incidents.iter().position(|i| i.is_open() && i.key == key && i.by_second_key == second);
        let by = Party { kind: "integration_reference", id: "PINTEGR".into(), name: "Careloop".into() };
        let incident = match (action.as_str(), open) {
            ("trigger", Some(index)) => {
                self.add_to(now, index, &by);
                Some(index)
            }
            // Nobody on call: the event is taken all the same and leads nowhere.
            ("trigger", None) if !self.covered(now) => None,
            ("trigger", None) => {
                Some(self.open(now, &key, summary.as_deref().unwrap_or(""), severity.as_deref().unwrap_or("critical"), &event, &by))
            }
            ("acknowledge", Some(index)) => {
                self.acknowledge(now, index, &by);
                Some(index)
            }
            ("resolve", Some(index)) => {
                self.resolve(now, index, &by);
                Some(index)
            }
            // Without an open alert these are dropped without a word.
            _ => None,
        };
        let incident = incident.map(|i| self.incidents[i].id.clone());
        let accepted = AcceptedKind::Event { action, dedup_key: key.clone(), severity, summary, payload, incident };
        Answer::json(202, &json!({"status": "success", "message": "Event processed", "dedup_key": key})).accepting(accepted)
    }
}

impl PagerDuty {
    /// Whether an event is of the second integration.
    pub(super) fn by_second_key(&self, event: &Value) -> bool {
        event.get("routing_key").and_then(Value::as_str) == Some(self.config.second_routing_key.as_str())
    }
}

/// What is wrong with an event, in PagerDuty's words.
fn wrong(event: &Value, routing_keys: &[Option<&str>]) -> Vec<String> {
    let mut errors = Vec::new();
    match event.get("routing_key").and_then(Value::as_str) {
        None => errors.push("'routing_key' is missing or blank".to_string()),
        Some(key) if key.len() != 32 => errors.push("Length of 'routing_key' is incorrect (should be 32 characters)".to_string()),
        Some(key) if !routing_keys.contains(&Some(key)) => errors.push("'routing_key' is invalid (not found)".to_string()),
        Some(_) => {}
    }
    let action = event.get("event_action").and_then(Value::as_str);
    if !matches!(action, Some("trigger" | "acknowledge" | "resolve")) {
        errors
            .push("'event_action' is missing or invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')".to_string());
    }
    match event.get("dedup_key") {
        None | Some(Value::Null) if matches!(action, Some("acknowledge" | "resolve")) => {
            errors.push("'dedup_key' is missing or blank".to_string())
        }
        None | Some(Value::Null) => {}
        Some(Value::String(key)) if key.trim().is_empty() && action != Some("trigger") => {
            errors.push("'dedup_key' is missing or blank".to_string())
        }
        Some(Value::String(key)) if key.chars().count() > DEDUP_KEY_CHARACTERS_MAX => {
            errors.push("Length of 'dedup_key' is too long (maximum 255 characters)".to_string())
        }
        Some(Value::String(_)) => {}
        Some(_) => errors.push("'dedup_key' must be a string".to_string()),
    }
    if action == Some("trigger") {
        wrong_payload(event.get("payload"), &mut errors);
    }
    for (list, needed) in [("links", "href"), ("images", "src")] {
        match event.get(list) {
            None | Some(Value::Null) => {}
            Some(Value::Array(items)) => {
                if items.iter().any(|i| !i.get(needed).is_some_and(Value::is_string)) {
                    errors.push(format!("'{list}' must be a list of objects with '{needed}'"));
                }
            }
            Some(_) => errors.push(format!("'{list}' must be a list")),
        }
    }
    errors
}

fn wrong_payload(payload: Option<&Value>, errors: &mut Vec<String>) {
    let Some(Value::Object(payload)) = payload else {
        errors.push("'payload' is missing or blank".to_string());
        return;
    };
    match payload.get("summary").and_then(Value::as_str).map(str::trim) {
        None | Some("") => errors.push("'payload.summary' is missing or blank".to_string()),
        Some(summary) if summary.chars().count() > SUMMARY_CHARACTERS_MAX => {
            errors.push("Length of 'payload.summary' is too long (maximum 1024 characters)".to_string())
        }
        Some(_) => {}
    }
    if payload.get("source").and_then(Value::as_str).map(str::trim).unwrap_or("").is_empty() {
        errors.push("'payload.source' is missing or blank".to_string());
    }
    if !payload.get("severity").and_then(Value::as_str).is_some_and(|s| SEVERITIES.contains(&s)) {
        errors.push("'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')".to_string());
    }
    let bad_time = |t: &Value| t.as_str().is_none_or(|t| chrono::DateTime::parse_from_rfc3339(t).is_err());
    if payload.get("timestamp").is_some_and(bad_time) {
        errors.push("'payload.timestamp' is invalid (must be ISO 8601)".to_string());
    }
}
