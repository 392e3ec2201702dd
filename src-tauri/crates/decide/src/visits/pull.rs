//! Appointments are pulled from the chart, place by place, since it pushes nothing (contracts.md 1.3).
//!
//! Polite: one question per place and round, spread inside the chart's rate, hourly while nothing is open, and no
//! round while the former one is still under way.

use crate::desk::{Desk, Owed};
use crate::outbox::{About, Act, Look, Priority, Vendor};
use crate::{hours, minutes, seconds, At};

/// How far back a round looks: whoever did not come yesterday is marked today.
const BACK_HOURS: f64 = 24.0;
/// While nothing is open (scenario.md).
const IDLE_MINUTES: f64 = 60.0;
/// A round may use this part of the chart's rate; the rest is for what nurses and patients wait for.
const PART_OF_THE_RATE: f64 = 0.25;

/// When the next round begins, and what is wrong with the rounds.
#[derive(Debug, Default)]
pub struct Pulls {
    next: Option<At>,
    /// Said once, until a round works again.
    trouble: bool,
}

impl Desk {
    /// When appointments are pulled next; none if no place is set.
    pub(crate) fn pull_due(&self) -> Option<At> {
        (!self.settings.appointment_locations.is_empty()).then(|| self.pulls.next.unwrap_or(self.started_at))
    }

    /// The settings changed: the next round begins at once.
    pub(crate) fn pull_afresh(&mut self, now: At) {
        self.pulls.next = Some(now);
    }

    /// Begins a round that is due.
    pub(crate) fn pull_appointments(&mut self, now: At) {
        if self.pull_due().is_none_or(|due| due > now) {
            return;
        }
        let open = self.ahead.clocks() > 0 || self.episodes.values().any(|e| e.is_open());
        let wait = if open { self.settings.appointment_pull_minutes } else { self.settings.appointment_pull_minutes.max(IDLE_MINUTES) };
        let next = now + minutes(wait);
        self.pulls.next = Some(next);
        if self.effects.values().any(|f| f.outstanding() && matches!(f.act, Act::Look(Look::Appointments { .. }))) {
            return;
        }
        let from = now - hours(BACK_HOURS);
        let until = now + hours(24.0 * self.settings.appointment_pull_days);
        let apart = 60.0 / (self.settings.cerner_requests_per_minute * PART_OF_THE_RATE);
        let mut places = self.settings.appointment_locations.clone();
        places.sort();
        places.dedup();
        for (i, location) in places.into_iter().enumerate() {
            self.owe(
                now,
                Owed {
                    vendor: Vendor::Cerner,
                    act: Act::Look(Look::Appointments { location, from, until }),
                    about: About::default(),
                    priority: Priority::Reminder,
                    shadow: false,
                    not_before: Some(now + seconds(apart * i as f64)),
                    give_up_at: Some(next),
                },
            );
        }
    }

    /// A place could not be pulled: staff hear of it once.
    pub(crate) fn pull_failed(&mut self, now: At, location: &str, said: &str) {
        if std::mem::replace(&mut self.pulls.trouble, true) {
            return;
        }
        let line = crate::trail::Line::Attention {
            reason: "appointments_not_pulled".into(),
            mrn: None,
            vital: None,
            appointment_id: None,
            detail: format!("The appointments of location {location} could not be read from the chart: {said}."),
        };
        self.say(now, None, None, line);
    }

    /// A place was pulled.
    pub(crate) fn pull_worked(&mut self) {
        self.pulls.trouble = false;
    }
}
