//! What a person does on the console (behaviour.md 1.6, design.md "Worklist").

use crate::desk::{clear_clock, set_clock, Before, Desk, Undoable};
use crate::input::{Act, RowId};
use crate::outbox::{EffectState, PageAction, PageReason, Priority, TextPurpose};
use crate::trail::Line;
use crate::{minutes, seconds, At, ClockKind, Episode, EpisodeState, Held, Note, Severity, Shelf, Task};
use rust_decimal::Decimal;

/// Dispositions a close may carry.
pub const DISPOSITIONS: [&str; 5] = ["acted", "watched", "false_alarm", "wrong_limit", "device"];

impl Desk {
    pub(crate) fn take_act(&mut self, now: At, who: &str, act: Act, undo_seconds: f64) {
        let later = (undo_seconds > 0.0).then(|| now + seconds(undo_seconds));
        match act {
            Act::SetAside { quarantine } => {
                self.act_line(now, who, None, "set_aside", Some(format!("quarantined record {quarantine}")));
                self.leave_quarantine(now, quarantine, "set_aside", who);
            }
            Act::Saw { what, mrn } => self.say(now, None, Some(who), Line::Act { what, mrn, vital: None, detail: None }),
            Act::Searched { words, found } => self.act_line(now, who, None, "search", Some(format!("\"{words}\": {found} found"))),
            Act::Acknowledge { row } => self.on_row(
                now,
                who,
                row,
                later,
                "acknowledge",
                |d, e| d.acknowledge(now, e, who, false, later),
                |d, t| d.acknowledge_task(now, t, who),
            ),
            Act::Claim { row } => self.on_row(
                now,
                who,
                row,
                later,
                "claim",
                |d, e| d.acknowledge(now, e, who, true, later),
                |d, t| d.acknowledge_task(now, t, who),
            ),
            Act::Shelve { row, minutes: m, reason } => {
                if !(1.0..=1440.0).contains(&m) {
                    return self.refuse("A shelf lasts from 1 minute to 24 hours.");
                }
                if reason.trim().is_empty() {
                    return self.refuse("A shelf needs a reason.");
                }
                let until = now + minutes(m);
                self.on_row(
                    now,
                    who,
                    row,
                    later,
                    "shelve",
                    |d, e| d.shelve(now, e, who, &reason, until),
                    |d, t| {
                        t.acknowledged = Some(Held { by: who.into(), at: now, until: Some(until), claimed: false });
                        set_clock(&mut t.clocks, ClockKind::Lease, until);
                        let _ = d;
                    },
                );
            }
            Act::Unshelve { row } => self.on_row(now, who, row, later, "unshelve", |d, e| d.unshelve(now, e), |_, t| t.acknowledged = None),
            Act::Text { row, body } => self.nurse_text(now, who, row, body, later),
            Act::Page { row, reason } => self.on_row(
                now,
                who,
                row,
                later,
                "page",
                |d, e| {
                    e.notes.push(Note { at: now, by: who.into(), text: format!("Paged by hand: {reason}") });
                    d.page(now, e, PageReason::Nurse);
                    let id = e.pages.last().map(|p| p.effect);
                    if let (Some(later), Some(mut f)) = (later, id.and_then(|id| d.effects.get(&id).cloned())) {
                        f.next_try = later;
                        d.change_effect(f);
                    }
                },
                |_, _| {},
            ),
            Act::Call { row, outcome, note } => {
                let text = format!(
                    "Call: {}{}",
                    outcome.replace('_', " "),
                    if note.trim().is_empty() { String::new() } else { format!(". {}", note.trim()) }
                );
                self.on_row(
                    now,
                    who,
                    row,
                    later,
                    "call",
                    |d, e| d.add_note(now, e, who, &text),
                    |_, t| t.detail = format!("{} [{who}: {text}]", t.detail),
                );
            }
            Act::Note { row, text } => {
                if text.trim().is_empty() {
                    return self.refuse("The note is empty.");
                }
                self.on_row(
                    now,
                    who,
                    row,
                    later,
                    "note",
                    |d, e| d.add_note(now, e, who, text.trim()),
                    |_, t| t.detail = format!("{} [{who}: {text}]", t.detail),
                );
            }
            Act::Close { row, disposition, minutes, note } => self.close_row(now, who, row, disposition, minutes, note, later),
            Act::Complete { row, minutes, note } => self.on_row(
                now,
                who,
                row,
                later,
                "complete",
                |d, e| {
                    e.minutes = minutes.or(e.minutes);
                    if !note.trim().is_empty() {
                        e.notes.push(Note { at: now, by: who.into(), text: note.trim().into() });
                    }
                    d.write_back_after(now, e, later);
                },
                |_, _| {},
            ),
        }
    }

    fn refuse(&mut self, why: &str) {
        self.out.answer.refused = Some(why.into());
    }

