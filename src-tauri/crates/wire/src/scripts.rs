//! Scripts: what patients read, per vital, visit event, reminder and check-in, in each language.

use crate::At;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Every script with how it stands.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScriptsView {
    pub scripts: Vec<ScriptRow>,
    /// Made-up patients to try a script on.
    pub samples: Vec<ScriptSample>,
    /// The clinic's own phones (setting `internal_numbers`).
    pub internal_numbers: Vec<String>,
    /// Whether this person may save.
    pub may_change: bool,
}

/// A script in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScriptRow {
    /// `bp.high`, `clarify`, `visit.booked`, `visit.reminder`, `visit.help`, `check_in`.
    pub name: String,
    /// `vitals`, `visits`, `check_ins`.
    pub group: String,
    pub title: String,
    pub texts: Vec<ScriptState>,
}

/// How a script stands in one language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScriptState {
    /// `en`, `es`.
    pub tongue: String,
    /// The clinic's own; false: built in.
    pub own: bool,
    /// The last change, and who made it.
    pub changed: Option<At>,
    pub by: Option<String>,
    /// The other language is the clinic's own, this one is not.
    pub missing: bool,
    /// The worst that is to be said about the text in force: `stop`, `warn`; none: nothing.
    pub worst: Option<String>,
}

/// A made-up patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScriptSample {
    pub name: String,
    /// "Ann Lee".
    pub patient: String,
    /// "long names and places".
    pub label: String,
}

/// A script by its name.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScriptArgs {
    pub name: String,
}

/// One script whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScriptView {
    pub name: String,
    pub group: String,
    pub title: String,
    /// When a patient gets it, in a sentence.
    pub when: String,
    pub variables: Vec<ScriptVariable>,
    pub texts: Vec<ScriptText>,
    /// Newest first, of all languages.
    pub versions: Vec<ScriptVersionView>,
}

/// What may be named in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScriptVariable {
    /// Written `{name}`.
    pub name: String,
    /// What it stands for.
    pub label: String,
}

/// A script in one language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScriptText {
    /// `en`, `es`.
    pub tongue: String,
    /// The clinic's own; none: the built-in words are in force.
    pub own: Option<String>,
    pub builtin: String,
}

/// A version that was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScriptVersionView {
    #[ts(type = "number")]
    pub id: u64,
    pub tongue: String,
    pub at: At,
    pub by: String,
    /// Empty: set by a file.
    pub why: String,
    /// None: back to the built-in words.
    pub text: Option<String>,
    /// In force now.
    pub current: bool,
}

/// A draft to look at.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CheckScriptArgs {
    pub name: String,
    /// `en`, `es`: the language of the script.
    pub tongue: String,
    pub text: String,
    /// The sample patient shown.
    pub sample: String,
}

/// A draft looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScriptChecked {
    /// Worst first, then in the order of the text.
    pub problems: Vec<ScriptProblem>,
    /// As the sample patient reads it.
    pub body: String,
    pub cost: ScriptCost,
    /// For every sample patient.
    pub costs: Vec<ScriptCost>,
}

/// What a text costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScriptCost {
    pub sample: String,
    /// `GSM-7`, `UCS-2`.
    pub encoding: String,
    pub characters: u32,
    /// Places they take: an extended character takes two.
    pub places: u32,
    pub segments: u32,
    /// Places of each segment.
    pub room: u32,
    /// Places free in the last segment.
    pub left: u32,
    /// Places taken in the last segment: so many fewer save it.
    pub last: u32,
}

/// Something about a draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScriptProblem {
    /// `stop`: cannot be saved; `warn`: can, by somebody who says so; `note`.
    pub level: String,
    pub code: String,
    /// Where in the draft, in characters; a length of 0 is about the whole of it.
    pub at: u32,
    pub length: u32,
    /// What is the matter, and what happens.
    pub said: String,
    /// What to do.
    pub to_do: String,
    /// What may stand there instead.
    pub instead: Option<String>,
}

/// A script to save.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SaveScriptArgs {
    pub name: String,
    pub tongue: String,
    pub text: String,
    pub why: String,
    /// The clinic's own text that was on screen; none: the built-in words were.
    pub was: Option<String>,
    /// Save although there are warnings.
    pub despite: bool,
}

/// An older version to bring back, as a new one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RestoreScriptArgs {
    pub name: String,
    pub tongue: String,
    /// None: the built-in words.
    #[ts(type = "number | null")]
    pub version: Option<u64>,
    pub why: String,
}

/// A draft to be tried on one of the clinic's own phones.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TryScriptArgs {
    pub name: String,
    pub tongue: String,
    pub text: String,
    pub sample: String,
    pub number: String,
}
