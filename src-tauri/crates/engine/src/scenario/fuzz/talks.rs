//! The conversation about one vital of one patient as the rules have it (behaviour.md 1.1, 1.3, 1.4): what each reading
//! is, when it acts, and what is then demanded by when.

use super::demands::{Demand, Demands, Wanted};
use super::wall::{self, Judged};
use super::ward::{Broken, Ward};
use crate::scenario::chronicle::{Seen, What};
use crate::scenario::file::{ReadingStep, StepAct};
use chrono::TimeDelta;
use decide::trail::{IntakeOutcome, Line};
use decide::{At, EpisodeState, PatientStatus, Severity, Vital};
use serde_json::{json, Value};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Readings that arrive later than so after they were measured raise nothing by themselves.
const STALE_HOURS: i64 = 24;
/// After a close an abnormal joins for so long.
const REPEAT_MINUTES: i64 = 60;

/// One conversation.
#[derive(Debug, Default)]
pub struct Talk {
    pub open: bool,
    /// The severity last acted on.
    acted: Option<Judged>,
    acted_measured: Option<At>,
    worst: Option<Judged>,
    closed: Option<At>,
    /// Rises to abnormal or critical since it opened: each may ask once.
    pub rises: u32,
    newest: Option<(At, At)>,
    /// Weights: when measured, and what.
    weights: Vec<(At, i64)>,
    /// A correction, a retraction or an odd value: what follows is not foretold.
    murky: bool,
}

/// All conversations.
#[derive(Default)]
pub struct Talks {
    talks: BTreeMap<(String, &'static str), Talk>,
    /// Source ids and contents that were kept.
    known: HashSet<String>,
    /// Checks sent per episode.
    checks: HashMap<u64, u32>,
    /// Readings whose verdict is awaited in this turn.
    expected: Option<Judged>,
    /// The step whose readings are being taken, and how many were.
    place: (Option<usize>, usize),
}

/// The n'th reading that a step brings.
fn told(act: &StepAct, n: usize) -> Option<ReadingStep> {
    match act {
        StepAct::Reading(r) if n == 0 => Some(r.clone()),
        StepAct::Observation { resource } => observed(resource["entry"].get(n).map_or(resource, |e| &e["resource"])),
        _ => None,
    }
}

/// An Observation of a made-up day.
fn observed(o: &Value) -> Option<ReadingStep> {
    let vital = match o["code"]["coding"][0]["code"].as_str()? {
        "85354-9" => Vital::Bp,
        "2339-0" | "15074-8" => Vital::Glucose,
        "2708-6" => Vital::Spo2,
        _ => return None,
    };
    let part = |code: &str| {
        let part = o["component"].as_array()?.iter().find(|c| c["code"]["coding"][0]["code"] == code)?;
        part["valueQuantity"]["value"].as_number().cloned()
    };
    Some(ReadingStep {
        mrn: o["subject"]["identifier"]["value"].as_str()?.into(),
        vital,
        systolic: part("8480-6"),
        diastolic: part("8462-4"),
        value: o["valueQuantity"]["value"].as_number().cloned(),
        unit: o["valueQuantity"]["code"].as_str().map(|u| Some(u.into())),
        measured_at: o["effectiveDateTime"].as_str()?.parse().ok(),
        status: o["status"].as_str().map(String::from),
        source_id: o["id"].as_str().map(String::from),
        version: None,
    })
}

impl Talks {
    pub fn see(&mut self, ward: &Ward<'_>, s: &Seen, demands: &mut Demands, broken: &mut Vec<Broken>) {
        let What::Line(entry) = &s.what else { return };
        match &entry.line {
            Line::Intake { source, outcome, .. } if source == "fhir" => {
                self.expected = None;
                let Some(step) = ward.step.map(|i| &ward.scenario.timeline[i]) else { return };
                if self.place.0 != ward.step {
                    self.place = (ward.step, 0);
                }
                self.place.1 += 1;
                if let Some(r) = told(&step.act, self.place.1 - 1) {
                    self.reading(ward, s, &r, step.at, *outcome, demands, broken);
                }
            }
            Line::Verdict { mrn, vital, severity, value, .. } => {
                if let Some(expected) = self.expected.take() {
                    let said = match severity {
                        Severity::Routine => Judged::Routine,
                        Severity::Abnormal => Judged::Abnormal,
                        Severity::Critical => Judged::Critical,
                    };
                    if said != expected {
                        broken.push(Broken {
                            promise: "each reading is judged as the rules say",
                            words: format!("{vital:?} {value} of {} at {} is {expected:?}, not {said:?}.", mrn.expose(), s.at),
                            expect: vec![json!({ "kind": "verdict", "mrn": mrn.expose(), "severity": format!("{expected:?}").to_lowercase(), "at": super::day::text(s.clock) })],
                            expect_none: vec![],
                        });
                    }
                }
            }
            Line::Episode { mrn, vital, state: EpisodeState::Closed, .. } => {
                if let Some(talk) = self.talks.get_mut(&(mrn.expose().to_string(), vital.name())) {
                    talk.open = false;
                    talk.closed = Some(s.clock);
                }
                demands.closed(mrn.expose(), *vital, s.at);
            }
            _ => {}
        }
    }

