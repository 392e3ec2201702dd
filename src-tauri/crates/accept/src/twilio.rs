//! `POST twilio/inbound` and `twilio/status`: signed forms (or signed JSON).

use crate::answer::{No, Tongue};
use crate::body::receive;
use crate::count::{Hook, Turned};
use crate::gate::{Connection, Gate};
use crate::keep::{AuthView, Found, Incoming};
use axum::body::{Body, Bytes};
use axum::extract::{Extension, OriginalUri, Path, State};
use axum::http::{header, HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use decide::decode::{unbroken, Refusal};
use decide::Source;
use std::sync::Arc;
use vendors::callback::BadCallback;
use vendors::twilio::auth::{verify, Signed};
use vendors::twilio::callback;

type Pairs = Vec<(String, String)>;

/// A reply of a patient.
pub(crate) async fn inbound(
    state: State<Arc<Gate>>,
    Path(key): Path<String>,
    connection: Option<Extension<Connection>>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let read = |pairs: &Pairs| callback::inbound(pairs).map(Found::Reply);
    answer(through(&state, Hook::TwilioInbound, Source::TwilioInbound, &key, connection.as_deref(), (&uri, headers, body), read).await)
}

/// A delivery report.
pub(crate) async fn status(
    state: State<Arc<Gate>>,
    Path(key): Path<String>,
    connection: Option<Extension<Connection>>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let read = |pairs: &Pairs| callback::status(pairs).map(Found::Report);
    answer(through(&state, Hook::TwilioStatus, Source::TwilioStatus, &key, connection.as_deref(), (&uri, headers, body), read).await)
}

/// Empty TwiML: what a patient hears is decided elsewhere.
fn answer(done: Result<(), No>) -> Response {
    match done {
        Ok(()) => {
            (StatusCode::OK, [(header::CONTENT_TYPE, "text/xml; charset=utf-8")], "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>")
                .into_response()
        }
        Err(no) => no.say(Tongue::Plain),
    }
}

async fn through(
    gate: &Gate,
    hook: Hook,
    source: Source,
    key: &str,
    connection: Option<&Connection>,
    (uri, headers, body): (&Uri, HeaderMap, Body),
    read: impl FnOnce(&Pairs) -> Result<Found, BadCallback>,
) -> Result<(), No> {
    let auth = gate.open(hook, key, connection)?;
    let content_type = headers.get(header::CONTENT_TYPE).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
    let bytes = receive(gate, hook, &headers, body).await?;
    have_tokens(gate, hook, &auth)?;
    let json = is_json(content_type.as_deref());
    let pairs = if json {
        from_json(&bytes)
    } else {
        vendors::form::read(&bytes).map_err(|e| Refusal::unreadable(e.field, "The form is not UTF-8. Send it as Twilio does."))
    };
    // A form that cannot be read cannot be signed either; a JSON body is signed as it is.
    let signed = match (&pairs, json) {
        (_, true) => Some(Signed::Json(&bytes)),
        (Ok(pairs), false) => Some(Signed::Form(pairs)),
        (Err(_), false) => None,
    };
    if let Some(signed) = signed {
        check_signature(gate, hook, source, &auth, uri, &headers, signed)?;
    }
    let pairs = pairs.map_err(No::from)?;
    let found = unbroken(|| read(&pairs).map_err(refusal)).unwrap_or_else(Found::Refused);
    let refused = if let Found::Refused(r) = &found { Some(r.clone()) } else { None };
    gate.keep(hook, Incoming { source, body: bytes, content_type, found, dedupe: None }).await?;
    match refused {
        None => Ok(()),
        Some(refusal) => {
            gate.count.refused(hook);
            Err(refusal.into())
        }
    }
}

/// Without a token nothing can be checked: the sender may come again.
pub(crate) fn have_tokens(gate: &Gate, hook: Hook, auth: &AuthView) -> Result<(), No> {
    if auth.twilio_tokens.iter().any(|t| !t.is_empty()) {
        return Ok(());
    }
    gate.count.turned(hook, Turned::NotSetUp);
    Err(No {
        retry_after_seconds: Some(60),
        ..No::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not_set_up",
            "No Twilio auth token is set here, so the signature cannot be checked. Set it on the Connections screen.",
        )
    })
}

/// `X-Twilio-Signature` over the address that Twilio calls, and the form's pairs or the body's hash.
pub(crate) fn check_signature(
    gate: &Gate,
    hook: Hook,
    source: Source,
    auth: &AuthView,
    uri: &Uri,
    headers: &HeaderMap,
    signed: Signed<'_>,
) -> Result<(), No> {
    let given = headers.get("x-twilio-signature").and_then(|v| v.to_str().ok());
    if given.is_some_and(|given| verify(&auth.twilio_tokens, &signed_url(auth, uri), signed, given)) {
        return Ok(());
    }
    gate.count.turned(hook, Turned::Signature);
    gate.keep.signature_refused(source);
    Err(No {
        field: Some("X-Twilio-Signature".into()),
        ..No::new(
            StatusCode::FORBIDDEN,
            "signature",
            "The signature is missing or does not match. Check the auth token and the public address that Twilio calls.",
        )
    })
}

pub(crate) fn is_json(content_type: Option<&str>) -> bool {
    content_type.is_some_and(|t| t.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json"))
}

/// A webhook that is signed but does not say what it must.
pub(crate) fn refusal(bad: BadCallback) -> Refusal {
    Refusal { status: 400, reason: "invalid".into(), detail: format!("{} {}.", bad.field, bad.said), field: Some(bad.field) }
}

/// The address as Twilio knows it, never the Host header: whoever sends a request chooses that.
fn signed_url(auth: &AuthView, uri: &Uri) -> String {
    let base = auth.public_url.as_deref().map(str::trim).filter(|u| !u.is_empty()).unwrap_or(&auth.own_url);
    let path = uri.path_and_query().map_or(uri.path(), |p| p.as_str());
    format!("{}{path}", base.trim_end_matches('/'))
}

/// The texts and numbers at the top of a JSON object.
fn from_json(bytes: &Bytes) -> Result<Pairs, Refusal> {
    let bad = |e: serde_json::Error| {
        Refusal::unreadable(
            Some(format!("line {} column {}", e.line(), e.column())),
            "The body is not a JSON object. Send the webhook as Twilio does.",
        )
    };
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(bytes).map_err(bad)?;
    let texts = object.into_iter().filter_map(|(name, value)| match value {
        serde_json::Value::String(text) => Some((name, text)),
        serde_json::Value::Number(n) => Some((name, n.to_string())),
        _ => None,
    });
    Ok(texts.collect())
}
