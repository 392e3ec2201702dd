//! `cargo xtask bench`: `careloop bench` in release, with a browser for the screens' own figure.

use crate::setup::{self, Use};
use crate::{browser, console, files, process, Outcome};

/// The console's own processors, when the machine has more: the bars are for two, load generator included.
const CORES: &str = "0,1";

/// Builds in release and measures; what follows is passed on.
pub fn bench(args: &[String]) -> Outcome {
    setup::ready(Use::Headless)?;
    process::run(&mut process::cargo(&["build", "--release", "--workspace", "--bin", "careloop"]))?;
    let careloop = files::built("release", "careloop");
    let mut command = if process::on_path("taskset") {
        let mut pinned = std::process::Command::new("taskset");
        pinned.args(["-c", CORES]).arg(careloop);
        pinned
    } else {
        std::process::Command::new(careloop)
    };
    // Kept between runs: filling a file takes longer than measuring on it.
    command.arg("bench").arg("--cache").arg(files::target().join("bench"));
    if let Some(chromium) = browser::chromium() {
        console::build_screens()?;
        command.args(["--browser", "npm --prefix ui run --silent keys"]).env("CARELOOP_CHROMIUM", chromium);
        command.env("CARELOOP_UI_DIR", files::root().join("ui").join("dist"));
    }
    process::run(command.args(args).current_dir(files::root()))
}
