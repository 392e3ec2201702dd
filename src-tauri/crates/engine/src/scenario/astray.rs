//! Webhooks that go astray: lost, doubled, or overtaken by later ones.

use super::file::{WebhookState, WebhookStep};
use decide::outbox::Vendor;
use decide::{seconds, At};
use sandbox::Callback;
use std::collections::{BTreeMap, HashMap};

/// What becomes of a webhook now.
pub(super) enum Way {
    Straight,
    Twice,
    /// Not now; a late one comes by itself.
    Nowhere,
}

/// The net between the vendors and the console's hooks.
#[derive(Default)]
pub(super) struct Net {
    states: HashMap<Vendor, (WebhookState, Option<u32>, f64)>,
    late: BTreeMap<(At, u64), Callback>,
}

impl Net {
    /// From now on.
    pub fn set(&mut self, step: &WebhookStep) {
        self.states.insert(step.name, (step.state, step.count, step.delay_s.unwrap_or(30.0)));
    }

    /// Which way a webhook takes.
    pub fn way(&mut self, now: At, callback: &Callback) -> Way {
        let Some((state, count, delay)) = self.states.get_mut(&callback.vendor) else { return Way::Straight };
        let (state, delay) = match count {
            Some(0) => (WebhookState::AsUsual, 0.0),
            Some(left) => {
                *left -= 1;
                (*state, *delay)
            }
            None => (*state, *delay),
        };
        match state {
            WebhookState::AsUsual => Way::Straight,
            WebhookState::Twice => Way::Twice,
            WebhookState::Lost => Way::Nowhere,
            WebhookState::Late => {
                self.late.insert((now + seconds(delay), callback.id), callback.clone());
                Way::Nowhere
            }
        }
    }

    /// A late one whose time has come.
    pub fn due(&mut self, now: At) -> Option<Callback> {
        let first = *self.late.first_key_value().map(|(key, _)| key).filter(|(at, _)| *at <= now)?;
        self.late.remove(&first)
    }

    /// When the next late one comes.
    pub fn next_due(&self) -> Option<At> {
        self.late.first_key_value().map(|((at, _), _)| *at)
    }
}
