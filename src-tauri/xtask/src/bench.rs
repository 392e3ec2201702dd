//! `cargo xtask bench`: `careloop bench` in release.

use crate::setup::{self, Use};
use crate::{process, Outcome};

/// Builds in release and measures; what follows is passed on.
pub fn bench(args: &[String]) -> Outcome {
    setup::ready(Use::Headless)?;
    let mut command = process::cargo(&["run", "--release", "-p", "engine", "--bin", "careloop", "--", "bench"]);
    process::run(command.args(args))
}
