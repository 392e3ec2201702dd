//! Incidents, alerts, notes and log lines as PagerDuty shows them.

use super::incident::{Incident, LogEntry, Note, Party};
use super::PagerDuty;
use chrono::SecondsFormat;
use decide::At;
use serde_json::{json, Value};

/// An instant as the REST API writes it.
pub(super) fn instant(at: At) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A reference to something of the account.
pub(super) fn reference(kind: &str, folder: &str, id: &str, summary: &str) -> Value {
    json!({
        "id": id, "type": kind, "summary": summary,
        "self": format!("https://api.pagerduty.com/{folder}/{id}"),
        "html_url": format!("https://sandbox.pagerduty.com/{folder}/{id}"),
    })
}

impl Party {
    pub(super) fn shown(&self) -> Value {
        let folder = match self.kind {
            "user_reference" => "users",
            "service_reference" => "services",
            _ => "integrations",
        };
        reference(self.kind, folder, &self.id, &self.name)
    }
}

impl PagerDuty {
    pub(super) fn service(&self) -> Value {
        reference("service_reference", "services", &self.config.service_id, "Remote monitoring")
    }

    pub(super) fn policy(&self) -> Value {
        reference("escalation_policy_reference", "escalation_policies", &self.config.escalation_policy, "Clinician on call")
    }

    fn incident_key(&self, incident: &Incident) -> Option<String> {
        (!self.config.null_incident_key).then(|| incident.key.clone())
    }

    fn assigned(&mut self, incident: usize) -> Option<Value> {
        if !self.incidents[incident].is_open() {
            return None;
        }
        let name = self.config.on_call.clone();
        Some(self.user(&name).shown())
    }

    /// An incident of the REST API.
    pub(super) fn incident(&mut self, index: usize) -> Value {
        let assigned = self.assigned(index);
        let (service, policy) = (self.service(), self.policy());
        let incident = &self.incidents[index];
        let assignments: Vec<Value> = assigned.into_iter().map(|a| json!({"at": instant(incident.created), "assignee": a})).collect();
        let open = incident.is_open();
        let acknowledgements: Vec<Value> =
            incident.acknowledged.iter().filter(|_| open).map(|(at, by)| json!({"at": instant(*at), "acknowledger": by.shown()})).collect();
        let counts = json!({"all": 1, "triggered": i32::from(open), "resolved": i32::from(!open)});
        let mut shown = reference("incident", "incidents", &incident.id, &format!("[#{}] {}", incident.number, incident.title));
        let fields = json!({
            "incident_number": incident.number, "title": incident.title, "description": incident.title,
            "created_at": instant(incident.created), "updated_at": instant(incident.changed), "status": incident.status.word(),
            "incident_key": self.incident_key(incident), "service": service, "escalation_policy": policy,
            "assignments": assignments, "assigned_via": "escalation_policy", "acknowledgements": acknowledgements,
            "last_status_change_at": instant(incident.changed), "last_status_change_by": incident.changed_by.shown(),
            "resolved_at": incident.resolved.as_ref().map(|(at, _)| instant(*at)),
            "resolve_reason": null, "alert_counts": counts, "is_mergeable": true, "priority": null, "teams": [],
            "pending_actions": [], "incidents_responders": [], "responder_requests": [], "subscriber_requests": [],
            "urgency": if incident.high_urgency { "high" } else { "low" },
        });
        merge(&mut shown, fields);
        shown
    }

    /// The incident's alert.
    pub(super) fn alert(&self, index: usize) -> Value {
        let incident = &self.incidents[index];
        let mut shown = reference("alert", "alerts", &incident.alert_id, &incident.title);
        let details = incident.event.pointer("/payload/custom_details").cloned().unwrap_or(Value::Null);
        let fields = json!({
            "created_at": instant(incident.created), "resolved_at": incident.resolved.as_ref().map(|(at, _)| instant(*at)),
            "status": if incident.is_open() { "triggered" } else { "resolved" }, "alert_key": incident.key,
            "service": self.service(), "incident": reference("incident_reference", "incidents", &incident.id, &incident.title),
            "severity": incident.severity, "suppressed": false,
            "body": {"type": "alert_body", "cef_details": incident.event.get("payload"), "details": details, "contexts": incident.event.get("links")},
        });
        merge(&mut shown, fields);
        shown
    }

    /// The body of a webhook.
    pub(super) fn event_body(&mut self, now: At, index: usize, kind: &str, id: &str, by: Option<&Party>, note: Option<usize>) -> Value {
        let assigned: Vec<Value> = self.assigned(index).into_iter().collect();
        let (service, policy) = (self.service(), self.policy());
        let incident = &self.incidents[index];
        let of = reference("incident_reference", "incidents", &incident.id, &incident.title);
        let data = match note.and_then(|n| incident.notes.get(n)) {
            Some(note) => json!({"id": note.id, "type": "incident_note", "incident": of, "content": note.content, "trimmed": false}),
            None => {
                let mut data = reference("incident", "incidents", &incident.id, &incident.title);
                let fields = json!({
                    "number": incident.number, "status": incident.status.word(), "incident_key": self.incident_key(incident),
                    "created_at": instant(incident.created), "title": incident.title, "service": service, "assignees": assigned,
                    "escalation_policy": policy, "teams": [], "priority": null, "conference_bridge": null, "resolve_reason": null,
                    "urgency": if incident.high_urgency { "high" } else { "low" },
                });
                merge(&mut data, fields);
                data
            }
        };
        json!({"event": {
            "id": id, "event_type": kind, "resource_type": "incident",
            "occurred_at": now.to_rfc3339_opts(SecondsFormat::Millis, true),
            "agent": by.map(Party::shown), "client": null, "data": data,
        }})
    }
}

impl Note {
    pub(super) fn shown(&self) -> Value {
        json!({"id": self.id, "user": self.by.shown(), "content": self.content, "created_at": instant(self.at), "channel": {"summary": "The PagerDuty website or APIs"}})
    }
}

impl LogEntry {
    pub(super) fn shown(&self, incident: &Incident) -> Value {
        let kind = format!("{}_log_entry", self.what);
        let mut shown = reference(&kind, "log_entries", &self.id, &format!("{} by {}", self.what, self.by.name));
        let mut channel = json!({"type": self.channel});
        if let Some(note) = &self.note {
            channel["summary"] = json!(note);
        }
        let fields = json!({
            "created_at": instant(self.at), "agent": self.by.shown(), "channel": channel, "note": self.note,
            "incident": reference("incident_reference", "incidents", &incident.id, &incident.title), "teams": [], "contexts": [],
        });
        merge(&mut shown, fields);
        shown
    }
}

/// Adds the fields of one object to another.
fn merge(into: &mut Value, fields: Value) {
    if let (Value::Object(into), Value::Object(fields)) = (into, fields) {
        into.extend(fields);
    }
}
