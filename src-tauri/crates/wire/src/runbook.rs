//! The runbook: the last incidents, and the way each of them took.

use crate::{At, PatientBrief};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The last incidents, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RunbookView {
    pub incidents: Vec<Incident>,
}

/// One incident of the list: a case, no name.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Incident {
    /// The row.
    pub id: String,
    pub case_id: String,
    pub vital: String,
    /// "195/96 mmHg"; empty when the patient only wrote.
    pub value: String,
    /// `critical`, `abnormal`, `info`.
    pub severity: String,
    pub opened_at: At,
    pub closed_at: Option<At>,
    /// Judged and logged, and nothing left.
    pub shadow: bool,
    /// The branches it took, in words, in the order of the decisions.
    pub path: Vec<String>,
}

/// One incident, step by step.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct IncidentReplay {
    pub incident: Incident,
    pub patient: PatientBrief,
    /// The decisions with all their branches, in order.
    pub decisions: Vec<RunbookDecision>,
    pub steps: Vec<RunbookStep>,
    /// The patient's zone as it is known now; local times are told in it.
    pub zone: String,
}

/// A decision and where it can lead.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RunbookDecision {
    pub id: String,
    pub question: String,
    pub branches: Vec<RunbookBranch>,
}

/// A branch of a decision.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RunbookBranch {
    pub id: String,
    pub words: String,
}

/// A decision with the branch that was taken.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RunbookTaken {
    pub decision: String,
    pub branch: String,
}

/// A line of the trail as a step: what was decided, and on what.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RunbookStep {
    /// The line's place on the trail.
    pub seq: u64,
    pub at: At,
    /// The patient's wall clock then.
    pub local_time: String,
    pub title: String,
    pub reason: Option<String>,
    /// The person; none = the console's rules.
    pub by: Option<String>,
    pub taken: Vec<RunbookTaken>,
    /// What was known at this moment and bore on it.
    pub data: Vec<RunbookDatum>,
    /// The line as recorded.
    pub raw: String,
}

/// One thing that was known.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RunbookDatum {
    pub name: String,
    pub value: String,
}