    fn act_line(&mut self, now: At, who: &str, e: Option<&Episode>, what: &str, detail: Option<String>) {
        self.say(
            now,
            e.map(|e| e.id),
            Some(who),
            Line::Act { what: what.into(), mrn: e.map(|e| e.mrn.clone()), vital: e.map(|e| e.vital), detail },
        );
    }

    /// Does something to a row, on the trail, with what it takes to undo it.
    fn on_row(
        &mut self,
        now: At,
        who: &str,
        row: RowId,
        later: Option<At>,
        what: &str,
        episode: impl FnOnce(&mut Desk, &mut Episode),
        task: impl FnOnce(&mut Desk, &mut Task),
    ) {
        let before = match row {
            RowId::Episode(id) => self.episodes.get(&id).cloned().map(|e| Before::Episode(Box::new(e))),
            RowId::Task(id) => self.tasks.get(&id).cloned().map(|t| Before::Task(Box::new(t))),
        };
        let Some(before) = before else { return self.refuse("That row is not there any more.") };
        let first = self.out.owed.len();
        match row {
            RowId::Episode(id) => {
                self.with_episode(id, |desk, e| {
                    desk.act_line(now, who, Some(e), what, None);
                    episode(desk, e);
                });
            }
            RowId::Task(id) => {
                self.with_task(id, |desk, t| {
                    desk.say(
                        now,
                        t.episode,
                        Some(who),
                        Line::Act { what: what.into(), mrn: t.mrn.clone(), vital: t.vital, detail: Some(t.reason.clone()) },
                    );
                    task(desk, t);
                });
            }
        }
        self.out.answer.row = Some(row);
        if let Some(until) = later {
            let token = self.new_id();
            let undoable =
                Undoable { until, who: who.into(), before, effects: self.out.owed[first..].to_vec(), revision: self.revision(row) };
            self.undoables().insert(token, undoable);
            self.out.answer.undo = Some((token, until));
        }
    }

    pub(crate) fn take_undo(&mut self, now: At, who: &str, token: u64) {
        if self.undo_judgement(now, who, token) {
            return;
        }
        let Some(u) = self.undoables().remove(&token).filter(|u| u.until > now && u.who == who) else {
            return self.refuse("It is too late to undo that.");
        };
        let row = match &u.before {
            Before::Episode(e) => RowId::Episode(e.id),
            Before::Task(t) => RowId::Task(t.id),
            Before::Message { before, after } => return self.undo_message(now, who, (**before).clone(), after),
        };
        if self.revision(row) != u.revision {
            return self.refuse("Something else has happened on that row since: it cannot be undone.");
        }
        for id in u.effects {
            self.withdraw_effect(now, id, "undone");
        }
        match u.before {
            Before::Episode(e) => {
                self.act_line(now, who, Some(&e), "undo", None);
                let line = Line::Episode { mrn: e.mrn.clone(), vital: e.vital, state: e.state, reason: Some("undone".into()) };
                self.say(now, Some(e.id), Some(who), line);
                let id = e.id;
                self.put_episode(*e);
                self.with_episode(id, |desk, e| desk.owe_again(now, e));
            }
            Before::Task(t) => {
                self.act_line(now, who, None, "undo", Some(t.reason.clone()));
                self.put_task(*t);
            }
            Before::Message { .. } => {}
        }
        self.out.answer.row = Some(row);
    }

    /// What the undone act withdrew before it could leave is owed again.
    fn owe_again(&mut self, now: At, e: &mut Episode) {
        let lost_page =
            e.pages.iter().rev().find(|p| p.sent_at.is_none() && !p.resolved && !self.effects.contains_key(&p.effect)).map(|p| p.reason);
        if let (true, Some(reason)) = (e.is_open() && self.leaves(e), lost_page) {
            self.page(now, e, reason);
        }
        let lost_question = e.question.as_ref().is_some_and(|q| q.open() && q.taken_at.is_none() && !self.effects.contains_key(&q.effect));
        let patient = self.patients.get(&e.mrn).cloned();
        if let (true, Some(patient)) = (e.is_open() && self.leaves(e) && lost_question, patient) {
            e.question = None;
            let textable = self.textable(&patient, now);
            self.ask_or_page(now, e, &patient, textable);
        }
    }

    /// Acknowledge silences; claim also tells PagerDuty. Both are leases.
    fn acknowledge(&mut self, now: At, e: &mut Episode, who: &str, claimed: bool, later: Option<At>) {
        if !e.is_open() {
            // A closed episode whose write-back waits: somebody has seen it.
            e.held_by = Some(Held { by: who.into(), at: now, until: None, claimed });
            clear_clock(&mut e.clocks, ClockKind::Review);
            return;
        }
        let until = now + minutes(self.lease_minutes(e));
        let held = Held { by: who.into(), at: now, until: Some(until), claimed };
        if claimed {
            self.tell_pager(now, e, PageAction::Acknowledge, later);
            for step in e.pages.iter_mut().filter(|p| !p.resolved && p.acknowledged.is_none()) {
                step.acknowledged = Some(held.clone());
            }
        }
        self.hold_by(now, e, held);
    }

