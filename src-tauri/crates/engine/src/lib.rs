//! The spine of the console: one loop that decides, commits and owes; a courier; a clock; the commands;
//! and the hosts that drive them.

pub mod clock;
pub mod keeper;
pub mod pace;
pub mod shorthand;
pub mod spine;
pub mod vault;
