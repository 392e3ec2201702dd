//! The Visits screen and its simulator: visits of a day, one visit whole, made-up visits with their phone.

use crate::{At, MessageView, PatientBrief, TimelineLine};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Ask for visits: a page of a day, or what a search finds on any day.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitsArgs {
    /// YYYY-MM-DD as the visit's own wall clock has it; none = today at the clinic.
    pub day: Option<String>,
    /// Beginnings of names, MRN or appointment; empty = the day.
    pub search: String,
    /// `all`, `needs_person` (any day), `queued`, `reminded`, `requested`, `confirmed`, `canceled`, `noshowed`, `expired`.
    pub filter: String,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// Ask for one visit.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitArgs {
    pub appointment_id: String,
}

/// Visits of a day, or those found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitsView {
    pub now: At,
    /// Today at the clinic, YYYY-MM-DD.
    pub today: String,
    /// The day shown.
    pub day: String,
    pub rows: Vec<VisitRow>,
    /// Ask for the next page with this.
    pub next: Option<String>,
    /// A search found more than is shown: another word is needed.
    pub too_many: bool,
    pub counts: VisitCounts,
    /// What was put before staff about appointments that are no visit here (a test message, times that do not agree).
    pub loose: Vec<VisitTask>,
}

/// How many visits of the day there are of each kind; a visit may count in several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitCounts {
    pub all: u32,
    pub queued: u32,
    pub reminded: u32,
    pub requested: u32,
    pub confirmed: u32,
    pub canceled: u32,
    pub noshowed: u32,
    pub expired: u32,
    /// On any day.
    pub needs_person: u32,
}

/// One visit of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitRow {
    pub appointment_id: String,
    pub patient: PatientBrief,
    pub starts_at: At,
    /// YYYY-MM-DD by the visit's own wall clock.
    pub day: String,
    /// "3:00 PM" by the visit's own wall clock.
    pub local_time: String,
    /// "-0500".
    pub offset: String,
    pub provider: String,
    pub location: String,
    pub service: String,
    /// `QUEUED`, `REMINDED-1`, `REMINDED-2`, `EXPIRED`, `CANCELED`, `NOSHOWED`.
    pub state: String,
    pub confirmed: bool,
    /// What the patient asked and the EHR has not answered: `none`, `confirm`, `cancel`.
    pub request: String,
    /// Where that request stands: `queued`, `sending`, `sent`, `blocked`, `failed`, `would_send`; none when nothing is asked.
    pub request_state: Option<String>,
    pub next: Option<VisitNext>,
    /// Why no text may go, in a few words.
    pub untextable: Option<String>,
    /// Rows of the Worklist that wait for a person.
    pub needs: u32,
}

/// The next text that will go by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitNext {
    /// `reminder_1`, `reminder_2`, `event_text`.
    pub what: String,
    pub due: At,
    /// Why it waits until then, if it was due before.
    pub held: Option<String>,
}

/// Something put before staff about a visit: a row of the Worklist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitTask {
    /// `t7`, as the Worklist has it.
    pub row: String,
    pub appointment_id: String,
    pub patient: Option<PatientBrief>,
    /// What is wrong, in a few words.
    pub title: String,
    /// The particulars: both times of a conflict, the words not understood.
    pub detail: String,
    pub since: At,
    /// Who has it.
    pub holder: Option<String>,
}

/// One text of the plan: a reminder, or an event text that waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PlannedText {
    /// `reminder_1`, `reminder_2`, `event_text`.
    pub which: String,
    /// `sent`, `scheduled`, `held`, `dropped`, `will_not`, `off`.
    pub state: String,
    /// Its own time, whatever keeps it back.
    pub due: At,
    /// When it went or is to go.
    pub goes: Option<At>,
    /// `due` and `goes` on the patient's wall clock: "Sun, Mar 8, 3:00 PM".
    pub due_local: String,
    pub goes_local: Option<String>,
    /// `quiet_hours`, `outreach_window`, `gap`, `superseded`, `daily_limit`, `no_open_window`, `console_was_closed`, `opted_out` ...
    pub why: Option<String>,
    /// The same as one sentence.
    pub sentence: String,
}

