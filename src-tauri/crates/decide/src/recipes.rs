//! Recipes: the tables that say which readings are critical by themselves, how a page is worded and how loudly PagerDuty is
//! told (behaviour.md 1.3, 1.6). Here is what none of them may say; a table that says it is refused with the line at fault.

use crate::outbox::Urgency;
use crate::{Direction, Settings, StatRule, UrgencyRule, Vital};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Something a table cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The setting.
    pub setting: &'static str,
    /// Its line, from 0; none: the whole of it.
    pub line: Option<usize>,
    /// What it is; the words for it are the view's.
    pub code: &'static str,
    /// What it is about.
    pub word: String,
}

/// What a stat rule can be about, and between which values it is not a slip of the pen.
pub const STAT: [(&str, i64, i64); 5] =
    [("systolic", 40, 300), ("diastolic", 20, 200), ("glucose", 10, 1_000), ("spo2", 50, 100), ("heart_rate", 20, 300)];
/// What PagerDuty takes (contracts.md 4.1), the quietest first.
pub const SEVERITIES: [&str; 4] = ["info", "warning", "error", "critical"];
/// The urgency words, the quietest first, each with PagerDuty's word where the map leaves it out.
pub const URGENCIES: [(Urgency, &str); 3] = [(Urgency::Medium, "warning"), (Urgency::High, "error"), (Urgency::Critical, "critical")];

/// What the stat table cannot say.
pub fn stat_faults(table: &[StatRule]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (line, rule) in table.iter().enumerate() {
        let mut fault = |code, word: String| faults.push(Fault { setting: "stat_table", line: Some(line), code, word });
        match STAT.iter().find(|(what, ..)| *what == rule.what) {
            None => fault("unknown_what", rule.what.clone()),
            Some((_, low, high)) if rule.value < Decimal::from(*low) || rule.value > Decimal::from(*high) => {
                fault("out_of_range", format!("{low} - {high}"));
            }
            Some(_) => {}
        }
        let earlier = &table[..line];
        if earlier.iter().any(|other| other.what == rule.what && other.direction == rule.direction) {
            fault("twice", rule.what.clone());
        }
        let crossed = |other: &StatRule| match (other.direction, rule.direction) {
            (Direction::Low, Direction::High) => other.value >= rule.value,
            (Direction::High, Direction::Low) => other.value <= rule.value,
            _ => false,
        };
        if earlier.iter().any(|other| other.what == rule.what && crossed(other)) {
            fault("crossed", rule.what.clone());
        }
    }
    faults
}

/// What the urgency table cannot say.
pub fn urgency_faults(table: &[UrgencyRule]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (line, rule) in table.iter().enumerate() {
        let mut fault = |code, word: String| faults.push(Fault { setting: "urgency_table", line: Some(line), code, word });
        if rule.vital == Vital::Bp && (rule.below.is_some() || rule.above.is_some()) {
            fault("two_numbers", String::new());
        }
        if let (Some(below), Some(above)) = (rule.below, rule.above) {
            if below <= above {
                fault("nothing_between", format!("{above} - {below}"));
            }
        }
        let rest = |other: &&UrgencyRule| other.vital == rule.vital && other.below.is_none() && other.above.is_none() && !other.if_symptoms;
        if let Some(before) = table[..line].iter().position(|other| rest(&other)) {
            fault("never_reached", (before + 1).to_string());
        }
    }
    faults
}

/// PagerDuty's word for an urgency, the shipped one where the map leaves it out.
pub fn severity_of(map: &BTreeMap<String, String>, urgency: Urgency) -> &str {
    let shipped = URGENCIES.iter().find(|(u, _)| *u == urgency).map_or("error", |(_, word)| word);
    map.get(urgency.word()).map_or(shipped, String::as_str)
}

/// What the severity map cannot say: words that are not known, or a worse urgency told more quietly than a lesser one.
pub fn severity_faults(map: &BTreeMap<String, String>) -> Vec<Fault> {
    let fault = |code, word: String| Fault { setting: "pagerduty_severity_map", line: None, code, word };
    let mut faults: Vec<Fault> = map
        .iter()
        .filter(|(urgency, severity)| !URGENCIES.iter().any(|(u, _)| u.word() == *urgency) || !SEVERITIES.contains(&severity.as_str()))
        .map(|(urgency, severity)| fault("unknown_severity", format!("{urgency} -> {severity}")))
        .collect();
    if faults.is_empty() {
        let rank = |urgency| SEVERITIES.iter().position(|s| *s == severity_of(map, urgency));
        let quieter = URGENCIES.windows(2).find(|pair| rank(pair[1].0) < rank(pair[0].0));
        faults.extend(quieter.map(|pair| fault("quieter", pair[1].0.word().into())));
    }
    faults
}

