//! `POST fhir`: an Observation or a Bundle of them.

use crate::answer::{kept, No, Place, Tongue};
use crate::body::receive;
use crate::count::{Hook, Turned};
use crate::gate::{Connection, Gate};
use crate::keep::{Found, Incoming};
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{header, HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use decide::decode::{entries, unbroken};
use decide::Source;
use std::sync::Arc;

const HOOK: Hook = Hook::Fhir;

/// Takes a body.
pub(crate) async fn take(
    State(gate): State<Arc<Gate>>,
    Path(key): Path<String>,
    connection: Option<Extension<Connection>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    through(&gate, &key, connection.as_deref(), headers, body).await.unwrap_or_else(|no| no.say(Tongue::Fhir))
}

/// Any method but POST.
pub(crate) async fn wrong_method(State(gate): State<Arc<Gate>>) -> Response {
    gate.count.turned(HOOK, Turned::WrongMethod);
    let mut response = No::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "Only POST is taken here.").say(Tongue::Fhir);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}

async fn through(gate: &Gate, key: &str, connection: Option<&Connection>, headers: HeaderMap, body: Body) -> Result<Response, No> {
    gate.open(HOOK, key, connection)?;
    let content_type = headers.get(header::CONTENT_TYPE).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
    if !readable(content_type.as_deref(), &headers) {
        gate.count.turned(HOOK, Turned::WrongType);
        let no = No::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "wrong_type",
            "Only application/fhir+json and application/json in UTF-8, not compressed, are read here.",
        );
        return Err(No { field: Some("Content-Type".into()), ..no });
    }
    let bytes = receive(gate, HOOK, &headers, body).await?;
    let incoming = |found| Incoming { source: Source::FhirHook, body: bytes.clone(), content_type, found, dedupe: None };
    match unbroken(|| entries(&bytes)) {
        Ok(body) => {
            let places = Place::of(body.bundle, &body.entries);
            let done = gate.keep(HOOK, incoming(Found::Readings { bundle: body.bundle, entries: body.entries })).await?;
            Ok(kept(&done, &places))
        }
        Err(refusal) => {
            gate.keep(HOOK, incoming(Found::Refused(refusal.clone()))).await?;
            gate.count.refused(HOOK);
            Err(refusal.into())
        }
    }
}

/// JSON, as it is; a sender that says nothing is given the benefit of the doubt.
pub(crate) fn readable(content_type: Option<&str>, headers: &HeaderMap) -> bool {
    let plain = headers.get(header::CONTENT_ENCODING).is_none_or(|e| e.as_bytes().eq_ignore_ascii_case(b"identity"));
    let json = content_type.is_none_or(|t| {
        let mut parts = t.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let utf8 = parts.all(|p| {
            p.to_ascii_lowercase().strip_prefix("charset=").is_none_or(|c| matches!(c.trim_matches('"'), "utf-8" | "utf8" | "us-ascii"))
        });
        matches!(kind.as_str(), "application/fhir+json" | "application/json") && utf8
    });
    plain && json
}
