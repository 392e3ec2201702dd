//! What screens read, on a connection of their own beside the one that writes.

use crate::codes::ms;
use crate::{
    effects, episodes, export, opt_outs, patients, people, quarantines, raw, readings, scripts, settings, shapes, trail, visits,
    LedgerError,
};
use crate::{Anchor, Export, Filed, OptOut, Page, Point, Raw, TrailFilter, Verified, VisitCounts, VisitPage};
use decide::outbox::Effect;
use decide::rows::{LimitChange, Quarantined};
use decide::scripts::ScriptVersion;
use decide::{At, Episode, Mrn, Reading, Source, Vital};
use rusqlite::Connection;
use std::io::Write;
use std::path::Path;

/// A read-only connection: `Send`, sees every committed turn, never waits for a writer.
pub struct Reader {
    pub(crate) conn: Connection,
}

/// How far back a sparkline looks.
const SPARK_DAYS: usize = 14;

/// How much is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub patients: u64,
    pub readings: u64,
    pub episodes: u64,
    pub open_tasks: u64,
    pub outstanding_effects: u64,
    pub waiting_quarantine: u64,
    pub trail_lines: u64,
    pub raw_bodies: u64,
}

impl Reader {
    /// A page of a day's visits, in order.
    pub fn visits_of_day(&self, page: &VisitPage) -> Result<Vec<decide::Visit>, LedgerError> {
        visits::page(&self.conn, page)
    }

    /// How many visits of each kind a day has.
    pub fn visit_counts(&self, day: &str) -> Result<VisitCounts, LedgerError> {
        visits::counts(&self.conn, day)
    }

    /// Visits found by the beginnings of names, MRN or appointment, on any day; at most `max`, in no order.
    pub fn search_visits(&self, text: &str, max: usize) -> Result<Vec<decide::Visit>, LedgerError> {
        visits::search(&self.conn, text, max)
    }

    /// Visits whose appointment begins so, newest first.
    pub fn visits_named(&self, prefix: &str, max: usize) -> Result<Vec<decide::Visit>, LedgerError> {
        visits::with_prefix(&self.conn, prefix, max)
    }

    /// The visit of an appointment.
    pub fn visit_of(&self, appointment_id: &str) -> Result<Option<decide::Visit>, LedgerError> {
        visits::of_appointment(&self.conn, appointment_id)
    }

    /// How many reminders a patient got on a local day (YYYY-MM-DD).
    pub fn reminders_on(&self, mrn: &Mrn, day: &str) -> Result<u32, LedgerError> {
        self.of(mrn, |person| visits::reminders_on(&self.conn, person, day))
    }

    /// Lines of one episode, in order.
    pub fn timeline(&self, episode: u64) -> Result<Vec<Filed>, LedgerError> {
        trail::timeline(&self.conn, episode)
    }

    /// Lines that fit a filter, newest first.
    pub fn trail(&self, filter: &TrailFilter, page: Page) -> Result<Vec<Filed>, LedgerError> {
        trail::page(&self.conn, filter, page)
    }

    /// Lines after that one, in order.
    pub fn trail_since(&self, seq: u64, max: usize) -> Result<Vec<Filed>, LedgerError> {
        trail::since(&self.conn, seq, max)
    }

    /// Texts, replies and delivery reports of a patient since then, in order.
    pub fn conversation(&self, mrn: &Mrn, since: At) -> Result<Vec<Filed>, LedgerError> {
        self.of(mrn, |person| trail::conversation(&self.conn, person, since))
    }

    /// Readings of one vital measured since then, oldest first; the newest `max` of them.
    pub fn trend(&self, mrn: &Mrn, vital: Vital, since: At, max: usize) -> Result<Vec<Reading>, LedgerError> {
        self.of(mrn, |person| readings::trend(&self.conn, person, vital, since, max))
    }

    /// The newest `n` points of each pair, oldest first, in the order asked; of the last two weeks only.
    pub fn sparks(&self, of: &[(Mrn, Vital)], n: usize) -> Result<Vec<Vec<Point>>, LedgerError> {
        // One snapshot and one lock for all of them.
        let transaction = self.conn.unchecked_transaction()?;
        let days = readings::last_days(&self.conn, SPARK_DAYS)?;
        let sparks = of.iter().map(|(mrn, vital)| self.of(mrn, |person| readings::spark(&self.conn, person, *vital, &days, n))).collect();
        transaction.commit()?;
        sparks
    }

