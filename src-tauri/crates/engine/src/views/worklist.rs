//! The Worklist: whole, or what changed since. Only changed rows are built again, so that many stay cheap.

use super::row::{self, Matter, Targets};
use super::standing;
use crate::console::{lock, Console};
use crate::spine::Engine;
use decide::input::RowId;
use decide::{hours, At, Mrn, Vital};
use ledger::LedgerError;
use std::collections::HashMap;
use wire::{Language, TrendPoint, UserError, WorklistArgs, WorklistRow, WorklistView};

/// A sparkline reaches back so far, and has so many points at most; fewer when there are very many rows.
const SPARK_DAYS: i64 = 14;
const SPARK_POINTS: usize = 40;
const SPARK_POINTS_OF_MANY: usize = 14;
const MANY_ROWS: usize = 500;
/// Closed rows are shown for so long.
const CLOSED_HOURS: f64 = 24.0;

/// A row as it was built last, with what it was built from.
struct Built {
    seq: u64,
    facts: Option<row::Facts>,
    /// The sparkline, and the reading and number of readings it ends with.
    spark: Vec<TrendPoint>,
    spark_of: (u64, usize),
    rows: HashMap<Language, WorklistRow>,
}

/// Rows that have not changed since they were asked for.
#[derive(Default)]
pub(crate) struct RowCache {
    /// Rows built by other targets are stale.
    targets: Option<Targets>,
    built: HashMap<RowId, Built>,
}

/// A row to be shown, and what has to be done for it.
struct Wanted {
    id: RowId,
    seq: u64,
    matter: Matter,
}

impl Matter {
    fn facts(&self) -> Option<&row::Facts> {
        match self {
            Matter::Episode { facts, .. } => Some(facts),
            Matter::Task { facts, .. } => facts.as_deref(),
        }
    }

    fn measured(&self) -> Option<(Mrn, Vital)> {
        match self {
            Matter::Episode { e, .. } => Some((e.mrn.clone(), e.vital)),
            Matter::Task { t, .. } => t.mrn.clone().zip(t.vital),
        }
        .filter(|(_, vital)| *vital != Vital::Symptoms)
    }

    /// What changes when the sparkline does.
    fn spark_of(&self) -> (u64, usize) {
        match self {
            Matter::Episode { e, .. } => (e.latest.reading, e.readings.iter().filter(|r| !r.withdrawn).count()),
            Matter::Task { t, .. } => (t.since.timestamp_millis() as u64, 0),
        }
    }
}

/// When a row last changed; those that have not since the start have the first number.
pub(crate) fn seq_of(engine: &Engine, id: RowId) -> u64 {
    engine.changed.get(&id).copied().unwrap_or(1)
}

/// Whether a row is on the list now.
fn listed(engine: &Engine, id: RowId, closed_too: bool, now: At) -> bool {
    let settings = &engine.desk.settings;
    let (group, closed_at) = match id {
        RowId::Episode(n) => match engine.desk.episodes.get(&n) {
            Some(e) => (
                standing::of_episode(e, settings.ack_target_minutes, settings.review_target_minutes).group,
                e.closed.as_ref().map(|c| c.at),
            ),
            None => return false,
        },
        RowId::Task(n) => match engine.desk.tasks.get(&n) {
            Some(t) => (standing::of_task(t, settings.review_target_minutes).group, t.closed.as_ref().map(|c| c.at)),
            None => return false,
        },
    };
    group != standing::Group::Closed || (closed_too && closed_at.is_some_and(|at| now - at <= hours(CLOSED_HOURS)))
}

