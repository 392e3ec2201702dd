//! How each vendor is doing: what the last requests took and how they ended. No PHI.

use decide::hl7::AckCode;
use decide::outbox::{Problem, ProblemKind, Vendor};
use decide::trail::{Entry, IntakeOutcome, Line};
use decide::At;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use wire::HealthState;

/// So many last requests make the median and the state.
const REMEMBERED: usize = 20;
/// A median above this is "slow".
const SLOW_MS: u32 = 2_000;
const MINUTE: chrono::TimeDelta = chrono::TimeDelta::seconds(60);

/// How one request ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    Ok,
    Problem(Problem),
}

/// What is known of one vendor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VendorFacts {
    pub median_ms: Option<u32>,
    pub last_ok_at: Option<At>,
    pub requests_today: u32,
    pub failures_today: u32,
    /// Attempts of the last 60 seconds.
    pub last_minute: u32,
    /// The newest problem, while the newest request ended in one.
    pub problem: Option<Problem>,
}

impl VendorFacts {
    /// Ok, slow, failing, or idle.
    pub fn state(&self) -> HealthState {
        match (&self.problem, self.median_ms) {
            (Some(_), _) => HealthState::Failing,
            (None, None) => HealthState::Idle,
            (None, Some(ms)) if ms > SLOW_MS => HealthState::Slow,
            (None, Some(_)) => HealthState::Ok,
        }
    }
}

/// Traffic of one way in, today.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    pub received_today: u32,
    pub refused_today: u32,
    pub last_at: Option<At>,
}

/// What the newest sender of HL7 was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hl7Answer {
    pub at: At,
    pub code: AckCode,
    /// The field and the reason; empty when it was taken.
    pub why: String,
}

#[derive(Default)]
struct Courier {
    last_ms: VecDeque<u32>,
    last_ok_at: Option<At>,
    requests: u32,
    failures: u32,
    /// When each attempt of the last minute ended.
    recent: VecDeque<At>,
    problem: Option<Problem>,
}

#[derive(Default)]
struct Kept {
    day: Option<chrono::NaiveDate>,
    vendors: HashMap<Vendor, Courier>,
    traffic: BTreeMap<String, Traffic>,
    refusals: BTreeMap<String, u32>,
    hl7: Option<Hl7Answer>,
    former_key_at: Option<At>,
}

impl Kept {
    /// A new day (UTC) begins all counts again.
    fn turn_day(&mut self, now: At) {
        let day = now.date_naive();
        if self.day.replace(day).is_some_and(|before| before != day) {
            self.refusals.clear();
            for t in self.traffic.values_mut() {
                (t.received_today, t.refused_today) = (0, 0);
            }
            for v in self.vendors.values_mut() {
                (v.requests, v.failures) = (0, 0);
            }
        }
    }
}

/// Health of the connections, shared by the courier that records and the views that show.
#[derive(Default)]
pub struct Health {
    kept: Mutex<Kept>,
}

impl Health {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request to a vendor ended. A refusal of what was asked is an answer: the line itself is well.
    pub fn record(&self, now: At, vendor: Vendor, latency_ms: u32, ended: Ended) {
        let mut kept = self.lock();
        kept.turn_day(now);
        let line = kept.vendors.entry(vendor).or_default();
        line.requests += 1;
        line.recent.push_back(now);
        while line.recent.front().is_some_and(|t| now - *t >= MINUTE) {
            line.recent.pop_front();
        }
        line.last_ms.push_back(latency_ms);
        if line.last_ms.len() > REMEMBERED {
            line.last_ms.pop_front();
        }
        match ended {
            Ended::Problem(p) if is_line_trouble(p.kind) => {
                line.failures += 1;
                line.problem = Some(p);
            }
            Ended::Problem(_) | Ended::Ok => {
                line.last_ok_at = Some(now);
                line.problem = None;
            }
        }
    }

    /// A hook was reached by a former key.
    pub fn note_former_key(&self, now: At) {
        self.lock().former_key_at = Some(now);
    }

    /// When a hook was last reached by a former key.
    pub fn former_key_used(&self) -> Option<At> {
        self.lock().former_key_at
    }

    /// Counts what came in, from the lines of a turn.
    pub fn heard(&self, lines: &[(u64, Entry)]) {
        if !lines.iter().any(|(_, e)| matches!(e.line, Line::Intake { .. })) {
            return;
        }
        let mut kept = self.lock();
        for (_, entry) in lines {
            let Line::Intake { source, outcome, reason, .. } = &entry.line else { continue };
            kept.turn_day(entry.at);
            let refused = matches!(outcome, IntakeOutcome::Refused | IntakeOutcome::Quarantined);
            let traffic = kept.traffic.entry(source.clone()).or_default();
            traffic.received_today += 1;
            traffic.refused_today += u32::from(refused);
            traffic.last_at = Some(entry.at);
            if refused {
                *kept.refusals.entry(reason.clone().unwrap_or_else(|| "refused".into())).or_default() += 1;
            }
        }
    }

    /// A request was turned away before it was read (a wrong signature, a wrong key).
    pub fn turned_away(&self, now: At, source: &str, reason: &str) {
        let mut kept = self.lock();
        kept.turn_day(now);
        kept.traffic.entry(source.to_string()).or_default().refused_today += 1;
        *kept.refusals.entry(reason.to_string()).or_default() += 1;
    }

    /// A sender of HL7 was answered.
    pub fn hl7_answered(&self, at: At, code: AckCode, why: &str) {
        self.lock().hl7 = Some(Hl7Answer { at, code, why: why.into() });
    }

