//! Promises about texts: none twice, none after STOP, none in quiet hours, none after the answer.

use super::day::text;
use super::wall;
use super::ward::{danger, plain, says_no, says_yes, Broken, Ward};
use crate::scenario::chronicle::{Asked, Seen, What};
use crate::scenario::file::StepAct;
use decide::outbox::{Effect, TextPurpose, Vendor};
use decide::trail::Line;
use decide::At;
use sandbox::{Accepted, AcceptedKind};
use serde_json::json;
use std::collections::HashMap;

/// What was seen of texts so far.
#[derive(Default)]
pub struct Texts {
    /// Accepted by the vendor, by effect.
    taken: HashMap<u64, u32>,
    /// Episodes whose question was answered, and when.
    answered: HashMap<u64, At>,
    /// Symptom checks that wait for an answer: episode, number.
    asked: HashMap<u64, String>,
    /// Words from a number: how often they were said, and how often the console heard them.
    said: HashMap<(String, String), (u32, u32)>,
}

impl Texts {
    pub fn see(&mut self, ward: &Ward<'_>, s: &Seen, broken: &mut Vec<Broken>) {
        match &s.what {
            What::Asked(asked) if asked.write && asked.vendor == Vendor::Twilio => self.leaves(ward, s, asked, broken),
            What::Accepted(a) => self.accepted(ward, a, broken),
            What::Line(entry) => {
                if let Line::Reply { from, body, .. } = &entry.line {
                    self.reply(ward, s, from.expose(), body);
                    self.heard(s, from.expose(), body, broken);
                }
            }
            What::Step(i) => {
                if let StepAct::Reply { from, text, .. } = &ward.scenario.timeline[*i].act {
                    self.said.entry((from.clone(), text.clone())).or_default().0 += 1;
                }
            }
            _ => {}
        }
    }

    /// A webhook that comes twice counts once.
    fn heard(&mut self, s: &Seen, from: &str, body: &str, broken: &mut Vec<Broken>) {
        let (said, heard) = self.said.entry((from.into(), body.into())).or_default();
        *heard += 1;
        if heard > said {
            broken.push(Broken {
                promise: "a webhook that comes twice counts once",
                words: format!("{from} said \"{body}\" {said} times and was heard {heard} times, the last at {}.", s.at),
                expect: vec![json!({ "kind": "reply", "from": from, "body": body, "count": said })],
                expect_none: vec![],
            });
        }
    }

    /// An answer settles a question for good when it fits only one.
    fn reply(&mut self, ward: &Ward<'_>, s: &Seen, from: &str, body: &str) {
        let said = plain(body);
        let open: Vec<u64> = self.asked.iter().filter(|(_, phone)| *phone == from).map(|(id, _)| *id).collect();
        let settles = says_yes(&said) || danger(&said) || (says_no(&said) && open.len() == 1 && ward.people(from).len() == 1);
        if settles {
            for id in open {
                self.answered.entry(id).or_insert(s.at);
                self.asked.remove(&id);
            }
        }
    }

    /// A request to send a text.
    fn leaves(&mut self, ward: &Ward<'_>, s: &Seen, asked: &Asked, broken: &mut Vec<Broken>) {
        let Some((f, t)) = text_of(ward, asked.effect) else { return };
        let to = t.to;
        let purpose = json!(t.purpose);
        if ward.out.contains(to) && t.purpose != TextPurpose::Backup {
            broken.push(Broken {
                promise: "no text after STOP",
                words: format!("A {purpose} text to {to} was sent off at {} although that number had said STOP.", s.at),
                expect: vec![],
                // Twilio refuses it as well (21610): neither must be seen.
                expect_none: vec![
                    json!({ "kind": "sms", "to": to, "purpose": purpose, "status": "sent", "at": text(s.at), "within_s": 1 }),
                    json!({ "kind": "sms", "to": to, "purpose": purpose, "status": "failed", "at": text(s.at), "within_s": 1 }),
                ],
            });
        }
        if let Some(zone) = bound_by_quiet_hours(ward, f, t.purpose) {
            if ward.quiet(&zone, s.clock) && !starts_before_quiet_ends(ward, f, t.purpose, s.clock) {
                let (_, minute) = wall::local(&zone, s.clock);
                broken.push(Broken {
                    promise: "no text in quiet hours",
                    words: format!(
                        "A {purpose} text to {to} was sent off at {}, {:02}:{:02} by the patient's wall clock, in quiet hours.",
                        s.at,
                        minute / 60,
                        minute % 60
                    ),
                    expect: vec![],
                    expect_none: vec![
                        json!({ "kind": "sms", "to": to, "purpose": purpose, "status": "sent", "at": text(s.at), "within_s": 1 }),
                    ],
                });
            }
        }
        if t.purpose == TextPurpose::SymptomCheck {
            let answered = f.about.episode.and_then(|e| self.answered.get(&e)).filter(|at| **at >= f.owed_at);
            if let (Some(at), 0) = (answered, self.taken.get(&f.id).copied().unwrap_or(0)) {
                broken.push(Broken {
                    promise: "no question after its answer",
                    words: format!("The question to {to} was sent off at {} although it was answered at {at}.", s.at),
                    expect: vec![],
                    expect_none: vec![json!({ "kind": "sms", "to": to, "purpose": "symptom_check", "at": text(s.at), "within_s": 1 })],
                });
            }
        }
    }

