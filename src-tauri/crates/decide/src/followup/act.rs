//! Acting on an episode: ask the patient, page, or hold for the morning (behaviour.md 1.5).

use crate::desk::{clear_clock, set_clock, Alarm, Desk, Owed};
use crate::outbox::{Act, PageReason, Priority, Text, TextPurpose, Vendor};
use crate::trail::Line;
use crate::wallclock::zone_of;
use crate::{
    minutes, scripts, AfterHours, At, ClockKind, Consent, Direction, Episode, EpisodeState, Patient, PatientStatus, Phone, Question,
    Severity, Vital,
};

impl Desk {
    /// The status that counts now: a pause always expires.
    pub fn status_now(&self, p: &Patient, now: At) -> PatientStatus {
        match p.status_until {
            Some(until) if until <= now && matches!(p.status, PatientStatus::Paused) => PatientStatus::Active,
            _ => p.status,
        }
    }

    /// The number a text may go to, or why none may (behaviour.md 1.5 "No text possible").
    pub fn textable(&self, p: &Patient, now: At) -> Result<Phone, &'static str> {
        let phone = p.phone.clone().filter(|p| !p.is_empty()).ok_or("no_mobile")?;
        if self.opted_out.contains(&phone) {
            return Err("opted_out");
        }
        if p.sms_consent == Consent::No || (self.settings.sms_consent_required && p.sms_consent != Consent::Yes) {
            return Err("no_consent");
        }
        if self.status_now(p, now) != PatientStatus::Active {
            return Err("not_active");
        }
        if self.maintenance_until(Vendor::Twilio, now).is_some() {
            return Err("maintenance");
        }
        Ok(phone)
    }

    /// Moves an episode to a state and says so, once.
    pub(crate) fn set_state(&mut self, now: At, e: &mut Episode, state: EpisodeState, reason: Option<&str>) {
        if e.state == state && state != EpisodeState::Paged && !e.readings.is_empty() && e.opened_at != now {
            return;
        }
        e.state = state;
        self.say(now, Some(e.id), None, Line::Episode { mrn: e.mrn.clone(), vital: e.vital, state, reason: reason.map(String::from) });
    }

    /// Sounds until somebody acknowledges.
    pub(crate) fn sound(&mut self, e: &mut Episode, why: &str) {
        e.unacknowledged = true;
        let case_id = self.case_id(&e.mrn);
        self.out.alarms.push(Alarm { severity: e.worst, case_id, vital: Some(e.vital), text: why.into() });
    }

    /// Acts on a rise in severity: the whole of what that severity asks for.
    pub(crate) fn act(&mut self, now: At, e: &mut Episode) {
        let Some(patient) = self.patients.get(&e.mrn).cloned() else { return };
        e.shelf = None;
        clear_clock(&mut e.clocks, ClockKind::ShelfEnds);
        let asked = e.question.as_ref().is_some_and(Question::open);
        let textable = self.textable(&patient, now);
        e.no_text = textable.as_ref().err().map(|r| r.to_string());
        if e.acted_severity == Severity::Critical {
            e.held_until = None;
            clear_clock(&mut e.clocks, ClockKind::HoldEnds);
            e.held_by = None;
            clear_clock(&mut e.clocks, ClockKind::Lease);
            self.sound(e, "critical reading");
            match textable {
                Ok(phone) if !asked => self.ask(now, e, &patient, phone),
                Ok(_) => {}
                Err(why) => self.withhold(now, e, &patient, why),
            }
            self.page(now, e, PageReason::Critical);
            return;
        }
        self.sound(e, "out of limit");
        if asked {
            // The conversation is under way; its clock, its page and the answer go on. On call may have been paged for
            // what was back to normal since: that page is none for this rise.
            if let Some(q) = e.question.as_mut() {
                q.rise_at = Some(now);
            }
            return;
        }
        self.ask_or_page(now, e, &patient, textable);
    }

    /// An abnormal episode: text, page or hold, by the patient's wall clock.
    pub(crate) fn ask_or_page(&mut self, now: At, e: &mut Episode, patient: &Patient, textable: Result<Phone, &'static str>) {
        let zone = zone_of(patient, &self.settings);
        let (start, finish) = (self.settings.quiet_hours_start, self.settings.quiet_hours_finish);
        if zone.quiet(now, start, finish) {
            let never_held = e.vital == Vital::Spo2 || (e.vital == Vital::Glucose && e.direction == Some(Direction::Low));
            if never_held || self.settings.after_hours_policy == AfterHours::Escalate {
                self.page(now, e, PageReason::QuietHours);
                return;
            }
            let until = zone.quiet_ends(now, start, finish);
            e.held_until = Some(until);
            set_clock(&mut e.clocks, ClockKind::HoldEnds, until);
            self.review(now, e, "held");
            match textable {
                Ok(to) => {
                    let body = self.check_text(e, patient);
                    self.say(
                        now,
                        Some(e.id),
                        None,
                        Line::Sms {
                            to,
                            purpose: TextPurpose::SymptomCheck,
                            mrn: Some(e.mrn.clone()),
                            appointment_id: None,
                            body,
                            status: "held".into(),
                            reason: Some("quiet_hours".into()),
                            until: Some(until),
                            detail: None,
                        },
                    );
                }
                Err(why) => self.withhold(now, e, patient, why),
            }
            self.set_state(now, e, EpisodeState::Held, Some("quiet_hours"));
            self.attention(
                now,
                "held",
                (&e.mrn, Some(e.vital)),
                Some(e.id),
                format!("Out of limit in quiet hours: waits until {} for the patient.", zone.clock(until)),
            );
            return;
        }
        match textable {
            Ok(phone) => self.ask(now, e, patient, phone),
            Err(why) => {
                self.withhold(now, e, patient, why);
                self.page(now, e, PageReason::NoTextPossible);
            }
        }
    }

    fn check_text(&self, e: &Episode, patient: &Patient) -> String {
        scripts::symptom_check(&self.settings, e.vital, e.direction.unwrap_or(Direction::High), patient.language, &e.latest.value.text())
    }

    /// Says that a text was not sent, and why.
    fn withhold(&mut self, now: At, e: &Episode, patient: &Patient, why: &str) {
        let body = self.check_text(e, patient);
        let to = patient.phone.clone().unwrap_or_default();
        self.say(
            now,
            Some(e.id),
            None,
            Line::Sms {
                to,
                purpose: TextPurpose::SymptomCheck,
                mrn: Some(e.mrn.clone()),
                appointment_id: None,
                body,
                status: "withheld".into(),
                reason: Some(why.into()),
                until: None,
                detail: None,
            },
        );
    }

    /// Sends the symptom check. The wait begins when Twilio takes it.
    fn ask(&mut self, now: At, e: &mut Episode, patient: &Patient, phone: Phone) {
        let body = self.check_text(e, patient);
        // A symptom check is stale when the wait is over: it must not arrive after that.
        let validity_seconds = (self.settings.reply_wait_minutes * 60.0).clamp(1.0, 36_000.0) as u32;
        let limit = now + minutes(self.settings.text_send_limit_minutes);
        let priority = if e.acted_severity == Severity::Critical { Priority::Critical } else { Priority::SymptomCheck };
        let shadow = !self.leaves(e);
        if shadow {
            self.say(
                now,
                Some(e.id),
                None,
                Line::Sms {
                    to: phone.clone(),
                    purpose: TextPurpose::SymptomCheck,
                    mrn: Some(e.mrn.clone()),
                    appointment_id: None,
                    body: body.clone(),
                    status: "would_send".into(),
                    reason: None,
                    until: None,
                    detail: None,
                },
            );
        }
        let act = Act::Text(Text { to: phone, body, purpose: TextPurpose::SymptomCheck, validity_seconds });
        let about = self.about(e);
        let effect =
            self.owe(now, Owed { vendor: Vendor::Twilio, act, about, priority, shadow, not_before: None, give_up_at: Some(limit) });
        e.question = Some(Question {
            effect,
            sid: None,
            due: now,
            rise_at: None,
            taken_at: None,
            delivered_at: None,
            wait_due: None,
            looked_at: None,
            clarified: false,
            answer: None,
            ended: None,
        });
        e.symptoms = None;
        if shadow {
            self.question_taken(now, e, None, now);
        } else {
            set_clock(&mut e.clocks, ClockKind::TextLimit, limit);
        }
    }

    /// Twilio took the symptom check: from then the reply wait runs.
    pub(crate) fn question_taken(&mut self, now: At, e: &mut Episode, sid: Option<String>, taken_at: At) {
        let wait = minutes(self.settings.reply_wait_minutes);
        clear_clock(&mut e.clocks, ClockKind::TextLimit);
        let Some(q) = e.question.as_mut() else { return };
        if q.taken_at.is_some() {
            return;
        }
        q.sid = sid;
        q.taken_at = Some(taken_at);
        if !q.open() {
            return;
        }
        let due = taken_at + wait;
        q.wait_due = Some(due);
        set_clock(&mut e.clocks, ClockKind::ReplyWait, due);
        let look = due - crate::seconds(5.0);
        if look > now && e.live {
            set_clock(&mut e.clocks, ClockKind::ReplyLook, look);
        }
        if e.live {
            set_clock(&mut e.clocks, ClockKind::InboundPoll, now + minutes(5.0));
        }
    }

    /// The question is over without an answer; its clocks stop.
    pub(crate) fn end_question(&mut self, e: &mut Episode, why: &str) {
        for kind in [ClockKind::ReplyLook, ClockKind::ReplyWait, ClockKind::TextLimit] {
            clear_clock(&mut e.clocks, kind);
        }
        if let Some(q) = e.question.as_mut() {
            if q.open() {
                q.ended = Some(why.into());
            }
        }
    }

    /// No text can reach the patient: an abnormal episode is paged at once with that reason.
    pub(crate) fn no_text_possible(&mut self, now: At, e: &mut Episode, why: &str) {
        let was_open = e.question.as_ref().is_some_and(Question::open);
        self.end_question(e, why);
        e.no_text = Some(why.into());
        if !was_open || !e.is_open() {
            return;
        }
        self.attention(
            now,
            "no_text_possible",
            (&e.mrn, Some(e.vital)),
            Some(e.id),
            format!("The patient cannot be reached by text: {}.", why.replace('_', " ")),
        );
        let asked_at = e.question.as_ref().map(Question::since);
        let paged_since = e.pages.iter().any(|p| asked_at.is_none_or(|a| p.owed_at >= a));
        if !paged_since {
            self.page(now, e, PageReason::NoTextPossible);
        }
    }

    /// The episode waits for a person: it gets a clock (nothing waits on someone looking).
    pub(crate) fn review(&mut self, now: At, e: &mut Episode, why: &str) {
        e.review = Some(why.into());
        if !crate::desk::has_clock(&e.clocks, ClockKind::Review) {
            set_clock(&mut e.clocks, ClockKind::Review, now + minutes(self.settings.review_target_minutes));
        }
        if let Some(m) = self.settings.review_page_minutes {
            if !crate::desk::has_clock(&e.clocks, ClockKind::ReviewPage) {
                set_clock(&mut e.clocks, ClockKind::ReviewPage, now + minutes(m));
            }
        }
    }
}
