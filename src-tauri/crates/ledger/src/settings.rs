//! Table `setting`: what was changed from its default. Its history is on the trail.

use crate::codes::{at, ms};
use crate::error::unreadable;
use crate::LedgerError;
use decide::At;
use rusqlite::{params, Connection};
use serde_json::{Map, Value};

pub(crate) fn write(conn: &Connection, name: &str, value: &Value, when: At, by: &str) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO setting (name, value, at_ms, by) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        name,
        serde_json::to_string(value)?,
        ms(when),
        by
    ])?;
    Ok(())
}

/// When each was last changed, and by whom.
pub(crate) fn changes(conn: &Connection) -> Result<Vec<(String, At, String)>, LedgerError> {
    let mut statement = conn.prepare("SELECT name, at_ms, by FROM setting ORDER BY name")?;
    let mut rows = statement.query([])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        changes.push((row.get(0)?, at(row.get(1)?)?, row.get(2)?));
    }
    Ok(changes)
}

/// All that were set.
pub(crate) fn all(conn: &Connection) -> Result<Map<String, Value>, LedgerError> {
    let mut statement = conn.prepare("SELECT name, value FROM setting ORDER BY name")?;
    let mut rows = statement.query([])?;
    let mut settings = Map::new();
    while let Some(row) = rows.next()? {
        settings.insert(row.get(0)?, serde_json::from_str(row.get_ref(1)?.as_str().map_err(|_| unreadable("a setting"))?)?);
    }
    Ok(settings)
}
