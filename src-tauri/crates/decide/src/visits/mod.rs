//! Visits: events in, texts and exact reminders out, the patient's answer back to the EHR (behaviour.md 2).

mod again;
mod answers;
mod apply;
mod plan;
mod words;

pub(crate) use again::moves_reminders;
pub use answers::{read_answer, VisitAnswer};
pub use plan::{step, Dues, Rules, Step, Which};
pub use words::{date_words, event_text, reminder_text};
