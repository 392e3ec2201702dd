//! The closed list of what can happen to the console.

use crate::outbox::{Delivery, DeliveryReport, InboundText, PagerEvent, Vendor};
use crate::{Arrival, At, Bounds, Measured, Misread, Mrn, ObservationStatus, Patient, PatientRef, Source, Value, Vital};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// One entry of a FHIR body, decoded.
#[derive(Debug, Clone, PartialEq)]
pub enum Decoded {
    Reading(Arrival),
    Misread(Misread),
    Withdrawal(Withdrawal),
}

/// A cancelled or entered-in-error resource that carries no usable value any more: it takes back
/// what came under its id, or else what its patient, vital and time name.
#[derive(Debug, Clone, PartialEq)]
pub struct Withdrawal {
    pub patient: PatientRef,
    pub vital: Option<Vital>,
    pub measured: Option<Measured>,
    pub status: ObservationStatus,
    pub source_id: Option<String>,
    pub version: Option<String>,
    pub shape: Vec<String>,
}

/// An input, decoded and ready to be decided on.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// One entry of a FHIR body with what is remembered about it.
    Reading { source: Source, decoded: Decoded, past: Past, raw: RawRef },
    /// An inbound SMS; `seen` if its sid was handled before, `visits` those of that number that may be answered.
    Reply { source: Source, text: InboundText, seen: bool, visits: Vec<crate::Visit> },
    /// An appointment event, with the visit as it is known.
    Visit { source: Source, event: Box<crate::VisitEvent>, known: Option<Box<crate::Visit>>, raw: RawRef },
    /// An Appointment as the chart shows it.
    ChartVisit(Box<crate::visits::ChartVisit>),
    /// A patient's answer as a Studio Flow tells it; `seen` if that callback was
    /// handled before, `visits` those of the patient's number that may be answered.
    Studio { answer: crate::outbox::StudioAnswer, known: Option<Box<crate::Visit>>, visits: Vec<crate::Visit>, seen: bool, raw: RawRef },
    /// Twilio was asked for the patient's words about a visit, and what it had was taken.
    Looked { visit: Box<crate::Visit> },
    /// The same message again: counted, nothing else.
    Again { source: Source },
    /// A visit's time has come; how many reminders its patient got today.
    VisitDue { visit: Box<crate::Visit>, reminders_today: u32 },
    /// A text about a visit left, or never will; how many reminders its patient got on the day it was owed.
    VisitText { visit: Box<crate::Visit>, end: crate::desk::TextEnd, reminders_today: u32 },
    /// A visit is planned again: settings, its patient or its number changed.
    VisitAgain { visit: Box<crate::Visit>, reminders_today: u32 },
    /// A person wants the next reminder of a visit to go now; how many its patient got today.
    Remind { visit: Box<crate::Visit>, reminders_today: u32 },
    /// A Twilio status callback.
    Report { report: DeliveryReport },
    /// A PagerDuty event; `seen` if its id was handled before.
    Pager { source: Source, event: PagerEvent, seen: bool },
    /// A body that was refused but is kept (unreadable, invalid): a quarantine row.
    Refused { source: Source, raw: RawRef, reason: String, field: Option<String>, detail: String },
    /// An effect's attempt ended.
    Settled { effect: u64, delivery: Delivery },
    /// Clocks are due.
    Tick,
    /// One thing of a tick by itself, after a tick broke.
    Fire(crate::desk::Duty),
    /// The program broke on a duty: it is set aside, and staff hear of it.
    Broke(crate::desk::Duty),
    /// The console started: overdue waits are looked at once.
    Started,
    /// The spine turns: kept, so that the next start knows when it last did.
    Beat,
    /// The console was away (closed or asleep) and has caught up: what was due in between.
    WasAway(Box<crate::watch::Away>),
    /// The computer slept since then; clocks that came due are overdue.
    Woke { since: At },
    /// The computer's clock was set by so many milliseconds (back: negative).
    ClockSet { by_ms: i64 },
    /// A webhook's signature did not match.
    TurnedAway { source: Source },
    /// A person acts on the console.
    Act { who: String, act: Act, undo_seconds: f64 },
    /// Take back an act that has not left yet.
    Undo { who: String, token: u64 },
    /// Patients, limits or settings change.
    Change { who: String, change: Change },
    /// A person works on one message of the outbox; the effect as it is stored.
    Message { who: String, effect: Box<crate::outbox::Effect>, act: MessageAct, undo_seconds: f64 },
    /// Somebody came to the door, or the staff changes.
    Staff { who: String, change: StaffChange },
}

