//! Tables `judgement` and `gate`: what nurses say of alerts that shadow mode held back, and what stands of the go-live gate.

use crate::codes::ms;
use crate::LedgerError;
use decide::shadow::{Gate, Judgement};
use decide::{At, Episode};
use rusqlite::{params, Connection};

/// Its step of the file's format.
pub(crate) const STEP: &str = "
CREATE TABLE judgement (
    id INTEGER PRIMARY KEY,
    episode INTEGER,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX judgement_at ON judgement(at_ms);

-- At most one row.
CREATE TABLE gate (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL) STRICT;

CREATE INDEX episode_opened ON episode(opened_ms);
";

pub(crate) fn write(conn: &Connection, j: &Judgement) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO judgement (id, episode, at_ms, body) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        j.id,
        j.episode,
        ms(j.at),
        serde_json::to_string(j)?
    ])?;
    Ok(())
}

/// All of them, those taken back too.
pub(crate) fn all(conn: &Connection) -> Result<Vec<Judgement>, LedgerError> {
    crate::bodies(conn, "SELECT body FROM judgement ORDER BY id", [])
}

pub(crate) fn write_gate(conn: &Connection, gate: &Gate) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO gate (one, body) VALUES (1, ?1)")?.execute([serde_json::to_string(gate)?])?;
    Ok(())
}

/// The gate, once there is one.
pub(crate) fn gate(conn: &Connection) -> Result<Option<Gate>, LedgerError> {
    Ok(crate::bodies(conn, "SELECT body FROM gate", [])?.pop())
}

/// Episodes opened in a span, oldest first.
pub(crate) fn opened(conn: &Connection, from: At, to: At, mut take: impl FnMut(Episode)) -> Result<(), LedgerError> {
    let mut statement = conn.prepare_cached("SELECT body FROM episode WHERE opened_ms >= ?1 AND opened_ms < ?2 ORDER BY opened_ms, id")?;
    let mut rows = statement.query(params![ms(from), ms(to)])?;
    while let Some(row) = rows.next()? {
        take(serde_json::from_str(row.get_ref(0)?.as_str().map_err(|_| crate::error::unreadable("an episode"))?)?);
    }
    Ok(())
}
