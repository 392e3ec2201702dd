//! Table `minutes`: what people logged beside episodes; and the days on which a patient sent readings.

use crate::codes::{at, ms};
use crate::readings::{day, STANDS};
use crate::{people, LedgerError};
use decide::minutes::Logged;
use decide::{At, Episode, Mrn};
use rusqlite::{params, Connection};

/// Its step of the file's format.
pub(crate) const STEP: &str = "
CREATE TABLE minutes (
    id INTEGER PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person(key),
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX minutes_at ON minutes(at_ms);
";

pub(crate) fn write(conn: &Connection, person: i64, l: &Logged) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO minutes (id, person, at_ms, body) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        l.id,
        person,
        ms(l.at),
        serde_json::to_string(l)?
    ])?;
    Ok(())
}

/// What was logged for work done in a span, oldest first; what was taken back too.
pub(crate) fn logged(conn: &Connection, from: At, to: At) -> Result<Vec<Logged>, LedgerError> {
    crate::bodies(conn, "SELECT body FROM minutes WHERE at_ms >= ?1 AND at_ms < ?2 ORDER BY at_ms, id", params![ms(from), ms(to)])
}

/// One entry.
pub(crate) fn one(conn: &Connection, id: u64) -> Result<Option<Logged>, LedgerError> {
    Ok(crate::bodies(conn, "SELECT body FROM minutes WHERE id = ?1", [id])?.pop())
}

/// Episodes closed in a span.
pub(crate) fn closed(conn: &Connection, from: At, to: At) -> Result<Vec<Episode>, LedgerError> {
    crate::bodies(conn, "SELECT body FROM episode WHERE closed_ms >= ?1 AND closed_ms < ?2 ORDER BY closed_ms", params![ms(from), ms(to)])
}

/// Calls with the patient and instant of each standing reading measured in a span, in no order. Reads the index alone.
pub(crate) fn measured(conn: &Connection, from: At, to: At, mut take: impl FnMut(&Mrn, At)) -> Result<(), LedgerError> {
    let mrns: std::collections::HashMap<i64, Mrn> = people::all(conn)?.into_iter().map(|(key, mrn)| (key, Mrn::from(mrn))).collect();
    let mut statement = conn.prepare_cached(
        "SELECT person, measured_ms FROM reading INDEXED BY reading_measured
         WHERE day BETWEEN ?1 AND ?2 AND measured_ms >= ?3 AND measured_ms < ?4 AND standing = ?5",
    )?;
    let (first, last) = (ms(from), ms(to));
    let mut rows = statement.query(params![day(first), day(last), first, last, STANDS])?;
    while let Some(row) = rows.next()? {
        if let Some(mrn) = mrns.get(&row.get::<_, i64>(0)?) {
            take(mrn, at(row.get(1)?)?);
        }
    }
    Ok(())
}
