//! FHIR JSON to readings. Reads what it needs, keeps no text, guesses nothing.

pub mod appointment;
mod bundle;
pub mod chart_appointment;
mod node;
mod observation;
mod shape;
pub mod studio;
mod subject;
mod units;
mod value;
mod when;

#[cfg(test)]
mod tests;

use crate::input::Decoded;
use std::ops::Range;
use std::panic::{catch_unwind, AssertUnwindSafe};

/// More entries than this in one Bundle are refused: a reading costs a row.
pub const MOST_ENTRIES: usize = 5_000;

/// The reason's name where the program itself broke on a record.
pub const BROKE: &str = "engine_fault";

/// Reads with a decoder: one that panics is an answer like any other, and harms nobody else.
pub fn unbroken<T, E: From<Refusal>>(read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    // Decoders hold nothing that a panic could leave half done.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(Refusal::broke().into()))
}

/// A body that cannot be taken at all. It is kept in quarantine all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// 400: not JSON. 422: JSON, but not an Observation or a Bundle of them.
    pub status: u16,
    /// The reason's name in transcripts.
    pub reason: String,
    /// FHIRPath-like, or the line and column where the JSON breaks.
    pub field: Option<String>,
    /// A sentence: what is wrong and what to do. No PHI.
    pub detail: String,
}

impl Refusal {
    /// Not readable as JSON.
    pub fn unreadable(field: Option<String>, detail: impl Into<String>) -> Self {
        Self { status: 400, reason: "unreadable".into(), field, detail: detail.into() }
    }

    /// The program broke on it.
    pub fn broke() -> Self {
        Self {
            status: 422,
            reason: BROKE.into(),
            field: None,
            detail: "The program broke on it. It is kept as it came; report it with the log.".into(),
        }
    }

    /// Readable, but not something this console can take.
    pub fn invalid(reason: &str, field: &str, detail: impl Into<String>) -> Self {
        Self { status: 422, reason: reason.into(), field: Some(field.into()), detail: detail.into() }
    }
}

/// A FHIR body, decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// Whether the entries came in a Bundle.
    pub bundle: bool,
    pub entries: Vec<Entry>,
}

/// One input of a body.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place in `Bundle.entry` (0 for a lone Observation).
    pub at: usize,
    /// Where its own JSON stands in the body's bytes.
    pub span: Range<usize>,
    pub decoded: Decoded,
}

/// Decodes a body: one outcome per input.
pub fn fhir(body: &[u8]) -> Result<Vec<Decoded>, Refusal> {
    Ok(entries(body)?.entries.into_iter().map(|e| e.decoded).collect())
}

/// Decodes a body and says where each input stands in it.
pub fn entries(body: &[u8]) -> Result<Body, Refusal> {
    bundle::body(body)
}
