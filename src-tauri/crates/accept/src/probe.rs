//! `GET /healthz` and `GET /metrics`.

use crate::answer::{No, Tongue};
use crate::gate::Gate;
use axum::extract::State;
use axum::http::{header, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Whether the console works: what comes in is stored, the spine turns, what is owed leaves. Otherwise 503 with the reasons.
pub(crate) async fn health(State(gate): State<Arc<Gate>>) -> Response {
    let mut reasons = gate.keep.trouble();
    if !gate.keep.ready() && !reasons.iter().any(|r| r.starts_with("store")) {
        reasons.insert(0, "store: it takes no writes".into());
    }
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = serde_json::json!({ "ok": reasons.is_empty(), "reasons": reasons });
    (status, [(header::CACHE_CONTROL, "no-store")], axum::Json(body)).into_response()
}

/// The counters, and the host's own lines.
pub(crate) async fn metrics(State(gate): State<Arc<Gate>>) -> Response {
    let mut text = gate.count.text();
    gate.keep.metrics(&mut text);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// Any method but POST on a hook.
pub(crate) async fn wrong_method() -> Response {
    let mut response = No::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "Only POST is taken here.").say(Tongue::Plain);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}