    fn acknowledge_task(&mut self, now: At, t: &mut Task, who: &str) {
        let m = if t.severity == Severity::Critical {
            self.settings.ack_lease_critical_minutes
        } else {
            self.settings.ack_lease_abnormal_minutes
        };
        let until = now + minutes(m);
        t.acknowledged = Some(Held { by: who.into(), at: now, until: Some(until), claimed: false });
        t.overdue = false;
        clear_clock(&mut t.clocks, ClockKind::Review);
        clear_clock(&mut t.clocks, ClockKind::ReviewPage);
        set_clock(&mut t.clocks, ClockKind::Lease, until);
    }

    fn shelve(&mut self, now: At, e: &mut Episode, who: &str, reason: &str, until: At) {
        if !e.is_open() {
            return self.refuse("The episode is closed.");
        }
        e.shelf = Some(Shelf { by: who.into(), reason: reason.into(), at: now, until });
        e.unacknowledged = false;
        for kind in [ClockKind::AckTarget, ClockKind::Review, ClockKind::ReviewPage] {
            clear_clock(&mut e.clocks, kind);
        }
        set_clock(&mut e.clocks, ClockKind::ShelfEnds, until);
        self.set_state(now, e, EpisodeState::Shelved, Some(reason));
    }

    fn unshelve(&mut self, now: At, e: &mut Episode) {
        if e.shelf.take().is_some() {
            clear_clock(&mut e.clocks, ClockKind::ShelfEnds);
            self.set_state(now, e, EpisodeState::Open, Some("unshelved"));
            e.unacknowledged = true;
        }
    }

    fn add_note(&mut self, now: At, e: &mut Episode, who: &str, text: &str) {
        e.notes.push(Note { at: now, by: who.into(), text: text.into() });
        if e.minutes.is_none() {
            e.minutes = super::pager::minutes_in(text);
        }
        if !e.is_open() {
            self.write_back(now, e);
        }
    }

    /// A nurse writes to the patient; the rules on opt-out and status hold, quiet hours are hers to judge.
    fn nurse_text(&mut self, now: At, who: &str, row: RowId, body: String, later: Option<At>) {
        let mrn = match row {
            RowId::Episode(id) => self.episodes.get(&id).map(|e| e.mrn.clone()),
            RowId::Task(id) => self.tasks.get(&id).and_then(|t| t.mrn.clone()),
        };
        let Some(patient) = mrn.and_then(|m| self.patients.get(&m).cloned()) else {
            return self.refuse("That row has no patient to text.");
        };
        if body.trim().is_empty() || body.chars().count() > 1600 {
            return self.refuse("A text has 1 to 1600 characters.");
        }
        let to = match self.textable(&patient, now) {
            Ok(to) => to,
            Err(why) => return self.refuse(&format!("This patient cannot be texted: {}. Please call.", why.replace('_', " "))),
        };
        let live = self.anything_live();
        let send = |desk: &mut Desk, about| {
            let id = desk.send(now, to.clone(), body.trim().to_string(), TextPurpose::Nurse, about, Priority::SymptomCheck, live);
            if let (Some(later), Some(mut f)) = (later, desk.effects.get(&id).cloned()) {
                if f.state == EffectState::Owed {
                    f.next_try = later;
                    desk.change_effect(f);
                }
            }
        };
        let task_about = crate::outbox::About { mrn: Some(patient.mrn.clone()), ..Default::default() };
        self.on_row(
            now,
            who,
            row,
            later,
            "text",
            |d, e| {
                let about = d.about(e);
                send(d, about);
            },
            |d, _| send(d, task_about),
        );
    }

    #[allow(clippy::too_many_arguments)]
    fn close_row(
        &mut self,
        now: At,
        who: &str,
        row: RowId,
        disposition: String,
        minutes: Option<Decimal>,
        note: String,
        later: Option<At>,
    ) {
        if matches!(row, RowId::Episode(_)) && !DISPOSITIONS.contains(&disposition.as_str()) {
            return self.refuse("A close needs a disposition: acted, watched, false alarm, wrong limit or device.");
        }
        if minutes.is_some_and(|m| m < Decimal::ZERO || m > Decimal::from(600)) {
            return self.refuse("Minutes go from 0 to 600.");
        }
        let closed_already = matches!(row, RowId::Episode(id) if self.episodes.get(&id).is_some_and(|e| !e.is_open()));
        if closed_already {
            return self.refuse("That episode is closed already.");
        }
        self.on_row(
            now,
            who,
            row,
            later,
            "close",
            |d, e| {
                if !note.trim().is_empty() {
                    e.notes.push(Note { at: now, by: who.into(), text: note.trim().into() });
                }
                e.minutes = minutes.or(e.minutes).or_else(|| super::pager::minutes_in(&note));
                d.close_episode(now, e, who, &disposition, later);
                d.write_back_after(now, e, later);
            },
            |_, t| {
                t.closed = Some(crate::Closed { at: now, by: who.into(), disposition: disposition.clone() });
                t.clocks.clear();
            },
        );
    }
}
