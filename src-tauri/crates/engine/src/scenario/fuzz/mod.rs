//! `careloop scenario fuzz`: made-up days with faults, run through the production pipeline, and held against what was
//! promised. A seed fully determines its day and its run.

mod books;
mod day;
mod demands;
mod dice;
mod faults;
mod promises;
mod report;
mod shrink;
mod talks;
mod texts;
mod told;
mod visits;
mod wall;
mod ward;
mod ways;
mod weather;

pub use day::make;
pub use ward::Broken;

use super::{file, run_in, Store};
use crate::clock::stopwatch;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What `careloop scenario fuzz` was asked.
pub struct Asked {
    /// The first seed.
    pub seed: u64,
    pub seeds: u64,
    /// Go on with new seeds until so much time has passed.
    pub until: Option<Duration>,
    /// Where a shrunk day goes; left out: `tests/scenarios/found`.
    pub out: Option<PathBuf>,
    /// Write the made-up day there and run nothing.
    pub day: Option<PathBuf>,
    /// A fault that is planted first, by name; only where the program was built with them.
    pub planted: Option<String>,
    /// Stops at no broken promise: names every day that broke one.
    pub all: bool,
}

/// Plants a fault, by its name; an error says what may be planted.
fn plant(name: &str) -> Result<(), String> {
    let known = decide::planted::ALL.map(|(name, _)| name).join(" ");
    let Some((_, fault)) = decide::planted::ALL.into_iter().find(|(n, _)| *n == name) else {
        return Err(format!("there is no planted fault {name}; there are: {known}"));
    };
    #[cfg(feature = "planted")]
    {
        decide::planted::plant(Some(fault));
        Ok(())
    }
    #[cfg(not(feature = "planted"))]
    Err(format!("{fault:?} cannot be planted: this program was built without the feature `planted`"))
}

/// A seed whose run broke promises, in the order in which it did.
struct Found {
    seed: u64,
    broken: Vec<Broken>,
}

impl Found {
    /// The first of each promise.
    fn first_of_each(&self) -> impl Iterator<Item = &Broken> {
        let first = |i: usize, b: &Broken| self.broken[..i].iter().all(|before| before.promise != b.promise);
        self.broken.iter().enumerate().filter(move |(i, b)| first(*i, b)).map(|(_, b)| b)
    }
}

/// `careloop scenario fuzz`. 0: every promise was kept; 1: one was not; 2: it could not be asked.
pub fn cli(asked: &Asked) -> i32 {
    if let Some(Err(why)) = asked.planted.as_deref().map(plant) {
        eprintln!("{why}");
        return 2;
    }
    if let Some(path) = &asked.day {
        return match std::fs::write(path, report::file(&make(asked.seed))) {
            Ok(()) => 0,
            Err(e) => {
                eprintln!("{}: cannot be written: {e}", path.display());
                2
            }
        };
    }
    let watch = stopwatch();
    let (ran, found) = many(asked);
    let took = watch.elapsed().as_secs_f64();
    let Some(first) = found.first() else {
        println!("{ran} made-up days in {took:.1} s: every promise was kept");
        return 0;
    };
    if asked.all {
        for f in &found {
            for broken in f.first_of_each() {
                println!("seed {}: {}\n  {}", f.seed, broken.promise, broken.words);
            }
        }
        println!("{ran} made-up days in {took:.1} s: {} broke a promise", found.len());
        return 1;
    }
    let broken = &first.broken[0];
    println!("seed {}: {}", first.seed, broken.promise);
    println!("  {}", broken.words);
    if asked.planted.is_some() {
        println!("caught after {ran} made-up days");
        return 1;
    }
    match report::found(&make(first.seed), broken, first.seed, asked.out.as_deref()) {
        Ok(path) => println!("the shortest timeline that still breaks it: {}", path.display()),
        Err(e) => eprintln!("the shortest timeline cannot be written: {e}"),
    }
    1
}

/// Runs seeds on every core until one breaks a promise, or all of them; says how many ran, and which broke one, in order.
fn many(asked: &Asked) -> (u64, Vec<Found>) {
    let watch = stopwatch();
    let (next, ran, stop) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let found: Mutex<Vec<Found>> = Mutex::default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let more = n < asked.seeds || asked.until.is_some_and(|u| watch.elapsed() < u);
                if stop.load(Ordering::Relaxed) || !more {
                    return;
                }
                let seed = asked.seed + n;
                let broken = try_day(&make(seed));
                ran.fetch_add(1, Ordering::Relaxed);
                if !broken.is_empty() {
                    stop.store(!asked.all, Ordering::Relaxed);
                    found.lock().unwrap_or_else(PoisonError::into_inner).push(Found { seed, broken });
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by_key(|f| f.seed);
    (ran.load(Ordering::Relaxed), found)
}

/// Runs a day; the promises that it broke.
pub fn try_day(day: &Value) -> Vec<Broken> {
    match file::read(&day.to_string()) {
        Ok(scenario) => try_scenario(&scenario),
        Err(bad) => vec![Broken { promise: "a made-up day can be read", words: bad.to_string(), expect: vec![], expect_none: vec![] }],
    }
}

/// Runs a scenario; the promises that it broke.
pub fn try_scenario(scenario: &file::Scenario) -> Vec<Broken> {
    let trouble = |words: String| vec![Broken { promise: "the pipeline comes to rest", words, expect: vec![], expect_none: vec![] }];
    let store = match Store::in_memory() {
        Ok(s) => s,
        Err(e) => return trouble(format!("no store to run in: {e}")),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_time().build() {
        Ok(r) => r,
        Err(e) => return trouble(format!("cannot start: {e}")),
    };
    let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| runtime.block_on(run_in(scenario, &store))));
    match ran {
        Ok(Ok(ran)) => match ward::Left::read(&store, &ran.seen) {
            Ok(left) => promises::broken(scenario, &ran.seen, left),
            Err(e) => trouble(format!("the ledger cannot be read: {e}")),
        },
        Ok(Err(e)) => trouble(format!("{e:#}")),
        Err(_) => vec![Broken {
            promise: "nothing breaks the engine",
            words: "The engine broke on something it received.".into(),
            expect: vec![],
            expect_none: vec![],
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transcript(seed: u64) -> String {
        let scenario = file::read(&make(seed).to_string()).unwrap();
        let store = Store::in_memory().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let ran = runtime.block_on(run_in(&scenario, &store)).unwrap();
        ran.lines.into_iter().map(|l| Value::Object(l).to_string() + "\n").collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_transcript_to_the_byte() {
        for seed in [3, 4] {
            assert_eq!(transcript(seed), transcript(seed));
        }
    }
}