/// A request to the EHR and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitRequestView {
    /// `CONFIRM`, `CANCEL`.
    pub event_type: String,
    pub at: At,
    /// `json`, `hl7`, `fhir`.
    pub via: String,
    /// `queued`, `sending`, `unknown`, `blocked`, `sent`, `answered`, `failed`, `would_send`.
    pub state: String,
    pub attempts: u32,
    pub next_try_at: Option<At>,
    /// The EHR's own words when it did not take it.
    pub problem: Option<String>,
    pub sent_at: Option<At>,
    pub answered_at: Option<At>,
}

/// One visit whole: the side panel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VisitDetail {
    pub row: VisitRow,
    pub now: At,
    /// What is so and what happens next, in one sentence.
    pub summary: String,
    pub phone: Option<String>,
    pub callback_phone: Option<String>,
    pub language: String,
    /// IANA name, or the visit's own offset when the patient's zone is not known.
    pub time_zone: String,
    pub zone_assumed: bool,
    /// "2:14 PM", the patient's wall clock now.
    pub local_time: String,
    /// In order of time, the visit itself not included.
    pub plan: Vec<PlannedText>,
    pub conversation: Vec<MessageView>,
    /// Oldest first.
    pub requests: Vec<VisitRequestView>,
    /// Oldest first.
    pub history: Vec<TimelineLine>,
    pub tasks: Vec<VisitTask>,
}

/// The visits simulator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimVisitsView {
    pub now: At,
    /// What a new visit is filled in with.
    pub blank: SimVisitBlank,
    /// Made-up visits, newest first.
    pub visits: Vec<SimVisitView>,
    /// The built-in EHR answers requests by itself.
    pub ehr_answers: bool,
    pub ehr_answers_after_seconds: f64,
}

/// What a new visit is filled in with: the visit in 24 hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimVisitBlank {
    pub provider_first_name: String,
    pub provider_last_name: String,
    pub callback_phone: String,
    pub location: String,
    /// YYYY-MM-DDTHH:mm on the clinic's wall clock.
    pub wall_clock: String,
    /// "-0500", that day's.
    pub offset: String,
}

/// A made-up visit with its phone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimVisitView {
    pub row: VisitRow,
    pub phone: String,
    pub messages: Vec<MessageView>,
    pub requests: Vec<VisitRequestView>,
    pub reminder: SimReminder,
}

/// Whether the next reminder may be sent now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimReminder {
    /// `reminder_1`, `reminder_2`; none: it may not go.
    pub which: Option<String>,
    /// Why it may not go now: `gap`, `quiet_hours`, `outreach_window`, `daily_limit`, `opted_out`, `canceled`, `none_left` ...
    pub why: Option<String>,
    /// The same as one sentence.
    pub sentence: String,
    /// From then on it may, as far as is known.
    pub until: Option<At>,
}

/// An event as the EHR would send it: a new made-up visit, or the next event of one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimVisitArgs {
    /// `BOOKED`, `RESCHEDULED`, `MODIFIED`, `NOSHOWED`, `CANCELED`, `CONFIRMED`.
    pub event_type: String,
    /// None: a new visit. Of a made-up visit every field left empty stays as it is.
    pub appointment_id: Option<String>,
    pub first_name: String,
    pub last_name: String,
    /// E.164.
    pub phone: String,
    pub provider_first_name: String,
    pub provider_last_name: String,
    pub callback_phone: String,
    pub location: String,
    /// YYYY-MM-DDTHH:mm on the wall clock where the visit takes place.
    pub wall_clock: String,
    /// "-0500".
    pub offset: String,
}

/// Answer as the patient of a made-up visit.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimVisitAnswerArgs {
    pub appointment_id: String,
    pub text: String,
}

/// Whether the built-in EHR answers requests by itself, and after how long.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimEhrArgs {
    pub answers: bool,
    pub after_seconds: f64,
}

/// What became of something done to a made-up visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SimVisitOutcome {
    /// kept duplicate quarantined refused.
    pub outcome: String,
    /// A sentence for the person who pressed the button.
    pub said: String,
    pub appointment_id: String,
}
