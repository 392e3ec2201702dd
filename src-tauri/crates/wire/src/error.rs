use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A failure as a person reads it: what happened and what to do. `code` exists only where the screen branches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UserError {
    /// `not_found`, `invalid`, `forbidden`, `too_late`, `store`, `vendor`, `unknown_command`, `signed_out`.
    pub code: String,
    pub title: String,
    pub what_happened: String,
    pub what_to_do: String,
    pub retryable: bool,
    /// The field at fault, when one is.
    pub field: Option<String>,
}

impl UserError {
    /// An input the person can correct; `field` names it.
    pub fn invalid(field: &str, what: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self {
            code: "invalid".into(),
            title: "Please check one field".into(),
            what_happened: what.into(),
            what_to_do: to_do.into(),
            retryable: false,
            field: Some(field.into()),
        }
    }

    /// Something asked for that is not (or no longer) there.
    pub fn not_found(what: &str) -> Self {
        Self {
            code: "not_found".into(),
            title: "Not found".into(),
            what_happened: format!("{what} is not there any more."),
            what_to_do: "Go back to the list; it shows what is there now.".into(),
            retryable: false,
            field: None,
        }
    }
}