    /// The newest answer to a sender of HL7 since the start.
    pub fn hl7(&self) -> Option<Hl7Answer> {
        self.lock().hl7.clone()
    }

    /// What is known of a vendor.
    pub fn of(&self, now: At, vendor: Vendor) -> VendorFacts {
        let mut kept = self.lock();
        kept.turn_day(now);
        let Some(line) = kept.vendors.get(&vendor) else { return VendorFacts::default() };
        let mut sorted: Vec<u32> = line.last_ms.iter().copied().collect();
        sorted.sort_unstable();
        VendorFacts {
            median_ms: sorted.get(sorted.len() / 2).copied(),
            last_ok_at: line.last_ok_at,
            requests_today: line.requests,
            failures_today: line.failures,
            last_minute: line.recent.iter().filter(|t| now - **t < MINUTE).count() as u32,
            problem: line.problem.clone(),
        }
    }

    /// Traffic of a way in, by its name in transcripts.
    pub fn traffic(&self, now: At, source: &str) -> Traffic {
        let mut kept = self.lock();
        kept.turn_day(now);
        kept.traffic.get(source).copied().unwrap_or_default()
    }

    /// What was refused or set aside today, by reason, the most frequent first.
    pub fn refusals(&self, now: At) -> Vec<(String, u32)> {
        let mut kept = self.lock();
        kept.turn_day(now);
        let mut all: Vec<(String, u32)> = kept.refusals.iter().map(|(r, n)| (r.clone(), *n)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all
    }
}

/// Trouble with the line or our set-up, not with one message.
fn is_line_trouble(kind: ProblemKind) -> bool {
    !matches!(kind, ProblemKind::OptedOut | ProblemKind::BadNumber | ProblemKind::Invalid | ProblemKind::NoPatient | ProblemKind::Conflict)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> At {
        text.parse().unwrap()
    }

    fn problem(kind: ProblemKind) -> Ended {
        Ended::Problem(Problem { kind, http_status: Some(503), code: None, said: "It answers 503.".into() })
    }

    const NOON: &str = "2026-03-05T12:00:00Z";

    #[test]
    fn a_vendor_never_spoken_to_is_idle() {
        assert_eq!(Health::default().of(at(NOON), Vendor::Twilio).state(), HealthState::Idle);
    }

    #[test]
    fn the_median_of_the_last_requests_is_shown_and_one_slow_one_is_not_slow() {
        let health = Health::default();
        for ms in [80, 90, 9_000, 100, 110] {
            health.record(at(NOON), Vendor::Cerner, ms, Ended::Ok);
        }
        let facts = health.of(at(NOON), Vendor::Cerner);
        assert_eq!((facts.median_ms, facts.state()), (Some(100), HealthState::Ok));
    }

    #[test]
    fn mostly_slow_answers_are_slow() {
        let health = Health::default();
        for ms in [4_000, 4_100, 90] {
            health.record(at(NOON), Vendor::Cerner, ms, Ended::Ok);
        }
        assert_eq!(health.of(at(NOON), Vendor::Cerner).state(), HealthState::Slow);
    }

    #[test]
    fn an_outage_fails_until_the_next_good_answer() {
        let health = Health::default();
        health.record(at(NOON), Vendor::PagerDuty, 20, problem(ProblemKind::Down));
        let facts = health.of(at(NOON), Vendor::PagerDuty);
        assert_eq!((facts.state(), facts.failures_today, facts.last_ok_at), (HealthState::Failing, 1, None));
        health.record(at(NOON), Vendor::PagerDuty, 20, Ended::Ok);
        let facts = health.of(at(NOON), Vendor::PagerDuty);
        assert_eq!((facts.state(), facts.failures_today, facts.problem), (HealthState::Ok, 1, None));
    }

    #[test]
    fn a_refused_number_does_not_make_the_line_ill() {
        let health = Health::default();
        health.record(at(NOON), Vendor::Twilio, 20, problem(ProblemKind::BadNumber));
        assert_eq!(health.of(at(NOON), Vendor::Twilio).state(), HealthState::Ok);
    }

    #[test]
    fn counts_begin_again_with_the_day() {
        let health = Health::default();
        health.record(at(NOON), Vendor::Twilio, 20, problem(ProblemKind::Down));
        health.turned_away(at(NOON), "fhir", "wrong_key");
        let tomorrow = at("2026-03-06T00:00:01Z");
        assert_eq!(health.of(tomorrow, Vendor::Twilio).requests_today, 0);
        assert!(health.refusals(tomorrow).is_empty());
    }

    #[test]
    fn what_comes_in_is_counted_by_its_source_and_its_refusals_by_reason() {
        let health = Health::default();
        let line = |outcome, reason: Option<&str>| {
            let line = Line::Intake {
                source: "fhir".into(),
                outcome,
                reason: reason.map(String::from),
                field: None,
                mrn: None,
                appointment_id: None,
            };
            (1, Entry { at: at(NOON), episode: None, by: None, line })
        };
        health.heard(&[
            line(IntakeOutcome::Kept, None),
            line(IntakeOutcome::Quarantined, Some("no_unit")),
            line(IntakeOutcome::Duplicate, None),
        ]);
        let traffic = health.traffic(at(NOON), "fhir");
        assert_eq!((traffic.received_today, traffic.refused_today), (3, 1));
        assert_eq!(health.refusals(at(NOON)), [("no_unit".to_string(), 1)]);
    }
}
