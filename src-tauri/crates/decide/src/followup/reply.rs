//! The patient's words: answers, opt-outs, danger words (behaviour.md 1.5).

use super::reading::asks;
use crate::desk::{Desk, Owed, Whose};
use crate::input::RowId;
use crate::outbox::{About, Act, DeliveryReport, InboundText, PageReason, Priority, Text, TextPurpose, Vendor};
use crate::replies::{read, Said};
use crate::rows::Row;
use crate::trail::{IntakeOutcome, Line};
use crate::visits::{read_answer, VisitAnswer};
use crate::{scripts, Answer, At, Episode, EpisodeState, Language, Mrn, Phone, Rule, Severity, Shown, Source, Value, Verdict, Vital};

impl Desk {
    pub(crate) fn take_reply(&mut self, now: At, source: Source, text: InboundText, seen: bool, visits: Vec<crate::Visit>) {
        let people = self.people_at(&text.from);
        // Someone known by visits alone is found by the visits of that number.
        let visitor = visits.first().map(|v| &v.told.patient_id).filter(|id| visits.iter().all(|v| v.told.patient_id == **id));
        let one = match people.as_slice() {
            [] => visitor.cloned(),
            [one] => Some(one.clone()),
            _ => None,
        };
        if seen {
            self.intake(now, source.name(), IntakeOutcome::Duplicate, None, None, one.as_ref());
            return;
        }
        self.out.rows.push(Row::Seen { key: format!("sms:{}", text.sid), at: now });
        self.intake(now, source.name(), IntakeOutcome::Kept, None, None, one.as_ref());
        let mut said = read(&text.body, text.opt_out_type.as_deref(), &self.settings.danger_words);
        // Twilio opts in by this word alone: after SI or 1 it would still refuse.
        let was_out = self.opted_out.contains(&text.from) && crate::replies::plain(&text.body) == "yes";
        let episodes: Vec<u64> = people.iter().flat_map(|m| self.open_episodes(m)).collect();
        let open: Vec<u64> = episodes.iter().copied().filter(|id| asks(&self.episodes[id])).collect();
        let late: Vec<u64> = episodes.iter().copied().filter(|id| !open.contains(id) && self.episodes[id].question.is_some()).collect();
        // The short forms are read by what is open.
        let answerable = visits.iter().any(|v| v.live() && v.told.instant() > now && v.last_text_at.is_some());
        if let Said::One | Said::Two = said {
            if open.len() + usize::from(answerable) > 1 {
                self.read_line(now, &text, one.as_ref(), None, "short_form_fits_several");
                self.ambiguous(now, &open, &text.body);
                return;
            }
            if open.is_empty() && answerable {
                let answer = if said == Said::One { VisitAnswer::Confirm } else { VisitAnswer::Cancel };
                self.read_line(now, &text, one.as_ref(), None, if said == Said::One { "confirm" } else { "cancel" });
                self.visit_reply(now, &text, Some(answer), visits);
                return;
            }
            said = if said == Said::One { Said::Yes } else { Said::No };
        }
        // CONFIRM and CANCEL APPT belong to visits, whatever else is open; other words only when nothing else is.
        if said == Said::Other && answerable && (open.is_empty() || read_answer(&text.body).is_some()) {
            let read_as = match read_answer(&text.body) {
                Some(VisitAnswer::Confirm) => "confirm",
                Some(VisitAnswer::Cancel) => "cancel",
                None => said.name(),
            };
            self.read_line(now, &text, one.as_ref(), None, read_as);
            self.visit_reply(now, &text, None, visits);
            return;
        }
        let about = open.first().or(late.first()).copied();
        self.read_line(now, &text, one.as_ref(), about, said.name());
        match said {
            Said::OptOut if crate::planted::on(crate::planted::Fault::StopSkipped) => {}
            Said::OptOut => {
                self.opt_out(now, &text.from, &people, None);
                self.bare_cancel(now, &text.body, &visits);
            }
            Said::OptIn => self.opt_in(now, &text.from, None),
            Said::Danger => {
                if open.is_empty() && episodes.is_empty() {
                    self.danger_without_episode(now, &text.from, &people, &text.body);
                } else {
                    let about = if open.is_empty() { &episodes } else { &open };
                    for id in about.clone() {
                        self.with_episode(id, |desk, e| desk.symptoms(now, e));
                    }
                }
            }
            Said::Yes => {
                if was_out {
                    self.opt_in(now, &text.from, None);
                }
                let about = if open.is_empty() { late } else { open };
                if about.is_empty() && !was_out {
                    self.stray(now, one, &text);
                }
                for id in about {
                    self.with_episode(id, |desk, e| desk.symptoms(now, e));
                }
            }
            Said::No => match (open.as_slice(), late.as_slice()) {
                ([id], _) if self.never_asked(*id) => self.stray(now, one, &text),
                ([id], _) => {
                    self.with_episode(*id, |desk, e| desk.no_symptoms(now, e));
                }
                ([], [id]) => {
                    self.with_episode(*id, |desk, e| desk.late_no(now, e));
                }
                ([], []) => self.stray(now, one, &text),
                _ => self.ambiguous(now, &episodes, &text.body),
            },
            Said::Help if open.is_empty() => self.stray(now, one, &text),
            Said::Help => {
                for id in open {
                    self.with_episode(id, |desk, e| {
                        desk.attention(
                            now,
                            "help_asked",
                            (&e.mrn, Some(e.vital)),
                            Some(e.id),
                            "The patient asked for help by text; the reply clock goes on.",
                        )
                    });
                }
            }
            Said::One | Said::Two => {}
            Said::Other if open.is_empty() => self.stray(now, one, &text),
            Said::Other => self.unclear(now, &open, &text),
        }
        if let Some(id) = about {
            self.out.answer.row = Some(RowId::Episode(id));
        }
    }

