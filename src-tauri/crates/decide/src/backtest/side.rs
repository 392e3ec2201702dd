//! One side of a back-test: a desk in shadow that takes the stored readings as they came.

use super::lived::History;
use super::memory::Memory;
use super::{left_out_of, Alarm};
use crate::desk::{Desk, Outcome, Stored};
use crate::input::{Decoded, Past, RawRef};
use crate::rows::Row;
use crate::trail::{IntakeOutcome, Line};
use crate::{
    Arrival, At, ChartReadings, Episode, Mode, Modes, Mrn, Patient, PatientRef, PatientStatus, Reading, Rule, Settings, Severity, Vital,
};
use std::collections::HashMap;

/// On whose account replayed episodes are closed; it is never stored.
const REPLAY: &str = "back-test";

pub(super) struct Side {
    desk: Desk,
    memory: Memory,
    /// When the open episode of a row is closed in the replay; none = not before the end.
    closes: HashMap<(Mrn, Vital), (u64, Option<At>)>,
    over: Vec<Alarm>,
}

impl Side {
    pub fn new(settings: Settings, patients: Vec<Patient>, standing: Vec<Episode>, from: At) -> Side {
        let next_id = standing.iter().map(|e| e.id).max().unwrap_or(0) + 1;
        let mut desk = Desk::load(Stored { next_id, ..Stored::default() }, from, "replay".into(), [0; 32]);
        desk.settings = settings;
        desk.settings.mode = Modes::All(Mode::Shadow);
        desk.settings.chart_readings = ChartReadings::Reviewed;
        desk.settings.missing_reading_hours.clear();
        desk.settings.source_silence_minutes.clear();
        for mut p in patients {
            // Whether a patient took part then is said by each reading, not by today's status.
            p.status = PatientStatus::Active;
            p.status_until = None;
            desk.index_patient(p);
        }
        for mut e in standing {
            e.closed = None;
            e.writes = None;
            e.live = false;
            e.question = None;
            e.pages.clear();
            e.clocks.clear();
            desk.put_episode(e);
        }
        desk.out = Outcome::default();
        Side { desk, memory: Memory::default(), closes: HashMap::new(), over: Vec::new() }
    }

    /// Replays a reading; returns why it can raise no alarm, if it cannot.
    pub fn take(&mut self, history: &History, reading: &Reading) -> Option<&'static str> {
        let (mrn, vital, now) = (&reading.mrn, reading.arrival.vital, reading.arrived);
        if !self.desk.patients.contains_key(mrn) {
            return Some("patient_gone");
        }
        self.close_due(history, mrn, vital, now);
        let past = self.memory.past(mrn, &reading.arrival);
        let arrival =
            Arrival { patient: PatientRef { mrn: Some(mrn.clone()), fhir_id: None }, shape: Vec::new(), ..reading.arrival.clone() };
        let away = was_away(reading, &past, &self.desk.settings);
        if away {
            self.status(mrn, PatientStatus::Admitted);
        }
        self.desk.take_reading(now, reading.source, Decoded::Reading(arrival), past, RawRef::default());
        if away {
            self.status(mrn, PatientStatus::Active);
        }
        let why = self.note(mrn, vital, now);
        if away && why.is_none() {
            Some("not_active")
        } else {
            why
        }
    }

    fn status(&mut self, mrn: &Mrn, status: PatientStatus) {
        if let Some(p) = self.desk.patients.get_mut(mrn) {
            p.status = status;
        }
    }

    /// Keeps what the turn left, and forgets what no replay needs.
    fn note(&mut self, mrn: &Mrn, vital: Vital, now: At) -> Option<&'static str> {
        let out = self.desk.finish(now);
        let mut rule = None;
        for row in &out.rows {
            match row {
                Row::ReadingWithdrawn { id } => self.memory.withdraw(mrn, vital, *id),
                Row::Reading(r) => {
                    rule = Some(r.verdict.rule);
                    self.memory.keep(r);
                }
                _ => {}
            }
        }
        let tasks: Vec<u64> = self.desk.tasks.keys().copied().collect();
        for id in tasks {
            self.desk.forget_task(id);
        }
        self.desk.quarantine.clear();
        if out.answer.outcome == IntakeOutcome::Quarantined {
            // A bound with the limit inside it, or a time too far ahead.
            return Some("not_comparable");
        }
        let flags = out.entries.iter().find_map(|e| match &e.line {
            Line::Verdict { flags, .. } => Some(flags.as_slice()),
            _ => None,
        });
        left_out_of(rule?, flags.unwrap_or_default())
    }

    /// Closes the open episode of a row if its time has come.
    fn close_due(&mut self, history: &History, mrn: &Mrn, vital: Vital, now: At) {
        let Some((id, opened)) = self.desk.open_episode(mrn, vital).map(|e| (e.id, e.opened_at)) else { return };
        let key = (mrn.clone(), vital);
        let due = match self.closes.get(&key) {
            Some((known, due)) if *known == id => *due,
            _ => {
                let due = history.closes(mrn, vital, opened);
                self.closes.insert(key, (id, due));
                due
            }
        };
        if let Some(due) = due.filter(|due| *due <= now) {
            self.close(id, due);
            self.desk.finish(due);
        }
    }

    fn close(&mut self, id: u64, at: At) {
        let closed = self.desk.with_episode(id, |desk, e| {
            desk.close_episode(at, e, REPLAY, "acted", None);
            // Nothing is written back in a replay.
            e.writes = None;
            alarm(e, Some(at))
        });
        self.over.extend(closed);
    }

    /// The alarms from then on, in order.
    pub fn over(mut self, history: &History, from: At, to: At) -> Vec<Alarm> {
        let open: Vec<(Mrn, Vital)> = self.desk.episodes.values().filter(|e| e.is_open()).map(|e| (e.mrn.clone(), e.vital)).collect();
        for (mrn, vital) in open {
            self.close_due(history, &mrn, vital, to);
        }
        let still = self.desk.episodes.values().filter(|e| e.is_open()).map(|e| alarm(e, None));
        let mut alarms: Vec<Alarm> = self.over.into_iter().chain(still).filter(|a| a.opened_at >= from).collect();
        alarms.sort_by(|a, b| (a.opened_at, &a.mrn, a.vital).cmp(&(b.opened_at, &b.mrn, b.vital)));
        alarms
    }
}

fn alarm(e: &Episode, closed_at: Option<At>) -> Alarm {
    Alarm { mrn: e.mrn.clone(), vital: e.vital, opened_at: e.opened_at, worst: e.worst, closed_at }
}

/// A stored reading beyond its limit that belongs to no episode, though nothing about it kept it from acting: the patient
/// was paused, admitted or no longer in the programme.
fn was_away(r: &Reading, past: &Past, settings: &Settings) -> bool {
    let beyond = r.verdict.severity > Severity::Routine && !matches!(r.verdict.rule, Rule::Implausible);
    let measured = r.arrival.measured.instant().min(r.arrived);
    let silent = !r.arrival.measured.exact()
        || r.arrived - measured > crate::hours(settings.stale_after_hours)
        || past.newest.as_ref().is_some_and(|n| n.measured.instant().min(n.arrived) > measured)
        || past.former.is_some();
    r.episode.is_none() && beyond && !silent
}
