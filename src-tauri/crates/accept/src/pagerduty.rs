//! `POST pagerduty`: webhooks v3. Three 4xx in a row silence PagerDuty for a day, so a 401 is said
//! only on a real mismatch and everything that may pass by itself is a 503.

use crate::answer::{No, Tongue};
use crate::body::receive;
use crate::count::{Hook, Turned};
use crate::gate::{Connection, Gate};
use crate::keep::{Found, Incoming};
use crate::twilio::refusal;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{header, HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use decide::decode::{unbroken, BROKE};
use decide::Source;
use std::sync::Arc;
use vendors::pagerduty::{auth::verify, callback};

const HOOK: Hook = Hook::PagerDuty;

/// Takes an event.
pub(crate) async fn take(
    State(gate): State<Arc<Gate>>,
    Path(key): Path<String>,
    connection: Option<Extension<Connection>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match through(&gate, &key, connection.as_deref(), headers, body).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(no) => no.say(Tongue::Plain),
    }
}

async fn through(gate: &Gate, key: &str, connection: Option<&Connection>, headers: HeaderMap, body: Body) -> Result<(), No> {
    let auth = gate.open(HOOK, key, connection)?;
    let bytes = receive(gate, HOOK, &headers, body).await?;
    if auth.pagerduty_secrets.iter().all(|s| s.is_empty()) {
        gate.count.turned(HOOK, Turned::NotSetUp);
        return Err(No {
            retry_after_seconds: Some(60),
            ..No::new(StatusCode::SERVICE_UNAVAILABLE, "not_set_up", "No webhook secret is set here yet. Set it on the Connections screen.")
        });
    }
    let given = headers.get_all("x-pagerduty-signature").iter().filter_map(|v| v.to_str().ok()).collect::<Vec<_>>().join(",");
    if !verify(&auth.pagerduty_secrets, &bytes, &given) {
        gate.count.turned(HOOK, Turned::Signature);
        gate.keep.signature_refused(Source::PagerDutyWebhook);
        return Err(No {
            field: Some("X-PagerDuty-Signature".into()),
            ..No::new(StatusCode::UNAUTHORIZED, "signature", "The signature is missing or does not match. Check the webhook secret.")
        });
    }
    let content_type = headers.get(header::CONTENT_TYPE).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
    let found = unbroken(|| callback::event(&bytes).map_err(refusal)).map_or_else(Found::Refused, Found::Pager);
    let refused = if let Found::Refused(r) = &found { Some(r.clone()) } else { None };
    gate.keep(HOOK, Incoming { source: Source::PagerDutyWebhook, body: bytes, content_type, found, dedupe: None }).await?;
    match refused {
        None => Ok(()),
        // Ours, not theirs: it is kept, and must not count towards their silence.
        Some(refusal) if refusal.reason == BROKE => Ok(()),
        Some(refusal) => {
            gate.count.refused(HOOK);
            Err(refusal.into())
        }
    }
}
