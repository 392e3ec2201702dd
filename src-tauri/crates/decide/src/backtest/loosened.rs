//! Which limits a change loosens, and which vitals it can move: pure comparison, no replay.

use crate::{Bounds, Direction, OwnStat, Settings, StatRule, Vital};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// A limit by name: whose vital, which way it limits, its value.
type Limit = (&'static str, Vital, Direction, Option<Decimal>);

fn limits(b: &Bounds) -> [Limit; 11] {
    use Direction::{High, Low};
    [
        ("systolic_high", Vital::Bp, High, b.systolic_high),
        ("systolic_low", Vital::Bp, Low, b.systolic_low),
        ("diastolic_high", Vital::Bp, High, b.diastolic_high),
        ("diastolic_low", Vital::Bp, Low, b.diastolic_low),
        ("glucose_high", Vital::Glucose, High, b.glucose_high),
        ("glucose_low", Vital::Glucose, Low, b.glucose_low),
        ("weight_gain_24h_lb", Vital::Weight, High, b.weight_gain_24h_lb),
        ("weight_gain_7d_lb", Vital::Weight, High, b.weight_gain_7d_lb),
        ("spo2_floor", Vital::Spo2, Low, b.spo2_floor),
        ("heart_rate_high", Vital::HeartRate, High, b.heart_rate_high),
        ("heart_rate_low", Vital::HeartRate, Low, b.heart_rate_low),
    ]
}

/// Whether a limit lets more through than before; one that is gone lets everything through.
fn looser(direction: Direction, old: Option<Decimal>, new: Option<Decimal>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) if direction == Direction::High => new > old,
        (Some(old), Some(new)) => new < old,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// The limits in force of a patient's own cells.
fn in_force(own: &Bounds, settings: &Settings) -> Bounds {
    own.or(&settings.default_limits).or(&Bounds::defaults())
}

/// The names of the limits that a change of a patient's own cells and stat values loosens.
pub fn loosened_bounds(old: (&Bounds, &[OwnStat]), new: (&Bounds, &[OwnStat]), settings: &Settings) -> Vec<String> {
    let mut names = looser_limits(&in_force(old.0, settings), &in_force(new.0, settings));
    let rules = |own: &[OwnStat]| own.iter().map(|o| o.stat.clone()).collect::<Vec<_>>();
    names.extend(looser_stat(&stat_in_force(&rules(old.1), settings), &stat_in_force(&rules(new.1), settings)));
    names
}

/// The names of the limits and rules that a change of settings loosens for somebody.
pub fn loosened_settings(old: &Settings, new: &Settings) -> Vec<String> {
    let none = Bounds::default();
    let mut names = looser_limits(&in_force(&none, old), &in_force(&none, new));
    names.extend(looser_stat(&old.stat_table, &new.stat_table));
    let (p, q) = (&old.plausibility, &new.plausibility);
    // What is taken for a device fault pages nobody.
    let doubts_more = q.spo2_at_most > p.spo2_at_most
        || q.spo2_above < p.spo2_above
        || q.weight_jump_lb < p.weight_jump_lb
        || (q.diastolic_not_below_systolic && !p.diastolic_not_below_systolic);
    let shorter = [
        ("plausibility", doubts_more),
        ("weight_window_24h_hours", new.weight_window_24h_hours < old.weight_window_24h_hours),
        ("weight_window_7d_hours", new.weight_window_7d_hours < old.weight_window_7d_hours),
        ("stale_after_hours", new.stale_after_hours < old.stale_after_hours),
        ("repeat_window_minutes", new.repeat_window_minutes > old.repeat_window_minutes),
    ];
    names.extend(shorter.into_iter().filter(|(_, looser)| *looser).map(|(name, _)| name.to_string()));
    names
}

fn looser_limits(old: &Bounds, new: &Bounds) -> Vec<String> {
    let pairs = limits(old).into_iter().zip(limits(new));
    pairs.filter(|(o, n)| looser(o.2, o.3, n.3)).map(|(o, _)| o.0.to_string()).collect()
}

/// A patient's own stat values stand instead of the table's of the same kind and direction.
fn stat_in_force(own: &[StatRule], settings: &Settings) -> Vec<StatRule> {
    let replaced = |s: &StatRule| own.iter().any(|o| o.what == s.what && o.direction == s.direction);
    own.iter().chain(settings.stat_table.iter().filter(|s| !replaced(s))).cloned().collect()
}

/// The widest value of each kind and direction decides; `glucose_stat` ...
fn looser_stat(old: &[StatRule], new: &[StatRule]) -> Vec<String> {
    let widest = |rules: &[StatRule], what: &str, direction: Direction| {
        let values = rules.iter().filter(|r| r.what == what && r.direction == direction).map(|r| r.value);
        if direction == Direction::High {
            values.min()
        } else {
            values.max()
        }
    };
    let mut names: Vec<String> = old
        .iter()
        .filter(|r| looser(r.direction, widest(old, &r.what, r.direction), widest(new, &r.what, r.direction)))
        .map(|r| format!("{}_stat", r.what))
        .collect();
    names.dedup();
    names
}

/// The vitals whose verdicts a change of a patient's own cells or stat values can move.
pub fn vitals_of_bounds(old: (&Bounds, &[OwnStat]), new: (&Bounds, &[OwnStat])) -> BTreeSet<Vital> {
    let mut vitals: BTreeSet<Vital> = limits(old.0).into_iter().zip(limits(new.0)).filter(|(o, n)| o.3 != n.3).map(|(o, _)| o.1).collect();
    let rules = |own: &[OwnStat]| own.iter().map(|o| o.stat.clone()).collect::<Vec<_>>();
    vitals.extend(stat_vitals(&rules(old.1), &rules(new.1)));
    vitals
}

/// The vitals whose verdicts or alarms a change of settings can move.
pub fn vitals_of_settings(old: &Settings, new: &Settings) -> BTreeSet<Vital> {
    let none = Bounds::default();
    let (was, is) = (in_force(&none, old), in_force(&none, new));
    let mut vitals = vitals_of_bounds((&was, &[]), (&is, &[]));
    vitals.extend(stat_vitals(&old.stat_table, &new.stat_table));
    if old.plausibility != new.plausibility {
        vitals.extend([Vital::Spo2, Vital::Bp, Vital::Weight]);
    }
    if (old.weight_window_24h_hours, old.weight_window_7d_hours) != (new.weight_window_24h_hours, new.weight_window_7d_hours) {
        vitals.insert(Vital::Weight);
    }
    let every = |s: &Settings| (s.stale_after_hours, s.repeat_window_minutes, s.future_tolerance_minutes);
    if every(old) != every(new) {
        vitals.extend(Vital::ALL);
    }
    vitals
}

fn stat_vitals(old: &[StatRule], new: &[StatRule]) -> BTreeSet<Vital> {
    let moved = old.iter().filter(|r| !new.contains(r)).chain(new.iter().filter(|r| !old.contains(r)));
    moved
        .filter_map(|r| match r.what.as_str() {
            "systolic" | "diastolic" => Some(Vital::Bp),
            other => Vital::named(other),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(systolic_high: Option<i64>, spo2_floor: Option<i64>) -> Bounds {
        Bounds { systolic_high: systolic_high.map(Decimal::from), spo2_floor: spo2_floor.map(Decimal::from), ..Bounds::default() }
    }

    fn own(old: Bounds, new: Bounds) -> Vec<String> {
        loosened_bounds((&old, &[]), (&new, &[]), &Settings::default())
    }

    #[test]
    fn a_higher_high_and_a_lower_floor_are_looser() {
        assert_eq!(own(bounds(None, None), bounds(Some(170), None)), ["systolic_high"]);
        assert_eq!(own(bounds(Some(150), None), bounds(None, None)), ["systolic_high"]);
        assert_eq!(own(bounds(None, Some(92)), bounds(None, Some(90))), ["spo2_floor"]);
        assert!(own(bounds(Some(170), Some(88)), bounds(Some(150), Some(91))).is_empty());
    }

    #[test]
    fn an_empty_cell_is_the_default_and_not_looser_than_it() {
        assert!(own(bounds(Some(160), None), bounds(None, None)).is_empty());
    }

    #[test]
    fn a_stat_rule_that_is_gone_or_moved_out_is_looser() {
        let old = Settings::default();
        let mut new = old.clone();
        new.stat_table.retain(|s| s.what != "glucose");
        assert_eq!(loosened_settings(&old, &new), ["glucose_stat"]);
        let mut new = old.clone();
        new.stat_table[0].value = Decimal::from(85);
        assert_eq!(loosened_settings(&old, &new), ["spo2_stat"]);
        assert!(loosened_settings(&new, &old).is_empty());
    }

    #[test]
    fn only_the_vitals_that_can_move_are_replayed() {
        let moved = vitals_of_bounds((&bounds(None, None), &[]), (&bounds(Some(170), Some(91)), &[]));
        assert_eq!(moved.into_iter().collect::<Vec<_>>(), [Vital::Bp, Vital::Spo2]);
        let old = Settings::default();
        let new = Settings { repeat_window_minutes: 90.0, ..old.clone() };
        assert_eq!(vitals_of_settings(&old, &new).len(), Vital::ALL.len());
    }
}
