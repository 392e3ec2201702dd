//! Check-ins go out at the patients' own local time, last in the queue; silence pages nobody (behaviour.md 1.9).

mod due;
mod plan;

pub use plan::{check, words};
