//! The patient's answer about a visit, as an SMS, as a Studio Flow's callback, or as both (behaviour.md 2.2, 2.4).

use super::apply::about_visit;
use super::{read_answer, words, VisitAnswer};
use crate::desk::{Desk, Owed};
use crate::input::RawRef;
use crate::outbox::{About, Act, EhrRequest, InboundText, Look, Priority, StudioAnswer, TextPurpose, Vendor};
use crate::rows::{Quarantined, Row};
use crate::trail::{IntakeOutcome, Line};
use crate::{minutes, seconds, At, Heard, HeardState, Severity, Source, Visit, VisitRequest, VisitState, Words};

/// The two halves of one answer come within this; what comes later is another answer.
const HALVES_MINUTES: f64 = 10.0;
/// Twilio stamps whole seconds, and clocks differ a little.
const SKEW_SECONDS: f64 = 5.0;

/// Where an answer was heard.
enum Half {
    /// The patient's SMS.
    Words(String),
    /// The flow.
    Callback,
}

impl Desk {
    /// A reply about visits; true if it was one. `visits`: those of that number that may still be answered.
    pub(crate) fn visit_reply(&mut self, now: At, text: &InboundText, short: Option<VisitAnswer>, mut visits: Vec<Visit>) -> bool {
        visits.retain(|v| v.live() && v.told.instant() > now && v.last_text_at.is_some());
        visits.sort_by_key(|v| v.last_text_at);
        let Some(last) = visits.last().cloned() else { return false };
        let answer = short.or_else(|| read_answer(&text.body));
        if self.shared(now, &visits, &text.body) {
            return true;
        }
        let Some(answer) = answer else {
            let mut v = last;
            self.visit_attention(now, &v.told.clone(), "unclear_answer", format!("Not understood: \"{}\".", text.body));
            if !v.helped {
                v.helped = true;
                let body = words::help_text(&self.settings, &v.told, self.visit_language(&v.told));
                self.text_visit(now, &mut v, TextPurpose::Help, body, None);
                self.put_visit(v);
            }
            return true;
        };
        // The flow named its visit: words that have no callback yet belong to the one whose callback has no words.
        let half_told = |v: &&Visit| v.heard.as_ref().is_some_and(|h| h.words.is_none() && now - h.at < minutes(HALVES_MINUTES));
        let mut v = visits.iter().rev().find(half_told).cloned().unwrap_or(last);
        let told_by_flow = v.heard.as_ref().is_some_and(|h| h.callback.is_some() && h.words.is_none());
        if self.settings.appointment_delivery == "studio" || told_by_flow {
            self.hear_answer(now, &mut v, answer, Half::Words(text.body.clone()));
        } else {
            self.ask_ehr(now, &mut v, answer);
        }
        self.put_visit(v);
        true
    }

    /// Open questions of several patients on one number: nothing automatic.
    fn shared(&mut self, now: At, visits: &[Visit], words: &str) -> bool {
        let shared = visits.iter().any(|v| v.told.patient_id != visits[0].told.patient_id);
        for v in visits.iter().filter(|_| shared) {
            let detail = format!("\"{words}\" came from a number that several patients share: nothing was done.");
            self.visit_attention(now, &v.told, "shared_phone", detail);
        }
        shared
    }

