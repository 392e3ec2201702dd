//! A check-in's local time comes, zone by zone; its texts leave last, and never in quiet hours.

use super::{check, words};
use crate::clinic::{CheckIn, CheckInPlan, CheckInText, Panel};
use crate::desk::{Desk, Owed};
use crate::input::CheckInChange;
use crate::outbox::{About, Act, Effect, EffectState, Priority, Text, TextPurpose, Vendor};
use crate::rows::Row;
use crate::trail::Line;
use crate::wallclock::zone_of;
use crate::{hours, At, Mode, Mrn, Patient, PatientStatus, Severity};
use chrono::Days;

/// A text that could not leave so long after its time is not sent any more, and listed.
const LATEST_HOURS: f64 = 24.0;
/// So many are owed in one turn: a turn stays short for whoever waits for its answer.
const TEXTS_A_TURN: usize = 256;

impl Desk {
    /// Somebody plans a check-in or ends one.
    pub(crate) fn change_check_in(&mut self, now: At, who: &str, change: CheckInChange) {
        match change {
            CheckInChange::Plan(plan) => {
                if let Err((field, why)) = check(&plan) {
                    self.out.answer.field = Some(field.into());
                    self.out.answer.refused = Some(why);
                    return;
                }
                let stranger = |mrns: &[Mrn]| mrns.iter().any(|m| !self.patients.contains_key(m));
                if matches!(&plan.panel, Panel::Chosen { mrns } if stranger(mrns)) {
                    self.out.answer.field = Some("panel".into());
                    self.out.answer.refused = Some("One of the chosen patients is not enrolled here.".into());
                    return;
                }
                let said = format!("{}: {} at {:04}", plan.name, plan.day, plan.local_time.0);
                self.check_in_act(now, who, "check_in_planned", said);
                let id = self.new_id();
                let day = plan.day;
                let c = CheckIn {
                    id,
                    plan: *plan,
                    by: who.into(),
                    planned_at: now,
                    day,
                    texts: Default::default(),
                    next: None,
                    ended: None,
                    replies: 0,
                };
                self.settle_check_in(now, c);
            }
            CheckInChange::End { id } => {
                let Some(mut c) = self.check_ins.remove(&id).filter(|c| c.ended.is_none()) else {
                    self.out.answer.refused = Some("That check-in is over.".into());
                    return;
                };
                for effect in waiting(&c) {
                    self.withdraw_effect(now, effect, "check_in_ended");
                }
                c.ended = Some((now, who.into()));
                c.next = None;
                self.check_in_act(now, who, "check_in_ended", c.plan.name.clone());
                self.put_check_in(c);
            }
        }
    }

    fn check_in_act(&mut self, now: At, who: &str, what: &str, detail: String) {
        self.say(now, None, Some(who), Line::Act { what: what.into(), mrn: None, vital: None, detail: Some(detail) });
    }

    /// Check-ins of which somebody is due.
    pub(crate) fn tick_check_ins(&mut self, now: At) {
        let due: Vec<u64> = self.check_ins.values().filter(|c| c.next.is_some_and(|at| at <= now)).map(|c| c.id).collect();
        for id in due {
            if let Some(c) = self.check_ins.remove(&id) {
                self.settle_check_in(now, c);
            }
        }
    }

    /// When a check-in wants to be looked at next.
    pub(crate) fn next_check_in(&self) -> Option<At> {
        self.check_ins.values().filter_map(|c| c.next).min()
    }

    /// Owes what is due now, and finds when the next is; a round that is over makes place for the next.
    fn settle_check_in(&mut self, now: At, mut c: CheckIn) {
        loop {
            let next = self.owe_round(now, &mut c);
            c.next = next;
            let Some(days) = c.plan.repeat.days().filter(|_| next.is_none() && waiting(&c).is_empty()) else { break };
            // Rounds that passed while the console was closed are not made up for.
            let yesterday = now.date_naive().checked_sub_days(Days::new(1)).unwrap_or(c.day);
            let nobody = c.texts.is_empty();
            c.texts.clear();
            loop {
                c.day = c.day.checked_add_days(Days::new(days)).unwrap_or(c.day);
                if c.day >= yesterday {
                    break;
                }
            }
            if nobody {
                c.next = Some(now + hours(LATEST_HOURS));
                break;
            }
        }
        self.put_check_in(c);
    }

    /// What is due in the round under way; when the next is.
    fn owe_round(&mut self, now: At, c: &mut CheckIn) -> Option<At> {
        let (start, finish) = (self.settings.quiet_hours_start, self.settings.quiet_hours_finish);
        let (mut next, mut missed, mut owed) = (None::<At>, 0, 0);
        for mrn in self.panel(&c.plan) {
            if c.texts.contains_key(&mrn) {
                continue;
            }
            let Some(patient) = self.patients.get(&mrn).cloned() else { continue };
            let zone = zone_of(&patient, &self.settings);
            let wanted = zone.first_at(c.day, c.plan.local_time);
            let due = zone.quiet_ends(now.max(wanted), start, finish);
            if due > now || owed >= TEXTS_A_TURN {
                next = Some(next.map_or(due, |n| n.min(due)));
                continue;
            }
            let latest = wanted + hours(LATEST_HOURS);
            let state = if now >= latest {
                missed += 1;
                self.check_in_line(now, &c.plan, &patient, "withheld", Some("too_late"));
                CheckInText::Withheld { why: "too_late".into() }
            } else {
                owed += 1;
                let closes = zone.quiet_begins(now, start, finish, latest);
                self.owe_check_in(now, &c.plan, &patient, closes)
            };
            c.texts.insert(mrn, state);
        }
        if missed > 0 {
            let detail = format!("The check-in \"{}\" of {} could not be sent to {missed} patients in time.", c.plan.name, c.day);
            self.raise(now, "check_in_too_late", None, None, Severity::Routine, detail);
        }
        next
    }

