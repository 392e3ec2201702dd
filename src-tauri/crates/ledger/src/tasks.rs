//! Table `task`.

use crate::LedgerError;
use decide::Task;
use rusqlite::{params, Connection};

pub(crate) fn write(conn: &Connection, task: &Task) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO task (id, live, body) VALUES (?1, ?2, ?3)")?.execute(params![
        task.id,
        task.closed.is_none(),
        serde_json::to_string(task)?
    ])?;
    Ok(())
}

/// Those that wait for a person.
pub(crate) fn open(conn: &Connection) -> Result<Vec<Task>, LedgerError> {
    crate::bodies(conn, "SELECT body FROM task WHERE live = 1 ORDER BY id", [])
}
