//! What will become of a visit's reminders, as far as it can be known now: the same rules as `step`, looked at ahead.

use super::apply::REMINDERS_A_DAY;
use super::plan::{after_gap, Dues, Rules, Which};
use crate::desk::Desk;
use crate::wallclock::PatientZone;
use crate::{seconds, At, Reminder, Visit, VisitState};

/// Where a reminder stands in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlannedState {
    Sent,
    /// Goes when it is due, or as soon as the rules let a late one go.
    Scheduled,
    /// Due before it may go: waits for `goes`.
    Held,
    /// Was not sent and will not be.
    Dropped,
    /// As things stand it will not be sent.
    WillNot,
    /// Switched off in the settings.
    Off,
}

/// One reminder of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub which: Which,
    pub state: PlannedState,
    /// Its time before the visit, whatever keeps it back.
    pub due: At,
    /// From then on it may not go any more.
    pub ends: At,
    /// When it went, or is to go.
    pub goes: Option<At>,
    /// quiet_hours outreach_window gap, superseded daily_limit no_open_window console_was_closed, opted_out
    /// no_mobile no_consent not_active, canceled noshowed expired confirmed, or what the ledger keeps.
    pub why: Option<String>,
}

/// The plan of both reminders, first and second. `untextable` says why no text may go at all; `today` counts
/// the patient's reminders of this local day.
pub fn preview(visit: &Visit, rules: &Rules<'_>, now: At, untextable: Option<&str>, today: u32) -> [Planned; 2] {
    let s = rules.settings;
    let instant = visit.told.instant();
    let second_on = s.reminder_second_timing.0 != 0;
    let Dues { first: due1, second: due2, end_first: ends1 } = Dues::of(visit, s);
    let first = one(visit, rules, now, untextable, Span { which: Which::First, due: due1, ends: ends1, not_before: now, today });
    // The second keeps its distance from the first, and counts it when both fall on this day.
    let ahead = first.goes.filter(|_| matches!(first.state, PlannedState::Scheduled | PlannedState::Held));
    let not_before = ahead.map_or(now, |t| now.max(t + seconds(s.reminder_gap_seconds)));
    let counted = ahead.is_some_and(|t| rules.zone.day(t) == rules.zone.day(now));
    let today = today + u32::from(counted);
    let second = match second_on {
        true => one(visit, rules, now, untextable, Span { which: Which::Second, due: due2, ends: instant, not_before, today }),
        false => settled(visit, Which::Second, due2, instant).unwrap_or(Planned {
            which: Which::Second,
            state: PlannedState::Off,
            due: due2,
            ends: instant,
            goes: None,
            why: None,
        }),
    };
    [first, second]
}

/// The time a reminder has, and what lies before it.
struct Span {
    which: Which,
    due: At,
    ends: At,
    not_before: At,
    today: u32,
}

/// What is behind a reminder already.
fn settled(visit: &Visit, which: Which, due: At, ends: At) -> Option<Planned> {
    let (state, goes, why) = match if which == Which::First { &visit.first } else { &visit.second } {
        Reminder::ToCome => return None,
        Reminder::Sent { at } => (PlannedState::Sent, Some(*at), None),
        Reminder::Dropped { why } => (PlannedState::Dropped, None, Some(why.clone())),
    };
    Some(Planned { which, state, due, ends, goes, why })
}

