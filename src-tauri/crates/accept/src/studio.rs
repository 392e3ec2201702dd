//! `POST studio`: what a Studio Flow tells of the patient's answer, as signed JSON (contracts 3.6).

use crate::answer::{No, Tongue};
use crate::body::receive;
use crate::count::{Hook, Turned};
use crate::gate::{Connection, Gate};
use crate::keep::{Found, Incoming, Kept, Outcome};
use crate::twilio::{check_signature, have_tokens, is_json};
use axum::body::Body;
use axum::extract::{Extension, OriginalUri, Path, State};
use axum::http::{header, HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use decide::decode::studio::answer;
use decide::decode::unbroken;
use decide::Source;
use serde_json::{json, Value};
use std::sync::Arc;
use vendors::twilio::auth::Signed;

const HOOK: Hook = Hook::Studio;

/// Takes a callback.
pub(crate) async fn take(
    State(gate): State<Arc<Gate>>,
    Path(key): Path<String>,
    connection: Option<Extension<Connection>>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    through(&gate, &key, connection.as_deref(), &uri, headers, body).await.unwrap_or_else(|no| no.say(Tongue::Plain))
}

async fn through(
    gate: &Gate,
    key: &str,
    connection: Option<&Connection>,
    uri: &Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, No> {
    let auth = gate.open(HOOK, key, connection)?;
    let content_type = headers.get(header::CONTENT_TYPE).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
    let bytes = receive(gate, HOOK, &headers, body).await?;
    have_tokens(gate, HOOK, &auth)?;
    check_signature(gate, HOOK, Source::StudioHook, &auth, uri, &headers, Signed::Json(&bytes))?;
    if !is_json(content_type.as_deref()) {
        gate.count.turned(HOOK, Turned::WrongType);
        let no = No::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "wrong_type",
            "Only application/json is read here. Set it in the flow's HTTP request.",
        );
        return Err(No { field: Some("Content-Type".into()), ..no });
    }
    let token = headers.get("i-twilio-idempotency-token").and_then(|v| v.to_str().ok()).map(str::trim).filter(|t| !t.is_empty());
    let read = unbroken(|| answer(&bytes, token.map(str::to_string)));
    let found = read.clone().map_or_else(Found::Refused, Found::Studio);
    let done = gate.keep(HOOK, Incoming { source: Source::StudioHook, body: bytes, content_type, found, dedupe: None }).await?;
    match read {
        Ok(_) => Ok(said(gate, &done)),
        Err(refusal) => {
            gate.count.refused(HOOK);
            Err(refusal.into())
        }
    }
}

/// 200 if the answer is used or was here before, 422 if it does not fit what is known.
fn said(gate: &Gate, kept: &Kept) -> Response {
    let (status, body): (_, Value) = match kept.outcomes.first() {
        Some(Outcome::Quarantined { reason, field, detail }) => {
            gate.count.refused(HOOK);
            (StatusCode::UNPROCESSABLE_ENTITY, json!({ "outcome": "refused", "reason": reason, "field": field, "detail": detail }))
        }
        Some(Outcome::Duplicate) => (StatusCode::OK, json!({ "outcome": "duplicate" })),
        Some(Outcome::Kept) | None => (StatusCode::OK, json!({ "outcome": "kept" })),
    };
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
