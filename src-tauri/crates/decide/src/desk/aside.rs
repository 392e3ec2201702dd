//! What the program breaks on is set aside and tried again, later each time, so that everything else goes on.

use super::Desk;
use crate::input::RowId;
use crate::outbox::About;
use crate::watch::Round;
use crate::{seconds, At, ClockKind, Severity};
use std::collections::BTreeMap;

/// The first pause, and the longest.
const FIRST_PAUSE_SECONDS: f64 = 5.0;
const LONGEST_PAUSE_SECONDS: f64 = 300.0;
/// What went well for so long begins anew with the first pause.
const FORGOTTEN_AFTER_SECONDS: f64 = 3_600.0;

/// One thing that time, or a vendor's answer, asks of the desk.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Duty {
    Downtimes,
    CheckIns,
    Sweep,
    /// A text that may leave no more.
    Closing(u64),
    Clock(RowId, ClockKind),
    Appointments,
    Round(Round),
    /// A visit's time has come.
    Visit(u64),
    /// Visits are planned again after a change of settings.
    Replan,
    /// How an attempt at an effect ended, or its claim.
    Effect(u64),
}

/// What the desk is on: read when it breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Which of its batch; none = all are taken.
    pub incoming: Option<usize>,
    /// Which input of that body.
    pub entry: Option<usize>,
    /// The visit that is looked at.
    pub visit: Option<u64>,
}

/// What is set aside now. Only in memory: a new start tries everything again.
#[derive(Debug, Default)]
pub struct Aside {
    held: BTreeMap<Duty, At>,
    broke: BTreeMap<Duty, (u32, At)>,
}

impl Aside {
    /// The program broke on it: held back from now on. Returns how often that happened.
    pub fn broke(&mut self, duty: Duty, now: At) -> u32 {
        self.broke.retain(|_, (_, last)| now - *last < seconds(FORGOTTEN_AFTER_SECONDS));
        let times = self.broke.get(&duty).map_or(0, |(n, _)| *n) + 1;
        let pause = FIRST_PAUSE_SECONDS * f64::from(2u32.saturating_pow(times - 1));
        self.held.insert(duty.clone(), now + seconds(pause.min(LONGEST_PAUSE_SECONDS)));
        self.broke.insert(duty, (times, now));
        times
    }

    /// Whether it is held back.
    pub fn holds(&self, duty: &Duty) -> bool {
        self.held.contains_key(duty)
    }

    /// Those whose pause is over are tried again.
    fn release(&mut self, now: At) {
        self.held.retain(|_, until| *until > now);
    }

    fn next(&self) -> Option<At> {
        self.held.values().min().copied()
    }
}

impl Desk {
    /// When something is due next: a clock, a round, or something set aside.
    pub fn next_wake(&self) -> Option<At> {
        let free = |duty: Duty, at: Option<At>| at.filter(|_| !self.aside.holds(&duty));
        let clock = match self.aside.held.is_empty() {
            true => self.next_clock(),
            false => self.clocks.iter().find(|(_, row, kind)| !self.aside.holds(&Duty::Clock(*row, *kind))).map(|(due, _, _)| *due),
        };
        let rounds = [
            free(Duty::Downtimes, self.next_downtime()),
            self.watch.next(),
            free(Duty::Appointments, self.pull_due()),
            free(Duty::CheckIns, self.next_check_in()),
            free(Duty::Sweep, self.sweep_due()),
            self.ahead.wake_clock(),
            free(Duty::Replan, self.ahead.wake_replan()),
            self.aside.next(),
        ];
        clock.into_iter().chain(rounds.into_iter().flatten()).min()
    }

    /// The first clock that is due at `now` and not set aside.
    pub(crate) fn due_clock(&self, now: At) -> Option<(At, RowId, ClockKind)> {
        let mut due = self.clocks.iter().take_while(|(due, _, _)| *due <= now);
        due.find(|(_, row, kind)| !self.aside.holds(&Duty::Clock(*row, *kind))).copied()
    }

    /// Everything that a tick would do now, each by itself. What is not due does nothing.
    pub fn duties(&self, now: At) -> Vec<Duty> {
        let mut duties = vec![Duty::Downtimes, Duty::CheckIns, Duty::Sweep];
        duties.extend(self.ahead.closed(now).map(Duty::Closing));
        duties.extend(self.clocks_due(now).into_iter().map(|(_, row, kind)| Duty::Clock(row, kind)));
        duties.push(Duty::Appointments);
        duties.extend(self.watch.due_rounds(now).map(Duty::Round));
        duties.push(Duty::Replan);
        duties.extend(self.ahead.due(now).map(Duty::Visit));
        duties.retain(|d| !self.aside.holds(d));
        duties
    }

