//! The `check_in` step: a scheduled text to a panel.

use chrono::NaiveDate;
use decide::input::CheckInChange;
use decide::{At, CheckInPlan, Hhmm, Panel, Repeat};
use serde::Deserialize;

/// `check_in {name, script, script_es?, mrns?, day?, local_time?, repeat?}`, or `{name, end: true}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckInStep {
    pub name: String,
    #[serde(default)]
    pub script: String,
    #[serde(default)]
    pub script_es: Option<String>,
    /// Left out: everybody.
    #[serde(default)]
    pub mrns: Option<Vec<String>>,
    /// Left out: the day of the step, UTC.
    #[serde(default)]
    pub day: Option<NaiveDate>,
    /// Left out: 0900.
    #[serde(default)]
    pub local_time: Option<Hhmm>,
    #[serde(default)]
    pub repeat: Repeat,
    #[serde(default)]
    pub end: bool,
}

impl CheckInStep {
    /// What the step changes; `known` are the check-ins that nobody ended, by name.
    pub fn change(&self, at: At, known: &[(String, u64)]) -> Result<CheckInChange, String> {
        if self.end {
            let id = known.iter().rev().find(|(name, _)| *name == self.name).map(|(_, id)| *id);
            return id.map(|id| CheckInChange::End { id }).ok_or_else(|| format!("there is no check-in {}", self.name));
        }
        Ok(CheckInChange::Plan(Box::new(CheckInPlan {
            name: self.name.clone(),
            script: self.script.clone(),
            script_es: self.script_es.clone(),
            panel: match &self.mrns {
                Some(mrns) => Panel::Chosen { mrns: mrns.iter().map(|m| m.clone().into()).collect() },
                None => Panel::All,
            },
            day: self.day.unwrap_or(at.date_naive()),
            local_time: self.local_time.unwrap_or(Hhmm(900)),
            repeat: self.repeat,
        })))
    }
}
