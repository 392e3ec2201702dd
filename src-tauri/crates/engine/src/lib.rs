//! The spine of the console: one loop that decides, commits and owes; a courier; a clock; the commands;
//! and the hosts that drive them.

mod absence;
mod admin;
mod again;
mod anchors;
mod appointments;
pub mod backtest;
pub mod cli;
pub mod clock;
mod commands;
pub mod config;
pub mod console;
mod demo;
mod due;
pub mod evidence;
pub mod health;
mod hl7_file;
mod host;
#[cfg(test)]
mod hostile_tests;
mod http;
mod import;
pub mod keeper;
mod keys;
mod live;
mod observations;
pub mod pace;
pub mod people;
mod safekeeping;
pub mod scenario;
pub mod shorthand;
pub mod sound;
pub mod spine;
pub mod switchboard;
mod trials;
#[cfg(test)]
pub(crate) mod trip;
pub mod vault;
mod views;
pub mod workspace;
mod zones;

pub use config::{HostOptions, Profile};
pub use console::{Console, ConsoleParts, Demo, Facts, NoDemo, Submit};
pub use health::{Ended, Health};
pub use host::{start, Running};
pub use sound::{Pattern, Sound};
pub use vault::KeyHome;