impl Console {
    /// The list, whole or what changed since.
    pub(crate) fn worklist_view(&self, args: &WorklistArgs, l: Language) -> Result<WorklistView, UserError> {
        let now = self.now();
        let mut wanted = Vec::new();
        let mut gone = Vec::new();
        let (seq, whole, counts, targets, live);
        {
            let engine = lock(&self.engine);
            let desk = &engine.desk;
            seq = engine.change;
            // A screen that knows more changes than there were has seen another run of the engine.
            whole = args.since == 0 || args.since > seq;
            live = desk.episodes.len() + desk.tasks.len();
            counts = standing::counts(desk);
            targets = Targets::of(desk);
            let ids: Vec<RowId> = if whole {
                desk.episodes.keys().map(|id| RowId::Episode(*id)).chain(desk.tasks.keys().map(|id| RowId::Task(*id))).collect()
            } else {
                engine.changed.iter().filter(|(_, at)| **at > args.since).map(|(id, _)| *id).collect()
            };
            for id in ids {
                let matter = listed(&engine, id, args.closed, now).then(|| row::matter(desk, id, now)).flatten();
                match matter {
                    Some(matter) => wanted.push(Wanted { id, seq: seq_of(&engine, id), matter }),
                    None if !whole => gone.push(id.to_string()),
                    None => {}
                }
            }
        }
        let points = if live > MANY_ROWS { SPARK_POINTS_OF_MANY } else { SPARK_POINTS };
        let rows = self.rows(wanted, targets, points, whole, now, l).map_err(crate::commands::store_error)?;
        Ok(WorklistView { seq, now, whole, rows, gone, counts })
    }

    /// One row as it is now.
    pub(crate) fn one_row(&self, id: RowId, matter: Matter, seq: u64, targets: Targets, l: Language) -> Result<WorklistRow, LedgerError> {
        let wanted = vec![Wanted { id, seq, matter }];
        let mut rows = self.rows(wanted, targets, SPARK_POINTS, false, self.now(), l)?;
        Ok(rows.remove(0))
    }

    fn rows(
        &self,
        wanted: Vec<Wanted>,
        targets: Targets,
        points: usize,
        whole: bool,
        now: At,
        l: Language,
    ) -> Result<Vec<WorklistRow>, LedgerError> {
        let mut remembered = lock(&self.remembered);
        let cache = &mut remembered.rows;
        if cache.targets.replace(targets) != Some(targets) {
            cache.built.clear();
        }
        if whole {
            let there: std::collections::HashSet<RowId> = wanted.iter().map(|w| w.id).collect();
            cache.built.retain(|id, _| there.contains(id));
        }
        let mut sparkless = Vec::new();
        for w in &wanted {
            if cache.built.get(&w.id).is_none_or(|b| b.spark_of != w.matter.spark_of()) {
                sparkless.extend(w.matter.measured().map(|m| (w.id, m)));
            }
        }
        let mut sparks = self.sparks(sparkless, points, now)?;
        Ok(wanted
            .into_iter()
            .map(|w| {
                let facts = w.matter.facts();
                let before = cache.built.get_mut(&w.id);
                let unchanged = before.as_ref().is_some_and(|b| b.seq == w.seq && b.facts.as_ref() == facts);
                let same_spark = before.as_ref().is_some_and(|b| b.spark_of == w.matter.spark_of());
                if let Some(row) = before.as_ref().filter(|_| unchanged && same_spark).and_then(|b| b.rows.get(&l)) {
                    return row.clone();
                }
                let spark = match before.as_ref().filter(|_| same_spark) {
                    Some(b) => b.spark.clone(),
                    None => sparks.remove(&w.id).unwrap_or_default(),
                };
                let row = row::row(&w.matter, w.seq, targets, spark.clone(), l);
                let mut rows = before.filter(|_| unchanged && same_spark).map(|b| std::mem::take(&mut b.rows)).unwrap_or_default();
                rows.insert(l, row.clone());
                let built = Built { seq: w.seq, facts: facts.cloned(), spark, spark_of: w.matter.spark_of(), rows };
                cache.built.insert(w.id, built);
                row
            })
            .collect())
    }

    fn sparks(&self, of: Vec<(RowId, (Mrn, Vital))>, points: usize, now: At) -> Result<HashMap<RowId, Vec<TrendPoint>>, LedgerError> {
        if of.is_empty() {
            return Ok(HashMap::new());
        }
        let (ids, pairs): (Vec<RowId>, Vec<(Mrn, Vital)>) = of.into_iter().unzip();
        let since = now - chrono::TimeDelta::days(SPARK_DAYS);
        let found = lock(&self.reader).sparks(&pairs, points)?;
        let drawn = found.into_iter().map(|list| list.iter().filter(|p| p.at >= since).filter_map(super::value::spark_point).collect());
        Ok(ids.into_iter().zip(drawn).collect())
    }
}