    fn accepted(&mut self, ward: &Ward<'_>, a: &Accepted, broken: &mut Vec<Broken>) {
        let (to, body) = match &a.what {
            AcceptedKind::Message { to, body, .. } => (to, body.clone()),
            AcceptedKind::Execution { to, parameters, .. } => (to, parameters.to_string()),
            _ => return,
        };
        let Some((f, t)) = text_of(ward, a.effect) else { return };
        let count = self.taken.entry(f.id).or_default();
        *count += 1;
        if *count > 1 {
            broken.push(Broken {
                promise: "no text twice",
                words: format!("Twilio took the same {} text to {to} {count} times: \"{body}\"", json!(t.purpose)),
                expect: vec![json!({ "kind": "sms", "to": to, "purpose": t.purpose, "status": "sent", "body": body, "count": 1 })],
                expect_none: vec![],
            });
        }
        if let (TextPurpose::SymptomCheck, Some(episode)) = (t.purpose, f.about.episode) {
            self.asked.insert(episode, to.clone());
            self.answered.remove(&episode);
        }
    }
}

/// A text, or the flow of Studio in its place.
pub struct Sms<'w> {
    pub to: &'w str,
    pub purpose: TextPurpose,
}

/// The text that a request served.
pub fn text_of<'w>(ward: &'w Ward<'_>, effect: Option<u64>) -> Option<(&'w Effect, Sms<'w>)> {
    let f = ward.left.effects.get(&effect?)?;
    Some((f, Sms { to: f.act.texts()?.expose(), purpose: f.act.purpose()? }))
}

/// The wall clock whose quiet hours bind a text; none: it may go at any hour (critical, or under way).
fn bound_by_quiet_hours(ward: &Ward<'_>, f: &Effect, purpose: TextPurpose) -> Option<jiff::tz::TimeZone> {
    match purpose {
        TextPurpose::SymptomCheck => {
            let episode = ward.left.episodes.get(&f.about.episode?)?;
            // A critical is never held; one that was critical at any time before counts.
            (episode.worst < decide::Severity::Critical).then(|| ward.zone(episode.mrn.expose()))
        }
        TextPurpose::Booked
        | TextPurpose::Rescheduled
        | TextPurpose::Modified
        | TextPurpose::Confirmed
        | TextPurpose::Canceled
        | TextPurpose::Noshowed
        | TextPurpose::Reminder1
        | TextPurpose::Reminder2 => Some(visit_zone(ward, f.about.mrn.as_ref()?.expose())),
        TextPurpose::CheckIn => Some(ward.zone(f.about.mrn.as_ref()?.expose())),
        _ => None,
    }
}

/// The wall clock of a visit's texts: the patient's own zone, else the visit's offset (all visits here are at -0500).
pub fn visit_zone(ward: &Ward<'_>, mrn: &str) -> jiff::tz::TimeZone {
    ward.patients.get(mrn).and_then(|p| p.zone.as_deref()).and_then(wall::zone).unwrap_or_else(|| wall::fixed(-300))
}

/// An event text may go in quiet hours when the visit starts before they end.
fn starts_before_quiet_ends(ward: &Ward<'_>, f: &Effect, purpose: TextPurpose, clock: At) -> bool {
    if matches!(purpose, TextPurpose::SymptomCheck | TextPurpose::CheckIn | TextPurpose::Reminder1 | TextPurpose::Reminder2) {
        return false;
    }
    let Some(mrn) = f.about.mrn.as_ref() else { return false };
    let zone = visit_zone(ward, mrn.expose());
    let mut end = clock;
    while ward.quiet(&zone, end) {
        end += chrono::TimeDelta::minutes(1);
        if end - clock > chrono::TimeDelta::days(1) {
            break;
        }
    }
    super::visits::instants(ward.scenario, f.about.appointment_id.as_deref().unwrap_or_default()).any(|visit| visit <= end)
}
