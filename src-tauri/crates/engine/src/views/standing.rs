//! Where a row stands: its group, its severity, its place in the order (features.md 3b, design.md "Worklist").

use decide::desk::Desk;
use decide::{minutes, writeback, At, ClockKind, Episode, Severity, Task};
use wire::{Counts, SeverityView};

/// The part of the list a row is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// Needs a person now.
    Now,
    /// Waits, is answered or acknowledged.
    Later,
    Shelved,
    Closed,
}

impl Group {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Group::Now => "now",
            Group::Later => "later",
            Group::Shelved => "shelved",
            Group::Closed => "closed",
        }
    }
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub group: Group,
    pub severity: SeverityView,
    pub unacknowledged: bool,
    pub order: i64,
}

/// Tiers lie further apart than instants ever do (milliseconds until the year 2286).
const TIER: i64 = 10_000_000_000_000;

/// The clock of a kind.
pub(crate) fn due_of(clocks: &[decide::Clock], kind: ClockKind) -> Option<At> {
    clocks.iter().find(|c| c.kind == kind).map(|c| c.due)
}

pub(crate) fn severity_of(s: Severity) -> SeverityView {
    match s {
        Severity::Routine => SeverityView::Info,
        Severity::Abnormal => SeverityView::Abnormal,
        Severity::Critical => SeverityView::Critical,
    }
}

/// Worst first, unacknowledged before looked at; among equals the one furthest over its budget, which is the one
/// whose time was or will be up first: so the order does not change as time passes.
fn order(group: Group, severity: SeverityView, unacknowledged: bool, due: At) -> i64 {
    let worst_first = match severity {
        SeverityView::Critical => 0,
        SeverityView::Abnormal => 1,
        SeverityView::Info => 2,
    };
    match group {
        Group::Now => (worst_first + if unacknowledged { 0 } else { 3 }) * TIER + due.timestamp_millis(),
        Group::Later | Group::Shelved => due.timestamp_millis(),
        Group::Closed => -due.timestamp_millis(),
    }
}

/// Where an episode stands.
pub(crate) fn of_episode(e: &Episode, ack_target_minutes: f64, review_target_minutes: f64) -> Standing {
    let waits_for_words = !e.is_open() && writeback::unfinished(e) && e.review.is_some();
    let needs_person =
        if e.is_open() { e.unacknowledged || (e.review.is_some() && e.held_by.is_none()) } else { waits_for_words && e.held_by.is_none() };
    let group = if e.is_open() && e.shelf.is_some() {
        Group::Shelved
    } else if needs_person {
        Group::Now
    } else if e.is_open() || waits_for_words {
        Group::Later
    } else {
        Group::Closed
    };
    let severity = match (e.is_open(), e.unacknowledged) {
        (true, _) => severity_of(e.worst),
        // Closed, and its record has waited too long.
        (false, true) => SeverityView::Abnormal,
        (false, false) if waits_for_words => SeverityView::Info,
        (false, false) => severity_of(e.worst),
    };
    let due = match group {
        Group::Closed => e.closed.as_ref().map_or(e.opened_at, |c| c.at),
        Group::Shelved => e.shelf.as_ref().map_or(e.opened_at, |s| s.until),
        Group::Later => {
            let clock = |k| due_of(&e.clocks, k);
            clock(ClockKind::Lease).or(clock(ClockKind::ReplyWait)).or(clock(ClockKind::Review)).unwrap_or(e.opened_at)
        }
        Group::Now => {
            let unanswered_page =
                e.pages.iter().rev().find(|p| p.acknowledged.is_none() && !p.resolved).map(|p| p.owed_at + minutes(ack_target_minutes));
            let waits = e.question.as_ref().filter(|q| q.open()).and_then(|q| q.wait_due);
            let review = due_of(&e.clocks, ClockKind::Review);
            [unanswered_page, e.held_until, waits, review]
                .into_iter()
                .flatten()
                .min()
                .unwrap_or_else(|| e.closed.as_ref().map_or(e.opened_at, |c| c.at) + minutes(review_target_minutes))
        }
    };
    Standing { group, severity, unacknowledged: e.unacknowledged, order: order(group, severity, e.unacknowledged, due) }
}

/// Where a task stands.
pub(crate) fn of_task(t: &Task, review_target_minutes: f64) -> Standing {
    let severity = severity_of(if t.overdue { t.severity.max(Severity::Abnormal) } else { t.severity });
    let unacknowledged = t.closed.is_none() && t.acknowledged.is_none();
    let group = match (&t.closed, &t.acknowledged) {
        (Some(_), _) => Group::Closed,
        (None, Some(_)) => Group::Later,
        (None, None) => Group::Now,
    };
    let due = match (&t.closed, &t.acknowledged) {
        (Some(c), _) => c.at,
        (None, Some(held)) => held.until.unwrap_or(held.at),
        (None, None) => t.since + minutes(review_target_minutes),
    };
    Standing { group, severity, unacknowledged, order: order(group, severity, unacknowledged, due) }
}

/// Counts of live rows: those shelved or closed are not in the severities.
pub(crate) fn counts(desk: &Desk) -> Counts {
    let s = &desk.settings;
    let episodes = desk.episodes.values().map(|e| of_episode(e, s.ack_target_minutes, s.review_target_minutes));
    let tasks = desk.tasks.values().map(|t| of_task(t, s.review_target_minutes));
    let mut counts = Counts::default();
    for row in episodes.chain(tasks) {
        match row.group {
            Group::Closed => continue,
            Group::Shelved => counts.shelved += 1,
            Group::Now | Group::Later => {
                match row.severity {
                    SeverityView::Critical => counts.critical += 1,
                    SeverityView::Abnormal => counts.abnormal += 1,
                    SeverityView::Info => counts.info += 1,
                }
                counts.unacknowledged += u32::from(row.unacknowledged);
            }
        }
    }
    counts
}
