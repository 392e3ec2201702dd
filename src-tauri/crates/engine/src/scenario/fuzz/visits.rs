//! Visits as the rules have them (behaviour.md 2.1 to 2.4): when a reminder may go, how often, and which answers become
//! requests to the EHR.

use super::day::text;
use super::texts::{text_of, visit_zone};
use super::told::told;
use super::wall;
use super::ward::{plain, Broken, Ward};
use crate::scenario::chronicle::{Seen, What};
use crate::scenario::file::{Scenario, StepAct};
use chrono::TimeDelta;
use decide::outbox::{Act, TextPurpose, Vendor};
use decide::trail::{IntakeOutcome, Line};
use decide::At;
use sandbox::AcceptedKind;
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Not within so long after the last text about that visit.
const GAP_SECONDS: i64 = 120;
/// At most so many reminders a patient and local day.
const A_DAY: u32 = 2;

/// A visit as it was last told.
struct Told {
    event: Value,
    instant: At,
    patient: String,
    newest: At,
    canceled: bool,
    /// No reminders any more for another reason.
    over: bool,
    /// Counts the armings.
    arming: u32,
    /// Reminders taken in this arming.
    taken: [u32; 2],
    /// Reminders of this arming that were listed as not sent.
    listed: [bool; 2],
    last_text: Option<At>,
}

/// All visits.
#[derive(Default)]
pub struct Visits {
    told: BTreeMap<String, Told>,
    /// Reminders by patient and local day.
    days: HashMap<(String, String), u32>,
    /// Answers and requests: by number and kind, by appointment and kind.
    answers: HashMap<(String, &'static str), u32>,
    /// Texts that Twilio took: one that goes again is another promise.
    sent: HashSet<u64>,
    requests: HashMap<(String, String), u32>,
}

/// The instant of an event: wall clock minus offset.
fn instant(event: &Value) -> Option<At> {
    let wall = chrono::NaiveDateTime::parse_from_str(event["appointment_datetime"].as_str()?, "%Y-%m-%dT%H:%M:%S").ok()?;
    let zone: i64 = event["appointment_timezone"].as_str()?.parse().ok()?;
    let minutes = zone / 100 * 60 + zone % 100;
    Some((wall - TimeDelta::minutes(minutes)).and_utc())
}

/// All instants that a visit is ever told to be at.
pub fn instants<'s>(scenario: &'s Scenario, appointment: &'s str) -> impl Iterator<Item = At> + 's {
    let events = scenario.timeline.iter().filter_map(|step| told(scenario, step));
    events.filter(move |e| e["appointment_id"] == appointment).filter_map(|e| instant(&e))
}

/// The numbers that a visit is ever told to have.
fn phones(scenario: &Scenario, appointment: &str) -> BTreeSet<String> {
    let events = scenario.timeline.iter().filter_map(|step| told(scenario, step)).filter(|e| e["appointment_id"] == appointment);
    events.filter_map(|e| e["patient_phone"].as_str().map(String::from)).collect()
}

impl Visits {
    pub fn see(&mut self, ward: &Ward<'_>, s: &Seen, broken: &mut Vec<Broken>) {
        match &s.what {
            What::Line(entry) => match &entry.line {
                Line::Intake { outcome: IntakeOutcome::Kept, appointment_id: Some(_), .. } => {
                    if let Some(event) = ward.step.and_then(|i| told(ward.scenario, &ward.scenario.timeline[i])) {
                        self.event(&event, s.clock);
                    }
                }
                Line::Sms { purpose, appointment_id: Some(id), status, .. } if status != "held" && status != "sent" => {
                    if let (Some(told), Some(n)) = (self.told.get_mut(id), which(*purpose)) {
                        told.listed[n] = true;
                    }
                }
                _ => {}
            },
            What::Step(i) => {
                if let StepAct::Reply { from, text, .. } = &ward.scenario.timeline[*i].act {
                    if let Some(kind) = answer(text) {
                        *self.answers.entry((from.clone(), kind)).or_default() += 1;
                    }
                }
                if let StepAct::Studio { body } = &ward.scenario.timeline[*i].act {
                    let id = body["appointment_id"].as_str().unwrap_or_default();
                    let kind = if body["event_type"] == "Confirm" { "CONFIRM" } else { "CANCEL" };
                    *self.answers.entry((id.into(), kind)).or_default() += 1;
                }
            }
            What::Asked(a) if a.write && a.vendor == Vendor::Twilio => {
                if let Some((f, t)) = text_of(ward, a.effect) {
                    let again = self.sent.contains(&f.id);
                    if let (Some(n), Some(id), false) = (which(t.purpose), f.about.appointment_id.clone(), again) {
                        self.reminder_leaves(ward, s, &id, n, broken);
                    }
                }
            }
            What::Accepted(a) => {
                if let (AcceptedKind::Message { to, .. } | AcceptedKind::Execution { to, .. }, Some((f, t))) =
                    (&a.what, text_of(ward, a.effect))
                {
                    let again = !self.sent.insert(f.id);
                    if let (Some(id), false) = (f.about.appointment_id.clone(), again) {
                        self.taken(ward, s, &id, t.purpose, to, broken);
                    }
                }
                if let AcceptedKind::EhrRequest { .. } = &a.what {
                    let request = a.effect.and_then(|id| ward.left.effects.get(&id)).map(|f| &f.act);
                    if let Some(Act::EhrRequest(r)) = request {
                        self.requested(ward, s, &r.appointment_id, &r.event_type, broken);
                    }
                }
            }
            _ => {}
        }
    }

