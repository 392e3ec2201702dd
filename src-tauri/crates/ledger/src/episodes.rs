//! Table `episode`.

use crate::codes::{ms, vital_code};
use crate::LedgerError;
use decide::{At, Episode, WriteState};
use rusqlite::{params, Connection};

/// Open, or with a write to the chart still to be finished.
fn live(episode: &Episode) -> bool {
    let unfinished = |w: WriteState| matches!(w, WriteState::Missing | WriteState::Queued | WriteState::Blocked);
    episode.is_open() || episode.writes.is_some_and(|w| unfinished(w.reviewed) || unfinished(w.note) || unfinished(w.flowsheet))
}

pub(crate) fn write(conn: &Connection, person: i64, episode: &Episode) -> Result<(), LedgerError> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO episode (id, person, vital, opened_ms, closed_ms, live, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        episode.id,
        person,
        vital_code(episode.vital),
        ms(episode.opened_at),
        episode.closed.as_ref().map(|c| ms(c.at)),
        live(episode),
        serde_json::to_string(episode)?
    ])?;
    Ok(())
}

/// Those that are live, and those closed since then.
pub(crate) fn recent(conn: &Connection, closed_since: At) -> Result<Vec<Episode>, LedgerError> {
    crate::bodies(
        conn,
        "SELECT body FROM (SELECT id, body FROM episode WHERE live = 1 UNION SELECT id, body FROM episode WHERE closed_ms IS NOT NULL AND closed_ms >= ?1) ORDER BY id",
        [ms(closed_since)],
    )
}

/// One episode.
pub(crate) fn one(conn: &Connection, id: u64) -> Result<Option<Episode>, LedgerError> {
    Ok(crate::bodies(conn, "SELECT body FROM episode WHERE id = ?1", [id])?.pop())
}

/// Episodes of one patient, newest first.
pub(crate) fn of(conn: &Connection, person: i64, max: usize) -> Result<Vec<Episode>, LedgerError> {
    crate::bodies(conn, "SELECT body FROM episode WHERE person = ?1 ORDER BY id DESC LIMIT ?2", params![person, max as i64])
}

/// Calls with every episode that was open at or after that instant, in the order they opened.
pub(crate) fn each_since(conn: &Connection, since: At, person: Option<i64>, take: &mut dyn FnMut(Episode)) -> Result<(), LedgerError> {
    let of = if person.is_some() { "person = ?2" } else { "?2 IS NULL" };
    let mut statement =
        conn.prepare(&format!("SELECT body FROM episode WHERE (closed_ms IS NULL OR closed_ms >= ?1) AND {of} ORDER BY id"))?;
    let mut rows = statement.query(params![ms(since), person])?;
    while let Some(row) = rows.next()? {
        take(serde_json::from_str(row.get_ref(0)?.as_str().map_err(|_| crate::error::unreadable("an episode"))?)?);
    }
    Ok(())
}

/// The newest ones before that number, newest first.
pub(crate) fn newest(conn: &Connection, before: Option<u64>, max: u32) -> Result<Vec<Episode>, LedgerError> {
    let before = before.unwrap_or(i64::MAX as u64);
    crate::bodies(conn, "SELECT body FROM episode WHERE id < ?1 ORDER BY id DESC LIMIT ?2", params![before, max])
}
