//! The HL7 site map and its preview.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One entry of the map, as it is typed. Empty = the standard's; `-` = none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Hl7MapEntry {
    pub name: String,
    /// A word, places with commas between them, or a line `KEY = value` each.
    pub value: String,
}

/// One entry of the map, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Hl7MapField {
    pub name: String,
    /// `word`, `places`, `pairs`.
    pub kind: String,
    /// Empty where the standard's counts.
    pub value: String,
    /// What counts where nothing is typed.
    pub standard: String,
}

/// The map as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Hl7MapView {
    pub fields: Vec<Hl7MapField>,
}

/// Change the map: the entries replace all of it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Hl7MapArgs {
    pub fields: Vec<Hl7MapEntry>,
}

/// Read a pasted message under a map that is not saved.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Hl7PreviewArgs {
    pub fields: Vec<Hl7MapEntry>,
    pub message: String,
}

/// What stands in the way, at its field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Hl7Trouble {
    /// An entry of the map, or a place in the message.
    pub field: String,
    pub said: String,
}

/// A value of the event and where it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Hl7Value {
    /// The field's name in events, e.g. `appointment_id`.
    pub name: String,
    pub value: String,
    /// `SCH-2`; `PID-3[2]` = its second repeat; without a dash a zone, or the map's own entry.
    pub place: Option<String>,
}

/// What the pasted message would become.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Hl7PreviewView {
    /// The map cannot be used: nothing was read.
    pub map: Option<Hl7Trouble>,
    /// The message would be refused, and its sender told so with `answer`.
    pub refused: Option<Hl7Trouble>,
    /// `AE` or `AR`.
    pub answer: Option<String>,
    pub values: Vec<Hl7Value>,
    /// Starts that do not agree, each with its place: nobody would be texted.
    pub conflict: Option<String>,
    pub phone_problem: Option<String>,
    /// A test message texts nobody.
    pub test: bool,
}
