//! The runbook: the last incidents, one of them step by step, and its evidence as a file. Read-only for all.

use super::refusal::store_error;
use crate::console::{lock, Console};
use crate::evidence;
use crate::views::runbook::{decisions, incident, steps, Beside};
use crate::views::{brief_of, row_id};
use decide::input::RowId;
use decide::wallclock::zone_of;
use decide::{Episode, Patient, Reading};
use wire::*;

/// Incidents of the list.
const LISTED: u32 = 50;

impl Console {
    pub(crate) fn runbook_view(&self, who: &Person) -> Result<RunbookView, UserError> {
        let l = who.language;
        let case_key = lock(&self.engine).desk.case_key;
        let reader = lock(&self.reader);
        let mut incidents = Vec::new();
        for e in reader.newest_episodes(None, LISTED).map_err(store_error)? {
            let lines = reader.timeline(e.id).map_err(store_error)?;
            incidents.push(incident(&e, &lines, decide::narrate::case_id(&case_key, &e.mrn), l));
        }
        Ok(RunbookView { incidents })
    }

    /// One incident step by step; opening it is an audit line.
    pub(crate) fn runbook_incident_view(&self, who: &Person, id: &str) -> Result<IncidentReplay, UserError> {
        let l = who.language;
        let e = self.stored_episode(id)?;
        self.keep_seen(who, "runbook_opened", Some(e.mrn.clone()))?;
        let (brief, case_id, patient, settings) = {
            let engine = lock(&self.engine);
            let desk = &engine.desk;
            let patient = desk.patients.get(&e.mrn).cloned().unwrap_or_else(|| Patient::new(e.mrn.clone()));
            (brief_of(desk, &e.mrn), desk.case_id(&e.mrn), patient, desk.settings.clone())
        };
        let reader = lock(&self.reader);
        let lines = reader.timeline(e.id).map_err(store_error)?;
        let effects = reader.effects_of(e.id).map_err(store_error)?;
        let readings: Vec<Reading> =
            e.readings.iter().filter_map(|j| reader.reading(j.reading).transpose()).collect::<Result<_, _>>().map_err(store_error)?;
        let zone = zone_of(&patient, &settings);
        let clock = |at| format!("{} {}", zone.day(at), zone.clock(at));
        Ok(IncidentReplay {
            incident: incident(&e, &lines, case_id, l),
            patient: brief,
            decisions: decisions(l),
            steps: steps(&lines, &Beside { readings: &readings, effects: &effects, clock: &clock }, l),
            zone: zone.name.clone(),
        })
    }

    fn stored_episode(&self, id: &str) -> Result<Episode, UserError> {
        let RowId::Episode(n) = row_id(id)? else { return Err(UserError::not_found("That episode")) };
        lock(&self.reader).episode(n).map_err(store_error)?.ok_or_else(|| UserError::not_found("That episode"))
    }

    /// Writes everything that is known of an episode into one file of the data folder.
    pub(crate) fn do_evidence(&self, who: &Person, id: &str) -> Result<ExportView, UserError> {
        let e = self.stored_episode(id)?;
        // On the trail first: the file then holds the line that says who took it.
        self.keep_seen(who, "export_evidence", Some(e.mrn.clone()))?;
        let at = self.now();
        let (patient, case_id, limits) = {
            let engine = lock(&self.engine);
            let desk = &engine.desk;
            let patient = desk.patients.get(&e.mrn).cloned().unwrap_or_else(|| Patient::new(e.mrn.clone()));
            let limits = patient.bounds.or(&desk.settings.default_limits).or(&decide::Bounds::defaults());
            (patient, desk.case_id(&e.mrn), limits)
        };
        let reader = lock(&self.engine).reader().map_err(store_error)?;
        let made = evidence::Made { at, by: who.name.clone(), language: who.language };
        let file = evidence::gather(&reader, &self.facts.folder, e, patient, case_id.clone(), limits, made).map_err(store_error)?;
        let name = format!("evidence-{id}-{case_id}-{}.html", at.format("%Y%m%d-%H%M%S%3f"));
        let path = crate::workspace::exports(&self.facts.folder).join(name);
        self.write_export("evidence", who, &path, |out| file.write(out))
    }
}