    /// One reading.
    pub fn reading(&self, id: u64) -> Result<Option<Reading>, LedgerError> {
        readings::one(&self.conn, id)
    }

    /// One episode, open or closed.
    pub fn episode(&self, id: u64) -> Result<Option<Episode>, LedgerError> {
        episodes::one(&self.conn, id)
    }

    /// Episodes of a patient, newest first.
    pub fn episodes_of(&self, mrn: &Mrn, max: usize) -> Result<Vec<Episode>, LedgerError> {
        self.of(mrn, |person| episodes::of(&self.conn, person, max))
    }

    /// Episodes closed in a span, in order.
    pub fn episodes_closed(&self, from: At, to: At) -> Result<Vec<Episode>, LedgerError> {
        crate::minutes::closed(&self.conn, from, to)
    }

    /// What was logged for work done in a span; what was taken back too.
    pub fn minutes_logged(&self, from: At, to: At) -> Result<Vec<decide::minutes::Logged>, LedgerError> {
        crate::minutes::logged(&self.conn, from, to)
    }

    /// One entry of logged minutes.
    pub fn minutes_entry(&self, id: u64) -> Result<Option<decide::minutes::Logged>, LedgerError> {
        crate::minutes::one(&self.conn, id)
    }

    /// Calls with the patient and instant of each standing reading measured in a span, in no order.
    pub fn readings_measured(&self, from: At, to: At, take: impl FnMut(&Mrn, At)) -> Result<(), LedgerError> {
        crate::minutes::measured(&self.conn, from, to, take)
    }

    /// Calls with each line of those kinds between two instants, in order; `intake` and `verdict` are not to be asked for.
    pub fn lines_of(&self, kinds: &[&str], from: At, to: At, take: impl FnMut(decide::trail::Entry)) -> Result<(), LedgerError> {
        trail::lines_of(&self.conn, kinds, from, to, take)
    }

    /// Calls with each episode opened in a span, oldest first.
    pub fn episodes_opened(&self, from: At, to: At, take: impl FnMut(Episode)) -> Result<(), LedgerError> {
        crate::shadow::opened(&self.conn, from, to, take)
    }

    /// One effect, in whatever state.
    pub fn effect(&self, id: u64) -> Result<Option<Effect>, LedgerError> {
        effects::one(&self.conn, id)
    }

    /// What an episode has owed, in order.
    pub fn effects_of(&self, episode: u64) -> Result<Vec<Effect>, LedgerError> {
        effects::of_episode(&self.conn, episode)
    }

    /// Quarantined records in a state (`waiting`, `reprocessed`, `set_aside`; none = all), newest first.
    pub fn quarantine(&self, state: Option<&str>, page: Page) -> Result<Vec<Quarantined>, LedgerError> {
        quarantines::page(&self.conn, state, page)
    }

    /// One quarantined record.
    pub fn quarantined(&self, id: u64) -> Result<Option<Quarantined>, LedgerError> {
        quarantines::one(&self.conn, id)
    }

    /// A body as it came in.
    pub fn raw(&self, id: u64) -> Result<Option<Raw>, LedgerError> {
        raw::one(&self.conn, id)
    }

    /// Changes of one patient's limits, newest first.
    pub fn limit_history(&self, mrn: &Mrn) -> Result<Vec<LimitChange>, LedgerError> {
        self.of(mrn, |person| patients::changes(&self.conn, person))
    }

    /// Versions of a script in all its languages, newest first.
    pub fn script_versions(&self, name: &str, max: usize) -> Result<Vec<ScriptVersion>, LedgerError> {
        scripts::versions(&self.conn, &format!("{name}."), max)
    }

    /// The newest version of every script that was ever changed.
    pub fn newest_scripts(&self) -> Result<Vec<ScriptVersion>, LedgerError> {
        scripts::newest(&self.conn)
    }

    /// The last change of each limit of each of these patients, in the order asked.
    pub fn last_limit_changes(&self, mrns: &[Mrn]) -> Result<Vec<Vec<LimitChange>>, LedgerError> {
        let newest = |changes: Vec<LimitChange>| {
            let mut seen = std::collections::HashSet::new();
            changes.into_iter().filter(|c| seen.insert(c.limit.clone())).collect()
        };
        mrns.iter().map(|mrn| Ok(newest(self.limit_history(mrn)?))).collect()
    }

