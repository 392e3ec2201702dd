//! While the console was away - closed, or the computer asleep - clocks came due. On its return all of them are
//! caught up in one turn; this is the list of what was due and what became of it.

use crate::desk::Desk;
use crate::input::RowId;
use crate::outbox::{Act, TextPurpose};
use crate::trail::{Entry, Line};
use crate::{At, ClockKind, Episode, Mrn, Vital};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// So many are listed; the rest is counted.
const LISTED: usize = 200;

/// Why the console was away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    Closed,
    Asleep,
}

/// What became of something that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It leaves now.
    SentLate,
    /// It waits for a later time that is allowed.
    Held,
    /// Too late to be of use: it does not leave.
    Dropped,
    /// It is put before staff now.
    Alarmed,
    /// A vendor is asked first, then it goes on.
    LookedUp,
    /// It had settled itself.
    Nothing,
}

/// One thing that was due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AwayItem {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub due: Option<At>,
    /// A clock's name (`reply_wait`, `ack_target` ...) or a text's purpose (`reminder_1` ...).
    pub what: String,
    pub became: Became,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<At>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub row: Option<RowId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mrn: Option<Mrn>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vital: Option<Vital>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub appointment_id: Option<String>,
}

/// One absence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Away {
    pub from: At,
    pub until: At,
    pub why: Why,
    pub items: Vec<AwayItem>,
    /// Due as well, and not listed.
    #[serde(default)]
    pub more: usize,
}

impl Away {
    /// How many became that.
    pub fn count(&self, became: Became) -> usize {
        self.items.iter().filter(|i| i.became == became).count()
    }
}

/// What had come due when the console returned, before it caught up.
#[derive(Debug, Default)]
pub struct Due {
    clocks: Vec<(At, RowId, ClockKind)>,
    /// Effects that were ready to leave.
    effects: Vec<u64>,
    /// Numbers given from here on belong to the catching up.
    first_new: u64,
}

/// The console's own rounds are nobody's business.
fn tells(kind: ClockKind) -> bool {
    !matches!(kind, ClockKind::ReplyLook | ClockKind::InboundPoll | ClockKind::PagerPoll)
}

impl Desk {
    /// What has come due since the console was last there. Taken before it catches up.
    pub fn due_while_away(&self, from: At, now: At) -> Due {
        let clocks = self.clocks_due(now).into_iter().filter(|(_, _, kind)| tells(*kind)).collect();
        let effects = self
            .effects
            .values()
            .filter(|f| f.outstanding() && !matches!(f.act, Act::Look(_)) && f.next_try <= now && f.owed_at <= from)
            .map(|f| f.id)
            .collect();
        Due { clocks, effects, first_new: self.next_number() }
    }

    /// What became of it, from the desk as it is now and the lines that were said in catching up.
    pub fn away(&self, from: At, until: At, why: Why, due: &Due, said: &[(u64, Entry)]) -> Away {
        let mut items: Vec<AwayItem> = due.clocks.iter().map(|(at, row, kind)| self.clock_item(*at, *row, *kind, due, said)).collect();
        items.extend(due.effects.iter().filter_map(|id| self.effect_item(*id, until)));
        items.extend(self.visit_items(due, said));
        items.sort_by_key(|i| i.due);
        let more = items.len().saturating_sub(LISTED);
        items.truncate(LISTED);
        Away { from, until, why, items, more }
    }

