//! What is remembered that bears on a new reading, looked up in recent pages only.

use crate::codes::*;
use crate::error::unreadable;
use crate::lasts::{Last, Lasts, Stood};
use crate::readings::{day, day_before, source_key, standing, text, IMPLAUSIBLE, NO_BASELINE, STANDS};
use crate::sources::Sources;
use crate::LedgerError;
use decide::input::{Past, PastReading, Withdrawal};
use decide::{Arrival, Measured, Reading, Value, Vital};
use rusqlite::{params, Connection, OptionalExtension, Row};
use std::collections::HashMap;

/// How far back weights are handed out: the longer window of behaviour.md 1.3 (180 h), and a day more,
/// since a reading dated up to a day ahead is judged as of its arrival.
const WEIGHT_WINDOW_MS: i64 = (180 + 24) * 3_600_000;

/// Nothing was measured on or before this day.
const NEVER: i64 = i64::MIN;

/// Where to look, held in memory. Too much in here only costs a look in vain, so a rollback undoes nothing but `lasts`.
pub(crate) struct Known {
    sources: Sources,
    /// For a person and vital: no baseline and no implausible reading is later than this day.
    last_day: HashMap<(i64, i64), i64>,
    lasts: Lasts,
}

impl Known {
    pub fn load(conn: &Connection) -> Result<Self, LedgerError> {
        Ok(Self { sources: Sources::load(conn)?, last_day: HashMap::new(), lasts: Lasts::default() })
    }

    /// A reading is being written.
    pub fn note(&mut self, conn: &Connection, person: i64, reading: &Reading) -> Result<(), LedgerError> {
        if let Some(source_id) = &reading.arrival.source_id {
            self.sources.add(conn, reading.id, source_key(person, source_id))?;
        }
        self.lasts.note((person, vital_code(reading.arrival.vital)), person, reading);
        if standing(reading) != NO_BASELINE {
            // A pair that was never looked up stays so: its first look walks back by itself.
            if let Some(last) = self.last_day.get_mut(&(person, vital_code(reading.arrival.vital))) {
                *last = day(ms(reading.arrival.measured.instant())).max(*last);
            }
        }
        Ok(())
    }

