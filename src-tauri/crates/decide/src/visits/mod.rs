//! Visits: events in, texts and exact reminders out, the patient's answer back to the EHR (behaviour.md 2).

mod again;
mod answers;
mod apply;
mod chart;
mod filter;
mod heard;
mod plan;
mod preview;
mod pull;
mod remind;
mod requests;
#[cfg(test)]
mod testing;
pub(crate) mod texting;
mod words;

pub(crate) use again::moves_reminders;
pub use answers::{read_answer, VisitAnswer};
pub use chart::{open_key, version_key, ChartVisit};
pub use filter::{check_filters, filtered, is_flow_sid, OPTIONAL_EVENTS};
pub use plan::{step, Dues, Rules, Step, Which};
pub use preview::{preview, Planned, PlannedState, VisitPlan};
pub use pull::Pulls;
pub use remind::Hindrance;
pub use requests::kept_appointment;
pub(crate) use words::{date_part, time_part};
pub use words::{date_words, event_text, reminder_text};
