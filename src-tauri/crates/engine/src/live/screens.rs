//! Which hints a turn leaves, and not too many of them.

use super::Shared;
use crate::clock::stopwatch;
use crate::spine::Turned;
use decide::input::RowId;
use decide::trail::{IntakeOutcome, Line};
use decide::Severity;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use wire::NoticeKind;

/// The least time between two hints of a kind.
const ROWS: Duration = Duration::from_millis(50);
const FRAME: Duration = Duration::from_millis(250);
const VISITS: Duration = Duration::from_millis(250);
const PATIENTS: Duration = Duration::from_millis(500);
const SIMULATOR: Duration = Duration::from_millis(500);
const CONNECTIONS: Duration = Duration::from_secs(1);

/// A kind of hint: wanted or not, and when it was told last.
struct Throttle {
    least: Duration,
    wanted: bool,
    told: Option<Instant>,
}

impl Throttle {
    fn every(least: Duration) -> Self {
        Self { least, wanted: false, told: None }
    }

    /// True once it is wanted and its time has come.
    fn take(&mut self, now: Instant) -> bool {
        let is_time = self.told.is_none_or(|t| now.duration_since(t) >= self.least);
        if !(self.wanted && is_time) {
            return false;
        }
        self.wanted = false;
        self.told = Some(now);
        true
    }

    /// How long until it may be told.
    fn left(&self, now: Instant) -> Option<Duration> {
        self.wanted.then(|| self.told.map_or(Duration::ZERO, |t| self.least.saturating_sub(now.duration_since(t))))
    }
}

/// Hints that wait to be told.
pub(super) struct Screens {
    changed: BTreeSet<RowId>,
    rows: Throttle,
    frame: Throttle,
    visits: Throttle,
    patients: Throttle,
    simulator: Throttle,
    connections: Throttle,
}

impl Screens {
    pub fn new() -> Self {
        Self {
            changed: BTreeSet::new(),
            rows: Throttle::every(ROWS),
            frame: Throttle::every(FRAME),
            visits: Throttle::every(VISITS),
            patients: Throttle::every(PATIENTS),
            simulator: Throttle::every(SIMULATOR),
            connections: Throttle::every(CONNECTIONS),
        }
    }

    /// What a turn changed; alarms are told at once.
    pub fn turned(&mut self, shared: &Shared, turned: &Turned) {
        for alarm in &turned.alarms {
            let severity = match alarm.severity {
                Severity::Critical => "critical",
                Severity::Abnormal => "abnormal",
                Severity::Routine => "info",
            };
            shared.bus.tell(NoticeKind::Alarm {
                severity: severity.into(),
                case_id: alarm.case_id.clone(),
                vital: alarm.vital.map(|v| v.name().into()),
                text: alarm.text.clone(),
            });
        }
        self.changed.extend(&turned.touched);
        self.rows.wanted |= !turned.touched.is_empty();
        if !turned.lines.is_empty() || !turned.touched.is_empty() {
            self.frame.wanted = true;
            self.simulator.wanted = true;
        }
        // A task may be about a visit: taking it is news there too.
        self.visits.wanted |= turned.touched.iter().any(|row| matches!(row, RowId::Task(_)));
        self.visits.wanted |= turned.lines.iter().any(|(_, e)| about_visits(&e.line));
        self.patients.wanted |= turned.lines.iter().any(|(_, e)| about_patients(&e.line));
        let refused = |line: &Line| matches!(line, Line::Intake { outcome: IntakeOutcome::Refused | IntakeOutcome::Quarantined, .. });
        self.connections.wanted |= turned.lines.iter().any(|(_, e)| refused(&e.line));
    }

    /// A vendor answered, or did not.
    pub fn settled(&mut self) {
        self.frame.wanted = true;
        self.connections.wanted = true;
        self.simulator.wanted = true;
    }

    /// The frame changed in some other way: a banner, the sound.
    pub fn frame(&mut self) {
        self.frame.wanted = true;
    }

    /// Tells what may be told now.
    pub fn tell(&mut self, shared: &Shared) {
        let now = stopwatch();
        if self.rows.take(now) {
            let ids = std::mem::take(&mut self.changed).into_iter().map(|row| row.to_string()).collect();
            shared.bus.tell(NoticeKind::Rows { ids });
        }
        for (throttle, notice) in [
            (&mut self.frame, NoticeKind::Frame),
            (&mut self.visits, NoticeKind::Visits),
            (&mut self.patients, NoticeKind::Patients),
            (&mut self.connections, NoticeKind::Connections),
            (&mut self.simulator, NoticeKind::Simulator),
        ] {
            if throttle.take(now) {
                shared.bus.tell(notice);
            }
        }
    }

    /// How long until something may be told.
    pub fn left(&self) -> Option<Duration> {
        let now = stopwatch();
        [&self.rows, &self.frame, &self.visits, &self.patients, &self.simulator, &self.connections]
            .into_iter()
            .filter_map(|t| t.left(now))
            .min()
    }
}

/// Whether a line changes what the Visits screen shows.
fn about_visits(line: &Line) -> bool {
    match line {
        Line::Appointment { .. } | Line::EhrRequest { .. } | Line::Reply { .. } | Line::OptOut { .. } | Line::Setting { .. } => true,
        Line::Sms { appointment_id, .. } | Line::Intake { appointment_id, .. } | Line::Attention { appointment_id, .. } => {
            appointment_id.is_some()
        }
        _ => false,
    }
}

/// Whether a line changes what the Patients screen lists.
fn about_patients(line: &Line) -> bool {
    match line {
        Line::Act { what, .. } => matches!(what.as_str(), "patient" | "limit" | "texts_stopped" | "texts_allowed"),
        Line::OptOut { .. } => true,
        Line::Setting { name, .. } => name == "default_limits",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_waits_for_its_time_and_is_then_told_once() {
        let mut throttle = Throttle::every(Duration::from_millis(250));
        let start = Instant::now();
        throttle.wanted = true;
        assert!(throttle.take(start));
        throttle.wanted = true;
        assert!(!throttle.take(start + Duration::from_millis(100)));
        assert_eq!(throttle.left(start + Duration::from_millis(100)), Some(Duration::from_millis(150)));
        assert!(throttle.take(start + Duration::from_millis(250)));
        assert!(!throttle.take(start + Duration::from_millis(900)));
    }
}
