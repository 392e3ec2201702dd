//! A person wants the next reminder to go now: the same rules as when its time comes, except for the time itself.

use super::apply::REMINDERS_A_DAY;
use super::plan::{after_gap, Dues, Rules, Which};
use super::preview::over;
use crate::desk::Desk;
use crate::{seconds, At, Reminder, Visit};

/// Why a reminder may not go now, and until when if that passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hindrance {
    /// canceled noshowed expired, none_left, confirmed, opted_out no_mobile no_consent not_active, held_text, gap,
    /// outreach_window quiet_hours, daily_limit.
    pub why: &'static str,
    pub until: Option<At>,
}

fn hindered(why: &'static str) -> Hindrance {
    Hindrance { why, until: None }
}

/// The reminder that may go now, or why none may.
fn next(visit: &Visit, rules: &Rules<'_>, now: At, untextable: Option<&'static str>, today: u32) -> Result<Which, Hindrance> {
    let instant = visit.told.instant();
    if let Some(why) = over(visit) {
        return Err(hindered(why));
    }
    if now >= instant {
        return Err(hindered("expired"));
    }
    let s = rules.settings;
    let second_on = s.reminder_second_timing.0 != 0;
    let which = if visit.first == Reminder::ToCome && (!second_on || now < Dues::of(visit, s).second) {
        Which::First
    } else if second_on && visit.second == Reminder::ToCome {
        Which::Second
    } else {
        return Err(hindered("none_left"));
    };
    if visit.confirmed && s.stop_reminders_when_confirmed {
        return Err(hindered("confirmed"));
    }
    if let Some(why) = untextable {
        return Err(hindered(why));
    }
    if let Some(held) = &visit.held {
        return Err(Hindrance { why: "held_text", until: Some(held.until) });
    }
    if today >= REMINDERS_A_DAY {
        return Err(hindered("daily_limit"));
    }
    let mut may = after_gap(visit, s, now);
    if rules.waiting {
        may = may.max(now + seconds(s.reminder_gap_seconds));
    }
    match (rules.opening(may, instant), rules.shut(now)) {
        (Some(t), _) if t <= now => Ok(which),
        (until, Some(why)) => Err(Hindrance { why, until }),
        (until, None) => Err(Hindrance { why: "gap", until }),
    }
}

impl Desk {
    /// The reminder that a person may send now, or why none may go.
    pub fn may_remind(&self, visit: &Visit, now: At, reminders_today: u32) -> Result<Which, Hindrance> {
        let zone = self.visit_zone(&visit.told);
        let untextable = self.visit_untextable(&visit.told, now);
        next(visit, &self.rules(now, &zone, visit), now, untextable, reminders_today)
    }

    /// Sends the next reminder now if it may go; else the answer's `reason` says why not.
    pub(crate) fn take_remind(&mut self, now: At, mut visit: Visit, reminders_today: u32) {
        match self.may_remind(&visit, now, reminders_today) {
            Ok(which) => {
                let zone = self.visit_zone(&visit.told);
                let sent = self.send_reminder(now, &zone, &mut visit, which);
                self.settle_visit(now, visit, None, Some(reminders_today + u32::from(sent)));
            }
            Err(hindrance) => self.out.answer.refused = Some(hindrance.why.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, booked, settings};
    use super::*;
    use crate::wallclock::zone_for_visit;
    use crate::{Hhmm, Settings, VisitState};

    fn may(visit: &Visit, s: &Settings, now: &str, untextable: Option<&'static str>, today: u32) -> Result<Which, Hindrance> {
        let zone = zone_for_visit(None, visit.told.offset_minutes);
        let rules = super::super::testing::rules(s, &zone, untextable.is_none());
        next(visit, &rules, at(now), untextable, today)
    }

    #[test]
    fn before_its_time_the_first_reminder_may_be_sent_by_hand() {
        assert_eq!(may(&booked(), &settings(), "2026-03-06T16:00:00Z", None, 0), Ok(Which::First));
        assert_eq!(may(&booked(), &settings(), "2026-03-10T16:00:00Z", None, 0), Ok(Which::Second));
    }

    #[test]
    fn two_minutes_after_the_booking_text_and_not_earlier() {
        let mut v = booked();
        v.left_at = Some(at("2026-03-06T16:00:00Z"));
        let early = may(&v, &settings(), "2026-03-06T16:01:00Z", None, 0);
        assert_eq!(early, Err(Hindrance { why: "gap", until: Some(at("2026-03-06T16:02:00Z")) }));
        assert_eq!(may(&v, &settings(), "2026-03-06T16:02:00Z", None, 0), Ok(Which::First));
    }

    #[test]
    fn outside_the_window_the_answer_names_the_next_opening() {
        let s = Settings { reminder_outreach_start: Hhmm(800), reminder_outreach_finish: Hhmm(2000), ..settings() };
        let late = may(&booked(), &s, "2026-03-07T02:30:00Z", None, 0);
        assert_eq!(late, Err(Hindrance { why: "outreach_window", until: Some(at("2026-03-07T13:00:00Z")) }));
    }

    #[test]
    fn who_may_not_be_texted_is_not_reminded_by_hand_either() {
        assert_eq!(may(&booked(), &settings(), "2026-03-06T16:00:00Z", Some("opted_out"), 0), Err(hindered("opted_out")));
        assert_eq!(may(&booked(), &settings(), "2026-03-06T16:00:00Z", None, 2), Err(hindered("daily_limit")));
    }

    #[test]
    fn a_canceled_visit_and_one_reminded_twice_have_none_left() {
        let mut v = booked();
        v.first = Reminder::Sent { at: at("2026-03-06T15:00:00Z") };
        v.second = Reminder::Sent { at: at("2026-03-06T15:30:00Z") };
        assert_eq!(may(&v, &settings(), "2026-03-06T16:00:00Z", None, 0), Err(hindered("none_left")));
        v.state = VisitState::Canceled;
        assert_eq!(may(&v, &settings(), "2026-03-06T16:00:00Z", None, 0), Err(hindered("canceled")));
    }
}
