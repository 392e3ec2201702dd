//! What is remembered of the readings replayed so far: handed out for the next one as the ledger does for a live one.

use crate::input::{Past, PastReading};
use crate::{hours, Arrival, At, Mrn, ObservationStatus, Reading, Rule, Vital};
use std::collections::HashMap;

/// The 7-day weight window and a day more, since a reading dated ahead is judged as of its arrival.
const WEIGHT_HOURS: f64 = 204.0;
/// Other vitals: the newest counts, and a correction of one that is older is late anyway.
const OTHERS_HOURS: f64 = 48.0;

struct Kept {
    brief: PastReading,
    source_id: Option<String>,
    rule: Rule,
    /// Its instant, ms: what it is ordered by.
    at: At,
}

impl Kept {
    /// Never a baseline: not judged, without an instant, or taken back.
    fn baseless(&self) -> bool {
        matches!(self.rule, Rule::Withdrawn | Rule::NotEvaluated) || !self.brief.measured.exact() || withdraws(self.brief.status)
    }

    fn stands(&self) -> bool {
        !self.brief.withdrawn && !self.baseless() && self.rule != Rule::Implausible
    }
}

fn withdraws(status: ObservationStatus) -> bool {
    status.withdraws()
}

/// Recent readings of every patient and vital.
#[derive(Default)]
pub(super) struct Memory {
    rows: HashMap<(Mrn, Vital), Vec<Kept>>,
}

impl Memory {
    /// What the ledger would hand out for this arrival.
    pub fn past(&self, mrn: &Mrn, a: &Arrival) -> Past {
        let Some(row) = self.rows.get(&(mrn.clone(), a.vital)) else { return Past::default() };
        let same_resource = |k: &Kept| a.source_id.is_some() && k.source_id == a.source_id;
        let former = if a.source_id.is_some() {
            row.iter().filter(|k| same_resource(k)).max_by_key(|k| k.brief.id).map(|k| k.brief.clone())
        } else if a.status.withdraws() {
            let then = row.iter().filter(|k| k.brief.measured == a.measured && k.brief.value == a.value);
            then.max_by_key(|k| (!k.brief.withdrawn, k.brief.id)).map(|k| k.brief.clone())
        } else {
            None
        };
        let mut past = Past { former, ..Past::default() };
        for k in row.iter().rev().filter(|k| !same_resource(k)) {
            if k.stands() {
                past.newest = Some(k.brief.clone());
                break;
            }
            if k.rule == Rule::Implausible && !k.baseless() && past.implausible.is_none() {
                past.implausible = Some(k.brief.clone());
            }
        }
        if a.vital == Vital::Weight {
            let to = a.measured.instant();
            let from = to - hours(WEIGHT_HOURS);
            let inside = |k: &&Kept| k.stands() && k.at >= from && k.at < to && !same_resource(k);
            past.window = row.iter().filter(inside).map(|k| k.brief.clone()).collect();
        }
        past
    }

    /// A reading was judged and kept.
    pub fn keep(&mut self, r: &Reading) {
        let row = self.rows.entry((r.mrn.clone(), r.arrival.vital)).or_default();
        let at = r.arrival.measured.instant();
        let kept = Kept {
            brief: PastReading {
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
            },
            source_id: r.arrival.source_id.clone(),
            rule: r.verdict.rule,
            at,
        };
        let place = row.partition_point(|k| (k.at, k.brief.id) <= (at, r.id));
        row.insert(place, kept);
        let oldest = r.arrived - hours(if r.arrival.vital == Vital::Weight { WEIGHT_HOURS } else { OTHERS_HOURS });
        if row[0].at < oldest {
            let newest = row.iter().rposition(Kept::stands);
            let mut nth = 0;
            row.retain(|k| {
                nth += 1;
                k.at >= oldest || Some(nth - 1) == newest
            });
        }
    }

    /// A reading was taken back or replaced.
    pub fn withdraw(&mut self, mrn: &Mrn, vital: Vital, id: u64) {
        let row = self.rows.get_mut(&(mrn.clone(), vital));
        if let Some(kept) = row.and_then(|row| row.iter_mut().find(|k| k.brief.id == id)) {
            kept.brief.withdrawn = true;
        }
    }
}
