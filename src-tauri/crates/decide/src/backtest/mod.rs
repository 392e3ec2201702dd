//! Back-test of a change of limits: the stored readings, replayed through the rules that judge live ones, under the
//! limits in force and under the proposed ones (design.md "Screens" 2).
//!
//! Each side is a desk of its own in shadow: the same judging, joining, debounce, repeat window and corrections as live,
//! and nothing leaves. Who closed an episode then closes it in the replay too; one that nobody had is taken to be closed
//! after the time that real ones took.

mod lived;
mod loosened;
mod memory;
mod side;

pub use lived::{acted_on, Lived, Took};
pub use loosened::{loosened_bounds, loosened_settings, vitals_of_bounds, vitals_of_settings};

use crate::{hours, minutes, At, Episode, Mrn, Patient, Reading, Rule, Settings, Severity, Vital};
use lived::History;
use side::Side;
use std::collections::BTreeMap;

/// How far back a back-test looks, days.
pub const DAYS: f64 = 90.0;
/// Readings so long before the first day are replayed as well, uncounted: the 7-day weight window (180 h), a day for
/// readings that a device dated ahead, and what was still open then.
pub const WARM_UP_HOURS: f64 = 240.0;
/// An alarm that nobody had is taken to be closed after at most so long.
const LONGEST_TAKEN_HOURS: f64 = 24.0;

/// What is replayed, and under which rules.
#[derive(Debug)]
pub struct Plan {
    /// Alarms from then on count.
    pub from: At,
    /// The replay ends.
    pub to: At,
    pub settings: Settings,
    pub patients: Vec<Patient>,
    /// The settings as proposed; equal to `settings` when the change is one patient's.
    pub proposed_settings: Settings,
    /// The patient as proposed, when the change is one patient's.
    pub proposed_patient: Option<Patient>,
    /// Episodes that overlap the time from the warm-up on.
    pub lived: Vec<Lived>,
    /// Episodes that were open when the warm-up began.
    pub standing: Vec<Episode>,
}

/// A replay under way: readings are handed in one by one, in the order they arrived.
pub struct Backtest {
    from: At,
    to: At,
    history: History,
    before: Side,
    after: Side,
    first: Option<At>,
    readings: u64,
    left_out: BTreeMap<&'static str, u64>,
}

/// Alarms by their worst severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Alarms {
    pub critical: u64,
    pub abnormal: u64,
}

impl Alarms {
    /// Both severities together.
    pub fn all(&self) -> u64 {
        self.critical + self.abnormal
    }

    fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Critical => self.critical += 1,
            Severity::Abnormal => self.abnormal += 1,
            Severity::Routine => {}
        }
    }
}

/// Seven days from an instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    pub from: At,
    pub before: Alarms,
    pub after: Alarms,
}

/// An alarm of a replay.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    pub mrn: Mrn,
    pub vital: Vital,
    pub opened_at: At,
    pub worst: Severity,
    /// None: still open when the replay ended.
    pub closed_at: Option<At>,
}

/// What the proposed limits do to an episode on which a person acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// No alarm in all the time the episode was open.
    Missed,
    /// It would have begun so many minutes later.
    Later { minutes: i64 },
    /// It was critical, and would have been abnormal: a text first, not a page at once.
    Lower,
}

/// An episode that was acted on and would fare worse.
#[derive(Debug, Clone, PartialEq)]
pub struct Worse {
    pub lived: Lived,
    pub fate: Fate,
}

/// What a back-test found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The first day that has readings, or the first day asked.
    pub from: At,
    pub to: At,
    pub before: Alarms,
    pub after: Alarms,
    pub weeks: Vec<Week>,
    /// Every alarm of each side, in order.
    pub alarms_before: Vec<Alarm>,
    pub alarms_after: Vec<Alarm>,
    /// Episodes on which a person acted.
    pub acted_on: u64,
    /// Those of them that would be missed, later or lower than under the limits in force; missed first.
    pub worse: Vec<Worse>,
    /// Acted on under limits of that time, and raised by neither side.
    pub raised_by_neither: u64,
    /// Readings replayed that count.
    pub readings: u64,
    pub patients: u64,
    /// Readings that raise no alarm whatever the limits, by reason.
    pub left_out: BTreeMap<&'static str, u64>,
    /// How long an alarm that nobody had is taken to be open, minutes.
    pub taken_minutes: i64,
}

impl Found {
    /// Episodes that would have been missed.
    pub fn missed(&self) -> impl Iterator<Item = &Lived> {
        self.worse.iter().filter(|w| w.fate == Fate::Missed).map(|w| &w.lived)
    }

    /// Days that the figures stand for, at least one.
    pub fn days(&self) -> f64 {
        ((self.to - self.from).num_minutes() as f64 / 1440.0).max(1.0)
    }
}

impl Backtest {
    /// Two desks, one as it is and one as proposed.
    pub fn new(plan: Plan) -> Backtest {
        let history = History::new(plan.lived, plan.from, plan.to);
        let mut after = plan.patients.clone();
        if let Some(proposed) = plan.proposed_patient {
            after.retain(|p| p.mrn != proposed.mrn);
            after.push(proposed);
        }
        Backtest {
            from: plan.from,
            to: plan.to,
            before: Side::new(plan.settings, plan.patients, plan.standing.clone(), plan.from),
            after: Side::new(plan.proposed_settings, after, plan.standing, plan.from),
            history,
            first: None,
            readings: 0,
            left_out: BTreeMap::new(),
        }
    }

