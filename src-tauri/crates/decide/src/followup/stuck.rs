//! A vendor's health as the desk sees it, and one alarm for each target that is stuck and its cause (behaviour.md 1.7).

use crate::desk::Desk;
use crate::outbox::{Act, Problem, ProblemKind, Vendor};
use crate::trail::Line;
use crate::{minutes, At, DowntimeKind, Severity, StuckTarget};

/// What waits for a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    pub count: usize,
    pub oldest: At,
}

impl Desk {
    pub(crate) fn vendor_ill(&mut self, now: At, vendor: Vendor, problem: &Problem) {
        if matches!(problem.kind, ProblemKind::Throttled | ProblemKind::Busy) {
            return;
        }
        if self.trouble.insert(vendor, problem.kind) != Some(problem.kind) {
            self.trouble_line(now, vendor, problem, "connection_trouble");
        }
    }

    pub(crate) fn vendor_well(&mut self, now: At, vendor: Vendor) {
        self.lanes.hold(vendor, None);
        if self.trouble.remove(&vendor).is_some() {
            self.vendor_line(now, "connection_restored", format!("{} answers again.", vendor.name()));
        }
    }

    pub(crate) fn trouble_line(&mut self, now: At, vendor: Vendor, problem: &Problem, reason: &str) {
        self.vendor_line(now, reason, format!("{}: {}", vendor.name(), problem.said));
    }

    fn vendor_line(&mut self, now: At, reason: &str, detail: String) {
        self.say(now, None, None, Line::Attention { reason: reason.into(), mrn: None, vital: None, appointment_id: None, detail });
    }

    /// What is owed to a vendor and will be tried; questions and what waits for a person do not count.
    pub fn waiting(&self, vendor: Vendor) -> Option<Waiting> {
        let owed = self.effects.values().filter(|f| f.vendor == vendor && !matches!(f.act, Act::Look(_)) && f.tried_again());
        owed.fold(None, |w: Option<Waiting>, f| {
            Some(w.map_or(Waiting { count: 1, oldest: f.owed_at }, |w| Waiting { count: w.count + 1, oldest: w.oldest.min(f.owed_at) }))
        })
    }

    fn stuck_task(&self, vendor: Vendor) -> Option<(u64, StuckTarget)> {
        let id = *self.stuck_tasks.get(&vendor)?;
        self.tasks.get(&id).filter(|t| t.closed.is_none()).and_then(|t| t.stuck).map(|s| (id, s))
    }

    /// An attempt failed: once the oldest has waited too long there is one alarm, kept up to date in place.
    pub(crate) fn stuck(&mut self, now: At, vendor: Vendor, problem: &Problem) {
        let Some(waiting) = self.waiting(vendor).filter(|w| now - w.oldest >= minutes(self.settings.stuck_alarm_minutes)) else { return };
        let detail = stuck_words(vendor, waiting, problem, now);
        let target = StuckTarget { vendor, cause: problem.kind };
        match self.stuck_task(vendor) {
            Some((id, known)) if known == target => {
                self.with_task(id, |_, t| t.detail = detail);
            }
            known => {
                if let Some((id, _)) = known {
                    self.close_task(now, id, "console", "other_cause");
                }
                let id = self.raise(now, "stuck", None, None, Severity::Abnormal, detail);
                self.with_task(id, |_, t| t.stuck = Some(target));
                self.stuck_tasks.insert(vendor, id);
            }
        }
    }

    /// The alarm ends when nothing waits any more.
    pub(crate) fn drained(&mut self, now: At, vendor: Vendor) {
        let Some((id, _)) = self.stuck_task(vendor).filter(|_| self.waiting(vendor).is_none()) else { return };
        let since = self.tasks[&id].since;
        self.close_task(now, id, "console", "drained");
        let after = age(now - since);
        self.vendor_line(
            now,
            "queue_drained",
            format!("{}: everything that waited has gone out, {after} after the alarm.", target(vendor).0),
        );
    }

    /// In a downtime nothing is tried, so nothing is stuck.
    pub(crate) fn not_stuck(&mut self, now: At, vendor: Vendor, kind: DowntimeKind) {
        if let Some((id, _)) = self.stuck_task(vendor) {
            self.close_task(now, id, "console", if kind == DowntimeKind::Maintenance { "maintenance" } else { "sending_stopped" });
        }
    }
}

/// The target's name, and what one sends there.
fn target(vendor: Vendor) -> (&'static str, &'static str) {
    match vendor {
        Vendor::Cerner => ("chart", "writes"),
        Vendor::Twilio => ("Twilio", "texts"),
        Vendor::PagerDuty => ("PagerDuty", "pages"),
        Vendor::Slack => ("Slack", "posts"),
        Vendor::Ehr => ("EHR", "requests"),
    }
}

/// "chart: 14 writes waiting, oldest 42 min, answer 503".
fn stuck_words(vendor: Vendor, waiting: Waiting, problem: &Problem, now: At) -> String {
    let (name, what) = target(vendor);
    let what = if waiting.count == 1 { what.trim_end_matches('s') } else { what };
    let answer = match (problem.http_status, problem.kind) {
        (Some(status), _) => format!("answer {status}"),
        (None, ProblemKind::Unreachable) => "not reached".into(),
        (None, ProblemKind::NoAnswer) => "no answer".into(),
        (None, _) => problem.said.clone(),
    };
    format!("{name}: {} {what} waiting, oldest {}, {answer}", waiting.count, age(now - waiting.oldest))
}

fn age(span: chrono::TimeDelta) -> String {
    match span.num_minutes() {
        m if m < 120 => format!("{m} min"),
        m => format!("{} h {} min", m / 60, m % 60),
    }
}
