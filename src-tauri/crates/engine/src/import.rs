//! Limits and patients from a CSV file: first the difference row by row, then the good rows without the bad (behaviour.md 1.2).

use decide::followup::change::e164;
use decide::{Bounds, Mrn, Patient, Phone};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use std::collections::{HashMap, HashSet};
use std::str::FromStr;

const LIMITS: [&str; 11] = [
    "systolic_high",
    "systolic_low",
    "diastolic_high",
    "diastolic_low",
    "glucose_high",
    "glucose_low",
    "weight_gain_24h_lb",
    "weight_gain_7d_lb",
    "spo2_floor",
    "heart_rate_high",
    "heart_rate_low",
];
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

/// A cell that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub line: u64,
    pub mrn: String,
    pub column: String,
    /// None = the default, or nothing yet.
    pub old: Option<String>,
    pub new: Option<String>,
}

/// A row that cannot go in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    pub line: u64,
    pub column: String,
    pub reason: String,
}

/// What the file would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub rows: u64,
    pub new_patients: u64,
    pub changed_patients: u64,
    pub unchanged: u64,
    pub differences: Vec<Difference>,
    pub bad: Vec<BadRow>,
}

/// The report, and the patients as they will be.
#[derive(Debug, Default)]
pub struct Plan {
    pub patients: Vec<Patient>,
    pub report: Report,
}

/// Reads the file and compares it with the patients as they are.
pub fn plan(file: &[u8], known: &HashMap<Mrn, Patient>) -> Plan {
    let mut plan = Plan::default();
    let text = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    let mut csv = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text);
    let bad = |line, column: &str, reason: String| BadRow { line, column: column.into(), reason };
    let columns: Vec<String> = match csv.headers() {
        Ok(heading) => heading.iter().map(|c| c.to_ascii_lowercase()).collect(),
        Err(e) => {
            plan.report.bad.push(bad(1, "", format!("the heading cannot be read: {e}")));
            return plan;
        }
    };
    let known_column = |c: &str| c == "mrn" || LIMITS.contains(&c) || PERSONAL.contains(&c);
    let mut seen_columns = HashSet::new();
    for column in &columns {
        if !known_column(column) {
            plan.report.bad.push(bad(1, column, "there is no such column".into()));
        } else if !seen_columns.insert(column) {
            plan.report.bad.push(bad(1, column, "the column is there twice".into()));
        }
    }
    if !columns.iter().any(|c| c == "mrn") {
        plan.report.bad.push(bad(1, "mrn", "the column is missing: it says whose limits these are".into()));
    }
    if !plan.report.bad.is_empty() {
        // A column that is not understood may have meant anything: nothing goes in.
        return plan;
    }
    let mut seen = HashSet::new();
    for record in csv.records() {
        plan.report.rows += 1;
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                plan.report.bad.push(bad(line, "", format!("the row cannot be read: {}", unreadable(&e))));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != columns.len() {
            let reason = format!("the row has {} cells, the heading has {}", record.len(), columns.len());
            plan.report.bad.push(bad(line, "", reason));
            continue;
        }
        let cells: Vec<(&str, &str)> = columns.iter().map(String::as_str).zip(record.iter()).collect();
        match row(line, &cells, known, &mut seen) {
            Ok((patient, differences, is_new)) => {
                if differences.is_empty() && !is_new {
                    plan.report.unchanged += 1;
                    continue;
                }
                if is_new {
                    plan.report.new_patients += 1;
                } else {
                    plan.report.changed_patients += 1;
                }
                plan.report.differences.extend(differences);
                plan.patients.push(patient);
            }
            Err((column, reason)) => plan.report.bad.push(bad(line, &column, reason)),
        }
    }
    plan
}

fn unreadable(error: &csv::Error) -> &'static str {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8 text",
        _ => "it is not CSV",
    }
}

type Wrong = (String, String);

