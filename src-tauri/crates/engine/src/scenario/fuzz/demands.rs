//! What is demanded by when: pages of criticals, of unanswered checks, of a YES; each held against the weather.

use super::day::text;
use super::talks::Talks;
use super::ward::{danger, plain, says_no, says_yes, stops, Broken, Ward};
use crate::scenario::chronicle::{Seen, What};
use chrono::TimeDelta;
use decide::outbox::{Act, PageAction, PageReason, TextPurpose, Vendor};
use decide::trail::Line;
use decide::{At, Vital};
use sandbox::AcceptedKind;
use serde_json::json;
use std::collections::HashMap;

/// A page or a text that may go goes within so many seconds: the longest wait between two attempts, and the pace.
const WITHIN_SECONDS: i64 = 25;
/// A text is given up after five minutes, then it is a page.
const TEXT_OR_PAGE_SECONDS: i64 = 345;

/// What must happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A critical, or an answer YES.
    Page,
    /// An abnormal.
    TextOrPage,
    /// A symptom check that nobody answered.
    Unanswered,
}

/// One demand on a conversation.
#[derive(Debug, Clone)]
pub struct Demand {
    wanted: Wanted,
    mrn: String,
    vital: Vital,
    since: At,
    /// It is due then, if later than `since`.
    due: At,
    met: Option<At>,
    /// Closed, answered or overtaken: nothing is demanded any more from then on.
    lapsed: Option<At>,
    /// Not foretold.
    void: bool,
    why: &'static str,
}

impl Demand {
    /// Due at once.
    pub fn new(wanted: Wanted, mrn: &str, vital: Vital, s: &Seen) -> Demand {
        let why = if wanted == Wanted::Page { "critical" } else { "abnormal" };
        Demand { wanted, mrn: mrn.into(), vital, since: s.at, due: s.at, met: None, lapsed: None, void: false, why }
    }
}

/// All demands of a run.
#[derive(Default)]
pub struct Demands {
    list: Vec<Demand>,
    staff: Vec<(At, String, &'static str, bool)>,
    incidents: HashMap<String, Vec<String>>,
    closed: HashMap<u64, At>,
    /// Questions that wait for an answer: until when, and whether what was said since leaves that clear.
    questions: HashMap<(String, Vital), (At, bool)>,
}

impl Demands {
    /// Takes a demand up, unless the rules hold it until the morning.
    pub fn add(&mut self, ward: &Ward<'_>, mut demand: Demand) {
        if ward.rules.shadow {
            return;
        }
        let asked = self.questions.get(&(demand.mrn.clone(), demand.vital)).filter(|(due, _)| *due > demand.since);
        if let (Wanted::TextOrPage, Some((due, clear))) = (demand.wanted, asked) {
            // The question that is out serves this rise as well; its wait ends when it said it would.
            demand = Demand { wanted: Wanted::Unanswered, due: *due, void: !clear, ..demand };
        }
        let zone = ward.zone(&demand.mrn);
        if demand.wanted == Wanted::TextOrPage && ward.quiet(&zone, demand.since) && ward.rules.hold {
            // Held, unless it is one of those that never are; what the morning brings is checked by its text or page.
            demand.void = demand.vital != Vital::Spo2;
        }
        self.list.push(demand);
    }

    /// Staff must see it in the same turn.
    pub fn staff(&mut self, s: &Seen, mrn: &str, reason: &'static str) {
        self.staff.push((s.at, mrn.into(), reason, false));
    }

    fn of<'d>(&'d mut self, mrn: &'d str, vital: Vital) -> impl Iterator<Item = &'d mut Demand> {
        self.list.iter_mut().filter(move |d| d.mrn == mrn && d.vital == vital && d.met.is_none() && d.lapsed.is_none())
    }

    /// The conversation was closed by somebody.
    pub fn closed(&mut self, mrn: &str, vital: Vital, at: At) {
        self.of(mrn, vital).for_each(|d| d.lapsed = Some(at));
        self.questions.remove(&(mrn.into(), vital));
    }

    /// What follows is not foretold.
    pub fn murky(&mut self, mrn: &str, vital: Vital) {
        self.of(mrn, vital).for_each(|d| d.void = true);
    }

    /// Back to normal: a text that has not left is not demanded any more.
    pub fn routine(&mut self, mrn: &str, vital: Vital) {
        self.of(mrn, vital).filter(|d| d.wanted == Wanted::TextOrPage).for_each(|d| d.void = true);
    }

