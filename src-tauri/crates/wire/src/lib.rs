//! What the console may ask and see. Shapes only: no rule, no storage, no vendor.
//!
//! Every type here becomes TypeScript under `ui/src/generated` (`cargo xtask codegen`).
//! Times are UTC instants; the screen turns them into the reader's words.

mod audit;
mod backtest;
mod check_ins;
mod commands;
mod connect;
mod error;
mod frame;
mod hl7;
mod measures;
mod messages;
mod minutes;
mod patients;
mod people;
mod recipes;
mod rights;
mod runbook;
mod safekeeping;
mod scripts;
mod settings;
mod shadow;
mod simulator;
mod visits;
mod watch;
mod worklist;

pub use audit::*;
pub use backtest::*;
pub use check_ins::*;
pub use commands::*;
pub use connect::*;
pub use error::*;
pub use frame::*;
pub use hl7::*;
pub use measures::*;
pub use messages::*;
pub use minutes::*;
pub use patients::*;
pub use people::*;
pub use recipes::*;
pub use rights::*;
pub use runbook::*;
pub use safekeeping::*;
pub use scripts::*;
pub use settings::*;
pub use shadow::*;
pub use simulator::*;
pub use visits::*;
pub use watch::*;
pub use worklist::*;

/// An instant in UTC.
pub type At = chrono::DateTime<chrono::Utc>;
