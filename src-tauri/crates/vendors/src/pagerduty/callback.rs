//! Webhook v3 JSON -> our words. Unknown types are `Other`: answered 2xx and ignored.

use super::reply::Reference;
use crate::callback::BadCallback;
use decide::outbox::{PagerEvent, PagerEventKind};
use decide::At;
use serde_json::Value;

/// Reads one event.
pub fn event(body: &[u8]) -> Result<PagerEvent, BadCallback> {
    let whole: Value = serde_json::from_slice(body)
        .map_err(|e| BadCallback::new("body", format!("is not JSON: line {} column {}", e.line(), e.column())))?;
    let event = whole.get("event").filter(|e| e.is_object()).ok_or_else(|| BadCallback::new("event", "is missing"))?;
    let text = |name: &str| event.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
    let id = text("id").ok_or_else(|| BadCallback::new("event.id", "is missing"))?;
    let kind = kind(text("event_type").ok_or_else(|| BadCallback::new("event.event_type", "is missing"))?);
    let at = match text("occurred_at") {
        Some(at) => Some(at.parse::<At>().map_err(|_| BadCallback::new("event.occurred_at", "is not a time"))?),
        None => None,
    };
    let data = event.get("data").unwrap_or(&Value::Null);
    // A note names its incident; every other incident event is about the incident itself.
    let incident = data.get("incident").filter(|i| i.is_object()).unwrap_or(data);
    let of_incident = |name: &str| incident.get(name).and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_string);
    let incident_id = match (of_incident("id"), kind) {
        (Some(id), _) => id,
        (None, PagerEventKind::Other) => String::new(),
        (None, _) => return Err(BadCallback::new("event.data.id", "is missing")),
    };
    Ok(PagerEvent {
        id: id.to_string(),
        kind,
        incident_id,
        dedup_key: of_incident("incident_key"),
        agent: event
            .get("agent")
            .filter(|a| a.is_object())
            .and_then(|a| serde_json::from_value::<Reference>(a.clone()).ok())
            .map(Reference::agent),
        at,
        note: (kind == PagerEventKind::Annotated).then(|| data.get("content").and_then(Value::as_str).map(str::to_string)).flatten(),
    })
}

fn kind(event_type: &str) -> PagerEventKind {
    match event_type {
        "incident.triggered" => PagerEventKind::Triggered,
        "incident.acknowledged" => PagerEventKind::Acknowledged,
        "incident.unacknowledged" => PagerEventKind::Unacknowledged,
        "incident.escalated" => PagerEventKind::Escalated,
        "incident.reassigned" | "incident.delegated" => PagerEventKind::Reassigned,
        "incident.annotated" => PagerEventKind::Annotated,
        "incident.resolved" => PagerEventKind::Resolved,
        "incident.reopened" => PagerEventKind::Reopened,
        _ => PagerEventKind::Other,
    }
}
