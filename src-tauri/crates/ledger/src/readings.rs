//! Table `reading`: every reading. What is remembered about the ones before a new one is in `past`.

use crate::codes::*;
use crate::error::unreadable;
use crate::{shapes, LedgerError};
use decide::{Arrival, At, Comparator, Direction, Mrn, PatientRef, Reading, Rule, Severity, Verdict, Vital};
use rusqlite::{params, Connection, ErrorCode, OptionalExtension, Row};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub(crate) const STANDS: i64 = 0;
pub(crate) const IMPLAUSIBLE: i64 = 1;
pub(crate) const NO_BASELINE: i64 = 2;

/// What no look-up needs: kept as one text. `patient` only when it says more than the MRN.
#[derive(Serialize, Deserialize)]
struct Rest {
    given: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    patient: Option<PatientRef>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    comparator: Option<Comparator>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    limit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    limit_value: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    compared: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    distance_percent: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    direction: Option<Direction>,
}

/// Whether a reading can be what later ones are compared with. One that was not evaluated, or
/// whose instant is not known, never silences or frames another.
pub(crate) fn standing(reading: &Reading) -> i64 {
    let arrival = &reading.arrival;
    if arrival.status.withdraws() || !arrival.measured.exact() {
        return NO_BASELINE;
    }
    match reading.verdict.rule {
        Rule::Implausible => IMPLAUSIBLE,
        Rule::NotEvaluated | Rule::Withdrawn => NO_BASELINE,
        _ if reading.withdrawn => NO_BASELINE,
        _ => STANDS,
    }
}

/// The day of a measuring time: what the index of readings leads with.
pub(crate) fn day(ms: i64) -> i64 {
    ms.div_euclid(86_400_000)
}

/// The last day before that one on which anything was measured.
pub(crate) fn day_before(conn: &Connection, day: i64) -> Result<Option<i64>, LedgerError> {
    Ok(conn
        .prepare_cached("SELECT day FROM reading WHERE day < ?1 ORDER BY day DESC LIMIT 1")?
        .query_row([day], |r| r.get(0))
        .optional()?)
}

/// A short number for a source id within a patient; the row itself is compared as well.
pub(crate) fn source_key(person: i64, source_id: &str) -> i64 {
    let digest = Sha256::new().chain_update(person.to_le_bytes()).chain_update(source_id).finalize();
    i64::from_le_bytes(digest[..8].try_into().expect("a digest has eight bytes"))
}

/// Every column of a reading, to be inserted.
macro_rules! into {
    () => {
        "INTO reading (id, person, vital, standing, measured_ms, measured_as, measured_from_ms, arrived_ms, source, status, severity, rule,
         withdrawn, in_chart, episode, value, loinc, source_key, source_id, version, shape, rest, day)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)"
    };
}

/// The database itself says no to readings of a source id, until the connection ends.
pub(crate) fn refuse(conn: &Connection, source_id: &str) -> Result<(), LedgerError> {
    let quoted = source_id.replace('\'', "''");
    Ok(conn.execute_batch(&format!(
        "CREATE TEMP TRIGGER refused BEFORE INSERT ON reading WHEN NEW.source_id = '{quoted}' BEGIN SELECT RAISE(ABORT, 'refused'); END"
    ))?)
}

