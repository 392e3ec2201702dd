//! `careloop bench`: how fast and how small the console is, each figure beside the raw limit of this machine
//! and its bar (design.md "Speed and size"). The console is a process of its own, asked from outside.

mod bodies;
mod console;
mod figure;
mod file;
mod growth;
mod http;
mod intake;
mod latency;
mod reach;
mod seed;
mod timers;

use crate::config::BadConfig;
use clap::Args;
use figure::Sample;
use std::cell::Cell;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub struct Asked {
    /// Only these lines of the table, by name; may be given several times.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// So many runs; the table shows their medians and their spread.
    #[arg(long, default_value_t = 3)]
    runs: u32,
    /// Everything small: whether the bench works, not how fast anything is.
    #[arg(long)]
    quick: bool,
    /// Readings of the full file.
    #[arg(long, default_value_t = 1_000_000)]
    stored: u64,
    /// Keeps the full file for later runs; by default it goes when the bench ends.
    #[arg(long, value_name = "FOLDER")]
    cache: Option<PathBuf>,
    /// The command that presses keys in a browser; cargo xtask bench gives it.
    #[arg(long, value_name = "COMMAND")]
    browser: Option<String>,
    /// The table as JSON.
    #[arg(long)]
    json: bool,
}

/// How much of everything.
struct Sizes {
    steady_seconds: f64,
    singles: usize,
    bundled: usize,
    raw: usize,
    timers: u64,
    watched_seconds: f64,
    many_patients: u64,
    growth: usize,
    growth_rounds: usize,
    stored: u64,
    rest_seconds: f64,
    live_rows: u64,
    browser_seconds: f64,
}

impl Sizes {
    fn full(stored: u64) -> Self {
        Self {
            steady_seconds: 60.0,
            singles: 60_000,
            bundled: 250_000,
            raw: 200_000,
            timers: 50_000,
            watched_seconds: 60.0,
            many_patients: 50_000,
            growth: 20_000,
            growth_rounds: 5,
            stored,
            rest_seconds: 10.0,
            live_rows: file::LIVE_ROWS,
            browser_seconds: 60.0,
        }
    }

    fn quick() -> Self {
        Self {
            steady_seconds: 1.0,
            singles: 400,
            bundled: 2_000,
            raw: 2_000,
            timers: 400,
            watched_seconds: 3.0,
            many_patients: 1_000,
            growth: 500,
            growth_rounds: 1,
            stored: 3_000,
            rest_seconds: 0.5,
            live_rows: 300,
            browser_seconds: 20.0,
        }
    }
}

/// What a measurement needs to know.
pub struct Bench {
    sizes: Sizes,
    cache: PathBuf,
    browser: Option<String>,
    /// Readings that were numbered so far: none comes twice into a kept file.
    numbered: Cell<u64>,
}

impl Bench {
    /// A folder for one measurement, beside the cache: on the same disk.
    fn dir(&self) -> anyhow::Result<tempfile::TempDir> {
        Ok(tempfile::Builder::new().prefix("bench").tempdir_in(&self.cache)?)
    }

    /// The full file.
    fn filled(&self) -> anyhow::Result<PathBuf> {
        seed::filled(&self.cache, self.sizes.stored)
    }

    /// The first of a million numbers that no reading has had.
    fn numbers(&self) -> u64 {
        let first = self.numbered.get();
        self.numbered.set(first + 1_000_000);
        first
    }
}

/// A measurement and the lines of the table that come of it.
type Measurement = (&'static [&'static str], fn(&Bench) -> anyhow::Result<Vec<Sample>>);

const MEASUREMENTS: [Measurement; 10] = [
    (&["accept"], intake::accept),
    (&["singles", "bundles", "share"], intake::sustained),
    (&["text", "page"], reach::reach),
    (&["timers", "timers_start"], timers::timers),
    (&["patients"], growth::patients),
    (&["stored"], growth::stored),
    (&["start"], file::start),
    (&["worklist"], file::worklist),
    (&["idle", "busy"], file::memory),
    (&["export", "export_memory"], file::export),
];

/// Measures and prints the table. A bar that is not met is said in it, and is no failure.
pub fn run(asked: &Asked) -> anyhow::Result<ExitCode> {
    if let Some(unknown) = asked.only.iter().find(|name| figure::ALL.iter().all(|f| f.name != **name)) {
        let names: Vec<_> = figure::ALL.iter().map(|f| f.name).collect();
        return Err(BadConfig::new("only", format!("there is no line {unknown}: {}", names.join(", "))).into());
    }
    let kept = tempfile::tempdir()?;
    let cache = asked.cache.clone().unwrap_or_else(|| kept.path().to_path_buf());
    std::fs::create_dir_all(&cache)?;
    let bench = Bench {
        sizes: if asked.quick { Sizes::quick() } else { Sizes::full(asked.stored) },
        cache,
        browser: asked.browser.clone(),
        numbered: Cell::new(1 << 50 | u64::from(std::process::id()) << 24),
    };
    let wanted = |names: &[&str]| asked.only.is_empty() || asked.only.iter().any(|o| names.contains(&o.as_str()));
    let mut samples = Vec::new();
    for (names, measure) in MEASUREMENTS.iter().filter(|(names, _)| wanted(names)) {
        for run in 1..=if asked.quick { 1 } else { asked.runs.max(1) } {
            eprintln!("{} ({run}), load {}", names.join(", "), load());
            samples.extend(measure(&bench)?);
        }
    }
    if asked.json {
        println!("{:#}", figure::as_json(&samples));
    } else {
        println!("{}", machine());
        print!("{}", figure::table(&samples));
    }
    Ok(ExitCode::SUCCESS)
}

/// What the figures were measured on.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|l| l.strip_prefix("model name")).map_or("", |m| m.trim_start_matches([' ', '\t', ':']));
    let build = if cfg!(debug_assertions) { "NOT an optimised build" } else { "optimised build" };
    format!("{cores} cores ({model}), load {}, {build}\n", load())
}

/// How busy the machine was in the last minute.
fn load() -> String {
    let all = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    all.split_whitespace().next().unwrap_or("unknown").to_string()
}