    fn put_check_in(&mut self, c: CheckIn) {
        self.out.rows.push(Row::CheckIn(Box::new(c.clone())));
        self.check_ins.insert(c.id, c);
    }

    /// The patients of a panel, as they are now.
    pub fn panel(&self, plan: &CheckInPlan) -> Vec<Mrn> {
        let takes_part = |p: &&Patient| !matches!(p.status, PatientStatus::Ended | PatientStatus::Deceased);
        let mut mrns: Vec<Mrn> = match &plan.panel {
            Panel::All => self.patients.values().filter(takes_part).map(|p| p.mrn.clone()).collect(),
            Panel::Language { language } => {
                self.patients.values().filter(takes_part).filter(|p| p.language == *language).map(|p| p.mrn.clone()).collect()
            }
            Panel::Chosen { mrns } => mrns.clone(),
        };
        mrns.sort();
        mrns.dedup();
        mrns
    }

    fn owe_check_in(&mut self, now: At, plan: &CheckInPlan, patient: &Patient, closes: At) -> CheckInText {
        let why = match self.status_now(patient, now) {
            PatientStatus::Active => self.textable(patient, now).err(),
            _ => Some("not_active"),
        };
        if let Some(why) = why {
            self.check_in_line(now, plan, patient, "withheld", Some(why));
            return CheckInText::Withheld { why: why.into() };
        }
        let live = self.settings.mode.of("check_ins") == Mode::Live;
        if !live {
            self.check_in_line(now, plan, patient, "would_send", None);
        }
        let text = Text {
            to: patient.phone.clone().unwrap_or_default(),
            body: words(plan, patient, &self.settings),
            purpose: TextPurpose::CheckIn,
            validity_seconds: (closes - now).num_seconds().clamp(1, 36_000) as u32,
        };
        let about = About { mrn: Some(patient.mrn.clone()), vital: None, episode: None, appointment_id: None };
        let effect = self.owe(
            now,
            Owed {
                vendor: Vendor::Twilio,
                act: Act::Text(text),
                about,
                priority: Priority::CheckIn,
                shadow: !live,
                not_before: None,
                give_up_at: Some(closes),
            },
        );
        if live {
            CheckInText::Waiting { effect }
        } else {
            CheckInText::Sent { at: now }
        }
    }

    fn check_in_line(&mut self, now: At, plan: &CheckInPlan, patient: &Patient, status: &str, reason: Option<&str>) {
        let line = Line::Sms {
            to: patient.phone.clone().unwrap_or_default(),
            purpose: TextPurpose::CheckIn,
            mrn: Some(patient.mrn.clone()),
            appointment_id: None,
            body: words(plan, patient, &self.settings),
            status: status.into(),
            reason: reason.map(String::from),
            until: None,
            detail: None,
        };
        self.say(now, None, None, line);
    }

    /// A check-in's text left, or never will. One that quiet hours overtook is due again when they end.
    pub(crate) fn check_in_text_over(&mut self, now: At, f: &Effect) {
        let (Act::Text(text), Some(mrn)) = (&f.act, &f.about.mrn) else { return };
        if text.purpose != TextPurpose::CheckIn || f.outstanding() {
            return;
        }
        let waits = |c: &&CheckIn| c.texts.get(mrn) == Some(&CheckInText::Waiting { effect: f.id });
        let Some(id) = self.check_ins.values().find(waits).map(|c| c.id) else { return };
        let Some(mut c) = self.check_ins.remove(&id) else { return };
        match &f.state {
            EffectState::Done { at, .. } => drop(c.texts.insert(mrn.clone(), CheckInText::Sent { at: *at })),
            EffectState::Withdrawn { why, .. } if why == "not_sent_in_time" || why == "too_late" => {
                c.texts.remove(mrn);
                self.settle_check_in(now, c);
                return;
            }
            EffectState::Withdrawn { why, .. } => drop(c.texts.insert(mrn.clone(), CheckInText::Withheld { why: why.clone() })),
            _ => drop(c.texts.insert(mrn.clone(), CheckInText::Withheld { why: "refused".into() })),
        }
        if waiting(&c).is_empty() {
            self.settle_check_in(now, c);
        } else {
            self.put_check_in(c);
        }
    }

    /// The check-in that a reply outside any question answers: the last one sent to that patient, for two days.
    pub(crate) fn answers_check_in(&mut self, now: At, mrn: &Mrn) -> Option<String> {
        let sent = |c: &CheckIn| match c.texts.get(mrn) {
            Some(CheckInText::Sent { at }) if now - *at < hours(48.0) => Some(*at),
            _ => None,
        };
        let (_, id) = self.check_ins.values().filter_map(|c| Some((sent(c)?, c.id))).max()?;
        let mut c = self.check_ins.remove(&id)?;
        c.replies += 1;
        let name = c.plan.name.clone();
        self.put_check_in(c);
        Some(name)
    }
}

fn waiting(c: &CheckIn) -> Vec<u64> {
    let effect = |t: &CheckInText| if let CheckInText::Waiting { effect } = t { Some(*effect) } else { None };
    c.texts.values().filter_map(effect).collect()
}
