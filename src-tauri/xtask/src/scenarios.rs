//! Every scenario file under `tests/scenarios`, through the production pipeline.

use crate::counts::Counts;
use crate::{files, Outcome};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

/// Runs each file by itself, two at a time; shows what failed.
pub fn run() -> Outcome<Counts> {
    let list: Vec<String> = files::tracked()?.into_iter().filter(|f| f.starts_with("tests/scenarios/") && f.ends_with(".json")).collect();
    if list.is_empty() {
        return Err("there is no scenario file under tests/scenarios".into());
    }
    let program = files::built("debug", "careloop");
    let (next, counts) = (AtomicUsize::new(0), Mutex::new(Counts::default()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(file) = list.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let out = Command::new(&program).args(["scenario", "run", file]).current_dir(files::root()).output();
                    let passed = match &out {
                        Ok(out) if out.status.success() => true,
                        Ok(out) => {
                            let said = [&out.stdout[..], &out.stderr[..]].concat();
                            println!("FAILED {file} ({})\n{}", out.status, tail(&String::from_utf8_lossy(&said)));
                            false
                        }
                        Err(why) => {
                            println!("FAILED {file}: {why}");
                            false
                        }
                    };
                    let mut counts = counts.lock().unwrap_or_else(|e| e.into_inner());
                    *counts = counts.and(Counts::one(passed));
                }
            });
        }
    });
    Ok(counts.into_inner().unwrap_or_else(|e| e.into_inner()))
}

fn tail(text: &str) -> String {
    const SHOWN_LINES: usize = 40;
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
}