    fn event(&mut self, event: &Value, clock: At) {
        let (Some(id), Some(at)) = (event["appointment_id"].as_str(), instant(event)) else { return };
        let kind = event["event_type"].as_str().unwrap_or_default();
        let stamp = event["event_datetime_utc"].as_str().and_then(|t| t.parse().ok()).unwrap_or(clock);
        let patient = event["patient_id"].as_str().unwrap_or_default().to_string();
        let Some(told) = self.told.get_mut(id) else {
            let first = Told {
                event: event.clone(),
                instant: at,
                patient,
                newest: stamp,
                canceled: kind == "CANCELED",
                over: kind == "NOSHOWED" || at <= clock,
                arming: 1,
                taken: [0; 2],
                listed: [false; 2],
                last_text: None,
            };
            self.told.insert(id.into(), first);
            return;
        };
        let mut same = told.event.clone();
        same["event_datetime_utc"] = event["event_datetime_utc"].clone();
        if same == *event || stamp < told.newest || (told.canceled && !matches!(kind, "RESCHEDULED" | "BOOKED")) {
            return;
        }
        let moved = at != told.instant;
        let live = !told.canceled && !told.over && told.instant > clock;
        let arms = kind == "RESCHEDULED" || (matches!(kind, "BOOKED" | "MODIFIED") && moved) || (kind == "BOOKED" && !live);
        told.event = event.clone();
        told.newest = stamp;
        told.instant = at;
        told.patient = patient;
        if arms {
            told.arming += 1;
            told.taken = [0; 2];
            told.listed = [false; 2];
            (told.canceled, told.over) = (false, false);
        }
        told.canceled |= kind == "CANCELED";
        told.over |= kind == "NOSHOWED" || at <= clock;
    }

    /// A reminder is sent off: whether it may be, now.
    fn reminder_leaves(&mut self, ward: &Ward<'_>, s: &Seen, id: &str, n: usize, broken: &mut Vec<Broken>) {
        let Some(told) = self.told.get(id) else { return };
        let clock = s.clock;
        let lead = |minutes: i64| told.instant - TimeDelta::minutes(minutes);
        let rules = &ward.rules;
        let (due, end) = match n {
            0 => (lead(rules.first), if rules.second > 0 { lead(rules.second) } else { told.instant }),
            _ => (lead(rules.second), told.instant),
        };
        let zone = visit_zone(ward, &told.patient);
        let (_, minute) = wall::local(&zone, clock);
        // Twilio stamps what it took by whole seconds.
        let gap = told.last_text.is_some_and(|last| s.at - last < TimeDelta::seconds(GAP_SECONDS - 1) - ward.weather.off);
        let why = match () {
            () if told.canceled => "the visit was canceled",
            () if told.over => "the visit was over",
            () if clock < due => "it was not due yet",
            () if clock >= end && n == 0 && rules.second > 0 => "the second reminder was due already",
            () if clock >= end => "the visit had begun",
            () if !wall::inside(minute, rules.window.0, rules.window.1) => "it was outside the outreach window",
            () if gap => "a text about that visit had gone less than two minutes before",
            () => return,
        };
        let purpose = format!("reminder_{}", n + 1);
        broken.push(Broken {
            promise: "no reminder against the rules",
            words: format!(
                "Reminder {} of visit {id} was sent off at {} ({:02}:{:02} there): {why}.",
                n + 1,
                s.at,
                minute / 60,
                minute % 60
            ),
            expect: vec![],
            expect_none: vec![
                json!({ "kind": "sms", "appointment_id": id, "purpose": purpose, "status": "sent", "at": text(s.at), "within_s": 1 }),
            ],
        });
    }

