//! Table `opt_out`: our own registry of numbers that said STOP.

use crate::codes::{at as instant, ms};
use crate::LedgerError;
use decide::{At, Phone};
use rusqlite::{params, Connection, OptionalExtension};

/// How a number stands in the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOut {
    pub out: bool,
    pub at: At,
    /// Who put it down on the console; none: the patient's own word, or the vendor's.
    pub by: Option<String>,
}

pub(crate) fn write(conn: &Connection, phone: &Phone, out: bool, at: At, by: Option<&str>) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO opt_out (phone, opted_out, at_ms, by) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        phone.expose(),
        out,
        ms(at),
        by
    ])?;
    Ok(())
}

/// Numbers that are opted out now.
pub(crate) fn current(conn: &Connection) -> Result<Vec<Phone>, LedgerError> {
    let mut statement = conn.prepare("SELECT phone FROM opt_out WHERE opted_out = 1 ORDER BY phone")?;
    let phones = statement.query_map([], |r| r.get::<_, String>(0))?.map(|p| p.map(Phone::new)).collect::<Result<_, _>>()?;
    Ok(phones)
}

/// One number, if it was ever in the registry.
pub(crate) fn of(conn: &Connection, phone: &Phone) -> Result<Option<OptOut>, LedgerError> {
    let found = conn
        .prepare_cached("SELECT opted_out, at_ms, by FROM opt_out WHERE phone = ?1")?
        .query_row([phone.expose()], |r| Ok((r.get(0)?, r.get::<_, i64>(1)?, r.get(2)?)))
        .optional()?;
    found.map(|(out, at_ms, by)| Ok(OptOut { out, at: instant(at_ms)?, by })).transpose()
}
