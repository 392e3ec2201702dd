//! A visit is planned again: a text about it left or never will, settings changed, its patient did.

use super::apply::{reminder, reminder_purpose};
use super::plan::{reopened, Dues, Rules, Which};
use super::reminder_text;
use super::texting::Telling;
use super::words::event_text;
use crate::desk::{Desk, TextEnd, TextEnding};
use crate::outbox::TextPurpose;
use crate::rows::Row;
use crate::wallclock::PatientZone;
use crate::{At, HeldText, Reminder, Settings, Visit, VisitState};

impl Desk {
    /// The rules of the moment for a visit.
    pub(super) fn rules<'a>(&'a self, now: At, zone: &'a PatientZone, v: &Visit) -> Rules<'a> {
        Rules {
            settings: &self.settings,
            zone,
            started_at: self.started_at,
            textable: self.visit_untextable(&v.told, now).is_none(),
            textable_from: self.patients.get(&v.told.patient_id).and_then(|p| p.status_until),
            waiting: !self.ahead.waiting(&v.told.appointment_id).is_empty(),
        }
    }

    /// An event text waits until quiet hours end as they are now, unless the visit starts before that.
    pub(super) fn hold_again(&self, now: At, zone: &PatientZone, v: &mut Visit) {
        let (s, starts) = (&self.settings, v.told.instant());
        let Some(held) = v.held.as_mut() else { return };
        let until = if s.event_text_quiet_hours { zone.quiet_ends(now, s.quiet_hours_start, s.quiet_hours_finish) } else { now };
        held.until = if until < starts { until } else { now };
    }

    /// Until when an event text may leave: quiet hours that begin meanwhile keep it back, unless the visit starts before
    /// they end.
    pub(super) fn event_text_closes(&self, now: At, v: &Visit) -> Option<At> {
        let (s, zone, starts) = (&self.settings, self.visit_zone(&v.told), v.told.instant());
        let (start, finish) = (s.quiet_hours_start, s.quiet_hours_finish);
        if !s.event_text_quiet_hours || zone.quiet(now, start, finish) {
            return None;
        }
        let begins = zone.quiet_begins(now, start, finish, starts);
        (begins < starts && zone.quiet_ends(begins, start, finish) < starts).then_some(begins)
    }

    /// An event text did not leave in time: it is held like any other, or withheld once the visit is over.
    fn event_text_back(&mut self, now: At, v: &mut Visit, end: &TextEnd, why: &str) {
        let Some(telling) = v.telling.take_if(|t| t.until == end.owed_at) else {
            // A newer event has a text of its own.
            self.visit_sms(now, v, end.purpose, String::new(), Telling::withheld("superseded"));
            return;
        };
        let body = event_text(&self.settings, &v.told, telling.event_type, &telling.changed, self.visit_language(&v.told));
        if v.held.is_some() {
            self.visit_sms(now, v, end.purpose, body, Telling::withheld("superseded"));
            return;
        }
        if now >= v.told.instant() {
            self.visit_sms(now, v, end.purpose, body, Telling::withheld(why));
            let told = v.told.clone();
            self.visit_attention(now, &told, "event_text_too_late", "The visit was over before the text could be sent.".into());
            return;
        }
        v.held = Some(HeldText { until: now, ..telling });
        let zone = self.visit_zone(&v.told);
        self.hold_again(now, &zone, v);
        if let Some(until) = v.held.as_ref().map(|h| h.until).filter(|until| *until > now) {
            self.visit_sms(now, v, end.purpose, body, Telling::held("quiet_hours", until));
        }
    }

    /// Settings, its patient or its number changed.
    pub(crate) fn take_visit_again(&mut self, now: At, mut v: Visit, reminders_today: u32) {
        let (stored, zone) = (v.clone(), self.visit_zone(&v.told));
        while let Some(which) = v.live().then(|| reopened(&v, &self.rules(now, &zone, &v), now)).flatten() {
            *reminder(&mut v, which) = Reminder::ToCome;
        }
        self.settle_visit(now, v, Some(&stored), Some(reminders_today));
    }

