//! The record of one turn.

use crate::input::RowId;
use crate::rows::Row;
use crate::trail::{Entry, IntakeOutcome};
use crate::{Severity, Vital};
use std::collections::BTreeSet;

/// What a turn leaves: rows to store, lines for the trail, an answer for whoever asked.
#[derive(Debug, Default)]
pub struct Outcome {
    pub rows: Vec<Row>,
    pub entries: Vec<Entry>,
    pub answer: Answer,
    /// Rows of the Worklist that changed.
    pub touched: BTreeSet<RowId>,
    /// What a person must hear or see.
    pub alarms: Vec<Alarm>,
    /// Quarantined records whose cause is gone: to be decoded and taken again.
    pub again: Vec<u64>,
    /// Inbound messages found by looking: to be taken as replies.
    pub found_texts: Vec<crate::outbox::InboundText>,
    /// Owed texts about visits that are over: each visit hears of it.
    pub text_ends: Vec<crate::desk::TextEnd>,
    /// Whose visits are to be planned again: their number, their zone or their standing changed.
    pub replan: Vec<Whose>,
    /// Observations found by sweeping the chart: to be taken one by one.
    pub found_observations: Vec<String>,
    /// Appointments found by pulling a place: to be taken one by one.
    pub found_appointments: Option<(String, Vec<String>)>,
    /// The patient of a kept Appointment, found at the chart.
    pub found_visitor: Option<(crate::input::RawRef, crate::outbox::SeenPatient)>,
    /// Appointments whose patient's words were looked up: told once what was found is taken.
    pub looked: Vec<String>,
    /// Effects newly owed in this turn.
    pub owed: Vec<u64>,
    pub(crate) dirty_effects: BTreeSet<u64>,
}

/// Visits of one patient, or of one number.
#[derive(Debug, Clone, PartialEq)]
pub enum Whose {
    Patient(crate::Mrn),
    Phone(crate::Phone),
}

/// How an input was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub outcome: IntakeOutcome,
    pub reason: Option<String>,
    pub field: Option<String>,
    pub detail: Option<String>,
    /// The row it touched.
    pub row: Option<RowId>,
    /// Take the act back with this until then.
    pub undo: Option<(u64, crate::At)>,
    /// Why an act was refused, in a sentence.
    pub refused: Option<String>,
}

impl Default for Answer {
    fn default() -> Self {
        Self { outcome: IntakeOutcome::Kept, reason: None, field: None, detail: None, row: None, undo: None, refused: None }
    }
}

/// Something a person must hear: no PHI in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    pub severity: Severity,
    pub case_id: String,
    pub vital: Option<Vital>,
    pub text: String,
}
