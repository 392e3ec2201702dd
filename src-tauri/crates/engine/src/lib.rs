//! The spine of the console: one loop that decides, commits and owes.

pub mod vault;
