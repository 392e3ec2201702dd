//! Pure meaning: what an input means for a patient, and what is owed because of it.
//!
//! No IO, no clock, no randomness: time is an argument, ids are counted, and every decision
//! carries its reason as data.

pub mod clinic;
pub mod input;
pub mod outbox;
pub mod rows;
pub mod trail;

pub use clinic::*;
