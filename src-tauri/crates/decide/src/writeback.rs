//! Write-back to the chart when a person resolves (behaviour.md 1.7): reviewed, note, flowsheet - once each, in order.

use crate::desk::{clear_clock, Desk, Owed};
use crate::outbox::{Act, ChartBody, ChartPurpose, ChartWrite, Effect, PageAction, Priority, Problem, Receipt, Vendor};
use crate::rows::Row;
use crate::trail::Line;
use crate::{At, ClockKind, Closed, Episode, EpisodeState, MarkReviewed, Mrn, Reading, WriteState, Writes};

/// A closed episode whose write-back is not complete.
pub fn unfinished(e: &Episode) -> bool {
    let done = |w: WriteState| matches!(w, WriteState::Done | WriteState::NotNeeded);
    e.writes.is_some_and(|w| !(done(w.reviewed) && done(w.note) && done(w.flowsheet)))
}

impl Desk {
    /// Closes an episode: what has not left is withdrawn, its pages are resolved, the write-back begins.
    pub(crate) fn close_episode(&mut self, now: At, e: &mut Episode, by: &str, disposition: &str, not_before: Option<At>) -> Vec<u64> {
        let mut owed = Vec::new();
        if let Some(q) = &e.question {
            self.withdraw_effect(now, q.effect, "closed");
        }
        self.end_question(e, "closed");
        for step in &e.pages {
            if step.sent_at.is_none() {
                self.withdraw_effect(now, step.effect, "closed");
            }
        }
        owed.extend(self.tell_pager(now, e, PageAction::Resolve, not_before));
        e.clocks.clear();
        e.held_until = None;
        e.shelf = None;
        e.unacknowledged = false;
        e.review = None;
        e.closed = Some(Closed { at: now, by: by.into(), disposition: disposition.into() });
        e.writes = Some(Writes { reviewed: WriteState::Missing, note: WriteState::Missing, flowsheet: WriteState::Missing });
        e.state = EpisodeState::Closed;
        self.forget_old(now);
        self.say(
            now,
            Some(e.id),
            Some(by),
            Line::Episode { mrn: e.mrn.clone(), vital: e.vital, state: EpisodeState::Closed, reason: Some(disposition.into()) },
        );
        let tasks: Vec<u64> = self
            .tasks
            .values()
            .filter(|t| t.mrn.as_ref() == Some(&e.mrn) && t.vital == Some(e.vital) && t.quarantine.is_none() && t.closed.is_none())
            .map(|t| t.id)
            .collect();
        for t in tasks {
            self.close_task(now, t, by, "episode_closed");
        }
        owed
    }

    /// Queues what is ready; what a person still owes becomes a task with a clock, and that write waits for it.
    pub(crate) fn write_back(&mut self, now: At, e: &mut Episode) -> Vec<u64> {
        self.write_back_after(now, e, None)
    }

