//! Table `setting`: what was changed from its default. Its history is on the trail.

use crate::codes::ms;
use crate::error::unreadable;
use crate::LedgerError;
use decide::At;
use rusqlite::{params, Connection};
use serde_json::{Map, Value};

pub(crate) fn write(conn: &Connection, name: &str, value: &Value, at: At, by: &str) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO setting (name, value, at_ms, by) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        name,
        serde_json::to_string(value)?,
        ms(at),
        by
    ])?;
    Ok(())
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
