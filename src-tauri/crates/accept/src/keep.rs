//! What intake hands on, and what it needs to know to let something in.

use crate::limits::Rates;
use async_trait::async_trait;
use axum::body::Bytes;
use decide::decode::{Entry, Refusal};
use decide::hl7::{AckCode, SiteMap};
use decide::outbox::{DeliveryReport, InboundText, PagerEvent, StudioAnswer};
use decide::{At, Source, VisitEvent};
use std::sync::Arc;
use vendors::Secret;

/// Keeps what came in. The engine is the one that does.
#[async_trait]
pub trait Keep: Send + Sync + 'static {
    /// Returns `Ok` only once everything is durable: the 2xx goes out right after.
    async fn keep(&self, incoming: Incoming) -> Result<Kept, NotKept>;

    /// Keys, secrets and rates as they are now; asked for at every request, so it must be cheap.
    fn auth(&self) -> Arc<AuthView>;

    /// A signature was checked and did not match: staff must hear of the first one.
    fn signature_refused(&self, source: Source);

    /// How HL7 messages are read here; asked for at every message.
    fn site_map(&self) -> Arc<SiteMap> {
        Arc::default()
    }

    /// A request came by a workspace key that is not the first: a sender has not been told the new one.
    fn former_key_used(&self) {}

    /// A sender over MLLP was answered: AA, or AE or AR with the field and the reason (no PHI).
    fn hl7_answered(&self, _at: At, _code: AckCode, _why: &str) {}

    /// Whether the store takes writes.
    fn ready(&self) -> bool {
        true
    }

    /// What else keeps the console from working now, each "part: what", without PHI; empty = it works.
    fn trouble(&self) -> Vec<String> {
        Vec::new()
    }

    /// Appends lines of its own to the Prometheus text; no label may name a person.
    fn metrics(&self, _out: &mut String) {}
}

/// One request's worth of bytes, with what was found in them.
#[derive(Debug, Clone)]
pub struct Incoming {
    pub source: Source,
    /// The body as received: kept whole.
    pub body: Bytes,
    pub content_type: Option<String>,
    pub found: Found,
    /// For a source that sends again what was not answered: the same for the same message.
    pub dedupe: Option<String>,
}

/// What a body turned out to be.
#[derive(Debug, Clone)]
pub enum Found {
    /// Each entry is an input of its own; `entry.span` is its own JSON in the body.
    Readings {
        bundle: bool,
        entries: Vec<Entry>,
    },
    Reply(InboundText),
    Report(DeliveryReport),
    Pager(PagerEvent),
    Visit(VisitEvent),
    Studio(StudioAnswer),
    /// Unreadable or invalid: answered with the refusal's status, kept in quarantine all the same.
    Refused(Refusal),
}

/// What became of each input, in the order of the body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    pub outcomes: Vec<Outcome>,
}

/// What became of one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Kept,
    /// The same reading again: counted, nothing else.
    Duplicate,
    /// Kept whole, but not used.
    Quarantined {
        reason: String,
        field: Option<String>,
        detail: String,
    },
}

/// The store does not take writes now: the sender is asked to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotKept {
    pub retry_after_seconds: u32,
}

/// What lets a request in. A new one may be given at any time.
#[derive(Debug, Clone, Default)]
pub struct AuthView {
    /// Workspace keys, the present one first; several while one rotates.
    pub keys: Vec<Secret>,
    /// The address that vendors were told, e.g. `https://hooks.example.org`; signatures are over it.
    pub public_url: Option<String>,
    /// The listener's own `http://host:port`, used while there is no public address.
    pub own_url: String,
    /// Twilio auth tokens; two while one rotates.
    pub twilio_tokens: Vec<Secret>,
    /// PagerDuty webhook secrets.
    pub pagerduty_secrets: Vec<Secret>,
    pub rates: Rates,
}
