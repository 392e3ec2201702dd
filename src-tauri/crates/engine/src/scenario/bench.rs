//! The console's side of a run: the engine while it is switched on and awake, and the transcript.

use super::chronicle::{Chronicle, What};
use super::file::CommitAt;
use super::lines;
use crate::clock::{Clock, HandClock};
use crate::keeper::Spine;
use crate::spine::{Engine, Incoming, Turned};
use async_trait::async_trait;
use decide::desk::Answer;
use decide::input::{Act, Input};
use decide::outbox::Effect;
use decide::{seconds, At, Source};
use serde_json::{Map, Value};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A store that takes no writes is tried again so often.
const TRY_AGAIN_SECONDS: f64 = 5.0;

pub(super) fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The engine, the console's clock, and what was said.
pub(super) struct Bench {
    pub engine: Mutex<Option<Engine>>,
    pub clock: HandClock,
    pub lines: Mutex<Vec<Map<String, Value>>>,
    pub chronicle: Arc<Chronicle>,
    condition: Mutex<Condition>,
}

#[derive(Default)]
struct Condition {
    asleep: bool,
    disk_full: bool,
    /// The store took no writes: when it is tried again.
    ill: Option<At>,
    /// A power cut that waits for its commit.
    cut: Option<(CommitAt, u32)>,
    /// As it was last written down.
    working: bool,
}

impl Bench {
    pub fn new(engine: Engine, clock: HandClock, chronicle: Arc<Chronicle>) -> Arc<Bench> {
        let condition = Mutex::new(Condition { working: true, ..Condition::default() });
        Arc::new(Bench { engine: Mutex::new(Some(engine)), clock, lines: Mutex::default(), chronicle, condition })
    }

    /// One turn now; its lines go on the transcript.
    pub fn turn(&self, incoming: Incoming) -> Option<Vec<Answer>> {
        if !self.ready() || self.cuts(CommitAt::Before) {
            return None;
        }
        let now = self.clock.now();
        let mut engine = lock(&self.engine);
        let turned = engine.as_mut()?.turn(now, &[incoming]);
        drop(engine);
        let turned = self.stored(turned)?;
        self.chronicle.note(What::Kept);
        self.write(&turned);
        if self.cuts(CommitAt::After) {
            return None;
        }
        turned.answers.into_iter().next()
    }

    /// Fires what is due; a store that took no writes is tried first.
    pub fn tick(&self) {
        let now = self.clock.now();
        let ill = lock(&self.condition).ill;
        if ill.is_some_and(|again| again > now) {
            return;
        }
        if ill.is_some() {
            // A real write: an empty transaction would not touch the disk.
            let saw = Act::Saw { what: "store_writable_again".into(), mrn: None };
            self.turn(Incoming::Direct(Input::Act { who: "console".into(), act: saw, undo_seconds: 0.0 }));
        }
        if self.with(|e| e.desk.next_wake().is_some_and(|w| w <= now)).unwrap_or(false) {
            self.turn(Incoming::Direct(Input::Tick));
        }
    }

    /// Effects that may leave now.
    pub fn claim(&self) -> Vec<Effect> {
        if !self.ready() || self.ill() {
            return Vec::new();
        }
        let now = self.clock.now();
        if self.with(|e| e.next_wake().is_none_or(|w| w > now)).unwrap_or(true) || self.cuts(CommitAt::Before) {
            return Vec::new();
        }
        let claimed = lock(&self.engine).as_mut().map(|e| e.claim_due(now));
        let Some(claimed) = claimed.and_then(|c| self.stored(c)) else { return Vec::new() };
        if !claimed.is_empty() && self.cuts(CommitAt::After) {
            return Vec::new();
        }
        claimed
    }

    fn stored<T>(&self, done: Result<T, ledger::LedgerError>) -> Option<T> {
        let now = self.clock.now();
        lock(&self.condition).ill = done.is_err().then(|| now + seconds(TRY_AGAIN_SECONDS));
        done.ok()
    }

    fn write(&self, turned: &Turned) {
        let mut lines = lock(&self.lines);
        for (_, entry) in &turned.lines {
            self.chronicle.note(What::Line(Box::new(entry.clone())));
            lines.extend(lines::of_entry(entry));
        }
    }

    pub fn with<R>(&self, f: impl FnOnce(&Engine) -> R) -> Option<R> {
        lock(&self.engine).as_ref().map(f)
    }

    /// When the console wants to do something next, by its own clock; none while it is off or asleep.
    pub fn next_wake(&self) -> Option<At> {
        if !self.ready() {
            return None;
        }
        let wake = self.with(Engine::next_wake).flatten();
        match lock(&self.condition).ill {
            Some(again) => Some(again),
            None => wake,
        }
    }

    /// The store took no writes when it was last asked.
    pub fn ill(&self) -> bool {
        lock(&self.condition).ill.is_some()
    }

    // ---- what happens to it ------------------------------------------------------------------------

    /// The power goes: nothing more is written.
    pub fn power_off(&self) {
        *lock(&self.engine) = None;
        lock(&self.condition).ill = None;
        self.look();
    }

    /// A new process.
    pub fn power_on(&self, engine: Engine) {
        let full = lock(&self.condition).disk_full;
        if full {
            let _ = engine.fill_disk(true);
        }
        *lock(&self.engine) = Some(engine);
        self.chronicle.note(What::Started);
        self.look();
    }

    pub fn sleeps(&self, asleep: bool) {
        lock(&self.condition).asleep = asleep;
        self.look();
    }

    pub fn fill_disk(&self, full: bool) -> Result<(), String> {
        lock(&self.condition).disk_full = full;
        let filled = self.with(|e| e.fill_disk(full).map_err(|e| e.to_string())).unwrap_or(Ok(()));
        self.look();
        filled
    }

    /// Cuts the power at the n'th commit from now, before or after it.
    pub fn cut_at(&self, commit: CommitAt, nth: u32) {
        lock(&self.condition).cut = Some((commit, nth));
    }

    fn cuts(&self, at: CommitAt) -> bool {
        let mut condition = lock(&self.condition);
        let Some((commit, left)) = condition.cut.as_mut().filter(|(commit, _)| *commit == at) else { return false };
        let _ = commit;
        *left -= 1;
        if *left > 0 {
            return false;
        }
        condition.cut = None;
        drop(condition);
        self.power_off();
        true
    }

    fn look(&self) {
        let on = lock(&self.engine).is_some();
        let mut condition = lock(&self.condition);
        let working = on && !condition.asleep && !condition.disk_full;
        if condition.working != working {
            condition.working = working;
            drop(condition);
            self.chronicle.note(What::Working(working));
        }
    }
}

#[async_trait]
impl Spine for Bench {
    async fn take(&self, incoming: Incoming) -> Option<Vec<Answer>> {
        self.turn(incoming)
    }
    fn signature_refused(&self, source: Source) {
        self.turn(Incoming::Direct(Input::TurnedAway { source }));
    }
    fn metrics(&self, _out: &mut String) {}
    fn ready(&self) -> bool {
        lock(&self.engine).is_some() && !lock(&self.condition).asleep
    }
    fn rates(&self) -> accept::Rates {
        accept::Rates::default()
    }
    fn site_map(&self) -> Arc<decide::hl7::SiteMap> {
        Arc::new(self.with(|e| e.desk.site_map()).unwrap_or_default())
    }
}
