//! The spine's thread: drains what has arrived, commits it in one turn, answers everyone, fires clocks, lets effects leave.

use super::away::{passed, Passed};
use super::courier::Courier;
use super::screens::Screens;
use super::{Answers, Cause, Enrolled, Shared, Work};
use crate::clock::{since_boot, stopwatch};
use crate::spine::{Engine, Incoming, Turned};
use accept::Found;
use chrono::TimeDelta;
use decide::input::{Act, Change, Input};
use decide::outbox::{Delivery, Effect};
use decide::{At, Severity};
use ledger::LedgerError;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// So many are taken in one transaction.
const BATCH: usize = 512;
/// The longest sleep: a clock that was set, or a computer that slept, is noticed within it.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The shortest, when something is due that could not be done: no spinning.
const BREATH: Duration = Duration::from_millis(20);
/// A store that takes no writes is tried again so often, besides by everything that arrives.
const TRY_AGAIN: Duration = Duration::from_millis(250);
/// The trail's last sign of life is never older.
const BEAT_EVERY: Duration = Duration::from_secs(60);
/// The sound looks at the whole desk at most so often; a new critical is heard at once.
const HEAR_EVERY: Duration = Duration::from_millis(100);
/// How long a jump stays on screen.
const JUMP_SHOWN: Duration = Duration::from_secs(600);
/// At the end, attempts under way have so long to come back.
const LAST_WAIT: Duration = Duration::from_secs(3);
/// What is written when the store comes back, and on whose account.
const CONSOLE: &str = "console";

/// Why a turn was not taken.
enum Failed {
    Store,
    /// The engine broke on it.
    Fault,
}

type Asker = (std::ops::Range<usize>, oneshot::Sender<Option<Answers>>);

pub(super) struct Thread {
    shared: std::sync::Arc<Shared>,
    courier: Courier,
    enrolled: Option<Enrolled>,
    screens: Screens,
    /// Attempts that ended and are not stored yet.
    ended: Vec<(Effect, Delivery)>,
    /// After a store error outcomes of attempts under way must be known before anything leaves again.
    wait_for_attempts: bool,
    /// The machine's clock, the stopwatch and the time since boot, at the last look.
    seen: (At, Instant, Option<Duration>),
    jumped: Option<Instant>,
    /// The last sign of life.
    beat: Instant,
    /// The sound has not looked at the latest changes; a critical alarmed in them; when it looked last.
    unheard: bool,
    critical: bool,
    heard: Instant,
}

impl Thread {
    pub fn new(shared: std::sync::Arc<Shared>, courier: Courier, enrolled: Option<Enrolled>) -> Self {
        let seen = (shared.clock.now(), stopwatch(), since_boot());
        Self {
            shared,
            courier,
            enrolled,
            screens: Screens::new(),
            ended: Vec::new(),
            wait_for_attempts: false,
            seen,
            jumped: None,
            beat: seen.1,
            unheard: true,
            critical: false,
            heard: seen.1,
        }
    }

