//! `GET /healthz` and `GET /metrics`.

use crate::answer::{No, Tongue};
use crate::gate::Gate;
use axum::extract::State;
use axum::http::{header, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Whether readings can be kept now.
pub(crate) async fn health(State(gate): State<Arc<Gate>>) -> Response {
    let (status, body) = if gate.keep.ready() {
        (StatusCode::OK, r#"{"ok":true}"#)
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, r#"{"ok":false,"detail":"The store takes no writes."}"#)
    };
    (status, [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body).into_response()
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
