//! A back-test over the stored readings: read beside the spine, piece by piece, so that no turn waits for it.

use decide::backtest::{vitals_of_bounds, vitals_of_settings, Backtest, Found, Lived, Plan, DAYS, WARM_UP_HOURS};
use decide::{hours, At, Episode, Mrn, Patient, Settings, Vital};
use ledger::{LedgerError, Reader};

/// Readings that are read in one go.
const PIECE: u32 = 2_000;

/// A change that is not saved yet.
#[derive(Debug, Clone)]
pub enum Proposed {
    /// One patient, as is and as proposed.
    Patient { now: Box<Patient>, proposed: Box<Patient> },
    /// The settings as proposed: everybody.
    Settings(Box<Settings>),
}

/// A change, and the rules it would change.
#[derive(Debug, Clone)]
pub struct Question {
    pub settings: Settings,
    pub proposed: Proposed,
    pub now: At,
}

impl Question {
    /// The vitals that the change can move; all of them when it moves none, so that today's load is told all the same.
    pub fn vitals(&self) -> Vec<Vital> {
        let moved = match &self.proposed {
            Proposed::Patient { now, proposed } => vitals_of_bounds((&now.bounds, &now.stat), (&proposed.bounds, &proposed.stat)),
            Proposed::Settings(new) => vitals_of_settings(&self.settings, new),
        };
        if moved.is_empty() {
            Vital::ALL.to_vec()
        } else {
            moved.into_iter().collect()
        }
    }

    /// Alarms from then on count.
    pub fn from(&self) -> At {
        self.now - hours(DAYS * 24.0)
    }

    /// The patient whom it is about; none = everybody.
    pub fn mrn(&self) -> Option<&Mrn> {
        match &self.proposed {
            Proposed::Patient { now, .. } => Some(&now.mrn),
            Proposed::Settings(_) => None,
        }
    }
}

/// Replays the stored readings. `goes_on` hears how far it is, 0 to 1, and ends it by saying false: then nothing is found.
pub fn run(reader: &Reader, question: &Question, goes_on: &dyn Fn(f64) -> bool) -> Result<Option<Found>, LedgerError> {
    let (from, vitals) = (question.from(), question.vitals());
    let warm = from - hours(WARM_UP_HOURS);
    let (mut lived, mut standing): (Vec<Lived>, Vec<Episode>) = (Vec::new(), Vec::new());
    reader.each_episode_since(warm, question.mrn(), |e| {
        if vitals.contains(&e.vital) && e.opened_at <= question.now {
            lived.extend(Lived::of(&e));
            if e.opened_at < warm {
                standing.push(e);
            }
        }
    })?;
    let (patients, proposed_settings, proposed_patient) = match &question.proposed {
        Proposed::Patient { now, proposed } => (vec![(**now).clone()], question.settings.clone(), Some((**proposed).clone())),
        Proposed::Settings(new) => (reader.patients()?, (**new).clone(), None),
    };
    let mut test = Backtest::new(Plan {
        from,
        to: question.now,
        settings: question.settings.clone(),
        patients,
        proposed_settings,
        proposed_patient,
        lived,
        standing,
    });
    if let Some(mrn) = question.mrn() {
        let mut readings = Vec::new();
        for vital in &vitals {
            readings.extend(reader.readings_of(mrn, *vital, warm)?);
        }
        readings.sort_by_key(|r| r.id);
        let all = readings.len().max(1);
        for (nth, reading) in readings.into_iter().enumerate() {
            if nth % PIECE as usize == 0 && !goes_on(nth as f64 / all as f64) {
                return Ok(None);
            }
            test.take(reading);
        }
        return Ok(Some(test.found()));
    }
    if let Some((first, last)) = reader.readings_span(warm)? {
        let mut next = Some(first);
        while let Some(id) = next.filter(|id| *id <= last) {
            if !goes_on((id - first) as f64 / (last - first + 1) as f64) {
                return Ok(None);
            }
            let (readings, on) = reader.readings_from(id, &vitals, PIECE)?;
            // What has arrived since is no part of it.
            readings.into_iter().filter(|r| r.id <= last).for_each(|r| test.take(r));
            next = on;
        }
    }
    Ok(Some(test.found()))
}
