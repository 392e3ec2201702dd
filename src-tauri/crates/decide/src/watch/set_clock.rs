//! The computer's clock was set while the console ran: running waits keep their length.
//!
//! A wait of fifteen minutes is fifteen minutes on any clock. What is bound to the wall clock (quiet hours, visits) is not moved.

use super::Round;
use crate::desk::Desk;
use crate::outbox::EffectState;
use crate::{At, ClockKind};
use chrono::TimeDelta;

/// Bound to the wall clock rather than to time passing.
fn by_the_wall(kind: ClockKind) -> bool {
    kind == ClockKind::HoldEnds
}

impl Desk {
    pub(crate) fn take_clock_set(&mut self, now: At, by_ms: i64) {
        let by = TimeDelta::milliseconds(by_ms);
        let seconds = by_ms.abs() / 1000;
        let way = if by_ms > 0 { "forward" } else { "back" };
        self.notice(now, "clock_set", format!("This computer's clock was set {way} by {seconds} s. Running waits keep their length."));
        let running: Vec<u64> = self.episodes.values().filter(|e| !e.clocks.is_empty()).map(|e| e.id).collect();
        for id in running {
            self.with_episode(id, |_, e| {
                for clock in e.clocks.iter_mut().filter(|c| !by_the_wall(c.kind)) {
                    clock.due += by;
                }
                if let Some(due) = e.question.as_mut().and_then(|q| q.wait_due.as_mut()) {
                    *due += by;
                }
                if let Some(until) = e.held_by.as_mut().and_then(|h| h.until.as_mut()) {
                    *until += by;
                }
                if let Some(shelf) = e.shelf.as_mut() {
                    shelf.until += by;
                }
            });
        }
        let waiting: Vec<u64> = self.tasks.values().filter(|t| !t.clocks.is_empty()).map(|t| t.id).collect();
        for id in waiting {
            self.with_task(id, |_, t| {
                t.clocks.iter_mut().for_each(|c| c.due += by);
                if let Some(until) = t.acknowledged.as_mut().and_then(|h| h.until.as_mut()) {
                    *until += by;
                }
            });
        }
        let owed: Vec<u64> = self.effects.values().filter(|f| f.outstanding()).map(|f| f.id).collect();
        for id in owed {
            let Some(mut f) = self.effects.get(&id).cloned() else { continue };
            // What goes out as soon as it can was not waiting.
            if f.next_try > f.owed_at || matches!(f.state, EffectState::Unknown { .. }) {
                f.next_try += by;
            }
            f.give_up_at = f.give_up_at.map(|at| at + by);
            self.change_effect(f);
        }
        self.lanes.shift(by);
        self.started_at += by;
        self.watch.silence.shift(by);
        let rounds: Vec<(Round, At)> = self.watch.due.iter().map(|(r, at)| (r.clone(), *at)).collect();
        for (round, at) in rounds {
            self.watch.plan(round, Some(at + by));
        }
    }
}
