//! The console over HTTP on loopback: the built screens, the commands, and hints as server-sent events.
//!
//! Every command needs the token of this start; the Host header must name this listener, so that a
//! page on another site cannot reach it through a name of its own.

use crate::live::Bus;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path as UrlPath, Query, Request, State};
use axum::http::{header, HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{from_fn_with_state, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::Router;
use futures_util::stream::Stream;
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::sync::{broadcast, watch};
use wire::{Command, Notice, UserError};

/// A scenario file fits in; nothing larger is asked.
const ARGUMENT_BYTES: usize = 8 << 20;
/// The screens' own policy: nothing from elsewhere, no inline script or style.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/// Answers a command; blocking.
pub type Call = Arc<dyn Fn(Caller<'_>, Command, serde_json::Value) -> Result<serde_json::Value, UserError> + Send + Sync>;

/// Who asks.
pub enum Caller<'a> {
    /// A screen, with its session's word.
    Screen(&'a str),
    /// The command line of the folder's owner.
    CommandLine,
}

/// What the HTTP console is made of.
pub struct Web {
    pub token: String,
    /// What `careloop import`, `export` and `doctor` show: written for the owner of the data folder alone.
    pub office: String,
    /// The listener's port.
    pub port: u16,
    pub call: Call,
    pub bus: Arc<Bus>,
    /// Where the built screens are; none = not built.
    pub screens: Option<PathBuf>,
    /// Turns true when the console stops: event streams end.
    pub stopping: watch::Receiver<bool>,
}

/// The console's routes; `extra` is merged in behind the same checks and needs the token too.
pub fn router(web: Web, extra: Router<Arc<Web>>) -> Router {
    let web = Arc::new(web);
    let guarded = Router::new().route("/api/call/{command}", post(call)).route_layer(from_fn_with_state(web.clone(), signed_in));
    let extra = extra.route_layer(from_fn_with_state(web.clone(), from_the_office));
    Router::new()
        .route("/api/events", get(events))
        .merge(guarded)
        .merge(extra)
        .route("/api/{*rest}", axum::routing::any(no_such_request))
        .fallback(screen)
        .layer(DefaultBodyLimit::max(ARGUMENT_BYTES))
        .layer(from_fn_with_state(web.clone(), known_host))
        .with_state(web)
}

/// Refuses a request that was addressed to another name.
async fn known_host(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    let mut response = if is_ours(host, web.port) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "This console is not known by that name.\n").into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// An address in figures, or localhost: no name that another site could point here.
fn is_ours(host: &str, port: u16) -> bool {
    let named = host.strip_suffix(&format!(":{port}")).is_some_and(|name| name.eq_ignore_ascii_case("localhost"));
    named || host.parse::<std::net::SocketAddr>().is_ok_and(|a| a.port() == port)
}

/// Lets a request in by its bearer token.
async fn signed_in(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    if has_token(&web, bearer(request.headers())) {
        next.run(request).await
    } else {
        said(&signed_out())
    }
}

/// Lets a request in by the command line's own token: the link's does not sign anybody in.
async fn from_the_office(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    if is(&web.office, bearer(request.headers())) {
        next.run(request).await
    } else {
        said(&signed_out())
    }
}

fn bearer(headers: &HeaderMap) -> &str {
    headers.get(header::AUTHORIZATION).and_then(|h| h.to_str().ok()).and_then(|h| h.strip_prefix("Bearer ")).unwrap_or_default()
}

fn has_token(web: &Web, given: &str) -> bool {
    is(&web.token, given) || is(&web.office, given)
}

fn is(token: &str, given: &str) -> bool {
    token.as_bytes().ct_eq(given.as_bytes()).into()
}

fn signed_out() -> UserError {
    UserError {
        code: "signed_out".into(),
        title: "Open the console by its link".into(),
        what_happened: "This page has no token of the running console, or an old one.".into(),
        what_to_do: "Open the link that `careloop run` printed when it started.".into(),
        retryable: false,
        field: None,
    }
}

/// A failure as the screens read it.
pub fn said(error: &UserError) -> Response {
    let status = match error.code.as_str() {
        "signed_out" => StatusCode::UNAUTHORIZED,
        "forbidden" | "sign_in" | "locked" | "second_factor" | "wrong" => StatusCode::FORBIDDEN,
        "not_found" | "unknown_command" => StatusCode::NOT_FOUND,
        "wait" => StatusCode::TOO_MANY_REQUESTS,
        "too_late" => StatusCode::CONFLICT,
        "store" => StatusCode::SERVICE_UNAVAILABLE,
        "vendor" => StatusCode::BAD_GATEWAY,
        "broke" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, axum::Json(error)).into_response()
}

/// Runs something that blocks and answers with what it said.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, UserError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| UserError {
        code: "broke".into(),
        title: "That did not work".into(),
        what_happened: "The console broke on this request; nothing else is affected.".into(),
        what_to_do: "Try again; if it happens again, report it with the log.".into(),
        retryable: true,
        field: None,
    })
}

