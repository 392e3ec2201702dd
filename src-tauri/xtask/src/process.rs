//! Running other programs: said aloud, watched, and stopped again.

use crate::{files, Outcome};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

/// Cargo itself, at the top of the workspace.
pub fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(files::root());
    command
}

/// npm in the folder of the screens.
pub fn npm(args: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(args).current_dir(files::root().join("ui"));
    command
}

/// Runs to the end; anything but success is the sentence that is returned.
pub fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|e| could_not_start(command, &e))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} failed: {status}", said(command)))
    }
}

/// Runs quietly to the end and returns what it printed.
pub fn capture(command: &mut Command) -> Outcome<String> {
    let out = command.stderr(Stdio::inherit()).output().map_err(|e| could_not_start(command, &e))?;
    if out.status.success() {
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    } else {
        Err(format!("{} failed: {}", said(command), out.status))
    }
}

/// Runs to the end, shows what it prints line by line, and returns the lines and whether it
/// succeeded. Standard error is shown as it comes and, when `both`, read as well.
pub fn watch(command: &mut Command, both: bool) -> Outcome<(Vec<String>, bool)> {
    command.env("NO_COLOR", "1").env_remove("FORCE_COLOR").stdin(Stdio::null()).stdout(Stdio::piped());
    if both {
        command.stderr(Stdio::piped());
    }
    let mut child = command.spawn().map_err(|e| could_not_start(command, &e))?;
    let errors = child.stderr.take().map(|stderr| std::thread::spawn(move || echo(stderr)));
    let mut lines = child.stdout.take().map(echo).unwrap_or_default();
    if let Some(errors) = errors {
        lines.extend(errors.join().unwrap_or_default());
    }
    let status = child.wait().map_err(|e| could_not_start(command, &e))?;
    Ok((lines, status.success()))
}

fn echo(stream: impl std::io::Read) -> Vec<String> {
    let mut lines = Vec::new();
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        // A closed terminal is no reason to fail.
        let _ = writeln!(std::io::stdout(), "{line}");
        lines.push(line);
    }
    lines
}

/// Whether a program of that name can be started.
pub fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

/// A child that is asked to stop when it goes out of scope, and made to if it will not.
pub struct Running(Child);

impl Running {
    /// Watches over a started child.
    pub fn new(child: Child) -> Self {
        Running(child)
    }

    /// The child itself.
    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(Some(_))) {
            return;
        }
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        if asked.is_ok_and(|s| s.success()) {
            for _ in 0..100 {
                if matches!(self.0.try_wait(), Ok(Some(_))) {
                    return;
                }
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The command as one would type it.
pub fn said(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|a| a.to_string_lossy().into_owned()));
    words.join(" ")
}

fn could_not_start(command: &Command, cause: &std::io::Error) -> String {
    format!("{} could not be started: {cause}", said(command))
}
