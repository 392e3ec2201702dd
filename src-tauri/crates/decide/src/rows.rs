//! What a decision leaves to be stored: one list per input, written in one transaction.

use crate::outbox::Effect;
use crate::{At, Episode, Misread, Mrn, Patient, Phone, Reading, Source, Task};
use serde::{Deserialize, Serialize};

/// A row to store; whole rows replace those of the same key.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    Reading(Box<Reading>),
    /// A reading was taken back or replaced by a later version: never a baseline again.
    ReadingWithdrawn {
        id: u64,
    },
    /// A reading was joined to an episode later, or is known to be in the chart.
    ReadingInChart {
        id: u64,
    },
    Patient(Box<Patient>),
    /// A person who may sign in.
    Staff(Box<crate::staff::Staff>),
    /// One limit of one patient changed: who, when, why, the old value.
    LimitChange(LimitChange),
    Episode(Box<Episode>),
    Task(Box<Task>),
    Effect(Box<Effect>),
    OptOut {
        phone: Phone,
        out: bool,
        at: At,
        /// Who put it down on the console; none: the patient's own word, or the vendor's.
        by: Option<String>,
    },
    Setting {
        name: String,
        value: serde_json::Value,
        at: At,
        by: String,
    },
    Quarantine(Box<Quarantined>),
    /// A webhook or message id that was handled.
    Seen {
        key: String,
        at: At,
    },
    Visit(Box<crate::Visit>),
    /// What was last said to a vendor about an effect, and what it answered.
    Exchanges {
        effect: u64,
        exchanges: Vec<Exchange>,
    },
    /// A check-in and how its round stands.
    CheckIn(Box<crate::CheckIn>),
    /// A version of a script.
    Script(Box<crate::scripts::ScriptVersion>),
    /// What a nurse says of an alert that shadow mode held back.
    Judgement(Box<crate::shadow::Judgement>),
    /// Minutes that a person logged beside an episode.
    Minutes(Box<crate::minutes::Logged>),
    /// The gate before going live.
    Gate(Box<crate::shadow::Gate>),
    /// A maintenance or a stop of sending.
    Downtime(Box<crate::Downtime>),
    /// A vendor's set-up, without its secrets.
    Connection(Box<crate::connections::Connection>),
    /// A vendor's set-up is gone.
    Disconnected(crate::outbox::Vendor),
    /// One more reminder text of a patient on a local day.
    ReminderDay {
        mrn: Mrn,
        day: String,
    },
    /// One fewer: a reminder text counted on that day never left.
    ReminderBack {
        mrn: Mrn,
        day: String,
    },
    /// How far live visits are planned again after a change of settings; none: all are.
    PlannedTo(Option<crate::desk::PlannedTo>),
    /// Something the console remembers about its own watch; null forgets it.
    Watch {
        key: String,
        value: serde_json::Value,
    },
    /// When the last whole sweep of the chart began.
    SweptFrom(At),
    /// Lines up to that one are sealed elsewhere and leave the trail.
    TrailCut {
        last: u64,
    },
    /// A payload shape of a source, first seen now.
    Shape {
        source: Source,
        shape: Vec<String>,
        at: At,
    },
}

/// One request to a vendor and its answer, without secrets: no headers, and keys in bodies as stars.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    pub at: At,
    /// "POST /v2/enqueue".
    pub line: String,
    pub request: String,
    /// None: no answer came.
    pub status: Option<u16>,
    pub response: String,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Bodies name people: only how it went may reach a log.
        f.debug_struct("Exchange").field("at", &self.at).field("status", &self.status).finish_non_exhaustive()
    }
}

/// A change of one limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LimitChange {
    pub mrn: Mrn,
    pub limit: String,
    pub old: Option<String>,
    pub new: Option<String>,
    pub by: String,
    pub why: Option<String>,
    pub at: At,
    /// The clinician who ordered it, when somebody else typed it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_on: Option<chrono::NaiveDate>,
}

/// A record that could not be used, kept whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quarantined {
    pub id: u64,
    pub at: At,
    pub source: Source,
    /// The stored raw body.
    pub raw: u64,
    /// Which entry of the body (0 for a single resource).
    pub entry: u32,
    pub reason: String,
    pub field: Option<String>,
    pub detail: String,
    pub misread: Option<Misread>,
    pub mrn: Option<Mrn>,
    /// waiting, reprocessed, set_aside.
    pub state: String,
    pub task: Option<u64>,
    pub episode: Option<u64>,
}
