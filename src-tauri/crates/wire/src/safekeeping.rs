//! Copies of the records, restore tests, the recovery key, and what was sealed of the trail.

use crate::At;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How safe the records are.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SafekeepingView {
    /// Where copies go; empty = nowhere.
    pub folder: String,
    /// When the next is made; none = never.
    pub next_at: Option<At>,
    /// What is wrong now, in a sentence.
    pub trouble: Option<String>,
    pub last: Option<CopyMade>,
    pub failed_at: Option<At>,
    pub failed_why: Option<String>,
    pub tested: Option<CopyTested>,
    pub recovery: Option<RecoveryMade>,
    /// Copies in the folder, newest first.
    pub copies: Vec<CopyView>,
    /// What runs, or ran last.
    pub job: Option<KeepingJob>,
    /// Where the key is kept, in words.
    pub key_home: String,
    /// Size of the records, bytes.
    pub bytes: u64,
    /// Lines of the trail, and how many of them are in archives.
    pub lines: u64,
    pub archived: u64,
    pub archives: u32,
}

/// The last good copy.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CopyMade {
    pub at: At,
    pub file: String,
    pub bytes: u64,
    pub took_ms: u64,
}

/// The last restore test.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CopyTested {
    pub at: At,
    pub file: String,
    /// None = it can be restored.
    pub why_not: Option<String>,
}

/// The recovery key that counts now; never the key itself.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecoveryMade {
    pub name: String,
    pub at: At,
    pub by: String,
}

/// A copy in the folder, as the file beside it says.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CopyView {
    pub file: String,
    pub at: At,
    pub bytes: u64,
    pub lines: u64,
    pub patients: u64,
    pub readings: u64,
    /// The recovery key that opens it; none = only a machine that keeps the key.
    pub recovery: Option<String>,
}

/// A copy or a restore test under way, or over.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct KeepingJob {
    /// `copy`, `test`.
    pub what: String,
    pub by: String,
    pub since: At,
    /// `waiting`, `writing`, `pages`, `tables`, `trail`, `reading`, `starting`, `done`, `failed`.
    pub stage: String,
    pub bytes: u64,
    /// Bytes in all; 0 = not known.
    pub of: u64,
    pub file: Option<String>,
    pub why: Option<String>,
    /// What a tested copy holds.
    pub patients: Option<u64>,
    pub readings: Option<u64>,
    pub episodes: Option<u64>,
    pub lines: Option<u64>,
}

/// A copy by its name.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CopyArgs {
    pub file: String,
}

/// A new recovery key; shown once and kept nowhere.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecoveryKey {
    /// Printed beside it: tells keys apart and gives nothing away.
    pub name: String,
    pub groups: Vec<String>,
    pub made_at: At,
    pub workspace: String,
}
