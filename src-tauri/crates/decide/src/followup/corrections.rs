//! A later version of a reading, and a reading that was taken back (behaviour.md 1.1).

use super::reading::Flags;
use crate::desk::{clear_clock, Desk};
use crate::input::{Past, PastReading, RawRef, RowId, Withdrawal};
use crate::rows::Row;
use crate::trail::{IntakeOutcome, Line};
use crate::{
    Arrival, At, ClockKind, Episode, EpisodeState, Joined, Misread, Mrn, PatientStatus, Rule, Severity, Shown, Source, Unusable, Vital,
};

impl Desk {
    /// A later version of a reading that an episode knows.
    pub(crate) fn correct(
        &mut self,
        now: At,
        mrn: &Mrn,
        arrival: &Arrival,
        shown: Shown,
        former: &PastReading,
        flags: &Flags,
    ) -> Option<u64> {
        if shown.verdict.rule == Rule::Implausible {
            let id = self.retract(now, former.id, former.episode, mrn, arrival.vital, "was corrected to a value that is not plausible");
            self.consequence(now, mrn, arrival, shown, flags);
            return id;
        }
        let Some(id) = former.episode.filter(|id| self.episodes.get(id).is_some_and(Episode::is_open)) else {
            // Its episode is closed: the corrected reading stands for itself.
            return self.consequence(now, mrn, arrival, shown, flags).or(former.episode);
        };
        let active = self.status_now(&self.patients[mrn].clone(), now) == PatientStatus::Active;
        let severity = shown.verdict.severity;
        let mut for_staff = None;
        self.with_episode(id, |desk, e| {
            if let Some(j) = e.readings.iter_mut().find(|j| j.reading == former.id) {
                j.withdrawn = true;
            }
            let acted = e.acted.as_ref().is_some_and(|a| a.reading == former.id);
            let latest = e.latest.reading == former.id;
            e.readings.push(Joined { reading: shown.reading, measured: shown.measured, severity, withdrawn: false });
            if latest {
                e.latest = shown.clone();
            }
            if former.value == shown.value {
                if acted {
                    e.acted = Some(shown);
                }
                return;
            }
            let text = format!(
                "Corrected by its source: {} is now {} {} ({}).",
                e.vital.words(),
                shown.value.text(),
                e.vital.unit(),
                severity.name()
            );
            desk.attention(now, "corrected", (&e.mrn, Some(e.vital)), Some(e.id), text.clone());
            desk.note_incident(now, e, &text);
            if severity > e.acted_severity {
                if flags.silent || !active {
                    // Too late or out of order to act on by itself: staff see it if it matters.
                    for_staff = Some(shown);
                } else {
                    desk.rise(now, e, shown);
                }
            } else if acted && severity == Severity::Routine {
                desk.undo_effects(now, e, "corrected");
            } else if acted {
                e.acted = Some(shown);
                e.acted_severity = severity;
            }
        });
        if let Some(shown) = for_staff {
            self.consequence(now, mrn, arrival, shown, flags);
        }
        Some(id)
    }

    /// A reading was taken back: what it caused and has not happened yet is withdrawn, and the episode says so.
    pub(crate) fn retract(&mut self, now: At, former: u64, episode: Option<u64>, mrn: &Mrn, vital: Vital, how: &str) -> Option<u64> {
        self.out.rows.push(Row::ReadingWithdrawn { id: former });
        let id = episode.filter(|id| self.episodes.contains_key(id))?;
        let text = format!("The {} reading {how}.", vital.words());
        self.with_episode(id, |desk, e| {
            for j in e.readings.iter_mut().filter(|j| j.reading == former) {
                j.withdrawn = true;
            }
            desk.attention(now, "retracted", (mrn, Some(vital)), Some(id), text.clone());
            desk.note_incident(now, e, &text);
            let still_out = e.readings.iter().any(|j| !j.withdrawn && j.severity > Severity::Routine);
            if e.is_open() && !still_out {
                desk.undo_effects(now, e, "retracted");
            }
        });
        Some(id)
    }

    /// Withdraws what has not happened yet and leaves the episode to a nurse.
    fn undo_effects(&mut self, now: At, e: &mut Episode, why: &str) {
        if let Some(q) = e.question.clone() {
            if self.withdraw_effect(now, q.effect, why) {
                let patient = self.patients.get(&e.mrn).cloned();
                let to = patient.and_then(|p| p.phone).unwrap_or_default();
                self.say(
                    now,
                    Some(e.id),
                    None,
                    Line::Sms {
                        to,
                        purpose: crate::outbox::TextPurpose::SymptomCheck,
                        mrn: Some(e.mrn.clone()),
                        appointment_id: None,
                        body: String::new(),
                        status: "withheld".into(),
                        reason: Some(why.into()),
                        until: None,
                        detail: None,
                    },
                );
            }
        }
        self.end_question(e, why);
        e.held_until = None;
        clear_clock(&mut e.clocks, ClockKind::HoldEnds);
        for step in &e.pages {
            if step.sent_at.is_none() {
                self.withdraw_effect(now, step.effect, why);
            }
        }
        if e.pages.iter().all(|p| p.sent_at.is_none()) {
            // Nobody was paged after all: nothing to acknowledge.
            for kind in [ClockKind::AckTarget, ClockKind::AckLimit, ClockKind::BackupText, ClockKind::PagerFallback] {
                clear_clock(&mut e.clocks, kind);
            }
        }
        e.acted_severity = Severity::Routine;
        self.review(now, e, why);
        self.set_state(now, e, EpisodeState::NurseReview, Some(why));
    }

    /// A retraction that carries no value.
    pub(crate) fn take_withdrawal(&mut self, now: At, source: Source, w: Withdrawal, past: Past, raw: RawRef) {
        let mrn = self.find_patient(&w.patient);
        if past.repeat && past.former.is_none() && raw.again.is_none() {
            self.intake(now, source.name(), IntakeOutcome::Duplicate, None, None, mrn.as_ref());
            return;
        }
        let Some(mrn) = mrn else {
            let misread = Misread {
                reason: Unusable::UnknownPatient,
                field: "Observation.subject".into(),
                detail: "A reading was taken back for a patient who is not enrolled here.".into(),
                patient: w.patient,
                vital: w.vital,
                candidates: Vec::new(),
                measured: w.measured,
                status: Some(w.status),
                source_id: w.source_id,
                shape: w.shape,
            };
            self.take_misread(now, source, misread, raw);
            return;
        };
        self.intake(now, source.name(), IntakeOutcome::Kept, None, None, Some(&mrn));
        if let Some(id) = raw.again {
            self.leave_quarantine(now, id, "reprocessed", "console");
        }
        let vital = past.former.as_ref().map(|f| f.vital).or(w.vital);
        if let (Some(former), Some(vital)) = (past.former.as_ref().filter(|f| !f.withdrawn), vital) {
            let episode = self.retract(now, former.id, former.episode, &mrn, vital, "was taken back by its source");
            self.out.answer.row = episode.map(RowId::Episode);
        }
    }
}