fn row(
    line: u64,
    cells: &[(&str, &str)],
    known: &HashMap<Mrn, Patient>,
    seen: &mut HashSet<String>,
) -> Result<(Patient, Vec<Difference>, bool), Wrong> {
    let wrong = |column: &str, reason: String| (column.to_string(), reason);
    let mrn = cells.iter().find(|(c, _)| *c == "mrn").map_or("", |(_, v)| v);
    if mrn.is_empty() {
        return Err(wrong("mrn", "is empty".into()));
    }
    if !seen.insert(mrn.to_string()) {
        return Err(wrong("mrn", "is in the file already: the first row counts".into()));
    }
    let key = Mrn::new(mrn);
    let before = known.get(&key);
    let is_new = before.is_none();
    let before = before.cloned().unwrap_or_else(|| Patient::new(key));
    let as_json = |p: &Patient| serde_json::to_value(p).unwrap_or_default();
    let old = as_json(&before);
    let mut new = old.clone();
    for (column, cell) in cells.iter().filter(|(c, _)| *c != "mrn") {
        if LIMITS.contains(column) {
            // An empty cell takes the default.
            let value = limit(cell).map_err(|reason| wrong(column, reason))?;
            match (value, new["bounds"].as_object_mut()) {
                (Some(n), Some(bounds)) => drop(bounds.insert(column.to_string(), json!(n))),
                (None, Some(bounds)) => drop(bounds.shift_remove(*column)),
                _ => {}
            }
        } else if !cell.is_empty() {
            new[*column] = personal(column, cell).map_err(|reason| wrong(column, reason))?;
        }
    }
    let patient: Patient = serde_json::from_value(new.clone()).map_err(|_| wrong("", "the row does not make a patient".into()))?;
    sound(&patient.bounds).map_err(|(column, reason)| wrong(column, reason))?;
    if patient.status == decide::PatientStatus::Paused && patient.status_until.is_none() {
        return Err(wrong("status_until", "a pause always expires: say when".into()));
    }
    let new = as_json(&patient);
    let text = |v: &Value| v.as_str().map(String::from).filter(|t| !t.is_empty());
    let differences = cells.iter().filter(|(c, _)| *c != "mrn").filter_map(|(column, _)| {
        let cell = |p: &Value| if LIMITS.contains(column) { text(&p["bounds"][*column]) } else { text(&p[*column]) };
        let (old, new) = (cell(&old), cell(&new));
        (old != new).then(|| Difference { line, mrn: mrn.into(), column: column.to_string(), old, new })
    });
    Ok((patient, differences.collect(), is_new))
}

fn limit(cell: &str) -> Result<Option<String>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    let n = Decimal::from_str(cell).map_err(|_| format!("is not a number: {cell}"))?;
    if n <= Decimal::ZERO {
        return Err(format!("must be more than 0, not {cell}"));
    }
    Ok(Some(n.normalize().to_string()))
}

fn personal(column: &str, cell: &str) -> Result<Value, String> {
    let one_of = |words: &[&str]| {
        let word = cell.to_ascii_lowercase();
        if words.contains(&word.as_str()) {
            Ok(json!(word))
        } else {
            Err(format!("is one of {}", words.join(", ")))
        }
    };
    match column {
        "phone" if !e164(Phone::from(cell).expose()) => Err("numbers are in E.164, e.g. +12025550100".into()),
        "time_zone" if !decide::wallclock::zone_known(cell) => Err(format!("is not an IANA time zone: {cell}")),
        "birth_date" if chrono::NaiveDate::parse_from_str(cell, "%Y-%m-%d").is_err() => Err("a date is written YYYY-MM-DD".into()),
        "language" => one_of(&["en", "es"]),
        "sms_consent" => one_of(&["yes", "no", "unknown"]),
        "status" => one_of(&["active", "paused", "admitted", "ended", "deceased"]),
        "status_until" => match cell.parse::<decide::At>() {
            Ok(at) => Ok(json!(at)),
            Err(_) => Err("a time is written 2026-03-05T19:00:00Z".into()),
        },
        _ => Ok(json!(cell)),
    }
}

