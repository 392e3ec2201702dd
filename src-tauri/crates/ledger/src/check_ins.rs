//! Table `check_in`: every check-in whole, with how its round stands.

use crate::LedgerError;
use decide::CheckIn;
use rusqlite::{params, Connection};

pub(crate) fn write(conn: &Connection, c: &CheckIn) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO check_in (id, live, body) VALUES (?1, ?2, ?3)")?.execute(params![
        c.id,
        c.ended.is_none(),
        serde_json::to_string(c)?
    ])?;
    Ok(())
}

/// Those that nobody ended.
pub(crate) fn live(conn: &Connection) -> Result<Vec<CheckIn>, LedgerError> {
    let mut statement = conn.prepare("SELECT body FROM check_in WHERE live = 1 ORDER BY id")?;
    let rows = statement.query_map([], |r| r.get::<_, String>(0))?;
    rows.map(|body| Ok(serde_json::from_str(&body?)?)).collect()
}
