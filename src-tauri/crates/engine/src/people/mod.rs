//! The door: signing in, locking, and who the staff are (design.md "Safety and privacy").
//!
//! Passwords, second factors and sessions are handled here; what follows from them is decided in `decide::staff`.
//! A session is a random word that the host keeps; it lives in memory and ends with the process.

mod door;
mod room;
mod secrets;
mod sessions;
mod trouble;

#[cfg(test)]
mod tests;

pub use sessions::Sessions;

use wire::{Access, Command, Person};

/// The role of somebody who has not signed in: only the door's own commands.
pub const NOBODY: &str = "nobody";

/// Nobody in particular, at the door.
pub fn nobody(session: &str) -> Person {
    Person { name: String::new(), role: NOBODY.into(), language: wire::Language::En, session: session.into() }
}

/// Commands that somebody may call who must first change a password or set up the second factor.
pub(crate) fn comes_first(command: Command) -> bool {
    command.access() == Access::Open
        || matches!(command, Command::my_password | Command::second_factor | Command::confirm_second_factor | Command::present)
}
