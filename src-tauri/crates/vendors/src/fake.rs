//! A transport for tests that answers from a list and remembers what it was asked.

use crate::{Connections, Fault, Request, Response, Transport, VendorConfig};
use async_trait::async_trait;
use decide::outbox::{About, Act, Effect, EffectState, Priority, Vendor};
use decide::At;
use serde_json::{json, Value};
use std::collections::VecDeque;
use std::sync::Mutex;

/// Answers in order; asks beyond the last are a fault of the test.
#[derive(Default)]
pub struct Scripted {
    answers: Mutex<VecDeque<Result<Response, Fault>>>,
    asked: Mutex<Vec<Request>>,
}

impl Scripted {
    /// With those answers.
    pub fn new(answers: impl IntoIterator<Item = Result<Response, Fault>>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().collect()), asked: Mutex::default() }
    }

    /// "GET url" of everything asked, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|r| format!("{} {}", r.method, r.url)).collect()
    }

    /// The requests themselves.
    pub fn requests(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }

    /// How many requests could have changed something.
    pub fn writes(&self) -> usize {
        self.asked.lock().unwrap().iter().filter(|r| r.write).count()
    }
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request) -> Result<Response, Fault> {
        let line = format!("{} {}", request.method, request.url);
        self.asked.lock().unwrap().push(request);
        self.answers.lock().unwrap().pop_front().unwrap_or_else(|| panic!("nobody expected: {line}"))
    }
}

/// An answer with a JSON body.
pub fn says(status: u16, body: Value) -> Result<Response, Fault> {
    Ok(response(status, &[], &body.to_string()))
}

/// An answer.
pub fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    Response { status, headers: headers.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect(), body: body.as_bytes().to_vec() }
}

/// The line was cut after sending.
pub fn cut() -> Result<Response, Fault> {
    Err(Fault::Unknown("the connection was closed".into()))
}

/// The connection was refused.
pub fn closed() -> Result<Response, Fault> {
    Err(Fault::NotSent("connection refused".into()))
}

/// An instant.
pub fn at(text: &str) -> At {
    text.parse().unwrap()
}

/// An effect owed at 19:00.
pub fn effect(act: Act) -> Effect {
    Effect {
        id: 7,
        vendor: Vendor::Twilio,
        act,
        about: About::default(),
        priority: Priority::SymptomCheck,
        state: EffectState::Owed,
        owed_at: at("2026-03-05T19:00:00Z"),
        next_try: at("2026-03-05T19:00:00Z"),
        give_up_at: None,
        attempts: 0,
        first_failed_at: None,
        not_ours: Vec::new(),
        problem: None,
    }
}

/// The same effect after an attempt of unknown outcome.
pub fn unknown(mut effect: Effect) -> Effect {
    effect.state = EffectState::Unknown { since: at("2026-03-05T19:00:01Z") };
    effect.attempts = 1;
    effect
}

/// Every vendor connected.
pub fn connections() -> Connections {
    let config = json!({
        "twilio": { "base": "http://twilio.test", "account_sid": "AC1", "auth_token": "tw-secret", "from": "+12025550100" },
        "pagerduty": { "base": "http://pd.test", "events_base": "http://events.test", "routing_key": "pd-routing", "api_key": "pd-rest", "webhook_secret": "pd-hook",
                       "escalation_policy": "PESC", "from_email": "console@example.org" },
        "cerner": { "base": "http://chart.test/r4/t", "client_id": "me", "client_secret": "chart-secret", "performer": "593923", "mrn_system": "urn:oid:1.2.3",
                    "codes": { "note_type": { "system": "https://fhir.cerner.com/t/codeSet/72", "code": "2820507", "display": "Monitoring Note" }, "flowsheet": "https://fhir.cerner.com/t/codeSet/72|4098342" } },
        "slack": { "webhook_url": "http://slack.test/services/T/B/X" }
    });
    Connections::new(VendorConfig::read(config).unwrap(), Some("https://desk.example.org/hooks/KEY".into()))
}
