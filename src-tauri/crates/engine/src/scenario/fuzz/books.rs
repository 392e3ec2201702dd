//! Promises about what is kept: inputs, the audit chain, the chart, and that every effect is settled or visibly waiting.

use super::ward::{Broken, Ward};
use crate::scenario::chronicle::{Seen, What};
use chrono::TimeDelta;
use decide::outbox::{Act, ChartPurpose, EffectState, Vendor};
use decide::trail::Line;
use decide::EpisodeState;
use sandbox::AcceptedKind;
use serde_json::{json, Value};
use std::collections::HashMap;

/// Well and at work for so long, everything that is owed has had its turn.
const SETTLED_WITHIN_MINUTES: i64 = 40;

/// What was seen of books so far.
#[derive(Default)]
pub struct Books {
    accepted: Vec<Vec<u8>>,
    lines: Vec<Value>,
    intakes: HashMap<String, usize>,
    /// Creates at the chart by episode and purpose.
    created: HashMap<(u64, &'static str), u32>,
    /// Accepted chart writes that were not read since, by effect.
    unread: HashMap<u64, bool>,
    posts: HashMap<u64, u32>,
}

impl Books {
    pub fn see(&mut self, ward: &Ward<'_>, s: &Seen, broken: &mut Vec<Broken>) {
        match &s.what {
            What::Brought { body, status: Some(200..=299), .. } => self.accepted.push(body.clone()),
            What::Line(entry) => {
                if let Line::Intake { source, .. } = &entry.line {
                    *self.intakes.entry(source.clone()).or_default() += 1;
                }
                self.lines.push(json!(entry));
            }
            What::Asked(a) if a.vendor == Vendor::Cerner && !a.write && a.status == Some(200) => {
                if let Some(read) = a.effect.and_then(|id| self.unread.get_mut(&id)) {
                    *read = true;
                }
            }
            What::Accepted(a) => match (&a.what, a.effect) {
                (AcceptedKind::Observation { created: true, .. } | AcceptedKind::Document { created: true, .. }, Some(id)) => {
                    self.unread.insert(id, false);
                    self.charted(ward, s, id, broken);
                }
                (AcceptedKind::Post { text }, Some(id)) => {
                    let posts = self.posts.entry(id).or_default();
                    *posts += 1;
                    // Slack cannot be asked what it has: one that may be a repeat says so.
                    if *posts > 1 && !text.contains("(repeated") {
                        broken.push(Broken {
                            promise: "no post twice unless it says so",
                            words: format!("Slack took the same post twice, again at {}: \"{text}\"", s.at),
                            expect: vec![json!({ "kind": "slack", "status": "sent", "text": text, "count": 1 })],
                            expect_none: vec![],
                        });
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn charted(&mut self, ward: &Ward<'_>, s: &Seen, effect: u64, broken: &mut Vec<Broken>) {
        let Some(f) = ward.left.effects.get(&effect) else { return };
        let (Act::Chart(w), Some(episode)) = (&f.act, f.about.episode) else { return };
        let purpose = match w.purpose {
            ChartPurpose::Reviewed => "reviewed",
            ChartPurpose::Note => "note",
            ChartPurpose::Flowsheet => "flowsheet",
            _ => return,
        };
        let count = self.created.entry((episode, purpose)).or_default();
        *count += 1;
        if *count == 2 {
            broken.push(Broken {
                promise: "each write to the chart once",
                words: format!("The chart took the {purpose} of episode {episode} twice, again at {}.", s.at),
                expect: vec![json!({ "kind": "chart", "purpose": purpose, "episode": episode, "status": "done", "count": 1 })],
                expect_none: vec![],
            });
        }
    }

    /// What must hold of the whole run.
    pub fn end(&mut self, ward: &Ward<'_>, broken: &mut Vec<Broken>) {
        let say = |promise, words: String| Broken { promise, words, expect: vec![], expect_none: vec![] };
        if let Some(why) = &ward.left.chain {
            broken.push(say("the audit chain is whole", why.clone()));
        }
        let trail: Vec<Value> = ward.left.trail.iter().map(|e| json!(e)).collect();
        let told = trail.len().saturating_sub(self.lines.len());
        if trail[told..] != self.lines[..] {
            broken.push(say(
                "the audit trail has every line",
                format!("{} lines were committed, {} are on the trail.", self.lines.len(), trail.len()),
            ));
        }
        self.kept(ward, broken);
        self.read_back(ward, broken);
        self.settled(ward, broken);
        self.closed(ward, broken);
    }

    /// Every body that was answered with "kept" is there, and each has its one intake line.
    fn kept(&self, ward: &Ward<'_>, broken: &mut Vec<Broken>) {
        let mut there: HashMap<&[u8], usize> = HashMap::new();
        for raw in &ward.left.raws {
            *there.entry(raw).or_default() += 1;
        }
        for body in &self.accepted {
            match there.get_mut(body.as_slice()) {
                Some(n) if *n > 0 => *n -= 1,
                _ => broken.push(Broken {
                    promise: "no accepted input is missing",
                    words: format!("This was answered with \"kept\" and is not there: {}", String::from_utf8_lossy(body)),
                    expect: vec![],
                    expect_none: vec![],
                }),
            }
        }
        let bodies: usize = ward.left.raws.iter().map(|raw| inputs(raw)).sum();
        // What was found by looking came without a body.
        let intakes: usize = self.intakes.iter().filter(|(source, _)| !source.ends_with("_poll")).map(|(_, n)| n).sum();
        if bodies != intakes {
            broken.push(Broken {
                promise: "no accepted input is missing",
                words: format!("{bodies} inputs are kept and {intakes} inputs were answered for ({:?}).", self.intakes),
                expect: vec![],
                expect_none: vec![],
            });
        }
    }

    fn read_back(&self, ward: &Ward<'_>, broken: &mut Vec<Broken>) {
        for (id, read) in &self.unread {
            let Some(f) = ward.left.effects.get(id) else { continue };
            if let (EffectState::Done { .. }, false, Act::Chart(w)) = (&f.state, read, &f.act) {
                broken.push(Broken {
                    promise: "each write to the chart is read back",
                    words: format!("The {:?} of patient {} counts as charted and was never read back.", w.purpose, w.mrn.expose()),
                    expect: vec![],
                    expect_none: vec![json!({ "kind": "chart", "mrn": w.mrn.expose(), "purpose": w.purpose, "status": "done" })],
                });
            }
        }
    }

    /// Nothing owed lies about once everything has been well for long enough.
    fn settled(&self, ward: &Ward<'_>, broken: &mut Vec<Broken>) {
        let end = ward.scenario.until;
        let from = end - TimeDelta::minutes(SETTLED_WITHIN_MINUTES);
        let well = Vendor::ALL.iter().all(|v| ward.weather.well(*v, from, end)) && ward.weather.worked(from, end);
        if !well {
            return;
        }
        for f in &ward.left.outstanding {
            let waits = matches!(f.act, Act::Look(_)) || matches!(f.state, EffectState::Blocked) || f.next_try > end || f.owed_at > from;
            if !waits {
                broken.push(Broken {
                    promise: "every effect is settled or visibly waiting",
                    words: format!("Owed since {} to {} and still {:?} (next try {}).", f.owed_at, f.vendor.name(), f.state, f.next_try),
                    expect: vec![],
                    expect_none: vec![],
                });
            }
        }
    }

    /// Every closed episode is charted, or waits visibly for what is missing.
    fn closed(&self, ward: &Ward<'_>, broken: &mut Vec<Broken>) {
        let end = ward.scenario.until;
        let from = end - TimeDelta::minutes(SETTLED_WITHIN_MINUTES);
        let well = ward.weather.well(Vendor::Cerner, from, end) && ward.weather.worked(from, end);
        for e in ward.left.episodes.values() {
            let Some(closed) = &e.closed else { continue };
            if !well || closed.at > from || ward.rules.shadow || e.state == EpisodeState::Charted {
                continue;
            }
            let waits = e.writes.is_some_and(|w| {
                [w.reviewed, w.note, w.flowsheet].iter().any(|w| matches!(w, decide::WriteState::Missing | decide::WriteState::Blocked))
            });
            let seen = !e.clocks.is_empty() || e.held_by.is_some() || overdue(ward, e.id);
            if !waits || !seen {
                broken.push(Broken {
                    promise: "every resolved episode is charted",
                    words: format!(
                        "Episode {} of patient {} was closed at {} and is {:?}, with writes {:?}.",
                        e.id,
                        e.mrn.expose(),
                        closed.at,
                        e.state,
                        e.writes
                    ),
                    expect: vec![json!({ "kind": "episode", "mrn": e.mrn.expose(), "vital": e.vital.name(), "state": "charted" })],
                    expect_none: vec![],
                });
            }
        }
    }
}

/// The inputs in a body: each entry of a Bundle is one.
fn inputs(raw: &[u8]) -> usize {
    let body: Option<Value> = serde_json::from_slice(raw).ok();
    body.filter(|b| b["resourceType"] == "Bundle").and_then(|b| b["entry"].as_array().map(Vec::len)).unwrap_or(1)
}

/// It has alarmed already as waiting too long.
fn overdue(ward: &Ward<'_>, episode: u64) -> bool {
    ward.left.trail.iter().any(|e| e.episode == Some(episode) && matches!(&e.line, Line::Attention { .. }))
}
