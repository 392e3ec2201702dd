//! Table `opt_out`: our own registry of numbers that said STOP.

use crate::codes::ms;
use crate::LedgerError;
use decide::{At, Phone};
use rusqlite::{params, Connection};

pub(crate) fn write(conn: &Connection, phone: &Phone, out: bool, at: At) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO opt_out (phone, opted_out, at_ms) VALUES (?1, ?2, ?3)")?.execute(params![
        phone.expose(),
        out,
        ms(at)
    ])?;
    Ok(())
}

/// Numbers that are opted out now.
pub(crate) fn current(conn: &Connection) -> Result<Vec<Phone>, LedgerError> {
    let mut statement = conn.prepare("SELECT phone FROM opt_out WHERE opted_out = 1 ORDER BY phone")?;
    let phones = statement.query_map([], |r| r.get::<_, String>(0))?.map(|p| p.map(Phone::new)).collect::<Result<_, _>>()?;
    Ok(phones)
}
