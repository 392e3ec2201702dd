//! The live host of the spine: one thread that turns it, a courier beside it, and the way in for everyone else.

mod apart;
mod away;
mod banner;
mod bus;
mod courier;
mod heartbeat;
mod screens;
#[cfg(test)]
mod tests;
mod thread;

pub use banner::{Banners, Cause};
pub use bus::Bus;
pub use heartbeat::beat;

use crate::clock::{stopwatch, Clock};
use crate::health::Health;
use crate::keeper::Spine;
use crate::sound::Sound;
use crate::spine::{Engine, Incoming};
use crate::switchboard::Connected;
use async_trait::async_trait;
use decide::desk::Answer;
use decide::input::Input;
use decide::outbox::{Delivery, Effect};
use decide::rows::Exchange;
use decide::{Patient, Source};
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{sync_channel, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use vendors::Transport;
use wire::NoticeKind;

/// So much may wait for the spine; beyond it senders are asked to come again.
const QUEUE: usize = 16_384;
/// The thread looks around every second; so long without is a fault.
const SPINE_STANDS: Duration = Duration::from_secs(15);
/// An attempt ends by itself well before this.
const COURIER_STANDS: Duration = Duration::from_secs(180);

type Answers = Vec<Vec<Answer>>;

/// Something for the spine's thread.
enum Work {
    /// Inputs, and whom to answer once they are committed.
    Take {
        incoming: Vec<Incoming>,
        answer: oneshot::Sender<Option<Answers>>,
    },
    /// An attempt at an effect ended.
    Settled {
        effect: Box<Effect>,
        delivery: Delivery,
        /// What was said and answered.
        exchanges: Vec<Exchange>,
    },
    Stop,
}

/// What the thread, the courier and the way in have in common.
struct Shared {
    clock: Arc<dyn Clock>,
    engine: Arc<Mutex<Engine>>,
    health: Arc<Health>,
    sound: Arc<Sound>,
    banners: Arc<Banners>,
    bus: Arc<Bus>,
    ready: AtomicBool,
    /// When the thread last looked around, and when an attempt last came back.
    looked: Mutex<Instant>,
    came_back: Mutex<Instant>,
    /// Attempts under way.
    on_the_way: AtomicUsize,
    turns: AtomicU64,
    taken: AtomicU64,
    not_taken: AtomicU64,
    faults: AtomicU64,
    last_turn_us: AtomicU64,
    /// How fast intake may be asked: as the settings have it.
    rates: Mutex<accept::Rates>,
}

fn rates_of(engine: &Mutex<Engine>) -> accept::Rates {
    let engine = engine.lock().unwrap_or_else(PoisonError::into_inner);
    let settings = &engine.desk.settings;
    accept::Rates { per_key_per_second: settings.intake_per_second, per_connection_per_second: settings.intake_per_connection_per_second }
}

/// Hears of each patient that was stored.
pub type Enrolled = Box<dyn Fn(&Patient) + Send>;

/// What the spine's thread is made of.
pub struct LiveParts {
    pub engine: Arc<Mutex<Engine>>,
    pub clock: Arc<dyn Clock>,
    pub health: Arc<Health>,
    pub sound: Arc<Sound>,
    pub banners: Arc<Banners>,
    pub bus: Arc<Bus>,
    pub connected: Arc<Connected>,
    pub transport: Arc<dyn Transport>,
    /// The built-in chart must know every patient.
    pub enrolled: Option<Enrolled>,
}

/// The way to the spine.
pub struct Live {
    queue: SyncSender<Work>,
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Live {
    /// Starts the thread. Call it within a tokio runtime: the courier runs there.
    pub fn start(parts: LiveParts) -> std::io::Result<Arc<Live>> {
        let rates = Mutex::new(rates_of(&parts.engine));
        let shared = Arc::new(Shared {
            clock: parts.clock,
            engine: parts.engine,
            health: parts.health,
            sound: parts.sound,
            banners: parts.banners,
            bus: parts.bus,
            ready: AtomicBool::new(true),
            looked: Mutex::new(stopwatch()),
            came_back: Mutex::new(stopwatch()),
            on_the_way: AtomicUsize::new(0),
            turns: AtomicU64::new(0),
            taken: AtomicU64::new(0),
            not_taken: AtomicU64::new(0),
            faults: AtomicU64::new(0),
            last_turn_us: AtomicU64::new(0),
            rates,
        });
        let (queue, arrivals) = sync_channel(QUEUE);
        let courier = courier::Courier {
            runtime: tokio::runtime::Handle::current(),
            connected: parts.connected,
            transport: parts.transport,
            shared: shared.clone(),
            back: queue.clone(),
        };
        let spine = thread::Thread::new(shared.clone(), courier, parts.enrolled);
        let thread = std::thread::Builder::new().name("spine".into()).spawn(move || spine.run(&arrivals))?;
        Ok(Arc::new(Live { queue, shared, thread: Mutex::new(Some(thread)) }))
    }

    /// Takes several inputs in one transaction; none when they were not stored.
    pub async fn take_all(&self, incoming: Vec<Incoming>) -> Option<Answers> {
        let answer = self.hand_over(incoming)?;
        answer.await.ok().flatten()
    }

    /// The same for callers that may block; never on an async thread.
    pub fn submit(&self, incoming: Vec<Incoming>) -> Option<Answers> {
        self.hand_over(incoming)?.blocking_recv().ok().flatten()
    }

    fn hand_over(&self, incoming: Vec<Incoming>) -> Option<oneshot::Receiver<Option<Answers>>> {
        let (answer, answered) = oneshot::channel();
        match self.queue.try_send(Work::Take { incoming, answer }) {
            Ok(()) => Some(answered),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                self.shared.not_taken.fetch_add(1, Ordering::Relaxed);
                None
            }
        }
    }

    /// What keeps the console from working now, in words without PHI; empty = it works.
    pub fn trouble_now(&self) -> Vec<String> {
        let since = |at: &Mutex<Instant>| at.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        let mut trouble = Vec::new();
        if !self.shared.ready.load(Ordering::Relaxed) {
            trouble.push("store: it takes no writes".to_string());
        }
        let looked = since(&self.shared.looked);
        if looked > SPINE_STANDS {
            trouble.push(format!("spine: it has not turned for {} s", looked.as_secs()));
        }
        let back = since(&self.shared.came_back);
        if self.shared.on_the_way.load(Ordering::Relaxed) > 0 && back > COURIER_STANDS {
            trouble.push(format!("courier: no attempt has come back for {} s", back.as_secs()));
        }
        trouble
    }

    /// Proves that the console works: a turn that is stored. False = it does not.
    pub async fn alive(&self) -> bool {
        self.trouble_now().is_empty() && self.take_all(vec![Incoming::Direct(Input::Beat)]).await.is_some()
    }

    /// Finishes what has arrived, lets attempts under way end for a moment, and stops the thread. Blocking.
    pub fn stop(&self) {
        // Not try_send: the thread is draining the queue, so there will be room.
        let _ = self.queue.send(Work::Stop);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

#[async_trait]
impl Spine for Live {
    async fn take(&self, incoming: Incoming) -> Option<Vec<Answer>> {
        self.take_all(vec![incoming]).await?.into_iter().next()
    }

    fn rates(&self) -> accept::Rates {
        *self.shared.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn site_map(&self) -> Arc<decide::hl7::SiteMap> {
        let engine = self.shared.engine.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::new(engine.desk.site_map())
    }

    fn hl7_answered(&self, at: decide::At, code: decide::hl7::AckCode, why: &str) {
        self.shared.health.hl7_answered(at, code, why);
    }

    fn former_key_used(&self) {
        self.shared.health.note_former_key(self.shared.clock.now());
    }

    fn signature_refused(&self, source: Source) {
        let shared = &self.shared;
        shared.health.turned_away(shared.clock.now(), source.name(), "signature");
        tracing::warn!(source = source.name(), "a webhook's signature did not match");
        let sentence = format!(
            "A webhook ({}) came with a signature that does not match: compare the secret here with the vendor's. Nothing in it was used.",
            source.name()
        );
        // Kept as well: three refused deliveries make a vendor give up on the webhook.
        let _ = self.hand_over(vec![Incoming::Direct(Input::TurnedAway { source })]);
        if shared.banners.raise(Cause::Signature, sentence.clone()) {
            shared.bus.tell(NoticeKind::Alarm { severity: "abnormal".into(), case_id: String::new(), vital: None, text: sentence });
            shared.bus.tell(NoticeKind::Frame);
        }
    }

    fn metrics(&self, out: &mut String) {
        let shared = &self.shared;
        let (effects, episodes, clocks, sweep) = {
            let engine = shared.engine.lock().unwrap_or_else(PoisonError::into_inner);
            (
                engine.desk.effects.len(),
                engine.desk.episodes.values().filter(|e| e.is_open()).count(),
                engine.desk.clocks_running(),
                engine.desk.sweep.took_seconds(),
            )
        };
        let count = |n: &AtomicU64| n.load(Ordering::Relaxed);
        let lines: [(&str, &str, u64); 10] = [
            ("careloop_ready", "gauge", u64::from(shared.ready.load(Ordering::Relaxed))),
            ("careloop_turns_total", "counter", count(&shared.turns)),
            ("careloop_inputs_taken_total", "counter", count(&shared.taken)),
            ("careloop_inputs_not_taken_total", "counter", count(&shared.not_taken)),
            ("careloop_engine_faults_total", "counter", count(&shared.faults)),
            ("careloop_last_turn_microseconds", "gauge", count(&shared.last_turn_us)),
            ("careloop_effects_outstanding", "gauge", effects as u64),
            ("careloop_effects_on_the_way", "gauge", shared.on_the_way.load(Ordering::Relaxed) as u64),
            ("careloop_episodes_open", "gauge", episodes as u64),
            ("careloop_clocks_running", "gauge", clocks as u64),
        ];
        if let Some(seconds) = sweep {
            let _ = writeln!(out, "# TYPE careloop_chart_sweep_seconds gauge\ncareloop_chart_sweep_seconds {seconds}");
        }
        for (name, kind, value) in lines {
            let _ = writeln!(out, "# TYPE {name} {kind}\n{name} {value}");
        }
    }

    fn trouble(&self) -> Vec<String> {
        let mut trouble = self.trouble_now();
        trouble.extend(self.shared.banners.sentence(Cause::Backup).map(|said| format!("copies: {said}")));
        trouble
    }

    fn ready(&self) -> bool {
        self.shared.ready.load(Ordering::Relaxed)
    }
}
