//! What the engine holds in memory, read back at start.

use crate::{
    check_ins, connections, downtimes, effects, episodes, opt_outs, patients, readings, settings, shadow, shapes, staff, sweeps, tasks,
    trail, visits, watch, LedgerError,
};
use decide::outbox::Effect;
use decide::{At, CheckIn, Downtime, Episode, Patient, Phone, Source, Task};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// Closed episodes younger than this, counted from the last line of the trail, are held as well.
const CLOSED_KEPT_HOURS: f64 = 48.0;

/// The hot state.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// What was changed from its default.
    pub settings: serde_json::Map<String, serde_json::Value>,
    pub patients: Vec<Patient>,
    /// Who may sign in.
    pub staff: Vec<decide::staff::Staff>,
    /// Numbers that are opted out now.
    pub opt_outs: Vec<Phone>,
    /// Open, closed within the last 48 h, or with unfinished writes to the chart.
    pub episodes: Vec<Episode>,
    /// Open ones.
    pub tasks: Vec<Task>,
    /// Outstanding ones.
    pub effects: Vec<Effect>,
    /// Maintenance and stops of sending that are not over.
    pub downtimes: Vec<Downtime>,
    /// Check-ins that nobody ended.
    pub check_ins: Vec<CheckIn>,
    /// Each vendor's set-up.
    pub connections: Vec<decide::connections::Connection>,
    /// What nurses said of alerts that shadow mode held back.
    pub judgements: Vec<decide::shadow::Judgement>,
    pub gate: Option<decide::shadow::Gate>,
    /// Live visits and when each wants to be looked at.
    pub visits: Vec<(u64, At)>,
    /// When the last whole sweep of the chart began.
    pub swept_from: Option<At>,
    /// How far planning them again has come, if it is under way.
    pub planned_to: Option<(At, u64)>,
    /// Payload shapes seen, by source.
    pub shapes: BTreeMap<Source, BTreeSet<Vec<String>>>,
    /// The next number for a reading, episode, task, effect or quarantined record: they share one count.
    pub next_id: u64,
    /// The last line of the trail.
    pub trail_seq: u64,
    /// When the last stored reading arrived.
    pub freshest_reading_at: Option<At>,
    /// What the watch remembers, by key.
    pub watch: Vec<(String, serde_json::Value)>,
    /// When the last line of the trail was written.
    pub last_line_at: Option<At>,
}

pub(crate) fn load(conn: &Connection) -> Result<Stored, LedgerError> {
    // One snapshot, whoever writes meanwhile.
    let transaction = conn.unchecked_transaction()?;
    let closed_since = trail::last_at(conn)?.map_or(At::MIN_UTC, |last| last - decide::hours(CLOSED_KEPT_HOURS));
    let stored = Stored {
        settings: settings::all(conn)?,
        patients: patients::all(conn)?,
        staff: staff::all(conn)?,
        opt_outs: opt_outs::current(conn)?,
        episodes: episodes::recent(conn, closed_since)?,
        tasks: tasks::open(conn)?,
        effects: effects::outstanding(conn)?,
        downtimes: downtimes::live(conn)?,
        check_ins: check_ins::live(conn)?,
        connections: connections::all(conn)?,
        judgements: shadow::all(conn)?,
        gate: shadow::gate(conn)?,
        visits: visits::due(conn)?,
        planned_to: visits::planned_to(conn)?,
        swept_from: sweeps::began(conn)?,
        shapes: shapes::seen(conn)?,
        next_id: conn.query_row(
            "SELECT 1 + max(coalesce((SELECT max(id) FROM reading), 0), coalesce((SELECT max(id) FROM episode), 0), coalesce((SELECT max(id) FROM task), 0),
                            coalesce((SELECT max(id) FROM effect WHERE id < ?1), 0), coalesce((SELECT max(id) FROM quarantine), 0), coalesce((SELECT max(id) FROM visit), 0),
                            coalesce((SELECT max(id) FROM downtime), 0), coalesce((SELECT max(id) FROM check_in), 0), coalesce((SELECT max(id) FROM staff), 0),
                            coalesce((SELECT max(id) FROM judgement), 0), coalesce((SELECT max(id) FROM minutes), 0))",
            [decide::watch::WATCH_NUMBERS as i64],
            |r| r.get(0),
        )?,
        trail_seq: trail::head(conn)?.seq,
        freshest_reading_at: readings::freshest(conn)?,
        watch: watch::all(conn)?,
        last_line_at: trail::last_at(conn)?,
    };
    transaction.commit()?;
    Ok(stored)
}
