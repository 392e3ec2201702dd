//! What each input leads to. One file per kind of happening; `take` is the only way in.

mod act;
pub mod change;
mod clocks;
mod corrections;
mod downtime;
pub mod messages;
mod misread;
pub mod nurse;
mod pager;
mod paging;
mod patients;
mod reach;
pub mod reading;
mod reply;
mod second_key;
pub mod settled;
mod shapes;
mod stuck;
mod tasks;

pub use paging::urgency;
pub use stuck::Waiting;

use crate::desk::{Answer, Desk, Outcome};
use crate::input::Input;
use crate::rows::{Quarantined, Row};
use crate::trail::{IntakeOutcome, Line};
use crate::{At, Mrn, Severity};

impl Desk {
    /// Takes one input at `now`: changes the desk, returns what must be stored, said and heard.
    pub fn take(&mut self, now: At, input: Input) -> Outcome {
        self.take_here(now, input);
        self.finish(now)
    }

    /// The same within a turn that goes on.
    pub(crate) fn take_here(&mut self, now: At, input: Input) {
        match input {
            Input::Reading { source, decoded, past, raw } => self.take_reading(now, source, decoded, past, raw),
            Input::Reply { source, text, seen, visits } => self.take_reply(now, source, text, seen, visits),
            Input::Visit { source, event, known, raw } => self.take_visit(now, source, *event, known, raw),
            Input::ChartVisit(v) => self.take_chart_visit(now, *v),
            Input::Studio { answer, known, visits, seen, raw } => self.take_studio(now, answer, known, visits, seen, raw),
            Input::Looked { visit } => self.take_looked(now, *visit),
            Input::Again { source } => self.intake(now, source.name(), IntakeOutcome::Duplicate, None, None, None),
            Input::VisitDue { visit, reminders_today } => self.take_visit_due(now, *visit, reminders_today),
            Input::VisitText { visit, end, reminders_today } => self.take_visit_text(now, *visit, end, reminders_today),
            Input::VisitAgain { visit, reminders_today } => self.take_visit_again(now, *visit, reminders_today),
            Input::Remind { visit, reminders_today } => self.take_remind(now, *visit, reminders_today),
            Input::Report { report } => self.take_report(now, report),
            Input::Pager { source, event, seen } => self.take_pager(now, source, event, seen),
            Input::Refused { source, raw, reason, field, detail } => {
                let quarantine = Quarantined {
                    id: 0,
                    at: now,
                    source,
                    raw: raw.raw,
                    entry: raw.entry,
                    reason,
                    field,
                    detail,
                    misread: None,
                    mrn: None,
                    state: "waiting".into(),
                    task: None,
                    episode: None,
                };
                // What the program broke on may be anything, also a critical reading.
                let severity = if quarantine.reason == crate::decode::BROKE { Severity::Abnormal } else { Severity::Routine };
                self.quarantine(now, quarantine, severity, IntakeOutcome::Refused);
            }
            Input::Settled { effect, delivery } => self.take_settled(now, effect, delivery),
            Input::Tick => self.take_tick(now),
            Input::Fire(duty) => self.take_fire(now, duty),
            Input::Broke(duty) => self.take_broke(now, &duty),
            Input::Started => self.take_started(now),
            Input::Woke { since } => self.take_woke(now, since),
            Input::Beat => self.beat(now),
            Input::WasAway(away) => self.take_was_away(now, *away),
            Input::ClockSet { by_ms } => self.take_clock_set(now, by_ms),
            Input::TurnedAway { source } => self.take_turned_away(now, source),
            Input::Act { who, act, undo_seconds } => self.take_act(now, &who, act, undo_seconds),
            Input::Undo { who, token } => self.take_undo(now, &who, token),
            Input::Change { who, change } => self.take_change(now, &who, change),
            Input::Message { who, effect, act, undo_seconds } => self.take_message(now, &who, *effect, act, undo_seconds),
            Input::Staff { who, change } => self.take_staff(now, &who, change),
        }
    }

    /// One `intake` line per input, and the answer that goes with it.
    fn intake(&mut self, now: At, source: &str, outcome: IntakeOutcome, reason: Option<&str>, field: Option<&str>, mrn: Option<&Mrn>) {
        self.say(
            now,
            None,
            None,
            Line::Intake {
                source: source.into(),
                outcome,
                reason: reason.map(String::from),
                field: field.map(String::from),
                mrn: mrn.cloned(),
                appointment_id: None,
            },
        );
        self.out.answer = Answer { outcome, reason: reason.map(String::from), field: field.map(String::from), ..Answer::default() };
    }

    /// Keeps something that cannot be used, whole, and puts it before staff.
    pub(crate) fn quarantine(&mut self, now: At, mut q: Quarantined, severity: Severity, outcome: IntakeOutcome) {
        q.id = self.new_id();
        self.intake(now, q.source.name(), outcome, Some(&q.reason), q.field.as_deref(), q.mrn.as_ref());
        self.out.answer.detail = Some(q.detail.clone());
        let vital = q.misread.as_ref().and_then(|m| m.vital);
        let task = self.raise(now, "quarantined", q.mrn.clone(), vital, severity, format!("{}: {}", q.reason.replace('_', " "), q.detail));
        self.with_task(task, |_, t| t.quarantine = Some(q.id));
        q.task = Some(task);
        self.quarantine.insert(q.id, q.clone());
        self.out.rows.push(Row::Quarantine(Box::new(q)));
    }

    /// A quarantined record left the quarantine.
    pub(crate) fn leave_quarantine(&mut self, now: At, id: u64, state: &str, by: &str) {
        if let Some(mut q) = self.quarantine.remove(&id) {
            q.state = state.into();
            if let Some(task) = q.task {
                self.close_task(now, task, by, state);
            }
            self.out.rows.push(Row::Quarantine(Box::new(q)));
        }
    }
}