    fn read_line(&mut self, now: At, text: &InboundText, mrn: Option<&Mrn>, episode: Option<u64>, read_as: &str) {
        self.say(
            now,
            episode,
            None,
            Line::Reply { from: text.from.clone(), mrn: mrn.cloned(), body: text.body.clone(), read_as: read_as.into() },
        );
    }

    /// YES: page now, unless a page at least as urgent is out for it already.
    pub(crate) fn symptoms(&mut self, now: At, e: &mut Episode) {
        let asked_at = e.question.as_ref().map(crate::Question::since);
        self.end_question(e, "answered");
        if let Some(q) = e.question.as_mut() {
            q.answer = Some(Answer::Symptoms);
            q.ended = None;
        }
        let repeated = e.symptoms == Some(true);
        e.symptoms = Some(true);
        e.held_until = None;
        crate::desk::clear_clock(&mut e.clocks, crate::ClockKind::HoldEnds);
        let shown = e.acted.as_ref().unwrap_or(&e.latest);
        let word = super::urgency(&self.settings, e.vital, &shown.value, true, e.worst);
        let standing = e.pages.iter().filter(|p| !p.resolved && asked_at.is_none_or(|a| p.owed_at >= a)).map(|p| p.urgency).max();
        match standing {
            Some(out) if out >= word => {
                if !repeated {
                    self.attention(
                        now,
                        "symptoms",
                        (&e.mrn, Some(e.vital)),
                        Some(e.id),
                        "The patient answered YES: symptoms. On call is paged already.",
                    );
                    self.note_incident(now, e, "the patient answered YES: symptoms");
                    self.sound(e, "patient reports symptoms");
                }
            }
            _ => self.page(now, e, PageReason::Symptoms),
        }
    }

    /// NO: no page; the episode goes to the nurse.
    fn no_symptoms(&mut self, now: At, e: &mut Episode) {
        self.end_question(e, "answered");
        if let Some(q) = e.question.as_mut() {
            q.answer = Some(Answer::NoSymptoms);
            q.ended = None;
        }
        e.symptoms = Some(false);
        self.review(now, e, "answered_no");
        if e.pages.is_empty() {
            self.set_state(now, e, EpisodeState::AnsweredNo, Some("no_symptoms"));
        } else {
            self.note_incident(now, e, "the patient answered NO: no symptoms");
        }
        self.attention(now, "answered_no", (&e.mrn, Some(e.vital)), Some(e.id), "Answered: no symptoms. For the nurse to review.");
    }

    fn late_no(&mut self, now: At, e: &mut Episode) {
        if e.symptoms.is_none() {
            e.symptoms = Some(false);
        }
        self.note_incident(now, e, "the patient answered NO after the wait: no symptoms");
        self.attention(now, "late_answer", (&e.mrn, Some(e.vital)), Some(e.id), "Answered NO after the wait had ended.");
    }

