//! Limits and patients from a CSV file: first the difference row by row, then the good rows without the bad (behaviour.md 1.2).

use crate::views::{limit_trouble_words, pick, say};
use decide::clinic::limits::{limit_facts, read_limit, sound};
use decide::desk::Desk;
use decide::followup::change::e164;
use decide::{Bounds, Mrn, Patient, PatientStatus, Phone};
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use std::collections::{HashMap, HashSet};
use wire::Language;

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

const LONGEST_CELL: usize = 300;

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
    /// MRNs of those who are not known yet.
    pub new: Vec<String>,
    pub report: Report,
}

/// What a file is compared with.
pub struct Known<'a> {
    pub patients: &'a HashMap<Mrn, Patient>,
    /// Limits of those who have no own ones.
    pub defaults: &'a Bounds,
    /// Of the reasons.
    pub language: Language,
}

impl<'a> Known<'a> {
    /// What the desk knows.
    pub fn of(desk: &'a Desk, language: Language) -> Self {
        Self { patients: &desk.patients, defaults: &desk.settings.default_limits, language }
    }
}

/// Reads the file and compares it with the patients as they are.
pub fn plan(file: &[u8], known: &Known<'_>) -> Plan {
    let l = known.language;
    let mut plan = Plan::default();
    let text = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    let mut csv = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text);
    let bad = |line, column: &str, reason: String| BadRow { line, column: column.into(), reason };
    let columns: Vec<String> = match csv.headers() {
        Ok(heading) => heading.iter().map(|c| c.to_ascii_lowercase()).collect(),
        Err(e) => {
            plan.report.bad.push(bad(1, "", say!(l, "the heading cannot be read: {e}", "no se puede leer el encabezado: {e}")));
            return plan;
        }
    };
    let known_column = |c: &str| c == "mrn" || limit_facts(c).is_some() || PERSONAL.contains(&c);
    let mut seen_columns = HashSet::new();
    for column in &columns {
        if !known_column(column) {
            plan.report.bad.push(bad(1, column, pick(l, "there is no such column", "no existe esa columna").into()));
        } else if !seen_columns.insert(column) {
            plan.report.bad.push(bad(1, column, pick(l, "the column is there twice", "la columna está dos veces").into()));
        }
    }
    if !columns.iter().any(|c| c == "mrn") {
        plan.report.bad.push(bad(
            1,
            "mrn",
            pick(l, "the column is missing: it says whose limits these are", "falta la columna: dice de quién son los límites").into(),
        ));
    }
    if !plan.report.bad.is_empty() {
        // A column that is not understood may have meant anything: nothing goes in.
        return plan;
    }
    let mut charts: HashMap<String, Mrn> =
        known.patients.values().filter_map(|p| Some((p.fhir_id.clone().filter(|f| !f.is_empty())?, p.mrn.clone()))).collect();
    let mut seen = HashSet::new();
    for record in csv.records() {
        plan.report.rows += 1;
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                plan.report.bad.push(bad(line, "", unreadable(&e, l).into()));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != columns.len() {
            let (cells, heading) = (record.len(), columns.len());
            let reason =
                say!(l, "the row has {cells} cells, the heading has {heading}", "la fila tiene {cells} celdas, el encabezado {heading}");
            plan.report.bad.push(bad(line, "", reason));
            continue;
        }
        let cells: Vec<(&str, &str)> = columns.iter().map(String::as_str).zip(record.iter().map(armed)).collect();
        match row(line, &cells, known, &mut seen, &mut charts) {
            Ok((patient, differences, is_new)) => {
                if differences.is_empty() && !is_new {
                    plan.report.unchanged += 1;
                    continue;
                }
                if is_new {
                    plan.report.new_patients += 1;
                    plan.new.push(patient.mrn.expose().to_string());
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

/// A cell that an export defused, as it was.
fn armed(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}

fn unreadable(error: &csv::Error, l: Language) -> &'static str {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => {
            pick(l, "the row cannot be read: it is not UTF-8 text", "no se puede leer la fila: no es texto UTF-8")
        }
        _ => pick(l, "the row cannot be read: it is not CSV", "no se puede leer la fila: no es CSV"),
    }
}

type Wrong = (String, String);

fn row(
    line: u64,
    cells: &[(&str, &str)],
    known: &Known<'_>,
    seen: &mut HashSet<String>,
    charts: &mut HashMap<String, Mrn>,
) -> Result<(Patient, Vec<Difference>, bool), Wrong> {
    let l = known.language;
    let wrong = |column: &str, reason: String| (column.to_string(), reason);
    let mrn = cells.iter().find(|(c, _)| *c == "mrn").map_or("", |(_, v)| v);
    if mrn.is_empty() {
        return Err(wrong("mrn", pick(l, "is empty", "está vacío").into()));
    }
    if !seen.insert(mrn.to_string()) {
        let why = pick(l, "is in the file already: the first row counts", "ya está en el archivo: cuenta la primera fila");
        return Err(wrong("mrn", why.into()));
    }
    let key = Mrn::new(mrn);
    let before = known.patients.get(&key);
    let is_new = before.is_none();
    let before = before.cloned().unwrap_or_else(|| Patient::new(key));
    let as_json = |p: &Patient| serde_json::to_value(p).unwrap_or_default();
    let old = as_json(&before);
    let mut new = old.clone();
    for (column, cell) in cells.iter().filter(|(c, _)| *c != "mrn") {
        if limit_facts(column).is_some() {
            // An empty cell takes the default.
            let value = read_limit(column, cell).map_err(|why| wrong(column, limit_trouble_words(&why, l)))?;
            match (value, new["bounds"].as_object_mut()) {
                (Some(n), Some(bounds)) => drop(bounds.insert(column.to_string(), json!(n.to_string()))),
                (None, Some(bounds)) => drop(bounds.shift_remove(*column)),
                _ => {}
            }
        } else if !cell.is_empty() {
            new[*column] = personal(column, cell, l).map_err(|reason| wrong(column, reason))?;
        }
    }
    let patient: Patient = serde_json::from_value(new.clone())
        .map_err(|_| wrong("", pick(l, "the row does not make a patient", "la fila no da un paciente").into()))?;
    sound(&patient.bounds, known.defaults).map_err(|(column, why)| wrong(column, limit_trouble_words(&why, l)))?;
    if patient.status == PatientStatus::Paused && patient.status_until.is_none() {
        let why = pick(l, "a pause always expires: say when", "una pausa siempre termina: diga cuándo");
        return Err(wrong("status_until", why.into()));
    }
    if let Some(id) = patient.fhir_id.clone().filter(|f| !f.is_empty()) {
        if charts.get(&id).is_some_and(|other| *other != patient.mrn) {
            let why = pick(
                l,
                "another patient has this id at the chart: readings would be filed with the wrong person",
                "otro paciente tiene este id en la historia: las lecturas irían a la persona equivocada",
            );
            return Err(wrong("fhir_id", why.into()));
        }
        charts.insert(id, patient.mrn.clone());
    }
    let new = as_json(&patient);
    let text = |v: &Value| v.as_str().map(String::from).filter(|t| !t.is_empty());
    let differences = cells.iter().filter(|(c, _)| *c != "mrn").filter_map(|(column, _)| {
        let cell = |p: &Value| if limit_facts(column).is_some() { text(&p["bounds"][*column]) } else { text(&p[*column]) };
        let (old, new) = (cell(&old), cell(&new));
        (old != new).then(|| Difference { line, mrn: mrn.into(), column: column.to_string(), old, new })
    });
    Ok((patient, differences.collect(), is_new))
}

/// A field of a patient as typed; the value is as a patient is stored.
pub(crate) fn personal(column: &str, cell: &str, l: Language) -> Result<Value, String> {
    let one_of = |words: &[&str]| {
        let word = cell.to_ascii_lowercase();
        if words.contains(&word.as_str()) {
            Ok(json!(word))
        } else {
            let words = words.join(", ");
            Err(say!(l, "is one of {words}", "es uno de {words}"))
        }
    };
    let no = |en, es| Err(pick(l, en, es).to_string());
    match column {
        "phone" if !e164(Phone::from(cell).expose()) => {
            no("numbers are in E.164, e.g. +12025550100", "los números van en E.164, p. ej. +12025550100")
        }
        "time_zone" if !decide::wallclock::zone_known(cell) => {
            Err(say!(l, "is not an IANA time zone: {cell}", "no es una zona horaria IANA: {cell}"))
        }
        "birth_date" if chrono::NaiveDate::parse_from_str(cell, "%Y-%m-%d").is_err() => {
            no("a date is written YYYY-MM-DD", "una fecha se escribe AAAA-MM-DD")
        }
        "language" => one_of(&["en", "es"]),
        "sms_consent" => one_of(&["yes", "no", "unknown"]),
        "status" => one_of(&["active", "paused", "admitted", "ended", "deceased"]),
        "status_until" => match cell.parse::<decide::At>() {
            Ok(at) => Ok(json!(at)),
            Err(_) => no("a time is written 2026-03-05T19:00:00Z", "una hora se escribe 2026-03-05T19:00:00Z"),
        },
        _ if cell.chars().count() > LONGEST_CELL || cell.chars().any(char::is_control) => {
            no("is too long, or has signs that cannot be shown", "es demasiado largo o tiene signos que no se pueden mostrar")
        }
        _ if PERSONAL.contains(&column) => Ok(json!(cell)),
        _ => no("there is no such column", "no existe esa columna"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn ward() -> HashMap<Mrn, Patient> {
        let bounds = Bounds { systolic_high: Some(Decimal::from(150)), ..Bounds::default() };
        let patient = Patient { bounds, first_name: "Ines".into(), ..Patient::new("7700101".into()) };
        HashMap::from([(patient.mrn.clone(), patient)])
    }

    fn read(file: &str) -> Plan {
        plan(file.as_bytes(), &Known { patients: &ward(), defaults: &Bounds::defaults(), language: Language::En })
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

    #[test]
    fn a_limit_in_another_unit_is_a_bad_line_not_a_limit() {
        let plan = read("mrn,glucose_high\n7700101,16.7\n");
        assert_eq!((plan.report.bad[0].line, plan.report.bad[0].column.as_str()), (2, "glucose_high"));
        assert_eq!(plan.report.bad[0].reason, "goes from 80 to 600 mg/dL, not 16.7");
    }

    #[test]
    fn a_number_that_an_export_defused_is_read_as_it_was() {
        let plan = read("mrn,phone\n7700101,'+12025550101\n");
        assert_eq!(plan.patients[0].phone.as_ref().unwrap().expose(), "+12025550101");
    }

    #[test]
    fn two_patients_never_share_an_id_at_the_chart() {
        let plan = read("mrn,fhir_id\n7700101,12724066\n7700105,12724066\n");
        assert_eq!(plan.patients.len(), 1);
        assert_eq!((plan.report.bad[0].line, plan.report.bad[0].column.as_str()), (3, "fhir_id"));
    }

    #[test]
    fn a_low_limit_is_held_against_the_clinics_own_default() {
        let defaults = Bounds { systolic_high: Some(Decimal::from(140)), ..Bounds::defaults() };
        let (file, patients) = ("mrn,systolic_low\n7700109,140\n", ward());
        let plan = plan(file.as_bytes(), &Known { patients: &patients, defaults: &defaults, language: Language::Es });
        assert_eq!(plan.report.bad[0].reason, "el límite bajo 140 no es menor que el alto 140");
    }
}
