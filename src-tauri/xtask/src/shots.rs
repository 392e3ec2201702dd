//! `cargo xtask shots`: every screen, light and dark, two sizes, both languages, into `.shots/`.

use crate::setup::{self, Use};
use crate::{browser, console, files, process, Outcome};
use std::process::Command;

/// Starts a headless console with the demo day and photographs it.
pub fn shots() -> Outcome {
    setup::ready(Use::Tests)?;
    console::build_screens()?;
    console::build("careloop")?;
    let dir = files::fresh_dir("shots")?;
    let console = console::start(&dir.join("data"), &dir.join("console.log"), &["--demo"])?;
    let live = console::start_as("live", &dir.join("live"), &dir.join("live.log"), &[])?;
    let out = files::root().join(".shots");
    let mut command = Command::new("node");
    command
        .arg(files::root().join("src-tauri/xtask/shots.mjs"))
        .arg(&out)
        .env("CARELOOP_CONSOLE_URL", &console.console)
        .env("CARELOOP_LIVE_URL", &live.console)
        .current_dir(files::root());
    if let Some(chromium) = browser::chromium() {
        command.env("CARELOOP_CHROMIUM", chromium);
    }
    process::run(&mut command)?;
    println!("The pictures are in {}", out.display());
    Ok(())
}
