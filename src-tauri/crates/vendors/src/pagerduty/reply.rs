//! Response -> outcome.

use crate::exchange::{problem, scrubbed, Stop};
use crate::transport::Response;
use decide::outbox::{Agent, ProblemKind, Receipt, SeenNote};
use decide::At;
use serde::de::DeserializeOwned;
use serde::Deserialize;

#[derive(Deserialize, Default)]
struct Envelope {
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    errors: Vec<serde_json::Value>,
    #[serde(default)]
    error: Option<RestError>,
}

#[derive(Deserialize)]
struct RestError {
    #[serde(default)]
    code: Option<u32>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    errors: Vec<serde_json::Value>,
}

/// The answer to an event. 202 says that it was taken, not that anybody is paged.
pub fn enqueued(answer: &Response, dedup_key: &str) -> Result<Receipt, Stop> {
    if !(200..300).contains(&answer.status) {
        return Err(refusal(answer, false));
    }
    #[derive(Deserialize, Default)]
    struct Taken {
        status: Option<String>,
        dedup_key: Option<String>,
    }
    let taken: Taken = serde_json::from_slice(&answer.body).unwrap_or_default();
    Ok(Receipt {
        reference: taken.dedup_key.unwrap_or_else(|| dedup_key.to_string()),
        taken_at: None,
        found_by_looking: false,
        status: taken.status,
    })
}

/// A readable 2xx of the REST API.
pub fn read<T: DeserializeOwned>(answer: &Response) -> Result<T, Stop> {
    if !(200..300).contains(&answer.status) {
        return Err(refusal(answer, false));
    }
    serde_json::from_slice(&answer.body).map_err(|_| {
        Stop::Retry(problem(ProblemKind::NoAnswer, Some(answer.status), None, "pagerduty answered with something unreadable"), None)
    })
}

/// Anything but 2xx. `once`: doing it twice would show (a note), so a lost answer is unknown.
pub fn refusal(answer: &Response, once: bool) -> Stop {
    let status = answer.status;
    let envelope: Envelope = serde_json::from_slice(&answer.body).unwrap_or_default();
    let (code, message, errors) = match envelope.error {
        Some(e) => (e.code.map(|c| c.to_string()), e.message, e.errors),
        None => (None, envelope.message, envelope.errors),
    };
    let errors: Vec<String> = errors.iter().map(|e| e.as_str().map_or_else(|| e.to_string(), str::to_string)).collect();
    let words = scrubbed(&[message.unwrap_or_default(), errors.join("; ")].join(" "));
    let told = |kind, said: &str| problem(kind, Some(status), code.clone(), format!("{said} {}", words.trim()).trim());
    let after = answer.retry_after().or_else(|| answer.header("ratelimit-reset")?.trim().parse().ok());
    match status {
        429 => Stop::Retry(told(ProblemKind::Throttled, "pagerduty asks to slow down:"), after),
        401 | 403 => Stop::Retry(told(ProblemKind::Credentials, "pagerduty refused the credentials:"), after),
        502 | 504 if once => Stop::Unknown(told(ProblemKind::Down, "pagerduty's gateway lost the answer:")),
        408 if once => Stop::Unknown(told(ProblemKind::NoAnswer, "pagerduty gave up waiting for the request:")),
        408 => Stop::Retry(told(ProblemKind::NoAnswer, "pagerduty gave up waiting for the request:"), after),
        500..=599 => Stop::Retry(told(ProblemKind::Down, "pagerduty is out of order:"), after),
        404 => Stop::Reject(told(ProblemKind::Config, "pagerduty knows no such thing:")),
        402 => Stop::Reject(told(ProblemKind::Config, "pagerduty's plan does not include that:")),
        300..=399 => Stop::Reject(told(ProblemKind::Config, "pagerduty's address answers with a redirect: check pagerduty.base")),
        _ => Stop::Reject(told(ProblemKind::Invalid, "pagerduty refused the request:")),
    }
}

/// A reference to a user, service, integration ...
#[derive(Debug, Clone, Deserialize)]
pub struct Reference {
    #[serde(default)]
    pub id: String,
    #[serde(rename = "type", default)]
    pub kind: String,
    #[serde(default)]
    pub summary: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
}

impl Reference {
    /// The name people know it by.
    pub fn called(&self) -> Option<String> {
        self.summary.clone().or_else(|| self.name.clone()).filter(|n| !n.is_empty())
    }

    /// As the actor of something.
    pub fn agent(self) -> Agent {
        Agent { name: self.called(), kind: self.kind, id: self.id }
    }
}

/// A page of on-call entries.
#[derive(Debug, Deserialize)]
pub struct OnCalls {
    pub oncalls: Vec<OnCall>,
    #[serde(default)]
    pub more: bool,
}

