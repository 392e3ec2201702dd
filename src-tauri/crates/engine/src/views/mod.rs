//! What the screens see.

/// What views keep between calls: rows that have not changed, who opened which patient, the last scenario played.
#[derive(Default)]
pub struct Remembered {}
