//! The trail as an auditor reads it.

use crate::{At, TimelineLine};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which lines to show; what is empty does not narrow.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AuditArgs {
    /// Kinds of lines as in transcripts (`access`, `sms`, `act` ...).
    pub kinds: Vec<String>,
    /// Of one patient: "who looked at this patient".
    pub mrn: String,
    /// The acting person, as written on the trail.
    pub by: String,
    pub from: Option<At>,
    pub to: Option<At>,
    /// Lines before that one.
    pub before: Option<u64>,
}

/// One page of lines, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AuditPage {
    pub lines: Vec<AuditLine>,
    /// Ask for lines before this one; none = these were the last.
    pub next: Option<u64>,
}

/// A line with whom it is about.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AuditLine {
    pub line: TimelineLine,
    pub mrn: Option<String>,
}

/// Whether the trail is whole.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TrailVerdict {
    pub lines: u64,
    /// Hash of the last good line.
    pub head: String,
    /// Lines sealed in archives, which the rest goes on from; and the first of them that is in no archive found.
    pub archived: u64,
    pub archive_missing_from: Option<u64>,
    /// Lines that the newest head outside the database stands for.
    pub anchored_lines: Option<u64>,
    /// The first line that does not fit; none = whole.
    pub broken_at: Option<u64>,
    pub why: Option<String>,
}

/// What to write out.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExportArgs {
    /// `audit`, `episodes`, `messages`, `minutes`.
    pub what: String,
    pub from: Option<At>,
    pub to: Option<At>,
}

/// Exports of this run.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExportsView {
    pub exports: Vec<ExportView>,
}

/// One export.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExportView {
    pub what: String,
    pub at: At,
    pub by: String,
    /// Bytes written so far.
    pub bytes: u64,
    /// `writing`, `done`, `failed`.
    pub state: String,
    pub path: String,
    /// Why it failed.
    pub why: Option<String>,
}
