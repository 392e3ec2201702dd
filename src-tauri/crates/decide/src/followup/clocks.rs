//! Clocks that ran out. Each fires once, in due order; a restart fires what is overdue.

use super::reading::asks;
use crate::desk::{clear_clock, set_clock, Alarm, Desk, Duty, Owed};
use crate::input::RowId;
use crate::outbox::{About, Act, EffectState, Look, PageReason, PostPurpose, Priority, TextPurpose, Vendor};
use crate::trail::Line;
use crate::{minutes, seconds, At, ClockKind, Episode, EpisodeState, PatientStatus, Severity};

impl Desk {
    pub(crate) fn take_tick(&mut self, now: At) {
        self.release_aside(now);
        for duty in [Duty::Downtimes, Duty::CheckIns, Duty::Sweep] {
            self.unless_aside(now, duty);
        }
        // Texts that may leave only before then: what owed them plans anew.
        loop {
            let Some(id) = self.ahead.closed(now).next() else { break };
            if !self.withdraw_effect(now, id, "not_sent_in_time") {
                break;
            }
        }
        while let Some((_, row, kind)) = self.due_clock(now) {
            self.fire_clock(now, row, kind);
        }
        self.unless_aside(now, Duty::Appointments);
        self.watch_rounds(now);
    }

    fn unless_aside(&mut self, now: At, duty: Duty) {
        if !self.aside_holds(&duty) {
            self.take_fire(now, duty);
        }
    }

    /// A clock that ran out.
    pub(crate) fn fire_clock(&mut self, now: At, row: RowId, kind: ClockKind) {
        match row {
            RowId::Episode(id) => {
                self.with_episode(id, |desk, e| {
                    clear_clock(&mut e.clocks, kind);
                    desk.fire(now, e, kind);
                });
            }
            RowId::Task(id) => self.fire_task(now, id, kind),
        }
    }

    fn fire(&mut self, now: At, e: &mut Episode, kind: ClockKind) {
        match kind {
            ClockKind::ReplyLook => {
                if asks(e) {
                    self.look_for_reply(now, e);
                }
            }
            ClockKind::InboundPoll => {
                // While an answer may still come its webhook may be lost; after two hours the nurse has it.
                if e.is_open() && e.question.as_ref().is_some_and(|q| q.taken_at.is_some()) && now - e.opened_at < minutes(120.0) {
                    self.look_for_reply(now, e);
                    set_clock(&mut e.clocks, ClockKind::InboundPoll, now + minutes(5.0));
                }
            }
            ClockKind::ReplyWait => self.wait_ended(now, e),
            ClockKind::TextLimit => self.text_limit(now, e),
            ClockKind::HoldEnds => self.hold_ended(now, e),
            ClockKind::AckTarget => self.ack_overdue(now, e),
            ClockKind::AckLimit => {
                if e.held_by.is_none() && e.is_open() {
                    self.attention(
                        now,
                        "ack_limit",
                        (&e.mrn, Some(e.vital)),
                        Some(e.id),
                        format!("Nobody has acknowledged for {} minutes.", self.settings.ack_limit_minutes),
                    );
                    self.sound(e, "not acknowledged");
                }
            }
            ClockKind::BackupText => {
                if e.held_by.is_none() && e.is_open() {
                    self.backup(now, e);
                }
            }
            ClockKind::Lease => self.lease_ended(now, e),
            ClockKind::ShelfEnds => {
                e.shelf = None;
                if e.is_open() {
                    self.set_state(now, e, EpisodeState::Open, Some("shelf_ended"));
                    self.sound(e, "off the shelf");
                    let why = e.review.clone().unwrap_or_else(|| "shelf_ended".into());
                    self.review(now, e, &why);
                }
            }
            ClockKind::Proof => self.unproven(now, e),
            ClockKind::PagerFallback => self.pager_down(now, e),
            ClockKind::PagerPoll => self.poll_pager(now, e),
            ClockKind::Review => self.review_overdue(now, e),
            ClockKind::ReviewPage => {
                if e.is_open() && e.held_by.is_none() && e.review.is_some() {
                    self.page(now, e, PageReason::ReviewOverdue);
                }
            }
        }
    }

