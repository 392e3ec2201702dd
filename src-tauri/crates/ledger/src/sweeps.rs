//! Table `swept_from`: when the last whole sweep of the chart began.

use crate::codes::{at, ms};
use crate::LedgerError;
use decide::At;
use rusqlite::{Connection, OptionalExtension};

pub(crate) fn write(conn: &Connection, began: At) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO swept_from (one, began_ms) VALUES (1, ?1)")?.execute([ms(began)])?;
    Ok(())
}

pub(crate) fn began(conn: &Connection) -> Result<Option<At>, LedgerError> {
    let ms: Option<i64> = conn.prepare("SELECT began_ms FROM swept_from")?.query_row([], |r| r.get(0)).optional()?;
    ms.map(at).transpose()
}
