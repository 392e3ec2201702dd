//! Tables `visit` and `reminder_day`: every visit whole, and how many reminders a patient got on a local day.

use crate::codes::{at, ms};
use crate::LedgerError;
use decide::{At, Mrn, Phone, Visit};
use rusqlite::{params, Connection, OptionalExtension};

pub(crate) fn write(conn: &Connection, visit: &Visit) -> Result<(), LedgerError> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO visit (id, appointment_id, phone, starts_ms, next_ms, body, patient) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        visit.id,
        visit.told.appointment_id,
        visit.told.patient_phone.as_ref().map(Phone::expose),
        ms(visit.told.instant()),
        visit.next.map(ms),
        serde_json::to_string(visit)?,
        visit.told.patient_id.expose(),
    ])?;
    Ok(())
}

fn read(body: String) -> Result<Visit, LedgerError> {
    Ok(serde_json::from_str(&body)?)
}

pub(crate) fn of_appointment(conn: &Connection, appointment_id: &str) -> Result<Option<Visit>, LedgerError> {
    let body: Option<String> =
        conn.prepare_cached("SELECT body FROM visit WHERE appointment_id = ?1")?.query_row([appointment_id], |r| r.get(0)).optional()?;
    body.map(read).transpose()
}

pub(crate) fn one(conn: &Connection, id: u64) -> Result<Option<Visit>, LedgerError> {
    let body: Option<String> = conn.prepare_cached("SELECT body FROM visit WHERE id = ?1")?.query_row([id], |r| r.get(0)).optional()?;
    body.map(read).transpose()
}

/// Visits of a number that have not begun yet.
pub(crate) fn ahead_of_phone(conn: &Connection, phone: &Phone, now: At) -> Result<Vec<Visit>, LedgerError> {
    let mut statement = conn.prepare_cached("SELECT body FROM visit WHERE phone = ?1 AND starts_ms > ?2 ORDER BY starts_ms")?;
    let rows = statement.query_map(params![phone.expose(), ms(now)], |r| r.get::<_, String>(0))?;
    rows.map(|body| read(body?)).collect()
}

/// Visits of a patient that have not begun yet.
pub(crate) fn ahead_of_patient(conn: &Connection, mrn: &Mrn, now: At) -> Result<Vec<Visit>, LedgerError> {
    let mut statement = conn.prepare_cached("SELECT body FROM visit WHERE patient = ?1 AND starts_ms > ?2 ORDER BY starts_ms")?;
    let rows = statement.query_map(params![mrn.expose(), ms(now)], |r| r.get::<_, String>(0))?;
    rows.map(|body| read(body?)).collect()
}

/// The next visits with a clock after that place, in order of their start.
pub(crate) fn starting_after(conn: &Connection, (start, id): (At, u64), max: usize) -> Result<Vec<Visit>, LedgerError> {
    let mut statement = conn.prepare_cached(
        "SELECT body FROM visit WHERE (starts_ms, id) > (?1, ?2) AND next_ms IS NOT NULL ORDER BY starts_ms, id LIMIT ?3",
    )?;
    let rows = statement.query_map(params![ms(start), id, max as i64], |r| r.get::<_, String>(0))?;
    rows.map(|body| read(body?)).collect()
}

/// How far planning the visits again has come, if it is under way.
pub(crate) fn planned_to(conn: &Connection) -> Result<Option<(At, u64)>, LedgerError> {
    let place =
        conn.prepare("SELECT starts_ms, visit FROM planned_to")?.query_row([], |r| Ok((r.get::<_, i64>(0)?, r.get(1)?))).optional()?;
    place.map(|(start, id)| Ok((at(start)?, id))).transpose()
}

pub(crate) fn write_planned_to(conn: &Connection, to: Option<(At, u64)>) -> Result<(), LedgerError> {
    conn.prepare_cached("DELETE FROM planned_to")?.execute([])?;
    if let Some((start, id)) = to {
        conn.prepare_cached("INSERT INTO planned_to (starts_ms, visit) VALUES (?1, ?2)")?.execute(params![ms(start), id])?;
    }
    Ok(())
}

/// When each visit wants to be looked at.
pub(crate) fn due(conn: &Connection) -> Result<Vec<(u64, At)>, LedgerError> {
    let mut statement = conn.prepare("SELECT id, next_ms FROM visit WHERE next_ms IS NOT NULL")?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get::<_, i64>(1)?)))?;
    rows.map(|row| {
        let (id, next) = row?;
        Ok((id, at(next)?))
    })
    .collect()
}

/// Visits that start in a span, in order.
pub(crate) fn between(conn: &Connection, from: At, to: At, max: usize) -> Result<Vec<Visit>, LedgerError> {
    let mut statement =
        conn.prepare_cached("SELECT body FROM visit WHERE starts_ms >= ?1 AND starts_ms < ?2 ORDER BY starts_ms, id LIMIT ?3")?;
    let rows = statement.query_map(params![ms(from), ms(to), max as i64], |r| r.get::<_, String>(0))?;
    rows.map(|body| read(body?)).collect()
}

pub(crate) fn count_reminder(conn: &Connection, person: i64, day: &str) -> Result<(), LedgerError> {
    conn.prepare_cached(
        "INSERT INTO reminder_day (person, day, reminders) VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET reminders = reminders + 1",
    )?
    .execute(params![person, day])?;
    Ok(())
}

/// A reminder that was counted never left.
pub(crate) fn uncount_reminder(conn: &Connection, person: i64, day: &str) -> Result<(), LedgerError> {
    conn.prepare_cached("UPDATE reminder_day SET reminders = max(0, reminders - 1) WHERE person = ?1 AND day = ?2")?
        .execute(params![person, day])?;
    Ok(())
}

pub(crate) fn reminders_on(conn: &Connection, person: i64, day: &str) -> Result<u32, LedgerError> {
    Ok(conn
        .prepare_cached("SELECT reminders FROM reminder_day WHERE person = ?1 AND day = ?2")?
        .query_row(params![person, day], |r| r.get(0))
        .optional()?
        .unwrap_or(0))
}