    /// A reading is being taken back.
    pub fn withdrawn(&mut self, conn: &Connection, id: u64) -> Result<(), LedgerError> {
        let pair = conn
            .prepare_cached("SELECT person, vital FROM reading WHERE id = ?1")?
            .query_row([id], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        if let Some(pair) = pair {
            self.lasts.forget(pair);
        }
        Ok(())
    }

    /// What was written may not have been.
    pub fn rolled_back(&mut self) {
        self.lasts.forget_all();
    }
}

/// The past of an arrival. Earlier versions of the same resource are its `former` and neither its newest,
/// its implausible nor part of its window.
pub(crate) fn of_arrival(conn: &Connection, known: &mut Known, person: i64, arrival: &Arrival) -> Result<Past, LedgerError> {
    let mut past = Past { repeat: same_content(conn, person, arrival)?, ..Past::default() };
    if let Some(source_id) = &arrival.source_id {
        for stored in versions(conn, known, person, source_id)? {
            past.repeat |= stored.version == arrival.version && stored.status == arrival.status && stored.value == arrival.value;
            past.former = Some(stored);
        }
    } else if arrival.status.withdraws() {
        past.former = measured_then(conn, person, arrival.vital, &arrival.measured, Some(arrival.value))?;
    }
    newest(conn, known, person, arrival, &mut past)?;
    if arrival.vital == Vital::Weight {
        past.window = window(conn, person, arrival)?;
    }
    Ok(past)
}

/// The past of a withdrawal: what came under its id or, if it has none, what its vital and time name.
pub(crate) fn of_withdrawal(conn: &Connection, known: &Known, person: i64, withdrawal: &Withdrawal) -> Result<Past, LedgerError> {
    let former = match (&withdrawal.source_id, withdrawal.vital, &withdrawal.measured) {
        (Some(source_id), ..) => versions(conn, known, person, source_id)?.pop(),
        (None, Some(vital), Some(measured)) => measured_then(conn, person, vital, measured, None)?,
        _ => None,
    };
    let repeat = former.as_ref().is_some_and(|f| f.withdrawn);
    Ok(Past { repeat, former: former.filter(|_| !repeat), ..Past::default() })
}

/// Columns of a `PastReading`, then the source id and its short number.
macro_rules! brief {
    () => {
        "id, vital, value, measured_ms, measured_as, measured_from_ms, arrived_ms, episode, severity, status, version, withdrawn, source_id, source_key"
    };
}

fn brief(row: &Row<'_>) -> Result<PastReading, LedgerError> {
    Ok(PastReading {
        id: row.get(0)?,
        vital: vital_of(row.get(1)?)?,
        value: value_of(text(row, 2)?)?,
        measured: measured_of(row.get(3)?, row.get(4)?, row.get(5)?)?,
        arrived: at(row.get(6)?)?,
        episode: row.get(7)?,
        severity: severity_of(row.get(8)?)?,
        status: status_of(row.get(9)?)?,
        version: row.get(10)?,
        withdrawn: row.get(11)?,
    })
}

/// Whether a row is another version of the arrival's resource.
fn same_resource(row: &Row<'_>, arrival: &Arrival) -> Result<bool, LedgerError> {
    let stored = row.get_ref(12)?.as_str_or_null().map_err(|_| unreadable("a source id"))?;
    Ok(stored.is_some() && stored == arrival.source_id.as_deref())
}

/// Stored versions of one resource of a patient, oldest first.
fn versions(conn: &Connection, known: &Known, person: i64, source_id: &str) -> Result<Vec<PastReading>, LedgerError> {
    let key = source_key(person, source_id);
    let mut found = Vec::new();
    for stretch in known.sources.stretches(key) {
        let mut statement = conn.prepare_cached(concat!(
            "SELECT ",
            brief!(),
            " FROM reading WHERE (id >> 12) = ?1 AND source_key = ?2 AND person = ?3 AND source_id = ?4 ORDER BY id"
        ))?;
        let mut rows = statement.query(params![stretch, key, person, source_id])?;
        while let Some(row) = rows.next()? {
            found.push(brief(row)?);
        }
    }
    Ok(found)
}

/// The newest stored reading of a vital with exactly this measuring time (and value); one that still holds
/// before one that was taken back.
fn measured_then(
    conn: &Connection,
    person: i64,
    vital: Vital,
    measured: &Measured,
    value: Option<Value>,
) -> Result<Option<PastReading>, LedgerError> {
    let columns = measured_columns(measured);
    let mut statement = conn.prepare_cached(concat!(
        "SELECT ",
        brief!(),
        " FROM reading WHERE day = ?1 AND person = ?2 AND vital = ?3 AND measured_ms = ?4 AND measured_as = ?5 AND measured_from_ms IS ?6
          ORDER BY withdrawn, id DESC"
    ))?;
    let mut rows = statement.query(params![day(columns.0), person, vital_code(vital), columns.0, columns.1, columns.2])?;
    while let Some(row) = rows.next()? {
        let stored = brief(row)?;
        if value.is_none_or(|v| v == stored.value) {
            return Ok(Some(stored));
        }
    }
    Ok(None)
}

/// Same patient, code, time, value and status.
fn same_content(conn: &Connection, person: i64, arrival: &Arrival) -> Result<bool, LedgerError> {
    let columns = measured_columns(&arrival.measured);
    let mut statement = conn.prepare_cached(
        "SELECT value, measured_as, measured_from_ms, status, loinc FROM reading WHERE day = ?1 AND person = ?2 AND vital = ?3 AND measured_ms = ?4",
    )?;
    let mut rows = statement.query(params![day(columns.0), person, vital_code(arrival.vital), columns.0])?;
    while let Some(row) = rows.next()? {
        if text(row, 4)? == arrival.loinc
            && status_of(row.get(3)?)? == arrival.status
            && (columns.0, row.get(1)?, row.get(2)?) == columns
            && value_of(text(row, 0)?)? == arrival.value
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Fills in the newest baseline, and the newest implausible reading after it: as remembered or, from the last
/// day of this person and vital backwards, from the file.
fn newest(conn: &Connection, known: &mut Known, person: i64, arrival: &Arrival, past: &mut Past) -> Result<(), LedgerError> {
    let vital = vital_code(arrival.vital);
    let source = arrival.source_id.as_deref().map(|id| source_key(person, id));
    if let Some(last) = known.lasts.get((person, vital)).filter(|last| source.is_none_or(|s| !last.is_of(s))) {
        past.newest = last.newest.as_ref().map(|s| s.reading.clone());
        past.implausible = last.implausible.as_ref().map(|s| s.reading.clone());
        return Ok(());
    }
    let looked_up = known.last_day.get(&(person, vital)).copied();
    let mut next = match looked_up {
        Some(NEVER) => None,
        Some(day) => Some(day),
        None => day_before(conn, i64::MAX)?,
    };
    let mut last_day = NEVER;
    let mut last = Last::default();
    let mut has_former = false;
    let mut of_day = conn.prepare_cached(
        "SELECT id, measured_ms, standing FROM reading WHERE day = ?1 AND person = ?2 AND vital = ?3 AND standing IN (0, 1)",
    )?;
    let mut one = conn.prepare_cached(concat!("SELECT ", brief!(), " FROM reading WHERE id = ?1"))?;
    'back: while let Some(today) = next {
        let mut found = of_day
            .query_map(params![today, person, vital], |r| Ok((r.get::<_, i64>(1)?, r.get::<_, u64>(0)?, r.get::<_, i64>(2)?)))?
            .collect::<Result<Vec<_>, _>>()?;
        if !found.is_empty() {
            last_day = last_day.max(today);
        }
        found.sort_unstable();
        for (_, id, standing) in found.into_iter().rev() {
            if standing == IMPLAUSIBLE && last.implausible.is_some() {
                continue;
            }
            let mut rows = one.query([id])?;
            let row = rows.next()?.ok_or_else(|| unreadable("a reading is gone"))?;
            if same_resource(row, arrival)? {
                has_former = true;
                continue;
            }
            let stood = Stood { reading: brief(row)?, source: row.get(13)? };
            if standing == STANDS {
                last.newest = Some(stood);
                break 'back;
            }
            last.implausible = Some(stood);
        }
        next = day_before(conn, today)?;
    }
    known.last_day.insert((person, vital), last_day);
    past.newest = last.newest.as_ref().map(|s| s.reading.clone());
    past.implausible = last.implausible.as_ref().map(|s| s.reading.clone());
    // Without the former versions of this one it is not what another one must be held against.
    if !has_former {
        known.lasts.put((person, vital), last);
    }
    Ok(())
}

fn window(conn: &Connection, person: i64, arrival: &Arrival) -> Result<Vec<PastReading>, LedgerError> {
    let to = ms(arrival.measured.instant());
    let from = to - WEIGHT_WINDOW_MS;
    let mut statement = conn.prepare_cached(concat!(
        "SELECT ",
        brief!(),
        " FROM reading WHERE day = ?1 AND person = ?2 AND vital = ?3 AND measured_ms >= ?4 AND measured_ms < ?5 AND standing = 0 ORDER BY measured_ms, id"
    ))?;
    let mut window = Vec::new();
    for day in day(from)..=day(to) {
        let mut rows = statement.query(params![day, person, vital_code(Vital::Weight), from, to])?;
        while let Some(row) = rows.next()? {
            if !same_resource(row, arrival)? {
                window.push(brief(row)?);
            }
        }
    }
    Ok(window)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::OptionalExtension;

    #[test]
    fn every_look_into_the_past_goes_through_recent_pages() {
        let conn = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&conn).unwrap();
        let plan = |sql: &str| -> String {
            conn.query_row(&format!("EXPLAIN QUERY PLAN {sql}"), [], |r| r.get(3)).optional().unwrap().unwrap_or_default()
        };
        let by_day = "USING INDEX reading_measured (day=? AND person=? AND vital=?";
        assert!(plan("SELECT value FROM reading WHERE day = 1 AND person = 2 AND vital = 3 AND measured_ms = 4").contains(by_day));
        assert!(plan("SELECT id, measured_ms, standing FROM reading WHERE day = 1 AND person = 2 AND vital = 3 AND standing IN (0, 1)")
            .contains(&by_day.replace("INDEX", "COVERING INDEX")));
        assert!(plan("SELECT day FROM reading WHERE day < 9 ORDER BY day DESC LIMIT 1")
            .contains("USING COVERING INDEX reading_measured (day<?"));
        assert!(plan("SELECT value FROM reading WHERE (id >> 12) = 1 AND source_key = 2 AND person = 3 ORDER BY id")
            .contains("USING INDEX reading_source (<expr>=? AND source_key=?"));
        assert!(plan("SELECT seq FROM trail WHERE seq BETWEEN 1 AND 9 AND person = 2 AND (seq >> 12) = 0 ORDER BY seq DESC")
            .contains("trail_person"));
        assert!(plan(
            "SELECT body FROM trail WHERE person = 1 AND (kind = 'sms' OR kind = 'reply' OR kind = 'delivery') AND at_ms >= 2 ORDER BY seq"
        )
        .contains("trail_talk"));
    }
}
