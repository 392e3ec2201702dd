//! What a webhook body must say.

/// A webhook body that cannot be used; the text names the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {said}")]
pub struct BadCallback {
    pub field: String,
    pub said: String,
}

impl BadCallback {
    /// For that field.
    pub fn new(field: impl Into<String>, said: impl Into<String>) -> Self {
        Self { field: field.into(), said: said.into() }
    }
}