/// The session's word, beside the token of the link: who speaks, not whether the page is ours.
const SESSION: &str = "careloop-session";

async fn call(State(web): State<Arc<Web>>, UrlPath(name): UrlPath<String>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(command) = Command::named(&name) else {
        return no_such_request().await;
    };
    let args = match serde_json::from_slice(if body.is_empty() { b"{}" } else { &body }) {
        Ok(args) => args,
        Err(e) => {
            let what = format!("The request is not JSON: line {}, column {}.", e.line(), e.column());
            return said(&UserError::invalid("arguments", what, "Reload the console; if it happens again, report it."));
        }
    };
    let session = headers.get(SESSION).and_then(|h| h.to_str().ok()).unwrap_or_default().to_string();
    let office = is(&web.office, bearer(&headers));
    let answer = blocking(move || (web.call)(if office { Caller::CommandLine } else { Caller::Screen(&session) }, command, args))
        .await
        .and_then(|answer| answer);
    match answer {
        Ok(reply) => axum::Json(reply).into_response(),
        Err(error) => said(&error),
    }
}

async fn no_such_request() -> Response {
    said(&UserError {
        code: "unknown_command".into(),
        title: "This console does not know that request".into(),
        what_happened: "The screen asked for something that this version cannot answer.".into(),
        what_to_do: "Reload the page, so that screen and engine are of one version.".into(),
        retryable: false,
        field: None,
    })
}

#[derive(Deserialize)]
struct Listening {
    #[serde(default)]
    token: String,
    #[serde(default)]
    since: Option<u64>,
}

/// Hints as they are told. The token is in the query: a browser's event source cannot send headers.
async fn events(State(web): State<Arc<Web>>, Query(asked): Query<Listening>) -> Response {
    if !has_token(&web, &asked.token) {
        return said(&signed_out());
    }
    let (missed, screens) = web.bus.listen_since(asked.since);
    let hints = Hints { missed: missed.into(), screens, stopping: web.stopping.clone() };
    Sse::new(hints.stream()).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

/// One screen's stream.
struct Hints {
    missed: VecDeque<Notice>,
    screens: broadcast::Receiver<Notice>,
    stopping: watch::Receiver<bool>,
}

impl Hints {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        futures_util::stream::unfold(self, |mut hints| async move {
            let notice = hints.next().await?;
            let event = Event::default().id(notice.seq.to_string()).json_data(&notice).ok()?;
            Some((Ok(event), hints))
        })
    }

    async fn next(&mut self) -> Option<Notice> {
        if let Some(notice) = self.missed.pop_front() {
            return Some(notice);
        }
        loop {
            let heard = tokio::select! {
                _ = self.stopping.wait_for(|s| *s) => return None,
                heard = self.screens.recv() => heard,
            };
            match heard {
                Ok(notice) => return Some(notice),
                // The screen was too slow: the gap in the numbers tells it to ask for everything.
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

/// A file of the built screens; every other path is a screen's own address.
async fn screen(State(web): State<Arc<Web>>, request: Request) -> Response {
    if request.method() != axum::http::Method::GET && request.method() != axum::http::Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, "Only GET is taken here.\n").into_response();
    }
    let Some(folder) = &web.screens else {
        return (StatusCode::SERVICE_UNAVAILABLE, axum::response::Html(NOT_BUILT)).into_response();
    };
    let path = request.uri().path().trim_start_matches('/');
    let name = if path.is_empty() { "index.html" } else { path };
    match file(folder, name).await {
        Some((bytes, kind)) => {
            // Built files carry a hash in their name; the page that names them does not.
            let keep = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-store" };
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], Body::from(bytes)).into_response()
        }
        None => (StatusCode::NOT_FOUND, "There is no such page.\n").into_response(),
    }
}