/// Where the bytes of an input are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RawRef {
    pub raw: u64,
    /// Which entry of the body.
    pub entry: u32,
    /// The quarantined record that is being tried again.
    pub again: Option<u64>,
}

/// What a person does to a row (`e12`, `t7`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    Acknowledge {
        row: RowId,
    },
    Claim {
        row: RowId,
    },
    Shelve {
        row: RowId,
        minutes: f64,
        reason: String,
    },
    Unshelve {
        row: RowId,
    },
    Text {
        row: RowId,
        body: String,
    },
    Page {
        row: RowId,
        reason: String,
    },
    Call {
        row: RowId,
        outcome: String,
        note: String,
    },
    Note {
        row: RowId,
        text: String,
    },
    Close {
        row: RowId,
        disposition: String,
        minutes: Option<Decimal>,
        note: String,
    },
    /// The minutes or the note that a closed episode still misses.
    Complete {
        row: RowId,
        minutes: Option<Decimal>,
        note: String,
    },
    /// A quarantined record is set aside.
    SetAside {
        quarantine: u64,
    },
    /// Something that was read or done and belongs on the trail only ("opened the patient").
    Saw {
        what: String,
        mrn: Option<Mrn>,
    },
    /// Patients were searched for: the words, and how many were found.
    Searched {
        words: String,
        found: u64,
    },
}

/// What a person does to a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum MessageAct {
    /// Try it now; one that failed is owed again.
    SendAgain,
    /// Set it aside until somebody lets it go.
    Park { why: String },
    /// Let a parked one go.
    Unpark,
    /// Another number or other words, for a text that has not left.
    Edit { to: Option<crate::Phone>, body: Option<String> },
}

/// A row of the Worklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowId {
    Episode(u64),
    Task(u64),
}

impl RowId {
    /// Reads `e12` or `t7`.
    pub fn read(text: &str) -> Option<RowId> {
        let (kind, number) = text.split_at_checked(1)?;
        let number = number.parse().ok()?;
        match kind {
            "e" => Some(RowId::Episode(number)),
            "t" => Some(RowId::Task(number)),
            _ => None,
        }
    }
}

impl std::fmt::Display for RowId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RowId::Episode(n) => write!(f, "e{n}"),
            RowId::Task(n) => write!(f, "t{n}"),
        }
    }
}

/// An administrator's change.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A whole patient (import, scenario, chart).
    Patient(Box<Patient>),
    /// Some limits of a patient.
    Bounds { mrn: Mrn, bounds: Bounds, why: Option<String> },
    /// Some settings by name.
    Settings(serde_json::Map<String, serde_json::Value>),
    /// Settings changed by a person on a screen: all of them or, if one cannot be, none.
    Ordered(SettingsOrder),
    /// A person saves a script.
    Script(ScriptChange),
    /// A person tries a script on one of the clinic's own phones.
    TryScript(ScriptTry),
    /// A whole patient from a file that somebody looked at.
    Import { patient: Box<Patient>, order: crate::Order },
    /// Limits of a patient, each from what it was to what it shall be.
    Limits(Box<crate::LimitOrder>),
    /// A stat value of a patient's own.
    Stat(Box<crate::StatOrder>),
    /// What is known of a patient changes, or a patient is enrolled.
    Personal(Box<PersonalChange>),
    /// A patient tells staff that no texts are wanted, or that one of staff's own opt-outs was wrong.
    Texts { mrn: Mrn, out: bool, why: String },
    /// A maintenance is announced, sending is stopped, or either ends.
    Downtime(DowntimeChange),
    /// A check-in is planned or ended.
    CheckIn(CheckInChange),
    /// A vendor's connection is set, removed, read or tested.
    Connection(crate::connections::ConnectionChange),
    /// Minutes are logged beside an episode, or taken back.
    Minutes(crate::minutes::MinutesChange),
    /// Judgements in shadow mode, and the gate before going live.
    Shadow(crate::shadow::ShadowChange),
    /// An opt-out known beforehand.
    OptedOut { phone: crate::Phone, out: bool },
    /// The file was copied, a copy was tested, a recovery key was printed, old lines were sealed.
    Safekeeping(Safekeeping),
}

