//! `cargo xtask run`: the console in the sandbox, with a demo day already running.

use crate::setup::{self, Use};
use crate::{console, files, process, Outcome};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Opens the window, or without a display prints the link.
pub fn run(args: &[String]) -> Outcome {
    let asked = |flag: &str| args.iter().any(|a| a == flag);
    if let Some(odd) = args.iter().find(|a| !["--keep", "--headless"].contains(&a.as_str())) {
        return Err(format!("cargo xtask run does not know: {odd}"));
    }
    let display = ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|v| std::env::var_os(v).is_some_and(|v| !v.is_empty()));
    let window = display && !asked("--headless");
    setup::ready(if window { Use::Window } else { Use::Headless })?;
    console::build_screens()?;
    let data_dir = if asked("--keep") { files::target().join("xtask").join("demo") } else { files::fresh_dir("demo")? };
    // A throw-away day keeps its key beside it: no keyring is asked, and none can ask back.
    let key_file = data_dir.with_extension("key");
    if window {
        console::build("careloop-console")?;
        println!("Opening Careloop. Closing the window keeps it in the tray; Ctrl-C here ends it.");
        let mut command = Command::new(files::built("debug", "careloop-console"));
        return process::run(command.arg("--demo").arg("--data-dir").arg(data_dir).arg("--key-file").arg(key_file));
    }
    console::build("careloop")?;
    println!("No display: starting without a window. Ctrl-C ends it.");
    let mut command = Command::new(files::built("debug", "careloop"));
    command
        .args(["run", "--profile", "sandbox", "--listen", "127.0.0.1:0", "--demo", "--data-dir"])
        .arg(data_dir)
        .arg("--key-file")
        .arg(key_file);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{} could not be started: {e}", process::said(&command)))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            match console::ready_line(&line) {
                Some((link, hooks)) => {
                    println!("\nOpen the console:      {link}\nSend readings below:   {hooks}\n")
                }
                None => println!("{line}"),
            }
        }
    }
    let status = child.wait().map_err(|e| e.to_string())?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("the console ended: {status}"))
    }
}
