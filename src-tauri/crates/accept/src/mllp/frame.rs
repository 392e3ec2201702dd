//! What was in a frame: each message is kept on its own and answered on its own.

use super::Port;
use crate::keep::{Found, Incoming};
use axum::body::Bytes;
use decide::decode::unbroken;
use decide::hl7::{ack, ack_wanted, dedupe_key, event, pieces, AckCode, Hl7Refusal, Message, PieceKind, START};
use decide::Source;
use std::sync::atomic::Ordering::Relaxed;

/// Of a frame that is too large so much is kept, for staff to see whose it was.
const HEAD_BYTES: usize = 4 << 10;
const CONTENT_TYPE: &str = "x-application/hl7-v2+er7";

/// What goes back for one frame.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reply {
    /// Acknowledgements, in the order of the messages.
    pub bytes: Vec<u8>,
    /// The sender wants no answer and must still notice that nothing was stored.
    pub hang_up: bool,
}

impl Port {
    /// Keeps every message of a frame, one or a batch of them.
    pub async fn frame(&self, body: Bytes) -> Reply {
        let mut reply = Reply::default();
        let refused = |reason, detail: &str| Hl7Refusal { ack: AckCode::Ae, reason, field: "MSH".into(), detail: detail.into() };
        if body.contains(&START) {
            let why = refused("frame_in_frame", "A frame begins inside a frame. Send each message again in a frame of its own.");
            self.one(&body, Err(why), &mut reply).await;
            return reply;
        }
        let parts = pieces(&body);
        if !parts.iter().any(|p| p.kind == PieceKind::Message) {
            let why = refused("no_header", "The frame holds no message. A message begins with MSH.");
            self.one(&body, Err(why), &mut reply).await;
            return reply;
        }
        for part in parts {
            let bytes = body.slice(part.span);
            match part.kind {
                PieceKind::Envelope => {}
                PieceKind::Message => {
                    let map = self.keep.site_map();
                    let read = unbroken(|| Message::read(&bytes).and_then(|m| event(&m, &map)));
                    self.one(&bytes, read.map(Found::Visit), &mut reply).await;
                }
                PieceKind::Stray => {
                    // It has no control id to be answered by: what the sender hears is about its messages.
                    let why = refused("no_header", "These lines belong to no message. Each message begins with MSH.");
                    let mut aside = Reply::default();
                    self.one(&bytes, Err(why), &mut aside).await;
                }
            }
        }
        reply
    }

    /// A frame beyond the limit: only its head is kept.
    pub async fn too_large(&self, head: &[u8]) -> Reply {
        let mut reply = Reply::default();
        let why = Hl7Refusal {
            ack: AckCode::Ar,
            reason: "too_large",
            field: "MSH".into(),
            detail: "The message is larger than is taken. Only its first bytes were kept.".into(),
        };
        self.one(&Bytes::copy_from_slice(&head[..head.len().min(HEAD_BYTES)]), Err(why), &mut reply).await;
        reply
    }

    /// Bytes outside any frame: line noise, unless a message stands in them that nobody framed.
    pub async fn stray(&self, bytes: Vec<u8>) {
        if bytes.windows(3).any(|w| w == b"MSH") {
            let why = Hl7Refusal {
                ack: AckCode::Ae,
                reason: "not_framed",
                field: "MSH".into(),
                detail: "A message came without its MLLP frame (0x0B before it, 0x1C 0x0D after it).".into(),
            };
            self.one(&bytes.into(), Err(why), &mut Reply::default()).await;
        }
    }

    /// Keeps one piece and adds its acknowledgement, but not before it is stored.
    async fn one(&self, bytes: &Bytes, read: Result<Found, Hl7Refusal>, reply: &mut Reply) {
        let (code, text) = match &read {
            Ok(_) => (AckCode::Aa, String::new()),
            Err(r) => (r.ack, format!("{}: {}", r.field, r.detail)),
        };
        let found = read.unwrap_or_else(|r| Found::Refused(r.into()));
        let incoming = Incoming {
            source: Source::Mllp,
            body: bytes.clone(),
            content_type: Some(CONTENT_TYPE.into()),
            found,
            dedupe: Some(dedupe_key(bytes)),
        };
        let stored = self.keep.keep(incoming).await.is_ok();
        let (code, text) = match stored {
            true => (code, text),
            false => (AckCode::Ae, "Not stored: the store takes no writes now. Send it again.".to_string()),
        };
        let now = (self.clock)();
        self.keep.hl7_answered(now, code, &text);
        if ack_wanted(bytes, code) {
            let id = format!("CL{}-{}", now.timestamp_millis(), self.answers.fetch_add(1, Relaxed) % 10_000);
            reply.bytes.extend(ack(bytes, code, &text, now, &id));
        } else if !stored {
            reply.hang_up = true;
        }
    }
}
