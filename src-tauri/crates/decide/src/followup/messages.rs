//! What a person does to a message of the outbox: try it again, park it, let it go, correct it.

use crate::desk::{Before, Desk, Undoable};
use crate::input::MessageAct;
use crate::outbox::{Act, Effect, EffectState, TextPurpose};
use crate::trail::Line;
use crate::{seconds, At, Severity};

/// Twilio takes so many characters in one message (contracts.md 3.1).
const LONGEST_TEXT: usize = 1600;

/// A text whose place in a conversation only its own rules know.
fn part_of_a_check(f: &Effect) -> bool {
    matches!(&f.act, Act::Text(t) if matches!(t.purpose, TextPurpose::SymptomCheck | TextPurpose::Clarify | TextPurpose::Backup))
}

/// Why a message cannot be sent again, or `Ok`.
pub fn may_send_again(f: &Effect, now: At) -> Result<(), &'static str> {
    match (&f.state, &f.act) {
        (_, Act::Look(_)) => Err("That is a question, not a message."),
        (EffectState::Owed | EffectState::Unknown { .. } | EffectState::Blocked, _) => Ok(()),
        (EffectState::Parked { .. }, _) => Err("It is parked: let it go first."),
        (EffectState::Sending { .. }, _) => Err("It is on its way."),
        (EffectState::Done { .. }, _) => Err("It was delivered: sending it again would double it."),
        (EffectState::WouldSend { .. }, _) => Err("It was made in shadow mode and never leaves."),
        (EffectState::Withdrawn { .. }, _) => Err("It was withdrawn because it no longer holds."),
        (EffectState::Failed { .. }, _) if part_of_a_check(f) => Err("It belongs to its episode: text the patient from the Worklist."),
        (EffectState::Failed { .. }, _) if f.give_up_at.is_some_and(|at| at <= now) => Err("It is too late for it."),
        (EffectState::Failed { .. }, _) => Ok(()),
    }
}

/// Why a message cannot be parked, or `Ok`.
pub fn may_park(f: &Effect) -> Result<(), &'static str> {
    match (&f.state, &f.act) {
        (_, Act::Page(_)) => Err("A page is never parked. To keep pages back, stop sending: that is heard."),
        (_, Act::Look(_)) => Err("That is a question, not a message."),
        _ if part_of_a_check(f) => Err("A text of an alarm is never parked."),
        (EffectState::Owed | EffectState::Blocked, _) => Ok(()),
        _ => Err("Only what still waits can be parked."),
    }
}

/// Why a parked message cannot be let go, or `Ok`.
pub fn may_unpark(f: &Effect) -> Result<(), &'static str> {
    matches!(f.state, EffectState::Parked { .. }).then_some(()).ok_or("It is not parked.")
}

/// Why a message cannot be edited, or `Ok`.
pub fn may_edit(f: &Effect, now: At) -> Result<(), &'static str> {
    match (&f.state, &f.act) {
        (_, Act::Text(_)) if part_of_a_check(f) => Err("A text of an alarm says what its rule says: correct the patient's number instead."),
        (EffectState::Owed | EffectState::Blocked | EffectState::Parked { .. }, Act::Text(_)) => Ok(()),
        (EffectState::Failed { .. }, Act::Text(_)) => may_send_again(f, now),
        (_, Act::Text(_)) => Err("It has left already."),
        _ => Err("Only a text can be edited here."),
    }
}

impl Desk {
    pub(crate) fn take_message(&mut self, now: At, who: &str, stored: Effect, act: MessageAct, undo_seconds: f64) {
        // What is open is known here better than by whoever read the file.
        let before = self.effects.get(&stored.id).cloned().unwrap_or(stored);
        let later = now + seconds(undo_seconds.max(0.0));
        match self.message_after(now, who, &before, &act, later) {
            Err(why) => self.out.answer.refused = Some(why),
            Ok((after, what, detail)) => {
                self.message_line(now, who, &after, what, detail);
                self.parked_task(now, who, &after);
                self.change_effect(after.clone());
                if undo_seconds > 0.0 {
                    let token = self.new_id();
                    let before = Before::Message { before: Box::new(before), after: Box::new(after) };
                    let undoable = Undoable { until: later, who: who.into(), before, effects: Vec::new(), revision: 0 };
                    self.undoables().insert(token, undoable);
                    self.out.answer.undo = Some((token, later));
                }
            }
        }
    }

