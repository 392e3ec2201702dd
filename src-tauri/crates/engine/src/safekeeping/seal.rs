//! Retention of the trail: lines older than the setting are sealed into archive files, proved, and only then cut.
//!
//! The line that says so carries the hash of the last line that was cut; it is part of the chain, so the rest is provable
//! by itself, and together with the archives everything is, from line 1.

use crate::workspace;
use decide::input::Safekeeping;
use decide::At;
use ledger::Copies;
use std::path::{Path, PathBuf};

/// Lines of one archive: taking them out of the trail keeps the spine some tenths of a second at most.
pub const LINES: u64 = 20_000;

/// Seals the oldest lines from before an instant into a new archive. None: nothing is that old.
///
/// What is returned is to be stored as a change; until then the lines are in both places, and the next attempt writes the file anew.
pub fn seal(copies: &Copies, folder: &Path, before: At, lines: u64) -> Result<Option<Safekeeping>, String> {
    let archives = workspace::archives(folder);
    workspace::make_dir(&archives).map_err(|e| format!("{} cannot be made: {e}", archives.display()))?;
    let part = archives.join(".trail.part");
    let _ = std::fs::remove_file(&part);
    let sealed = copies.seal(&part, before, lines).map_err(|e| e.to_string())?;
    let Some((first, last)) = sealed else { return Ok(None) };
    let proved = (|| {
        let walked = copies.walk_archive(&part).map_err(|e| e.to_string())?;
        if let Some(broken) = &walked.first_broken {
            return Err(format!("line {} of the trail is not what was written, so nothing was cut: {}", broken.seq, broken.why));
        }
        if (walked.first, walked.last) != (first, last) || !copies.holds(last, &walked.head).map_err(|e| e.to_string())? {
            return Err("the archive does not end as the trail does, so nothing was cut".into());
        }
        let (_, sha256) = super::copy::digest(&part).map_err(|e| e.to_string())?;
        let file = format!("trail-{first:010}-{last:010}.db");
        std::fs::rename(&part, archives.join(&file)).map_err(|e| e.to_string())?;
        super::copy::sync_folder(&archives).map_err(|e| e.to_string())?;
        Ok(Some(Safekeeping::Archived { first, last, head: walked.head, file, sha256 }))
    })();
    if proved.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    proved
}

/// What the archives of a trail prove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Archived {
    /// Every line from the first to where the file goes on.
    Whole,
    /// Lines from there on are in no archive that was found.
    Missing { from: u64 },
    /// This line of an archive is not what was written.
    Broken { line: u64, why: String },
}

/// Walks archives in order, from line 1 to the line that the trail in the database goes on from.
pub fn walk(copies: &Copies, files: &[PathBuf], start: &ledger::Anchor) -> Archived {
    let (mut next, mut head) = (1, "0".repeat(64));
    for path in files {
        if next > start.lines {
            break;
        }
        let walked = match copies.walk_archive(path) {
            Ok(walked) => walked,
            Err(e) => return Archived::Broken { line: next, why: format!("{}: {e}", path.display()) },
        };
        if walked.last < next {
            continue;
        }
        if walked.first > next {
            return Archived::Missing { from: next };
        }
        if let Some(broken) = walked.first_broken {
            return Archived::Broken { line: broken.seq, why: broken.why };
        }
        if walked.first == next && walked.before != head {
            return Archived::Broken { line: next, why: "this archive does not go on from the one before it".into() };
        }
        (next, head) = (walked.last + 1, walked.head);
    }
    if next <= start.lines {
        Archived::Missing { from: next }
    } else if head != start.head {
        Archived::Broken { line: start.lines, why: "the archives do not end with the line that the trail goes on from".into() }
    } else {
        Archived::Whole
    }
}
