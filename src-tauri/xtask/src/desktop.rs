//! The real window, with a display, a session bus, a keyring and a toast daemon of its own, so
//! that the test neither needs nor touches those of the person who runs it.

use crate::counts::{self, Counts};
use crate::process::{self, Running};
use crate::{console, files, Outcome};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Runs inside `dbus-run-session`: an unlocked keyring and dunst, then the tests.
const SESSION: &str = r#"
printf '\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
dunst -config "$CARELOOP_DUNST" >"$HOME/dunst.log" 2>&1 &
toasts=$!
"$@"
ended=$?
kill "$toasts"
exit "$ended"
"#;

/// Dunst keeps every toast in its history and shows it like any desktop would.
const DUNST: &str = "[global]\n    history_length = 50\n    idle_threshold = 0\n";

/// The `desktop` tests of the workspace member `tests`.
pub fn run() -> Outcome<Counts> {
    let test = test_program()?;
    let home = files::fresh_dir("desktop")?;
    let runtime = home.join("run");
    std::fs::create_dir_all(&runtime).map_err(|e| e.to_string())?;
    only_mine(&runtime)?;
    let dunst = home.join("dunstrc");
    std::fs::write(&dunst, DUNST).map_err(|e| e.to_string())?;
    let (display, _server) = display()?;

    let mut command = Command::new("dbus-run-session");
    command.args(["--", "bash", "-c", SESSION, "desktop"]).arg(&test).args(["--ignored", "--test-threads=1"]);
    command
        .current_dir(files::root().join("tests"))
        .env("DISPLAY", display)
        .env_remove("WAYLAND_DISPLAY")
        .env("HOME", &home)
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("XDG_DATA_HOME", home.join("share"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("LC_ALL", "C.UTF-8")
        .env("NO_AT_BRIDGE", "1")
        .env("GTK_USE_PORTAL", "0")
        .env("CARELOOP_DUNST", &dunst)
        .env("CARELOOP_WARD", console::ward())
        .env("CARELOOP_WINDOW", files::built("debug", "careloop-console"));
    let (lines, succeeded) = process::watch(&mut command, false)?;
    Ok(counts::of_cargo_test(&lines).of_run(succeeded))
}

/// Builds the test and asks cargo where it put it.
fn test_program() -> Outcome<PathBuf> {
    let said = process::capture(&mut process::cargo(&[
        "test",
        "--workspace",
        "--test",
        "desktop",
        "--no-run",
        "--message-format=json-render-diagnostics",
    ]))?;
    said.lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "desktop")
        .filter_map(|message| Some(PathBuf::from(message["executable"].as_str()?)))
        .next_back()
        .ok_or_else(|| "cargo built no desktop test".into())
}

/// A virtual display on a number that is free.
fn display() -> Outcome<(String, Running)> {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "1440x960x24", "-nolisten", "tcp", "-noreset"]);
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("Xvfb could not be started: {e}"))?;
    let mut server = Running::new(child);
    let stdout = server.child().stdout.take().ok_or("Xvfb has no output")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).map_err(|e| format!("Xvfb: {e}"))?;
    match line.trim() {
        "" => Err("Xvfb ended before its display was there".into()),
        number => Ok((format!(":{number}"), server)),
    }
}

/// A session's runtime folder must be closed to others.
fn only_mine(folder: &Path) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(|e| e.to_string())
}
