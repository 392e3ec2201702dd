//! Table `quarantine`: records that could not be used, kept whole.

use crate::LedgerError;
use decide::rows::Quarantined;
use rusqlite::{params, Connection};

pub(crate) fn write(conn: &Connection, record: &Quarantined) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO quarantine (id, state, body) VALUES (?1, ?2, ?3)")?.execute(params![
        record.id,
        record.state,
        serde_json::to_string(record)?
    ])?;
    Ok(())
}

/// One record.
pub(crate) fn one(conn: &Connection, id: u64) -> Result<Option<Quarantined>, LedgerError> {
    Ok(crate::bodies(conn, "SELECT body FROM quarantine WHERE id = ?1", [id])?.pop())
}

/// Records in a state (all if none is named), newest first.
pub(crate) fn page(conn: &Connection, state: Option<&str>, page: crate::Page) -> Result<Vec<Quarantined>, LedgerError> {
    match state {
        Some(state) => crate::bodies(
            conn,
            "SELECT body FROM quarantine WHERE state = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
            params![state, page.below(), page.limit],
        ),
        None => {
            crate::bodies(conn, "SELECT body FROM quarantine WHERE id < ?1 ORDER BY id DESC LIMIT ?2", params![page.below(), page.limit])
        }
    }
}
