//! Where things are in the workspace.

use crate::process;
use crate::Outcome;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// The top of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// A built program.
pub fn built(profile: &str, name: &str) -> PathBuf {
    target().join(profile).join(name)
}

/// Every file that is, or is about to be, in the repository; relative to the top.
pub fn tracked() -> Outcome<Vec<String>> {
    let mut list = Command::new("git");
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    let mut files: Vec<String> =
        process::capture(&mut list)?.split('\0').filter(|f| !f.is_empty() && root().join(f).is_file()).map(str::to_string).collect();
    files.sort();
    files.dedup();
    Ok(files)
}

/// The newest change among these files and folders.
pub fn newest(paths: &[PathBuf]) -> Option<SystemTime> {
    paths.iter().filter_map(|p| newest_in(p)).max()
}

fn newest_in(path: &Path) -> Option<SystemTime> {
    let meta = path.metadata().ok()?;
    if !meta.is_dir() {
        return meta.modified().ok();
    }
    let inside = path.read_dir().ok()?.flatten().filter_map(|entry| newest_in(&entry.path())).max();
    inside.max(meta.modified().ok())
}

/// A folder of its own under the build folder, empty.
pub fn fresh_dir(name: &str) -> Outcome<PathBuf> {
    let dir = target().join("xtask").join(name);
    let made = match std::fs::remove_dir_all(&dir) {
        Ok(()) => std::fs::create_dir_all(&dir),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => std::fs::create_dir_all(&dir),
        Err(e) => Err(e),
    };
    made.map_err(|e| format!("the folder cannot be emptied: {}: {e}", dir.display()))?;
    Ok(dir)
}