    pub(crate) fn write_back_after(&mut self, now: At, e: &mut Episode, not_before: Option<At>) -> Vec<u64> {
        let (Some(closed), Some(mut w)) = (e.closed.clone(), e.writes) else { return Vec::new() };
        let mut owed = Vec::new();
        let shown = e.acted.clone().unwrap_or_else(|| e.latest.clone());
        let own_words = e.notes.last().map(|n| n.text.clone());
        if w.reviewed == WriteState::Missing {
            let note = format!("Reviewed by {} at {}.", closed.by, closed.at.format("%Y-%m-%d %H:%M UTC"));
            let body = if shown.reading == 0 {
                None
            } else if shown.in_chart {
                match (self.settings.mark_reviewed, &shown.source_id) {
                    (MarkReviewed::Amend, Some(id)) => Some(ChartBody::Amend { observation_id: id.clone(), note }),
                    _ => None,
                }
            } else {
                Some(ChartBody::Observation {
                    vital: e.vital,
                    loinc: shown.loinc.clone(),
                    value: shown.value,
                    effective: shown.measured,
                    note: Some(note),
                })
            };
            w.reviewed = match body {
                Some(body) => {
                    owed.push(self.chart(now, e, ChartPurpose::Reviewed, body, not_before));
                    WriteState::Queued
                }
                // The chart has it: the note alone says that it was reviewed.
                None => WriteState::NotNeeded,
            };
        }
        let mut missing = Vec::new();
        if w.note == WriteState::Missing {
            match own_words {
                Some(text) => {
                    let title = format!("Remote monitoring: {} {} {}", e.vital.words(), shown.value.text(), e.vital.unit());
                    let against = crate::narrate::against(&shown.verdict).map(|a| format!(" ({a})")).unwrap_or_default();
                    let text = format!(
                        "{title}{against}, measured {} UTC.\nReviewed by {}.\n{text}",
                        shown.measured.format("%Y-%m-%d %H:%M"),
                        closed.by
                    );
                    owed.push(self.chart(now, e, ChartPurpose::Note, ChartBody::Document { title, text, at: closed.at }, not_before));
                    if crate::planted::on(crate::planted::Fault::WrittenBackTwice) {
                        let again = owed.last().and_then(|id| self.effects.get(id)).map(|f| f.act.clone());
                        if let Some(Act::Chart(write)) = again {
                            owed.push(self.chart(now, e, ChartPurpose::Note, write.body, not_before));
                        }
                    }
                    w.note = WriteState::Queued;
                }
                None => missing.push((ChartPurpose::Note, "note_missing")),
            }
        }
        if w.flowsheet == WriteState::Missing {
            match e.minutes {
                Some(minutes) => {
                    owed.push(self.chart(now, e, ChartPurpose::Flowsheet, ChartBody::Minutes { minutes, at: closed.at }, not_before));
                    w.flowsheet = WriteState::Queued;
                }
                None => missing.push((ChartPurpose::Flowsheet, "minutes_missing")),
            }
        }
        e.writes = Some(w);
        if missing.is_empty() {
            e.review = None;
            clear_clock(&mut e.clocks, ClockKind::Review);
            clear_clock(&mut e.clocks, ClockKind::ReviewPage);
        } else if e.review.is_none() {
            for (purpose, why) in &missing {
                self.say(
                    now,
                    Some(e.id),
                    None,
                    Line::Chart { purpose: *purpose, mrn: e.mrn.clone(), status: "blocked".into(), reason: Some(why.to_string()) },
                );
                self.attention(
                    now,
                    why,
                    (&e.mrn, Some(e.vital)),
                    Some(e.id),
                    if *why == "note_missing" {
                        "The episode is closed without a note: please write one."
                    } else {
                        "The episode is closed without minutes: please enter them."
                    },
                );
            }
            self.review(now, e, missing[0].1);
        }
        owed
    }

    fn chart(&mut self, now: At, e: &Episode, purpose: ChartPurpose, body: ChartBody, not_before: Option<At>) -> u64 {
        let word = serde_json::to_value(purpose).ok().and_then(|v| v.as_str().map(String::from)).unwrap_or_default();
        let write = ChartWrite {
            purpose,
            mrn: e.mrn.clone(),
            fhir_id: self.patients.get(&e.mrn).and_then(|p| p.fhir_id.clone()),
            marker: format!("careloop:{}:e{}:{word}", self.workspace, e.id),
            body,
        };
        let shadow = !self.leaves(e);
        let status = if shadow { "would_send" } else { "queued" };
        self.say(now, Some(e.id), None, Line::Chart { purpose, mrn: e.mrn.clone(), status: status.into(), reason: None });
        let about = self.about(e);
        self.owe(
            now,
            Owed {
                vendor: Vendor::Cerner,
                act: Act::Chart(write),
                about,
                priority: Priority::SymptomCheck,
                shadow,
                not_before,
                give_up_at: None,
            },
        )
    }

    /// A write was found in the chart.
    pub(crate) fn charted(&mut self, now: At, f: &Effect, w: &ChartWrite, receipt: &Receipt) {
        self.say(
            now,
            f.about.episode,
            None,
            Line::Chart { purpose: w.purpose, mrn: w.mrn.clone(), status: "done".into(), reason: Some(receipt.reference.clone()) },
        );
        let Some(id) = f.about.episode else { return };
        self.with_episode(id, |desk, e| {
            let Some(writes) = e.writes.as_mut() else { return };
            match w.purpose {
                ChartPurpose::Reviewed => {
                    writes.reviewed = WriteState::Done;
                    if let Some(a) = &e.acted {
                        desk.out.rows.push(Row::ReadingInChart { id: a.reading });
                    }
                }
                ChartPurpose::Note => writes.note = WriteState::Done,
                ChartPurpose::Flowsheet => writes.flowsheet = WriteState::Done,
                ChartPurpose::OptOut | ChartPurpose::Reading => {}
            }
            if !unfinished(e) && e.state == EpisodeState::Closed {
                e.review = None;
                e.clocks.clear();
                desk.set_state(now, e, EpisodeState::Charted, None);
            }
        });
    }