pub(crate) fn write(conn: &Connection, person: i64, shape: i64, reading: &Reading) -> Result<(), LedgerError> {
    let arrival = &reading.arrival;
    let verdict = &reading.verdict;
    let (measured_ms, measured_as, measured_from) = measured_columns(&arrival.measured);
    let plain = arrival.patient.fhir_id.is_none() && arrival.patient.mrn.as_ref() == Some(&reading.mrn);
    let rest = serde_json::to_string(&Rest {
        given: arrival.given.clone(),
        patient: (!plain).then(|| arrival.patient.clone()),
        comparator: arrival.comparator,
        limit: verdict.limit.clone(),
        limit_value: verdict.limit_value,
        compared: verdict.compared,
        distance_percent: verdict.distance_percent,
        direction: verdict.direction,
    })?;
    let columns = params![
        reading.id,
        person,
        vital_code(arrival.vital),
        standing(reading),
        measured_ms,
        measured_as,
        measured_from,
        ms(reading.arrived),
        source_code(reading.source),
        status_code(arrival.status),
        severity_code(verdict.severity),
        rule_code(verdict.rule),
        reading.withdrawn,
        reading.in_chart,
        reading.episode,
        value_text(&arrival.value),
        arrival.loinc,
        arrival.source_id.as_deref().map(|id| source_key(person, id)),
        arrival.source_id,
        arrival.version,
        shape,
        rest,
        day(measured_ms),
    ];
    // Nearly every reading is new, and an insert that could replace keeps a journal of each page it touches.
    match conn.prepare_cached(concat!("INSERT ", into!()))?.execute(columns) {
        Err(e) if e.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            conn.prepare_cached(concat!("INSERT OR REPLACE ", into!()))?.execute(columns)?;
        }
        done => drop(done?),
    }
    Ok(())
}

pub(crate) fn withdraw(conn: &Connection, id: u64) -> Result<(), LedgerError> {
    conn.prepare_cached("UPDATE reading SET withdrawn = 1, standing = ?2 WHERE id = ?1")?.execute(params![id, NO_BASELINE])?;
    Ok(())
}

pub(crate) fn in_chart(conn: &Connection, id: u64) -> Result<(), LedgerError> {
    conn.prepare_cached("UPDATE reading SET in_chart = 1 WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// Columns of a whole reading.
macro_rules! whole {
    () => {
        "reading.id, person.mrn, vital, measured_ms, measured_as, measured_from_ms, arrived_ms, source, status, severity, rule, withdrawn, in_chart, episode,
         value, loinc, source_id, version, shape, rest"
    };
}

pub(crate) fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, LedgerError> {
    row.get_ref(column)?.as_str().map_err(|_| unreadable("a text"))
}

fn whole(conn: &Connection, row: &Row<'_>) -> Result<Reading, LedgerError> {
    let mut reading = shapeless(row)?;
    reading.arrival.shape = shapes::body(conn, row.get(18)?)?;
    Ok(reading)
}

/// A reading without the shape of its payload.
fn shapeless(row: &Row<'_>) -> Result<Reading, LedgerError> {
    let mrn = Mrn::new(text(row, 1)?);
    let rest: Rest = serde_json::from_str(text(row, 19)?)?;
    Ok(Reading {
        id: row.get(0)?,
        arrived: at(row.get(6)?)?,
        source: source_of(row.get(7)?)?,
        arrival: Arrival {
            patient: rest.patient.unwrap_or_else(|| PatientRef { mrn: Some(mrn.clone()), fhir_id: None }),
            vital: vital_of(row.get(2)?)?,
            value: value_of(text(row, 14)?)?,
            comparator: rest.comparator,
            loinc: row.get(15)?,
            given: rest.given,
            measured: measured_of(row.get(3)?, row.get(4)?, row.get(5)?)?,
            status: status_of(row.get(8)?)?,
            source_id: row.get(16)?,
            version: row.get(17)?,
            shape: Vec::new(),
        },
        verdict: Verdict {
            severity: severity_of(row.get(9)?)?,
            rule: rule_of(row.get(10)?)?,
            limit: rest.limit,
            limit_value: rest.limit_value,
            compared: rest.compared,
            distance_percent: rest.distance_percent,
            direction: rest.direction,
        },
        episode: row.get(13)?,
        withdrawn: row.get(11)?,
        in_chart: row.get(12)?,
        mrn,
    })
}

/// One reading.
pub(crate) fn one(conn: &Connection, id: u64) -> Result<Option<Reading>, LedgerError> {
    let mut statement = conn.prepare_cached(concat!(
        "SELECT ",
        whole!(),
        " FROM reading JOIN person ON person.key = reading.person WHERE reading.id = ?1"
    ))?;
    let mut rows = statement.query([id])?;
    rows.next()?.map(|row| whole(conn, row)).transpose()
}

/// Readings of one vital measured since then, oldest first; the newest `max` of them.
pub(crate) fn trend(conn: &Connection, person: i64, vital: Vital, since: At, max: usize) -> Result<Vec<Reading>, LedgerError> {
    let mut statement = conn.prepare_cached(concat!(
        "SELECT ",
        whole!(),
        " FROM reading JOIN person ON person.key = reading.person
          WHERE day = ?1 AND reading.person = ?2 AND vital = ?3 AND measured_ms >= ?4 ORDER BY measured_ms DESC, reading.id DESC LIMIT ?5"
    ))?;
    let mut trend = Vec::new();
    let mut next = day_before(conn, i64::MAX)?;
    while let Some(today) = next.filter(|d| *d >= day(ms(since)) && trend.len() < max) {
        let mut rows = statement.query(params![today, person, vital_code(vital), ms(since), (max - trend.len()) as i64])?;
        while let Some(row) = rows.next()? {
            trend.push(whole(conn, row)?);
        }
        next = day_before(conn, today)?;
    }
    trend.reverse();
    Ok(trend)
}

/// Readings of these vitals (their codes, with commas) between two numbers, in the order of arrival; without their shapes.
pub(crate) fn between(conn: &Connection, first: u64, last: u64, vitals: &str) -> Result<Vec<Reading>, LedgerError> {
    let mut statement = conn.prepare_cached(&format!(
        concat!(
            "SELECT ",
            whole!(),
            " FROM reading JOIN person ON person.key = reading.person WHERE reading.id BETWEEN ?1 AND ?2 AND vital IN ({}) ORDER BY reading.id"
        ),
        vitals
    ))?;
    let mut rows = statement.query(params![first, last])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(shapeless(row)?);
    }
    Ok(found)
}

/// A point of a small trend.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    pub id: u64,
    pub at: At,
    pub value: decide::Value,
    pub severity: Severity,
    /// Never a baseline: taken back, replaced or implausible.
    pub withdrawn: bool,
}

