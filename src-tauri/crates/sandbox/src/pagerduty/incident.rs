//! Incidents: opened, acknowledged, annotated, resolved; each change is logged and announced.

use super::PagerDuty;
use decide::At;
use serde_json::Value;

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Party {
    /// `user_reference`, `service_reference` or `integration_reference`.
    pub kind: &'static str,
    pub id: String,
    pub name: String,
}

/// One incident with its one alert.
pub(super) struct Incident {
    pub id: String,
    pub number: u64,
    pub alert_id: String,
    /// The alert's key.
    pub key: String,
    pub title: String,
    pub severity: String,
    pub high_urgency: bool,
    pub status: Status,
    pub created: At,
    pub changed: At,
    pub changed_by: Party,
    pub acknowledged: Option<(At, Party)>,
    pub resolved: Option<(At, Party)>,
    /// The event that opened it, as received, without its routing key.
    pub event: Value,
    /// Its integration is the second one: keys are known within their integration only.
    pub by_second_key: bool,
    pub notes: Vec<Note>,
    pub log: Vec<LogEntry>,
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Triggered,
    Acknowledged,
    Resolved,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Status::Triggered => "triggered",
            Status::Acknowledged => "acknowledged",
            Status::Resolved => "resolved",
        }
    }
}

/// A note.
pub(super) struct Note {
    pub id: String,
    pub by: Party,
    pub content: String,
    pub at: At,
}

/// A line of the incident's log.
pub(super) struct LogEntry {
    pub id: String,
    /// `trigger`, `acknowledge`, `annotate`, `resolve`.
    pub what: &'static str,
    pub at: At,
    pub by: Party,
    /// `api`, `web_ui`, `mobile`, `timeout`, `note`.
    pub channel: &'static str,
    pub note: Option<String>,
}

impl Incident {
    pub fn is_open(&self) -> bool {
        self.status != Status::Resolved
    }
}

impl PagerDuty {
    /// A new alert, and its incident; gives its index.
    pub(super) fn open(&mut self, now: At, key: &str, title: &str, severity: &str, event: &Value, by: &Party) -> usize {
        let by_second_key = self.by_second_key(event);
        let mut event = event.clone();
        if let Some(fields) = event.as_object_mut() {
            fields.remove("routing_key");
        }
        let incident = Incident {
            id: self.counted("Q"),
            number: self.incidents.len() as u64 + 1,
            alert_id: self.counted("QA"),
            key: key.to_string(),
            title: title.to_string(),
            severity: severity.to_string(),
            high_urgency: !self.config.severity_based_urgency || matches!(severity, "critical" | "error"),
            status: Status::Triggered,
            created: now,
            changed: now,
            changed_by: by.clone(),
            acknowledged: None,
            resolved: None,
            event,
            by_second_key,
            notes: Vec::new(),
            log: Vec::new(),
        };
        self.incidents.push(incident);
        let index = self.incidents.len() - 1;
        self.log(now, index, "trigger", by, "api", None);
        self.announce(now, index, "incident.triggered", Some(by), None);
        index
    }

    /// One more event for an open alert: logged, pages nobody.
    pub(super) fn add_to(&mut self, now: At, index: usize, by: &Party) {
        self.log(now, index, "trigger", by, "api", None);
    }

    pub(super) fn acknowledge(&mut self, now: At, index: usize, by: &Party) {
        let incident = &mut self.incidents[index];
        if !incident.is_open() {
            return;
        }
        let again = incident.status == Status::Acknowledged;
        incident.status = Status::Acknowledged;
        (incident.changed, incident.changed_by) = (now, by.clone());
        if !again {
            incident.acknowledged = Some((now, by.clone()));
        }
        self.log(now, index, "acknowledge", by, channel(by), None);
        if !again {
            self.announce(now, index, "incident.acknowledged", Some(by), None);
        }
    }

    pub(super) fn resolve(&mut self, now: At, index: usize, by: &Party) {
        let incident = &mut self.incidents[index];
        if !incident.is_open() {
            return;
        }
        incident.status = Status::Resolved;
        (incident.changed, incident.changed_by) = (now, by.clone());
        incident.resolved = Some((now, by.clone()));
        self.log(now, index, "resolve", by, channel(by), None);
        self.announce(now, index, "incident.resolved", Some(by), None);
    }

    /// A note; also possible after the incident is resolved. Gives the note's index.
    pub(super) fn annotate(&mut self, now: At, index: usize, by: &Party, content: &str) -> usize {
        let note = Note { id: self.counted("PN"), by: by.clone(), content: content.to_string(), at: now };
        let incident = &mut self.incidents[index];
        incident.notes.push(note);
        let added = incident.notes.len() - 1;
        self.log(now, index, "annotate", by, "note", Some(content.to_string()));
        self.announce(now, index, "incident.annotated", Some(by), Some(added));
        added
    }

    fn log(&mut self, now: At, index: usize, what: &'static str, by: &Party, channel: &'static str, note: Option<String>) {
        let entry = LogEntry { id: self.counted("R"), what, at: now, by: by.clone(), channel, note };
        self.incidents[index].log.push(entry);
    }

    fn announce(&mut self, now: At, index: usize, kind: &str, by: Option<&Party>, note: Option<usize>) {
        let id = self.counted("01");
        let body = self.event_body(now, index, kind, &id, by, note);
        let incident = self.incidents[index].id.clone();
        self.subscription.queue(now, id, incident, body);
    }
}

fn channel(by: &Party) -> &'static str {
    match by.kind {
        "user_reference" => "web_ui",
        "service_reference" => "timeout",
        _ => "api",
    }
}
