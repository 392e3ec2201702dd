//! The house rules, as a test.

mod boundaries;
mod text;

use crate::{files, Outcome};
use std::fmt;

/// The rules, by the name that a finding carries.
pub const RULES: &[&str] =
    &["boundary", "long-file", "unfinished", "clock", "top-level", "registry-address", "machine-path", "window-import"];

/// A rule that is broken, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: &'static str,
    pub place: String,
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.rule, self.place, self.what)
    }
}

/// Checks and fails when anything is found.
pub fn tidy() -> Outcome {
    let found = check()?;
    if found.is_empty() {
        println!("{} house rules hold", RULES.len());
        return Ok(());
    }
    found.iter().for_each(|f| println!("{f}"));
    Err(format!("{} findings", found.len()))
}

/// How many rules the findings break.
pub fn broken(found: &[Finding]) -> u32 {
    RULES.iter().filter(|rule| found.iter().any(|f| f.rule == **rule)).count() as u32
}

/// Everything that breaks a rule.
pub fn check() -> Outcome<Vec<Finding>> {
    let tracked = files::tracked()?;
    let mut found = boundaries::check()?;
    found.extend(text::top_level(&tracked));
    for file in &tracked {
        // Pictures and other bytes have no lines.
        let Ok(content) = std::fs::read_to_string(files::root().join(file)) else {
            continue;
        };
        found.extend(text::check(file, &content));
    }
    Ok(found)
}