    fn clock_item(&self, at: At, row: RowId, kind: ClockKind, due: &Due, said: &[(u64, Entry)]) -> AwayItem {
        let what = serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(String::from)).unwrap_or_default();
        let mut item = AwayItem {
            due: Some(at),
            what,
            became: Became::Nothing,
            reason: None,
            until: None,
            row: Some(row),
            mrn: None,
            vital: None,
            appointment_id: None,
        };
        match row {
            RowId::Episode(id) => {
                if let Some(e) = self.episodes.get(&id) {
                    (item.mrn, item.vital) = (Some(e.mrn.clone()), Some(e.vital));
                    (item.became, item.until) = self.episode_became(e, due, said);
                }
            }
            RowId::Task(id) => {
                if let Some(t) = self.tasks.get(&id) {
                    (item.mrn, item.vital, item.became) = (t.mrn.clone(), t.vital, Became::Alarmed);
                }
            }
        }
        item
    }

    fn episode_became(&self, e: &Episode, due: &Due, said: &[(u64, Entry)]) -> (Became, Option<At>) {
        let new = |look: bool| {
            self.effects.values().any(|f| {
                f.id >= due.first_new
                    && f.about.episode == Some(e.id)
                    && matches!(f.act, Act::Look(_)) == look
                    && !matches!(f.act, Act::Post(_))
            })
        };
        let lines = || said.iter().map(|(_, entry)| entry).filter(|entry| entry.episode == Some(e.id));
        if new(false) {
            (Became::SentLate, None)
        } else if new(true) {
            (Became::LookedUp, None)
        } else if let (Some(until), true) = (e.held_until, e.is_open()) {
            (Became::Held, Some(until))
        } else if lines().any(|entry| matches!(&entry.line, Line::Sms { status, .. } if status == "withheld")) {
            (Became::Dropped, None)
        } else if lines().any(|entry| matches!(&entry.line, Line::Attention { .. })) {
            (Became::Alarmed, None)
        } else {
            (Became::Nothing, None)
        }
    }

    fn effect_item(&self, id: u64, until: At) -> Option<AwayItem> {
        let f = self.effects.get(&id)?;
        let what = match &f.act {
            Act::Text(t) => purpose(t.purpose),
            Act::Page(_) | Act::PageNote(_) => "page".into(),
            Act::Post(_) => "post".into(),
            Act::Chart(_) => "chart".into(),
            Act::EhrRequest(_) => "ehr_request".into(),
            _ => "request".into(),
        };
        let late = f.give_up_at.is_some_and(|g| g <= until);
        Some(AwayItem {
            due: Some(f.next_try),
            what,
            became: if late { Became::Dropped } else { Became::SentLate },
            reason: late.then(|| "too_late".into()),
            until: None,
            row: f.about.episode.map(RowId::Episode),
            mrn: f.about.mrn.clone(),
            vital: f.about.vital,
            appointment_id: f.about.appointment_id.clone(),
        })
    }

    /// Visits say on the trail what became of their texts; one that leaves now is a new effect.
    fn visit_items(&self, due: &Due, said: &[(u64, Entry)]) -> Vec<AwayItem> {
        let mut items = Vec::new();
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        for (_, entry) in said {
            let Line::Sms { appointment_id: Some(id), purpose: p, status, reason, until, mrn, .. } = &entry.line else { continue };
            let became = match status.as_str() {
                "held" => Became::Held,
                "withheld" => Became::Dropped,
                _ => Became::SentLate,
            };
            if seen.insert((id.clone(), purpose(*p))) {
                items.push(visit_item(id, purpose(*p), became, reason.clone(), *until, mrn.clone()));
            }
        }
        for f in self.effects.values().filter(|f| f.id >= due.first_new) {
            if let (Act::Text(t), Some(id)) = (&f.act, &f.about.appointment_id) {
                if seen.insert((id.clone(), purpose(t.purpose))) {
                    items.push(visit_item(id, purpose(t.purpose), Became::SentLate, None, None, f.about.mrn.clone()));
                }
            }
        }
        items
    }

    /// Kept on the trail, and shown until somebody has seen it.
    pub(crate) fn take_was_away(&mut self, now: At, away: Away) {
        self.remember("away", serde_json::to_value(&away).unwrap_or_default());
        self.say(now, None, None, Line::Away(away.clone()));
        self.watch.away = Some(away);
    }
}

fn visit_item(id: &str, what: String, became: Became, reason: Option<String>, until: Option<At>, mrn: Option<Mrn>) -> AwayItem {
    AwayItem { due: None, what, became, reason, until, row: None, mrn, vital: None, appointment_id: Some(id.into()) }
}

fn purpose(p: TextPurpose) -> String {
    serde_json::to_value(p).ok().and_then(|v| v.as_str().map(String::from)).unwrap_or_default()
}