    /// The message as the act leaves it, the act's name and what the trail says of it.
    fn message_after(
        &self,
        now: At,
        who: &str,
        f: &Effect,
        act: &MessageAct,
        later: At,
    ) -> Result<(Effect, &'static str, Option<String>), String> {
        let mut after = f.clone();
        let owed_again = |after: &mut Effect| {
            if matches!(after.state, EffectState::Failed { .. }) {
                after.attempts = 0;
                after.first_failed_at = None;
                after.problem = None;
            }
            // An unknown outcome stays one: it is looked up before anything is sent.
            if !matches!(after.state, EffectState::Unknown { .. }) {
                after.state = EffectState::Owed;
            }
            after.next_try = later;
        };
        match act {
            MessageAct::SendAgain => {
                may_send_again(f, now)?;
                self.number_open(f)?;
                owed_again(&mut after);
                Ok((after, "message_sent_again", None))
            }
            MessageAct::Park { why } => {
                may_park(f)?;
                let why = why.trim();
                if why.is_empty() || why.chars().count() > 300 {
                    return Err("why: say why, in 300 characters at most.".into());
                }
                after.state = EffectState::Parked { at: now, by: who.into() };
                Ok((after, "message_parked", Some(why.into())))
            }
            MessageAct::Unpark => {
                may_unpark(f)?;
                owed_again(&mut after);
                Ok((after, "message_unparked", None))
            }
            MessageAct::Edit { to, body } => {
                may_edit(f, now)?;
                let mut changed = Vec::new();
                let Act::Text(text) = &mut after.act else { return Err("Only a text can be edited here.".into()) };
                if let Some(to) = to.as_ref().filter(|to| **to != text.to) {
                    if !super::change::e164(to.expose()) {
                        return Err("to: numbers are in E.164, e.g. +12025550100.".into());
                    }
                    text.to = to.clone();
                    changed.push("number");
                }
                if let Some(body) = body.as_ref().map(|b| b.trim()).filter(|b| *b != text.body) {
                    if body.is_empty() || body.chars().count() > LONGEST_TEXT {
                        return Err("body: a text has 1 to 1600 characters.".into());
                    }
                    text.body = body.into();
                    changed.push("words");
                }
                if changed.is_empty() {
                    return Err("Nothing was changed.".into());
                }
                self.number_open(&after)?;
                if !matches!(after.state, EffectState::Parked { .. }) {
                    owed_again(&mut after);
                }
                Ok((after, "message_edited", Some(changed.join(", "))))
            }
        }
    }

    /// A number that was opted out gets nothing, whoever asks.
    fn number_open(&self, f: &Effect) -> Result<(), String> {
        match &f.act {
            Act::Text(t) if self.opted_out.contains(&t.to) => Err("to: that number is opted out. Please call.".into()),
            _ => Ok(()),
        }
    }

    fn message_line(&mut self, now: At, who: &str, f: &Effect, what: &str, detail: Option<String>) {
        let message = format!("message {} to {}", f.id, f.vendor.name());
        let detail = Some(detail.map_or(message.clone(), |d| format!("{message}: {d}")));
        self.say(now, f.about.episode, Some(who), Line::Act { what: what.into(), mrn: f.about.mrn.clone(), vital: f.about.vital, detail });
    }

    /// A parked message waits for a person: it has a row with a clock until it goes on.
    fn parked_task(&mut self, now: At, who: &str, f: &Effect) {
        let known = self.tasks.values().find(|t| t.effect == Some(f.id) && t.closed.is_none()).map(|t| t.id);
        match (matches!(f.state, EffectState::Parked { .. }), known) {
            (true, None) => {
                let detail = format!("{who} parked a message to {}: it waits until somebody lets it go.", f.vendor.name());
                let id = self.raise(now, "message_parked", None, None, Severity::Routine, detail);
                let (mrn, vital, episode, effect) = (f.about.mrn.clone(), f.about.vital, f.about.episode, f.id);
                self.with_task(id, |_, t| (t.mrn, t.vital, t.episode, t.effect) = (mrn, vital, episode, Some(effect)));
            }
            (false, Some(id)) => self.close_task(now, id, who, "unparked"),
            _ => {}
        }
    }

    /// Takes an act on a message back, if the message is still as the act left it.
    pub(crate) fn undo_message(&mut self, now: At, who: &str, before: Effect, after: &Effect) {
        if self.effects.get(&after.id) != Some(after) {
            self.out.answer.refused = Some("It has gone on since: that cannot be undone.".into());
            return;
        }
        self.message_line(now, who, &before, "undo", None);
        self.parked_task(now, who, &before);
        self.change_effect(before);
    }
}