    /// One clarifying text; the clock keeps running.
    fn unclear(&mut self, now: At, open: &[u64], text: &InboundText) {
        let mut language = Language::En;
        let mut ask = None;
        for id in open {
            self.with_episode(*id, |desk, e| {
                desk.attention(
                    now,
                    "unclear_answer",
                    (&e.mrn, Some(e.vital)),
                    Some(e.id),
                    format!("Not understood: \"{}\". The reply clock goes on.", text.body),
                );
                desk.review(now, e, "unclear_answer");
                if let Some(q) = e.question.as_mut().filter(|q| !q.clarified) {
                    q.clarified = true;
                    language = desk.patients.get(&e.mrn).map(|p| p.language).unwrap_or_default();
                    ask = Some((desk.about(e), desk.leaves(e)));
                }
            });
        }
        if let Some((about, live)) = ask {
            let body = scripts::clarify(&self.settings, language);
            self.send(now, text.from.clone(), body, TextPurpose::Clarify, about, Priority::SymptomCheck, live);
        }
    }

    /// Texts a patient outside the question flow.
    pub(crate) fn send(
        &mut self,
        now: At,
        to: Phone,
        body: String,
        purpose: TextPurpose,
        about: About,
        priority: Priority,
        live: bool,
    ) -> u64 {
        if !live {
            self.say(
                now,
                about.episode,
                None,
                Line::Sms {
                    to: to.clone(),
                    purpose,
                    mrn: about.mrn.clone(),
                    appointment_id: None,
                    body: body.clone(),
                    status: "would_send".into(),
                    reason: None,
                    until: None,
                    detail: None,
                },
            );
        }
        let act = Act::Text(Text { to, body, purpose, validity_seconds: 900 });
        self.owe(
            now,
            Owed {
                vendor: Vendor::Twilio,
                act,
                about,
                priority,
                shadow: !live,
                not_before: None,
                give_up_at: Some(now + crate::minutes(15.0)),
            },
        )
    }

    fn ambiguous(&mut self, now: At, open: &[u64], body: &str) {
        for id in open {
            self.with_episode(*id, |desk, e| {
                desk.review(now, e, "unclear_answer");
                desk.attention(
                    now,
                    "ambiguous_answer",
                    (&e.mrn, Some(e.vital)),
                    Some(e.id),
                    format!("\"{body}\" fits more than one open question: nothing was settled, the clocks go on."),
                );
            });
        }
    }

    /// The question's text has certainly not left yet: a NO that comes is about something else, and the page still stands.
    fn never_asked(&self, episode: u64) -> bool {
        use crate::outbox::EffectState::{Blocked, Owed, Parked};
        let unsent = |f: &crate::outbox::Effect| matches!(f.state, Owed | Blocked | Parked { .. });
        let question = self.episodes[&episode].question.as_ref();
        question.is_some_and(|q| q.taken_at.is_none() && self.effects.get(&q.effect).is_some_and(unsent))
    }

    /// A text with no open question.
    fn stray(&mut self, now: At, mrn: Option<Mrn>, text: &InboundText) {
        if let Some(check_in) = mrn.as_ref().and_then(|m| self.answers_check_in(now, m)) {
            let detail = format!("The patient answered the check-in \"{check_in}\": \"{}\"", text.body);
            self.raise(now, "check_in_reply", mrn, None, Severity::Routine, detail);
            return;
        }
        let detail = if mrn.is_some() {
            format!("The patient wrote: \"{}\"", text.body)
        } else {
            format!("A text came from a number that is not one patient's: \"{}\"", text.body)
        };
        self.raise(now, "text_without_question", mrn, None, Severity::Routine, detail);
    }