/// Why a recipe setting cannot be so: its first fault, naming the line from 1.
pub fn refused(s: &Settings, name: &str) -> Result<(), String> {
    let faults = match name {
        "stat_table" => stat_faults(&s.stat_table),
        "urgency_table" => urgency_faults(&s.urgency_table),
        "pagerduty_severity_map" => severity_faults(&s.pagerduty_severity_map),
        _ => Vec::new(),
    };
    let Some(f) = faults.into_iter().next() else { return Ok(()) };
    let said = match f.code {
        "unknown_what" => format!("there is no stat rule for \"{}\": systolic, diastolic, glucose, spo2 or heart_rate", f.word),
        "out_of_range" => format!("the value is outside {}: a slip of the pen", f.word),
        "twice" => format!("{} has this direction twice", f.word),
        "crossed" => format!("{}: every reading would be critical", f.word),
        "two_numbers" => "a blood pressure has two numbers: use symptoms, or none".into(),
        "nothing_between" => format!("no number is above and below ({})", f.word),
        "never_reached" => format!("never reached: line {} takes every page of that vital", f.word),
        "unknown_severity" => format!("{}: maps Critical, High and Medium to critical, error, warning or info", f.word),
        _ => format!("{} would be told more quietly than a lesser urgency", f.word),
    };
    Err(f.line.map_or(said.clone(), |line| format!("line {}: {said}", line + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::followup::change::with_setting;
    use serde_json::json;

    fn refusal(name: &str, value: serde_json::Value) -> String {
        with_setting(&Settings::default(), name, value).unwrap_err()
    }

    #[test]
    fn what_ships_is_sound() {
        let s = Settings::default();
        assert_eq!(
            [stat_faults(&s.stat_table), urgency_faults(&s.urgency_table), severity_faults(&s.pagerduty_severity_map)],
            [vec![], vec![], vec![]]
        );
    }

    #[test]
    fn a_stat_rule_names_what_is_measured_once_and_within_reason() {
        let rule = |what: &str, direction: &str, value: i64| json!({ "what": what, "direction": direction, "value": value });
        assert!(refusal("stat_table", json!([rule("mood", "low", 55)])).contains("line 1: there is no stat rule for \"mood\""));
        assert!(refusal("stat_table", json!([rule("spo2", "low", 88), rule("glucose", "low", 5)]))
            .starts_with("line 2: the value is outside 10 - 1000"));
        assert!(refusal("stat_table", json!([rule("glucose", "low", 55), rule("glucose", "low", 60)])).contains("twice"));
        assert!(refusal("stat_table", json!([rule("glucose", "high", 70), rule("glucose", "low", 80)])).contains("every reading"));
        assert!(with_setting(&Settings::default(), "stat_table", json!([rule("glucose", "high", 500), rule("glucose", "low", 55)])).is_ok());
    }

    #[test]
    fn an_urgency_rule_can_be_reached_and_can_fit() {
        assert!(refusal("urgency_table", json!([{ "vital": "bp", "above": 180, "word": "High" }])).contains("two numbers"));
        assert!(refusal("urgency_table", json!([{ "vital": "glucose", "below": 55, "above": 400, "word": "High" }])).contains("no number"));
        let hidden = json!([{ "vital": "spo2", "word": "High" }, { "vital": "spo2", "below": 88, "word": "Critical" }]);
        assert!(refusal("urgency_table", hidden).starts_with("line 2: never reached: line 1"));
    }

    #[test]
    fn a_worse_urgency_is_never_told_more_quietly() {
        assert!(refusal("pagerduty_severity_map", json!({ "Critical": "warning" })).contains("Critical would be told more quietly"));
        assert!(refusal("pagerduty_severity_map", json!({ "Severe": "error" })).contains("Severe -> error"));
        assert!(with_setting(&Settings::default(), "pagerduty_severity_map", json!({ "Medium": "error" })).is_ok());
    }
}