/// A low limit is below its high one.
fn sound(own: &Bounds) -> Result<(), (&'static str, String)> {
    let b = own.or(&Bounds::defaults());
    for (column, low, high) in [
        ("systolic_low", b.systolic_low, b.systolic_high),
        ("diastolic_low", b.diastolic_low, b.diastolic_high),
        ("glucose_low", b.glucose_low, b.glucose_high),
        ("heart_rate_low", b.heart_rate_low, b.heart_rate_high),
    ] {
        if let (Some(low), Some(high)) = (low, high) {
            if low >= high {
                return Err((column, format!("the low limit {low} is not below the high limit {high}")));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ward() -> HashMap<Mrn, Patient> {
        let bounds = Bounds { systolic_high: Some(Decimal::from(150)), ..Bounds::default() };
        let patient = Patient { bounds, first_name: "Ines".into(), ..Patient::new("7700101".into()) };
        HashMap::from([(patient.mrn.clone(), patient)])
    }

    fn read(file: &str) -> Plan {
        plan(file.as_bytes(), &ward())
    }

    #[test]
    fn the_difference_is_shown_cell_by_cell() {
        let plan = read("mrn,systolic_high,glucose_high\n7700101,145,\n");
        let d = &plan.report.differences;
        assert_eq!(d.len(), 1);
        assert_eq!((d[0].line, d[0].column.as_str()), (2, "systolic_high"));
        assert_eq!((d[0].old.as_deref(), d[0].new.as_deref()), (Some("150"), Some("145")));
    }

    #[test]
    fn an_empty_cell_takes_the_default() {
        let plan = read("mrn,systolic_high\n7700101,\n");
        assert_eq!(plan.patients[0].bounds.systolic_high, None);
        assert_eq!((plan.report.differences[0].old.as_deref(), plan.report.differences[0].new.as_deref()), (Some("150"), None));
    }

    #[test]
    fn a_column_that_is_not_there_changes_nothing() {
        let plan = read("mrn,spo2_floor\n7700101,92\n");
        assert_eq!(plan.patients[0].bounds.systolic_high, Some(Decimal::from(150)));
        assert_eq!(plan.patients[0].first_name.expose(), "Ines");
    }

    #[test]
    fn a_bad_row_names_its_line_column_and_reason_and_the_good_rows_go_in() {
        let plan = read(
            "mrn,systolic_high,phone\n7700102,high,+12025550102\n7700103,155,555-0103\n,150,\n7700104,150,+12025550104\n7700104,151,\n",
        );
        let bad: Vec<(u64, &str)> = plan.report.bad.iter().map(|b| (b.line, b.column.as_str())).collect();
        assert_eq!(bad, [(2, "systolic_high"), (3, "phone"), (4, "mrn"), (6, "mrn")]);
        assert_eq!(plan.report.new_patients, 1);
        assert_eq!(plan.patients[0].mrn.expose(), "7700104");
    }

    #[test]
    fn a_file_with_an_unknown_column_goes_in_nowhere() {
        let plan = read("mrn,systolic\n7700101,150\n");
        assert!(plan.patients.is_empty());
        assert_eq!(plan.report.bad[0].column, "systolic");
    }

    #[test]
    fn a_spreadsheets_own_mark_and_line_ends_are_read() {
        let plan = read("\u{feff}MRN,systolic_high\r\n7700101,145\r\n");
        assert_eq!(plan.report.changed_patients, 1);
    }

    #[test]
    fn the_same_file_again_changes_nothing() {
        let plan = read("mrn,systolic_high\n7700101,150.0\n");
        assert_eq!((plan.report.unchanged, plan.patients.len()), (1, 0));
    }

    #[test]
    fn limits_that_contradict_each_other_are_refused() {
        assert_eq!(read("mrn,systolic_low\n7700101,155\n").report.bad[0].column, "systolic_low");
        assert_eq!(read("mrn,glucose_high\n7700101,-5\n").report.bad[0].column, "glucose_high");
    }

    #[test]
    fn a_row_with_too_few_cells_is_named() {
        assert_eq!(read("mrn,systolic_high,phone\n7700101,150\n").report.bad[0].line, 2);
    }
}
