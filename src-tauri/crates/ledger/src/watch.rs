//! Table `watch`: what the console remembers about its own watch, by key; and who sent what lately.

use crate::codes::{at, vital_of};
use crate::readings::day;
use crate::LedgerError;
use decide::watch::Sent;
use decide::{At, Mrn, Vital};
use rusqlite::Connection;
use serde_json::Value;

/// Habits are made of so many days.
const HABIT_DAYS: i64 = 14;

/// Remembers, or (null) forgets.
pub(crate) fn write(conn: &Connection, key: &str, value: &Value) -> Result<(), LedgerError> {
    if value.is_null() {
        conn.prepare_cached("DELETE FROM watch WHERE key = ?1")?.execute([key])?;
    } else {
        conn.prepare_cached("INSERT OR REPLACE INTO watch (key, value) VALUES (?1, ?2)")?.execute([key, &serde_json::to_string(value)?])?;
    }
    Ok(())
}

/// All of it.
pub(crate) fn all(conn: &Connection) -> Result<Vec<(String, Value)>, LedgerError> {
    let mut statement = conn.prepare("SELECT key, value FROM watch ORDER BY key")?;
    let mut rows = statement.query([])?;
    let mut kept = Vec::new();
    while let Some(row) = rows.next()? {
        kept.push((row.get(0)?, serde_json::from_str(&row.get::<_, String>(1)?)?));
    }
    Ok(kept)
}

/// The newest reading of each patient and vital in the last fourteen days, and the days on which there were any.
/// One walk along the newest end of the index of readings.
pub(crate) fn sent(conn: &Connection, now: At) -> Result<Vec<(Mrn, Vital, Sent)>, LedgerError> {
    let today = day(now.timestamp_millis());
    // Bit n: n days before today. Moved below so that bit 0 is the day of the newest.
    let mut statement = conn.prepare(
        "SELECT p.mrn, r.vital, max(r.measured_ms), sum(DISTINCT 1 << (?1 - r.day)), max(r.day)
         FROM reading r JOIN person p ON p.key = r.person
         WHERE r.day > ?1 - ?2 AND r.day <= ?1 GROUP BY r.person, r.vital",
    )?;
    let mut rows = statement.query([today, HABIT_DAYS])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (mask, newest): (i64, i64) = (row.get(3)?, row.get(4)?);
        let days = (mask >> (today - newest).clamp(0, 31)) as u32;
        found.push((Mrn::from(row.get::<_, String>(0)?), vital_of(row.get(1)?)?, Sent { last: at(row.get(2)?)?, days }));
    }
    Ok(found)
}
