//! CSV for spreadsheets: streamed, and with no cell that a spreadsheet would run.

use crate::codes::{at, ms};
use crate::error::unreadable;
use crate::{people, shadow, trail, LedgerError};
use chrono::SecondsFormat;
use decide::shadow::{alert, Judgement, Opinion};
use decide::trail::Line;
use decide::{At, Episode, Patient};
use rusqlite::{params, Connection};
use std::io::Write;

/// What to export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// Every line of the trail.
    Audit,
    /// Patients with their own limits, in the columns of the import; whenever they came.
    Patients,
    /// Changes of limits, by when they were made.
    LimitHistory,
    /// Episodes by when they opened.
    Episodes,
    /// Texts, replies and delivery reports.
    Messages,
    /// Interaction minutes of closed episodes, by when they closed.
    Minutes,
    /// What shadow mode held back, and what the nurse says of it.
    Agreement,
}

impl Export {
    /// The export of that name: audit, episodes, messages, minutes, agreement, patients, limit_history.
    pub fn named(name: &str) -> Option<Export> {
        Some(match name {
            "audit" => Self::Audit,
            "patients" => Self::Patients,
            "limit_history" => Self::LimitHistory,
            "episodes" => Self::Episodes,
            "messages" => Self::Messages,
            "minutes" => Self::Minutes,
            "agreement" => Self::Agreement,
            _ => return None,
        })
    }
}

pub(crate) fn export(conn: &Connection, what: Export, from: Option<At>, to: Option<At>, out: &mut dyn Write) -> Result<u64, LedgerError> {
    // Excel takes the file for UTF-8 only with this mark.
    out.write_all("\u{feff}".as_bytes()).map_err(not_written)?;
    let mut sheet = Sheet { csv: csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(out), cell: String::new(), lines: 0 };
    match what {
        Export::Audit => audit(conn, from, to, &mut sheet)?,
        Export::Patients => crate::export_patients::patients(conn, &mut sheet)?,
        Export::LimitHistory => crate::export_patients::limit_history(conn, from, to, &mut sheet)?,
        Export::Messages => messages(conn, from, to, &mut sheet)?,
        Export::Episodes => episodes(conn, from, to, &mut sheet)?,
        Export::Minutes => minutes(conn, from, to, &mut sheet)?,
        Export::Agreement => agreement(conn, from, to, &mut sheet)?,
    }
    sheet.csv.flush().map_err(not_written)?;
    Ok(sheet.lines)
}

/// A CSV being written.
pub(crate) struct Sheet<'a> {
    csv: csv::Writer<&'a mut dyn Write>,
    cell: String,
    lines: u64,
}

impl Sheet<'_> {
    pub(crate) fn heading(&mut self, names: &[&str]) -> Result<(), LedgerError> {
        self.csv.write_record(names).map_err(not_written)
    }

    pub(crate) fn line(&mut self, cells: &[&str]) -> Result<(), LedgerError> {
        for cell in cells {
            if runs(cell) {
                self.cell.clear();
                self.cell.push('\'');
                self.cell.push_str(cell);
                self.csv.write_field(&self.cell).map_err(not_written)?;
            } else {
                self.csv.write_field(cell).map_err(not_written)?;
            }
        }
        self.csv.write_record(None::<&[u8]>).map_err(not_written)?;
        self.lines += 1;
        Ok(())
    }
}