/// What happened to keep the records safe.
#[derive(Debug, Clone, PartialEq)]
pub enum Safekeeping {
    /// A copy was written, opened again and found whole.
    Copied(crate::watch::Copied),
    /// It was not; why, without PHI.
    Failed { why: String },
    /// A restore test; none = it can be restored.
    Tested { file: String, why_not: Option<String> },
    /// A recovery key was made and shown; `sealed` is the database key as only that code opens it, hex.
    Recovery { name: String, sealed: String },
    /// Lines `first` to `last` are in a sealed archive, proved; they leave the trail. `head`: hash of the last, hex.
    Archived { first: u64, last: u64, head: String, file: String, sha256: String },
}

/// Fields of a patient by name; those not named stay.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonalChange {
    pub mrn: Mrn,
    /// The patient must be new; otherwise must be known.
    pub enrols: bool,
    /// Names as in `Patient`, checked by the caller; null takes a field away.
    pub fields: serde_json::Map<String, serde_json::Value>,
    /// Somebody asked the patient: the zone stands as of now.
    pub zone_checked: bool,
}

/// Settings that a person wants changed, with what they say about it. Whether they may is asked beforehand (`rights`).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SettingsOrder {
    pub settings: serde_json::Map<String, serde_json::Value>,
    pub why: String,
    /// The clinician who ordered it.
    pub ordered_by: Option<String>,
}

/// A script as a person saves it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScriptChange {
    /// `bp.high.es`.
    pub key: String,
    /// None: the built-in words again.
    pub text: Option<String>,
    /// The clinic's own text that the person saw: another one means that somebody else was quicker.
    pub was: Option<String>,
    pub why: String,
}

/// A script to be tried: filled in for a made-up patient.
#[derive(Debug, Clone, PartialEq)]
pub struct ScriptTry {
    pub script: crate::scripts::Script,
    pub body: String,
    /// One of `internal_numbers`.
    pub number: String,
}

/// What a person says about check-ins.
#[derive(Debug, Clone, PartialEq)]
pub enum CheckInChange {
    Plan(Box<crate::CheckInPlan>),
    /// What has not left is not sent any more.
    End {
        id: u64,
    },
}

/// What a person says about downtime.
#[derive(Debug, Clone, PartialEq)]
pub enum DowntimeChange {
    /// A vendor's maintenance, from the time it begins (at once if that is past).
    Announce { vendor: Vendor, from: At, until: At, why: String },
    /// Nothing is sent to a vendor, or to any, until somebody ends it.
    Stop { vendor: Option<Vendor>, why: String },
    /// A maintenance is over early or called off; sending goes on.
    End { id: u64 },
}

/// What happened at the door, and the person as they are now.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffChange {
    /// As it is to be stored; id 0 = new; none = only the trail says so.
    pub staff: Option<Box<crate::staff::Staff>>,
    /// `signed_in`, `sign_in_failed`, `signed_out`, `locked`, `unlocked`, `added`, `changed`, `password_changed`, `break_glass` ...
    pub what: &'static str,
    /// Whom it is about, as typed at the door.
    pub login: String,
    pub detail: Option<String>,
    /// What an administrator must hear.
    pub alarm: Option<String>,
}

/// What the ledger remembers that bears on one new reading.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Past {
    /// The same source id and version, or the same patient, code, time, value and status, is stored already.
    pub repeat: bool,
    /// The newest stored version with the same source id (status or value differ).
    pub former: Option<PastReading>,
    /// The newest reading of that vital that stands (not withdrawn, not implausible).
    pub newest: Option<PastReading>,
    /// The newest reading of that vital that was set aside as implausible, if newer than `newest`.
    pub implausible: Option<PastReading>,
    /// Standing readings of the trailing 180 h (weight only), oldest first.
    pub window: Vec<PastReading>,
}

/// A stored reading, as far as judging needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct PastReading {
    pub id: u64,
    pub vital: Vital,
    pub value: Value,
    pub measured: Measured,
    pub arrived: At,
    pub episode: Option<u64>,
    pub severity: crate::Severity,
    pub status: crate::ObservationStatus,
    pub version: Option<String>,
    pub withdrawn: bool,
}