    #[allow(clippy::too_many_arguments)] // one reading and all it bears on
    fn reading(
        &mut self,
        ward: &Ward<'_>,
        s: &Seen,
        r: &ReadingStep,
        at: At,
        outcome: IntakeOutcome,
        demands: &mut Demands,
        broken: &mut Vec<Broken>,
    ) {
        let Some(patient) = ward.patients.get(&r.mrn) else { return };
        let status = r.status.as_deref().unwrap_or("final");
        let measured = r.measured_at.unwrap_or(at);
        if r.unit == Some(None) {
            return;
        }
        let key = (r.mrn.clone(), r.vital.name());
        let same_id = format!("{:?}/{:?}/{status}", r.source_id, r.version);
        let same_words = format!("{key:?}/{measured}/{status}/{:?}/{:?}/{:?}/{:?}", r.systolic, r.diastolic, r.value, r.unit);
        let repeat = self.known.contains(&same_id) || self.known.contains(&same_words);
        let murky = status != "final";
        if outcome == IntakeOutcome::Duplicate && !repeat && !murky {
            broken.push(Broken {
                promise: "no accepted input is missing",
                words: format!("A new {} reading of {} at {} was taken for one that is known.", r.vital.name(), r.mrn, s.at),
                expect: vec![
                    json!({ "kind": "intake", "source": "fhir", "mrn": r.mrn, "outcome": "kept", "at": super::day::text(s.clock) }),
                ],
                expect_none: vec![],
            });
        }
        if outcome != IntakeOutcome::Kept {
            return;
        }
        if repeat && !murky {
            broken.push(Broken {
                promise: "the same reading again changes nothing",
                words: format!("A {} reading of {} was taken twice, the second time at {}.", r.vital.name(), r.mrn, s.at),
                expect: vec![],
                expect_none: vec![
                    json!({ "kind": "intake", "source": "fhir", "mrn": r.mrn, "outcome": "kept", "at": super::day::text(s.clock) }),
                ],
            });
        }
        self.known.insert(same_id);
        self.known.insert(same_words);
        let talk = self.talks.entry(key).or_default();
        if murky {
            talk.murky = true;
            demands.murky(&r.mrn, r.vital);
            return;
        }
        let clock = s.clock;
        let counted = measured.min(clock);
        let lowest = |hours: i64, weights: &[(At, i64)]| {
            let from = counted - TimeDelta::hours(hours);
            weights.iter().filter(|(at, _)| *at >= from && *at < counted).map(|(_, w)| *w).min()
        };
        let last = talk.weights.iter().max_by_key(|(at, _)| *at).map(|(_, w)| *w);
        let judged = wall::judge(r, &patient.bounds, [lowest(30, &talk.weights), lowest(180, &talk.weights)], last);
        if judged == Judged::CheckDevice || talk.murky {
            talk.murky = true;
            demands.murky(&r.mrn, r.vital);
            return;
        }
        // Weights that came late or ahead move the baseline of others: their severity is foretold only in order.
        if r.vital == Vital::Weight && talk.newest.is_some_and(|(m, _)| m > counted) {
            talk.murky = true;
            demands.murky(&r.mrn, r.vital);
            return;
        }
        self.expected = Some(judged);
        if let (Vital::Weight, Some(w)) = (r.vital, wall::pounds(r)) {
            talk.weights.push((counted, w));
        }
        let newer = talk.newest.is_some_and(|(m, arrived)| m.min(arrived) > counted);
        if talk.newest.is_none_or(|(m, _)| measured > m) {
            talk.newest = Some((measured, clock));
        }
        match patient.status {
            PatientStatus::Active => {}
            _ => {
                if judged == Judged::Critical && matches!(patient.status, PatientStatus::Paused | PatientStatus::Admitted) {
                    demands.staff(s, &r.mrn, "critical_while_away");
                }
                return;
            }
        }
        if clock - counted > TimeDelta::hours(STALE_HOURS) || newer {
            if judged == Judged::Critical {
                demands.staff(
                    s,
                    &r.mrn,
                    if newer && clock - counted <= TimeDelta::hours(STALE_HOURS) { "out_of_order_reading" } else { "late_reading" },
                );
            }
            return;
        }
        self.joins(ward, s, r, judged, counted, demands);
    }

