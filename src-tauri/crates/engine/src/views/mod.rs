//! What the screens see.

mod backtest;
mod browser;
mod check_ins;
mod connect;
mod connections;
mod detail;
pub(crate) mod downtime;
mod frame;
mod guidance;
mod headline;
mod lamps;
mod measures;
mod messages;
mod minutes;
mod next;
mod patient;
mod patients;
mod reasons;
mod recipes;
mod row;
pub(crate) mod runbook;
pub(crate) mod scripts;
pub(crate) mod shadow;
mod shadow_gate;
mod simulator;
mod standing;
mod timeline;
mod value;
mod visit;
mod visit_words;
mod visits;
mod visits_simulator;
mod words;
mod worklist;

#[cfg(test)]
mod browser_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod visits_tests;
#[cfg(test)]
pub(crate) mod ward;
mod watch;

pub(crate) use backtest::result as backtest_result;
pub(crate) use detail::row_id;
pub(crate) use frame::label;
pub(crate) use messages::read_as_words;
pub(crate) use patients::{limit_trouble_words, may_change_limits};
pub(crate) use reasons::quarantine_title;
pub(crate) use row::{allowed, brief_of, waits_for_words};
pub(crate) use timeline::line as timeline_line;
pub(crate) use visit::no_visit;
pub(crate) use visit_words::hindrance_words;
pub(crate) use words::{capital, no_text_words, pick, say, vital_words};

use decide::input::RowId;
use decide::At;
use std::collections::HashMap;

/// What a person opened.
#[derive(PartialEq, Eq, Hash)]
pub(crate) enum Opened {
    Row(RowId),
    Visit(u64),
    Patient(decide::Mrn),
}

/// What views keep between calls: rows that have not changed, who opened which patient, the last scenario played.
#[derive(Default)]
pub(crate) struct Remembered {
    rows: worklist::RowCache,
    /// The list of patients in order, as it was when one of them last changed.
    roll: Option<std::sync::Arc<patients::Roll>>,
    /// When a person last searched patients for these words.
    searched: HashMap<(String, String), At>,
    /// When a person last opened a row: one audit line in ten minutes.
    opened: HashMap<(String, Opened), At>,
    /// The same for messages.
    messages_opened: HashMap<(String, u64), At>,
    pub(crate) played: Option<wire::PlayedScenario>,
    /// The shadow day last rehearsed; forgotten when the console closes.
    pub(crate) rehearsal: Option<shadow::Rehearsal>,
}
