//! The reminder plan (behaviour.md 2.3): what a visit wants now, or when to look again.

use crate::wallclock::PatientZone;
use crate::{seconds, At, Hhmm, Reminder, Settings, Visit, VisitState};
use chrono::TimeDelta;

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
    /// When a pause ends by itself.
    pub textable_from: Option<At>,
    /// A text about this visit has not left yet: the gap counts from when it does.
    pub waiting: bool,
}

impl Rules<'_> {
    /// Inside the outreach window and outside quiet hours: the stricter wins.
    pub fn open(&self, at: At) -> bool {
        self.shut(at).is_none()
    }

    /// What keeps a reminder back at that moment: the outreach window or quiet hours.
    pub fn shut(&self, at: At) -> Option<&'static str> {
        let s = self.settings;
        let minute = self.zone.minute_of_day(at);
        if !(s.reminder_outreach_start.minutes()..s.reminder_outreach_finish.minutes()).contains(&minute) {
            return Some("outreach_window");
        }
        self.zone.quiet(at, s.quiet_hours_start, s.quiet_hours_finish).then_some("quiet_hours")
    }

    fn marks(&self) -> [u32; 4] {
        let s = self.settings;
        [s.reminder_outreach_start, s.reminder_outreach_finish, s.quiet_hours_start, s.quiet_hours_finish].map(Hhmm::minutes)
    }

    /// The first open instant from `at` on, before `end`.
    pub(super) fn opening(&self, at: At, end: At) -> Option<At> {
        let (marks, mut t) = (self.marks(), at);
        while t < end {
            if self.open(t) {
                return Some(t);
            }
            t = self.zone.next_turn(t, &marks);
        }
        None
    }

    /// Until when a reminder that is allowed at `at` may leave, before `end`: the window closes, quiet hours begin, or
    /// another local day does, on whose account it would come.
    pub fn closes(&self, at: At, end: At) -> At {
        let [a, b, c, d] = self.marks();
        let (day, mut t) = (self.zone.day(at), at);
        loop {
            t = self.zone.next_turn(t, &[0, a, b, c, d]);
            if t >= end {
                return end;
            }
            if !self.open(t) || self.zone.day(t) != day {
                return t;
            }
        }
    }
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
    let Dues { first: due1, second: due2, end_first: end1 } = Dues::of(visit, s);
    let second_on = s.reminder_second_timing.0 != 0;
    let silenced = (visit.confirmed && s.stop_reminders_when_confirmed) || !rules.textable;
    let mut wake = instant;
    wake = hold.map_or(wake, |h| wake.min(h));
    if silenced {
        wake = rules.textable_from.filter(|t| *t > now).map_or(wake, |t| wake.min(t));
    }
    if visit.first == Reminder::ToCome {
        if now >= end1 || matches!(visit.second, Reminder::Sent { .. }) {
            let why = match (second_on, silenced) {
                (true, _) => "superseded",
                (false, true) => "not_allowed",
                (false, false) if rules.started_at >= end1 => "console_was_closed",
                (false, false) => "no_open_window",
            };
            return Step::Drop(Which::First, why);
        }
        match (now >= due1, silenced || rules.waiting) {
            (false, _) => wake = wake.min(due1),
            (true, true) => wake = wake.min(end1),
            (true, false) => match rules.opening(after_gap(visit, s, now), end1) {
                Some(t) if t <= now => return Step::Send(Which::First),
                Some(t) => wake = wake.min(t),
                None if second_on => wake = wake.min(end1),
                None => return Step::Drop(Which::First, "no_open_window"),
            },
        }
    }
    if visit.second == Reminder::ToCome && second_on {
        if now >= instant {
            let why = match silenced {
                true => "not_allowed",
                false if rules.started_at >= instant => "console_was_closed",
                false => "no_open_window",
            };
            return Step::Drop(Which::Second, why);
        }
        match (now >= due2, silenced || rules.waiting) {
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

/// When each reminder is due, and from when the first is superseded.
pub struct Dues {
    pub first: At,
    pub second: At,
    pub end_first: At,
}

impl Dues {
    /// Elapsed time before the visit, so that a changed clock does not move them.
    pub fn of(visit: &Visit, s: &Settings) -> Dues {
        let instant = visit.told.instant();
        let lead = |timing: Hhmm| TimeDelta::minutes(i64::from(timing.minutes()));
        let second = instant - lead(s.reminder_second_timing);
        let end_first = if s.reminder_second_timing.0 != 0 { second } else { instant };
        Dues { first: instant - lead(s.reminder_first_timing), second, end_first }
    }

    /// The end of a reminder's span.
    pub fn end(&self, which: Which, visit: &Visit) -> At {
        match which {
            Which::First => self.end_first,
            Which::Second => visit.told.instant(),
        }
    }
}

/// A reminder that was given up and that other settings, or another zone, allow again before its end.
pub fn reopened(visit: &Visit, rules: &Rules<'_>, now: At) -> Option<Which> {
    let s = rules.settings;
    let dues = Dues::of(visit, s);
    let given_up = |r: &Reminder| matches!(r, Reminder::Dropped { why } if why == "no_open_window" || why == "superseded");
    let opens = |which: Which| rules.opening(after_gap(visit, s, now), dues.end(which, visit)).is_some();
    if given_up(&visit.second) && s.reminder_second_timing.0 != 0 && opens(Which::Second) {
        return Some(Which::Second);
    }
    // What the second has overtaken stays so.
    (given_up(&visit.first) && visit.second == Reminder::ToCome && now < dues.end_first && opens(Which::First)).then_some(Which::First)
}

/// Not within the gap after the last text about that visit left.
pub(super) fn after_gap(visit: &Visit, s: &Settings, now: At) -> At {
    visit.left_at.map_or(now, |t| now.max(t + seconds(s.reminder_gap_seconds)))
}