    fn taken(&mut self, ward: &Ward<'_>, s: &Seen, id: &str, purpose: TextPurpose, to: &str, broken: &mut Vec<Broken>) {
        let Some(told) = self.told.get_mut(id) else { return };
        told.last_text = Some(s.at);
        let Some(n) = which(purpose) else { return };
        told.taken[n] += 1;
        let purpose = format!("reminder_{}", n + 1);
        if told.taken[n] == 2 {
            broken.push(Broken {
                promise: "each reminder once",
                words: format!("Reminder {} of visit {id} went twice in one arming, again at {}.", n + 1, s.at),
                expect: vec![json!({ "kind": "sms", "appointment_id": id, "purpose": purpose, "status": "sent", "count": told.arming })],
                expect_none: vec![],
            });
        }
        let (day, _) = wall::local(&visit_zone(ward, &told.patient), s.clock);
        let count = self.days.entry((told.patient.clone(), day.clone())).or_default();
        *count += 1;
        if *count == A_DAY + 1 {
            broken.push(Broken {
                promise: "at most two reminders a day",
                words: format!("Patient {} ({to}) got {count} reminders on {day}, the last at {}.", told.patient, s.at),
                expect: vec![],
                expect_none: vec![
                    json!({ "kind": "sms", "appointment_id": id, "purpose": purpose, "status": "sent", "at": text(s.at), "within_s": 1 }),
                ],
            });
        }
    }

    /// The EHR took a request: each answer of a patient makes one.
    fn requested(&mut self, ward: &Ward<'_>, s: &Seen, id: &str, kind: &str, broken: &mut Vec<Broken>) {
        let count = self.requests.entry((id.to_string(), kind.to_string())).or_default();
        *count += 1;
        let Some(told) = self.told.get(id) else { return };
        let phones = phones(ward.scenario, id);
        let kind_known = if kind == "CONFIRM" { "CONFIRM" } else { "CANCEL" };
        // By a text from one of its numbers, or by the callback of its flow.
        let whose = phones.iter().map(String::as_str).chain([id]);
        let said: u32 = whose.map(|who| self.answers.get(&(who.to_string(), kind_known)).copied().unwrap_or(0)).sum();
        if *count > said {
            broken.push(Broken {
                promise: "one request for each answer",
                words: format!(
                    "Patient {} said {kind} {said} times; the EHR took {count} requests about visit {id}, the last at {}.",
                    told.patient, s.at
                ),
                expect: vec![json!({ "kind": "ehr_request", "appointment_id": id, "event_type": kind, "status": "sent", "count": said })],
                expect_none: vec![],
            });
        }
    }

    /// At the end: a reminder whose time is over was sent, or is listed with the reason.
    pub fn end(&self, ward: &Ward<'_>, broken: &mut Vec<Broken>) {
        if ward.rules.version > 0 || ward.rules.shadow {
            return;
        }
        let end = ward.scenario.until;
        for (id, told) in &self.told {
            if told.canceled || told.over {
                continue;
            }
            for n in 0..2 {
                let minutes = [ward.rules.second, 0][n];
                let over = told.instant - TimeDelta::minutes(minutes);
                let off = n == 1 && ward.rules.second == 0;
                if off || !ward.weather.worked(over, over + TimeDelta::minutes(10)) || over + TimeDelta::minutes(10) > end {
                    continue;
                }
                if told.taken[n] == 0 && !told.listed[n] {
                    broken.push(Broken {
                        promise: "no reminder is forgotten",
                        words: format!("Reminder {} of visit {id} could go until {over}; it neither went nor is it listed.", n + 1),
                        expect: vec![json!({ "kind": "sms", "appointment_id": id, "purpose": format!("reminder_{}", n + 1) })],
                        expect_none: vec![],
                    });
                }
            }
        }
    }
}

fn which(purpose: TextPurpose) -> Option<usize> {
    match purpose {
        TextPurpose::Reminder1 => Some(0),
        TextPurpose::Reminder2 => Some(1),
        _ => None,
    }
}

/// What an answer about a visit asks of the EHR.
fn answer(body: &str) -> Option<&'static str> {
    match plain(body).as_str() {
        "confirm" | "confirm appt" | "c" | "1" | "confirmar" => Some("CONFIRM"),
        "cancel appt" | "x" | "2" | "cancelar cita" => Some("CANCEL"),
        _ => None,
    }
}
