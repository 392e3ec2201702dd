//! On call in the next seven days: holes are listed before they matter (behaviour.md 1.6).

use super::Round;
use crate::desk::Desk;
use crate::outbox::{About, Look, OnCallSpan, PostPurpose};
use crate::{hours, minutes, wallclock, At, Severity};
use serde::{Deserialize, Serialize};

/// How far ahead the schedule is read.
const AHEAD_HOURS: f64 = 7.0 * 24.0;
/// A hole that begins within so long is everybody's business.
const NEAR_HOURS: f64 = 24.0;
/// A look that failed is tried again after so long.
const AGAIN_MINUTES: f64 = 15.0;
/// Two people may hand over with a blink between them.
const BLINK_SECONDS: f64 = 60.0;

/// Nobody is first in line from then till then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hole {
    pub from: At,
    pub to: At,
    /// It begins within a day, and that has been said.
    #[serde(default)]
    pub near: bool,
    /// Its row on the Worklist.
    #[serde(default)]
    pub task: Option<u64>,
}

/// What is known of the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// The last look that was answered.
    pub checked_at: Option<At>,
    /// Known up to here.
    pub until: Option<At>,
    /// The last look failed: what is listed is as of `checked_at`.
    #[serde(default)]
    pub failed: bool,
    pub holes: Vec<Hole>,
}

/// The holes that spans leave between two instants, in order.
fn holes_in(spans: &[OnCallSpan], since: At, until: At) -> Vec<(At, At)> {
    let mut covered: Vec<(At, At)> = spans
        .iter()
        .map(|s| (s.from.unwrap_or(since).max(since), s.to.unwrap_or(until).min(until)))
        .filter(|(from, to)| from < to)
        .collect();
    covered.sort_unstable();
    let mut holes = Vec::new();
    let mut reached = since;
    for (from, to) in covered.into_iter().chain(std::iter::once((until, until))) {
        if (from - reached).num_milliseconds() as f64 > BLINK_SECONDS * 1000.0 {
            holes.push((reached, from));
        }
        reached = reached.max(to);
    }
    holes
}

impl Desk {
    pub(crate) fn coverage_round(&mut self, now: At) {
        self.holes_near(now);
        self.ask_pager(now, Look::Coverage { since: now, until: now + hours(AHEAD_HOURS) });
        self.plan_coverage(now);
    }

    fn plan_coverage(&mut self, now: At) {
        let regular = now + hours(self.settings.coverage_look_hours);
        let near = now + hours(NEAR_HOURS);
        let soonest = self.watch.coverage.holes.iter().filter(|h| h.to > now).map(|h| {
            if h.from <= near {
                now + minutes(60.0)
            } else {
                h.from - hours(NEAR_HOURS)
            }
        });
        let next = soonest.chain(std::iter::once(regular)).min();
        self.watch.plan(Round::Coverage, next);
    }

    /// The schedule as PagerDuty has it.
    pub(crate) fn coverage_found(&mut self, now: At, since: At, until: At, spans: &[OnCallSpan]) {
        let before = std::mem::take(&mut self.watch.coverage.holes);
        let was_unknown = std::mem::take(&mut self.watch.coverage.failed);
        let mut gone = before.clone();
        for (from, to) in holes_in(spans, since, until) {
            // The same hole, perhaps made smaller or larger.
            let same = before.iter().find(|h| h.from < to && from < h.to);
            gone.retain(|h| !(h.from < to && from < h.to));
            let (near, task) = same.map_or((false, None), |h| (h.near, h.task));
            if same.is_none() {
                self.notice(now, "coverage_hole", self.hole_words(from, to));
            }
            self.watch.coverage.holes.push(Hole { from, to, near, task });
        }
        self.watch.coverage.checked_at = Some(now);
        self.watch.coverage.until = Some(until);
        for hole in gone {
            // One that has passed needs nobody any more; one that was filled is good news.
            if hole.to > now {
                self.notice(now, "coverage_filled", format!("Covered again: {}", self.span_words(hole.from, hole.to)));
            }
            if let Some(task) = hole.task {
                self.close_task(now, task, "console", if hole.to > now { "covered" } else { "passed" });
            }
        }
        if was_unknown {
            self.notice(now, "coverage_known", "The on-call schedule can be read again.".into());
        }
        self.holes_near(now);
        self.plan_coverage(now);
        self.keep_coverage();
    }

    pub(crate) fn coverage_failed(&mut self, now: At, said: &str) {
        self.watch.plan_sooner(Round::Coverage, now + minutes(AGAIN_MINUTES));
        if !std::mem::replace(&mut self.watch.coverage.failed, true) {
            self.notice(now, "coverage_unknown", format!("The on-call schedule of the next days could not be read: {said}"));
        }
        self.keep_coverage();
    }

    /// A hole that begins within a day is a row on the Worklist, an alarm and a post.
    fn holes_near(&mut self, now: At) {
        let soon = now + hours(NEAR_HOURS);
        for i in 0..self.watch.coverage.holes.len() {
            let hole = self.watch.coverage.holes[i].clone();
            if hole.near || hole.from > soon || hole.to <= now {
                continue;
            }
            let words = self.hole_words(hole.from, hole.to);
            let task = self.raise_quietly(now, "coverage_hole", About::default(), Severity::Abnormal, words.clone());
            let shadow = !self.anything_live();
            self.post(now, PostPurpose::ScheduleCoverage, About::default(), shadow, format!("{words} Please cover the schedule."));
            self.watch.coverage.holes[i].near = true;
            self.watch.coverage.holes[i].task = Some(task);
            self.keep_coverage();
        }
    }

    fn keep_coverage(&mut self) {
        let kept = serde_json::to_value(&self.watch.coverage).unwrap_or_default();
        self.remember("coverage", kept);
    }

    fn hole_words(&self, from: At, to: At) -> String {
        format!("Nobody is on call {}.", self.span_words(from, to))
    }

    fn span_words(&self, from: At, to: At) -> String {
        let zone = wallclock::clinic_zone(&self.settings);
        format!("from {} to {} ({})", zone.moment(from), zone.moment(to), zone.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> At {
        At::from_timestamp(1_773_000_000 + hour * 3600, 0).unwrap()
    }

    fn span(from: Option<i64>, to: Option<i64>) -> OnCallSpan {
        OnCallSpan { name: "Dr. Kim".into(), from: from.map(at), to: to.map(at) }
    }

    fn found(spans: &[OnCallSpan]) -> Vec<(At, At)> {
        holes_in(spans, at(0), at(168))
    }

    #[test]
    fn somebody_for_ever_leaves_no_hole() {
        assert!(found(&[span(None, None)]).is_empty());
    }

    #[test]
    fn nobody_at_all_is_one_hole_of_seven_days() {
        assert_eq!(found(&[]), [(at(0), at(168))]);
    }

    #[test]
    fn shifts_that_meet_or_overlap_leave_no_hole_whatever_their_order() {
        assert!(found(&[span(Some(60), Some(170)), span(Some(-5), Some(40)), span(Some(30), Some(60))]).is_empty());
    }

    #[test]
    fn a_night_between_two_shifts_is_a_hole_and_a_blink_is_not() {
        assert_eq!(found(&[span(None, Some(10)), span(Some(20), None)]), [(at(10), at(20))]);
        let blink = OnCallSpan { from: Some(at(10) + crate::seconds(30.0)), ..span(None, None) };
        assert!(found(&[span(None, Some(10)), blink]).is_empty());
    }
}
