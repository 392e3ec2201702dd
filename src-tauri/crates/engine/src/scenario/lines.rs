//! Transcript lines: from the trail, and from what the vendors received.

use decide::outbox::{Act, Effect};
use decide::trail::Entry;
use sandbox::{Accepted, AcceptedKind};
use serde_json::{json, Map, Value};

/// The transcript line of a trail entry. What a vendor accepted is written from its own journal instead.
pub fn of_entry(entry: &Entry) -> Option<Map<String, Value>> {
    let mut line = serde_json::to_value(entry).ok()?.as_object()?.clone();
    let status = line.get("status").and_then(Value::as_str);
    let from_vendor = matches!(
        (line.get("kind").and_then(Value::as_str), status),
        (Some("sms" | "page" | "slack" | "ehr_request" | "execution"), Some("sent")) | (Some("chart"), Some("done"))
    );
    if from_vendor {
        return None;
    }
    line.insert("at".into(), instant(entry.at));
    Some(line)
}

fn instant(at: decide::At) -> Value {
    Value::String(at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

/// The line of a request that a vendor accepted.
pub fn of_accepted(a: &Accepted, effect: Option<&Effect>) -> Option<Map<String, Value>> {
    let about = effect.map(|f| &f.about);
    let mut line = match (&a.what, effect.map(|f| &f.act)) {
        (AcceptedKind::Message { to, body, .. }, act) => {
            let purpose = match act {
                Some(Act::Text(t)) => serde_json::to_value(t.purpose).ok()?,
                _ => Value::Null,
            };
            json!({ "kind": "sms", "to": to, "purpose": purpose, "body": body, "status": "sent" })
        }
        (AcceptedKind::Execution { flow_sid, to, parameters, .. }, act) => {
            let event_type = &parameters["event_type"];
            let mut line = json!({ "kind": "execution", "flow_sid": flow_sid, "to": to, "event_type": event_type, "status": "sent", "parameters": parameters });
            if let Some(Act::Execution(x)) = act {
                line["purpose"] = serde_json::to_value(x.purpose).ok()?;
            }
            line
        }
        (AcceptedKind::Event { action, dedup_key, severity, summary, .. }, act) => {
            let mut line = json!({ "kind": "page", "action": action, "dedup_key": dedup_key, "severity": severity, "summary": summary, "status": "sent" });
            if let Some(Act::Page(p)) = act {
                line["urgency_word"] = serde_json::to_value(p.urgency).ok()?;
                line["reason"] = serde_json::to_value(p.reason).ok()?;
                if p.second_key {
                    line["second_key"] = json!(true);
                }
                if severity.is_none() {
                    line["severity"] = json!(p.severity);
                }
            }
            line
        }
        (AcceptedKind::Note { dedup_key, content, .. }, _) => {
            json!({ "kind": "page_note", "dedup_key": dedup_key, "text": content, "status": "sent" })
        }
        (AcceptedKind::Post { text }, act) => {
            let purpose = match act {
                Some(Act::Post(p)) => serde_json::to_value(p.purpose).ok()?,
                _ => Value::Null,
            };
            json!({ "kind": "slack", "purpose": purpose, "text": text, "status": "sent" })
        }
        (AcceptedKind::Observation { id, .. } | AcceptedKind::Document { id, .. }, act) => {
            let purpose = match act {
                Some(Act::Chart(w)) => serde_json::to_value(w.purpose).ok()?,
                _ => Value::Null,
            };
            let mut line = json!({ "kind": "chart", "purpose": purpose, "status": "done", "id": id });
            if let Some(Act::Chart(w)) = act {
                line["mrn"] = json!(w.mrn.expose());
            }
            line
        }
        (AcceptedKind::EhrRequest { body, .. }, act) => {
            let mut line = json!({ "kind": "ehr_request", "status": "sent", "body": body });
            if let Some(Act::EhrRequest(r)) = act {
                line["via"] = json!(r.via);
                line["event_type"] = json!(r.event_type);
                line["appointment_id"] = json!(r.appointment_id);
            }
            line
        }
        (AcceptedKind::AppointmentPatch { id, patch }, act) => {
            let body = json!({ "appointment": id, "patch": patch });
            let mut line = json!({ "kind": "ehr_request", "status": "sent", "via": "fhir", "appointment_id": id, "body": body });
            if let Some(Act::EhrRequest(r)) = act {
                line["event_type"] = json!(r.event_type);
            }
            line
        }
        (AcceptedKind::IncidentUpdate { .. }, _) => return None,
    };
    let map = line.as_object_mut()?;
    map.insert("at".into(), instant(a.at));
    if let Some(about) = about {
        if let (Some(mrn), false) = (&about.mrn, map.contains_key("mrn")) {
            map.insert("mrn".into(), json!(mrn.expose()));
        }
        if let Some(vital) = about.vital {
            map.insert("vital".into(), json!(vital.name()));
        }
        if let Some(episode) = about.episode {
            map.insert("episode".into(), json!(episode));
        }
        if let Some(appointment) = &about.appointment_id {
            map.insert("appointment_id".into(), json!(appointment));
        }
    }
    map.retain(|_, v| !v.is_null());
    Some(std::mem::take(map))
}
