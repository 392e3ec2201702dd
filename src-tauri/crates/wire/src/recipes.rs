//! Recipes: the rules beside the scripts, each in a plain sentence.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A draft of some recipe settings, by name; empty: as they are now.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecipesArgs {
    #[ts(type = "Record<string, unknown>")]
    pub draft: serde_json::Map<String, serde_json::Value>,
}

/// The recipes as the draft would have them; nothing is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecipesView {
    pub stat_table: Vec<StatLine>,
    pub urgency_table: Vec<UrgencyLine>,
    pub severity_map: Vec<SeverityLine>,
    pub reply_wait_minutes: f64,
    pub reply_wait: RecipeLine,
    /// `hold`, `escalate`.
    pub after_hours_policy: String,
    pub after_hours: RecipeLine,
    /// Settings of the draft that cannot be so as a whole, each with why.
    pub refused: Vec<RecipeRefusal>,
}

/// What a rule says, or why it cannot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecipeLine {
    pub sentence: String,
    pub fault: Option<String>,
}

/// A reading beyond it is critical whatever the patient's limits say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StatLine {
    /// `systolic`, `diastolic`, `glucose`, `spo2`, `heart_rate`.
    pub what: String,
    /// `low`: strictly below; `high`: strictly above.
    pub direction: String,
    /// A decimal number.
    pub value: String,
    pub line: RecipeLine,
}

/// The urgency word of a page; the first line that fits counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UrgencyLine {
    pub vital: String,
    pub below: Option<String>,
    pub above: Option<String>,
    pub if_symptoms: bool,
    /// `Medium`, `High`, `Critical`.
    pub word: String,
    pub line: RecipeLine,
}

/// How PagerDuty is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SeverityLine {
    /// `Medium`, `High`, `Critical`.
    pub word: String,
    /// `critical`, `error`, `warning`, `info`.
    pub severity: String,
    pub line: RecipeLine,
}

/// A setting that cannot be so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecipeRefusal {
    pub setting: String,
    pub said: String,
}
