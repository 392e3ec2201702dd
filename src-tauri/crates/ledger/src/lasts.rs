//! The last reading of a patient and vital, held in memory: nearly every new reading is held against it, and
//! in the file it stands on a page of some day past, which nothing else asks for.

use crate::readings::{source_key, standing, IMPLAUSIBLE, NO_BASELINE};
use decide::input::PastReading;
use decide::Reading;
use std::collections::HashMap;

/// So many pairs of patient and vital are held at least, and twice as many at most: some 10 MB.
const HELD: usize = 16_384;

/// A reading, and its source id as a short number.
#[derive(Debug, Clone)]
pub(crate) struct Stood {
    pub reading: PastReading,
    pub source: Option<i64>,
}

impl Stood {
    /// Later readings are measured later; of one instant, stored later.
    fn order(&self) -> (decide::At, u64) {
        (self.reading.measured.instant(), self.reading.id)
    }
}

/// What a look into the file says of a patient and vital.
#[derive(Debug, Clone, Default)]
pub(crate) struct Last {
    /// The newest that stands.
    pub newest: Option<Stood>,
    /// The newest implausible one, if it is newer than that.
    pub implausible: Option<Stood>,
}

impl Last {
    fn both(&self) -> impl Iterator<Item = &Stood> {
        self.newest.iter().chain(&self.implausible)
    }

    /// Whether another version of that resource is among them: then it says nothing of the ones before.
    pub fn is_of(&self, source: i64) -> bool {
        self.both().any(|s| s.source == Some(source))
    }

    fn add(&mut self, stood: Stood, is_implausible: bool) {
        let is_after = |other: &Option<Stood>| other.as_ref().is_none_or(|o| o.order() < stood.order());
        if !is_after(&self.newest) {
            return;
        }
        if !is_implausible {
            self.implausible.take_if(|i| i.order() < stood.order());
            self.newest = Some(stood);
        } else if is_after(&self.implausible) {
            self.implausible = Some(stood);
        }
    }
}

/// The pairs asked for last. Two generations: when the young one is full the old one goes, so that what is
/// asked for again stays.
#[derive(Default)]
pub(crate) struct Lasts {
    young: HashMap<(i64, i64), Last>,
    old: HashMap<(i64, i64), Last>,
}

impl Lasts {
    /// What is held of a pair.
    pub fn get(&mut self, pair: (i64, i64)) -> Option<&Last> {
        if let Some(last) = self.old.remove(&pair) {
            self.put(pair, last);
        }
        self.young.get(&pair)
    }

    /// Holds what a look has found.
    pub fn put(&mut self, pair: (i64, i64), last: Last) {
        if self.young.len() >= HELD {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(pair, last);
    }

    /// A reading is being written, for the first time or again.
    pub fn note(&mut self, pair: (i64, i64), person: i64, reading: &Reading) {
        self.get(pair);
        let Some(last) = self.young.get_mut(&pair) else { return };
        let how = standing(reading);
        if last.both().any(|s| s.reading.id == reading.id) {
            self.young.remove(&pair);
        } else if how != NO_BASELINE {
            let source = reading.arrival.source_id.as_deref().map(|id| source_key(person, id));
            last.add(Stood { reading: brief(reading), source }, how == IMPLAUSIBLE);
        }
    }

    /// A pair is looked up again.
    pub fn forget(&mut self, pair: (i64, i64)) {
        self.young.remove(&pair);
        self.old.remove(&pair);
    }

    /// All are: some may have been rolled back.
    pub fn forget_all(&mut self) {
        *self = Self::default();
    }
}

fn brief(reading: &Reading) -> PastReading {
    let arrival = &reading.arrival;
    PastReading {
        id: reading.id,
        vital: arrival.vital,
        value: arrival.value,
        measured: arrival.measured,
        arrived: reading.arrived,
        episode: reading.episode,
        severity: reading.verdict.severity,
        status: arrival.status,
        version: arrival.version.clone(),
        withdrawn: reading.withdrawn,
    }
}