    /// A callback of a flow. `visits`: those of the patient's number that may be answered.
    pub(crate) fn take_studio(&mut self, now: At, a: StudioAnswer, known: Option<Box<Visit>>, visits: Vec<Visit>, seen: bool, raw: RawRef) {
        if let Some(field) = self.odd_field(&a, known.as_deref()) {
            let detail = match field {
                "flow_sid" => "flow_sid is not the Studio Flow that is set here (studio_flow_sid).",
                _ => "patient_id is not the patient of that appointment.",
            };
            self.studio_refused(now, field, detail, raw);
            return;
        }
        if let Some(id) = raw.again {
            self.leave_quarantine(now, id, "reprocessed", "console");
        }
        if let Some(token) = a.token.as_ref().filter(|_| !seen) {
            self.out.rows.push(Row::Seen { key: format!("studio:{token}"), at: now });
        }
        let Some(mut v) = known.map(|v| *v) else {
            self.studio_intake(now, IntakeOutcome::Kept, Some("unknown_visit"), &a);
            let detail = format!("A texting flow says {} for an appointment that is not known here: nothing was done.", a.answer.name());
            self.say(
                now,
                None,
                None,
                Line::Attention {
                    reason: "unknown_visit".into(),
                    mrn: Some(a.patient_id.clone()),
                    vital: None,
                    appointment_id: Some(a.appointment_id.clone()),
                    detail: detail.clone(),
                },
            );
            let about = About { mrn: Some(a.patient_id), appointment_id: Some(a.appointment_id), ..About::default() };
            self.raise_quietly(now, "unknown_visit", about, Severity::Routine, detail);
            return;
        };
        if seen || self.told_before(now, &v, a.answer) {
            self.studio_intake(now, IntakeOutcome::Duplicate, None, &a);
            return;
        }
        self.studio_intake(now, IntakeOutcome::Kept, None, &a);
        if !v.live() || v.told.instant() <= now {
            let why = if v.state == VisitState::Canceled { "the EHR has canceled the visit" } else { "the visit is not open any more" };
            let detail = format!("The patient answered {} by text, and {why}: the EHR was not asked.", a.answer.name());
            self.visit_attention(now, &v.told, "answer_too_late", detail);
            return;
        }
        let open: Vec<Visit> =
            visits.into_iter().filter(|o| o.live() && o.told.instant() > now && (o.last_text_at.is_some() || o.id == v.id)).collect();
        if !open.is_empty() && self.shared(now, &open, a.answer.name()) {
            return;
        }
        self.take_over_words(&mut v, open);
        self.hear_answer(now, &mut v, a.answer, Half::Callback);
        self.put_visit(v);
    }

