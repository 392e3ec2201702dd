//! The console under test: this same program as a process of its own, asked only from outside.

use super::http;
use crate::clock::stopwatch;
use anyhow::{bail, Context};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running `careloop run`; stopped when it goes out of scope.
pub struct Console {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub address: String,
    /// `/hooks/KEY/fhir`.
    pub fhir: String,
    /// The link with its token, as a person opens it.
    pub link: String,
    token: String,
    /// When it was started, and after how long it took traffic.
    pub started: Instant,
    pub ready_after: Duration,
}

/// The key file of a data folder; outside of it, as a person would keep it.
pub fn key_file(folder: &Path) -> PathBuf {
    folder.with_extension("key")
}

impl Console {
    /// Starts it on a data folder. A config seeds a new one.
    pub fn start(folder: &Path, config: Option<&Value>) -> anyhow::Result<Console> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["run", "--profile", "sandbox", "--listen", "127.0.0.1:0", "--data-dir"]).arg(folder);
        command.arg("--key-file").arg(key_file(folder));
        let file = folder.with_extension("config.json");
        if let Some(config) = config {
            std::fs::write(&file, config.to_string())?;
            command.arg("--config").arg(&file);
        }
        let log = std::fs::File::create(folder.with_extension("log"))?;
        command.env("CARELOOP_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let started = stopwatch();
        let mut child = command.spawn().context("the console could not be started")?;
        let stdout = child.stdout.take().context("the console has no output")?;
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        let ready_after = started.elapsed();
        let said: Value = match read {
            Ok(n) if n > 0 => serde_json::from_str(&line)?,
            _ => {
                let _ = child.kill();
                let log = std::fs::read_to_string(folder.with_extension("log")).unwrap_or_default();
                bail!("the console ended before it was ready: {log}");
            }
        };
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_string();
        let (hooks, link) = (text("hooks"), text("console"));
        let rest = hooks.strip_prefix("http://").unwrap_or_default();
        let (address, path) = rest.split_once('/').context("no hooks address")?;
        let token = link.split_once("token=").map(|(_, t)| t.to_string()).unwrap_or_default();
        Ok(Console { child, address: address.into(), fhir: format!("/{path}/fhir"), link, token, started, ready_after })
    }

    /// Calls a command, as the screens do.
    pub fn ask(&self, command: &str, args: &Value) -> anyhow::Result<Value> {
        let head = format!("Authorization: Bearer {}\r\n", self.token);
        let request = http::request(&self.address, "POST", &format!("/api/call/{command}"), &head, args.to_string().as_bytes());
        let (status, body) = http::once(&self.address, &request)?;
        if status != 200 {
            bail!("{command} was answered {status}");
        }
        Ok(serde_json::from_slice(&body)?)
    }

    /// A number of `/metrics`, by the start of its line.
    pub fn metric(&self, line: &str) -> anyhow::Result<f64> {
        let (_, text) = http::once(&self.address, &http::request(&self.address, "GET", "/metrics", "", b""))?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let value = text.lines().find_map(|l| l.strip_prefix(line)).with_context(|| format!("no metric {line}"))?;
        Ok(value.trim().parse()?)
    }

    /// Readings that it says it has kept, or had before: two may chance to say the same of the same instant.
    pub fn kept(&self) -> anyhow::Result<u64> {
        let of = |outcome: &str| self.metric(&format!("careloop_intake_inputs_total{{hook=\"fhir\",outcome=\"{outcome}\"}}"));
        Ok((of("kept")? + of("duplicate")?) as u64)
    }

    /// Processor time that it has used so far, s.
    pub fn cpu_seconds(&self) -> anyhow::Result<f64> {
        cpu_seconds(self.child.id())
    }

    /// Its resident memory now, MB.
    pub fn resident_mb(&self) -> anyhow::Result<f64> {
        resident_mb(self.child.id(), "VmRSS:")
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self) -> anyhow::Result<()> {
        self.terminate()
    }

    fn terminate(&mut self) -> anyhow::Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        let asked = stopwatch();
        while self.child.try_wait()?.is_none() {
            if asked.elapsed() > Duration::from_secs(60) {
                self.child.kill()?;
                self.child.wait()?;
                bail!("the console did not stop");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.terminate();
        }
    }
}

/// User and system time of a process, all its threads, s, in steps of 10 ms.
fn cpu_seconds(pid: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).context("processor time is read from /proc")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    Ok((ticks(11) + ticks(12)) / 100.0)
}

/// A line of a process's memory, MB: `VmRSS:` now, `VmHWM:` the most so far.
pub fn resident_mb(pid: u32, line: &str) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).context("memory is read from /proc")?;
    let kb = status.lines().find_map(|l| l.strip_prefix(line)).and_then(|l| l.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    Ok(kb.with_context(|| format!("no {line}"))? / 1024.0)
}
