//! Heads of the trail kept outside the database, so that a cut tail shows.

use decide::At;
use ledger::Anchor;
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The head at an instant: one line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub at: At,
    #[serde(flatten)]
    pub anchor: Anchor,
}

/// Adds the head as it is now, unless nothing was added to the trail since the last one of the same day.
pub fn keep(path: &Path, at: At, anchor: Anchor) -> io::Result<()> {
    if last(path)?.is_some_and(|kept| kept.anchor == anchor && kept.at.date_naive() == at.date_naive()) {
        return Ok(());
    }
    let mut line = serde_json::to_vec(&Kept { at, anchor })?;
    line.push(b'\n');
    if std::fs::read(path).is_ok_and(|text| text.last().is_some_and(|b| *b != b'\n')) {
        // The last write was cut off: this one begins a line of its own.
        line.insert(0, b'\n');
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    crate::workspace::own(&mut options);
    let mut file = options.open(path)?;
    file.write_all(&line)?;
    file.sync_all()
}

/// The newest head that can be read; a line cut off by a crash is passed over.
pub fn last(path: &Path) -> io::Result<Option<Kept>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e),
    };
    Ok(text.lines().rev().find_map(|line| serde_json::from_str(line).ok()))
}

/// A new trail begins: heads of an older one are put aside under a name of their own. Gives the name.
pub fn put_aside(path: &Path, at: At) -> io::Result<Option<PathBuf>> {
    if last(path)?.is_none() {
        return Ok(None);
    }
    let aside = path.with_file_name(format!("anchors-before-{}.jsonl", at.format("%Y%m%dT%H%M%SZ")));
    std::fs::rename(path, &aside)?;
    Ok(Some(aside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: u32) -> At {
        format!("2026-03-{day:02}T12:00:00Z").parse().unwrap()
    }

    fn anchor(lines: u64) -> Anchor {
        Anchor { lines, head: format!("{lines:064x}") }
    }

    #[test]
    fn the_newest_head_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("anchors.jsonl");
        assert_eq!(last(&path).unwrap(), None);
        keep(&path, at(1), anchor(3)).unwrap();
        keep(&path, at(2), anchor(9)).unwrap();
        assert_eq!(last(&path).unwrap().unwrap(), Kept { at: at(2), anchor: anchor(9) });
    }

    #[test]
    fn a_head_is_kept_each_day_even_when_nothing_happened() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("anchors.jsonl");
        for day in [1, 1, 2] {
            keep(&path, at(day), anchor(3)).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2);
    }

    #[test]
    fn a_line_cut_off_by_a_crash_hides_no_older_head() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("anchors.jsonl");
        keep(&path, at(1), anchor(3)).unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"at\":\"2026-03").unwrap();
        assert_eq!(last(&path).unwrap().unwrap().anchor, anchor(3));
        keep(&path, at(2), anchor(4)).unwrap();
        assert_eq!(last(&path).unwrap().unwrap().anchor, anchor(4));
    }

    #[test]
    fn heads_of_an_older_trail_are_kept_aside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("anchors.jsonl");
        keep(&path, at(1), anchor(3)).unwrap();
        let aside = put_aside(&path, at(2)).unwrap().unwrap();
        assert!(!path.exists());
        assert_eq!(last(&aside).unwrap().unwrap().anchor, anchor(3));
    }
}
