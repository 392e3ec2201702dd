//! A console on a full file: its start, its memory, and its trail on the way out.

use super::bodies;
use super::console::{key_file, resident_mb, Console};
use super::figure::{Sample, BUSY, EXPORT, EXPORT_MEMORY, IDLE, START};
use super::{http, intake, seed, Bench};
use crate::clock::stopwatch;
use crate::workspace;
use anyhow::{ensure, Context};
use serde_json::json;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// From nothing running, the file out of the system's memory, until the worklist was answered.
pub fn start(bench: &Bench) -> anyhow::Result<Vec<Sample>> {
    let folder = bench.filled()?;
    let cold = forget(&workspace::database(&folder));
    let console = Console::start(&folder, None)?;
    let list = console.ask("worklist", &json!({ "since": 0, "closed": false }))?;
    let took = console.started.elapsed();
    let rows = list["rows"].as_array().map_or(0, Vec::len);
    ensure!(rows > 0, "the worklist is empty");
    let ready = console.ready_after.as_secs_f64();
    console.stop()?;
    let how = if cold { "file not in memory" } else { "file perhaps in memory" };
    let note = format!("{} readings stored, {rows} live rows, {how}; took traffic after {ready:.2} s", bench.sizes.stored);
    Ok(vec![Sample::of(START, took.as_secs_f64(), note)])
}

/// Asks the system to drop a file from its memory, as after a night; needs no rights.
fn forget(file: &Path) -> bool {
    let mut dd = Command::new("dd");
    dd.arg(format!("if={}", file.display())).args(["iflag=nocache", "count=0", "status=none"]);
    dd.status().is_ok_and(|s| s.success())
}

/// Resident memory after a rest, and the most while readings come in.
pub fn memory(bench: &Bench) -> anyhow::Result<Vec<Sample>> {
    let dir = bench.dir()?;
    let folder = dir.path().join("ward");
    seed::copy(&bench.filled()?, &folder)?;
    let console = Console::start(&folder, None)?;
    console.ask("worklist", &json!({ "since": 0, "closed": false }))?;
    std::thread::sleep(Duration::from_secs_f64(bench.sizes.rest_seconds));
    let idle = console.resident_mb()?;
    let count = (intake::STEADY * bench.sizes.steady_seconds) as usize;
    let requests = intake::singles(&console, bench.numbers(), count, seed::PATIENTS);
    let most = std::thread::scope(|scope| {
        let load = scope.spawn(|| http::open_loop(&console.address, &requests, intake::STEADY));
        let mut most = idle;
        while !load.is_finished() {
            most = console.resident_mb()?.max(most);
            std::thread::sleep(Duration::from_millis(100));
        }
        load.join().map_err(|_| anyhow::anyhow!("the load broke"))??;
        anyhow::Ok(most)
    })?;
    console.stop()?;
    let stored = bench.sizes.stored;
    Ok(vec![
        Sample::of(IDLE, idle, format!("{stored} readings stored, {} patients", seed::PATIENTS)),
        Sample::of(BUSY, most, format!("the most of {:.0} s", bench.sizes.steady_seconds)),
    ])
}

/// `careloop export audit` of the whole trail, and a bare read of the same lines.
pub fn export(bench: &Bench) -> anyhow::Result<Vec<Sample>> {
    let folder = bench.filled()?;
    let file = workspace::database(&folder);
    let read = stopwatch();
    let lines = ledger::yardstick::read_trail(&file, &seed::key(&folder)?)?;
    let raw = lines as f64 / read.elapsed().as_secs_f64();

    let mut command = Command::new(std::env::current_exe()?);
    command.args(["export", "audit", "--out", "/dev/null", "--data-dir"]).arg(&folder);
    command.arg("--key-file").arg(key_file(&folder)).stdout(Stdio::null()).stderr(Stdio::null());
    let began = stopwatch();
    let mut child = command.spawn().context("the export could not be started")?;
    let mut resident = Vec::new();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        // Gone between two looks: the next look says so.
        resident.extend(resident_mb(child.id(), "VmRSS:").ok());
        std::thread::sleep(Duration::from_millis(5));
    };
    let took = began.elapsed();
    ensure!(status.success(), "the export failed");
    // What the first tenth of the time needs is start-up and caches; a stream does not grow after that.
    let early = resident.iter().take(resident.len() / 10 + 1).fold(0.0, |a: f64, b| a.max(*b));
    let most = resident.iter().fold(0.0, |a: f64, b| a.max(*b));
    Ok(vec![
        Sample::of(EXPORT, lines as f64 / took.as_secs_f64(), format!("{lines} lines in {:.1} s, start included", took.as_secs_f64()))
            .beside(raw),
        Sample::of(EXPORT_MEMORY, most - early, format!("{most:.0} MB at most")),
    ])
}

/// Rows of the worklist that is scrolled, and what changes in it.
pub const LIVE_ROWS: u64 = 10_000;
/// Changes a second while it is scrolled.
const CHANGES: f64 = 50.0;

/// Many live rows, some of them changing all the time, and a browser that presses keys on them.
pub fn worklist(bench: &Bench) -> anyhow::Result<Vec<Sample>> {
    let Some(browser) = &bench.browser else {
        eprintln!("worklist: needs a browser, see --browser; cargo xtask bench gives it one");
        return Ok(Vec::new());
    };
    let dir = bench.dir()?;
    let folder = dir.path().join("ward");
    let rows = bench.sizes.live_rows;
    seed::new_folder(&folder, rows)?;
    let now = crate::clock::Clock::now(&crate::clock::SystemClock);
    seed::Desk::open(&folder, now)?.open_episodes(rows, now)?;
    let console = Console::start(&folder, None)?;
    // Longer than the browser presses keys for; what is left over is not sent.
    let count = (CHANGES * bench.sizes.browser_seconds) as u64;
    let change = |n: u64| {
        let at = now + chrono::TimeDelta::seconds(n as i64 / 50);
        let body = bodies::pressure(1 << 41 | n, bodies::scramble(n) % rows, bodies::How::Abnormal, at);
        http::request(&console.address, "POST", &console.fhir, "", body.as_bytes())
    };
    let requests: Vec<_> = (0..count).map(change).collect();
    let said = std::thread::scope(|scope| {
        let load = scope.spawn(|| http::open_loop(&console.address, &requests, CHANGES));
        let mut words = browser.split_whitespace();
        let said = Command::new(words.next().unwrap_or_default())
            .args(words)
            .env("CARELOOP_CONSOLE_URL", &console.link)
            .env("CARELOOP_BENCH_ROWS", rows.to_string())
            .env("CARELOOP_BENCH_SECONDS", (bench.sizes.browser_seconds * 0.6).to_string())
            .stderr(Stdio::inherit())
            .output()
            .context("the browser could not be started");
        load.join().map_err(|_| anyhow::anyhow!("the load broke"))??;
        said
    })?;
    console.stop()?;
    ensure!(said.status.success(), "the browser's measurement failed: {}", String::from_utf8_lossy(&said.stdout));
    let text = String::from_utf8_lossy(&said.stdout);
    let last = text.lines().rev().find(|l| l.starts_with('{')).context("the browser's measurement said nothing")?;
    let said: serde_json::Value = serde_json::from_str(last)?;
    let ms = |name: &str| said[name].as_f64().unwrap_or(f64::NAN);
    let note = format!("p50 {:.0}, p95 {:.0}, max {:.0} ms of {} keys", ms("p50"), ms("p95"), ms("max"), said["keys"]);
    Ok(vec![Sample::of(super::figure::WORKLIST, ms("p95"), note)])
}
