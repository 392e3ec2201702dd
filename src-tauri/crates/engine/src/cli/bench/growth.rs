//! Whether a reading costs the same in a large clinic as in a small one, and after years as on the first day.
//! Processor time, not elapsed time: two consoles stand side by side and take turns, so that whatever else
//! the machine does falls on both.

use super::bodies;
use super::console::Console;
use super::figure::{median, Figure, Sample, PATIENTS, STORED};
use super::{http, intake, seed, Bench};

/// Patients of a small and of a large clinic.
const FEW: u64 = 500;

/// From few patients to many, nothing stored.
pub fn patients(bench: &Bench) -> anyhow::Result<Vec<Sample>> {
    let dir = bench.dir()?;
    let many = bench.sizes.many_patients;
    let small = Console::start(&dir.path().join("small"), Some(&bodies::config(FEW)))?;
    let large = Console::start(&dir.path().join("large"), Some(&bodies::config(many)))?;
    compare(bench, PATIENTS, (small, FEW, format!("{FEW} patients")), (large, many, format!("{many}")))
}

/// From an empty file to a full one, with the same patients.
pub fn stored(bench: &Bench) -> anyhow::Result<Vec<Sample>> {
    let dir = bench.dir()?;
    let full = dir.path().join("full");
    seed::copy(&bench.filled()?, &full)?;
    let empty = Console::start(&dir.path().join("empty"), Some(&bodies::config(seed::PATIENTS)))?;
    let full = Console::start(&full, None)?;
    let many = seed::PATIENTS;
    compare(bench, STORED, (empty, many, "nothing stored".into()), (full, many, format!("{} readings", bench.sizes.stored)))
}

type Side = (Console, u64, String);

fn compare(bench: &Bench, figure: Figure, small: Side, large: Side) -> anyhow::Result<Vec<Sample>> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for round in 0..=bench.sizes.growth_rounds {
        // The first round warms both up.
        let first = bench.numbers();
        before.extend(cost(bench, &small.0, first, small.1).map(|c| (round > 0).then_some(c))?);
        after.extend(cost(bench, &large.0, first, large.1).map(|c| (round > 0).then_some(c))?);
    }
    small.0.stop()?;
    large.0.stop()?;
    let (before, after) = (median(&before), median(&after));
    let note =
        format!("{before:.1} us with {}, {after:.1} us with {}; medians of {} in bundles", small.2, large.2, bench.sizes.growth_rounds);
    Ok(vec![Sample::of(figure, 100.0 * (after / before - 1.0), note)])
}

/// Processor time of one reading, us.
fn cost(bench: &Bench, console: &Console, first: u64, patients: u64) -> anyhow::Result<f64> {
    let count = bench.sizes.growth;
    let requests = intake::bundles(console, first, count, patients);
    let before = console.cpu_seconds()?;
    http::drive(&console.address, requests, 2, 1)?;
    Ok((console.cpu_seconds()? - before) * 1e6 / count as f64)
}
