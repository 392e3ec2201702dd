//! Sealed archives: old lines of the trail in encrypted files of their own, chained as they were, so that the rest goes on
//! from a hash that anyone with the archives can recompute from line 1.

use crate::codes::ms;
use crate::error::unreadable;
use crate::trail::{hex, text, Canonical, Head};
use crate::{open, people, Broken, Key, LedgerError};
use decide::At;
use rusqlite::{params, Connection};
use std::path::Path;

/// One archive holds the lines of one stretch; `before` is the hash that its first line goes on from.
const TABLES: &str = "
CREATE TABLE archive (one INTEGER PRIMARY KEY CHECK (one = 1), first INTEGER NOT NULL, last INTEGER NOT NULL, before BLOB NOT NULL) STRICT;
CREATE TABLE line (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    mrn TEXT,
    episode INTEGER,
    by TEXT,
    body TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
";

/// A stretch of the trail that was walked line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    pub first: u64,
    pub last: u64,
    /// The hash that the first line goes on from, hex.
    pub before: String,
    /// Hash of the last good line, hex.
    pub head: String,
    pub first_broken: Option<Broken>,
}

/// Writes the oldest lines from before an instant, at most `max`, into a new file. Lines of an episode that is still open
/// stay with it, and the newest line always stays. None: there is nothing to seal.
pub(crate) fn seal(conn: &Connection, key: &Key, to: &Path, before: At, max: u64) -> Result<Option<(u64, u64)>, LedgerError> {
    let start = crate::trail::start(conn)?.1;
    let first = start.seq + 1;
    let newest: Option<u64> =
        conn.query_row("SELECT max(seq) FROM trail WHERE at_ms < ?1 AND seq < ?2", params![ms(before), first + max], |r| r.get(0))?;
    let open: Option<u64> =
        conn.query_row("SELECT min(trail.seq) FROM episode JOIN trail ON trail.episode = episode.id WHERE episode.live = 1", [], |r| {
            r.get(0)
        })?;
    let end: Option<u64> = conn.query_row("SELECT max(seq) FROM trail", [], |r| r.get(0))?;
    let last = newest.map_or(0, |n| n.min(open.map_or(u64::MAX, |o| o - 1)).min(end.map_or(0, |e| e - 1)));
    if last < first {
        return Ok(None);
    }
    let mrns = people::all(conn)?;
    let mut out = open::bare(to, key)?;
    let writing = out.transaction()?;
    writing.execute_batch(TABLES)?;
    writing.execute("INSERT INTO archive VALUES (1, ?1, ?2, ?3)", params![first, last, start.hash])?;
    let mut statement =
        conn.prepare("SELECT seq, at_ms, kind, person, episode, by, body, hash FROM trail WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq")?;
    let mut rows = statement.query(params![first, last])?;
    while let Some(row) = rows.next()? {
        let person: Option<i64> = row.get(3)?;
        let mrn = person.map(|key| mrns.get(&key).map_or("", String::as_str));
        writing.prepare_cached("INSERT INTO line VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?.execute(params![
            row.get::<_, u64>(0)?,
            row.get::<_, i64>(1)?,
            text(row, 2)?,
            mrn,
            row.get::<_, Option<i64>>(4)?,
            row.get::<_, Option<String>>(5)?,
            text(row, 6)?,
            row.get_ref(7)?.as_blob().map_err(|_| unreadable("a hash"))?,
        ])?;
    }
    writing.commit()?;
    Ok(Some((first, last)))
}

/// Walks an archive and recomputes every hash.
pub(crate) fn walk(path: &Path, key: &Key) -> Result<Stretch, LedgerError> {
    let conn = open::reader(path, key, open::Durability::Full)?;
    let (first, last, before): (u64, u64, Vec<u8>) = conn
        .query_row("SELECT first, last, before FROM archive", [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .map_err(|_| LedgerError::Corrupt(format!("{} is no archive of a trail", path.display())))?;
    let mut head = Head { seq: first.saturating_sub(1), hash: before.clone().try_into().map_err(|_| unreadable("a hash"))? };
    let stretch = |head: &Head, broken: Option<(u64, &str)>| Stretch {
        first,
        last,
        before: hex(&before),
        head: hex(&head.hash),
        first_broken: broken.map(|(seq, why)| Broken { seq, why: why.into() }),
    };
    let mut statement = conn.prepare("SELECT seq, at_ms, kind, mrn, episode, by, body, hash FROM line ORDER BY seq")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let seq: u64 = row.get(0)?;
        if seq != head.seq + 1 {
            return Ok(stretch(&head, Some((head.seq + 1, "lines are missing from the archive here"))));
        }
        let (mrn, by): (Option<String>, Option<String>) = (row.get(3)?, row.get(5)?);
        let line = Canonical {
            seq,
            at_ms: row.get(1)?,
            kind: text(row, 2)?,
            mrn: mrn.as_deref(),
            episode: row.get(4)?,
            by: by.as_deref(),
            body: text(row, 6)?,
        };
        let hash = line.hash(&head.hash);
        if row.get_ref(7)?.as_blob().ok() != Some(&hash[..]) {
            return Ok(stretch(&head, Some((seq, "this line of the archive, or the one before it, is not what was written"))));
        }
        head = Head { seq, hash };
    }
    let short = (head.seq != last).then_some((head.seq + 1, "the end of the archive is missing"));
    Ok(stretch(&head, short))
}

impl crate::Copies {
    /// Writes the oldest lines of the trail from before an instant, at most `max`, into a new encrypted file at `to`.
    /// The trail itself is left as it is. Returns the first and the last line; none = nothing is that old.
    pub fn seal(&self, to: &Path, before: At, max: u64) -> Result<Option<(u64, u64)>, LedgerError> {
        seal(&self.reader()?.conn, &self.key, to, before, max)
    }

    /// Walks an archive and recomputes every hash.
    pub fn walk_archive(&self, path: &Path) -> Result<Stretch, LedgerError> {
        walk(path, &self.key)
    }
}

/// Takes lines that are sealed elsewhere out of the trail.
pub(crate) fn cut(conn: &Connection, last: u64) -> Result<(), LedgerError> {
    let end: Option<u64> = conn.query_row("SELECT max(seq) FROM trail", [], |r| r.get(0))?;
    if end.is_none_or(|end| last >= end) {
        return Err(LedgerError::Other("the newest line of the trail is never cut".into()));
    }
    conn.prepare_cached("DELETE FROM trail WHERE seq <= ?1")?.execute([last])?;
    Ok(())
}
