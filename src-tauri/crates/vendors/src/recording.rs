//! What was said to a vendor in one attempt, for the message browser: no headers, no keys, nothing of the sign-in.

use crate::{Fault, Request, Response, Transport};
use async_trait::async_trait;
use decide::outbox::Vendor;
use decide::rows::Exchange;
use decide::At;
use std::sync::{Mutex, PoisonError};

/// The last so many of an attempt are kept.
const KEPT: usize = 6;
/// So much of a body.
const LONGEST_BODY: usize = 8 << 10;
/// Fields of a body that open something at a vendor.
const KEYS: [&str; 5] = ["routing_key", "token", "client_secret", "client_assertion", "access_token"];

/// A transport that remembers what passed.
pub struct Recording<'a> {
    inner: &'a dyn Transport,
    now: Box<dyn Fn() -> At + Send + Sync + 'a>,
    kept: Mutex<Vec<Exchange>>,
}

impl<'a> Recording<'a> {
    /// Around another one, with the host's clock.
    pub fn new(inner: &'a dyn Transport, now: impl Fn() -> At + Send + Sync + 'a) -> Self {
        Self { inner, now: Box::new(now), kept: Mutex::default() }
    }

    /// What passed, in order.
    pub fn kept(self) -> Vec<Exchange> {
        self.kept.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for Recording<'_> {
    async fn send(&self, request: Request) -> Result<Response, Fault> {
        let at = (self.now)();
        let signs_in = request.body.windows(11).any(|w| w == b"grant_type=");
        let (line, sent) = (line(&request), shown(&request.body));
        let answer = self.inner.send(request).await;
        if !signs_in {
            let (status, response) = match &answer {
                Ok(r) => (Some(r.status), shown(&r.body)),
                Err(Fault::NotSent(why) | Fault::Unknown(why)) => (None, why.clone()),
            };
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() == KEPT {
                kept.remove(0);
            }
            kept.push(Exchange { at, line, request: sent, status, response });
        }
        answer
    }
}

/// Method and path. A Slack path is itself the key.
fn line(request: &Request) -> String {
    let path = request.url.split_once("://").map_or(request.url.as_str(), |(_, rest)| rest);
    let path = path.find('/').map_or("/", |at| &path[at..]);
    let path = if request.vendor == Vendor::Slack { "/***" } else { path };
    format!("{} {path}", request.method)
}

/// A body as text, cut for display, its keys as stars.
fn shown(body: &[u8]) -> String {
    let text = match serde_json::from_slice::<serde_json::Value>(body) {
        Ok(mut value) => {
            stars(&mut value);
            serde_json::to_string_pretty(&value).unwrap_or_default()
        }
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    text.chars().take(LONGEST_BODY).collect()
}

fn stars(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                if KEYS.contains(&name.as_str()) {
                    *value = "***".into();
                } else {
                    stars(value);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(stars),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Says(&'static [u8]);

    #[async_trait]
    impl Transport for Says {
        async fn send(&self, _: Request) -> Result<Response, Fault> {
            Ok(Response { status: 202, headers: Vec::new(), body: self.0.to_vec() })
        }
    }

    async fn recorded(request: Request, answer: &'static [u8]) -> Vec<Exchange> {
        let inner = Says(answer);
        let recording = Recording::new(&inner, || At::UNIX_EPOCH);
        recording.send(request).await.unwrap_or_else(|_| panic!("an answer"));
        recording.kept()
    }

    #[tokio::test]
    async fn a_key_in_a_body_is_stars() {
        let body = serde_json::json!({"routing_key": "R0UT1NG", "payload": {"summary": "CL-7F3K"}});
        let request =
            Request::new(Vendor::PagerDuty, http::Method::POST, "https://events.example/v2/enqueue").json("application/json", &body);
        let kept = recorded(request, b"{\"status\":\"success\"}").await;
        assert_eq!((kept[0].line.as_str(), kept[0].status), ("POST /v2/enqueue", Some(202)));
        assert!(kept[0].request.contains("CL-7F3K") && !kept[0].request.contains("R0UT1NG"));
        assert!(kept[0].response.contains("success"));
    }

    #[tokio::test]
    async fn neither_the_sign_in_nor_a_slack_address_is_kept() {
        let form =
            Request::new(Vendor::Cerner, http::Method::POST, "https://auth.example/token").form(&[("grant_type", "client_credentials")]);
        assert!(recorded(form, b"{\"access_token\":\"abc\"}").await.is_empty());
        let post = Request::new(Vendor::Slack, http::Method::POST, "https://hooks.example/services/T/B/SECRET");
        assert_eq!(recorded(post, b"ok").await[0].line, "POST /***");
    }
}
