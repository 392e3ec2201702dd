//! What PagerDuty says happened, by webhook or by polling: whichever is first wins, the other is a no-op.

use crate::desk::{clear_clock, has_clock, set_clock, Desk};
use crate::input::RowId;
use crate::outbox::{Agent, Effect, PagerEvent, PagerEventKind, SeenIncident, SeenNote};
use crate::rows::Row;
use crate::trail::{IntakeOutcome, Line};
use crate::{minutes, At, ClockKind, Episode, EpisodeState, Held, Note, Severity, Source};
use rust_decimal::Decimal;
use std::str::FromStr;

impl Desk {
    pub(crate) fn take_pager(&mut self, now: At, source: Source, event: PagerEvent, seen: bool) {
        let id = self.episode_of(&event);
        let mrn = id.map(|id| self.episodes[&id].mrn.clone());
        if seen {
            self.intake(now, source.name(), IntakeOutcome::Duplicate, None, None, mrn.as_ref());
            return;
        }
        self.out.rows.push(Row::Seen { key: format!("pd:{}", event.id), at: now });
        self.intake(now, source.name(), IntakeOutcome::Kept, None, None, mrn.as_ref());
        let Some(id) = id else { return };
        self.out.answer.row = Some(RowId::Episode(id));
        self.with_episode(id, |desk, e| {
            let Some(i) = step_of(e, &event) else { return };
            e.pages[i].incident.get_or_insert_with(|| event.incident_id.clone());
            clear_clock(&mut e.clocks, ClockKind::Proof);
            let who = event.agent.as_ref().and_then(|a| a.name.clone());
            let action = serde_json::to_value(event.kind).ok().and_then(|v| v.as_str().map(String::from)).unwrap_or_default();
            if event.kind != PagerEventKind::Other {
                let line = Line::Incident {
                    action,
                    mrn: e.mrn.clone(),
                    vital: e.vital,
                    dedup_key: e.pages[i].dedup_key.clone(),
                    note: event.note.clone(),
                };
                desk.say(now, Some(id), who.as_deref(), line);
            }
            match event.kind {
                PagerEventKind::Acknowledged => desk.incident_acknowledged(now, e, i, event.agent.as_ref()),
                PagerEventKind::Unacknowledged | PagerEventKind::Reopened => desk.incident_open_again(now, e, i),
                PagerEventKind::Resolved => desk.incident_resolved(now, e, i, event.agent.as_ref(), None),
                PagerEventKind::Annotated => {
                    if let Some(text) = event.note.clone() {
                        desk.noted(now, e, &event.id, who.as_deref().unwrap_or("PagerDuty"), &text);
                    }
                }
                PagerEventKind::Triggered | PagerEventKind::Escalated | PagerEventKind::Reassigned | PagerEventKind::Other => {}
            }
        });
    }

    fn episode_of(&self, event: &PagerEvent) -> Option<u64> {
        self.episodes.values().rev().find(|e| step_of(e, event).is_some()).map(|e| e.id)
    }

    /// A look at an incident: proof, and what its webhooks may not have brought.
    pub(crate) fn incident_found(&mut self, now: At, f: &Effect, incident: Option<SeenIncident>) {
        let crate::outbox::Act::Look(crate::outbox::Look::Incident { dedup_key }) = &f.act else { return };
        let Some(id) = f.about.episode else { return };
        self.with_episode(id, |desk, e| {
            let Some(i) = e.pages.iter().position(|p| &p.dedup_key == dedup_key) else { return };
            let Some(seen) = incident else {
                if has_clock(&e.clocks, ClockKind::Proof) {
                    desk.look_incident(now, e, dedup_key.clone(), 5.0);
                }
                if !e.is_open() {
                    desk.write_back(now, e);
                }
                return;
            };
            e.pages[i].incident = Some(seen.id.clone());
            clear_clock(&mut e.clocks, ClockKind::Proof);
            for note in &seen.notes {
                desk.take_note(now, e, note);
            }
            match seen.status.as_str() {
                "acknowledged" if e.pages[i].acknowledged.is_none() => {
                    let agent = Agent { kind: "user_reference".into(), id: String::new(), name: seen.acknowledged_by.clone() };
                    desk.incident_acknowledged(now, e, i, Some(&agent));
                }
                "resolved" => desk.incident_resolved(now, e, i, seen.resolved_by.as_ref(), Some(&seen)),
                _ => {}
            }
            // Its notes have been read now: what a closed episode can write, it writes.
            if !e.is_open() {
                desk.write_back(now, e);
            }
        });
    }

    fn take_note(&mut self, now: At, e: &mut Episode, note: &SeenNote) {
        self.noted(now, e, &note.id, &note.by, &note.text);
    }

    /// A note from the incident; the same one by webhook and by polling is one note.
    fn noted(&mut self, now: At, e: &mut Episode, _id: &str, by: &str, text: &str) {
        let own = text.starts_with(&self.case_id(&e.mrn));
        if own || e.notes.iter().any(|n| n.text == text) {
            return;
        }
        e.notes.push(Note { at: now, by: by.into(), text: text.into() });
        if e.minutes.is_none() {
            e.minutes = minutes_in(text);
        }
        if !e.is_open() {
            self.write_back(now, e);
        }
    }

