//! The spine's thread: drains what has arrived, commits it in one turn, answers everyone, fires clocks, lets effects leave.

use super::apart::answer;
use super::away::{passed, Passed};
use super::courier::Courier;
use super::screens::Screens;
use super::{Answers, Cause, Enrolled, Shared, Work};
use crate::clock::{since_boot, stopwatch};
use crate::spine::{Engine, Incoming, Turned};
use chrono::TimeDelta;
use decide::desk::{Duty, Place};
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
/// How long it is said that something broke.
const FAULT_SHOWN: Duration = Duration::from_secs(600);
/// At the end, attempts under way have so long to come back.
const LAST_WAIT: Duration = Duration::from_secs(3);
/// What is written when the store comes back, and on whose account.
const CONSOLE: &str = "console";

/// Why a turn was not taken.
pub(super) enum Failed {
    Store,
    /// The engine broke on it, or the store refused a record of it.
    Fault,
}

pub(super) type Asker = (std::ops::Range<usize>, oneshot::Sender<Option<Answers>>);

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
    /// When something last broke.
    broke: Option<Instant>,
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
            broke: None,
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
            // A turn that breaks is dealt with inside; whatever else breaks must not end the thread.
            match catch_unwind(AssertUnwindSafe(|| self.round(arrivals, sleep))) {
                Ok(Some(next)) => sleep = next,
                Ok(None) => break,
                Err(_) => {
                    self.engine().doubt();
                    self.fault();
                    sleep = LOOK_EVERY;
                }
            }
        }
        self.finish(arrivals);
    }

    /// Takes what has arrived, fires what is due, lets leave what may: then how long to sleep, none at the end.
    fn round(&mut self, arrivals: &Receiver<Work>, sleep: Duration) -> Option<Duration> {
        let first = match arrivals.recv_timeout(sleep) {
            Ok(work) => Some(work),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return None,
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
        (!stop).then(|| self.sleep(did || fired || left))
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
                answer(askers, 0, answers);
            }
            Err(Failed::Store) => {
                self.shared.not_taken.fetch_add(taken as u64, Ordering::Relaxed);
                for (_, asker) in askers {
                    let _ = asker.send(None);
                }
            }
            Err(Failed::Fault) => {
                self.apart(&batch[..taken], askers);
                let ended = std::mem::take(&mut self.ended);
                self.settle_apart(ended);
            }
        }
        true
    }

    /// One turn. A store that takes no writes is said on screen; a fault never ends the thread.
    pub(super) fn turn(&mut self, batch: &[Incoming]) -> Result<Turned, Failed> {
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
            Ok(Err(e)) if e.of_one_record() => {
                drop(engine);
                tracing::error!(error = %e, "the store refused a record");
                self.fault();
                Err(Failed::Fault)
            }
            Ok(Err(e)) => {
                drop(engine);
                self.store_failed(&e);
                Err(Failed::Store)
            }
            Err(_) => {
                let recovered = engine.recover(now);
                drop(engine);
                self.fault();
                match recovered {
                    Ok(()) => Err(Failed::Fault),
                    Err(e) => {
                        self.store_failed(&e);
                        Err(Failed::Store)
                    }
                }
            }
        }
    }

    /// Said on screen for a while; what it was is before staff.
    fn fault(&mut self) {
        self.shared.faults.fetch_add(1, Ordering::Relaxed);
        self.wait_for_attempts = true;
        self.broke = Some(stopwatch());
        let said = "The program broke on something; that was set aside and the rest goes on. Report it with the log.";
        if self.shared.banners.raise(Cause::Fault, said) {
            self.screens.frame();
        }
    }

    /// Where the last turn broke.
    pub(super) fn broke_at(&self) -> Place {
        self.engine().broke_at()
    }

    /// What a tick would do now, each by itself.
    pub(super) fn duties(&self) -> Vec<Duty> {
        self.engine().desk.duties(self.shared.clock.now())
    }

    pub(super) fn set_aside(&self, duty: Duty) -> u32 {
        self.engine().desk.set_aside(duty, self.shared.clock.now())
    }

    pub(super) fn keep_ended(&mut self, effect: Effect, delivery: Delivery) {
        self.ended.push((effect, delivery));
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
        if !due {
            return false;
        }
        match self.turn(&[Incoming::Direct(Input::Tick)]) {
            Ok(_) => true,
            Err(Failed::Store) => false,
            Err(Failed::Fault) => {
                self.tick_apart();
                true
            }
        }
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
        let shared = self.shared.clone();
        let mut engine = shared.engine.lock().unwrap_or_else(PoisonError::into_inner);
        let claimed = catch_unwind(AssertUnwindSafe(|| engine.claim_due(now)));
        let claimed = claimed.unwrap_or_else(|_| {
            self.fault();
            engine.claim_broke(now).map(|()| Vec::new())
        });
        drop(engine);
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
        if self.broke.is_some_and(|at| is.duration_since(at) > FAULT_SHOWN) {
            self.broke = None;
            self.shared.banners.lower(Cause::Fault);
            self.screens.frame();
        }
        if self.shared.ready.load(Ordering::Relaxed) && is.duration_since(self.beat) >= BEAT_EVERY {
            self.beat = is;
            let _ = self.turn(&[Incoming::Direct(Input::Beat), Incoming::Tidy]);
        }
    }

    /// Intake hears of changed rates, the built-in chart of patients, as they are stored.
    pub(super) fn mirror(&self, taken: &[Incoming]) {
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
