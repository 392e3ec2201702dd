//! The rows of a desk, kept in memory as the ledger keeps them.

use decide::desk::{Desk, Outcome, Stored};
use decide::input::{Past, PastReading};
use decide::outbox::Effect;
use decide::rows::{Quarantined, Row};
use decide::{hours, Arrival, At, Episode, Mrn, Patient, Phone, Reading, Rule, Task, Vital};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What has been stored so far.
#[derive(Default)]
pub struct Store {
    settings: serde_json::Map<String, serde_json::Value>,
    patients: BTreeMap<Mrn, Patient>,
    opted_out: BTreeSet<Phone>,
    episodes: BTreeMap<u64, Episode>,
    tasks: BTreeMap<u64, Task>,
    effects: BTreeMap<u64, Effect>,
    quarantine: BTreeMap<u64, Quarantined>,
    pub readings: Vec<Reading>,
    seen: HashSet<String>,
    next_id: u64,
}

impl Store {
    /// Writes the rows of a turn.
    pub fn write(&mut self, out: &Outcome) {
        for row in &out.rows {
            self.row(row);
        }
    }

    fn row(&mut self, row: &Row) {
        let mut used = 0;
        match row {
            Row::Reading(r) => {
                used = r.id;
                self.readings.push((**r).clone());
            }
            Row::ReadingWithdrawn { id } => self.readings.iter_mut().filter(|r| r.id == *id).for_each(|r| r.withdrawn = true),
            Row::Patient(p) => {
                self.patients.insert(p.mrn.clone(), (**p).clone());
            }
            Row::Episode(e) => {
                used = e.id;
                self.episodes.insert(e.id, (**e).clone());
            }
            Row::Task(t) => {
                used = t.id;
                self.tasks.insert(t.id, (**t).clone());
            }
            Row::Effect(f) => {
                used = f.id;
                self.effects.insert(f.id, (**f).clone());
            }
            Row::OptOut { phone, out: true, .. } => {
                self.opted_out.insert(phone.clone());
            }
            Row::OptOut { phone, .. } => {
                self.opted_out.remove(phone);
            }
            Row::Setting { name, value, .. } => {
                self.settings.insert(name.clone(), value.clone());
            }
            Row::Quarantine(q) => {
                used = q.id;
                self.quarantine.insert(q.id, (**q).clone());
            }
            Row::Seen { key, .. } => {
                self.seen.insert(key.clone());
            }
            _ => {}
        }
        self.next_id = self.next_id.max(used + 1);
    }

    /// Every episode there was.
    pub fn episodes(&self) -> impl Iterator<Item = &Episode> {
        self.episodes.values()
    }

    pub fn seen(&self, key: &str) -> bool {
        self.seen.contains(key)
    }

    /// What the ledger would hand out for a new reading.
    pub fn past(&self, mrn: &Mrn, a: &Arrival) -> Past {
        let mine = || self.readings.iter().filter(|r| &r.mrn == mrn && r.arrival.vital == a.vital);
        let same_resource = |r: &&Reading| a.source_id.is_some() && r.arrival.source_id == a.source_id;
        let other = || mine().filter(|r| !same_resource(r));
        let newest = |implausible: bool| {
            let fits = |r: &&Reading| if implausible { r.verdict.rule == Rule::Implausible } else { !r.withdrawn && judged(r) };
            other().filter(fits).max_by_key(|r| (r.arrival.measured.instant(), r.id)).map(brief)
        };
        let (standing, odd) = (newest(false), newest(true));
        let to = a.measured.instant();
        Past {
            repeat: mine().any(|r| {
                let content = r.arrival.measured == a.measured && r.arrival.value == a.value && r.arrival.status == a.status;
                content
                    || (same_resource(&r) && r.arrival.version == a.version && r.arrival.value == a.value && r.arrival.status == a.status)
            }),
            former: mine().filter(same_resource).max_by_key(|r| r.id).map(brief),
            implausible: odd.filter(|o| standing.as_ref().is_none_or(|n| o.measured.instant() > n.measured.instant())),
            newest: standing,
            window: if a.vital == Vital::Weight {
                let inside = |r: &&Reading| !r.withdrawn && (to - hours(180.0)..to).contains(&r.arrival.measured.instant());
                other().filter(inside).map(brief).collect()
            } else {
                Vec::new()
            },
        }
    }

    /// The desk after a power cut at `now`.
    pub fn load(&self, now: At) -> Desk {
        let stored = Stored {
            settings: self.settings.clone(),
            patients: self.patients.values().cloned().collect(),
            opted_out: self.opted_out.iter().cloned().collect(),
            episodes: self.episodes.values().cloned().collect(),
            tasks: self.tasks.values().filter(|t| t.closed.is_none()).cloned().collect(),
            effects: self.effects.values().filter(|f| f.outstanding()).cloned().collect(),
            quarantine: self.quarantine.values().filter(|q| q.state == "waiting").cloned().collect(),
            next_id: self.next_id,
            ..Stored::default()
        };
        Desk::load(stored, now, "ward".into(), [7; 32])
    }
}

fn judged(r: &Reading) -> bool {
    !matches!(r.verdict.rule, Rule::Withdrawn | Rule::NotEvaluated | Rule::Implausible)
}

fn brief(r: &Reading) -> PastReading {
    PastReading {
        id: r.id,
        vital: r.arrival.vital,
        value: r.arrival.value,
        measured: r.arrival.measured,
        arrived: r.arrived,
        episode: r.episode,
        severity: r.verdict.severity,
        status: r.arrival.status,
        version: r.arrival.version.clone(),
        withdrawn: r.withdrawn,
    }
}
