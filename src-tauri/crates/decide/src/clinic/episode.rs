//! Episodes: one open conversation about one vital of one patient.

use super::{At, Closed, Direction, Mrn, Severity, Value, Verdict, Vital};
use crate::outbox::{PageReason, Urgency};
use serde::{Deserialize, Serialize};

/// Where an episode stands, as transcripts and screens say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EpisodeState {
    Open,
    /// Waits for the end of quiet hours.
    Held,
    AnsweredNo,
    Paged,
    Acknowledged,
    BackToNormal,
    Shelved,
    NurseReview,
    Closed,
    Charted,
}

impl EpisodeState {
    /// The name in transcripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Held => "held",
            Self::AnsweredNo => "answered_no",
            Self::Paged => "paged",
            Self::Acknowledged => "acknowledged",
            Self::BackToNormal => "back_to_normal",
            Self::Shelved => "shelved",
            Self::NurseReview => "nurse_review",
            Self::Closed => "closed",
            Self::Charted => "charted",
        }
    }
}

/// What a clock is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// Look for a lost reply at Twilio, just before the wait ends.
    ReplyLook,
    /// The reply wait ends: page.
    ReplyWait,
    /// Quiet hours end: check again, then text or page.
    HoldEnds,
    /// The symptom check must have been taken by Twilio by now.
    TextLimit,
    /// A page should have been acknowledged.
    AckTarget,
    /// The compliance bar.
    AckLimit,
    /// Text the backup numbers.
    BackupText,
    /// An acknowledgement or a claim runs out.
    Lease,
    ShelfEnds,
    /// The incident must have been found by now.
    Proof,
    /// PagerDuty has refused for too long.
    PagerFallback,
    /// A row waits unacknowledged.
    Review,
    ReviewPage,
    /// Ask PagerDuty what became of the incident, beside its webhooks.
    PagerPoll,
    /// Ask Twilio for replies whose webhook was lost.
    InboundPoll,
}

/// A due time; kept with its owner, so that it survives anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    pub kind: ClockKind,
    pub due: At,
}

/// The symptom check of an episode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The effect that carries the text.
    pub effect: u64,
    /// Twilio's id of the message.
    pub sid: Option<String>,
    pub due: At,
    /// A later rise that it serves as well, being open: a page from before that is none for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rise_at: Option<At>,
    /// Twilio took it (from then the wait runs).
    pub taken_at: Option<At>,
    pub delivered_at: Option<At>,
    /// The wait's first due time; a restart never moves it.
    pub wait_due: Option<At>,
    /// Looked for lost replies at Twilio at this time.
    pub looked_at: Option<At>,
    pub clarified: bool,
    pub answer: Option<Answer>,
    /// Why it ended without an answer: waited, undelivered, opted_out, withdrawn ...
    pub ended: Option<String>,
}

impl Question {
    /// Still expects an answer that can settle it.
    pub fn open(&self) -> bool {
        self.answer.is_none() && self.ended.is_none()
    }

    /// Since when it is asked: pages from then on are about the same rise.
    pub fn since(&self) -> At {
        self.rise_at.unwrap_or(self.due)
    }
}

/// What the patient answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Symptoms,
    NoSymptoms,
}

/// A page and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageStep {
    pub step: u32,
    pub dedup_key: String,
    pub urgency: Urgency,
    pub reason: PageReason,
    pub effect: u64,
    pub owed_at: At,
    pub sent_at: Option<At>,
    /// PagerDuty's incident id, once found.
    pub incident: Option<String>,
    pub first_failed_at: Option<At>,
    pub fallback_done: bool,
    /// Taken by the second routing key: its acknowledgement and resolve go the same way.
    #[serde(default)]
    pub second_key: bool,
    /// There is no second key to try.
    #[serde(default)]
    pub no_second_key: bool,
    pub acknowledged: Option<Held>,
    pub resolved: bool,
}

/// Who holds an alarm, and until when (an acknowledgement is a lease).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub by: String,
    pub at: At,
    pub until: Option<At>,
    /// "I am taking this", not only silence.
    pub claimed: bool,
}

/// A shelf: owner, reason, expiry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shelf {
    pub by: String,
    pub reason: String,
    pub at: At,
    pub until: At,
}

/// A note by a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub at: At,
    pub by: String,
    pub text: String,
}

/// The write-back of an episode, in order: reviewed, note, flowsheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteState {
    /// Waits for a note or minutes.
    Missing,
    Queued,
    Done,
    Blocked,
    /// Not needed: the chart has the reading and the note says so.
    NotNeeded,
}

/// The three writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writes {
    pub reviewed: WriteState,
    pub note: WriteState,
    pub flowsheet: WriteState,
}

/// The reading an episode last acted on, or shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    pub reading: u64,
    pub value: Value,
    pub measured: At,
    pub verdict: Verdict,
    pub loinc: String,
    pub source_id: Option<String>,
    pub in_chart: bool,
}

/// A reading that joined an episode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Joined {
    pub reading: u64,
    pub measured: At,
    pub severity: Severity,
    /// Taken back or replaced since.
    pub withdrawn: bool,
}

/// One open conversation about one vital of one patient; it survives anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    pub id: u64,
    pub mrn: Mrn,
    pub vital: Vital,
    pub opened_at: At,
    pub state: EpisodeState,
    /// The severity last acted on; only a rise acts again. Routine after a return to normal.
    pub acted_severity: Severity,
    /// The worst it has been.
    pub worst: Severity,
    pub direction: Option<Direction>,
    /// What was last acted on: for the debounce and the page's words.
    pub acted: Option<Shown>,
    pub latest: Shown,
    /// Every reading that joined, oldest first.
    pub readings: Vec<Joined>,
    /// Opened in live mode: it finishes live even when the workspace goes back to shadow.
    pub live: bool,
    pub question: Option<Question>,
    pub symptoms: Option<bool>,
    /// The reason no text could reach the patient.
    pub no_text: Option<String>,
    /// Quiet hours end at this time and it waits for that.
    pub held_until: Option<At>,
    pub pages: Vec<PageStep>,
    /// Staff must look: why.
    pub review: Option<String>,
    pub held_by: Option<Held>,
    pub shelf: Option<Shelf>,
    /// Sounds until acknowledged.
    pub unacknowledged: bool,
    pub notes: Vec<Note>,
    pub minutes: Option<rust_decimal::Decimal>,
    pub closed: Option<Closed>,
    pub writes: Option<Writes>,
    pub clocks: Vec<Clock>,
}

impl Episode {
    /// Not closed.
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// Has been paged and somebody took it (on the console or at the pager).
    pub fn paged_and_acknowledged(&self) -> bool {
        !self.pages.is_empty() && (self.held_by.is_some() || self.pages.iter().any(|p| p.acknowledged.is_some()))
    }
}
