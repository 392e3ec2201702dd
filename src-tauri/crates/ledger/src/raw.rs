//! Table `raw`: bodies exactly as they came in.

use crate::codes::{at, ms, source_code, source_of};
use crate::LedgerError;
use decide::{At, Source};
use rusqlite::{params, Connection};

/// A kept body.
#[derive(Clone, PartialEq, Eq)]
pub struct Raw {
    pub id: u64,
    pub at: At,
    pub source: Source,
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The body names people: only its length may reach a log.
        f.debug_struct("Raw")
            .field("id", &self.id)
            .field("at", &self.at)
            .field("source", &self.source)
            .field("bytes", &self.body.len())
            .finish()
    }
}

pub(crate) fn write(conn: &Connection, id: u64, at: At, source: Source, body: &[u8]) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT INTO raw (id, at_ms, source, body) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        id,
        ms(at),
        source_code(source),
        body
    ])?;
    Ok(())
}

pub(crate) fn one(conn: &Connection, id: u64) -> Result<Option<Raw>, LedgerError> {
    let mut statement = conn.prepare_cached("SELECT at_ms, source, body FROM raw WHERE id = ?1")?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        None => Ok(None),
        Some(row) => Ok(Some(Raw { id, at: at(row.get(0)?)?, source: source_of(row.get(1)?)?, body: row.get(2)? })),
    }
}

pub(crate) fn last(conn: &Connection) -> Result<u64, LedgerError> {
    Ok(conn.query_row("SELECT coalesce(max(id), 0) FROM raw", [], |r| r.get(0))?)
}