    fn incident_acknowledged(&mut self, now: At, e: &mut Episode, i: usize, agent: Option<&Agent>) {
        if e.pages[i].acknowledged.is_some() || e.pages[i].resolved || !e.is_open() {
            return;
        }
        // An automation's acknowledgement is our own echo, or nobody's: it silences nothing.
        if !agent.is_some_and(Agent::is_person) {
            return;
        }
        let by = agent.and_then(|a| a.name.clone()).unwrap_or_else(|| "on call".into());
        let until = now + minutes(self.lease_minutes(e));
        let held = Held { by, at: now, until: Some(until), claimed: false };
        e.pages[i].acknowledged = Some(held.clone());
        self.hold_by(now, e, held);
    }

    /// Somebody has it: silence, and a lease.
    pub(crate) fn hold_by(&mut self, now: At, e: &mut Episode, held: Held) {
        for kind in [ClockKind::AckTarget, ClockKind::AckLimit, ClockKind::BackupText, ClockKind::Review, ClockKind::ReviewPage] {
            clear_clock(&mut e.clocks, kind);
        }
        if let Some(until) = held.until {
            set_clock(&mut e.clocks, ClockKind::Lease, until);
        }
        let by = held.by.clone();
        e.held_by = Some(held);
        e.unacknowledged = false;
        if e.state == EpisodeState::Acknowledged {
            return;
        }
        e.state = EpisodeState::Acknowledged;
        self.say(
            now,
            Some(e.id),
            Some(&by),
            Line::Episode { mrn: e.mrn.clone(), vital: e.vital, state: EpisodeState::Acknowledged, reason: None },
        );
    }

    /// How long an acknowledgement holds.
    pub(crate) fn lease_minutes(&self, e: &Episode) -> f64 {
        if e.worst == Severity::Critical {
            self.settings.ack_lease_critical_minutes
        } else {
            self.settings.ack_lease_abnormal_minutes
        }
    }

    fn incident_open_again(&mut self, now: At, e: &mut Episode, i: usize) {
        e.pages[i].acknowledged = None;
        e.pages[i].resolved = false;
        if e.is_open() {
            e.held_by = None;
            clear_clock(&mut e.clocks, ClockKind::Lease);
            self.set_state(now, e, EpisodeState::Paged, Some("unacknowledged"));
            self.attention(now, "unacknowledged", (&e.mrn, Some(e.vital)), Some(e.id), "The page is open again at PagerDuty.");
            self.sound(e, "page open again");
        }
    }

    /// Only a resolve by a person counts; any other goes to staff as "resolved by nobody".
    fn incident_resolved(&mut self, now: At, e: &mut Episode, i: usize, agent: Option<&Agent>, seen: Option<&SeenIncident>) {
        if e.pages[i].resolved {
            return;
        }
        e.pages[i].resolved = true;
        if !e.is_open() {
            return;
        }
        let Some(person) = agent.filter(|a| a.is_person()) else {
            e.held_by = None;
            clear_clock(&mut e.clocks, ClockKind::Lease);
            self.review(now, e, "resolved_by_nobody");
            self.attention(
                now,
                "resolved_by_nobody",
                (&e.mrn, Some(e.vital)),
                Some(e.id),
                "The incident was resolved automatically: no clinician has reviewed it.",
            );
            self.set_state(now, e, EpisodeState::NurseReview, Some("resolved_by_nobody"));
            self.sound(e, "resolved by nobody");
            return;
        };
        let by = person.name.clone().unwrap_or_else(|| "on call".into());
        let key = e.pages[i].dedup_key.clone();
        self.close_episode(now, e, &by, "resolved_in_pagerduty", None);
        if seen.is_some() {
            self.write_back(now, e);
        } else {
            // The webhook carries no note: read the incident's notes before the write-back says that one is missing.
            self.look_incident(now, e, key, 0.0);
        }
    }
}

/// The page step that an event is about.
fn step_of(e: &Episode, event: &PagerEvent) -> Option<usize> {
    e.pages.iter().position(|p| {
        event.dedup_key.as_deref() == Some(&p.dedup_key) || (p.incident.is_some() && p.incident.as_deref() == Some(&event.incident_id))
    })
}

/// Minutes that a person wrote: "12 min", "12 minutes", "1.5 min".
pub fn minutes_in(text: &str) -> Option<Decimal> {
    let lower = text.to_lowercase();
    for (i, _) in lower.match_indices("min") {
        let after = lower[i..].trim_start_matches(|c: char| c.is_alphabetic());
        let word = &lower[i..lower.len() - after.len()];
        if !matches!(word, "min" | "mins" | "minute" | "minutes" | "minutos" | "minuto") {
            continue;
        }
        let number: String = lower[..i]
            .trim_end()
            .chars()
            .rev()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        if let Ok(d) = Decimal::from_str(number.trim_matches('.')) {
            return Some(d);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_come_from_a_persons_words() {
        for (note, minutes) in [
            ("Called. 12 min.", Some("12")),
            ("5 minutes on the phone", Some("5")),
            ("took 1.5min", Some("1.5")),
            ("Called, will recheck.", None),
            ("minor", None),
            ("admin 3", None),
        ] {
            assert_eq!(minutes_in(note), minutes.map(|m| Decimal::from_str(m).unwrap()), "{note}");
        }
    }
}
