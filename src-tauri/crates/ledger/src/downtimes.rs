//! Table `downtime`: announced maintenance and stops of sending.

use crate::LedgerError;
use decide::Downtime;
use rusqlite::{params, Connection};

pub(crate) fn write(conn: &Connection, d: &Downtime) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO downtime (id, live, body) VALUES (?1, ?2, ?3)")?.execute(params![
        d.id,
        d.ended.is_none(),
        serde_json::to_string(d)?
    ])?;
    Ok(())
}

/// Those that are not over.
pub(crate) fn live(conn: &Connection) -> Result<Vec<Downtime>, LedgerError> {
    crate::bodies(conn, "SELECT body FROM downtime WHERE live = 1 ORDER BY id", [])
}