/// Whether a spreadsheet may take the cell for a formula.
fn runs(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

fn not_written(error: impl std::fmt::Display) -> LedgerError {
    LedgerError::Other(format!("the export could not be written: {error}"))
}

pub(crate) fn iso(at: At) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn number(n: Option<u64>) -> String {
    n.map_or_else(String::new, |n| n.to_string())
}

fn audit(conn: &Connection, from: Option<At>, to: Option<At>, sheet: &mut Sheet<'_>) -> Result<(), LedgerError> {
    sheet.heading(&["line", "at", "kind", "by", "mrn", "episode", "what", "hash"])?;
    each_line(conn, from, to, "", |seq, at, kind, by, mrn, episode, body, hash| {
        sheet.line(&[&seq.to_string(), &iso(at), kind, by, mrn, &number(episode), body, &trail::hex(hash)])
    })
}

fn messages(conn: &Connection, from: Option<At>, to: Option<At>, sheet: &mut Sheet<'_>) -> Result<(), LedgerError> {
    sheet.heading(&["line", "at", "direction", "mrn", "episode", "phone", "purpose", "status", "reason", "body"])?;
    each_line(
        conn,
        from,
        to,
        "AND kind IN ('sms', 'reply', 'delivery') AND kind NOT IN ('intake', 'verdict')",
        |seq, at, _, _, mrn, episode, body, _| {
            let line: Line = serde_json::from_str(body)?;
            let (seq, at, episode) = (seq.to_string(), iso(at), number(episode));
            match &line {
                Line::Sms { to, purpose, body, status, reason, .. } => {
                    let purpose = serde_json::to_value(purpose)?;
                    sheet.line(&[
                        &seq,
                        &at,
                        "to patient",
                        mrn,
                        &episode,
                        to.expose(),
                        purpose.as_str().unwrap_or_default(),
                        status,
                        reason.as_deref().unwrap_or_default(),
                        body,
                    ])
                }
                Line::Reply { from, body, read_as, .. } => {
                    sheet.line(&[&seq, &at, "from patient", mrn, &episode, from.expose(), "reply", read_as, "", body])
                }
                Line::Delivery { to, status, error_code, .. } => {
                    let code = error_code.map_or_else(String::new, |c| c.to_string());
                    sheet.line(&[&seq, &at, "report", mrn, &episode, to.expose(), "delivery", status, &code, ""])
                }
                _ => Ok(()),
            }
        },
    )
}

/// Calls with every line between two instants, in order.
#[allow(clippy::type_complexity)]
fn each_line(
    conn: &Connection,
    from: Option<At>,
    to: Option<At>,
    narrow: &str,
    mut take: impl FnMut(u64, At, &str, &str, &str, Option<u64>, &str, &[u8]) -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    let Some((first, last)) = trail::span(conn, from, to)? else { return Ok(()) };
    let mrns = people::all(conn)?;
    let mut statement = conn.prepare(&format!(
        "SELECT seq, at_ms, kind, by, person, episode, body, hash FROM trail WHERE seq BETWEEN ?1 AND ?2 AND at_ms >= ?3 AND at_ms < ?4 {narrow} ORDER BY seq"
    ))?;
    let mut rows = statement.query(params![first, last, from.map_or(i64::MIN, ms), to.map_or(i64::MAX, ms)])?;
    while let Some(row) = rows.next()? {
        let text = |column| -> Result<&str, LedgerError> {
            Ok(row.get_ref(column)?.as_str_or_null().map_err(|_| unreadable("a line"))?.unwrap_or_default())
        };
        let person: Option<i64> = row.get(4)?;
        let mrn = person.and_then(|key| mrns.get(&key)).map_or("", String::as_str);
        let hash = row.get_ref(7)?.as_blob().map_err(|_| unreadable("a hash"))?;
        take(row.get(0)?, at(row.get(1)?)?, text(2)?, text(3)?, mrn, row.get(5)?, text(6)?, hash)?;
    }
    Ok(())
}

/// Episodes with their patients, by an instant column.
fn each_episode(
    conn: &Connection,
    column: &str,
    from: Option<At>,
    to: Option<At>,
    mut take: impl FnMut(Episode, Option<Patient>) -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    let mut statement = conn.prepare(&format!(
        "SELECT episode.body, patient.body FROM episode LEFT JOIN patient ON patient.person = episode.person
         WHERE {column} IS NOT NULL AND {column} >= ?1 AND {column} < ?2 ORDER BY episode.id"
    ))?;
    let mut rows = statement.query(params![from.map_or(i64::MIN, ms), to.map_or(i64::MAX, ms)])?;
    while let Some(row) = rows.next()? {
        let episode = serde_json::from_str(row.get_ref(0)?.as_str().map_err(|_| unreadable("an episode"))?)?;
        let patient = row.get_ref(1)?.as_str_or_null().map_err(|_| unreadable("a patient"))?.map(serde_json::from_str).transpose()?;
        take(episode, patient)?;
    }
    Ok(())
}

fn episodes(conn: &Connection, from: Option<At>, to: Option<At>, sheet: &mut Sheet<'_>) -> Result<(), LedgerError> {
    sheet.heading(&[
        "episode",
        "mrn",
        "patient",
        "birth_date",
        "vital",
        "opened_at",
        "state",
        "worst",
        "latest_value",
        "unit",
        "symptoms",
        "pages",
        "acknowledged_by",
        "acknowledged_at",
        "review",
        "closed_at",
        "closed_by",
        "disposition",
        "minutes",
        "notes",
    ])?;
    each_episode(conn, "episode.opened_ms", from, to, |e, patient| {
        let held = e.pages.iter().filter_map(|p| p.acknowledged.as_ref()).chain(&e.held_by).min_by_key(|h| h.at);
        let symptoms = e.symptoms.map_or("", |s| if s { "yes" } else { "no" });
        let notes: Vec<_> = e.notes.iter().map(|n| format!("{} {}: {}", iso(n.at), n.by, n.text)).collect();
        let closed = e.closed.as_ref();
        sheet.line(&[
            &e.id.to_string(),
            e.mrn.expose(),
            &patient.as_ref().map(Patient::listed_name).unwrap_or_default(),
            patient.as_ref().and_then(|p| p.birth_date.as_deref()).unwrap_or_default(),
            e.vital.name(),
            &iso(e.opened_at),
            e.state.name(),
            e.worst.name(),
            &e.latest.value.text(),
            e.vital.unit(),
            symptoms,
            &e.pages.len().to_string(),
            held.map_or("", |h| &h.by),
            &held.map(|h| iso(h.at)).unwrap_or_default(),
            e.review.as_deref().unwrap_or_default(),
            &closed.map(|c| iso(c.at)).unwrap_or_default(),
            closed.map_or("", |c| &c.by),
            closed.map_or("", |c| &c.disposition),
            &e.minutes.map(|m| m.normalize().to_string()).unwrap_or_default(),
            &notes.join("\n"),
        ])
    })
}

fn minutes(conn: &Connection, from: Option<At>, to: Option<At>, sheet: &mut Sheet<'_>) -> Result<(), LedgerError> {
    sheet.heading(&["mrn", "patient", "birth_date", "month", "episode", "vital", "closed_at", "closed_by", "disposition", "minutes"])?;
    each_episode(conn, "episode.closed_ms", from, to, |e, patient| {
        let (Some(closed), Some(minutes)) = (&e.closed, e.minutes) else { return Ok(()) };
        sheet.line(&[
            e.mrn.expose(),
            &patient.as_ref().map(Patient::listed_name).unwrap_or_default(),
            patient.as_ref().and_then(|p| p.birth_date.as_deref()).unwrap_or_default(),
            &closed.at.format("%Y-%m").to_string(),
            &e.id.to_string(),
            e.vital.name(),
            &iso(closed.at),
            &closed.by,
            &closed.disposition,
            &minutes.normalize().to_string(),
        ])
    })
}

/// Alerts that shadow mode held back by when they opened, then those that only the nurse raised.
fn agreement(conn: &Connection, from: Option<At>, to: Option<At>, sheet: &mut Sheet<'_>) -> Result<(), LedgerError> {
    sheet.heading(&[
        "episode",
        "mrn",
        "patient",
        "vital",
        "at",
        "severity",
        "value",
        "limit",
        "would_text_at",
        "would_page_at",
        "judgement",
        "why",
        "nurse_acted_at",
        "minutes_earlier",
        "judged_by",
        "judged_at",
        "explained",
    ])?;
    let judgements: Vec<Judgement> = shadow::all(conn)?.into_iter().filter(|j| !j.taken_back).collect();
    each_episode(conn, "episode.opened_ms", from, to, |e, patient| {
        let Some(a) = alert(&e) else { return Ok(()) };
        let j = judgements.iter().find(|j| j.episode == Some(e.id));
        let acted = j.and_then(|j| j.acted_at);
        let agreed = acted.filter(|_| j.is_some_and(|j| j.opinion == Opinion::Agree));
        sheet.line(&[
            &e.id.to_string(),
            e.mrn.expose(),
            &patient.as_ref().map(Patient::listed_name).unwrap_or_default(),
            e.vital.name(),
            &iso(a.at),
            a.severity.name(),
            &a.value,
            &a.rule,
            &a.texted_at.map(iso).unwrap_or_default(),
            &a.paged_at.map(iso).unwrap_or_default(),
            j.map_or("", |j| j.opinion.name()),
            j.map_or("", |j| &j.why),
            &acted.map(iso).unwrap_or_default(),
            &agreed.map(|at| format!("{:.1}", (at - a.first_act()).num_seconds() as f64 / 60.0)).unwrap_or_default(),
            j.map_or("", |j| &j.by),
            &j.map(|j| iso(j.at)).unwrap_or_default(),
            "",
        ])
    })?;
    for j in judgements.iter().filter(|j| j.opinion == Opinion::Missed) {
        let at = j.acted_at.unwrap_or(j.at);
        if from.is_some_and(|f| at < f) || to.is_some_and(|t| at >= t) {
            continue;
        }
        let said = j.explained.as_ref().map(|e| format!("{}: {}", e.by, e.why)).unwrap_or_default();
        let (noticed, judged) = (iso(at), iso(j.at));
        let (mrn, vital) = (j.mrn.expose(), j.vital.name());
        sheet.line(&["", mrn, "", vital, &noticed, "", "", "", "", "", "missed", &j.did, &noticed, "", &j.by, &judged, &said])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_defused() {
        let mut out = Vec::new();
        let mut sheet = Sheet { csv: csv::Writer::from_writer(&mut out as &mut dyn Write), cell: String::new(), lines: 0 };
        sheet.line(&["=1+1", "+12025550101", "-5", "@now", "120/80", "a,b"]).unwrap();
        sheet.csv.flush().unwrap();
        drop(sheet);
        assert_eq!(String::from_utf8(out).unwrap(), "'=1+1,'+12025550101,'-5,'@now,120/80,\"a,b\"\n");
    }
}
