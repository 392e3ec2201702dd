//! Readings are pulled from the chart, patient by patient, since it pushes nothing (behaviour.md 1.1, contracts.md 1.5).
//!
//! Polite: inside the chart's rate, one round at a time, hourly while nothing is open. How long a round takes is the
//! oldest that a reading filed in the chart may be before it is judged here.

use crate::desk::{Desk, Owed};
use crate::outbox::{About, Act, Effect, EffectState, Look, Priority, Problem, Vendor};
use crate::rows::Row;
use crate::trail::Line;
use crate::{minutes, seconds, At, Mrn, PatientStatus};
use std::collections::{HashMap, VecDeque};

/// While nothing is open (scenario.md).
const IDLE_MINUTES: f64 = 60.0;
/// A round may use this part of the chart's rate; the rest is for what nurses and patients wait for.
const PART_OF_THE_RATE: f64 = 0.5;
/// A question without an answer for so long is given up: its patient comes again in the next round.
const GIVE_UP_MINUTES: f64 = 5.0;
/// A round that takes longer is said (behaviour.md 1.1).
pub const SLOW_SECONDS: f64 = 300.0;

/// The round under way, and what is known of the last one.
#[derive(Debug, Default)]
pub struct Sweep {
    /// When the last round began; before the first: when the console did.
    began: Option<At>,
    under_way: bool,
    left: VecDeque<Mrn>,
    /// Questions without an answer yet.
    asked: u32,
    /// Not before then the next patient.
    step: Option<At>,
    /// What was filed since then is not known yet, where no answer has moved it.
    from: Option<At>,
    /// When each patient's last answered question was asked.
    since: HashMap<Mrn, At>,
    took_seconds: Option<f64>,
    finished_at: Option<At>,
    patients: u32,
    trouble: bool,
    slow: bool,
}

impl Sweep {
    /// After a start: `from`, when the last whole round before it began.
    pub fn load(from: Option<At>) -> Sweep {
        Sweep { from, ..Sweep::default() }
    }

    /// After the store took no writes: the round is begun anew when its time comes again, not at once, or each write that
    /// fails would bring the next. `self` is as the store has it; `before` and `began_at` as the console had it.
    pub fn put_off(self, before: Sweep, began_at: At, now: At) -> Sweep {
        Sweep {
            began: Some(now),
            from: self.from.or(before.from).or(Some(began_at)),
            took_seconds: before.took_seconds,
            finished_at: before.finished_at,
            patients: before.patients,
            slow: before.slow,
            ..Sweep::default()
        }
    }

    /// How long the last whole round took.
    pub fn took_seconds(&self) -> Option<f64> {
        self.took_seconds
    }

    /// When the last whole round ended.
    pub fn finished_at(&self) -> Option<At> {
        self.finished_at
    }

    /// Patients of the round under way, or of the last one.
    pub fn patients(&self) -> u32 {
        self.patients
    }
}

impl Desk {
    /// When the sweep wants to go on.
    pub(crate) fn sweep_due(&self) -> Option<At> {
        if self.settings.chart_pull_minutes <= 0.0 || self.patients.is_empty() {
            return None;
        }
        if self.sweep.under_way {
            return (!self.sweep.left.is_empty()).then(|| self.sweep.step.unwrap_or(self.started_at));
        }
        let every = self.settings.chart_pull_minutes;
        let wait = if self.anything_open() { every } else { every.max(IDLE_MINUTES) };
        match (self.sweep.began, self.sweep.from) {
            (Some(began), _) => Some(began + minutes(wait)),
            // What was filed while the console was closed is read at once.
            (None, Some(_)) => Some(self.started_at),
            (None, None) => Some(self.started_at + minutes(wait)),
        }
    }

    /// Asks for the next patients whose turn it is.
    pub(crate) fn tick_sweep(&mut self, now: At) {
        while self.sweep_due().is_some_and(|due| due <= now) {
            if !self.sweep.under_way {
                let takes_part = |s| matches!(s, PatientStatus::Active | PatientStatus::Paused | PatientStatus::Admitted);
                let mut left: Vec<Mrn> = self.patients.values().filter(|p| takes_part(p.status)).map(|p| p.mrn.clone()).collect();
                left.sort();
                self.sweep.patients = left.len() as u32;
                (self.sweep.left, self.sweep.began, self.sweep.under_way) = (left.into(), Some(now), true);
            }
            let apart = 60.0 / (self.settings.cerner_requests_per_minute * PART_OF_THE_RATE);
            if self.chart_not_set_up() {
                // Each patient would be told of; the round waits until the setting is there.
                self.sweep.step = Some(now + minutes(1.0));
                return;
            }
            let Some(mrn) = self.sweep.left.pop_front() else { return self.round_over(now) };
            self.sweep.step = Some(now + seconds(apart));
            self.ask_for(now, &mrn);
            self.round_over(now);
        }
    }

