//! HL7 v2 scheduling: SIU messages to visit events, acknowledgements, and SRM requests to the EHR.
//!
//! Every byte that comes in is accounted for: `pieces` cuts it into messages and what is none, and a
//! piece is either read or refused with a code for its sender.

mod ack;
mod batch;
mod charset;
mod dtm;
mod escape;
mod event;
mod frame;
mod message;
mod phone;
mod place;
mod preview;
mod site;
mod srm;

#[cfg(test)]
mod tests;

pub use ack::{ack, ack_wanted, control_id, dedupe_key};
pub use batch::{pieces, short_batches, Piece, PieceKind};
pub use dtm::Dtm;
pub use event::{decode, event};
pub use frame::{framed, Cut, Deframer, END, START};
pub use message::{Message, Part, Segment, Separators};
pub use phone::normalise;
pub use place::Place;
pub use preview::{preview, Preview, Read};
pub use site::SiteMap;
pub use srm::{answer, srm, NoAnswer, Request, RequestKind, Said};

use crate::decode::Refusal;

/// What a sender hears about its message (table 0008).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AckCode {
    /// Accepted.
    Aa,
    /// An error: it may be sent again.
    Ae,
    /// Rejected: type, version or processing id.
    Ar,
    /// The same three in enhanced mode.
    Ca,
    Ce,
    Cr,
}

impl AckCode {
    /// The code on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aa => "AA",
            Self::Ae => "AE",
            Self::Ar => "AR",
            Self::Ca => "CA",
            Self::Ce => "CE",
            Self::Cr => "CR",
        }
    }

    /// The code of exactly that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Aa, Self::Ae, Self::Ar, Self::Ca, Self::Ce, Self::Cr].into_iter().find(|c| c.name() == name)
    }

    /// Whether it says that the message was taken.
    pub fn accepted(self) -> bool {
        matches!(self, Self::Aa | Self::Ca)
    }

    /// Whether the same message will never be taken.
    pub fn rejected(self) -> bool {
        matches!(self, Self::Ar | Self::Cr)
    }
}

/// A message that is no visit event. It is kept in quarantine all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hl7Refusal {
    /// AE or AR.
    pub ack: AckCode,
    /// The reason's name in transcripts.
    pub reason: &'static str,
    /// Segment and field, e.g. `PID-3`.
    pub field: String,
    /// A sentence: what is wrong and what to do. No PHI.
    pub detail: String,
}

impl Hl7Refusal {
    pub(crate) fn error(reason: &'static str, field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { ack: AckCode::Ae, reason, field: field.into(), detail: detail.into() }
    }

    pub(crate) fn reject(reason: &'static str, field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { ack: AckCode::Ar, reason, field: field.into(), detail: detail.into() }
    }
}

impl From<Refusal> for Hl7Refusal {
    fn from(r: Refusal) -> Self {
        let reason = if r.reason == crate::decode::BROKE { crate::decode::BROKE } else { "refused" };
        Hl7Refusal::error(reason, r.field.unwrap_or_else(|| "MSH".into()), r.detail)
    }
}

impl From<Hl7Refusal> for Refusal {
    fn from(r: Hl7Refusal) -> Self {
        Refusal { status: 422, reason: r.reason.into(), field: Some(r.field), detail: r.detail }
    }
}
