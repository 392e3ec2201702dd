//! The nouns of the clinic.

mod about;
mod check_in;
mod downtime;
mod episode;
mod patient;
mod phi;
mod reading;
mod settings;
mod task;
mod visit;

pub(crate) use about::out_of_range;
pub use about::{setting, About, Kind, Range, SETTINGS};
pub use check_in::*;
pub use downtime::*;
pub use episode::*;
pub use patient::*;
pub use phi::*;
pub use reading::*;
pub use settings::*;
pub use task::*;
pub use visit::*;

/// An instant in UTC.
pub type At = chrono::DateTime<chrono::Utc>;

/// Minutes (fractions allowed, as in the settings) as a span.
pub fn minutes(m: f64) -> chrono::TimeDelta {
    chrono::TimeDelta::milliseconds((m * 60_000.0).round() as i64)
}

/// Seconds (fractions allowed) as a span.
pub fn seconds(s: f64) -> chrono::TimeDelta {
    chrono::TimeDelta::milliseconds((s * 1000.0).round() as i64)
}

/// Hours (fractions allowed) as a span.
pub fn hours(h: f64) -> chrono::TimeDelta {
    minutes(h * 60.0)
}
