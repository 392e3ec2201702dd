//! `POST appointments`: one appointment event as JSON.

use crate::answer::{No, Tongue};
use crate::body::receive;
use crate::count::{Hook, Turned};
use crate::fhir::readable;
use crate::gate::{Connection, Gate};
use crate::keep::{Found, Incoming, Kept, Outcome};
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{header, HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use decide::decode::appointment::event;
use decide::decode::unbroken;
use decide::Source;
use serde_json::{json, Value};
use std::sync::Arc;

const HOOK: Hook = Hook::Appointments;

/// Takes an event.
pub(crate) async fn take(
    State(gate): State<Arc<Gate>>,
    Path(key): Path<String>,
    connection: Option<Extension<Connection>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    through(&gate, &key, connection.as_deref(), headers, body).await.unwrap_or_else(|no| no.say(Tongue::Plain))
}

async fn through(gate: &Gate, key: &str, connection: Option<&Connection>, headers: HeaderMap, body: Body) -> Result<Response, No> {
    gate.open(HOOK, key, connection)?;
    let content_type = headers.get(header::CONTENT_TYPE).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
    if !readable(content_type.as_deref(), &headers) {
        gate.count.turned(HOOK, Turned::WrongType);
        let no = No::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_type", "Only application/json in UTF-8, not compressed, is read here.");
        return Err(No { field: Some("Content-Type".into()), ..no });
    }
    let bytes = receive(gate, HOOK, &headers, body).await?;
    let read = unbroken(|| event(&bytes));
    let found = read.clone().map_or_else(Found::Refused, Found::Visit);
    let done = gate.keep(HOOK, Incoming { source: Source::AppointmentHook, body: bytes, content_type, found, dedupe: None }).await?;
    match read {
        Ok(_) => Ok(answer(&done)),
        Err(refusal) => {
            gate.count.refused(HOOK);
            Err(refusal.into())
        }
    }
}

/// 200 if the event is used or was here before, 202 if it waits in quarantine.
fn answer(kept: &Kept) -> Response {
    let (status, body): (_, Value) = match kept.outcomes.first() {
        Some(Outcome::Quarantined { reason, field, detail }) => {
            (StatusCode::ACCEPTED, json!({ "outcome": "quarantined", "reason": reason, "field": field, "detail": detail }))
        }
        Some(Outcome::Duplicate) => (StatusCode::OK, json!({ "outcome": "duplicate" })),
        Some(Outcome::Kept) | None => (StatusCode::OK, json!({ "outcome": "kept" })),
    };
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
