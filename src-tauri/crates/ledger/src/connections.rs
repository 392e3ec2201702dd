//! Table `connection`: each vendor's set-up, without its secrets.

use crate::LedgerError;
use decide::connections::Connection as SetUp;
use decide::outbox::Vendor;
use rusqlite::{params, Connection};

pub(crate) fn write(conn: &Connection, set_up: &SetUp) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO connection (vendor, body) VALUES (?1, ?2)")?
        .execute(params![set_up.vendor.name(), serde_json::to_string(set_up)?])?;
    Ok(())
}

pub(crate) fn remove(conn: &Connection, vendor: Vendor) -> Result<(), LedgerError> {
    conn.prepare_cached("DELETE FROM connection WHERE vendor = ?1")?.execute([vendor.name()])?;
    Ok(())
}

pub(crate) fn all(conn: &Connection) -> Result<Vec<SetUp>, LedgerError> {
    crate::bodies(conn, "SELECT body FROM connection ORDER BY vendor", [])
}
