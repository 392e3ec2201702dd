//! What the desk holds of visits: when each wants to be looked at, and which texts about one have not left yet.
//!
//! The visits themselves stay in the ledger: a clock is all that two hundred thousand of them cost in memory.

use crate::outbox::{Effect, EffectState, ProblemKind, TextPurpose};
use crate::At;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The place up to which live visits have been planned again after a change of settings: (start, number).
pub type PlannedTo = (At, u64);

/// Clocks of visits, and texts that wait.
#[derive(Default)]
pub struct Ahead {
    clocks: BTreeSet<(At, u64)>,
    due: HashMap<u64, At>,
    /// Texts about an appointment that have not left.
    waiting: HashMap<String, BTreeSet<u64>>,
    /// When texts that wait may leave no more.
    closings: BTreeSet<(At, u64)>,
    closing: BTreeMap<u64, At>,
    /// Visits are being planned again, from there on; since when.
    again: Option<(PlannedTo, At)>,
}

/// An owed text about a visit is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEnd {
    pub appointment_id: String,
    pub purpose: TextPurpose,
    pub owed_at: At,
    pub how: TextEnding,
}

/// How a text about a visit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextEnding {
    /// Twilio took it then.
    Left { at: At },
    /// It never left.
    Back { why: String },
    /// Twilio refused it for good.
    Refused { why: String },
}

/// A text that may only leave before its `give_up_at`, to the instant: it is planned again after that.
pub(crate) fn closes(f: &Effect) -> Option<At> {
    match f.act.purpose() {
        Some(TextPurpose::Reminder1 | TextPurpose::Reminder2 | TextPurpose::CheckIn) => f.give_up_at,
        Some(purpose) if purpose.tells_event() => f.give_up_at,
        _ => None,
    }
}

impl Ahead {
    /// From the ledger: clocks by visit, and how far a planning had come when the power went.
    pub fn load(visits: Vec<(u64, At)>, again: Option<PlannedTo>, now: At) -> Ahead {
        Ahead {
            clocks: visits.iter().map(|(id, at)| (*at, *id)).collect(),
            due: visits.into_iter().collect(),
            again: again.map(|to| (to, now)),
            ..Ahead::default()
        }
    }

    /// Sets, moves or stops a visit's clock.
    pub fn set(&mut self, id: u64, due: Option<At>) {
        if let Some(old) = self.due.remove(&id) {
            self.clocks.remove(&(old, id));
        }
        if let Some(due) = due {
            self.clocks.insert((due, id));
            self.due.insert(id, due);
        }
    }

    /// How many visits have a clock.
    pub fn clocks(&self) -> usize {
        self.clocks.len()
    }

    /// When a visit, or a text that may leave no more, is due next.
    pub fn wake_clock(&self) -> Option<At> {
        let clock = self.clocks.first().map(|(due, _)| *due);
        clock.into_iter().chain(self.closings.first().map(|(at, _)| *at)).min()
    }

    /// Since when visits are to be planned again.
    pub fn wake_replan(&self) -> Option<At> {
        self.again.map(|(_, since)| since)
    }

    /// The visit whose time has come first.
    pub fn first_due(&self, now: At) -> Option<u64> {
        self.due(now).next()
    }

    /// Visits that are due, in order.
    pub(crate) fn due(&self, now: At) -> impl Iterator<Item = u64> + '_ {
        self.clocks.iter().take_while(move |(due, _)| *due <= now).map(|(_, id)| *id)
    }

    /// When a visit is due.
    pub(crate) fn due_at(&self, id: u64) -> Option<At> {
        self.due.get(&id).copied()
    }

    /// Texts whose time to leave is over, in order.
    pub(crate) fn closed(&self, now: At) -> impl Iterator<Item = u64> + '_ {
        self.closings.iter().take_while(move |(at, _)| *at <= now).map(|(_, id)| *id)
    }

    /// A text's end is looked at later; it leaves no more all the same.
    pub(crate) fn close_later(&mut self, id: u64, at: At) {
        if let Some(old) = self.closing.get_mut(&id) {
            self.closings.remove(&(*old, id));
            self.closings.insert((at, id));
            *old = at;
        }
    }

    /// Starts planning all live visits again, or notes how far that has come; none: it is done.
    pub fn plan_again(&mut self, to: Option<PlannedTo>, now: At) {
        self.again = to.map(|to| (to, now));
    }

    /// How far a planning has come, while one goes on.
    pub fn planned_to(&self) -> Option<PlannedTo> {
        self.again.map(|(to, _)| to)
    }

    /// Follows an effect. Says how a text about a visit ended, once.
    pub fn follow(&mut self, f: &Effect) -> Option<TextEnd> {
        if let Some(at) = self.closing.remove(&f.id) {
            self.closings.remove(&(at, f.id));
        }
        if let (EffectState::Owed, Some(at)) = (&f.state, closes(f)) {
            self.closing.insert(f.id, at);
            self.closings.insert((at, f.id));
        }
        let (Some(purpose), Some(appointment)) = (f.act.purpose(), &f.about.appointment_id) else { return None };
        if f.outstanding() {
            self.waiting.entry(appointment.clone()).or_default().insert(f.id);
            return None;
        }
        let texts = self.waiting.get_mut(appointment)?;
        let was = texts.remove(&f.id);
        if texts.is_empty() {
            self.waiting.remove(appointment);
        }
        let why = |p: Option<&crate::outbox::Problem>| p.map_or_else(String::new, |p| p.code.clone().unwrap_or_else(|| "refused".into()));
        let how = match &f.state {
            EffectState::Done { at, receipt } => TextEnding::Left { at: receipt.taken_at.filter(|t| t <= at).unwrap_or(*at) },
            EffectState::Withdrawn { .. } if f.problem.as_ref().is_some_and(|p| p.kind == ProblemKind::Busy) => {
                TextEnding::Back { why: "studio_busy".into() }
            }
            EffectState::Withdrawn { why, .. } => TextEnding::Back { why: why.clone() },
            // Looked for, not there, and too late to be sent again.
            EffectState::Failed { .. } if f.problem.as_ref().is_some_and(|p| p.kind == ProblemKind::NoAnswer) => {
                TextEnding::Back { why: "not_taken_in_time".into() }
            }
            _ => TextEnding::Refused { why: why(f.problem.as_ref()) },
        };
        was.then(|| TextEnd { appointment_id: appointment.clone(), purpose, owed_at: f.owed_at, how })
    }

    /// Texts about an appointment that have not left.
    pub fn waiting(&self, appointment_id: &str) -> Vec<u64> {
        self.waiting.get(appointment_id).map(|t| t.iter().copied().collect()).unwrap_or_default()
    }
}