/// The last so many days on which anything was measured, newest first.
pub(crate) fn last_days(conn: &Connection, max: usize) -> Result<Vec<i64>, LedgerError> {
    let mut days = Vec::new();
    let mut next = day_before(conn, i64::MAX)?;
    while let Some(day) = next.filter(|_| days.len() < max) {
        days.push(day);
        next = day_before(conn, day)?;
    }
    Ok(days)
}

/// The newest `n` readings of one vital on these days (newest day first), oldest first.
pub(crate) fn spark(conn: &Connection, person: i64, vital: Vital, days: &[i64], n: usize) -> Result<Vec<Point>, LedgerError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, measured_ms, value, severity, withdrawn FROM reading WHERE day = ?1 AND person = ?2 AND vital = ?3 ORDER BY measured_ms DESC, id DESC LIMIT ?4",
    )?;
    let mut points = Vec::with_capacity(n);
    for day in days {
        if points.len() == n {
            break;
        }
        let mut rows = statement.query(params![day, person, vital_code(vital), (n - points.len()) as i64])?;
        while let Some(row) = rows.next()? {
            points.push(Point {
                id: row.get(0)?,
                at: at(row.get(1)?)?,
                value: value_of(text(row, 2)?)?,
                severity: severity_of(row.get(3)?)?,
                withdrawn: row.get(4)?,
            });
        }
    }
    points.reverse();
    Ok(points)
}

/// When the last stored reading arrived.
pub(crate) fn freshest(conn: &Connection) -> Result<Option<At>, LedgerError> {
    let arrived: Option<i64> = conn.query_row("SELECT arrived_ms FROM reading ORDER BY id DESC LIMIT 1", [], |r| r.get(0)).optional()?;
    arrived.map(at).transpose()
}
