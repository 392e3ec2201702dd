//! The reminder plan (behaviour.md 2.3): what a visit wants now, or when to look again.

use crate::wallclock::PatientZone;
use crate::{seconds, At, Hhmm, Reminder, Settings, Visit, VisitState};
use chrono::{TimeDelta, TimeZone, Utc};

/// Which reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    First,
    Second,
}

/// What a visit wants at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// An event text that was held may go.
    EventText,
    Send(Which),
    /// This reminder will not be sent any more.
    Drop(Which, &'static str),
    /// The visit's time has passed.
    Expire,
    /// Nothing before then.
    Wait(At),
    /// Nothing any more.
    Rest,
}

/// The rules of the moment, and the wall clock they are read by.
pub struct Rules<'a> {
    pub settings: &'a Settings,
    /// The patient's zone if known, else the visit's own offset.
    pub zone: &'a PatientZone,
    /// When this process began: what was missed before is "console was closed".
    pub started_at: At,
    /// False: opted out, no number, not active, no consent.
    pub textable: bool,
}

impl Rules<'_> {
    /// Inside the outreach window and outside quiet hours: the stricter wins.
    pub fn open(&self, at: At) -> bool {
        let s = self.settings;
        let minute = self.zone.minute_of_day(at);
        let window = (s.reminder_outreach_start.minutes()..s.reminder_outreach_finish.minutes()).contains(&minute);
        window && !self.zone.quiet(at, s.quiet_hours_start, s.quiet_hours_finish)
    }

    /// The first open instant from `at` on, before `end`.
    fn opening(&self, at: At, end: At) -> Option<At> {
        if at < end && self.open(at) {
            return Some(at);
        }
        let mut t = Utc.timestamp_millis_opt(at.timestamp_millis() / 60_000 * 60_000).single()?;
        loop {
            t += TimeDelta::minutes(1);
            if t >= end {
                return None;
            }
            if self.open(t) {
                return Some(t);
            }
        }
    }
}

fn lead(timing: Hhmm) -> TimeDelta {
    TimeDelta::minutes(i64::from(timing.minutes()))
}

/// What the visit wants at `now`. Called again after each step, until it says `Wait` or `Rest`.
pub fn step(visit: &Visit, rules: &Rules<'_>, now: At) -> Step {
    let instant = visit.told.instant();
    if let Some(held) = &visit.held {
        if now >= held.until {
            return Step::EventText;
        }
    }
    let hold = visit.held.as_ref().map(|h| h.until);
    if !visit.live() {
        return hold.map_or(Step::Rest, Step::Wait);
    }
    let s = rules.settings;
    let second_on = s.reminder_second_timing.0 != 0;
    let due1 = instant - lead(s.reminder_first_timing);
    let due2 = instant - lead(s.reminder_second_timing);
    let end1 = if second_on { due2 } else { instant };
    let silenced = (visit.confirmed && s.stop_reminders_when_confirmed) || !rules.textable;
    let mut wake = instant;
    wake = hold.map_or(wake, |h| wake.min(h));
    if visit.first == Reminder::ToCome {
        if now >= end1 {
            let missed = rules.started_at >= end1;
            return Step::Drop(
                Which::First,
                if second_on {
                    "superseded"
                } else if missed {
                    "console_was_closed"
                } else {
                    "no_open_window"
                },
            );
        }
        match (now >= due1, silenced) {
            (false, _) => wake = wake.min(due1),
            (true, true) => wake = wake.min(end1),
            (true, false) => match rules.opening(after_gap(visit, s, now), end1) {
                Some(t) if t <= now => return Step::Send(Which::First),
                Some(t) => wake = wake.min(t),
                None => wake = wake.min(end1),
            },
        }
    }
    if visit.second == Reminder::ToCome && second_on {
        if now >= instant {
            return Step::Drop(
                Which::Second,
                if silenced {
                    "not_allowed"
                } else if rules.started_at >= instant {
                    "console_was_closed"
                } else {
                    "no_open_window"
                },
            );
        }
        match (now >= due2, silenced) {
            (false, _) => wake = wake.min(due2),
            (true, true) => {}
            (true, false) => match rules.opening(after_gap(visit, s, now), instant) {
                Some(t) if t <= now => return Step::Send(Which::Second),
                Some(t) => wake = wake.min(t),
                None => return Step::Drop(Which::Second, "no_open_window"),
            },
        }
    }
    if now >= instant {
        return if visit.state == VisitState::Expired { Step::Rest } else { Step::Expire };
    }
    Step::Wait(wake)
}

/// Not within the gap after the last text about that visit.
fn after_gap(visit: &Visit, s: &Settings, now: At) -> At {
    visit.last_text_at.map_or(now, |t| now.max(t + seconds(s.reminder_gap_seconds)))
}