    /// Asks Twilio for messages from the patient whose webhook may be lost.
    fn look_for_reply(&mut self, now: At, e: &mut Episode) {
        if self.maintenance_until(Vendor::Twilio, now).is_some() {
            return;
        }
        let Some(phone) = self.patients.get(&e.mrn).and_then(|p| p.phone.clone()) else { return };
        let Some(q) = e.question.as_mut() else { return };
        q.looked_at = Some(now);
        let act = Act::Look(Look::Inbound { from: phone, since: q.taken_at.unwrap_or(q.due) });
        let about = About { mrn: Some(e.mrn.clone()), vital: Some(e.vital), episode: Some(e.id), appointment_id: None };
        self.owe(
            now,
            Owed { vendor: Vendor::Twilio, act, about, priority: Priority::Critical, shadow: false, not_before: None, give_up_at: None },
        );
    }

    /// No answer: page. A wait that ran out while the console was closed looks at Twilio once, then fires.
    pub(crate) fn wait_ended(&mut self, now: At, e: &mut Episode) {
        let Some(q) = e.question.clone().filter(|q| q.open()) else { return };
        let closed_meanwhile = q.wait_due.is_some_and(|due| self.started_at > due);
        if closed_meanwhile && e.live && self.maintenance_until(Vendor::Twilio, now).is_none() {
            let looked = q.looked_at.is_some_and(|l| l >= self.started_at);
            let looking = self
                .effects
                .values()
                .any(|f| f.outstanding() && f.about.episode == Some(e.id) && matches!(f.act, Act::Look(Look::Inbound { .. })));
            if !looked {
                self.look_for_reply(now, e);
            }
            if !looked || (looking && now < self.started_at + seconds(10.0)) {
                // The look's answer fires it; this is for a look that gets none.
                set_clock(&mut e.clocks, ClockKind::ReplyWait, now.max(self.started_at) + seconds(10.0));
                return;
            }
        }
        let asked_at = q.since();
        self.end_question(e, "no_answer");
        if e.pages.iter().any(|p| p.owed_at >= asked_at) {
            // A critical was paged with the question: no second page.
            return;
        }
        self.page(now, e, PageReason::NoAnswer);
    }

    /// Twilio has not taken the symptom check in time: withdrawn, after a look if its fate is unknown.
    fn text_limit(&mut self, now: At, e: &mut Episode) {
        let Some(q) = e.question.clone().filter(|q| q.open() && q.taken_at.is_none()) else { return };
        let state = self.effects.get(&q.effect).map(|f| (f.state.clone(), f.clone()));
        match state {
            Some((EffectState::Sending { .. } | EffectState::Unknown { .. }, mut f))
                if now < f.owed_at + minutes(self.settings.text_send_limit_minutes) + seconds(10.0) =>
            {
                // May have been taken: one look, then decide.
                f.next_try = now;
                self.change_effect(f);
                set_clock(&mut e.clocks, ClockKind::TextLimit, now + seconds(10.0));
            }
            Some((_, mut f)) => {
                f.state = EffectState::Withdrawn { at: now, why: "not_taken_in_time".into() };
                if let Act::Text(t) = &f.act {
                    self.say(
                        now,
                        Some(e.id),
                        None,
                        Line::Sms {
                            to: t.to.clone(),
                            purpose: TextPurpose::SymptomCheck,
                            mrn: Some(e.mrn.clone()),
                            appointment_id: None,
                            body: t.body.clone(),
                            status: "withheld".into(),
                            reason: Some("not_taken_in_time".into()),
                            until: None,
                            detail: None,
                        },
                    );
                }
                self.change_effect(f);
                self.no_text_possible(now, e, "not_taken_in_time");
            }
            None => self.no_text_possible(now, e, "not_taken_in_time"),
        }
    }