    /// How a number stands in the registry of opt-outs; none: it was never in it.
    pub fn opt_out_of(&self, phone: &decide::Phone) -> Result<Option<OptOut>, LedgerError> {
        opt_outs::of(&self.conn, phone)
    }

    /// Visits of a patient that have not begun, in order of their start.
    pub fn visits_ahead_of(&self, mrn: &Mrn, now: At) -> Result<Vec<decide::Visit>, LedgerError> {
        visits::ahead_of_patient(&self.conn, mrn, now)
    }

    /// Payload shapes with their source and when it first sent them, oldest first.
    pub fn shapes(&self) -> Result<Vec<(Source, At, Vec<String>)>, LedgerError> {
        shapes::all(&self.conn)
    }

    /// The settings that were ever changed: name, when, by whom.
    pub fn setting_changes(&self) -> Result<Vec<(String, At, String)>, LedgerError> {
        settings::changes(&self.conn)
    }

    /// The line that the trail in this file goes on from, and its hash in hex: 0 and zeros unless older lines are sealed elsewhere.
    pub fn trail_start(&self) -> Result<Anchor, LedgerError> {
        Ok(trail::start(&self.conn)?.1.anchor())
    }

    /// How much is stored. Counts readings one by one: for reports, not for every frame.
    pub fn counts(&self) -> Result<Counts, LedgerError> {
        let count = |sql: &str| -> Result<u64, LedgerError> { Ok(self.conn.prepare_cached(sql)?.query_row([], |r| r.get(0))?) };
        Ok(Counts {
            patients: count("SELECT count(*) FROM patient")?,
            readings: count("SELECT count(*) FROM reading")?,
            episodes: count("SELECT count(*) FROM episode")?,
            open_tasks: count("SELECT count(*) FROM task WHERE live = 1")?,
            outstanding_effects: count("SELECT count(*) FROM effect WHERE live = 1")?,
            waiting_quarantine: count("SELECT count(*) FROM quarantine WHERE state = 'waiting'")?,
            trail_lines: count("SELECT coalesce(max(seq), 0) FROM trail")?,
            raw_bodies: count("SELECT coalesce(max(id), 0) FROM raw")?,
        })
    }

    /// How many readings arrived since then, by the trail's own clock.
    pub fn readings_since(&self, since: At) -> Result<u64, LedgerError> {
        // Ids follow arrival: walk back from the newest only as far as asked.
        let mut statement = self.conn.prepare_cached("SELECT arrived_ms FROM reading ORDER BY id DESC")?;
        let mut rows = statement.query([])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            if row.get::<_, i64>(0)? < ms(since) {
                break;
            }
            count += 1;
        }
        Ok(count)
    }

    /// Writes a CSV as it reads: flat memory however long. Returns the number of lines under the heading.
    pub fn export(&self, what: Export, from: Option<At>, to: Option<At>, out: &mut dyn Write) -> Result<u64, LedgerError> {
        export::export(&self.conn, what, from, to, out)
    }

    /// Walks the whole trail and names the first line that is not what was written.
    pub fn verify(&self) -> Result<Verified, LedgerError> {
        trail::verify(&self.conn, None)
    }

    /// The same, and whether the trail still goes on from a head that was kept outside.
    pub fn verify_against(&self, anchor: &Anchor) -> Result<Verified, LedgerError> {
        trail::verify(&self.conn, Some(anchor))
    }

    /// The head of the trail now: to be kept outside the file.
    pub fn anchor(&self) -> Result<Anchor, LedgerError> {
        Ok(trail::head(&self.conn)?.anchor())
    }

    /// Writes a copy of the whole file, with the same key, at a path where nothing is yet.
    pub fn copy_to(&self, path: &Path) -> Result<(), LedgerError> {
        if path.exists() {
            return Err(LedgerError::Exists(path.display().to_string()));
        }
        self.conn.pragma_update(None, "query_only", false)?;
        let copied = self.conn.execute("VACUUM INTO ?1", [path.to_string_lossy()]);
        self.conn.pragma_update(None, "query_only", true)?;
        copied?;
        Ok(())
    }

    /// Asks for a person's rows; a person who was never met has none.
    fn of<T: Default>(&self, mrn: &Mrn, ask: impl FnOnce(i64) -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        people::find(&self.conn, mrn)?.map_or_else(|| Ok(T::default()), ask)
    }
}