    /// The first field that does not fit what is known.
    fn odd_field(&self, a: &StudioAnswer, known: Option<&Visit>) -> Option<&'static str> {
        if a.flow_sid != self.settings.studio_flow_sid {
            return Some("flow_sid");
        }
        known.filter(|v| v.told.patient_id != a.patient_id).map(|_| "patient_id")
    }

    /// Told before: the flow posts again what was not answered in time.
    fn told_before(&self, now: At, v: &Visit, answer: VisitAnswer) -> bool {
        let by_flow = v.heard.as_ref().is_some_and(|h| h.callback == Some(answer) && now - h.at < minutes(HALVES_MINUTES));
        let waiting_for_words = v.heard.as_ref().is_some_and(|h| h.callback.is_none() && now - h.at < minutes(HALVES_MINUTES));
        by_flow || (requested(v, answer) && !waiting_for_words)
    }

    fn studio_intake(&mut self, now: At, outcome: IntakeOutcome, reason: Option<&str>, a: &StudioAnswer) {
        self.say(
            now,
            None,
            None,
            Line::Intake {
                source: Source::StudioHook.name().into(),
                outcome,
                reason: reason.map(String::from),
                field: None,
                mrn: Some(a.patient_id.clone()),
                appointment_id: Some(a.appointment_id.clone()),
            },
        );
        self.out.answer.outcome = outcome;
        self.out.answer.reason = reason.map(String::from);
    }

    fn studio_refused(&mut self, now: At, field: &str, detail: &str, raw: RawRef) {
        if raw.again.is_some() {
            // It waits in quarantine already.
            self.out.answer.outcome = IntakeOutcome::Quarantined;
            self.out.answer.reason = Some("does_not_fit".into());
            self.out.answer.detail = Some(detail.into());
            return;
        }
        let quarantine = Quarantined {
            id: 0,
            at: now,
            source: Source::StudioHook,
            raw: raw.raw,
            entry: raw.entry,
            reason: "does_not_fit".into(),
            field: Some(field.into()),
            detail: detail.into(),
            misread: None,
            mrn: None,
            state: "waiting".into(),
            task: None,
            episode: None,
        };
        self.quarantine(now, quarantine, Severity::Routine, IntakeOutcome::Refused);
    }

    /// Words that were taken for the visit texted last belong to the visit that the flow names.
    fn take_over_words(&mut self, v: &mut Visit, open: Vec<Visit>) {
        if v.heard.as_ref().is_some_and(|h| h.state == HeardState::Open) {
            return;
        }
        let waits = |o: &&Visit| o.id != v.id && o.heard.as_ref().is_some_and(|h| h.state == HeardState::Open && h.callback.is_none());
        let Some(mut other) = open.iter().find(waits).cloned() else { return };
        v.heard = other.heard.take();
        self.put_visit(other);
    }

    /// One half of an answer.
    fn hear_answer(&mut self, now: At, v: &mut Visit, answer: VisitAnswer, half: Half) {
        let mut heard = v.heard.take().filter(|h| now - h.at < minutes(HALVES_MINUTES));
        let missing = heard.as_ref().is_some_and(|h| match half {
            Half::Words(_) => h.words.is_none(),
            Half::Callback => h.callback.is_none(),
        });
        if let (Some(h), false) = (&heard, missing) {
            let before = if matches!(half, Half::Words(_)) { h.words } else { h.callback };
            if before == Some(answer) {
                v.heard = heard;
                return;
            }
            // The patient thought better of it: first what was said first.
            if h.state == HeardState::Open {
                if let Some(first) = h.words.or(h.callback) {
                    self.ask_ehr(now, v, first);
                }
            }
            heard = None;
        }
        let Some(mut h) = heard else {
            if matches!(half, Half::Words(_)) && requested(v, answer) {
                return;
            }
            let until = now + seconds(self.settings.studio_answer_wait_seconds);
            let mut h = Heard { at: now, words: None, text: None, callback: None, until, state: HeardState::Open };
            match half {
                Half::Words(text) => (h.words, h.text) = (Some(answer), Some(Words::from(text))),
                Half::Callback => {
                    h.callback = Some(answer);
                    self.look_for_words(now, v);
                }
            }
            v.heard = Some(h);
            return;
        };
        let other = h.words.or(h.callback);
        match half {
            Half::Words(text) => (h.words, h.text) = (Some(answer), Some(Words::from(text))),
            Half::Callback => h.callback = Some(answer),
        }
        if other == Some(answer) {
            if h.state == HeardState::Open {
                self.ask_ehr(now, v, answer);
                h.state = HeardState::Settled;
            }
        } else {
            let (text, flow) = (h.text.as_ref().map_or("", |t| t.expose()), h.callback.map_or("", VisitAnswer::name));
            let done = if h.state == HeardState::Settled { "The EHR was asked before both were known" } else { "Nothing was done" };
            let detail = format!("The patient wrote \"{text}\" and the texting flow says {flow}. {done}: please call the patient.");
            h.state = HeardState::Disagreed;
            let told = v.told.clone();
            self.visit_attention(now, &told, "answers_disagree", detail);
        }
        v.heard = Some(h);
    }

    /// Asks Twilio for the patient's own words before a flow is believed.
    fn look_for_words(&mut self, now: At, v: &Visit) {
        let Some(from) = v.told.patient_phone.clone() else { return };
        let since = v.last_text_at.unwrap_or(now).max(now - minutes(HALVES_MINUTES)) - seconds(SKEW_SECONDS);
        let about = about_visit(&v.told);
        self.owe(
            now,
            Owed {
                vendor: Vendor::Twilio,
                act: Act::Look(Look::Inbound { from, since }),
                about,
                priority: Priority::VisitText,
                shadow: false,
                not_before: None,
                give_up_at: Some(now + seconds(self.settings.studio_answer_wait_seconds)),
            },
        );
    }

    /// Twilio was asked for the patient's words: with none there, the flow is believed.
    pub(crate) fn take_looked(&mut self, now: At, mut v: Visit) {
        if let Some(h) = v.heard.as_mut().filter(|h| h.state == HeardState::Open && h.callback.is_some()) {
            h.until = now;
            self.heard_enough(now, &mut v);
            self.put_visit(v);
        }
    }

    /// The wait for the other half is over: what is known counts.
    pub(super) fn heard_enough(&mut self, now: At, v: &mut Visit) {
        let Some(mut h) = v.heard.clone().filter(|h| h.state == HeardState::Open && h.until <= now) else { return };
        h.state = HeardState::Settled;
        let answer = h.callback.or(h.words);
        v.heard = Some(h);
        let Some(answer) = answer else { return };
        if v.live() && v.told.instant() > now {
            self.ask_ehr(now, v, answer);
        } else {
            self.not_forwarded(now, v, answer);
        }
    }

    /// The visit gets a new time: an answer that was not acted on yet was about the old one.
    pub(super) fn forget_heard(&mut self, now: At, v: &mut Visit) {
        if let Some(h) = v.heard.take().filter(|h| h.state == HeardState::Open) {
            if let Some(answer) = h.callback.or(h.words) {
                self.not_forwarded(now, v, answer);
            }
        }
    }

    fn not_forwarded(&mut self, now: At, v: &Visit, answer: VisitAnswer) {
        let detail = format!("The patient answered {} as the visit changed: the EHR was not asked.", answer.name());
        self.visit_attention(now, &v.told, "answer_too_late", detail);
    }

    /// One request to the EHR, unless that answer is turned off.
    fn ask_ehr(&mut self, now: At, v: &mut Visit, answer: VisitAnswer) {
        if self.settings.visit_answers_off.contains(&answer) {
            let detail = format!("filtered: {0} off. The patient answered {0}; the EHR was not asked.", answer.name());
            self.visit_attention(now, &v.told.clone(), "filtered", detail);
            return;
        }
        v.request = if answer == VisitAnswer::Confirm { VisitRequest::Confirm } else { VisitRequest::Cancel };
        self.visit_line(now, v);
        let event_type = answer.name();
        let request = EhrRequest {
            via: self.settings.ehr_request_via.clone(),
            flow_sid: self.settings.studio_flow_sid.clone(),
            event_type: event_type.into(),
            appointment_id: v.told.appointment_id.clone(),
            patient_id: v.told.patient_id.clone(),
            provider_id: v.told.provider_id.clone(),
        };
        let live = self.visits_live();
        self.say(
            now,
            None,
            None,
            Line::EhrRequest {
                event_type: event_type.into(),
                appointment_id: v.told.appointment_id.clone(),
                mrn: Some(v.told.patient_id.clone()),
                body: request.body(),
                status: if live { "queued" } else { "would_send" }.into(),
                via: request.via.clone(),
            },
        );
        let about = about_visit(&v.told);
        self.owe(
            now,
            Owed {
                // A patch of the chart's Appointment goes the chart's way, in its order and at its pace.
                vendor: if request.via == "fhir" { Vendor::Cerner } else { Vendor::Ehr },
                act: Act::EhrRequest(request),
                about,
                priority: Priority::VisitText,
                shadow: !live,
                not_before: None,
                give_up_at: None,
            },
        );
    }

    /// A bare CANCEL opted the patient out and cancelled nothing: staff must hear of it.
    pub(crate) fn bare_cancel(&mut self, now: At, body: &str, visits: &[Visit]) {
        if crate::replies::plain(body) != "cancel" {
            return;
        }
        if let Some(v) = visits.iter().filter(|v| v.live() && v.told.instant() > now).max_by_key(|v| v.last_text_at) {
            self.visit_attention(
                now,
                &v.told.clone(),
                "cancel_meant_appointment",
                "The patient wrote CANCEL: texts are stopped, and the visit is not canceled. Please call.".into(),
            );
        }
    }
}

/// The EHR has been asked for that already, or has done it.
fn requested(v: &Visit, answer: VisitAnswer) -> bool {
    match answer {
        VisitAnswer::Confirm => v.request == VisitRequest::Confirm || (v.confirmed && v.live()),
        VisitAnswer::Cancel => v.request == VisitRequest::Cancel || v.state == VisitState::Canceled,
    }
}
