//! The nouns of the clinic.

mod about;
mod check_in;
mod downtime;
mod episode;
pub mod limits;
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
pub use limits::{LimitOrder, LimitSet, Order, StatOrder, LIMITS};
pub use patient::*;
pub use phi::*;
pub use reading::*;
pub use settings::*;
pub use task::*;
pub use visit::*;

/// An instant in UTC.
pub type At = chrono::DateTime<chrono::Utc>;

/// No span is longer than a century: any instant plus one is still an instant.
fn milliseconds(ms: f64) -> chrono::TimeDelta {
    const CENTURY: f64 = 100.0 * 365.25 * 86_400_000.0;
    chrono::TimeDelta::milliseconds(ms.round().clamp(-CENTURY, CENTURY) as i64)
}

/// Minutes (fractions allowed, as in the settings) as a span.
pub fn minutes(m: f64) -> chrono::TimeDelta {
    milliseconds(m * 60_000.0)
}

/// Seconds (fractions allowed) as a span.
pub fn seconds(s: f64) -> chrono::TimeDelta {
    milliseconds(s * 1000.0)
}

/// Hours (fractions allowed) as a span.
pub fn hours(h: f64) -> chrono::TimeDelta {
    minutes(h * 60.0)
}
