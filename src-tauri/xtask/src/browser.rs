//! The screens in a real browser, against a headless console of their own.

use crate::counts::{self, Counts};
use crate::{console, files, process, Outcome};
use std::path::PathBuf;

/// Playwright over `tests/ui`, with the console's link in `CARELOOP_CONSOLE_URL`.
pub fn run() -> Outcome<Counts> {
    let dir = files::fresh_dir("browser")?;
    let log = dir.join("console.log");
    let console = console::start(&dir.join("data"), &log, &["--config", &console::ward().display().to_string()])?;
    let mut command = process::npm(&["run", "--silent", "e2e", "--", "--reporter=list"]);
    command.env("CARELOOP_CONSOLE_URL", &console.console).env("CARELOOP_HOOKS_URL", &console.hooks);
    // A live desk is started by the test that wants one.
    command.env("CARELOOP_PROGRAM", files::built("debug", "careloop"));
    if let Some(chromium) = chromium() {
        command.env("CARELOOP_CHROMIUM", chromium);
    }
    let (lines, succeeded) = process::watch(&mut command, false)?;
    drop(console);
    if !succeeded {
        println!("what the console said: {}", log.display());
    }
    Ok(counts::of_playwright(&lines).of_run(succeeded))
}

/// The browser of the system; test tools would download one of their own.
pub fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    ["chromium", "chromium-browser"]
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |dir| dir.join(name)))
        .find(|program| program.is_file())
}
