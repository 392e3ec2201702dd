//! The courier: carries each claimed effect to its vendor on a task of its own and brings back how it ended.

use super::{Shared, Work};
use crate::clock::stopwatch;
use crate::health::Ended;
use crate::switchboard::Connected;
use decide::outbox::{Delivery, Effect, Problem, ProblemKind};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::Arc;
use std::time::Duration;
use vendors::Transport;

/// No attempt takes longer, whatever a connector does: then its outcome is unknown.
const ATTEMPT: Duration = Duration::from_secs(180);

/// What the courier needs to leave.
#[derive(Clone)]
pub(super) struct Courier {
    pub runtime: tokio::runtime::Handle,
    pub connected: Arc<Connected>,
    pub transport: Arc<dyn Transport>,
    pub shared: Arc<Shared>,
    pub back: SyncSender<Work>,
}

impl Courier {
    /// Takes an effect away; `Work::Settled` comes back, whatever happens.
    pub fn carry(&self, effect: Effect) {
        let courier = self.clone();
        if self.shared.on_the_way.fetch_add(1, Ordering::Relaxed) == 0 {
            *self.shared.came_back.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = stopwatch();
        }
        self.runtime.spawn(async move {
            let began = stopwatch();
            let attempt = tokio::spawn({
                let (courier, effect) = (courier.clone(), effect.clone());
                async move {
                    let now = courier.shared.clock.now();
                    let clock = courier.shared.clock.clone();
                    // Those of this moment: a change of credentials meanwhile is for the next attempt.
                    let connections = courier.connected.now();
                    let recording = vendors::Recording::new(&*courier.transport, move || clock.now());
                    let attempt = vendors::deliver(&connections, &recording, &effect, now);
                    let delivery = tokio::time::timeout(ATTEMPT, attempt).await;
                    (delivery, recording.kept())
                }
            });
            let (delivery, exchanges) = match attempt.await {
                Ok((Ok(delivery), exchanges)) => (delivery, exchanges),
                Ok((Err(_), exchanges)) => (unknown("the attempt took too long"), exchanges),
                // A connector broke: nobody knows how far it came.
                Err(_) => (unknown("the attempt broke off"), Vec::new()),
            };
            let took = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
            courier.shared.health.record(courier.shared.clock.now(), effect.vendor, took, ended(&delivery));
            courier.bring_back(Work::Settled { effect: Box::new(effect), delivery, exchanges }).await;
        });
    }

    async fn bring_back(&self, mut work: Work) {
        loop {
            match self.back.try_send(work) {
                Ok(()) => return,
                // The spine is gone: at the next start the outcome counts as unknown.
                Err(TrySendError::Disconnected(_)) => return,
                Err(TrySendError::Full(again)) => {
                    work = again;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        }
    }
}

fn unknown(said: &str) -> Delivery {
    Delivery::Unknown(Problem { kind: ProblemKind::NoAnswer, http_status: None, code: None, said: said.into() })
}

fn ended(delivery: &Delivery) -> Ended {
    match delivery {
        Delivery::Delivered(_) | Delivery::Found(_) => Ended::Ok,
        Delivery::RetryLater { problem, .. } | Delivery::Rejected(problem) | Delivery::Unknown(problem) | Delivery::Blocked(problem) => {
            Ended::Problem(problem.clone())
        }
    }
}
