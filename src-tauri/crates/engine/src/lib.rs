//! The spine of the console: one loop that decides, commits and owes; a courier; a clock; the commands;
//! and the hosts that drive them.

pub mod clock;
mod commands;
pub mod console;
pub mod health;
pub mod keeper;
pub mod pace;
pub mod scenario;
pub mod shorthand;
pub mod sound;
pub mod spine;
pub mod vault;
mod views;

pub use console::{Console, ConsoleParts, Demo, Facts, NoDemo, Submit};
pub use health::{Ended, Health};
pub use sound::{Pattern, Sound};
