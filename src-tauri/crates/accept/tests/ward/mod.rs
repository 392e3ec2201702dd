//! A store for the tests: keeps what it is given, or says that it cannot.
#![allow(dead_code)] // each test binary uses its own part

use accept::{AuthView, Found, Incoming, Keep, Kept, Limits, NotKept, Outcome, Rates};
use async_trait::async_trait;
use axum::body::Body;
use axum::http::{Request, Response};
use axum::Router;
use decide::input::Decoded;
use decide::Source;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;
use tower::ServiceExt;
use vendors::Secret;

pub const KEY: &str = "k-7f3a";
pub const TOKEN: &str = "12345";
pub const SECRET: &str = "pager-secret";
pub const PUBLIC: &str = "https://hooks.example.org";

/// Keeps in memory.
pub struct Store {
    pub kept: Mutex<Vec<Incoming>>,
    pub writable: AtomicBool,
    pub forged: AtomicUsize,
    /// How often it was asked to keep something.
    pub asked: AtomicUsize,
    /// Whoever holds this makes the store wait.
    pub slow: Semaphore,
    auth: Mutex<Arc<AuthView>>,
}

#[async_trait]
impl Keep for Store {
    async fn keep(&self, incoming: Incoming) -> Result<Kept, NotKept> {
        self.asked.fetch_add(1, SeqCst);
        if !self.writable.load(SeqCst) {
            return Err(NotKept { retry_after_seconds: 5 });
        }
        let _turn = self.slow.acquire().await.unwrap();
        let seen: Vec<String> = self.kept.lock().unwrap().iter().flat_map(ids).collect();
        let outcomes = match &incoming.found {
            Found::Readings { entries, .. } => entries
                .iter()
                .map(|e| match &e.decoded {
                    Decoded::Misread(m) => {
                        Outcome::Quarantined { reason: m.reason.name().into(), field: Some(m.field.clone()), detail: m.detail.clone() }
                    }
                    Decoded::Reading(a) if a.source_id.as_ref().is_some_and(|id| seen.contains(id)) => Outcome::Duplicate,
                    _ => Outcome::Kept,
                })
                .collect(),
            Found::Refused(_) => vec![],
            _ if incoming.dedupe.is_some() && self.kept.lock().unwrap().iter().any(|k| k.dedupe == incoming.dedupe) => {
                vec![Outcome::Duplicate]
            }
            _ => vec![Outcome::Kept],
        };
        self.kept.lock().unwrap().push(incoming);
        Ok(Kept { outcomes })
    }

    fn auth(&self) -> Arc<AuthView> {
        self.auth.lock().unwrap().clone()
    }

    fn signature_refused(&self, _source: Source) {
        self.forged.fetch_add(1, SeqCst);
    }

    fn ready(&self) -> bool {
        self.writable.load(SeqCst)
    }

    fn metrics(&self, out: &mut String) {
        out.push_str("careloop_open_episodes 3\n");
    }
}

fn ids(incoming: &Incoming) -> Vec<String> {
    let Found::Readings { entries, .. } = &incoming.found else { return vec![] };
    entries.iter().filter_map(|e| if let Decoded::Reading(a) = &e.decoded { a.source_id.clone() } else { None }).collect()
}

impl Store {
    pub fn new() -> Arc<Store> {
        let auth = AuthView {
            keys: vec![KEY.into()],
            public_url: Some(PUBLIC.into()),
            own_url: "http://127.0.0.1:8787".into(),
            twilio_tokens: vec![TOKEN.into()],
            pagerduty_secrets: vec![SECRET.into()],
            rates: Rates::default(),
        };
        Arc::new(Store {
            kept: Mutex::default(),
            writable: true.into(),
            forged: 0.into(),
            asked: 0.into(),
            slow: Semaphore::new(1),
            auth: Mutex::new(Arc::new(auth)),
        })
    }

    /// Changes keys, secrets or rates while running.
    pub fn change(&self, change: impl FnOnce(&mut AuthView)) {
        let mut auth = self.auth.lock().unwrap();
        let mut view = (**auth).clone();
        change(&mut view);
        *auth = Arc::new(view);
    }

    /// Waits until something is being kept.
    pub async fn being_asked(&self) {
        while self.asked.load(SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    }

    pub fn count(&self) -> usize {
        self.kept.lock().unwrap().len()
    }

    /// What was found in the newest body kept.
    pub fn last(&self) -> Incoming {
        self.kept.lock().unwrap().last().expect("something was kept").clone()
    }

    pub fn router(self: &Arc<Self>) -> Router {
        accept::router(self.clone(), Limits::default())
    }
}

/// A secret of the tests.
pub fn secret(text: &str) -> Secret {
    text.into()
}

/// What was answered.
pub struct Answer {
    pub status: u16,
    pub headers: axum::http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

/// One request through the router.
pub async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response: Response<Body> = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status.as_u16(), headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

/// A POST with headers.
pub fn post(path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::post(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).unwrap()
}

/// A FHIR POST under the right key.
pub async fn fhir(store: &Arc<Store>, body: impl Into<Body>) -> Answer {
    send(&store.router(), post(&format!("/hooks/{KEY}/fhir"), &[("content-type", "application/fhir+json")], body)).await
}

/// A glucose reading.
pub fn glucose(id: &str, quantity: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation","id":"{id}","status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"2339-0"}}]}},"subject":{{"identifier":{{"value":"1022228"}}}},"effectiveDateTime":"2026-03-05T19:00:00Z","valueQuantity":{quantity}}}"#
    )
}

/// One that can be used.
pub fn good(id: &str) -> String {
    glucose(id, r#"{"value":181,"unit":"mg/dL"}"#)
}
