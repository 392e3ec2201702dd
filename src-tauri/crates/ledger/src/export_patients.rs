//! CSV of patients and of their limits, beside `export`.

use crate::error::unreadable;
use crate::export::{iso, Sheet};
use crate::LedgerError;
use decide::rows::LimitChange;
use decide::{At, Patient, LIMITS};
use rusqlite::Connection;
use serde_json::Value;

/// Columns about the patient, as the import knows them.
const PERSONAL: [&str; 11] = [
    "first_name",
    "last_name",
    "birth_date",
    "fhir_id",
    "phone",
    "time_zone",
    "language",
    "sms_consent",
    "status",
    "status_until",
    "status_reason",
];

/// A row a patient, in the order they came; an empty limit is the default.
pub(crate) fn patients(conn: &Connection, sheet: &mut Sheet<'_>) -> Result<(), LedgerError> {
    let columns: Vec<&str> = ["mrn"].into_iter().chain(PERSONAL).chain(LIMITS.iter().map(|l| l.name)).collect();
    sheet.heading(&columns)?;
    let mut statement = conn.prepare("SELECT body FROM patient ORDER BY person")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let patient: Patient = serde_json::from_str(row.get_ref(0)?.as_str().map_err(|_| unreadable("a patient"))?)?;
        let fields = serde_json::to_value(&patient)?;
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
        let mut cells = vec![patient.mrn.expose().to_string()];
        cells.extend(PERSONAL.iter().map(|name| text(name)));
        cells.extend(LIMITS.iter().map(|l| patient.bounds.limit(l.name).map(|n| n.normalize().to_string()).unwrap_or_default()));
        sheet.line(&cells.iter().map(String::as_str).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// A row a change, in order.
pub(crate) fn limit_history(conn: &Connection, from: Option<At>, to: Option<At>, sheet: &mut Sheet<'_>) -> Result<(), LedgerError> {
    sheet.heading(&["at", "mrn", "limit", "old", "new", "by", "ordered_by", "why", "review_on"])?;
    let mut statement = conn.prepare("SELECT body FROM limit_change ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let c: LimitChange = serde_json::from_str(row.get_ref(0)?.as_str().map_err(|_| unreadable("a change of a limit"))?)?;
        if from.is_some_and(|from| c.at < from) || to.is_some_and(|to| c.at >= to) {
            continue;
        }
        sheet.line(&[
            &iso(c.at),
            c.mrn.expose(),
            &c.limit,
            c.old.as_deref().unwrap_or("default"),
            c.new.as_deref().unwrap_or("default"),
            &c.by,
            c.ordered_by.as_deref().unwrap_or_default(),
            c.why.as_deref().unwrap_or_default(),
            &c.review_on.map(|d| d.to_string()).unwrap_or_default(),
        ])?;
    }
    Ok(())
}