    fn chart_not_set_up(&self) -> bool {
        let waits =
            |f: &Effect| f.state == EffectState::Blocked && matches!(f.act, Act::Look(Look::Observations { .. } | Look::Patient { .. }));
        self.effects.values().any(waits)
    }

    fn ask_for(&mut self, now: At, mrn: &Mrn) {
        let Some(patient) = self.patients.get(mrn) else { return };
        let look = match &patient.fhir_id {
            Some(fhir_id) => {
                let since = self.sweep.since.get(mrn).copied().or(self.sweep.from).unwrap_or(self.started_at);
                self.sweep.asked += 1;
                Look::Observations { fhir_id: fhir_id.clone(), since }
            }
            // Known at the chart by its id only: found now, read in the next round.
            None => Look::Patient { mrn: Some(mrn.clone()), fhir_id: None },
        };
        self.owe(
            now,
            Owed {
                vendor: Vendor::Cerner,
                act: Act::Look(look),
                about: About { mrn: Some(mrn.clone()), vital: None, episode: None, appointment_id: None },
                priority: Priority::CheckIn,
                shadow: false,
                not_before: None,
                give_up_at: Some(now + minutes(GIVE_UP_MINUTES)),
            },
        );
    }

    /// The chart answered for one patient: its readings are taken one by one.
    pub(crate) fn swept(&mut self, now: At, f: &Effect, resources: Vec<String>) {
        if let Some(mrn) = &f.about.mrn {
            self.sweep.since.insert(mrn.clone(), f.owed_at);
        }
        self.out.found_observations.extend(resources);
        self.sweep.trouble = false;
        self.sweep.asked = self.sweep.asked.saturating_sub(1);
        self.round_over(now);
    }

    /// The chart did not answer for one patient: staff hear of it once.
    pub(crate) fn not_swept(&mut self, now: At, said: &str) {
        self.sweep.asked = self.sweep.asked.saturating_sub(1);
        if !std::mem::replace(&mut self.sweep.trouble, true) {
            self.sweep_line(now, "readings_not_pulled", format!("Readings could not be read from the chart: {said}."));
        }
        self.round_over(now);
    }

    /// A sweep raises its own alarm, once it gave up; it neither raises nor clears the chart's.
    pub(crate) fn ill(&mut self, now: At, f: &Effect, problem: &Problem) {
        if !matches!(f.act, Act::Look(Look::Observations { .. })) {
            self.vendor_ill(now, f.vendor, problem);
        }
    }

    /// The vendor answered.
    pub(crate) fn well(&mut self, now: At, f: &Effect) {
        if !matches!(f.act, Act::Look(Look::Observations { .. })) {
            self.vendor_well(now, f.vendor);
        }
    }

    fn round_over(&mut self, now: At) {
        if !self.sweep.under_way || !self.sweep.left.is_empty() || self.sweep.asked > 0 {
            return;
        }
        self.sweep.under_way = false;
        let Some(began) = self.sweep.began else { return };
        let took = (now - began).num_milliseconds() as f64 / 1000.0;
        (self.sweep.took_seconds, self.sweep.finished_at) = (Some(took), Some(now));
        if !self.sweep.trouble {
            self.out.rows.push(Row::SweptFrom(began));
        }
        let slow = took > SLOW_SECONDS;
        if slow && !self.sweep.slow {
            let detail = format!("Reading the chart once for {} patients took {:.0} s.", self.sweep.patients, took);
            self.sweep_line(now, "chart_pull_slow", detail);
        }
        self.sweep.slow = slow;
    }

    fn sweep_line(&mut self, now: At, reason: &str, detail: String) {
        self.say(now, None, None, Line::Attention { reason: reason.into(), mrn: None, vital: None, appointment_id: None, detail });
    }
}
