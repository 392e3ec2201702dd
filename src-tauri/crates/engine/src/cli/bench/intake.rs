//! What comes in: latency at a steady rate, and the most that is sustained.

use super::bodies;
use super::console::Console;
use super::figure::{Sample, ACCEPT, BUNDLES, SHARE, SINGLES};
use super::latency::Latencies;
use super::seed::PATIENTS;
use super::{http, Bench};
use crate::clock::{stopwatch, Clock, SystemClock};
use anyhow::ensure;
use chrono::TimeDelta;
use ledger::yardstick::Yardstick;
use ledger::Key;
use std::path::Path;
use std::time::Duration;

/// The steady rate, readings/s.
pub const STEADY: f64 = 200.0;
/// The batch that the raw limit is measured in.
const RAW_BATCH: usize = 1_000;

fn requests(console: &Console, bodies: impl IntoIterator<Item = String>) -> Vec<Vec<u8>> {
    bodies.into_iter().map(|b| http::request(&console.address, "POST", &console.fhir, "", b.as_bytes())).collect()
}

/// So many routine readings, one request each.
pub fn singles(console: &Console, first: u64, count: usize, patients: u64) -> Vec<Vec<u8>> {
    let readings = bodies::routine(first, count as u64, 0..patients, TimeDelta::seconds(60), SystemClock.now());
    requests(console, readings.map(|r| r.to_string()))
}

/// So many routine readings in bundles.
pub fn bundles(console: &Console, first: u64, count: usize, patients: u64) -> Vec<Vec<u8>> {
    let readings = bodies::routine(first, count as u64, 0..patients, TimeDelta::seconds(60), SystemClock.now());
    requests(console, bodies::bundles(readings))
}

/// Each reading at its instant; its latency until the 2xx, which says that it is durable.
pub fn accept(bench: &Bench) -> anyhow::Result<Vec<Sample>> {
    let dir = bench.dir()?;
    let count = (STEADY * bench.sizes.steady_seconds) as usize;
    let console = Console::start(&dir.path().join("ward"), Some(&bodies::config(PATIENTS)))?;
    let run = http::open_loop(&console.address, &singles(&console, 0, count, PATIENTS), STEADY)?;
    ensure!(console.kept()? == count as u64, "readings were lost");
    console.stop()?;
    let latencies = Latencies::new(run.latencies);
    let raw = Latencies::new(one_by_one(dir.path(), count)?);
    let note = format!("{}; raw: the same rows, one durable transaction each", latencies.in_words());
    Ok(vec![Sample::of(ACCEPT, latencies.percentile(99.0), note).beside(raw.percentile(99.0))])
}

/// The raw rows of one reading at a time, at the same rate and counted from the same instants.
fn one_by_one(dir: &Path, count: usize) -> anyhow::Result<Vec<Duration>> {
    let mut file = Yardstick::create(&dir.join("raw.db"), &Key::new([7; 32]))?;
    let body = a_body();
    let began = stopwatch();
    let mut latencies = Vec::with_capacity(count);
    for n in 0..count {
        let at = http::scheduled(began, n, STEADY);
        std::thread::sleep(at.saturating_duration_since(stopwatch()));
        file.readings(1, &body)?;
        latencies.push(at.elapsed());
    }
    Ok(latencies)
}

/// As many as it takes, one by one and in bundles, and how fast the bare file takes the same rows.
pub fn sustained(bench: &Bench) -> anyhow::Result<Vec<Sample>> {
    let dir = bench.dir()?;
    let console = Console::start(&dir.path().join("ward"), Some(&bodies::config(PATIENTS)))?;
    let (singles_count, bundled_count) = (bench.sizes.singles, bench.sizes.bundled);
    let warmed = bundled_count / 20;
    http::drive(&console.address, bundles(&console, 0, warmed, PATIENTS), 4, 1)?;

    let requests = singles(&console, 1 << 32, singles_count, PATIENTS);
    let cpu = console.cpu_seconds()?;
    let took = http::drive(&console.address, requests, 64, 4)?;
    let single = singles_count as f64 / took.as_secs_f64();
    let single_note = note(took, console.cpu_seconds()? - cpu, singles_count);

    let requests = bundles(&console, 1 << 33, bundled_count, PATIENTS);
    let cpu = console.cpu_seconds()?;
    let took = http::drive(&console.address, requests, 16, 1)?;
    let bundled = bundled_count as f64 / took.as_secs_f64();
    let bundled_note = note(took, console.cpu_seconds()? - cpu, bundled_count);

    ensure!(console.kept()? == (warmed + singles_count + bundled_count) as u64, "readings were lost");
    console.stop()?;
    let raw = raw_rate(dir.path(), bench.sizes.raw)?;
    Ok(vec![
        Sample::of(SINGLES, single, single_note).beside(raw),
        Sample::of(BUNDLES, bundled, bundled_note).beside(raw),
        Sample::of(SHARE, 100.0 * bundled / raw, format!("raw {raw:.0}/s: body, reading and two lines of trail each, plain SQL")),
    ])
}

fn note(took: Duration, cpu: f64, readings: usize) -> String {
    format!(
        "{readings} in {:.1} s, none lost; the console used {:.0} us of processor each",
        took.as_secs_f64(),
        cpu * 1e6 / readings as f64
    )
}

/// Readings/s that the bare file takes.
fn raw_rate(dir: &Path, count: usize) -> anyhow::Result<f64> {
    let mut file = Yardstick::create(&dir.join("raw.db"), &Key::new([7; 32]))?;
    let body = a_body();
    file.readings(RAW_BATCH, &body)?;
    let batches = (count / RAW_BATCH).max(1);
    let began = stopwatch();
    for _ in 0..batches {
        file.readings(RAW_BATCH, &body)?;
    }
    Ok((batches * RAW_BATCH) as f64 / began.elapsed().as_secs_f64())
}

/// A body as long as the readings that are posted.
fn a_body() -> Vec<u8> {
    let now = SystemClock.now();
    bodies::routine(2, 1, 0..PATIENTS, TimeDelta::zero(), now).next().map(|r| r.to_string().into_bytes()).unwrap_or_default()
}
