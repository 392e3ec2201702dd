//! The raw bytes of a body: bounded in size, in time, and over all senders together.

use crate::count::{Hook, Turned};
use crate::gate::Gate;
use crate::limits::seconds;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{header, HeaderMap};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::time::{timeout, timeout_at, Instant};

/// How long a too large body is thrown away before the 413 goes out.
const DISCARD: Duration = Duration::from_secs(2);

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoBody {
    TooLarge,
    TooSlow,
    /// The sender broke off.
    CutOff,
    /// Too much is being received already.
    Crowded,
}

/// Gives back what was counted, however the request ends.
struct Share<'a> {
    gate: &'a Gate,
    bytes: usize,
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.gate.buffered.fetch_sub(self.bytes, Relaxed);
    }
}

/// Receives the whole body.
pub(crate) async fn receive(gate: &Gate, hook: Hook, headers: &HeaderMap, body: Body) -> Result<Bytes, NoBody> {
    let got = read(gate, headers, body).await;
    match &got {
        Ok(bytes) => gate.count.received(hook, bytes.len()),
        Err(why) => gate.count.turned(
            hook,
            match why {
                NoBody::TooLarge => Turned::TooLarge,
                NoBody::TooSlow => Turned::TooSlow,
                NoBody::CutOff => Turned::CutOff,
                NoBody::Crowded => Turned::Crowded,
            },
        ),
    }
    got
}

async fn read(gate: &Gate, headers: &HeaderMap, mut body: Body) -> Result<Bytes, NoBody> {
    let most = gate.limits.body_bytes;
    let told: Option<u64> = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    if told.is_some_and(|n| n > most as u64) {
        // A sender that waits for "100 Continue" has sent nothing yet and hears the answer at once.
        if !headers.contains_key(header::EXPECT) {
            discard(gate, body).await;
        }
        return Err(NoBody::TooLarge);
    }
    let deadline = Instant::now() + seconds(gate.limits.body_read_seconds);
    let mut share = Share { gate, bytes: 0 };
    let mut whole: Vec<u8> = Vec::new();
    let mut first: Option<Bytes> = None;
    loop {
        let chunk = match timeout_at(deadline, chunk(&mut body)).await {
            Err(_) => return Err(NoBody::TooSlow),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(NoBody::CutOff),
            Ok(Some(Ok(chunk))) => chunk,
        };
        share.bytes += chunk.len();
        let together = gate.buffered.fetch_add(chunk.len(), Relaxed) + chunk.len();
        if share.bytes > most {
            discard(gate, body).await;
            return Err(NoBody::TooLarge);
        }
        if together > gate.limits.buffered_bytes {
            return Err(NoBody::Crowded);
        }
        match first.take() {
            // Most bodies come in one piece and are not copied.
            None if whole.is_empty() => first = Some(chunk),
            None => whole.extend_from_slice(&chunk),
            Some(before) => {
                whole.extend_from_slice(&before);
                whole.extend_from_slice(&chunk);
            }
        }
    }
    Ok(first.unwrap_or_else(|| whole.into()))
}

/// Throws bytes away for a while: a connection closed on a sender that still writes would swallow the answer.
async fn discard(gate: &Gate, mut body: Body) {
    let _ = timeout(DISCARD, async {
        let mut seen = 0;
        while let Some(Ok(chunk)) = chunk(&mut body).await {
            seen += chunk.len();
            if seen > gate.limits.discard_bytes {
                break;
            }
        }
    })
    .await;
}

/// The next bytes; trailers carry none.
async fn chunk(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    loop {
        match poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await? {
            Ok(frame) => {
                if let Ok(data) = frame.into_data() {
                    return Some(Ok(data));
                }
            }
            Err(e) => return Some(Err(e)),
        }
    }
}