    /// Replays one stored reading on both sides; call it in the order of arrival.
    pub fn take(&mut self, reading: Reading) {
        let at = reading.arrived;
        let mut left_out = None;
        for side in [&mut self.before, &mut self.after] {
            left_out = side.take(&self.history, &reading);
        }
        if at < self.from {
            return;
        }
        self.first = self.first.or(Some(at));
        self.readings += 1;
        self.history.heard(&reading.mrn);
        if let Some(why) = left_out {
            *self.left_out.entry(why).or_default() += 1;
        }
    }

    /// What came of it.
    pub fn found(self) -> Found {
        let Backtest { from, to, history, before, after, first, readings, left_out } = self;
        let (alarms_before, alarms_after) = (before.over(&history, from, to), after.over(&history, from, to));
        let from = first.map_or(from, |f| f.max(from));
        let mut weeks = weeks(from, to);
        let (mut all_before, mut all_after) = (Alarms::default(), Alarms::default());
        for (alarms, all, side) in [(&alarms_before, &mut all_before, 0), (&alarms_after, &mut all_after, 1)] {
            for alarm in alarms.iter() {
                all.add(alarm.worst);
                let nth = (alarm.opened_at - from).num_days().max(0) / 7;
                if let Some(week) = weeks.get_mut(nth as usize) {
                    [&mut week.before, &mut week.after][side].add(alarm.worst);
                }
            }
        }
        let (worse, raised_by_neither, acted_on) = compare(&history, from, to, &alarms_before, &alarms_after);
        Found {
            from,
            to,
            before: all_before,
            after: all_after,
            weeks,
            alarms_before,
            alarms_after,
            acted_on,
            worse,
            raised_by_neither,
            readings,
            patients: history.patients_heard(),
            left_out,
            taken_minutes: history.taken.num_minutes(),
        }
    }
}

fn weeks(from: At, to: At) -> Vec<Week> {
    let mut weeks = Vec::new();
    let mut at = from;
    while at < to || weeks.is_empty() {
        weeks.push(Week { from: at, before: Alarms::default(), after: Alarms::default() });
        at += hours(7.0 * 24.0);
    }
    weeks
}

/// The alarms of one side by patient and vital.
struct Raised<'a>(BTreeMap<(&'a Mrn, Vital), Vec<Spell>>);

/// From when to when, and how bad it was.
type Spell = (At, At, Severity);

impl<'a> Raised<'a> {
    fn of(alarms: &'a [Alarm], to: At) -> Self {
        let mut rows: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for a in alarms {
            rows.entry((&a.mrn, a.vital)).or_default().push((a.opened_at, a.closed_at.unwrap_or(to), a.worst));
        }
        Raised(rows)
    }

    /// When the first alarm began that overlaps the episode, and the worst of them.
    fn during(&self, l: &Lived, to: At) -> Option<(At, Severity)> {
        let ended = l.closed_at.unwrap_or(to);
        let row = self.0.get(&(&l.mrn, l.vital))?;
        let overlap = || row.iter().filter(|(opened, closed, _)| *opened <= ended && *closed >= l.opened_at);
        Some((overlap().map(|a| a.0).min()?, overlap().map(|a| a.2).max()?))
    }
}

/// What becomes of the episodes on which a person acted.
fn compare(history: &History, from: At, to: At, before: &[Alarm], after: &[Alarm]) -> (Vec<Worse>, u64, u64) {
    let (before, after) = (Raised::of(before, to), Raised::of(after, to));
    let (mut worse, mut neither, mut count) = (Vec::new(), 0, 0);
    for lived in history.all().filter(|l| l.took.is_some() && l.opened_at >= from && l.opened_at <= to) {
        count += 1;
        let fate = match (before.during(lived, to), after.during(lived, to)) {
            (None, None) => {
                neither += 1;
                continue;
            }
            (None, Some(_)) => continue,
            (Some(_), None) => Fate::Missed,
            (Some((was, worst)), Some((is, now_worst))) => {
                let late = (is - was.max(lived.opened_at)).num_minutes();
                if late > 0 && is > was {
                    Fate::Later { minutes: late }
                } else if worst == Severity::Critical && now_worst < worst {
                    Fate::Lower
                } else {
                    continue;
                }
            }
        };
        worse.push(Worse { lived: lived.clone(), fate });
    }
    worse.sort_by_key(|w| {
        let rank = match w.fate {
            Fate::Missed => 0,
            Fate::Later { .. } => 1,
            Fate::Lower => 2,
        };
        (rank, std::cmp::Reverse(w.lived.opened_at))
    });
    (worse, neither, count)
}

/// Why a reading raises no alarm under any limits, by what its verdict and flags say.
fn left_out_of(rule: Rule, flags: &[String]) -> Option<&'static str> {
    match rule {
        Rule::Withdrawn => return Some("taken_back"),
        Rule::NotEvaluated => return Some("not_evaluated"),
        Rule::Implausible => return Some("implausible"),
        _ => {}
    }
    ["late", "out_of_order", "no_exact_time"].into_iter().find(|why| flags.iter().any(|f| f == why))
}

/// The time that an alarm is taken to be open when nobody had it.
fn taken(opens: &mut [chrono::TimeDelta]) -> chrono::TimeDelta {
    opens.sort_unstable();
    let median = opens.get(opens.len() / 2).copied().unwrap_or_else(|| minutes(60.0));
    median.clamp(minutes(1.0), hours(LONGEST_TAKEN_HOURS))
}