/// One entry.
#[derive(Debug, Deserialize)]
pub struct OnCall {
    pub user: Option<Reference>,
    #[serde(default)]
    pub escalation_level: Option<u32>,
    #[serde(default)]
    pub start: Option<At>,
    #[serde(default)]
    pub end: Option<At>,
}

impl OnCall {
    /// Whether it puts somebody on call first at that moment; an absent end is for ever.
    pub fn first_in_line(&self, now: At) -> bool {
        self.escalation_level.unwrap_or(1) == 1 && self.start.is_none_or(|s| s <= now) && self.end.is_none_or(|e| e > now)
    }
}

/// A page of webhook subscriptions.
#[derive(Debug, Deserialize)]
pub struct WebhookSubscriptions {
    pub webhook_subscriptions: Vec<WebhookSubscription>,
    #[serde(default)]
    pub more: bool,
}

/// One of them.
#[derive(Debug, Deserialize)]
pub struct WebhookSubscription {
    #[serde(default)]
    pub active: bool,
    #[serde(default)]
    pub delivery_method: DeliveryMethod,
}

/// Where it delivers.
#[derive(Debug, Default, Deserialize)]
pub struct DeliveryMethod {
    #[serde(default)]
    pub url: String,
    /// The address has refused deliveries again and again.
    #[serde(default)]
    pub temporarily_disabled: bool,
}

/// An escalation policy.
#[derive(Debug, Deserialize)]
pub struct PolicyReply {
    pub escalation_policy: Policy,
}

/// With the services that use it.
#[derive(Debug, Deserialize)]
pub struct Policy {
    #[serde(default)]
    pub services: Vec<Reference>,
}

/// A service.
#[derive(Debug, Deserialize)]
pub struct ServiceReply {
    pub service: Service,
}

/// How urgent its incidents are.
#[derive(Debug, Deserialize)]
pub struct Service {
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub incident_urgency_rule: UrgencyRule,
}

/// Constant, or by support hours.
#[derive(Debug, Default, Deserialize)]
pub struct UrgencyRule {
    #[serde(default)]
    urgency: Option<String>,
    #[serde(default)]
    during_support_hours: Option<Box<UrgencyRule>>,
    #[serde(default)]
    outside_support_hours: Option<Box<UrgencyRule>>,
}

impl UrgencyRule {
    /// Whether an event of severity `warning` pages somebody at every hour.
    pub fn pages_for_warning(&self) -> bool {
        let hours = [&self.during_support_hours, &self.outside_support_hours];
        if hours.iter().any(|h| h.is_some()) {
            return hours.iter().all(|h| h.as_ref().is_some_and(|r| r.pages_for_warning()));
        }
        self.urgency.as_deref() == Some("high")
    }
}

/// A page of incidents.
#[derive(Debug, Deserialize)]
pub struct Incidents {
    pub incidents: Vec<Incident>,
}

/// An incident.
#[derive(Debug, Clone, Deserialize)]
pub struct Incident {
    pub id: String,
    pub status: String,
    #[serde(default)]
    pub incident_key: Option<String>,
    #[serde(default)]
    pub created_at: Option<At>,
    #[serde(default)]
    pub last_status_change_at: Option<At>,
    #[serde(default)]
    pub last_status_change_by: Option<Reference>,
    #[serde(default)]
    pub acknowledgements: Vec<Acknowledgement>,
}

/// Who has acknowledged it.
#[derive(Debug, Clone, Deserialize)]
pub struct Acknowledgement {
    pub at: Option<At>,
    pub acknowledger: Option<Reference>,
}

/// Alerts of an incident.
#[derive(Debug, Deserialize)]
pub struct Alerts {
    pub alerts: Vec<Alert>,
}

/// An alert; its key is our dedup key.
#[derive(Debug, Deserialize)]
pub struct Alert {
    #[serde(default)]
    pub alert_key: Option<String>,
}

/// The log of an incident.
#[derive(Debug, Deserialize)]
pub struct LogEntries {
    pub log_entries: Vec<LogEntry>,
}

/// One line of it.
#[derive(Debug, Clone, Deserialize)]
pub struct LogEntry {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub created_at: Option<At>,
    #[serde(default)]
    pub agent: Option<Reference>,
}

/// Notes of an incident.
#[derive(Debug, Deserialize)]
pub struct Notes {
    pub notes: Vec<Note>,
}

/// The note that was written.
#[derive(Debug, Deserialize)]
pub struct Written {
    pub note: Note,
}

/// One note.
#[derive(Debug, Deserialize)]
pub struct Note {
    pub id: String,
    #[serde(default)]
    pub user: Option<Reference>,
    #[serde(default)]
    pub content: String,
    pub created_at: At,
}

impl Note {
    /// In our words.
    pub fn seen(self) -> SeenNote {
        SeenNote { id: self.id, by: self.user.and_then(|u| u.called()).unwrap_or_default(), text: self.content, at: self.created_at }
    }
}