    pub fn see(&mut self, ward: &Ward<'_>, talks: &Talks, s: &Seen, broken: &mut Vec<Broken>) {
        match &s.what {
            What::Accepted(a) => match &a.what {
                AcceptedKind::Event { action, dedup_key, incident, .. } if action == "trigger" => {
                    self.incident(dedup_key, incident.as_deref(), s, broken);
                    let about = a.effect.and_then(|id| ward.left.effects.get(&id));
                    if let Some((id, Act::Page(page))) = about.and_then(|f| Some((f.about.episode?, &f.act))) {
                        self.paged(ward, id, page.reason, s, broken);
                    }
                }
                AcceptedKind::Message { .. } => {
                    if let Some((f, t)) = super::texts::text_of(ward, a.effect) {
                        if let (TextPurpose::SymptomCheck, Some(id)) = (t.purpose, f.about.episode) {
                            self.asked(ward, talks, id, s);
                        }
                    }
                }
                _ => {}
            },
            What::Asked(a) if a.write && a.vendor == Vendor::PagerDuty => {
                let f = a.effect.and_then(|id| ward.left.effects.get(&id));
                let Some((id, Act::Page(page))) = f.and_then(|f| Some((f.about.episode?, &f.act))) else { return };
                // One that left in the instant in which it was closed was on its way.
                if let (PageAction::Trigger, Some(at)) = (page.action, self.closed.get(&id).filter(|at| **at < s.at)) {
                    broken.push(Broken {
                        promise: "no page for what is closed",
                        words: format!("Episode {id} was closed at {at}; on call was paged for it at {}.", s.at),
                        expect: vec![],
                        expect_none: vec![json!({ "kind": "page", "action": "trigger", "dedup_key": page.dedup_key, "status": "sent", "from": text(s.at) })],
                    });
                }
            }
            What::Line(entry) => match &entry.line {
                Line::Reply { from, body, .. } => self.reply(ward, s, from.expose(), body),
                Line::Delivery { status, mrn: Some(mrn), .. } if came_to_nothing(status) => {
                    // Undelivered: paged at once, or not at all any more; another clock.
                    let mrn = mrn.expose().to_string();
                    self.questions.retain(|(m, _), _| *m != mrn);
                    self.list
                        .iter_mut()
                        .filter(|d| d.mrn == mrn && d.wanted == Wanted::Unanswered && d.met.is_none())
                        .for_each(|d| d.void = true);
                }
                Line::Delivery { to, status, .. } if came_to_nothing(status) => {
                    for mrn in ward.people(to.expose()) {
                        self.list.iter_mut().filter(|d| d.mrn == mrn && d.met.is_none()).for_each(|d| d.void = true);
                    }
                }
                Line::Attention { reason, mrn: Some(mrn), .. } => {
                    let seen = self.staff.iter_mut().find(|(at, m, r, met)| *at == s.at && m == mrn.expose() && r == reason && !met);
                    if let Some((.., met)) = seen {
                        *met = true;
                    }
                }
                Line::Episode { state, .. } => {
                    if let Some(id) = entry.episode {
                        match state {
                            decide::EpisodeState::Closed => {
                                self.closed.insert(id, s.at);
                            }
                            decide::EpisodeState::Charted => {}
                            _ => {
                                self.closed.remove(&id);
                            }
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// One key opens one incident.
    fn incident(&mut self, key: &str, incident: Option<&str>, s: &Seen, broken: &mut Vec<Broken>) {
        let Some(incident) = incident else { return };
        let known = self.incidents.entry(key.into()).or_default();
        if !known.iter().any(|i| i == incident) {
            known.push(incident.into());
        }
        if known.len() == 2 {
            broken.push(Broken {
                promise: "no page twice",
                words: format!("The page {key} opened a second incident at {}.", s.at),
                expect: vec![json!({ "kind": "page", "action": "trigger", "dedup_key": key, "status": "sent", "count": 1 })],
                expect_none: vec![],
            });
        }
    }

    fn paged(&mut self, ward: &Ward<'_>, episode: u64, reason: PageReason, s: &Seen, broken: &mut Vec<Broken>) {
        let Some((mrn, vital)) = ward.episodes.get(&episode).cloned() else { return };
        let off = ward.weather.off + TimeDelta::seconds(1);
        for d in self.of(&mrn, vital) {
            if reason == PageReason::NoAnswer && d.wanted == Wanted::Unanswered && !d.void && s.at < d.due - off {
                broken.push(Broken {
                    promise: "the reply wait is as long as it says",
                    words: format!("Patient {mrn} had until {} to answer; on call was paged at {}.", d.due, s.at),
                    expect: vec![],
                    expect_none: vec![json!({ "kind": "page", "mrn": mrn, "vital": vital.name(), "reason": "no_answer", "status": "sent", "to": text(d.due - off) })],
                });
            }
            d.met = Some(s.at);
        }
    }

    /// Twilio took a symptom check: from now the patient has the reply wait to answer.
    fn asked(&mut self, ward: &Ward<'_>, talks: &Talks, episode: u64, s: &Seen) {
        let Some((mrn, vital)) = ward.episodes.get(&episode).cloned() else { return };
        let (mut paged, mut anew) = (false, false);
        for d in self.of(&mrn, vital) {
            paged |= d.wanted == Wanted::Page;
            if d.wanted == Wanted::TextOrPage {
                d.met = Some(s.at);
                anew = true;
            }
        }
        let due = s.at + decide::seconds(ward.rules.reply_wait_seconds);
        self.questions.insert((mrn.clone(), vital), (due, true));
        // A critical pages with the question: no second page when the wait ends.
        let critical = paged || (!anew && ward.left.episodes.get(&episode).is_some_and(|e| e.worst == decide::Severity::Critical));
        let changed = ward.patients.get(&mrn).is_none_or(|p| p.changed);
        if critical || changed || !talks.clear(&mrn, vital) {
            return;
        }
        self.list.push(Demand {
            wanted: Wanted::Unanswered,
            mrn,
            vital,
            since: s.at,
            due,
            met: None,
            lapsed: None,
            void: false,
            why: "no answer",
        });
    }

    /// An answer ends the wait; a YES pages.
    fn reply(&mut self, ward: &Ward<'_>, s: &Seen, from: &str, body: &str) {
        let said = plain(body);
        let yes = says_yes(&said) || danger(&said);
        let people: Vec<String> = ward.people(from).into_iter().map(String::from).collect();
        let waiting: Vec<(String, Vital)> = self
            .list
            .iter()
            .filter(|d| d.wanted == Wanted::Unanswered && people.contains(&d.mrn) && d.met.is_none() && d.lapsed.is_none() && !d.void)
            .map(|d| (d.mrn.clone(), d.vital))
            .collect();
        // The short forms are read by what is open, and NO may fit several: then what follows is not foretold.
        let unclear = matches!(said.as_str(), "1" | "2") || (says_no(&said) && (waiting.len() > 1 || people.len() > 1)) || stops(&said);
        for (_, (_, clear)) in self.questions.iter_mut().filter(|((mrn, _), _)| unclear && people.contains(mrn)) {
            *clear = false;
        }
        if !unclear && (yes || says_no(&said)) {
            self.questions.retain(|(mrn, _), _| !people.contains(mrn));
        }
        for (mrn, vital) in waiting {
            for d in self.of(&mrn, vital).filter(|d| d.wanted == Wanted::Unanswered) {
                if unclear {
                    d.void = true;
                } else if yes || says_no(&said) {
                    d.lapsed = Some(s.at);
                }
            }
            if yes && !unclear {
                let demand = Demand { why: "the answer YES", ..Demand::new(Wanted::Page, &mrn, vital, s) };
                self.add(ward, demand);
            }
        }
    }

    /// At the end: every demand was met in the time in which it could be.
    pub fn end(&self, ward: &Ward<'_>, broken: &mut Vec<Broken>) {
        for (at, mrn, reason, met) in &self.staff {
            if !met {
                broken.push(Broken {
                    promise: "a critical that pages nobody is put before staff",
                    words: format!("Patient {mrn} had a critical reading at {at} and no row for staff ({reason})."),
                    expect: vec![json!({ "kind": "attention", "mrn": mrn, "reason": reason })],
                    expect_none: vec![],
                });
            }
        }
        for d in self.list.iter().filter(|d| !d.void) {
            let (seconds, vendors): (i64, &[Vendor]) = match d.wanted {
                Wanted::Page => (WITHIN_SECONDS, &[Vendor::PagerDuty]),
                Wanted::TextOrPage => (TEXT_OR_PAGE_SECONDS, &[Vendor::PagerDuty]),
                Wanted::Unanswered => (WITHIN_SECONDS + 15, &[Vendor::PagerDuty]),
            };
            let mut span = TimeDelta::seconds(seconds) + ward.weather.retry_after + ward.weather.off;
            if ward.patients.len() > 100 {
                // A burst of a crowd waits for the pace.
                span += TimeDelta::seconds(240);
            }
            let Some(deadline) = ward.weather.clear(vendors, d.due, span) else { continue };
            let ended = d.met.into_iter().chain(d.lapsed).min();
            if ended.is_some_and(|at| at <= deadline) {
                continue;
            }
            let (promise, kind) = match d.wanted {
                Wanted::Page if d.why == "critical" => ("every critical is paged in time", "page"),
                Wanted::Page => ("an answer YES pages", "page"),
                Wanted::TextOrPage => ("every abnormal is asked about or paged", "sms"),
                Wanted::Unanswered => ("an unanswered question is paged at its first due time", "page"),
            };
            let when = ended.map_or("never".into(), |at| format!("only at {at}"));
            broken.push(Broken {
                promise,
                words: format!(
                    "Patient {} ({}, {}): due at {}, could be done by {deadline}, was done {when}.",
                    d.mrn,
                    d.vital.name(),
                    d.why,
                    d.due
                ),
                expect: vec![json!({ "kind": kind, "mrn": d.mrn, "status": "sent", "from": text(d.due - TimeDelta::seconds(1)), "to": text(deadline) })],
                expect_none: vec![],
            });
        }
    }
}

/// A delivery report that says that no text arrives.
fn came_to_nothing(status: &str) -> bool {
    matches!(status, "undelivered" | "failed" | "canceled")
}