    /// Quiet hours are over: checked again before sending.
    fn hold_ended(&mut self, now: At, e: &mut Episode) {
        e.held_until = None;
        if !e.is_open() {
            return;
        }
        let Some(patient) = self.patients.get(&e.mrn).cloned() else { return };
        if e.acted_severity == Severity::Routine {
            self.say(
                now,
                Some(e.id),
                None,
                Line::Sms {
                    to: patient.phone.clone().unwrap_or_default(),
                    purpose: TextPurpose::SymptomCheck,
                    mrn: Some(e.mrn.clone()),
                    appointment_id: None,
                    body: String::new(),
                    status: "withheld".into(),
                    reason: Some("back_to_normal".into()),
                    until: None,
                    detail: None,
                },
            );
            self.review(now, e, "back_to_normal");
            self.set_state(now, e, EpisodeState::NurseReview, Some("back_to_normal"));
            return;
        }
        if e.acted_severity == Severity::Critical || asks(e) {
            return;
        }
        if self.status_now(&patient, now) != PatientStatus::Active {
            // Paused, admitted or gone meanwhile: no text and no page, the nurse sees it.
            self.review(now, e, "not_active");
            self.set_state(now, e, EpisodeState::NurseReview, Some("not_active"));
            return;
        }
        if e.review.as_deref() == Some("held") {
            e.review = None;
            clear_clock(&mut e.clocks, ClockKind::Review);
            clear_clock(&mut e.clocks, ClockKind::ReviewPage);
        }
        let textable = self.textable(&patient, now);
        e.no_text = textable.as_ref().err().map(|r| r.to_string());
        self.set_state(now, e, EpisodeState::Open, Some("quiet_hours_over"));
        self.ask_or_page(now, e, &patient, textable);
    }

    fn ack_overdue(&mut self, now: At, e: &mut Episode) {
        if e.held_by.is_some() || !e.is_open() {
            return;
        }
        let target = self.settings.ack_target_minutes;
        self.attention(
            now,
            "ack_overdue",
            (&e.mrn, Some(e.vital)),
            Some(e.id),
            format!("The page has not been acknowledged for {target} minutes."),
        );
        self.sound(e, "page not acknowledged");
        let (case, about, shadow) = (self.case_id(&e.mrn), self.about(e), !self.leaves(e));
        self.post(
            now,
            PostPurpose::AckOverdue,
            about,
            shadow,
            format!("{case}: the page ({}) has not been acknowledged for {target} minutes.", e.vital.words()),
        );
    }

    /// An acknowledgement is a lease. When a claim's lease runs out the page goes out again under a new step.
    fn lease_ended(&mut self, now: At, e: &mut Episode) {
        let Some(held) = e.held_by.take() else { return };
        if !e.is_open() {
            return;
        }
        self.attention(
            now,
            "lease_expired",
            (&e.mrn, Some(e.vital)),
            Some(e.id),
            format!("{} took this and has not finished it.", held.by),
        );
        self.sound(e, "taken and not finished");
        if held.claimed && !e.pages.is_empty() {
            self.page(now, e, PageReason::LeaseExpired);
        } else {
            // It waits for somebody again, with a clock.
            let why = e.review.clone().unwrap_or_else(|| "lease_expired".into());
            self.review(now, e, &why);
        }
    }

    /// The incident was not found: somebody may not have been paged.
    fn unproven(&mut self, now: At, e: &mut Episode) {
        if !e.is_open() {
            return;
        }
        let (case, about, shadow) = (self.case_id(&e.mrn), self.about(e), !self.leaves(e));
        self.attention(
            now,
            "page_not_proven",
            (&e.mrn, Some(e.vital)),
            Some(e.id),
            "PagerDuty took the page but shows no incident for it: call the clinician.",
        );
        self.sound(e, "page not proven");
        self.post(
            now,
            PostPurpose::PageNotProven,
            about,
            shadow,
            format!("{case}: PagerDuty accepted a page ({}) but shows no incident for it. Please call on call.", e.vital.words()),
        );
        self.backup(now, e);
    }

    /// PagerDuty has refused or not been reached for too long for this page.
    fn pager_down(&mut self, now: At, e: &mut Episode) {
        let Some(i) = e.pages.iter().position(|p| p.sent_at.is_none() && p.first_failed_at.is_some() && !p.fallback_done) else { return };
        e.pages[i].fallback_done = true;
        if !e.is_open() {
            return;
        }
        self.try_other_key(&e.pages[i], Some(now));
        let (case, about, shadow) = (self.case_id(&e.mrn), self.about(e), !self.leaves(e));
        self.attention(
            now,
            "pager_down",
            (&e.mrn, Some(e.vital)),
            Some(e.id),
            "PagerDuty cannot be reached and nobody has been paged: call the clinician. Trying on.",
        );
        self.sound(e, "pager down");
        self.post(
            now,
            PostPurpose::PagerDown,
            about,
            shadow,
            format!("{case}: PagerDuty cannot be reached; {} {} needs a clinician. Please call on call.", e.worst.name(), e.vital.words()),
        );
        self.backup(now, e);
    }