fn one(visit: &Visit, rules: &Rules<'_>, now: At, untextable: Option<&str>, span: Span) -> Planned {
    let Span { which, due, ends, not_before, today } = span;
    if let Some(known) = settled(visit, which, due, ends) {
        return known;
    }
    let will_not = |why: &str| Planned { which, state: PlannedState::WillNot, due, ends, goes: None, why: Some(why.into()) };
    if let Some(why) = over(visit) {
        return will_not(why);
    }
    if visit.confirmed && rules.settings.stop_reminders_when_confirmed {
        return will_not("confirmed");
    }
    // A pause ends by itself: what is due after that goes.
    let back = rules.textable_from.filter(|_| untextable == Some("not_active"));
    if let (Some(why), None) = (untextable, back) {
        return will_not(why);
    }
    let overtaken = which == Which::First && ends < visit.told.instant();
    if now >= ends {
        return will_not(match (overtaken, rules.started_at >= ends) {
            (true, _) => "superseded",
            (false, true) => "console_was_closed",
            (false, false) => "no_open_window",
        });
    }
    let wanted = due.max(not_before);
    let mut may = after_gap(visit, rules.settings, wanted).max(back.unwrap_or(wanted));
    if rules.waiting {
        // The gap counts from when the text before it leaves: now, at the earliest.
        may = may.max(now + seconds(rules.settings.reminder_gap_seconds));
    }
    let Some(goes) = rules.opening(may, ends) else {
        return will_not(if overtaken { "superseded" } else { "no_open_window" });
    };
    if today >= REMINDERS_A_DAY && rules.zone.day(goes) == rules.zone.day(now) {
        return will_not("daily_limit");
    }
    let why = if goes <= wanted {
        None
    } else if back.is_some_and(|t| t > wanted && goes == t) {
        Some("not_active")
    } else if may > wanted && goes <= may {
        Some("gap")
    } else {
        rules.shut(may)
    };
    let state = if why.is_some() { PlannedState::Held } else { PlannedState::Scheduled };
    Planned { which, state, due, ends, goes: Some(goes), why: why.map(String::from) }
}

/// Why a visit wants no reminder at all.
pub(super) fn over(visit: &Visit) -> Option<&'static str> {
    match visit.state {
        VisitState::Canceled => Some("canceled"),
        VisitState::NoShowed => Some("noshowed"),
        VisitState::Expired => Some("expired"),
        VisitState::Queued | VisitState::Reminded1 | VisitState::Reminded2 => None,
    }
}

/// A visit's plan with the wall clock it is read by.
pub struct VisitPlan {
    pub reminders: [Planned; 2],
    pub zone: PatientZone,
    /// Why no text may go about this visit, if so.
    pub untextable: Option<&'static str>,
}

impl Desk {
    /// The plan of a visit as it stands.
    pub fn visit_plan(&self, visit: &Visit, now: At, reminders_today: u32) -> VisitPlan {
        let zone = self.visit_zone(&visit.told);
        let untextable = self.visit_untextable(&visit.told, now);
        let rules = self.rules(now, &zone, visit);
        VisitPlan { reminders: preview(visit, &rules, now, untextable, reminders_today), untextable, zone }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, booked, settings};
    use super::*;
    use crate::wallclock::zone_for_visit;
    use crate::{Hhmm, Settings};

    fn plan(visit: &Visit, s: &Settings, now: &str, untextable: Option<&str>, today: u32) -> [Planned; 2] {
        let zone = zone_for_visit(None, visit.told.offset_minutes);
        let rules = super::super::testing::rules(s, &zone, untextable.is_none());
        preview(visit, &rules, at(now), untextable, today)
    }

    fn states(plan: &[Planned; 2]) -> [(PlannedState, Option<&str>); 2] {
        [0, 1].map(|n| (plan[n].state, plan[n].why.as_deref()))
    }

    #[test]
    fn an_ordinary_visit_is_reminded_two_days_and_one_day_before() {
        let p = plan(&booked(), &settings(), "2026-03-05T16:20:00Z", None, 0);
        assert_eq!(states(&p), [(PlannedState::Scheduled, None); 2]);
        assert_eq!(p.each_ref().map(|p| p.goes), [Some(at("2026-03-08T20:00:00Z")), Some(at("2026-03-09T20:00:00Z"))]);
    }

    #[test]
    fn a_reminder_due_outside_the_outreach_window_waits_for_it_to_open() {
        let s = Settings { reminder_outreach_start: Hhmm(1600), ..settings() };
        let p = plan(&booked(), &s, "2026-03-05T16:20:00Z", None, 0);
        assert_eq!(states(&p)[0], (PlannedState::Held, Some("outreach_window")));
        assert_eq!(p[0].goes, Some(at("2026-03-08T21:00:00Z")));
    }

    #[test]
    fn in_quiet_hours_it_says_so() {
        let s = Settings { quiet_hours_start: Hhmm(1400), quiet_hours_finish: Hhmm(1700), ..settings() };
        assert_eq!(states(&plan(&booked(), &s, "2026-03-05T16:20:00Z", None, 0))[0], (PlannedState::Held, Some("quiet_hours")));
    }

