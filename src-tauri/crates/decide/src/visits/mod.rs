//! Visits: events in, texts and exact reminders out, the patient's answer back to the EHR (behaviour.md 2).

mod answers;
mod apply;
mod plan;
mod words;

pub use answers::{read_answer, VisitAnswer};
pub use plan::{step, Rules, Step, Which};
pub use words::{date_words, event_text, reminder_text};
