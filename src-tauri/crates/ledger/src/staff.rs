//! Table `staff`: who may sign in.

use crate::LedgerError;
use decide::staff::Staff;
use rusqlite::{params, Connection};

pub(crate) fn write(conn: &Connection, staff: &Staff) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO staff (id, body) VALUES (?1, ?2)")?
        .execute(params![staff.id, serde_json::to_string(staff)?])?;
    Ok(())
}

pub(crate) fn all(conn: &Connection) -> Result<Vec<Staff>, LedgerError> {
    let mut statement = conn.prepare("SELECT body FROM staff ORDER BY id")?;
    let rows = statement.query_map([], |r| r.get::<_, String>(0))?;
    rows.map(|body| Ok(serde_json::from_str(&body?)?)).collect()
}
