//! Table `seen`: webhook and message ids that were handled.

use crate::codes::ms;
use crate::LedgerError;
use decide::At;
use rusqlite::{params, Connection, OptionalExtension};

pub(crate) fn write(conn: &Connection, key: &str, at: At) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR IGNORE INTO seen (key, at_ms) VALUES (?1, ?2)")?.execute(params![key, ms(at)])?;
    Ok(())
}

/// When it was first handled.
pub(crate) fn at(conn: &Connection, key: &str) -> Result<Option<At>, LedgerError> {
    let ms: Option<i64> = conn.prepare_cached("SELECT at_ms FROM seen WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()?;
    ms.map(crate::codes::at).transpose()
}

pub(crate) fn contains(conn: &Connection, key: &str) -> Result<bool, LedgerError> {
    Ok(conn.prepare_cached("SELECT 1 FROM seen WHERE key = ?1")?.exists([key])?)
}
