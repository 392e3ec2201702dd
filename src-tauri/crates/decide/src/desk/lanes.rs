//! Lanes: which owed effect goes next to each vendor.

use crate::outbox::{Act, Effect, EffectState, Priority, Vendor};
use crate::{At, Mrn};
use std::collections::{BTreeSet, HashMap, HashSet};

struct Waiting {
    vendor: Vendor,
    priority: Priority,
    next_try: At,
    /// It may leave no more from then on.
    closes: Option<At>,
    /// Its fate is looked up, also after that.
    unknown: bool,
    /// Writes about one patient keep their order.
    patient: Option<Mrn>,
}

/// Owed effects by vendor, in the order in which they may leave.
#[derive(Default)]
pub struct Lanes {
    lanes: HashMap<Vendor, BTreeSet<(Priority, u64)>>,
    waiting: HashMap<u64, Waiting>,
    /// Looks have a lane of their own beside: they never wait behind a text.
    looks: HashMap<Vendor, BTreeSet<(At, u64)>>,
    look_try: HashMap<u64, (Vendor, At)>,
    /// A vendor that is down is asked again by one effect at a time, not by all of them.
    holds: HashMap<Vendor, At>,
    shut: HashMap<Vendor, Shut>,
}

/// A lane that a downtime shuts: for acts until then (none: until somebody opens it), for looks until then.
#[derive(Debug, Clone, Copy)]
struct Shut {
    acts: Option<At>,
    looks: Option<At>,
}

impl Lanes {
    /// Puts an effect in its place, or takes it out when it is settled or on its way.
    pub fn put(&mut self, f: &Effect) {
        if let Some(w) = self.waiting.remove(&f.id) {
            if let Some(lane) = self.lanes.get_mut(&w.vendor) {
                lane.remove(&(w.priority, f.id));
            }
        }
        if let Some((vendor, at)) = self.look_try.remove(&f.id) {
            if let Some(looks) = self.looks.get_mut(&vendor) {
                looks.remove(&(at, f.id));
            }
        }
        if !matches!(f.state, EffectState::Owed | EffectState::Unknown { .. }) {
            return;
        }
        if matches!(f.act, Act::Look(_)) {
            self.looks.entry(f.vendor).or_default().insert((f.next_try, f.id));
            self.look_try.insert(f.id, (f.vendor, f.next_try));
        } else {
            self.lanes.entry(f.vendor).or_default().insert((f.priority, f.id));
            let patient = matches!(f.vendor, Vendor::Cerner | Vendor::Ehr).then(|| f.about.mrn.clone()).flatten();
            self.waiting.insert(
                f.id,
                Waiting {
                    vendor: f.vendor,
                    priority: f.priority,
                    next_try: f.next_try,
                    closes: super::ahead::closes(f),
                    unknown: f.state != EffectState::Owed,
                    patient,
                },
            );
        }
    }

    /// Holds a whole lane until then (the vendor is down), or lets it go.
    pub fn hold(&mut self, vendor: Vendor, until: Option<At>) {
        match until {
            Some(at) => self.holds.insert(vendor, at),
            None => self.holds.remove(&vendor),
        };
    }

    /// Shuts a lane for a downtime, or opens it: `acts` none = open, `looks` none = looks go on.
    pub(crate) fn shut_until(&mut self, vendor: Vendor, acts: Option<Option<At>>, looks: Option<At>) {
        match acts {
            Some(acts) => self.shut.insert(vendor, Shut { acts, looks }),
            None => self.shut.remove(&vendor),
        };
    }

    /// Whether a downtime keeps everything to a vendor back.
    pub fn shut(&self, vendor: Vendor, now: At) -> bool {
        self.shut.get(&vendor).is_some_and(|s| s.acts.is_none_or(|until| until > now))
    }

    fn looks_shut(&self, vendor: Vendor) -> Option<At> {
        self.shut.get(&vendor).and_then(|s| s.looks)
    }

    /// The clock was set: a hold keeps its length.
    pub(crate) fn shift(&mut self, by: chrono::TimeDelta) {
        self.holds.values_mut().for_each(|until| *until += by);
    }

    /// Until when a lane is held.
    pub fn held(&self, vendor: Vendor) -> Option<At> {
        self.holds.get(&vendor).copied()
    }

    /// The effect that may leave to a vendor now: highest priority first, then oldest. At the chart the writes
    /// about one patient keep their order, and one that waits holds back only its own patient.
    pub fn next(&self, vendor: Vendor, now: At) -> Option<u64> {
        if self.holds.get(&vendor).is_some_and(|until| *until > now) || self.shut(vendor, now) {
            return None;
        }
        let mut passed: HashSet<&Mrn> = HashSet::new();
        for (_, id) in self.lanes.get(&vendor)? {
            let w = &self.waiting[id];
            let kept_back = w.patient.as_ref().is_some_and(|p| passed.contains(p));
            let closed = w.closes.is_some_and(|at| at <= now) && !w.unknown;
            if w.next_try <= now && !kept_back && !closed {
                return Some(*id);
            }
            passed.extend(w.patient.as_ref());
        }
        None
    }

    /// A look that is due.
    pub fn next_look(&self, now: At) -> Option<u64> {
        let open = self.looks.iter().filter(|(vendor, _)| self.looks_shut(**vendor).is_none_or(|until| until <= now));
        open.filter_map(|(_, looks)| looks.first()).filter(|(at, _)| *at <= now).min().map(|(_, id)| *id)
    }

    /// When a vendor's lane may next have something to do.
    pub fn wake(&self, vendor: Vendor) -> Option<At> {
        let mut passed: HashSet<&Mrn> = HashSet::new();
        let mut first: Option<At> = None;
        for (_, id) in self.lanes.get(&vendor)? {
            let w = &self.waiting[id];
            // One that is kept back by an earlier write about its patient moves only after that one.
            if !w.patient.as_ref().is_some_and(|p| passed.contains(p)) {
                first = Some(first.map_or(w.next_try, |f| f.min(w.next_try)));
            }
            passed.extend(w.patient.as_ref());
        }
        let mut first = first?;
        if let Some(shut) = self.shut.get(&vendor) {
            first = first.max(shut.acts?);
        }
        Some(self.holds.get(&vendor).map_or(first, |h| first.max(*h)))
    }

    /// When the next look is due.
    pub fn look_wake(&self) -> Option<At> {
        let first = |(vendor, looks): (&Vendor, &BTreeSet<(At, u64)>)| {
            let at = looks.first()?.0;
            Some(self.looks_shut(*vendor).map_or(at, |until| at.max(until)))
        };
        self.looks.iter().filter_map(first).min()
    }

    /// How many wait in a lane.
    pub fn waiting(&self, vendor: Vendor) -> usize {
        self.lanes.get(&vendor).map_or(0, BTreeSet::len)
    }
}
