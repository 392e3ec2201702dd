//! Webhooks v3: queued per incident, retried, dropped, and the subscription disabled, as
//! developer-docs `webhooks/02-Behavior` has it; signed as `04-Signatures` has it.

use crate::callback::Callback;
use crate::exchange::hex;
use crate::sandbox::Order;
use chrono::TimeDelta;
use decide::outbox::Vendor;
use decide::At;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::collections::BTreeSet;

const RETRIED_FOR: TimeDelta = TimeDelta::hours(48);
const DISABLED_FOR: TimeDelta = TimeDelta::hours(24);
const RETRY_FIRST_SECONDS: i64 = 10;
const RETRY_MAX_SECONDS: i64 = 3600;
const DROPS_THAT_DISABLE: u32 = 3;
const POSTED_MAX: usize = 10_000;

/// The console's webhook subscription.
pub(super) struct Subscription {
    order: Order,
    queue: Vec<Event>,
    /// Posted and not yet known to be taken.
    posted: Vec<Event>,
    drops: u32,
    disabled_until: Option<At>,
    off: bool,
}

#[derive(Clone)]
struct Event {
    n: u64,
    id: String,
    incident: String,
    born: At,
    due: At,
    attempts: u32,
    body: Vec<u8>,
}

impl Subscription {
    pub fn new(order: Order) -> Subscription {
        Subscription { order, queue: Vec::new(), posted: Vec::new(), drops: 0, disabled_until: None, off: false }
    }

    /// Switches it on or off; on is also on again after refusals.
    pub fn switch(&mut self, on: bool) {
        self.off = !on;
        if on {
            self.disabled_until = None;
            self.drops = 0;
        }
    }

    /// The subscription of the REST API.
    pub fn shown(&self, now: At, hooks: &str) -> Value {
        let disabled = self.disabled_until.is_some_and(|until| now < until);
        serde_json::json!({
            "id": "PSUBSCR", "type": "webhook_subscription", "active": !self.off, "description": "Careloop",
            "delivery_method": {
                "id": "PDELIVR", "type": "http_delivery_method", "url": format!("{hooks}/pagerduty"),
                "temporarily_disabled": disabled, "secret": null, "custom_headers": [],
            },
            "events": ["incident.acknowledged", "incident.annotated", "incident.resolved"],
            "filter": {"type": "account_reference"},
        })
    }

    /// Queues an event of an incident.
    pub fn queue(&mut self, now: At, id: String, incident: String, body: Value) {
        if self.off || self.disabled_until.is_some_and(|until| now < until) {
            return;
        }
        self.disabled_until = None;
        self.queue.push(Event {
            n: self.order.next(),
            id,
            incident,
            born: now,
            due: now,
            attempts: 0,
            body: body.to_string().into_bytes(),
        });
    }

    /// When the next one may be posted.
    pub fn next_due(&self) -> Option<At> {
        self.heads().map(|i| self.queue[i].due).min()
    }

    /// Due time and number of the next one due.
    pub fn due(&self, now: At) -> Option<(At, u64)> {
        self.heads().map(|i| (self.queue[i].due, self.queue[i].n)).filter(|(due, _)| *due <= now).min()
    }

    /// Posts one; an event waits behind an earlier one of its incident that is being retried.
    pub fn take(&mut self, n: u64, hooks: &str, secret: &str) -> Option<Callback> {
        let index = self.queue.iter().position(|e| e.n == n)?;
        let event = self.queue.remove(index);
        for later in self.queue.iter_mut().filter(|e| e.incident == event.incident) {
            later.due = later.due.max(event.due);
        }
        let callback = event.signed(hooks, secret);
        self.posted.push(event);
        // A host that never says how they were taken must not make us keep them all.
        let extra = self.posted.len().saturating_sub(POSTED_MAX);
        self.posted.drain(..extra);
        Some(callback)
    }

    /// How one was taken.
    pub fn answered(&mut self, now: At, callback: &Callback, status: Option<u16>) {
        let Some(at) = self.posted.iter().position(|e| e.n == callback.id) else { return };
        let mut event = self.posted.remove(at);
        match status {
            Some(200..=299) => self.drops = 0,
            None | Some(429 | 500..=599) => {
                let wait = RETRY_FIRST_SECONDS.saturating_mul(1 << event.attempts.min(10)).min(RETRY_MAX_SECONDS);
                event.attempts += 1;
                event.due = now + TimeDelta::seconds(wait);
                if event.due - event.born <= RETRIED_FOR {
                    self.queue.push(event);
                    self.queue.sort_by_key(|e| e.n);
                }
            }
            Some(_) => {
                self.drops += 1;
                if self.drops >= DROPS_THAT_DISABLE {
                    self.drops = 0;
                    self.queue.clear();
                    self.posted.clear();
                    self.disabled_until = Some(now + DISABLED_FOR);
                }
            }
        }
    }

    /// The first queued event of each incident.
    fn heads(&self) -> impl Iterator<Item = usize> + '_ {
        let mut seen = BTreeSet::new();
        (0..self.queue.len()).filter(move |i| seen.insert(&self.queue[*i].incident))
    }
}

impl Event {
    fn signed(&self, hooks: &str, secret: &str) -> Callback {
        let headers = vec![
            ("content-type".to_string(), "application/json".to_string()),
            ("user-agent".to_string(), "PagerDuty-Webhook/V3.0".to_string()),
            ("x-webhook-id".to_string(), self.id.clone()),
            ("x-webhook-subscription".to_string(), "PSUBSCR".to_string()),
            ("x-pagerduty-signature".to_string(), format!("v1={}", signature(secret, &self.body))),
        ];
        Callback {
            id: self.n,
            vendor: Vendor::PagerDuty,
            due: self.due,
            hook: "pagerduty".into(),
            url: format!("{hooks}/pagerduty"),
            headers,
            body: self.body.clone(),
        }
    }
}

/// HMAC-SHA256 over the raw body; the key is the secret's bytes as given.
pub(super) fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn signs_with_the_secret_as_it_is_written() {
        // RFC 4231 test case 2.
        assert_eq!(signature("Jefe", b"what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
