//! Connection tests under way: one of a kind at a time, each on a task of its own.

use crate::clock::{stopwatch, Clock};
use decide::outbox::Vendor;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::runtime::Handle;
use vendors::trial::{self, Trial};
use vendors::{CheckLine, Connections, Transport};

/// What is being done: points and sentences, in order.
pub type Steps = Vec<(&'static str, String)>;

struct Way {
    runtime: Handle,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
}

/// The tests under way.
#[derive(Default)]
pub struct Trials {
    way: OnceLock<Way>,
    running: Arc<Mutex<BTreeMap<(Vendor, &'static str), Steps>>>,
}

type Running = Mutex<BTreeMap<(Vendor, &'static str), Steps>>;

fn lock(running: &Running) -> std::sync::MutexGuard<'_, BTreeMap<(Vendor, &'static str), Steps>> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Trials {
    /// From now on tests can run.
    pub fn may_run(&self, runtime: Handle, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) {
        let _ = self.way.set(Way { runtime, transport, clock });
    }

    /// How far a test is; none = it is not under way.
    pub fn running(&self, vendor: Vendor, test: &str) -> Option<Steps> {
        lock(&self.running).iter().find(|((v, t), _)| *v == vendor && *t == test).map(|(_, steps)| steps.clone())
    }

    /// Takes the place of a test; false while one of its kind is under way, or where none can run.
    pub fn take(&self, vendor: Vendor, trial: &Trial) -> bool {
        let mut running = lock(&self.running);
        let free = self.way.get().is_some() && !running.contains_key(&(vendor, trial.name()));
        if free {
            running.insert((vendor, trial.name()), Steps::new());
        }
        free
    }

    /// Gives back the place of a test that does not run.
    pub fn leave(&self, vendor: Vendor, trial: &Trial) {
        lock(&self.running).remove(&(vendor, trial.name()));
    }

    /// Runs a test whose place was taken; `over` hears how it came out and after how many milliseconds, and may block.
    pub fn run(
        &self,
        connections: Arc<Connections>,
        vendor: Vendor,
        trial: Trial,
        over: impl FnOnce(Vec<CheckLine>, u64) + Send + 'static,
    ) {
        let Some(way) = self.way.get() else { return };
        let (transport, clock, running) = (way.transport.clone(), way.clock.clone(), self.running.clone());
        way.runtime.spawn(async move {
            let began = stopwatch();
            let name = trial.name();
            let attempt = tokio::spawn({
                let running = running.clone();
                async move {
                    let told = |what: &'static str, said: &str| {
                        if let Some(steps) = lock(&running).get_mut(&(vendor, trial.name())) {
                            steps.push((what, said.to_string()));
                        }
                    };
                    trial::run(&connections, &*transport, vendor, &trial, &|| clock.now(), &told).await
                }
            });
            // A connector that breaks ends its own test only.
            let lines = attempt.await.unwrap_or_default();
            let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            let _ = tokio::task::spawn_blocking(move || over(lines, took)).await;
            lock(&running).remove(&(vendor, name));
        });
    }
}