    fn engine(&self) -> MutexGuard<'_, Engine> {
        self.shared.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Turns until it is told to stop, or everyone who could tell it is gone.
    pub fn run(mut self, arrivals: &Receiver<Work>) {
        let mut sleep = Duration::ZERO;
        loop {
            let first = match arrivals.recv_timeout(sleep) {
                Ok(work) => Some(work),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            let mut works: Vec<Work> = first.into_iter().collect();
            if !works.is_empty() {
                works.extend(arrivals.try_iter().take(BATCH - 1));
            }
            let stop = works.iter().any(|w| matches!(w, Work::Stop));
            self.watch_the_clock();
            let did = self.take(works);
            let fired = self.tick();
            let left = self.let_leave();
            self.listen();
            self.screens.tell(&self.shared);
            if stop {
                break;
            }
            sleep = self.sleep(did || fired || left);
        }
        self.finish(arrivals);
    }

    /// How long nothing needs doing.
    fn sleep(&self, did_something: bool) -> Duration {
        let now = self.shared.clock.now();
        let wake = self.engine().next_wake();
        let due = wake.map_or(LOOK_EVERY, |at| (at - now).to_std().unwrap_or(Duration::ZERO));
        let mut sleep = due.min(LOOK_EVERY);
        if !self.shared.ready.load(Ordering::Relaxed) {
            sleep = sleep.max(TRY_AGAIN);
        } else if sleep.is_zero() && !did_something {
            sleep = BREATH;
        }
        if self.unheard {
            sleep = sleep.min(HEAR_EVERY);
        }
        self.screens.left().map_or(sleep, |left| sleep.min(left.max(Duration::from_millis(1))))
    }

    /// One turn over all that has arrived; each asker hears once it is committed. True if there was anything.
    fn take(&mut self, works: Vec<Work>) -> bool {
        let mut batch: Vec<Incoming> = Vec::with_capacity(works.len());
        let mut askers: Vec<Asker> = Vec::new();
        let mut said: Vec<Incoming> = Vec::new();
        for work in works {
            match work {
                Work::Take { incoming, answer } => {
                    let from = batch.len();
                    batch.extend(incoming);
                    askers.push((from..batch.len(), answer));
                }
                Work::Settled { effect, delivery, exchanges } => {
                    self.shared.on_the_way.fetch_sub(1, Ordering::Relaxed);
                    *self.shared.came_back.lock().unwrap_or_else(PoisonError::into_inner) = stopwatch();
                    self.engine().attempt_over(&effect);
                    if !exchanges.is_empty() && !matches!(effect.act, decide::outbox::Act::Look(_)) {
                        said.push(Incoming::Exchanged { effect: effect.id, exchanges });
                    }
                    self.ended.push((*effect, delivery));
                    self.screens.settled();
                }
                Work::Stop => {}
            }
        }
        let taken = batch.len();
        batch.extend(self.ended.iter().map(|(f, d)| Incoming::Settled { effect: f.id, delivery: d.clone() }));
        // What was said to a vendor is for people to read: lost with a broken turn, nothing hangs on it.
        batch.extend(said);
        if batch.is_empty() {
            return false;
        }
        match self.turn(&batch) {
            Ok(turned) => {
                self.ended.clear();
                self.shared.taken.fetch_add(taken as u64, Ordering::Relaxed);
                self.mirror(&batch[..taken]);
                let mut answers = turned.answers;
                answers.truncate(taken);
                let mut answers: Vec<Option<_>> = answers.into_iter().map(Some).collect();
                for (span, asker) in askers {
                    let theirs = answers[span].iter_mut().filter_map(Option::take).collect();
                    let _ = asker.send(Some(theirs));
                }
            }
            Err(Failed::Store) => {
                self.shared.not_taken.fetch_add(taken as u64, Ordering::Relaxed);
                for (_, asker) in askers {
                    let _ = asker.send(None);
                }
            }
            Err(Failed::Fault) => self.one_by_one(&batch[..taken], askers),
        }
        true
    }

    /// Something in a batch breaks the engine: each is taken alone, so that it harms no other.
    fn one_by_one(&mut self, batch: &[Incoming], askers: Vec<Asker>) {
        for (span, asker) in askers {
            let theirs = &batch[span];
            let whole = match self.turn(theirs) {
                Err(Failed::Fault) => self.turn(&theirs.iter().map(set_aside).collect::<Vec<_>>()),
                other => other,
            };
            if whole.is_ok() {
                self.mirror(theirs);
            }
            let _ = asker.send(whole.ok().map(|t| t.answers));
        }
        for (effect, delivery) in std::mem::take(&mut self.ended) {
            // One that cannot be stored stays unknown and is looked up at its vendor.
            if let Err(Failed::Store) = self.turn(&[Incoming::Settled { effect: effect.id, delivery: delivery.clone() }]) {
                self.ended.push((effect, delivery));
            }
        }
    }

    /// One turn. A store that takes no writes is said on screen; a fault never ends the thread.
    fn turn(&mut self, batch: &[Incoming]) -> Result<Turned, Failed> {
        let began = stopwatch();
        let now = self.shared.clock.now();
        let shared = self.shared.clone();
        let mut engine = shared.engine.lock().unwrap_or_else(PoisonError::into_inner);
        let done = catch_unwind(AssertUnwindSafe(|| engine.turn(now, batch)));
        match done {
            Ok(Ok(turned)) => {
                drop(engine);
                self.unheard |= !turned.touched.is_empty();
                self.critical |= turned.alarms.iter().any(|a| a.severity == Severity::Critical);
                self.shared.turns.fetch_add(1, Ordering::Relaxed);
                self.shared.last_turn_us.store(began.elapsed().as_micros() as u64, Ordering::Relaxed);
                self.shared.health.heard(&turned.lines);
                self.screens.turned(&self.shared, &turned);
                Ok(turned)
            }
            Ok(Err(e)) => {
                drop(engine);
                self.store_failed(&e);
                Err(Failed::Store)
            }
            Err(_) => {
                self.shared.faults.fetch_add(1, Ordering::Relaxed);
                tracing::error!("the engine broke on an input; it is set aside and the rest goes on");
                self.shared.banners.raise(
                    Cause::Fault,
                    "The engine broke on something it received; that was set aside and the rest goes on. Report it with the log.",
                );
                self.wait_for_attempts = true;
                let reloaded = engine.reload(now);
                drop(engine);
                match reloaded {
                    Ok(()) => Err(Failed::Fault),
                    Err(e) => {
                        self.store_failed(&e);
                        Err(Failed::Store)
                    }
                }
            }
        }
    }

    fn store_failed(&mut self, error: &LedgerError) {
        self.wait_for_attempts = true;
        if self.shared.ready.swap(false, Ordering::Relaxed) {
            tracing::error!(%error, "the store takes no writes");
        }
        if self.shared.banners.raise(Cause::Store, format!("Nothing can be stored now: {error}. Senders are told to try again.")) {
            self.screens.frame();
        }
    }

    /// Fires what is due; while the store is ill, tries whether it is well again. True if something was due.
    fn tick(&mut self) -> bool {
        if !self.shared.ready.load(Ordering::Relaxed) {
            // A real write: an empty transaction would not touch the disk.
            let saw = Act::Saw { what: "store_writable_again".into(), mrn: None };
            let probe = Incoming::Direct(Input::Act { who: CONSOLE.into(), act: saw, undo_seconds: 0.0 });
            if self.turn(&[probe]).is_err() {
                return false;
            }
            tracing::info!("the store takes writes again");
            self.shared.ready.store(true, Ordering::Relaxed);
            self.shared.banners.lower(Cause::Store);
            self.screens.frame();
        }
        let now = self.shared.clock.now();
        let due = self.engine().desk.next_wake().is_some_and(|at| at <= now);
        due && self.turn(&[Incoming::Direct(Input::Tick)]).is_ok()
    }

    /// Gives the courier what may leave now. True if something left.
    fn let_leave(&mut self) -> bool {
        if !self.shared.ready.load(Ordering::Relaxed) {
            return false;
        }
        if self.wait_for_attempts {
            if self.shared.on_the_way.load(Ordering::Relaxed) > 0 || !self.ended.is_empty() {
                return false;
            }
            self.wait_for_attempts = false;
        }
        let now = self.shared.clock.now();
        let claimed = self.engine().claim_due(now);
        match claimed {
            Ok(effects) => {
                let some = !effects.is_empty();
                effects.into_iter().for_each(|f| self.courier.carry(f));
                some
            }
            Err(e) => {
                self.store_failed(&e);
                false
            }
        }
    }

    /// What should sound now: after a change, and as time passes (a mute may have ended).
    fn listen(&mut self) {
        let before = self.shared.sound.now();
        let now = self.shared.clock.now();
        if self.critical || self.unheard && self.heard.elapsed() >= HEAR_EVERY {
            self.shared.sound.hear(&self.engine().desk, self.critical, now);
            (self.critical, self.unheard, self.heard) = (false, false, stopwatch());
        } else {
            self.shared.sound.refresh(now);
        }
        if self.shared.sound.now() != before {
            self.screens.frame();
        }
    }

    /// A clock that was set, or a computer that slept: running waits keep their length, what came due is caught up and listed.
    fn watch_the_clock(&mut self) {
        let (then, was, boot) = self.seen;
        self.seen = (self.shared.clock.now(), stopwatch(), since_boot());
        let (now, is, booted) = self.seen;
        *self.shared.looked.lock().unwrap_or_else(PoisonError::into_inner) = is;
        let awake = is.duration_since(was);
        let happened = passed(now - then, awake, boot.zip(booted).map(|(from, to)| to.saturating_sub(from)));
        let inputs = match happened {
            Passed::Quietly => Vec::new(),
            Passed::Asleep => vec![Input::Woke { since: then }],
            Passed::Set { by_ms } => vec![Input::ClockSet { by_ms }],
            Passed::AsleepAndSet { by_ms } => {
                vec![Input::ClockSet { by_ms }, Input::Woke { since: then + TimeDelta::milliseconds(by_ms) }]
            }
        };
        if !inputs.is_empty() {
            tracing::warn!(?happened, "the computer's clock was set, or the computer slept");
            let batch: Vec<Incoming> = inputs.into_iter().map(Incoming::Direct).collect();
            // Not stored: the next look at the store catches up all the same, without the list.
            let _ = self.turn(&batch);
            if let Passed::Set { by_ms } | Passed::AsleepAndSet { by_ms } = happened {
                self.jumped = Some(is);
                let way = if by_ms > 0 { "forward" } else { "back" };
                let by = (by_ms.abs() + 500) / 1000;
                let sentence = format!("This computer's clock was set {way} by {by} s: running waits keep their length.");
                self.shared.banners.raise(Cause::Clock, sentence);
            }
            self.screens.frame();
        } else if self.jumped.is_some_and(|at| is.duration_since(at) > JUMP_SHOWN) {
            self.jumped = None;
            self.shared.banners.lower(Cause::Clock);
            self.screens.frame();
        }
        if self.shared.ready.load(Ordering::Relaxed) && is.duration_since(self.beat) >= BEAT_EVERY {
            self.beat = is;
            let _ = self.turn(&[Incoming::Direct(Input::Beat)]);
        }
    }

    /// Intake hears of changed rates, the built-in chart of patients, as they are stored.
    fn mirror(&self, taken: &[Incoming]) {
        if taken.iter().any(|i| matches!(i, Incoming::Direct(Input::Change { change: Change::Settings(_), .. }))) {
            *self.shared.rates.lock().unwrap_or_else(PoisonError::into_inner) = super::rates_of(&self.shared.engine);
        }
        let Some(enrolled) = &self.enrolled else { return };
        for incoming in taken {
            if let Incoming::Direct(Input::Change { change: Change::Patient(p), .. }) = incoming {
                enrolled(p);
            }
        }
    }

    /// The last turns: what had arrived, and attempts that come back soon. What does not is unknown at the next start.
    fn finish(mut self, arrivals: &Receiver<Work>) {
        let began = stopwatch();
        loop {
            let mut works: Vec<Work> = arrivals.try_iter().take(BATCH).collect();
            if works.is_empty() {
                let on_the_way = self.shared.on_the_way.load(Ordering::Relaxed) > 0;
                let left = LAST_WAIT.saturating_sub(began.elapsed());
                if !on_the_way || left.is_zero() {
                    break;
                }
                match arrivals.recv_timeout(left) {
                    Ok(work) => works.push(work),
                    Err(_) => break,
                }
            }
            self.take(works);
        }
        self.screens.tell(&self.shared);
    }
}

/// The same body as one that cannot be read: kept whole in quarantine, decided on by a person.
fn set_aside(incoming: &Incoming) -> Incoming {
    match incoming {
        Incoming::Body { source, body, .. } => Incoming::Body {
            source: *source,
            body: body.clone(),
            found: Found::Refused(decide::decode::Refusal {
                status: 422,
                reason: "engine_fault".into(),
                field: None,
                detail: "The engine broke on it. It is kept as it came; report it with the log.".into(),
            }),
        },
        other => other.clone(),
    }
}
