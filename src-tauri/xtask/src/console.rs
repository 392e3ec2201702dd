//! Builds the screens and the console, and starts a headless console for tests and pictures.

use crate::process::{self, Running};
use crate::{files, Outcome};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Builds the screens, when something in them is newer than what was built.
pub fn build_screens() -> Outcome {
    let ui = files::root().join("ui");
    let built = ui.join("dist").join("index.html").metadata().and_then(|m| m.modified()).ok();
    let sources = ["src", "index.html", "vite.config.ts", "package-lock.json", "public"].map(|f| ui.join(f));
    if built.is_some() && built >= files::newest(&sources) {
        return Ok(());
    }
    println!("Building the screens ...");
    process::run(&mut process::npm(&["run", "--silent", "build"]))
}

/// Builds a program. The whole workspace is named although one program is built: the same
/// features everywhere, so that nothing is compiled twice.
pub fn build(program: &str) -> Outcome {
    println!("Building {program} ...");
    process::run(&mut process::cargo(&["build", "--workspace", "--bin", program]))
}

/// A made-up ward: patients with nothing open, in no quiet hours at any time of day.
pub fn ward() -> PathBuf {
    files::root().join("tests").join("ward.json")
}

/// A headless console on a data folder of its own. It stops when this goes out of scope.
pub struct Headless {
    /// The link with its token, as a person opens it.
    pub console: String,
    /// Where readings are sent.
    pub hooks: String,
    _running: Running,
}

/// Starts `careloop run` in the sandbox and waits for its ready line. `log` receives what it says.
pub fn start(data_dir: &Path, log: &Path, extra: &[&str]) -> Outcome<Headless> {
    start_as("sandbox", data_dir, log, extra)
}

/// The same in a profile.
pub fn start_as(profile: &str, data_dir: &Path, log: &Path, extra: &[&str]) -> Outcome<Headless> {
    let log = std::fs::File::create(log).map_err(|e| format!("{}: {e}", log.display()))?;
    let mut command = Command::new(files::built("debug", "careloop"));
    command
        .args(["run", "--profile", profile, "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(data_dir)
        .arg("--key-file")
        .arg(data_dir.with_extension("key"))
        .args(extra)
        .current_dir(files::root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log);
    let child = command.spawn().map_err(|e| format!("{} could not be started: {e}", process::said(&command)))?;
    let mut running = Running::new(child);
    let stdout = running.child().stdout.take().ok_or("the console has no output")?;
    let mut lines = BufReader::new(stdout);
    let ready = loop {
        let mut line = String::new();
        match lines.read_line(&mut line) {
            Ok(0) | Err(_) => return Err("the console ended before it was ready".into()),
            Ok(_) => {
                if let Some(ready) = ready_line(&line) {
                    break ready;
                }
            }
        }
    };
    // Read on, or a full pipe would stop the console.
    std::thread::spawn(move || std::io::copy(&mut lines.by_ref(), &mut std::io::sink()));
    Ok(Headless { console: ready.0, hooks: ready.1, _running: running })
}

/// Console link and hooks address of a `{"ready":true,...}` line.
pub fn ready_line(line: &str) -> Option<(String, String)> {
    let said: serde_json::Value = serde_json::from_str(line).ok()?;
    if said.get("ready")?.as_bool()? {
        Some((said.get("console")?.as_str()?.into(), said.get("hooks")?.as_str()?.into()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_ready_line_says_that_the_console_is_ready() {
        let ready = r##"{"ready":true,"hooks":"http://127.0.0.1:1/hooks/k","console":"http://127.0.0.1:1/#token=t"}"##;
        assert_eq!(ready_line(ready).unwrap().0, "http://127.0.0.1:1/#token=t");
        assert_eq!(ready_line(r#"{"ready":false}"#), None);
        assert_eq!(ready_line("starting"), None);
    }
}