    /// Asks PagerDuty about each incident that is still open there.
    fn poll_pager(&mut self, now: At, e: &mut Episode) {
        if !e.is_open() || !self.leaves(e) || self.look_after_maintenance(now, Vendor::PagerDuty, e, ClockKind::PagerPoll) {
            return;
        }
        let about = self.about(e);
        let mut any = false;
        for step in e.pages.iter().filter(|p| p.sent_at.is_some() && !p.resolved) {
            any = true;
            let act = Act::Look(Look::Incident { dedup_key: step.dedup_key.clone() });
            self.owe(
                now,
                Owed {
                    vendor: Vendor::PagerDuty,
                    act,
                    about: about.clone(),
                    priority: Priority::CheckIn,
                    shadow: false,
                    not_before: None,
                    give_up_at: Some(now + minutes(1.0)),
                },
            );
        }
        if any {
            set_clock(&mut e.clocks, ClockKind::PagerPoll, now + self.pager_poll_every());
        }
    }

    fn review_overdue(&mut self, now: At, e: &mut Episode) {
        let waits = e.review.is_some() && e.held_by.is_none();
        if !waits || (!e.is_open() && !crate::writeback::unfinished(e)) {
            return;
        }
        let why = e.review.clone().unwrap_or_default().replace('_', " ");
        self.attention(now, "review_overdue", (&e.mrn, Some(e.vital)), Some(e.id), format!("Waiting for staff too long: {why}."));
        self.sound(e, "waiting for review");
        let (case, about, shadow) = (self.case_id(&e.mrn), self.about(e), !self.leaves(e));
        self.post(now, PostPurpose::ReviewOverdue, about, shadow, format!("{case}: {} waits for review ({why}).", e.vital.words()));
    }

    fn fire_task(&mut self, now: At, id: u64, kind: ClockKind) {
        let shadow = !self.anything_live();
        self.with_task(id, |desk, t| {
            clear_clock(&mut t.clocks, kind);
            if t.closed.is_some() {
                return;
            }
            match kind {
                ClockKind::Lease => {
                    let by = t.acknowledged.take().map(|h| h.by).unwrap_or_default();
                    desk.say(
                        now,
                        t.episode,
                        None,
                        Line::Attention {
                            reason: "lease_expired".into(),
                            mrn: t.mrn.clone(),
                            vital: t.vital,
                            appointment_id: None,
                            detail: format!("{by} took this and has not finished it."),
                        },
                    );
                    set_clock(&mut t.clocks, ClockKind::Review, now + minutes(desk.settings.review_target_minutes));
                }
                ClockKind::Review if t.acknowledged.is_none() => {
                    t.overdue = true;
                    let why = t.reason.replace('_', " ");
                    desk.say(
                        now,
                        t.episode,
                        None,
                        Line::Attention {
                            reason: "review_overdue".into(),
                            mrn: t.mrn.clone(),
                            vital: t.vital,
                            appointment_id: None,
                            detail: format!("Waiting for staff too long: {why}."),
                        },
                    );
                    let case_id = t.mrn.as_ref().map(|m| desk.case_id(m)).unwrap_or_default();
                    let name = if case_id.is_empty() { "A record without a known patient".to_string() } else { case_id.clone() };
                    desk.out.alarms.push(Alarm {
                        severity: t.severity.max(Severity::Abnormal),
                        case_id,
                        vital: t.vital,
                        text: "waiting for review".into(),
                    });
                    let about = About { mrn: t.mrn.clone(), vital: t.vital, episode: t.episode, appointment_id: None };
                    desk.post(now, PostPurpose::ReviewOverdue, about, shadow, format!("{name} waits for review ({why})."));
                }
                _ => {}
            }
        });
    }

    /// Whether any workflow is live: posts about tasks leave only then.
    pub(crate) fn anything_live(&self) -> bool {
        crate::Vital::ALL.iter().any(|v| self.settings.mode.of(v.name()) == crate::Mode::Live)
    }
}
