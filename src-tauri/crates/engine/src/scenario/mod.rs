//! Scenario files: what happens and when, run through the production pipeline (scenario.md).

mod astray;
mod bench;
mod chart;
mod check_in;
pub mod chronicle;
mod downtime;
pub mod expect;
pub mod file;
pub mod fuzz;
mod lines;
mod nurse;
mod rehearse;
mod run;
mod store;

pub use rehearse::{rehearse, Rehearsed};
pub use run::{run, run_in, Ran};
pub use store::Store;

use std::io::Write;
use std::path::{Path, PathBuf};

/// What `careloop scenario run` was asked.
pub struct Asked {
    pub files: Vec<PathBuf>,
    /// Transcript lines go there; `-` is standard output.
    pub out: Option<PathBuf>,
    pub data_dir: Option<PathBuf>,
}

/// `careloop scenario run`. 0: every expectation held; 1: not, with a readable difference; 2: a bad file, with line and field.
pub fn cli(asked: &Asked) -> i32 {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(r) => r,
        Err(e) => {
            eprintln!("cannot start: {e}");
            return 2;
        }
    };
    let to_stdout = asked.out.as_deref() == Some(Path::new("-"));
    let mut out: Option<Box<dyn Write>> = match &asked.out {
        None => None,
        Some(_) if to_stdout => Some(Box::new(std::io::BufWriter::new(std::io::stdout()))),
        Some(path) => match std::fs::File::create(path) {
            Ok(f) => Some(Box::new(std::io::BufWriter::new(f))),
            Err(e) => {
                eprintln!("{}: cannot be written: {e}", path.display());
                return 2;
            }
        },
    };
    let many = asked.files.len() > 1;
    // The summary never mixes with the transcript.
    let say = |text: String| if to_stdout { eprintln!("{text}") } else { println!("{text}") };
    let (mut passed, mut failed, mut bad) = (0, 0, 0);
    for (i, path) in asked.files.iter().enumerate() {
        let name = path.display().to_string();
        let scenario = match std::fs::read_to_string(path)
            .map_err(|e| format!("cannot be read: {e}"))
            .and_then(|text| file::read(&text).map_err(|e| e.to_string()))
        {
            Ok(s) => s,
            Err(why) => {
                bad += 1;
                eprintln!("{name}: {why}");
                continue;
            }
        };
        let ran = match in_folder(asked.data_dir.as_deref(), i, many, |folder| runtime.block_on(run(&scenario, folder))) {
            Ok(r) => r,
            Err(e) => {
                failed += 1;
                say(format!("FAIL {name}: {e:#}"));
                continue;
            }
        };
        if let Some(out) = &mut out {
            for line in &ran.lines {
                let mut line = line.clone();
                if many {
                    line.insert("scenario".into(), scenario.name.clone().into());
                }
                if writeln!(out, "{}", serde_json::Value::Object(line)).is_err() {
                    eprintln!("the transcript cannot be written");
                    return 2;
                }
            }
        }
        if ran.differences.is_empty() {
            passed += 1;
            say(format!("ok   {name}"));
        } else {
            failed += 1;
            say(format!("FAIL {name}: {}", scenario.name));
            for d in &ran.differences {
                say(format!("  {d}"));
            }
        }
    }
    if let Some(mut out) = out {
        if out.flush().is_err() {
            return 2;
        }
    }
    say(format!("{passed} passed, {} failed", failed + bad));
    match (bad, failed) {
        (0, 0) => 0,
        (0, _) => 1,
        _ => 2,
    }
}

/// A folder of its own for each run: the one asked for (empty), or one that goes away.
fn in_folder<T>(asked: Option<&Path>, i: usize, many: bool, f: impl FnOnce(&Path) -> anyhow::Result<T>) -> anyhow::Result<T> {
    match asked {
        None => f(tempfile::tempdir()?.path()),
        Some(dir) => {
            let dir = if many { dir.join(format!("{:03}", i + 1)) } else { dir.to_path_buf() };
            std::fs::create_dir_all(&dir)?;
            let database = dir.join("scenario.db");
            if database.exists() {
                anyhow::bail!("{} is there already: name an empty folder", database.display());
            }
            f(&dir)
        }
    }
}
