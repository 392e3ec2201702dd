//! Downtime: times in which nothing goes to a vendor, because a maintenance was announced or a person stopped sending.

use super::At;
use crate::outbox::Vendor;
use serde::{Deserialize, Serialize};

/// Why nothing goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DowntimeKind {
    /// The vendor announced that it will not answer: nothing is asked, and nothing counts as stuck.
    Maintenance,
    /// A person stopped sending: questions are still asked, what would be sent waits.
    Stop,
}

/// One announced maintenance, or one stop of sending.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Downtime {
    pub id: u64,
    pub kind: DowntimeKind,
    /// None: every vendor (a stop only).
    pub vendor: Option<Vendor>,
    pub from: At,
    /// None: until somebody ends it (a stop only).
    pub until: Option<At>,
    /// Who announced the maintenance, or stopped sending.
    pub by: String,
    pub why: String,
    pub announced_at: At,
    /// Its beginning was told and acted on.
    pub begun: bool,
    pub ended: Option<DowntimeEnd>,
}

/// How a downtime ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DowntimeEnd {
    pub at: At,
    /// None: by itself, when its time was over.
    pub by: Option<String>,
}

impl Downtime {
    /// Whether it holds for that vendor.
    pub fn covers(&self, vendor: Vendor) -> bool {
        self.vendor.is_none_or(|v| v == vendor)
    }

    /// Whether it holds at that time.
    pub fn holds(&self, now: At) -> bool {
        self.ended.is_none() && self.from <= now && self.until.is_none_or(|u| now < u)
    }

    /// When it next changes by itself.
    pub fn next_change(&self) -> Option<At> {
        if self.begun {
            self.until
        } else {
            Some(self.from)
        }
    }
}