    /// Danger words with nothing open: page all the same.
    fn danger_without_episode(&mut self, now: At, from: &Phone, people: &[Mrn], body: &str) {
        if people.is_empty() {
            self.raise(
                now,
                "danger_words_unknown_number",
                None,
                None,
                Severity::Critical,
                format!("Danger words from a number that is no patient's ({}): \"{body}\". Call it.", from.expose()),
            );
            return;
        }
        for mrn in people {
            let verdict = Verdict::bare(Severity::Critical, Rule::NoLimit);
            let shown = Shown {
                reading: 0,
                value: Value::Number(0.into()),
                measured: now,
                verdict,
                loinc: String::new(),
                source_id: None,
                in_chart: true,
            };
            let mut e = self.new_episode(now, mrn, Vital::Symptoms, shown);
            e.symptoms = Some(true);
            self.set_state(now, &mut e, EpisodeState::Open, Some("symptoms"));
            self.page(now, &mut e, PageReason::Symptoms);
            self.out.answer.row = Some(RowId::Episode(e.id));
            self.put_episode(e);
        }
    }

    /// No text goes to that number any more. `by`: who put it down on the console; none: the patient's word or the vendor's.
    pub(crate) fn opt_out(&mut self, now: At, phone: &Phone, people: &[Mrn], by: Option<&str>) {
        if self.opted_out.insert(phone.clone()) {
            self.out.rows.push(Row::OptOut { phone: phone.clone(), out: true, at: now, by: by.map(String::from) });
            self.say(now, None, by, Line::OptOut { phone: phone.clone(), state: "out".into() });
            for mrn in people {
                self.chart_opt_out(now, mrn, by.is_some());
            }
        }
        // Nothing that still waits goes to that number.
        let waiting: Vec<u64> =
            self.effects.values().filter(|f| f.outstanding() && f.act.texts().is_some_and(|to| to == phone)).map(|f| f.id).collect();
        for f in waiting {
            self.withdraw_effect(now, f, "opted_out");
        }
        self.out.replan.push(Whose::Phone(phone.clone()));
        for id in people.iter().flat_map(|m| self.open_episodes(m)).collect::<Vec<_>>() {
            if asks(&self.episodes[&id]) {
                let effect = self.episodes[&id].question.as_ref().map(|q| q.effect);
                if let Some(f) = effect {
                    self.withdraw_effect(now, f, "opted_out");
                }
                self.with_episode(id, |desk, e| desk.no_text_possible(now, e, "opted_out"));
            }
        }
    }

    pub(crate) fn opt_in(&mut self, now: At, phone: &Phone, by: Option<&str>) {
        if self.opted_out.remove(phone) {
            self.out.rows.push(Row::OptOut { phone: phone.clone(), out: false, at: now, by: by.map(String::from) });
            self.say(now, None, by, Line::OptOut { phone: phone.clone(), state: "in".into() });
            self.out.replan.push(Whose::Phone(phone.clone()));
        }
    }

    /// The vendor says that the number has opted out (21610): our registry follows.
    pub(crate) fn opted_out_at_vendor(&mut self, now: At, phone: &Phone) {
        let people = self.people_at(phone);
        self.opt_out(now, phone, &people, None);
    }

    /// A delivery report; they may come out of order, and only the question's own message counts.
    pub(crate) fn take_report(&mut self, now: At, r: DeliveryReport) {
        let people = self.people_at(&r.to);
        let one = (people.len() == 1).then(|| people[0].clone());
        self.intake(now, Source::TwilioStatus.name(), IntakeOutcome::Kept, None, None, one.as_ref());
        let id = people
            .iter()
            .flat_map(|m| self.open_episodes(m))
            .find(|id| self.episodes[id].question.as_ref().is_some_and(|q| q.sid.as_deref() == Some(&r.sid)));
        if !matches!(r.status.as_str(), "queued" | "sending" | "accepted" | "scheduled") {
            self.say(now, id, None, Line::Delivery { to: r.to.clone(), mrn: one, status: r.status.clone(), error_code: r.error_code });
        }
        let Some(id) = id else { return };
        match r.status.as_str() {
            "delivered" | "read" => {
                self.with_episode(id, |_, e| {
                    if let Some(q) = e.question.as_mut() {
                        q.delivered_at.get_or_insert(now);
                    }
                });
            }
            "undelivered" | "failed" | "canceled" => {
                self.with_episode(id, |desk, e| {
                    let delivered = e.question.as_ref().is_some_and(|q| q.delivered_at.is_some());
                    if !delivered {
                        let code = r.error_code.map(|c| format!("_{c}")).unwrap_or_default();
                        desk.no_text_possible(now, e, &format!("undelivered{code}"));
                    }
                });
            }
            _ => {}
        }
    }
}
