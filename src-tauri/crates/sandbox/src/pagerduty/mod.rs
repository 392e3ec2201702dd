//! PagerDuty: Events API v2, the REST API and webhooks v3 of one account.
//! Contract: contracts 4.1-4.3 (PagerDuty api-schema, developer-docs).

mod act;
mod events;
mod incident;
mod rest;
mod shown;
mod webhook;

pub use act::PageAct;

use crate::callback::Callback;
use crate::config::PagerDutyConfig;
use crate::exchange::{Answer, Ask};
use crate::fault::FaultState;
use crate::sandbox::Order;
use decide::At;
use incident::{Incident, Party};
use serde_json::json;
use std::collections::BTreeMap;
use webhook::Subscription;

/// One account.
pub(crate) struct PagerDuty {
    config: PagerDutyConfig,
    someone_on_call: bool,
    /// Nobody is first in line from then till then.
    gaps: Vec<(At, At)>,
    /// Events by the first routing key are refused.
    first_key_refused: bool,
    /// Webhooks are signed with another secret than the console knows.
    wrong_secret: bool,
    incidents: Vec<Incident>,
    /// People by name, in the order they first did something.
    users: BTreeMap<String, usize>,
    subscription: Subscription,
    /// Where the subscription delivers.
    hooks: String,
    counted: u64,
}

/// An open incident as the clinician's pager lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIncident {
    pub id: String,
    pub dedup_key: String,
    pub summary: String,
    pub severity: String,
    /// `triggered`, `acknowledged`.
    pub status: String,
    pub at: At,
    pub acknowledged_by: Option<String>,
}

impl PagerDuty {
    pub fn new(config: PagerDutyConfig, order: Order) -> PagerDuty {
        PagerDuty {
            subscription: Subscription::new(order),
            hooks: String::new(),
            config,
            someone_on_call: true,
            gaps: Vec::new(),
            first_key_refused: false,
            wrong_secret: false,
            incidents: Vec::new(),
            users: BTreeMap::new(),
            counted: 0,
        }
    }

    /// Answers one request: events and REST share the address.
    pub fn answer(&mut self, now: At, ask: &Ask) -> Answer {
        if is_event(ask) {
            return self.enqueue(now, ask);
        }
        self.rest(now, ask)
    }

    /// Where webhooks are delivered.
    pub fn deliver_to(&mut self, hooks: &str) {
        self.hooks = hooks.to_string();
    }

    pub fn on_call(&mut self, present: bool) {
        self.someone_on_call = present;
        if present {
            self.gaps.clear();
        }
    }

    /// Somebody is first in line at that moment.
    fn covered(&self, now: At) -> bool {
        self.someone_on_call && !self.gaps.iter().any(|(from, until)| *from <= now && now < *until)
    }

    /// Nobody is on call from then till then.
    pub fn on_call_gap(&mut self, from: At, until: At) {
        self.gaps.push((from, until));
    }

    /// Whether events by the first routing key are refused.
    pub fn refuse_first_key(&mut self, refused: bool) {
        self.first_key_refused = refused;
    }

    /// Whether webhooks are signed with another secret.
    pub fn sign_wrongly(&mut self, wrongly: bool) {
        self.wrong_secret = wrongly;
    }

    /// Switches the webhook subscription on (also after it was disabled) or off.
    pub fn subscribe(&mut self, on: bool) {
        self.subscription.switch(on);
    }

    pub fn anyone_on_call(&self) -> bool {
        self.someone_on_call
    }

    /// Open incidents, newest first.
    pub fn open_incidents(&self) -> Vec<OpenIncident> {
        let shown = |i: &Incident| OpenIncident {
            id: i.id.clone(),
            dedup_key: i.key.clone(),
            summary: i.title.clone(),
            severity: i.severity.clone(),
            status: i.status.word().into(),
            at: i.created,
            acknowledged_by: i.acknowledged.as_ref().map(|(_, by)| by.name.clone()),
        };
        self.incidents.iter().rev().filter(|i| i.is_open()).map(shown).collect()
    }

    /// Keys of open alerts, oldest first.
    pub fn open_keys(&self) -> Vec<String> {
        self.incidents.iter().filter(|i| i.is_open()).map(|i| i.key.clone()).collect()
    }

    pub fn next_due(&self) -> Option<At> {
        self.subscription.next_due()
    }

    pub fn due_callback(&self, now: At) -> Option<(At, u64)> {
        self.subscription.due(now)
    }

    pub fn take_callback(&mut self, n: u64, hooks: &str) -> Option<Callback> {
        let secret = if self.wrong_secret { "another-secret" } else { &self.config.webhook_secret };
        self.subscription.take(n, hooks, secret)
    }

    pub fn answered(&mut self, now: At, callback: &Callback, status: Option<u16>) {
        self.subscription.answered(now, callback, status);
    }

    /// An id of PagerDuty's shape, counted.
    fn counted(&mut self, prefix: &str) -> String {
        self.counted += 1;
        counted_id(prefix, self.counted)
    }

    /// A person of the account, known from then on.
    fn user(&mut self, name: &str) -> Party {
        let next = self.users.len() as u64 + 1;
        let n = *self.users.entry(name.to_string()).or_insert(next as usize);
        Party { kind: "user_reference", id: counted_id("PU", n as u64), name: name.to_string() }
    }
}

/// 14 upper-case characters.
fn counted_id(prefix: &str, n: u64) -> String {
    format!("{prefix}{n:0>width$}", width = 14 - prefix.len())
}

fn is_event(ask: &Ask) -> bool {
    ask.path == "/v2/enqueue"
}

/// The REST error envelope.
fn rest_error(status: u16, code: u32, message: &str, errors: &[&str]) -> Answer {
    Answer::json(status, &json!({"error": {"message": message, "code": code, "errors": errors}}))
}

/// The events error body.
fn invalid_event(errors: &[String]) -> Answer {
    Answer::json(400, &json!({"status": "invalid event", "message": "Event object is invalid", "errors": errors}))
}

/// PagerDuty in trouble.
pub(crate) fn trouble(ask: &Ask, fault: &FaultState) -> Answer {
    match fault {
        FaultState::RateLimited { retry_after_s } => {
            let answer = if is_event(ask) {
                Answer::json(
                    429,
                    &json!({"status": "throttle exceeded", "message": "Requests for this service are arriving too quickly.  Please retry later.", "errors": ["Enhance Your Calm."]}),
                )
            } else {
                rest_error(429, 2020, "Rate Limit Exceeded", &[])
                    .with("ratelimit-limit", "960")
                    .with("ratelimit-remaining", "0")
                    .with("ratelimit-reset", retry_after_s.unwrap_or(60).to_string())
            };
            match retry_after_s {
                Some(s) => answer.with("retry-after", s.to_string()),
                None => answer,
            }
        }
        FaultState::Reject { status, error_code } if is_event(ask) => {
            let said = error_code.clone().unwrap_or_else(|| "'routing_key' is invalid".into());
            let mut answer = invalid_event(&[said]);
            answer.status = status.unwrap_or(400);
            answer
        }
        FaultState::Reject { status, error_code } => {
            let code = error_code.as_deref().and_then(|c| c.parse().ok()).unwrap_or(match status {
                Some(401) => 2006,
                Some(403) => 2010,
                Some(404) => 2100,
                _ => 2001,
            });
            rest_error(status.unwrap_or(400), code, "Invalid Input Provided", &[])
        }
        _ if is_event(ask) => {
            Answer::json(503, &json!({"status": "internal server error", "message": "Service unavailable", "errors": []}))
        }
        _ => rest_error(503, 2000, "Internal Error", &[]),
    }
}