    /// Whether a duty is set aside now.
    pub fn aside_holds(&self, duty: &Duty) -> bool {
        self.aside.holds(duty)
    }

    pub(crate) fn release_aside(&mut self, now: At) {
        self.aside.release(now);
    }

    /// Sets a duty aside, also in what was just set up from the ledger. Returns how often it broke by now.
    pub fn set_aside(&mut self, duty: Duty, now: At) -> u32 {
        let times = self.aside.broke(duty, now);
        self.keep_aside();
        times
    }

    /// After the desk was set up again: what was set aside stays so, and the watch goes on where it was.
    pub fn carry_on(&mut self, before: &mut Desk, now: At) {
        self.aside = std::mem::take(&mut before.aside);
        self.watch_goes_on(&mut before.watch, now);
        self.keep_aside();
    }

    /// Moves what is set aside in its own queue.
    fn keep_aside(&mut self) {
        for (duty, until) in self.aside.held.clone() {
            match duty {
                Duty::Effect(id) => {
                    if let Some(f) = self.effects.get_mut(&id) {
                        f.next_try = f.next_try.max(until);
                        self.lanes.put(f);
                    }
                }
                Duty::Visit(id) if self.ahead.due_at(id).is_some_and(|at| at < until) => self.ahead.set(id, Some(until)),
                Duty::Closing(id) => self.ahead.close_later(id, until),
                Duty::Round(round) => self.watch.put_off(round, until),
                _ => {}
            }
        }
    }

    /// One thing of a tick, by itself. Visits are read and taken by whoever holds the ledger.
    pub(crate) fn take_fire(&mut self, now: At, duty: Duty) {
        match duty {
            Duty::Downtimes => self.tick_downtimes(now),
            Duty::CheckIns => self.tick_check_ins(now),
            Duty::Sweep => self.tick_sweep(now),
            Duty::Closing(id) => {
                self.withdraw_effect(now, id, "not_sent_in_time");
            }
            Duty::Clock(row, kind) => {
                let due = self.indexed.get(&row).is_some_and(|clocks| clocks.iter().any(|c| c.kind == kind && c.due <= now));
                if due {
                    self.fire_clock(now, row, kind);
                }
            }
            Duty::Appointments => self.pull_appointments(now),
            Duty::Round(round) => self.watch_round(now, round),
            Duty::Visit(_) | Duty::Replan | Duty::Effect(_) => {}
        }
    }

    /// The program broke on it: staff look after it themselves until it works.
    pub(crate) fn take_broke(&mut self, now: At, duty: &Duty) {
        let (about, severity) = match duty {
            Duty::Clock(RowId::Episode(id), _) => match self.episodes.get(id) {
                Some(e) => (self.about(e), e.worst.max(Severity::Abnormal)),
                None => (About::default(), Severity::Abnormal),
            },
            Duty::Clock(RowId::Task(id), _) => {
                let about = self.tasks.get(id).map(|t| About { mrn: t.mrn.clone(), vital: t.vital, ..About::default() });
                (about.unwrap_or_default(), Severity::Abnormal)
            }
            Duty::Effect(id) => (self.effects.get(id).map(|f| f.about.clone()).unwrap_or_default(), Severity::Abnormal),
            _ => (About::default(), Severity::Abnormal),
        };
        let words = match duty {
            Duty::Clock(..) => "The program broke on a timer of this row. It tries again by itself; until then look after this yourself.",
            Duty::Effect(_) => {
                "The program broke on a vendor's answer. It asks again by itself; check whether the message or page has arrived."
            }
            Duty::Visit(_) | Duty::Closing(_) => {
                "The program broke on the plan of a visit's texts. It tries again by itself; look at the reminders of today's visits."
            }
            _ => "The program broke on one of its own rounds. It tries again by itself; everything else goes on.",
        };
        self.raise(now, "engine_fault", about.mrn, about.vital, severity, words.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> At {
        At::from_timestamp(1_773_000_000 + s, 0).unwrap()
    }

    #[test]
    fn what_breaks_again_waits_longer_each_time_and_never_more_than_five_minutes() {
        let mut aside = Aside::default();
        let mut now = at(0);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            aside.broke(Duty::Sweep, now);
            let until = aside.next().unwrap();
            pauses.push((until - now).num_seconds());
            now = until;
            aside.release(now);
        }
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 300, 300]);
        assert!(!aside.holds(&Duty::Sweep));
    }
}
