//! Settings as a screen shows them, and as a file.

use crate::At;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// All settings, in the order in which a person would go through them.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SettingsView {
    pub settings: Vec<SettingView>,
}

/// One setting. Values are JSON texts.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SettingView {
    pub name: String,
    /// `limits`, `following_up`, `paging`, `quiet`, `visits`, `consent`, `watching`, `chart`, `intake`, `lock`, `keeping`, `going_live`, `other`.
    pub group: String,
    /// `number`, `number_or_off`, `time`, `lead`, `on_off`, `choice`, `word`, `words`, `phones`, `some`, `number_each`, `choice_each`,
    /// `limits`, `filters`, `elsewhere`.
    pub kind: String,
    /// Of a number: `min`, `s`, `h`, `d`, `/s`, `/min`, `copies`.
    pub unit: String,
    pub at_least: Option<f64>,
    /// Exactly `at_least` is too little.
    pub above: bool,
    pub at_most: Option<f64>,
    /// The words to choose from, or the names that a number or word is given for.
    pub choices: Vec<String>,
    /// Of `choice_each`: the words for each name.
    pub words: Vec<String>,
    /// Of `elsewhere`: the screen.
    pub screen: Option<String>,
    pub value: String,
    pub default: String,
    pub is_default: bool,
    pub changed_at: Option<At>,
    pub changed_by: Option<String>,
    /// May hold a secret: shown to administrators only, and never part of the file.
    pub is_secret: bool,
}

/// The settings as a file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SettingsFile {
    /// What to call it.
    pub name: String,
    pub text: String,
    /// Settings that are not in it.
    pub left_out: Vec<String>,
}

/// A file somebody chose.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SettingsFileArgs {
    pub text: String,
}

/// A file held against what is in force.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SettingsDiff {
    /// Who made the file, when and where, as it says itself.
    pub made_by: Option<String>,
    pub made_at: Option<At>,
    pub workspace: Option<String>,
    pub differences: Vec<SettingDifference>,
    /// How many are the same in both.
    pub same: u32,
}

/// One setting that the file has otherwise.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SettingDifference {
    pub name: String,
    /// JSON texts; what is not known here has none in force.
    pub now: Option<String>,
    pub file: String,
    /// For tables and lists: each entry that differs.
    pub parts: Vec<SettingPart>,
    /// Why it cannot be taken over; none = it can.
    pub refused: Option<String>,
}

/// One entry of a table or list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SettingPart {
    /// The entry's name; empty in a list without names.
    pub what: String,
    /// None = not there.
    pub now: Option<String>,
    pub file: Option<String>,
}
