//! Pace: how fast each vendor may be asked, and how many requests may be on their way (behaviour.md 1.5, contracts.md 3.7, 4.1).

use decide::desk::{Desk, Lanes};
use decide::outbox::{Act, Effect, Execution, Vendor};
use decide::{seconds, At, Settings};
use std::collections::{HashMap, VecDeque};

/// Looks that may be on their way together.
const LOOKS_AT_ONCE: usize = 8;
/// A chart write asks about so many times (patient, search, create, read back).
const ASKS_PER_WRITE: f64 = 5.0;

/// Executions that an account may start in a second (Studio FAQ: 20, then 429).
const STARTS_PER_SECOND: f64 = 20.0;

/// The courier's memory: who may leave when.
#[derive(Default)]
pub struct Pace {
    on_the_way: HashMap<Vendor, usize>,
    looks: usize,
    free_at: HashMap<Vendor, At>,
    recent: HashMap<Vendor, VecDeque<At>>,
}

/// One at a time where order matters.
fn at_once(vendor: Vendor) -> usize {
    match vendor {
        Vendor::Cerner | Vendor::Slack | Vendor::Ehr => 1,
        Vendor::Twilio | Vendor::PagerDuty => 4,
    }
}

/// Most acts in a sliding minute.
fn per_minute(vendor: Vendor, settings: &Settings) -> Option<f64> {
    match vendor {
        Vendor::Cerner => Some((settings.cerner_requests_per_minute / ASKS_PER_WRITE).max(1.0)),
        Vendor::PagerDuty => Some(settings.pagerduty_events_per_minute),
        _ => None,
    }
}

impl Pace {
    /// The effect that may leave to a vendor now.
    pub fn next(&self, vendor: Vendor, desk: &Desk, now: At) -> Option<u64> {
        if self.on_the_way.get(&vendor).copied().unwrap_or(0) >= at_once(vendor) || self.ready_at(vendor, desk, now) > now {
            return None;
        }
        desk.lanes.next(vendor, now)
    }

    /// A look that may leave now.
    pub fn next_look(&self, lanes: &Lanes, now: At) -> Option<u64> {
        (self.looks < LOOKS_AT_ONCE).then(|| lanes.next_look(now)).flatten()
    }

    fn ready_at(&self, vendor: Vendor, desk: &Desk, now: At) -> At {
        let free = self.free_at.get(&vendor).copied().unwrap_or(now);
        let Some(most) = per_minute(vendor, &desk.settings) else { return free };
        let recent = self.recent.get(&vendor);
        let window: Vec<At> = recent.map(|r| r.iter().copied().filter(|t| now - *t < seconds(60.0)).collect()).unwrap_or_default();
        if (window.len() as f64) < most {
            return free;
        }
        window.first().map_or(free, |oldest| free.max(*oldest + seconds(60.0)))
    }

    /// An effect leaves: its vendor's pace counts it.
    pub fn left(&mut self, f: &Effect, settings: &Settings, now: At) {
        if matches!(f.act, Act::Look(_)) {
            self.looks += 1;
            return;
        }
        *self.on_the_way.entry(f.vendor).or_default() += 1;
        let segments = match &f.act {
            Act::Text(text) => Some(text.segments()),
            Act::Execution(_) => Some(Execution::SEGMENTS),
            _ => None,
        };
        if let Some(segments) = segments {
            let rate = settings.twilio_messages_per_second.max(0.01);
            let from = self.free_at.get(&Vendor::Twilio).copied().unwrap_or(now).max(now);
            let mut wait = seconds(f64::from(segments) / rate);
            if matches!(f.act, Act::Execution(_)) {
                wait = wait.max(seconds(1.0 / STARTS_PER_SECOND));
            }
            self.free_at.insert(Vendor::Twilio, from + wait);
        }
        if f.vendor == Vendor::Slack {
            self.free_at.insert(Vendor::Slack, now + seconds(1.0));
        }
        let recent = self.recent.entry(f.vendor).or_default();
        recent.push_back(now);
        while recent.front().is_some_and(|t| now - *t >= seconds(60.0)) {
            recent.pop_front();
        }
    }

    /// The clock was set: gaps between requests keep their length.
    pub fn shift(&mut self, by: chrono::TimeDelta) {
        self.free_at.values_mut().for_each(|at| *at += by);
        self.recent.values_mut().flatten().for_each(|at| *at += by);
    }

    /// An attempt is over.
    pub fn settled(&mut self, f: &Effect) {
        if matches!(f.act, Act::Look(_)) {
            self.looks = self.looks.saturating_sub(1);
        } else if let Some(n) = self.on_the_way.get_mut(&f.vendor) {
            *n = n.saturating_sub(1);
        }
    }

    /// When a vendor's lane may next move; none while it is full (an answer will move it).
    pub fn wake(&self, vendor: Vendor, desk: &Desk) -> Option<At> {
        if self.on_the_way.get(&vendor).copied().unwrap_or(0) >= at_once(vendor) {
            return None;
        }
        let lane = desk.lanes.wake(vendor)?;
        Some(lane.max(self.ready_at(vendor, desk, lane)))
    }

    /// When the next look may leave.
    pub fn look_wake(&self, lanes: &Lanes) -> Option<At> {
        (self.looks < LOOKS_AT_ONCE).then(|| lanes.look_wake()).flatten()
    }
}