    fn joins(&mut self, ward: &Ward<'_>, s: &Seen, r: &ReadingStep, judged: Judged, measured: At, demands: &mut Demands) {
        let Some(talk) = self.talks.get_mut(&(r.mrn.clone(), r.vital.name())) else { return };
        if !talk.open {
            if judged == Judged::Routine {
                return;
            }
            let repeats = talk.closed.is_some_and(|at| s.clock - at <= TimeDelta::minutes(REPEAT_MINUTES))
                && judged == Judged::Abnormal
                && talk.worst.is_some_and(|w| judged <= w);
            if repeats {
                return;
            }
            talk.open = true;
            talk.rises = 0;
            talk.acted = None;
            talk.worst = None;
        }
        let acted = talk.acted.unwrap_or(Judged::Routine);
        if judged > acted {
            talk.acted = Some(judged);
            talk.acted_measured = Some(measured);
            talk.worst = talk.worst.max(Some(judged));
            talk.rises += 1;
            let wanted = if judged == Judged::Critical { Wanted::Page } else { Wanted::TextOrPage };
            demands.add(ward, Demand::new(wanted, &r.mrn, r.vital, s));
            return;
        }
        let near =
            talk.acted_measured.is_some_and(|a| (measured - a).num_milliseconds().abs() as f64 <= ward.rules.debounce_seconds * 1000.0);
        if judged == Judged::Routine && !near {
            talk.acted = Some(Judged::Routine);
            demands.routine(&r.mrn, r.vital);
        }
    }

    /// A symptom check was taken by Twilio.
    pub fn check_sent(&mut self, ward: &Ward<'_>, episode: u64, s: &Seen, broken: &mut Vec<Broken>) {
        let Some((mrn, vital)) = ward.episodes.get(&episode) else { return };
        let Some(talk) = self.talks.get(&(mrn.clone(), vital.name())) else { return };
        let sent = self.checks.entry(episode).or_default();
        *sent += 1;
        if *sent > talk.rises && !talk.murky && talk.open {
            broken.push(Broken {
                promise: "one question for each rise",
                words: format!("Patient {mrn} was asked {sent} times about {} for {} rises, last at {}.", vital.name(), talk.rises, s.at),
                expect: vec![json!({ "kind": "sms", "purpose": "symptom_check", "mrn": mrn, "vital": vital.name(), "status": "sent", "count": talk.rises })],
                expect_none: vec![],
            });
        }
    }

    /// Whether what happens in a conversation can be foretold.
    pub fn clear(&self, mrn: &str, vital: Vital) -> bool {
        self.talks.get(&(mrn.to_string(), vital.name())).is_none_or(|t| !t.murky)
    }
}