    /// A write that needs a person first: a missing code, a refusal by the chart.
    pub(crate) fn chart_blocked(&mut self, now: At, f: &Effect, w: &ChartWrite, problem: &Problem) {
        self.say(
            now,
            f.about.episode,
            None,
            Line::Chart { purpose: w.purpose, mrn: w.mrn.clone(), status: "blocked".into(), reason: Some(problem.said.clone()) },
        );
        self.say(
            now,
            f.about.episode,
            None,
            Line::Attention {
                reason: "chart_blocked".into(),
                mrn: Some(w.mrn.clone()),
                vital: f.about.vital,
                appointment_id: None,
                detail: problem.said.clone(),
            },
        );
        let Some(id) = f.about.episode else { return };
        self.with_episode(id, |desk, e| {
            if let Some(writes) = e.writes.as_mut() {
                match w.purpose {
                    ChartPurpose::Reviewed => writes.reviewed = WriteState::Blocked,
                    ChartPurpose::Note => writes.note = WriteState::Blocked,
                    ChartPurpose::Flowsheet => writes.flowsheet = WriteState::Blocked,
                    ChartPurpose::OptOut | ChartPurpose::Reading => {}
                }
                desk.review(now, e, "chart_blocked");
            }
        });
    }

    /// With `chart_readings` = all each judged reading that did not come from the chart is written once.
    pub(crate) fn chart_reading(&mut self, now: At, r: &Reading, measured: At) {
        let live = self.settings.mode.of(r.arrival.vital.name()) == crate::Mode::Live;
        let body = ChartBody::Observation {
            vital: r.arrival.vital,
            loinc: r.arrival.loinc.clone(),
            value: r.arrival.value,
            effective: measured,
            note: None,
        };
        let marker = format!("careloop:{}:r{}:reading", self.workspace, r.id);
        let write = ChartWrite {
            purpose: ChartPurpose::Reading,
            mrn: r.mrn.clone(),
            fhir_id: self.patients.get(&r.mrn).and_then(|p| p.fhir_id.clone()),
            marker,
            body,
        };
        self.chart_aside(now, write, live);
    }

    /// An opt-out is mirrored to the chart as a note.
    pub(crate) fn chart_opt_out(&mut self, now: At, mrn: &Mrn, told_staff: bool) {
        let live = self.anything_live();
        let how = if told_staff { "told staff that no text messages are wanted" } else { "replied STOP" };
        let text = format!("The patient {how}: no text messages are sent to this number. Please call instead.");
        let body = ChartBody::Document { title: "Text messages stopped by the patient".into(), text, at: now };
        let marker = format!("careloop:{}:optout:{}", self.workspace, now.timestamp_millis());
        let write = ChartWrite {
            purpose: ChartPurpose::OptOut,
            mrn: mrn.clone(),
            fhir_id: self.patients.get(mrn).and_then(|p| p.fhir_id.clone()),
            marker,
            body,
        };
        self.chart_aside(now, write, live);
    }

    fn chart_aside(&mut self, now: At, write: ChartWrite, live: bool) {
        self.say(
            now,
            None,
            None,
            Line::Chart {
                purpose: write.purpose,
                mrn: write.mrn.clone(),
                status: if live { "queued" } else { "would_send" }.into(),
                reason: None,
            },
        );
        let about = crate::outbox::About { mrn: Some(write.mrn.clone()), ..Default::default() };
        self.owe(
            now,
            Owed {
                vendor: Vendor::Cerner,
                act: Act::Chart(write),
                about,
                priority: Priority::Reminder,
                shadow: !live,
                not_before: None,
                give_up_at: None,
            },
        );
    }

    /// Blocked writes are tried again: a missing setting may be there now.
    pub(crate) fn unblock(&mut self, now: At) {
        let blocked: Vec<u64> =
            self.effects.values().filter(|f| matches!(f.state, crate::outbox::EffectState::Blocked)).map(|f| f.id).collect();
        for id in blocked {
            if let Some(mut f) = self.effects.get(&id).cloned() {
                f.state = crate::outbox::EffectState::Owed;
                f.next_try = now;
                self.change_effect(f);
            }
        }
    }
}
