//! Changing settings, and who may change which.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Settings to change, by name, with what the person says about it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ChangeSettingsArgs {
    #[ts(type = "Record<string, unknown>")]
    pub settings: serde_json::Map<String, serde_json::Value>,
    pub why: String,
    /// The clinician who ordered it, where the right asks for one.
    pub ordered_by: Option<String>,
}

/// What a change of each setting asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SettingRightsView {
    pub rights: Vec<SettingRight>,
    /// Who may be named as having ordered a change; empty: the desk knows none, any name is taken.
    pub clinicians: Vec<String>,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SettingRight {
    pub name: String,
    /// `clinical` (clinician or administrator), `ordered`, `reasoned`, `plain` (administrator), `gated` (not here).
    pub right: String,
    pub needs_why: bool,
    pub needs_order: bool,
    /// The roles that may.
    pub roles: Vec<String>,
}
