//! Table `patient`: whole patients, and `limit_change`: who changed which limit, when, why.

use crate::LedgerError;
use decide::rows::LimitChange;
use decide::Patient;
use rusqlite::{params, Connection};

pub(crate) fn write(conn: &Connection, person: i64, patient: &Patient) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT INTO patient (person, body) VALUES (?1, ?2) ON CONFLICT (person) DO UPDATE SET body = excluded.body")?
        .execute(params![person, serde_json::to_string(patient)?])?;
    Ok(())
}

/// All of them, in the order they came.
pub(crate) fn all(conn: &Connection) -> Result<Vec<Patient>, LedgerError> {
    crate::bodies(conn, "SELECT body FROM patient ORDER BY person", [])
}

pub(crate) fn write_change(conn: &Connection, person: i64, change: &LimitChange) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT INTO limit_change (person, body) VALUES (?1, ?2)")?
        .execute(params![person, serde_json::to_string(change)?])?;
    Ok(())
}

/// Changes of one patient's limits, newest first.
pub(crate) fn changes(conn: &Connection, person: i64) -> Result<Vec<LimitChange>, LedgerError> {
    crate::bodies(conn, "SELECT body FROM limit_change WHERE person = ?1 ORDER BY id DESC", [person])
}
