//! Tables `shape` and `shape_seen`: payload shapes, each text once, and which source sent which.

use crate::codes::{ms, source_code, source_of};
use crate::LedgerError;
use decide::{At, Source};
use rusqlite::{params, Connection, OptionalExtension};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The numbers of the shapes met so far.
#[derive(Default)]
pub(crate) struct Shapes(HashMap<Vec<String>, i64>);

/// More than any honest set of sources has; beyond it the memory starts anew.
const REMEMBERED: usize = 512;

impl Shapes {
    /// The number of a shape; a new one if needed.
    pub fn key(&mut self, conn: &Connection, shape: &[String]) -> Result<i64, LedgerError> {
        if let Some(key) = self.0.get(shape) {
            return Ok(*key);
        }
        let body = serde_json::to_string(shape)?;
        let found = conn.prepare_cached("SELECT key FROM shape WHERE body = ?1")?.query_row([&body], |r| r.get(0)).optional()?;
        let key = match found {
            Some(key) => key,
            None => {
                conn.prepare_cached("INSERT INTO shape (body) VALUES (?1)")?.execute([&body])?;
                conn.last_insert_rowid()
            }
        };
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        self.0.insert(shape.to_vec(), key);
        Ok(key)
    }

    /// Forgets all: some may have been rolled back.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}

pub(crate) fn write(conn: &Connection, key: i64, source: Source, at: At) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR IGNORE INTO shape_seen (source, shape, at_ms) VALUES (?1, ?2, ?3)")?.execute(params![
        source_code(source),
        key,
        ms(at)
    ])?;
    Ok(())
}

/// The shape of that number.
pub(crate) fn body(conn: &Connection, key: i64) -> Result<Vec<String>, LedgerError> {
    let text: String = conn.prepare_cached("SELECT body FROM shape WHERE key = ?1")?.query_row([key], |r| r.get(0))?;
    Ok(serde_json::from_str(&text)?)
}

/// Which source has sent which shapes.
pub(crate) fn seen(conn: &Connection) -> Result<BTreeMap<Source, BTreeSet<Vec<String>>>, LedgerError> {
    let mut statement = conn.prepare("SELECT shape_seen.source, shape.body FROM shape_seen JOIN shape ON shape.key = shape_seen.shape")?;
    let mut rows = statement.query([])?;
    let mut seen = BTreeMap::<_, BTreeSet<_>>::new();
    while let Some(row) = rows.next()? {
        let shape = serde_json::from_str(row.get_ref(1)?.as_str().map_err(|_| crate::error::unreadable("a shape"))?)?;
        seen.entry(source_of(row.get(0)?)?).or_default().insert(shape);
    }
    Ok(seen)
}

/// Every shape with its source and when that source first sent it, oldest first.
pub(crate) fn all(conn: &Connection) -> Result<Vec<(Source, At, Vec<String>)>, LedgerError> {
    let mut statement = conn.prepare_cached(
        "SELECT shape_seen.source, shape_seen.at_ms, shape.body FROM shape_seen JOIN shape ON shape.key = shape_seen.shape ORDER BY shape_seen.at_ms, shape.key",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let shape = serde_json::from_str(row.get_ref(2)?.as_str().map_err(|_| crate::error::unreadable("a shape"))?)?;
        found.push((source_of(row.get(0)?)?, crate::codes::at(row.get(1)?)?, shape));
    }
    Ok(found)
}
