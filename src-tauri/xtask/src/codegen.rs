//! The TypeScript of the console's commands and views, written from the `wire` crate.

use crate::counts::Counts;
use crate::{files, process, Outcome};
use std::collections::BTreeMap;
use std::path::PathBuf;

fn folder() -> PathBuf {
    files::root().join("ui/src/generated")
}

/// Writes it anew, so that the files of types that are gone go too.
pub fn write() -> Outcome {
    let folder = folder();
    match std::fs::remove_dir_all(&folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(format!("{}: {e}", folder.display())),
        _ => {}
    }
    process::run(&mut process::cargo(&["test", "--quiet", "-p", "wire", "export_bindings"]))
}

/// Fails, naming the files, when what is written differs from what is in the tree.
pub fn check() -> Outcome<Counts> {
    let before = read();
    let written = write();
    if before.is_empty() {
        return Err("ui/src/generated was empty; it is written now, commit it".into());
    }
    written?;
    let after = read();
    let stale: Vec<&String> = before.keys().chain(after.keys()).filter(|name| before.get(*name) != after.get(*name)).collect();
    if stale.is_empty() {
        return Ok(Counts::one(true));
    }
    let mut names: Vec<&str> = stale.iter().map(|s| s.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    Err(format!("ui/src/generated was out of step with wire and is written anew; commit: {}", names.join(", ")))
}

fn read() -> BTreeMap<String, String> {
    let Ok(entries) = folder().read_dir() else {
        return BTreeMap::new();
    };
    entries.flatten().filter_map(|e| Some((e.file_name().into_string().ok()?, std::fs::read_to_string(e.path()).ok()?))).collect()
}
