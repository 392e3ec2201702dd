//! Table `reading`: every reading, and what is remembered about the ones before a new one.

use crate::codes::*;
use crate::error::unreadable;
use crate::{shapes, LedgerError};
use decide::input::{Past, PastReading, Withdrawal};
use decide::{Arrival, At, Comparator, Direction, Mrn, PatientRef, Reading, Rule, Severity, Verdict, Vital};
use rusqlite::{params, Connection, OptionalExtension, Row};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How far back weights are handed out: the longer window of behaviour.md 1.3 (180 h), and a day more,
/// since a reading dated up to a day ahead is judged as of its arrival.
const WEIGHT_WINDOW_MS: i64 = (180 + 24) * 3_600_000;

const STANDS: i64 = 0;
const IMPLAUSIBLE: i64 = 1;
const NO_BASELINE: i64 = 2;

/// Columns of a `PastReading`, then the source id.
macro_rules! brief {
    () => {
        "id, vital, value, measured_ms, measured_as, measured_from_ms, arrived_ms, episode, severity, status, version, withdrawn, source_id"
    };
}
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
fn standing(reading: &Reading) -> i64 {
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

/// A short number for a source id within a patient; the row itself is compared as well.
fn source_key(person: i64, source_id: &str) -> i64 {
    let digest = Sha256::new().chain_update(person.to_le_bytes()).chain_update(source_id).finalize();
    i64::from_le_bytes(digest[..8].try_into().expect("a digest has eight bytes"))
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
    conn.prepare_cached(
        "INSERT OR REPLACE INTO reading (id, person, vital, standing, measured_ms, measured_as, measured_from_ms, arrived_ms, source, status,
             severity, rule, withdrawn, in_chart, episode, value, loinc, source_key, source_id, version, shape, rest)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
    )?
    .execute(params![
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
    ])?;
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

/// What is remembered that bears on an arrival. Earlier versions of the same resource are its
/// `former` and neither its newest, its implausible nor part of its window.
pub(crate) fn past(conn: &Connection, person: i64, arrival: &Arrival) -> Result<Past, LedgerError> {
    let mut past = Past { repeat: same_content(conn, person, arrival)?, ..Past::default() };
    if let Some(source_id) = &arrival.source_id {
        let mut statement = conn.prepare_cached(concat!(
            "SELECT ",
            brief!(),
            " FROM reading WHERE source_key = ?1 AND person = ?2 AND source_id = ?3 ORDER BY id"
        ))?;
        let mut rows = statement.query(params![source_key(person, source_id), person, source_id])?;
        while let Some(row) = rows.next()? {
            let stored = brief(row)?;
            past.repeat |= stored.version == arrival.version && stored.status == arrival.status && stored.value == arrival.value;
            past.former = Some(stored);
        }
    }
    past.newest = newest(conn, person, arrival, STANDS)?;
    let after = |a: &PastReading, b: &PastReading| (a.measured.instant(), a.id) > (b.measured.instant(), b.id);
    past.implausible =
        newest(conn, person, arrival, IMPLAUSIBLE)?.filter(|set_aside| past.newest.as_ref().is_none_or(|n| after(set_aside, n)));
    if arrival.vital == Vital::Weight {
        past.window = window(conn, person, arrival)?;
    }
    Ok(past)
}

/// The reading that a retraction without a value means, as its `former`; `repeat` when it was taken back before.
pub(crate) fn taken_back(conn: &Connection, person: i64, w: &Withdrawal) -> Result<Past, LedgerError> {
    let mut past = Past::default();
    let mut keep = |row: &Row<'_>| -> Result<(), LedgerError> {
        let stored = brief(row)?;
        past.repeat |= stored.withdrawn;
        if !stored.withdrawn {
            past.former = Some(stored);
        }
        Ok(())
    };
    if let Some(source_id) = &w.source_id {
        let mut statement = conn.prepare_cached(concat!(
            "SELECT ",
            brief!(),
            " FROM reading WHERE source_key = ?1 AND person = ?2 AND source_id = ?3 ORDER BY id"
        ))?;
        let mut rows = statement.query(params![source_key(person, source_id), person, source_id])?;
        while let Some(row) = rows.next()? {
            keep(row)?;
        }
    } else if let (Some(vital), Some(measured)) = (w.vital, &w.measured) {
        let mut statement = conn.prepare_cached(concat!(
            "SELECT ",
            brief!(),
            " FROM reading WHERE person = ?1 AND vital = ?2 AND standing IN (0, 1, 2) AND measured_ms = ?3 ORDER BY id"
        ))?;
        let mut rows = statement.query(params![person, vital_code(vital), measured_columns(measured).0])?;
        while let Some(row) = rows.next()? {
            keep(row)?;
        }
    }
    Ok(past)
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

fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, LedgerError> {
    row.get_ref(column)?.as_str().map_err(|_| unreadable("a text"))
}

/// Whether a row is another version of the arrival's resource.
fn same_resource(row: &Row<'_>, arrival: &Arrival) -> Result<bool, LedgerError> {
    let stored = row.get_ref(12)?.as_str_or_null().map_err(|_| unreadable("a source id"))?;
    Ok(stored.is_some() && stored == arrival.source_id.as_deref())
}

/// Same patient, code, time, value and status.
fn same_content(conn: &Connection, person: i64, arrival: &Arrival) -> Result<bool, LedgerError> {
    let (measured_ms, ..) = measured_columns(&arrival.measured);
    let mut statement = conn.prepare_cached(
        "SELECT value, measured_as, measured_from_ms, status, loinc FROM reading
         WHERE person = ?1 AND vital = ?2 AND standing IN (0, 1, 2) AND measured_ms = ?3",
    )?;
    let mut rows = statement.query(params![person, vital_code(arrival.vital), measured_ms])?;
    let arrived = measured_columns(&arrival.measured);
    while let Some(row) = rows.next()? {
        if text(row, 4)? == arrival.loinc
            && status_of(row.get(3)?)? == arrival.status
            && (measured_ms, row.get(1)?, row.get(2)?) == arrived
            && value_of(text(row, 0)?)? == arrival.value
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn newest(conn: &Connection, person: i64, arrival: &Arrival, standing: i64) -> Result<Option<PastReading>, LedgerError> {
    let mut statement = conn.prepare_cached(concat!(
        "SELECT ",
        brief!(),
        " FROM reading WHERE person = ?1 AND vital = ?2 AND standing = ?3 ORDER BY measured_ms DESC, id DESC"
    ))?;
    let mut rows = statement.query(params![person, vital_code(arrival.vital), standing])?;
    while let Some(row) = rows.next()? {
        if !same_resource(row, arrival)? {
            return brief(row).map(Some);
        }
    }
    Ok(None)
}

fn window(conn: &Connection, person: i64, arrival: &Arrival) -> Result<Vec<PastReading>, LedgerError> {
    let (measured_ms, ..) = measured_columns(&arrival.measured);
    let mut statement = conn.prepare_cached(concat!(
        "SELECT ",
        brief!(),
        " FROM reading WHERE person = ?1 AND vital = ?2 AND standing = 0 AND measured_ms >= ?3 AND measured_ms < ?4 ORDER BY measured_ms, id"
    ))?;
    let mut rows = statement.query(params![person, vital_code(arrival.vital), measured_ms - WEIGHT_WINDOW_MS, measured_ms])?;
    let mut window = Vec::new();
    while let Some(row) = rows.next()? {
        if !same_resource(row, arrival)? {
            window.push(brief(row)?);
        }
    }
    Ok(window)
}

/// Columns of a whole reading.
macro_rules! whole {
    () => {
        "reading.id, person.mrn, vital, measured_ms, measured_as, measured_from_ms, arrived_ms, source, status, severity, rule, withdrawn, in_chart, episode,
         value, loinc, source_id, version, shape, rest"
    };
}

fn whole(conn: &Connection, row: &Row<'_>) -> Result<Reading, LedgerError> {
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
            shape: shapes::body(conn, row.get(18)?)?,
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
          WHERE reading.person = ?1 AND vital = ?2 AND standing IN (0, 1, 2) AND measured_ms >= ?3 ORDER BY measured_ms DESC, reading.id DESC LIMIT ?4"
    ))?;
    let mut rows = statement.query(params![person, vital_code(vital), ms(since), max as i64])?;
    let mut trend = Vec::new();
    while let Some(row) = rows.next()? {
        trend.push(whole(conn, row)?);
    }
    trend.reverse();
    Ok(trend)
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

/// The newest `n` readings of one vital, oldest first.
pub(crate) fn spark(conn: &Connection, person: i64, vital: Vital, n: usize) -> Result<Vec<Point>, LedgerError> {
    // Each standing is in order by itself: three short walks, then merged.
    let mut statement = conn.prepare_cached(
        "SELECT id, measured_ms, value, severity, withdrawn FROM reading WHERE person = ?1 AND vital = ?2 AND standing = ?3 ORDER BY measured_ms DESC, id DESC LIMIT ?4",
    )?;
    let mut points = Vec::with_capacity(n * 2);
    for standing in [STANDS, IMPLAUSIBLE, NO_BASELINE] {
        let mut rows = statement.query(params![person, vital_code(vital), standing, n as i64])?;
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
    points.sort_by_key(|p| (p.at, p.id));
    points.drain(..points.len().saturating_sub(n));
    Ok(points)
}

/// When the last stored reading arrived.
pub(crate) fn freshest(conn: &Connection) -> Result<Option<At>, LedgerError> {
    let arrived: Option<i64> = conn.query_row("SELECT arrived_ms FROM reading ORDER BY id DESC LIMIT 1", [], |r| r.get(0)).optional()?;
    arrived.map(at).transpose()
}
