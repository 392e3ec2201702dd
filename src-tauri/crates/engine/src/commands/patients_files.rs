//! Patients from a file and into one: first what would change, then the good rows; and back as a file that can be taken again.

use super::patients::order;
use super::refusal::{field, store_error};
use crate::console::{lock, Console};
use crate::import::{self, Known, Plan};
use crate::spine::Incoming;
use crate::views::{pick, say};
use crate::workspace;
use decide::clinic::limits::limit_facts;
use decide::input::{Change, Input};
use decide::{Order, Patient};
use ledger::Export;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{BufWriter, Write};
use wire::{
    ExportPatientsArgs, ImportApplyArgs, ImportArgs, ImportBad, ImportCell, ImportPatient, ImportView, Language, Person, UserError,
    WrittenFile,
};

/// Longest file, bytes.
const LONGEST_FILE: usize = 6 << 20;
/// Patients whose differences are shown.
const SHOWN: usize = 300;
/// Lines that cannot go in, as shown.
const SHOWN_BAD: usize = 1_000;
/// Patients of one turn: nobody waits long behind a file.
const A_TURN: usize = 100;

impl Console {
    fn read_file(&self, text: &str, l: Language) -> Result<(Plan, HashMap<String, String>), UserError> {
        if text.trim().is_empty() {
            return Err(field("text", l, "The file is empty.", "El archivo está vacío."));
        }
        if text.len() > LONGEST_FILE {
            return Err(field("text", l, "The file is longer than 6 MB.", "El archivo pasa de 6 MB."));
        }
        let engine = lock(&self.engine);
        let plan = import::plan(text.as_bytes(), &Known::of(&engine.desk, l));
        let names = plan.patients.iter().map(|p| (p.mrn.expose().to_string(), p.listed_name())).collect();
        Ok((plan, names))
    }

    pub(crate) fn do_import_preview(&self, who: &Person, args: &ImportArgs) -> Result<ImportView, UserError> {
        let (plan, names) = self.read_file(&args.text, who.language)?;
        Ok(view(&plan, &names, false, String::new()))
    }

    pub(crate) fn do_import_apply(&self, who: &Person, args: &ImportApplyArgs) -> Result<ImportView, UserError> {
        let l = who.language;
        let (plan, names) = self.read_file(&args.text, l)?;
        if fingerprint(&plan) != args.fingerprint {
            return Err(super::refusal::too_late(
                pick(
                    l,
                    "Patients changed since the file was looked at: it would do something else now.",
                    "Hubo cambios desde la vista previa: ahora haría otra cosa.",
                ),
                l,
            ));
        }
        let order = if changes_limits(&plan) { order(who, &args.why, &args.ordered_by, None)? } else { Order::default() };
        if changes_limits(&plan) && args.why.trim().is_empty() {
            for p in &plan.patients {
                if let Some(proposed) = self.proposed(&p.mrn, |was| was.bounds = p.bounds) {
                    self.reason_for(&proposed, &args.why, l)?;
                }
            }
        }
        let before = self.waiting_for_unknown();
        self.keep_seen(who, "import_patients", None)?;
        for some in plan.patients.chunks(A_TURN) {
            let change = |p: &Patient| Change::Import { patient: Box::new(p.clone()), order: order.clone() };
            let batch = some.iter().map(|p| Incoming::Direct(Input::Change { who: who.name.clone(), change: change(p) })).collect();
            (self.submit)(batch).ok_or_else(|| super::not_stored(l))?;
        }
        let used = before.saturating_sub(self.waiting_for_unknown());
        let (taken, bad) = (plan.patients.len(), plan.report.bad.len());
        let mut said = match bad {
            0 => say!(l, "{taken} patients taken from the file.", "{taken} pacientes tomados del archivo."),
            n => say!(l, "{taken} patients taken from the file; {n} lines not.", "{taken} pacientes tomados del archivo; {n} líneas no."),
        };
        if used > 0 {
            said.push_str(&say!(l, " {used} records that had waited could be used.", " Se usaron {used} registros que esperaban."));
        }
        Ok(view(&plan, &names, true, said))
    }

    pub(crate) fn do_export_patients(&self, who: &Person, args: &ExportPatientsArgs) -> Result<WrittenFile, UserError> {
        let l = who.language;
        let what = Export::named(&args.what).filter(|w| matches!(w, Export::Patients | Export::LimitHistory));
        let what = what.ok_or_else(|| field("what", l, "There is no such export.", "No existe esa exportación."))?;
        self.keep_seen(who, &format!("export_{}", args.what), None)?;
        let name = format!("{}-{}.csv", args.what, self.now().format("%Y%m%d-%H%M%S%3f"));
        let path = workspace::exports(&self.facts.folder).join(name);
        let reader = lock(&self.engine).reader().map_err(store_error)?;
        let written = (|| -> Result<u64, String> {
            let mut out = BufWriter::with_capacity(1 << 16, workspace::create_own(&path).map_err(|e| e.to_string())?);
            let rows = reader.export(what, None, None, &mut out).map_err(|e| e.to_string())?;
            out.flush().map_err(|e| e.to_string())?;
            Ok(rows)
        })();
        let rows = written.map_err(|why| {
            tracing::error!(%why, "patients could not be written out");
            // Never a file that looks complete.
            let _ = std::fs::remove_file(&path);
            super::not_stored(l)
        })?;
        let bytes = std::fs::metadata(&path).map(|m| m.len()).unwrap_or_default();
        let said = say!(l, "{rows} rows written.", "{rows} filas escritas.");
        Ok(WrittenFile { path: path.display().to_string(), rows: rows as u32, bytes, said })
    }
}

/// What a file would do, as one short word: a preview and what is taken are the same when these are.
fn fingerprint(plan: &Plan) -> String {
    let report = serde_json::to_vec(&plan.report).unwrap_or_default();
    Sha256::digest(&report).iter().take(12).map(|b| format!("{b:02x}")).collect()
}

fn changes_limits(plan: &Plan) -> bool {
    plan.report.differences.iter().any(|d| limit_facts(&d.column).is_some())
}

fn view(plan: &Plan, names: &HashMap<String, String>, taken: bool, said: String) -> ImportView {
    let report = &plan.report;
    let is_new: HashMap<&str, bool> = plan.new.iter().map(|m| (m.as_str(), true)).collect();
    let mut patients: Vec<ImportPatient> = Vec::new();
    for d in &report.differences {
        let cell = ImportCell { column: d.column.clone(), old: d.old.clone(), new: d.new.clone() };
        match patients.last_mut().filter(|p| p.mrn == d.mrn) {
            Some(p) => p.cells.push(cell),
            None => patients.push(ImportPatient {
                line: d.line as u32,
                mrn: d.mrn.clone(),
                name: names.get(&d.mrn).cloned().unwrap_or_default(),
                is_new: is_new.contains_key(d.mrn.as_str()),
                cells: vec![cell],
            }),
        }
    }
    let differ = patients.len();
    patients.truncate(SHOWN);
    ImportView {
        rows: report.rows as u32,
        new_patients: report.new_patients as u32,
        changed_patients: report.changed_patients as u32,
        unchanged: report.unchanged as u32,
        more: (differ - patients.len()) as u32,
        patients,
        bad: report
            .bad
            .iter()
            .take(SHOWN_BAD)
            .map(|b| ImportBad { line: b.line as u32, column: b.column.clone(), reason: b.reason.clone() })
            .collect(),
        limits: changes_limits(plan),
        fingerprint: fingerprint(plan),
        taken,
        said,
    }
}
