//! An effect's attempt ended: done, again later, refused, unknown, or its setting is missing.

use crate::desk::{clear_clock, set_clock, Desk, Owed};
use crate::outbox::{
    Act, ChartWrite, Delivery, Effect, EffectState, Finding, Look, Page, PageAction, PostPurpose, Priority, Problem, ProblemKind, Receipt,
    Text, TextPurpose, Vendor,
};
use crate::trail::Line;
use crate::visits::texting::execution_line;
use crate::{minutes, seconds, At, ClockKind};

/// When a failed effect is tried again: doubling, with a jitter that depends only on the effect and the attempt.
pub fn retry_delay(vendor: Vendor, effect: u64, attempts: u32) -> chrono::TimeDelta {
    // Pages and texts matter within seconds; the chart is asked at most five minutes apart (behaviour.md 1.7).
    let (base, cap) = match vendor {
        Vendor::PagerDuty => (1.0, 10.0),
        Vendor::Twilio => (2.0, 20.0),
        Vendor::Slack | Vendor::Ehr => (2.0, 60.0),
        Vendor::Cerner => (5.0, 300.0),
    };
    let mut h = (effect << 8 | u64::from(attempts)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    h ^= h >> 32;
    let jitter = 0.5 + (h % 1000) as f64 / 2000.0;
    seconds((base * f64::from(2u32.saturating_pow(attempts.saturating_sub(1).min(16)))).min(cap) * jitter)
}

/// PagerDuty may take a page and open no incident for it (nobody on call): a note waits so long for one.
const NOTE_MINUTES: f64 = 10.0;

/// There is no incident that the note could go on: no trouble of the pager, and the page has an alarm of its own.
fn no_incident(f: &Effect, problem: &Problem) -> bool {
    matches!(f.act, Act::PageNote(_)) && problem.kind == ProblemKind::NotProven
}

/// A phone in another conversation is tried again each minute for a quarter of an hour, then every ten minutes.
fn busy_delay(attempts: u32) -> chrono::TimeDelta {
    minutes(if attempts <= 15 { 1.0 } else { 10.0 })
}

impl Desk {
    pub(crate) fn take_settled(&mut self, now: At, id: u64, delivery: Delivery) {
        let Some(f) = self.effects.get(&id).cloned() else { return };
        let (vendor, question, note) = (f.vendor, matches!(f.act, Act::Look(_)), matches!(f.act, Act::PageNote(_)));
        let problem = match &delivery {
            Delivery::RetryLater { problem, .. } | Delivery::Unknown(problem) | Delivery::Rejected(problem) => Some(problem.clone()),
            Delivery::Delivered(_) | Delivery::Found(_) | Delivery::Blocked(_) => None,
        };
        self.grant(now, vendor, &delivery);
        self.settle(now, f, delivery);
        // One that will be tried again counts; one that was given up holds nothing up.
        if let Some(problem) = problem.filter(|p| {
            !question
                && p.kind != ProblemKind::Busy
                && !(note && p.kind == ProblemKind::NotProven)
                && self.effects.get(&id).is_some_and(Effect::tried_again)
        }) {
            self.stuck(now, vendor, &problem);
        }
        self.drained(now, vendor);
    }

    fn settle(&mut self, now: At, mut f: Effect, delivery: Delivery) {
        match delivery {
            Delivery::Delivered(receipt) => {
                self.vendor_well(now, f.vendor);
                f.problem = None;
                f.state = EffectState::Done { at: now, receipt: receipt.clone() };
                self.change_effect(f.clone());
                self.delivered(now, &f, &receipt);
            }
            Delivery::Found(finding) => {
                self.well(now, &f);
                f.state = EffectState::Done {
                    at: now,
                    receipt: Receipt { reference: String::new(), taken_at: None, found_by_looking: true, status: None },
                };
                self.change_effect(f.clone());
                self.found(now, &f, finding);
            }
            Delivery::RetryLater { problem, after_seconds } => self.again(now, f, problem, after_seconds),
            Delivery::Unknown(problem) => {
                self.ill(now, &f, &problem);
                f.attempts += 1;
                f.first_failed_at.get_or_insert(now);
                f.state = EffectState::Unknown { since: now };
                f.next_try = now + retry_delay(f.vendor, f.id, f.attempts);
                f.problem = Some(problem);
                self.change_effect(f.clone());
                self.page_failed(now, &f);
            }
            Delivery::Rejected(problem) => self.rejected(now, f, problem),
            Delivery::Blocked(problem) if matches!(f.act, Act::Look(Look::Coverage { .. } | Look::Webhook)) => {
                // Not connected: there is no schedule and no webhook to know of.
                f.state = EffectState::Withdrawn { at: now, why: problem.said };
                self.change_effect(f);
            }
            Delivery::Blocked(problem) => {
                f.state = EffectState::Blocked;
                f.problem = Some(problem.clone());
                self.change_effect(f.clone());
                if let Act::Chart(w) = &f.act {
                    self.chart_blocked(now, &f, w, &problem);
                } else {
                    self.trouble_line(now, f.vendor, &problem, "connection_blocked");
                    if let Act::Text(t) = &f.act {
                        self.text_refused(now, &f, t, &problem);
                    }
                }
            }
        }
    }

    fn again(&mut self, now: At, mut f: Effect, problem: Problem, after: Option<u32>) {
        if self.took_no_second_key(&mut f, &problem) {
            return;
        }
        // A key that may page and may not read the webhooks is no trouble of the pager.
        let nowhere = no_incident(&f, &problem);
        if !(nowhere || (matches!(f.act, Act::Look(Look::Webhook)) && problem.kind == ProblemKind::Credentials)) {
            self.ill(now, &f, &problem);
        }
        if nowhere && now - f.owed_at >= minutes(NOTE_MINUTES) {
            self.note_given_up(now, f, problem);
            return;
        }
        f.attempts += 1;
        f.first_failed_at.get_or_insert(now);
        let mut wait = if problem.kind == ProblemKind::Busy { busy_delay(f.attempts) } else { retry_delay(f.vendor, f.id, f.attempts) };
        if let Some(s) = after {
            wait = wait.max(seconds(f64::from(s)));
        }
        if matches!(f.vendor, Vendor::Cerner | Vendor::Ehr) {
            // Never more than five minutes apart, however long the vendor would like it (behaviour.md 1.7).
            wait = wait.min(minutes(5.0));
        }
        f.next_try = now + wait;
        if matches!(f.vendor, Vendor::Cerner | Vendor::Ehr)
            && !matches!(f.act, Act::Look(_))
            && matches!(problem.kind, ProblemKind::Down | ProblemKind::Unreachable | ProblemKind::NoAnswer | ProblemKind::Throttled)
        {
            // All of it waits behind the one that failed: what is replayed keeps its order.
            self.lanes.hold(f.vendor, Some(f.next_try));
        }
        // An unknown outcome stays unknown until a look has settled it.
        if !matches!(f.state, EffectState::Unknown { .. }) || problem.kind != ProblemKind::NoAnswer {
            f.state = EffectState::Owed;
        }
        f.problem = Some(problem.clone());
        if let Act::Look(look) = &f.act {
            let tries = match look {
                Look::OnCall | Look::Coverage { .. } | Look::Webhook => 3,
                Look::Incident { .. } | Look::Inbound { .. } | Look::InboundAll { .. } => 4,
                _ => u32::MAX,
            };
            if f.attempts >= tries || f.give_up_at.is_some_and(|g| f.next_try > g) {
                f.state = EffectState::Failed { at: now };
                self.change_effect(f.clone());
                self.look_failed(now, &f);
                return;
            }
            self.change_effect(f);
            return;
        }
        // A symptom check has a clock of its own for that, as long as its question is open.
        let asking = f
            .about
            .episode
            .and_then(|id| self.episodes.get(&id))
            .is_some_and(|e| e.question.as_ref().is_some_and(|q| q.effect == f.id && q.open()));
        let too_late = match &f.act {
            Act::Text(t) if t.purpose == TextPurpose::SymptomCheck => !asking,
            Act::Text(_) | Act::Execution(_) => f.give_up_at.is_some_and(|g| now >= g),
            _ => false,
        };
        let into_the_night = asking && self.would_leave_in_quiet_hours(&f);
        if too_late || into_the_night {
            f.state = EffectState::Withdrawn { at: now, why: if too_late { "too_late" } else { "quiet_hours" }.into() };
        }
        self.change_effect(f.clone());
        if let (true, Some(id)) = (into_the_night, f.about.episode) {
            // It was not sent before quiet hours began: from then it is held like any other.
            self.with_episode(id, |desk, e| {
                desk.end_question(e, "quiet_hours");
                set_clock(&mut e.clocks, ClockKind::HoldEnds, f.next_try.max(now));
            });
        }
        match &f.act {
            Act::Text(t) => self.text_line(
                now,
                &f,
                t,
                if too_late { "withheld" } else { "failed" },
                Some(if too_late { "too_late".into() } else { problem_name(&problem) }),
            ),
            Act::Page(p) => {
                self.failed_page_line(now, &f, p, &problem);
                self.page_failed(now, &f);
            }
            Act::Post(p) => self.say(now, f.about.episode, None, Line::Slack { purpose: p.purpose, status: "failed".into(), text: None }),
            Act::Execution(x) => {
                let (status, why) = if too_late { ("withheld", "too_late".to_string()) } else { ("failed", problem_name(&problem)) };
                self.say(now, None, None, execution_line(&f.about, x, status, Some(why)));
            }
            Act::EhrRequest(r) => self.ehr_line(now, &f, r, "failed"),
            Act::Chart(_) | Act::PageNote(_) | Act::Look(_) => {}
        }
    }

    /// A symptom check that waits for its next attempt, no critical one, and that attempt falls into the patient's quiet hours.
    fn would_leave_in_quiet_hours(&self, f: &Effect) -> bool {
        let (start, finish) = (self.settings.quiet_hours_start, self.settings.quiet_hours_finish);
        let Some(e) = f.about.episode.and_then(|id| self.episodes.get(&id)) else { return false };
        let Some(patient) = self.patients.get(&e.mrn) else { return false };
        e.acted_severity < crate::Severity::Critical && crate::wallclock::zone_of(patient, &self.settings).quiet(f.next_try, start, finish)
    }

    pub(crate) fn text_line(&mut self, now: At, f: &Effect, t: &Text, status: &str, reason: Option<String>) {
        self.say(
            now,
            f.about.episode,
            None,
            Line::Sms {
                to: t.to.clone(),
                purpose: t.purpose,
                mrn: f.about.mrn.clone(),
                appointment_id: f.about.appointment_id.clone(),
                body: t.body.clone(),
                status: status.into(),
                reason,
                until: None,
                detail: None,
            },
        );
    }

    fn failed_page_line(&mut self, now: At, f: &Effect, p: &Page, problem: &Problem) {
        let Some(e) = f.about.episode.and_then(|id| self.episodes.get(&id)) else { return };
        let line = self.page_line(e, p, "failed", Some(problem_name(problem)));
        self.say(now, f.about.episode, None, line);
    }

    /// What was to stand on the incident is before staff instead.
    fn note_given_up(&mut self, now: At, mut f: Effect, problem: Problem) {
        f.state = EffectState::Withdrawn { at: now, why: "no_incident".into() };
        f.problem = Some(problem);
        if let (Act::PageNote(note), Some(mrn)) = (&f.act, &f.about.mrn) {
            let detail = format!("PagerDuty has no incident to add this to; tell the clinician yourself: {}", note.text);
            self.attention(now, "note_without_incident", (mrn, f.about.vital), f.about.episode, detail);
        }
        self.change_effect(f);
    }

    /// The fallback counts from the first failed attempt of that page.
    fn page_failed(&mut self, now: At, f: &Effect) {
        let Act::Page(Page { action: PageAction::Trigger, .. }) = &f.act else { return };
        let fallback = seconds(self.settings.page_fallback_seconds);
        if let Some(id) = f.about.episode {
            self.with_episode(id, |desk, e| {
                if let Some(step) = e.pages.iter().find(|p| p.effect == f.id && p.fallback_done) {
                    desk.try_other_key(step, None);
                }
                if let Some(step) = e.pages.iter_mut().find(|p| p.effect == f.id && p.first_failed_at.is_none()) {
                    step.first_failed_at = Some(now);
                    set_clock(&mut e.clocks, ClockKind::PagerFallback, now + fallback);
                }
            });
        }
    }

    fn rejected(&mut self, now: At, mut f: Effect, problem: Problem) {
        if matches!(problem.kind, ProblemKind::Config | ProblemKind::Credentials) {
            self.ill(now, &f, &problem);
        }
        f.attempts += 1;
        f.first_failed_at.get_or_insert(now);
        f.problem = Some(problem.clone());
        match f.act.clone() {
            // A page is never given up: an operator may mend the set-up, and its key makes a repeat harmless.
            Act::Page(p) => {
                f.state = EffectState::Owed;
                f.next_try = now + seconds(15.0);
                self.change_effect(f.clone());
                self.failed_page_line(now, &f, &p, &problem);
                self.page_failed(now, &f);
            }
            Act::Execution(x) => {
                f.state = EffectState::Failed { at: now };
                self.change_effect(f.clone());
                self.say(now, None, None, execution_line(&f.about, &x, "failed", Some(problem_name(&problem))));
                if problem.kind == ProblemKind::OptedOut {
                    self.opted_out_at_vendor(now, &x.to);
                }
            }
            Act::Text(t) => {
                f.state = EffectState::Failed { at: now };
                self.change_effect(f.clone());
                self.text_line(now, &f, &t, "failed", Some(problem_name(&problem)));
                if problem.kind == ProblemKind::OptedOut {
                    self.opted_out_at_vendor(now, &t.to);
                }
                self.text_refused(now, &f, &t, &problem);
            }
            Act::Post(p) => {
                f.state = EffectState::Failed { at: now };
                self.change_effect(f.clone());
                self.say(now, f.about.episode, None, Line::Slack { purpose: p.purpose, status: "failed".into(), text: None });
                self.trouble_line(now, Vendor::Slack, &problem, "connection_trouble");
            }
            Act::Chart(w) => self.chart_refused(now, f, &w, &problem),
            // An answer of a patient is never given up: refused, it waits for an operator and goes on.
            Act::EhrRequest(r) => {
                f.state = EffectState::Owed;
                f.next_try = now + minutes(5.0);
                self.change_effect(f.clone());
                self.ehr_line(now, &f, &r, "failed");
                if f.attempts == 1 {
                    self.request_refused(now, &f, &r, &problem);
                }
            }
            Act::PageNote(_) => {
                f.state = EffectState::Failed { at: now };
                self.change_effect(f);
            }
            Act::Look(_) => {
                f.state = EffectState::Failed { at: now };
                self.change_effect(f.clone());
                self.look_failed(now, &f);
            }
        }
    }

    /// A refused symptom check: no text is possible.
    fn text_refused(&mut self, now: At, f: &Effect, t: &Text, problem: &Problem) {
        let Some(id) = f.about.episode else { return };
        if t.purpose != TextPurpose::SymptomCheck {
            return;
        }
        let why = match problem.kind {
            ProblemKind::OptedOut => "opted_out".to_string(),
            // Looked for and not there, too late to send again.
            ProblemKind::NoAnswer => "not_taken_in_time".to_string(),
            _ => format!("rejected{}", problem.code.as_ref().map(|c| format!("_{c}")).unwrap_or_default()),
        };
        self.with_episode(id, |desk, e| desk.no_text_possible(now, e, &why));
    }

    fn look_failed(&mut self, now: At, f: &Effect) {
        let Some(problem) = f.problem.clone() else { return };
        let Act::Look(look) = &f.act else { return };
        self.watch_look_failed(now, look, &problem.said);
        match look {
            // "On call unknown" is not "nobody".
            Look::OnCall => {
                self.on_call.names = None;
                self.trouble_line(now, f.vendor, &problem, "on_call_unknown");
            }
            Look::Inbound { .. } => {
                self.out.looked.extend(f.about.appointment_id.clone());
                if let Some(id) = f.about.episode {
                    self.with_episode(id, |desk, e| desk.looked(now, e));
                }
            }
            // A note that could not be fetched is missing: staff enter it.
            Look::Incident { .. } => {
                if let Some(id) = f.about.episode {
                    self.with_episode(id, |desk, e| desk.write_back(now, e));
                }
            }
            Look::Observations { .. } => self.not_swept(now, &problem.said),
            Look::Appointments { location, .. } => self.pull_failed(now, location, &problem.said),
            Look::Visitor { .. } => self.visitor_unknown(now, f, &problem.said),
            _ => {}
        }
    }

    fn delivered(&mut self, now: At, f: &Effect, receipt: &Receipt) {
        let taken_at = receipt.taken_at.filter(|t| *t <= now).unwrap_or(now);
        match &f.act {
            Act::Text(t) => {
                self.text_line(now, f, t, "sent", None);
                if t.purpose == TextPurpose::SymptomCheck {
                    if let Some(id) = f.about.episode {
                        self.with_episode(id, |desk, e| {
                            if e.question.as_ref().is_some_and(|q| q.effect == f.id) {
                                desk.question_taken(now, e, Some(receipt.reference.clone()), taken_at);
                            }
                        });
                    }
                }
            }
            Act::Page(p) => {
                let Some(id) = f.about.episode else { return };
                self.with_episode(id, |desk, e| {
                    let line = desk.page_line(e, p, "sent", p.second_key.then(|| "second_key".into()));
                    desk.say(now, Some(id), None, line);
                    if p.action == PageAction::Trigger {
                        desk.sent_by_second_key(now, e, f.id, p);
                        desk.page_sent(now, e, f.id, taken_at);
                    }
                });
            }
            Act::Post(p) => {
                self.say(now, f.about.episode, None, Line::Slack { purpose: p.purpose, status: "sent".into(), text: Some(p.text.clone()) })
            }
            Act::Chart(w) => self.charted(now, f, w, receipt),
            Act::Execution(x) => self.say(now, None, None, execution_line(&f.about, x, "sent", None)),
            Act::EhrRequest(r) => self.ehr_line(now, f, r, "sent"),
            Act::PageNote(_) | Act::Look(_) => {}
        }
    }

    fn ehr_line(&mut self, now: At, f: &Effect, r: &crate::outbox::EhrRequest, status: &str) {
        let line = Line::EhrRequest {
            event_type: r.event_type.clone(),
            appointment_id: r.appointment_id.clone(),
            mrn: f.about.mrn.clone(),
            body: r.body(),
            status: status.into(),
            via: r.via.clone(),
        };
        self.say(now, None, None, line);
    }

    /// PagerDuty took a page: from now its incident must be found, and somebody must acknowledge.
    fn page_sent(&mut self, now: At, e: &mut crate::Episode, effect: u64, taken_at: At) {
        clear_clock(&mut e.clocks, ClockKind::PagerFallback);
        let Some(step) = e.pages.iter_mut().find(|p| p.effect == effect) else { return };
        step.sent_at = Some(taken_at);
        let key = step.dedup_key.clone();
        if e.pages.iter().any(|p| p.sent_at.is_none() && p.first_failed_at.is_some() && !p.fallback_done) {
            set_clock(&mut e.clocks, ClockKind::PagerFallback, now + seconds(self.settings.page_fallback_seconds));
        }
        if !e.is_open() {
            return;
        }
        set_clock(&mut e.clocks, ClockKind::Proof, now + seconds(self.settings.page_proof_seconds));
        set_clock(&mut e.clocks, ClockKind::PagerPoll, now + self.pager_poll_every());
        self.webhook_matters(now);
        if e.held_by.is_none() {
            set_clock(&mut e.clocks, ClockKind::AckTarget, taken_at + minutes(self.settings.ack_target_minutes));
            set_clock(&mut e.clocks, ClockKind::AckLimit, taken_at + minutes(self.settings.ack_limit_minutes));
        }
        if e.pages.iter().any(|p| p.effect == effect && p.acknowledged.as_ref().is_some_and(|h| h.claimed)) {
            // Somebody claimed it while it could not be sent: the incident is acknowledged as it appears.
            for step in e.pages.iter_mut().filter(|p| p.effect == effect) {
                step.acknowledged = None;
            }
            self.tell_pager(now, e, PageAction::Acknowledge, None);
            let held = e.held_by.clone();
            for step in e.pages.iter_mut().filter(|p| p.effect == effect) {
                step.acknowledged = held.clone();
            }
        }
        self.look_incident(now, e, key, 2.0);
    }

    pub(crate) fn look_incident(&mut self, now: At, e: &crate::Episode, dedup_key: String, in_seconds: f64) {
        let about = self.about(e);
        let act = Act::Look(Look::Incident { dedup_key });
        self.owe(
            now,
            Owed {
                vendor: Vendor::PagerDuty,
                act,
                about,
                priority: Priority::Critical,
                shadow: false,
                not_before: Some(now + seconds(in_seconds)),
                give_up_at: None,
            },
        );
    }

    fn found(&mut self, now: At, f: &Effect, finding: Finding) {
        match finding {
            Finding::OnCall { names } => self.on_call_found(now, f, names),
            Finding::Incident { incident } => self.incident_found(now, f, incident),
            Finding::Messages { messages } => {
                self.out.found_texts.extend(messages.iter().cloned());
                self.out.looked.extend(f.about.appointment_id.clone());
                if let Some(id) = f.about.episode {
                    let from_patient = !messages.is_empty();
                    self.with_episode(id, |desk, e| {
                        // With something found, the reply is taken first and the wait fires on its clock if still open.
                        if !from_patient {
                            desk.looked(now, e);
                        } else if e.question.as_ref().is_some_and(|q| q.open() && q.wait_due.is_some_and(|d| d <= now)) {
                            set_clock(&mut e.clocks, ClockKind::ReplyWait, now + seconds(0.5));
                        }
                    });
                }
            }
            Finding::Patient { patient } => {
                let visitor = matches!(f.act, Act::Look(Look::Visitor { .. }));
                let Some(seen) = patient else {
                    if visitor {
                        self.visitor_unknown(now, f, "the chart has no such patient");
                    }
                    return;
                };
                if let Act::Look(Look::Visitor { raw, entry, again, .. }) = &f.act {
                    let raw = crate::input::RawRef { raw: *raw, entry: *entry, again: *again };
                    self.out.found_visitor = Some((raw, seen));
                    return;
                }
                let mrn = seen.mrns.iter().find(|m| self.patients.contains_key(m)).cloned();
                if let Some(mrn) = mrn {
                    let mut p = self.patients[&mrn].clone();
                    p.fhir_id = Some(seen.fhir_id);
                    self.out.rows.push(crate::rows::Row::Patient(Box::new(p.clone())));
                    self.index_patient(p);
                    self.retry_quarantine();
                }
            }
            Finding::Observations { resources } => {
                self.source_heard(now, crate::Source::ChartPull);
                self.swept(now, f, resources);
            }
            Finding::Appointments { resources } => {
                self.source_heard(now, crate::Source::ChartAppointments);
                self.pull_worked();
                if let Act::Look(Look::Appointments { location, .. }) = &f.act {
                    self.out.found_appointments = Some((location.clone(), resources));
                }
            }
            Finding::Coverage { spans } => {
                if let Act::Look(Look::Coverage { since, until }) = f.act {
                    self.coverage_found(now, since, until, &spans);
                }
            }
            Finding::Webhook { state } => self.webhook_found(now, state),
        }
    }

    /// A look for replies found none: a wait that is over fires now.
    fn looked(&mut self, now: At, e: &mut crate::Episode) {
        if e.question.as_ref().is_some_and(|q| q.open() && q.wait_due.is_some_and(|d| d <= now)) {
            clear_clock(&mut e.clocks, ClockKind::ReplyWait);
            self.wait_ended(now, e);
        }
    }

    /// Quarantined records whose patient is known now are taken again.
    pub(crate) fn retry_quarantine(&mut self) {
        let again: Vec<u64> = self
            .quarantine
            .values()
            .filter(|q| {
                matches!(q.reason.as_str(), "unknown_patient")
                    && q.misread.as_ref().is_some_and(|m| self.find_patient(&m.patient).is_some())
            })
            .map(|q| q.id)
            .collect();
        self.out.again.extend(again);
    }

    fn on_call_found(&mut self, now: At, f: &Effect, names: Vec<String>) {
        let nobody = names.is_empty();
        self.on_call = crate::desk::OnCall { names: Some(names), checked_at: Some(now) };
        let Some(id) = f.about.episode.filter(|_| nobody) else { return };
        self.with_episode(id, |desk, e| {
            let (case, about, shadow) = (desk.case_id(&e.mrn), desk.about(e), !desk.leaves(e));
            desk.attention(
                now,
                "nobody_on_call",
                (&e.mrn, Some(e.vital)),
                Some(id),
                "Nobody is on call: the page went out all the same; call a clinician yourself.",
            );
            desk.post(
                now,
                PostPurpose::ScheduleCoverage,
                about,
                shadow,
                format!("{case}: nobody is on call for {} {}. Please cover the schedule.", e.worst.name(), e.vital.words()),
            );
            desk.backup(now, e);
        });
    }

    // ---- chart -------------------------------------------------------------------------------------

    fn chart_refused(&mut self, now: At, mut f: Effect, w: &ChartWrite, problem: &Problem) {
        f.state = EffectState::Blocked;
        self.change_effect(f.clone());
        self.chart_blocked(now, &f, w, problem);
    }
}

/// The name of a problem on the trail: the vendor's code when it has one.
fn problem_name(p: &Problem) -> String {
    p.code
        .clone()
        .or(p.http_status.map(|s| s.to_string()))
        .unwrap_or_else(|| serde_json::to_value(p.kind).ok().and_then(|v| v.as_str().map(String::from)).unwrap_or_default())
}
