//! What really happened to the episodes: when they were closed, and whether a person acted on them.

use super::taken;
use crate::{At, Episode, Mrn, Severity, Vital};
use chrono::TimeDelta;
use std::collections::{BTreeSet, HashMap};

/// How a person acted on an episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Took {
    /// The page was acknowledged, at the pager or on the console.
    PageAcknowledged,
    /// The patient was called.
    Called,
    /// Somebody took it as theirs.
    Claimed,
    /// The patient answered that they have symptoms.
    Symptoms,
    /// A person closed it as acted on, or watched.
    Closed,
}

impl Took {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::PageAcknowledged => "page_acknowledged",
            Self::Called => "called",
            Self::Claimed => "claimed",
            Self::Symptoms => "symptoms",
            Self::Closed => "closed",
        }
    }
}

/// Dispositions that say there was nothing to act on.
const NOTHING_IN_IT: [&str; 3] = ["false_alarm", "wrong_limit", "device"];

/// Whether a person acted on an episode; one closed as a false alarm, a wrong limit or a device fault was not.
pub fn acted_on(e: &Episode) -> Option<Took> {
    let disposition = e.closed.as_ref().map(|c| c.disposition.as_str());
    if disposition.is_some_and(|d| NOTHING_IN_IT.contains(&d)) {
        return None;
    }
    if e.symptoms == Some(true) {
        Some(Took::Symptoms)
    } else if e.notes.iter().any(|n| n.text.starts_with("Call: ")) {
        Some(Took::Called)
    } else if e.pages.iter().any(|p| p.acknowledged.is_some()) {
        Some(Took::PageAcknowledged)
    } else if disposition.is_some() {
        Some(Took::Closed)
    } else {
        e.held_by.as_ref().filter(|h| h.claimed).map(|_| Took::Claimed)
    }
}

/// A stored episode, as far as a back-test needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Lived {
    pub id: u64,
    pub mrn: Mrn,
    pub vital: Vital,
    pub opened_at: At,
    pub closed_at: Option<At>,
    pub worst: Severity,
    pub took: Option<Took>,
    /// "168/102": what it acted on.
    pub value: String,
}

impl Lived {
    /// What a back-test keeps of an episode; one about reported symptoms has no limits.
    pub fn of(e: &Episode) -> Option<Lived> {
        (e.vital != Vital::Symptoms).then(|| Lived {
            id: e.id,
            mrn: e.mrn.clone(),
            vital: e.vital,
            opened_at: e.opened_at,
            closed_at: e.closed.as_ref().map(|c| c.at),
            worst: e.worst,
            took: acted_on(e),
            value: e.acted.as_ref().unwrap_or(&e.latest).value.text(),
        })
    }
}

/// The episodes by patient and vital.
pub(super) struct History {
    rows: HashMap<(Mrn, Vital), Vec<Lived>>,
    /// How long one that nobody had is taken to be open.
    pub taken: TimeDelta,
    heard: BTreeSet<Mrn>,
}

impl History {
    pub fn new(lived: Vec<Lived>, from: At, to: At) -> History {
        let mut opens: Vec<TimeDelta> = lived
            .iter()
            .filter(|l| l.opened_at >= from && l.opened_at <= to)
            .filter_map(|l| l.closed_at.map(|closed| closed - l.opened_at))
            .collect();
        let taken = taken(&mut opens);
        let mut rows: HashMap<(Mrn, Vital), Vec<Lived>> = HashMap::new();
        for l in lived {
            rows.entry((l.mrn.clone(), l.vital)).or_default().push(l);
        }
        rows.values_mut().for_each(|row| row.sort_by_key(|l| (l.opened_at, l.id)));
        History { rows, taken, heard: BTreeSet::new() }
    }

    /// When an alarm of a replay that began then is closed: as the real episode of that time was, else after the usual time.
    pub fn closes(&self, mrn: &Mrn, vital: Vital, opened: At) -> Option<At> {
        let usual = opened + self.taken;
        let real = self.rows.get(&(mrn.clone(), vital)).and_then(|row| {
            row.iter().find(|l| l.opened_at <= usual && l.closed_at.is_none_or(|closed| closed > opened)).map(|l| l.closed_at)
        });
        real.unwrap_or(Some(usual))
    }

    pub fn all(&self) -> impl Iterator<Item = &Lived> {
        self.rows.values().flatten()
    }

    pub fn heard(&mut self, mrn: &Mrn) {
        if !self.heard.contains(mrn) {
            self.heard.insert(mrn.clone());
        }
    }

    pub fn patients_heard(&self) -> u64 {
        self.heard.len() as u64
    }
}