    /// A text about the visit left, or never will.
    pub(crate) fn take_visit_text(&mut self, now: At, mut v: Visit, end: TextEnd, reminders_today: u32) {
        let stored = v.clone();
        let which = which(end.purpose).filter(|w| *reminder(&mut v, *w) == Reminder::Sent { at: end.owed_at });
        let mut counted = reminders_today;
        if !matches!(end.how, TextEnding::Back { .. }) {
            v.telling.take_if(|t| t.until == end.owed_at);
        }
        match &end.how {
            TextEnding::Left { at } => v.left_at = v.left_at.max(Some(*at)),
            TextEnding::Back { why } if end.purpose.tells_event() => self.event_text_back(now, &mut v, &end, why),
            TextEnding::Back { why } => {
                if let Some(which) = which {
                    self.take_back(&mut v, which);
                    if self.reminder_day(&v, now) == self.reminder_day(&v, end.owed_at) {
                        counted = counted.saturating_sub(1);
                    }
                    let body = reminder_text(&self.settings, &v.told, self.visit_language(&v.told));
                    self.visit_sms(now, &v, end.purpose, body, Telling::back(why));
                    if why == "studio_busy" && now >= Dues::of(&v, &self.settings).end(which, &v) {
                        let told = v.told.clone();
                        let said = "A reminder did not go: the patient's earlier texting flow had not ended.";
                        self.visit_attention(now, &told, "studio_busy", said.into());
                    }
                }
            }
            TextEnding::Refused { why } => {
                if let Some(which) = which {
                    *reminder(&mut v, which) = Reminder::Dropped { why: "refused".into() };
                    v.state = reminded(&v);
                    self.visit_line(now, &v);
                    let told = v.told.clone();
                    self.visit_attention(
                        now,
                        &told,
                        "reminder_refused",
                        format!("Twilio refused the reminder ({why}): nobody was reminded."),
                    );
                }
            }
        }
        self.settle_visit(now, v, Some(&stored), Some(counted));
    }

    /// Takes back reminders about this visit that have not left: they are planned anew.
    pub(super) fn recall_reminders(&mut self, now: At, v: &mut Visit, why: &str) {
        for id in self.ahead.waiting(&v.told.appointment_id) {
            let Some(end) = self.effects.get(&id).and_then(|f| which(purpose_of(f)?).map(|w| (w, f.owed_at))) else { continue };
            if self.withdraw_effect(now, id, why) {
                // Settled here, with the visit in hand.
                self.out
                    .text_ends
                    .retain(|e| !(e.appointment_id == v.told.appointment_id && e.owed_at == end.1 && which(e.purpose) == Some(end.0)));
                if *reminder(v, end.0) == (Reminder::Sent { at: end.1 }) {
                    self.take_back(v, end.0);
                }
            }
        }
    }

    /// Reminders of any visit that have not left are planned anew, each by its visit.
    pub(crate) fn recall_all_reminders(&mut self, now: At) {
        let waiting: Vec<u64> =
            self.effects.values().filter(|f| f.outstanding() && purpose_of(f).and_then(which).is_some()).map(|f| f.id).collect();
        for id in waiting {
            self.withdraw_effect(now, id, "settings_changed");
        }
    }

    fn take_back(&mut self, v: &mut Visit, which: Which) {
        if let Reminder::Sent { at } = *reminder(v, which) {
            let (mrn, day) = self.reminder_day(v, at);
            self.out.rows.push(Row::ReminderBack { mrn, day });
            *reminder(v, which) = Reminder::ToCome;
            if v.live() {
                v.state = reminded(v);
            }
        }
    }

    /// Live visits are planned again, in order of their start, from now on and over as many turns as it takes.
    pub(crate) fn plan_visits_again(&mut self, now: At) {
        self.recall_all_reminders(now);
        if self.ahead.clocks() > 0 {
            self.planned_to(now, Some((now, 0)));
        }
    }

    /// Notes how far that has come.
    fn planned_to(&mut self, now: At, to: Option<crate::desk::PlannedTo>) {
        self.ahead.plan_again(to, now);
        self.out.rows.push(Row::PlannedTo(to));
    }
}

/// Whether a change of settings can move a reminder or a held text.
pub(crate) fn moves_reminders(old: &Settings, new: &Settings) -> bool {
    let plan = |s: &Settings| {
        (
            (s.reminder_outreach_start, s.reminder_outreach_finish, s.reminder_first_timing, s.reminder_second_timing),
            (s.quiet_hours_start, s.quiet_hours_finish, s.event_text_quiet_hours, s.reminder_gap_seconds.to_bits()),
            (s.stop_reminders_when_confirmed, s.sms_consent_required),
        )
    };
    plan(old) != plan(new)
}

fn purpose_of(f: &crate::outbox::Effect) -> Option<TextPurpose> {
    f.act.purpose()
}

fn which(purpose: TextPurpose) -> Option<Which> {
    [Which::First, Which::Second].into_iter().find(|w| reminder_purpose(*w) == purpose)
}

/// The state by what was sent.
fn reminded(v: &Visit) -> VisitState {
    match (&v.first, &v.second) {
        (_, Reminder::Sent { .. }) => VisitState::Reminded2,
        (Reminder::Sent { .. }, _) => VisitState::Reminded1,
        _ => VisitState::Queued,
    }
}