    #[test]
    fn right_after_another_text_it_keeps_its_distance() {
        let mut v = booked();
        v.left_at = Some(at("2026-03-08T19:59:00Z"));
        let p = plan(&v, &settings(), "2026-03-08T19:59:30Z", None, 0);
        assert_eq!(states(&p)[0], (PlannedState::Held, Some("gap")));
        assert_eq!(p[0].goes, Some(at("2026-03-08T20:01:00Z")));
    }

    #[test]
    fn while_another_text_has_not_left_the_distance_counts_from_now() {
        let (v, s) = (booked(), settings());
        let zone = zone_for_visit(None, v.told.offset_minutes);
        let rules = Rules { waiting: true, ..super::super::testing::rules(&s, &zone, true) };
        let p = preview(&v, &rules, at("2026-03-08T20:00:30Z"), None, 0);
        assert_eq!((states(&p)[0], p[0].goes), ((PlannedState::Held, Some("gap")), Some(at("2026-03-08T20:02:30Z"))));
    }

    #[test]
    fn a_pause_that_ends_in_time_only_holds_the_reminder() {
        let (v, s) = (booked(), settings());
        let zone = zone_for_visit(None, v.told.offset_minutes);
        let ends = at("2026-03-09T00:00:00Z");
        let rules = Rules { textable_from: Some(ends), ..super::super::testing::rules(&s, &zone, false) };
        let p = preview(&v, &rules, at("2026-03-08T12:00:00Z"), Some("not_active"), 0);
        assert_eq!((states(&p)[0], p[0].goes), ((PlannedState::Held, Some("not_active")), Some(ends)));
        assert_eq!(states(&p)[1], (PlannedState::Scheduled, None));
    }

    #[test]
    fn booked_within_a_day_only_the_second_is_left() {
        let p = plan(&booked(), &settings(), "2026-03-09T21:00:00Z", None, 0);
        assert_eq!(states(&p), [(PlannedState::WillNot, Some("superseded")), (PlannedState::Scheduled, None)]);
        assert_eq!(p[1].goes, Some(at("2026-03-09T21:00:00Z")));
    }

    #[test]
    fn a_third_reminder_of_the_day_will_not_go() {
        let p = plan(&booked(), &settings(), "2026-03-08T18:00:00Z", None, 2);
        assert_eq!(states(&p), [(PlannedState::WillNot, Some("daily_limit")), (PlannedState::Scheduled, None)]);
    }

    #[test]
    fn who_opted_out_gets_none_and_the_plan_says_why() {
        let p = plan(&booked(), &settings(), "2026-03-05T16:20:00Z", Some("opted_out"), 0);
        assert_eq!(states(&p), [(PlannedState::WillNot, Some("opted_out")); 2]);
    }

    #[test]
    fn a_canceled_visit_has_no_reminders_to_come_and_keeps_those_sent() {
        let mut v = booked();
        v.first = Reminder::Sent { at: at("2026-03-08T20:00:00Z") };
        v.state = VisitState::Canceled;
        let p = plan(&v, &settings(), "2026-03-09T00:00:00Z", None, 0);
        assert_eq!(states(&p), [(PlannedState::Sent, None), (PlannedState::WillNot, Some("canceled"))]);
    }

    #[test]
    fn the_second_can_be_switched_off() {
        let s = Settings { reminder_second_timing: Hhmm(0), ..settings() };
        assert_eq!(states(&plan(&booked(), &s, "2026-03-05T16:20:00Z", None, 0))[1], (PlannedState::Off, None));
    }

    #[test]
    fn what_no_open_window_is_left_for_is_said_ahead() {
        let mut v = booked();
        v.told.wall_clock = "2026-03-10T07:30:00".parse().unwrap();
        let s = Settings {
            reminder_outreach_start: Hhmm(800),
            reminder_outreach_finish: Hhmm(2000),
            reminder_first_timing: Hhmm(2400),
            reminder_second_timing: Hhmm(200),
            ..settings()
        };
        let p = plan(&v, &s, "2026-03-05T16:20:00Z", None, 0);
        assert_eq!(p[0].goes, Some(at("2026-03-09T13:00:00Z")));
        assert_eq!(states(&p)[1], (PlannedState::WillNot, Some("no_open_window")));
    }
}
