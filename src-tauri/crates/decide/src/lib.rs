//! Pure meaning: what an input means for a patient, and what is owed because of it.
//!
//! No IO, no clock, no randomness: time is an argument, ids are counted, and every decision
//! carries its reason as data.

pub mod backtest;
pub mod check_ins;
pub mod clinic;
pub mod connections;
pub mod decode;
pub mod desk;
pub mod evaluate;
pub mod followup;
pub mod hl7;
pub mod input;
pub mod measures;
pub mod minutes;
pub mod narrate;
pub mod outbox;
pub mod planted;
pub mod recipes;
pub mod replies;
pub mod rights;
pub mod rows;
pub mod runbook;
pub mod scripts;
pub mod shadow;
pub mod staff;
pub mod sweep;
pub mod trail;
pub mod visits;
pub mod wallclock;
pub mod watch;
pub mod writeback;

pub use clinic::*;
