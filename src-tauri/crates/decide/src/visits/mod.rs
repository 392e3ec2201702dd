//! Visits: events in, texts and exact reminders out, the patient's answer back to the EHR (behaviour.md 2).

mod again;
mod answers;
mod apply;
mod chart;
mod plan;
mod pull;
mod requests;
mod words;

pub(crate) use again::moves_reminders;
pub use answers::{read_answer, VisitAnswer};
pub use chart::{open_key, version_key, ChartVisit};
pub use plan::{step, Dues, Rules, Step, Which};
pub use pull::Pulls;
pub use requests::kept_appointment;
pub use words::{date_words, event_text, reminder_text};
