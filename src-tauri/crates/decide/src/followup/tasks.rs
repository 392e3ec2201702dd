//! Tasks: whatever waits for staff without an episode of its own, each with its clock (behaviour.md 1.4).

use crate::desk::{set_clock, Alarm, Desk};
use crate::input::RowId;
use crate::outbox::About;
use crate::trail::Line;
use crate::{minutes, At, ClockKind, Closed, Mrn, Severity, Task, Vital};

impl Desk {
    /// Puts something before staff as a row of its own.
    pub(crate) fn raise(
        &mut self,
        now: At,
        reason: &str,
        mrn: Option<Mrn>,
        vital: Option<Vital>,
        severity: Severity,
        detail: String,
    ) -> u64 {
        self.say(
            now,
            None,
            None,
            Line::Attention { reason: reason.into(), mrn: mrn.clone(), vital, appointment_id: None, detail: detail.clone() },
        );
        self.raise_quietly(now, reason, About { mrn, vital, ..About::default() }, severity, detail)
    }

    /// The row alone; its line is on the trail already.
    pub(crate) fn raise_quietly(&mut self, now: At, reason: &str, about: About, severity: Severity, detail: String) -> u64 {
        let About { mrn, vital, appointment_id, .. } = about;
        // The same thing about the same patient and visit is one row, not many.
        let same_matter = |t: &Task| t.reason == reason && t.mrn == mrn && t.vital == vital && t.appointment_id == appointment_id;
        let same = self
            .tasks
            .values()
            .find(|t| same_matter(t) && mrn.is_some() && t.quarantine.is_none() && t.effect.is_none() && t.closed.is_none())
            .map(|t| t.id);
        if let Some(id) = same {
            self.with_task(id, |_, t| {
                t.detail = detail;
                if severity > t.severity {
                    t.severity = severity;
                    t.acknowledged = None;
                }
            });
            self.out.answer.row = Some(RowId::Task(id));
            return id;
        }
        let id = self.new_id();
        let mut task = Task {
            id,
            reason: reason.into(),
            detail,
            mrn: mrn.clone(),
            vital,
            episode: None,
            quarantine: None,
            appointment_id,
            severity,
            since: now,
            acknowledged: None,
            overdue: false,
            clocks: Vec::new(),
            closed: None,
            stuck: None,
            effect: None,
        };
        set_clock(&mut task.clocks, ClockKind::Review, now + minutes(self.settings.review_target_minutes));
        if severity > Severity::Routine {
            let case_id = mrn.as_ref().map(|m| self.case_id(m)).unwrap_or_default();
            self.out.alarms.push(Alarm { severity, case_id, vital, text: reason.replace('_', " ") });
        }
        self.put_task(task);
        self.out.answer.row = Some(RowId::Task(id));
        id
    }

    /// Ends a task.
    pub(crate) fn close_task(&mut self, now: At, id: u64, by: &str, disposition: &str) {
        self.with_task(id, |_, t| {
            t.closed = Some(Closed { at: now, by: by.into(), disposition: disposition.into() });
            t.clocks.clear();
        });
    }
}