/// A file below the folder, never beside it.
async fn file(folder: &Path, name: &str) -> Option<(Vec<u8>, &'static str)> {
    let relative = Path::new(name);
    let below = relative.components().all(|c| matches!(c, Component::Normal(_)));
    if !below || name.contains(['\\', '%']) {
        return None;
    }
    let kind = match relative.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    };
    tokio::fs::read(folder.join(relative)).await.ok().map(|bytes| (bytes, kind))
}

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Careloop</title>\
<h1>The screens are not built</h1>\
<p>The engine runs and takes readings, but the console's pages were not found beside it.</p>\
<p>Build them with <code>cargo xtask run</code> (or <code>npm run build</code> in the <code>ui</code> folder), or say where they are with \
<code>CARELOOP_UI_DIR</code>, then start again.</p>";

/// Where the built screens are: said by `CARELOOP_UI_DIR`, beside the program, or in a checkout above it.
pub fn screens() -> Option<PathBuf> {
    let built = |folder: PathBuf| folder.join("index.html").is_file().then_some(folder);
    if let Some(said) = std::env::var_os("CARELOOP_UI_DIR") {
        return built(said.into());
    }
    let program = std::env::current_exe().ok().and_then(|p| p.canonicalize().ok()).unwrap_or_default();
    let beside = program.parent().unwrap_or(Path::new("."));
    let shared = beside.parent().map(|up| up.join("share").join("careloop").join("ui"));
    if let Some(found) = built(beside.join("ui")).or_else(|| shared.and_then(built)) {
        return Some(found);
    }
    if !cfg!(debug_assertions) {
        return None;
    }
    let here = std::env::current_dir().unwrap_or_default();
    here.ancestors().chain(program.ancestors()).find_map(|above| built(above.join("ui").join("dist")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_in_figures_or_localhost_is_ours() {
        assert!(["127.0.0.1:4100", "localhost:4100", "LocalHost:4100", "[::1]:4100"].iter().all(|h| is_ours(h, 4100)));
        assert!(["", "127.0.0.1", "127.0.0.1:80", "rebound.example:4100", "localhost", "localhost.example:4100"]
            .iter()
            .all(|h| !is_ours(h, 4100)));
    }

    #[tokio::test]
    async fn a_file_beside_the_screens_is_never_served() {
        let dir = tempfile::tempdir().unwrap();
        let ui = dir.path().join("ui");
        std::fs::create_dir(&ui).unwrap();
        std::fs::write(dir.path().join("workspace.json"), "{}").unwrap();
        std::fs::write(ui.join("index.html"), "<!doctype html>").unwrap();
        assert!(file(&ui, "index.html").await.is_some());
        for name in ["../workspace.json", "..%2fworkspace.json", "/etc/hosts.txt", "./../workspace.json", "a\\..\\workspace.json"] {
            assert!(file(&ui, name).await.is_none(), "{name}");
        }
    }
}
