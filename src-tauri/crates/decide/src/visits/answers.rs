//! The patient's answer about a visit (behaviour.md 2.4).

use crate::replies::plain;
use serde::{Deserialize, Serialize};

/// What a reply asks of the EHR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VisitAnswer {
    Confirm,
    Cancel,
}

impl VisitAnswer {
    /// The word in the request to the EHR, upper case.
    pub fn name(self) -> &'static str {
        match self {
            VisitAnswer::Confirm => "CONFIRM",
            VisitAnswer::Cancel => "CANCEL",
        }
    }
}

/// Reads CONFIRM, CONFIRM APPT, C, CONFIRMAR / CANCEL APPT, X, CANCELAR CITA in any case and spacing.
/// 1 and 2 are read by what is open; a bare CANCEL is Twilio's own opt-out word.
pub fn read_answer(body: &str) -> Option<VisitAnswer> {
    match plain(body).as_str() {
        "confirm" | "confirm appt" | "confirm appointment" | "c" | "confirmar" | "confirmar cita" => Some(VisitAnswer::Confirm),
        "cancel appt" | "cancel appointment" | "x" | "cancelar cita" => Some(VisitAnswer::Cancel),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_in_any_case_and_spacing_and_never_a_bare_cancel() {
        for yes in ["CONFIRM", "  confirm appt ", "c", "Confirmar"] {
            assert_eq!(read_answer(yes), Some(VisitAnswer::Confirm), "{yes}");
        }
        for no in ["CANCEL APPT", "x", "cancelar cita", "Cancel  appt."] {
            assert_eq!(read_answer(no), Some(VisitAnswer::Cancel), "{no}");
        }
        assert_eq!(read_answer("CANCEL"), None);
        assert_eq!(read_answer("please cancel"), None);
    }
}
