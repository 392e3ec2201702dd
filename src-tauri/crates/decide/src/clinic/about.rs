//! What each setting is: where it belongs, what may be said in it and how much. One line each; the words for people are the screen's.

use super::Settings;
use serde_json::Value;

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct About {
    pub name: &'static str,
    /// `limits`, `following_up`, `paging`, `quiet`, `visits`, `consent`, `watching`, `chart`, `intake`, `lock`, `keeping`, `going_live`.
    pub group: &'static str,
    pub kind: Kind,
}

/// What is said in a setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Number(Range),
    /// A number, or off.
    NumberOrOff(Range),
    /// A time of day, HHMM.
    Time,
    /// Hours and minutes before a visit, HHMM; 0000 = off.
    Lead,
    OnOff,
    /// One of these words.
    Choice(&'static [&'static str]),
    Word,
    /// Words or phrases, one a line.
    Words,
    /// Telephone numbers in E.164.
    Phones,
    /// Some of these words.
    Some(&'static [&'static str]),
    /// A number for some of these names.
    NumberEach(&'static [&'static str], Range),
    /// One of the second words for each of the first.
    ChoiceEach(&'static [&'static str], &'static [&'static str]),
    /// The limits of a patient who has none of their own.
    Limits,
    /// Filters of visits and events.
    Filters,
    /// Changed on a screen of its own, by that screen's name.
    Elsewhere(&'static str),
}

/// How much a number may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    pub unit: &'static str,
    pub at_least: f64,
    /// Exactly `at_least` is too little.
    pub above: bool,
    pub at_most: Option<f64>,
}

impl Range {
    /// Why a number is outside.
    pub fn refuses(&self, v: f64) -> Option<String> {
        let Range { unit, at_least, above, at_most } = *self;
        if !v.is_finite() || v < at_least || above && v <= at_least {
            return Some(if above {
                format!("must be more than {at_least}, not {v}")
            } else {
                format!("must be {at_least} or more, not {v}")
            });
        }
        at_most.filter(|most| v > *most).map(|most| format!("is at most {most} {unit}, not {v}"))
    }
}

/// More than nothing.
const fn some(unit: &'static str) -> Range {
    Range { unit, at_least: 0.0, above: true, at_most: None }
}

/// Nothing is allowed too.
const fn any(unit: &'static str) -> Range {
    Range { unit, at_least: 0.0, above: false, at_most: None }
}

const fn between(at_least: f64, at_most: f64, unit: &'static str) -> Range {
    Range { unit, at_least, above: false, at_most: Some(at_most) }
}

const fn upto(at_most: f64, unit: &'static str) -> Range {
    Range { unit, at_least: 0.0, above: true, at_most: Some(at_most) }
}

const fn about(group: &'static str, name: &'static str, kind: Kind) -> About {
    About { name, group, kind }
}

const SOURCES: &[&str] = &[
    "fhir",
    "chart_pull",
    "appointments",
    "hl7",
    "fhir_appointment",
    "twilio_inbound",
    "twilio_status",
    "twilio_poll",
    "studio",
    "pagerduty",
    "pagerduty_poll",
    "simulator",
];
const VITALS: &[&str] = &["bp", "glucose", "weight", "spo2", "heart_rate"];

/// All settings, in the order in which a person would go through them.
pub const SETTINGS: &[About] = &[
    about("limits", "default_limits", Kind::Limits),
    about("limits", "stat_table", Kind::Elsewhere("scripts")),
    about("limits", "weight_window_24h_hours", Kind::Number(some("h"))),
    about("limits", "weight_window_7d_hours", Kind::Number(some("h"))),
    about("limits", "plausibility", Kind::Elsewhere("scripts")),
    about("limits", "stale_after_hours", Kind::Number(some("h"))),
    about("limits", "future_tolerance_minutes", Kind::Number(any("min"))),
    about("following_up", "reply_wait_minutes", Kind::Number(some("min"))),
    about("following_up", "text_send_limit_minutes", Kind::Number(some("min"))),
    about("following_up", "debounce_seconds", Kind::Number(any("s"))),
    about("following_up", "repeat_window_minutes", Kind::Number(any("min"))),
    about("following_up", "ack_lease_critical_minutes", Kind::Number(some("min"))),
    about("following_up", "ack_lease_abnormal_minutes", Kind::Number(some("min"))),
    about("following_up", "review_target_minutes", Kind::Number(some("min"))),
    about("following_up", "review_page_minutes", Kind::NumberOrOff(some("min"))),
    about("following_up", "danger_words", Kind::Words),
    about("following_up", "scripts", Kind::Elsewhere("scripts")),
    about("following_up", "internal_numbers", Kind::Phones),
    about("paging", "ack_target_minutes", Kind::Number(some("min"))),
    about("paging", "ack_limit_minutes", Kind::Number(some("min"))),
    about("paging", "page_proof_seconds", Kind::Number(some("s"))),
    about("paging", "page_fallback_seconds", Kind::Number(some("s"))),
    about("paging", "backup_numbers", Kind::Phones),
    about("paging", "backup_text_minutes", Kind::Number(some("min"))),
    about("paging", "case_lookup_phone", Kind::Word),
    about("paging", "chart_url_template", Kind::Word),
    about("paging", "coverage_look_hours", Kind::Number(some("h"))),
    about("paging", "urgency_table", Kind::Elsewhere("scripts")),
    about("paging", "pagerduty_severity_map", Kind::ChoiceEach(&["Critical", "High", "Medium"], &["critical", "error", "warning", "info"])),
    about("quiet", "quiet_hours_start", Kind::Time),
    about("quiet", "quiet_hours_finish", Kind::Time),
    about("quiet", "after_hours_policy", Kind::Choice(&["hold", "escalate"])),
    about("quiet", "event_text_quiet_hours", Kind::OnOff),
    about("quiet", "clinic_time_zone", Kind::Word),
    about("quiet", "time_zone_review_days", Kind::Number(some("d"))),
    about("visits", "reminder_first_timing", Kind::Lead),
    about("visits", "reminder_second_timing", Kind::Lead),
    about("visits", "reminder_outreach_start", Kind::Time),
    about("visits", "reminder_outreach_finish", Kind::Time),
    about("visits", "reminder_gap_seconds", Kind::Number(any("s"))),
    about("visits", "stop_reminders_when_confirmed", Kind::OnOff),
    about("visits", "customer_name", Kind::Word),
    about("visits", "customer_code", Kind::Word),
    about("visits", "appointment_delivery", Kind::Choice(&["messages", "studio"])),
    about("visits", "studio_flow_sid", Kind::Word),
    about("visits", "studio_answer_wait_seconds", Kind::Number(any("s"))),
    about("visits", "ehr_request_via", Kind::Choice(&["json", "hl7", "fhir"])),
    about("visits", "appointment_locations", Kind::Words),
    about("visits", "appointment_pull_minutes", Kind::Number(some("min"))),
    about("visits", "appointment_pull_days", Kind::Number(upto(366.0, "d"))),
    about("consent", "sms_consent_required", Kind::OnOff),
    about("consent", "visit_filters", Kind::Filters),
    about("consent", "visit_events_off", Kind::Some(&["CANCELED", "CONFIRMED", "NOSHOWED"])),
    about("consent", "visit_answers_off", Kind::Some(&["CONFIRM", "CANCEL"])),
    about("watching", "stale_data_minutes", Kind::Number(any("min"))),
    about("watching", "missing_reading_hours", Kind::NumberEach(VITALS, some("h"))),
    about("watching", "source_silence_minutes", Kind::NumberEach(SOURCES, some("min"))),
    about("watching", "stuck_alarm_minutes", Kind::Number(some("min"))),
    about("watching", "heartbeat_url", Kind::Word),
    about("watching", "heartbeat_minutes", Kind::Number(some("min"))),
    about("chart", "rpm_live_minutes_only", Kind::OnOff),
    about("chart", "billing_codes", Kind::Elsewhere("minutes")),
    about("chart", "mark_reviewed", Kind::Choice(&["note_only", "amend"])),
    about("chart", "chart_readings", Kind::Choice(&["reviewed", "all"])),
    about("chart", "chart_pull_minutes", Kind::Number(any("min"))),
    about("intake", "default_country", Kind::Word),
    about("intake", "hl7_site_map", Kind::Elsewhere("connections")),
    about("intake", "twilio_messages_per_second", Kind::Number(some("/s"))),
    about("intake", "cerner_requests_per_minute", Kind::Number(some("/min"))),
    about("intake", "pagerduty_events_per_minute", Kind::Number(some("/min"))),
    about("intake", "intake_per_second", Kind::Number(some("/s"))),
    about("intake", "intake_per_connection_per_second", Kind::Number(some("/s"))),
    about("lock", "lock_after_minutes", Kind::Number(upto(240.0, "min"))),
    about("lock", "session_hours", Kind::Number(upto(24.0, "h"))),
    about("lock", "break_glass_minutes", Kind::Number(upto(480.0, "min"))),
    about("lock", "credential_review_days", Kind::Number(any("d"))),
    about("keeping", "backup_folder", Kind::Word),
    about("keeping", "backup_at", Kind::Time),
    about("keeping", "backups_kept", Kind::Number(between(2.0, 400.0, "copies"))),
    about("keeping", "audit_retention_days", Kind::Number(any("d"))),
    about("keeping", "exchange_days", Kind::Number(any("d"))),
    about("going_live", "mode", Kind::Elsewhere("shadow")),
    about("going_live", "shadow_days_minimum", Kind::Number(any("d"))),
    about("going_live", "shadow_judged_percent", Kind::Number(between(0.0, 100.0, "%"))),
];

/// What the setting of that name is.
pub fn setting(name: &str) -> Option<&'static About> {
    SETTINGS.iter().find(|a| a.name == name)
}

/// Why the number in a setting is outside its range.
pub(crate) fn out_of_range(s: &Settings, name: &str) -> Option<String> {
    let value = serde_json::to_value(s).ok()?.get(name).cloned()?;
    match (setting(name)?.kind, value) {
        (Kind::Number(range) | Kind::NumberOrOff(range), Value::Number(n)) => range.refuses(n.as_f64()?),
        // Not a number that JSON can carry.
        (Kind::Number(_), Value::Null) => Some("is not a number".into()),
        (Kind::Time, Value::String(t)) if t.as_str() > "2400" => Some("is a time of day, 0000 to 2400".into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_setting_is_told_about_once_and_nothing_else_is() {
        let Value::Object(all) = serde_json::to_value(Settings::default()).unwrap() else { panic!("settings are an object") };
        let told: BTreeSet<&str> = SETTINGS.iter().map(|a| a.name).collect();
        assert_eq!(told.len(), SETTINGS.len());
        assert_eq!(told, all.keys().map(String::as_str).collect());
    }

    #[test]
    fn every_default_lies_in_its_own_range_and_has_its_own_shape() {
        let all = serde_json::to_value(Settings::default()).unwrap();
        for a in SETTINGS {
            let value = &all[a.name];
            assert_eq!(out_of_range(&Settings::default(), a.name), None, "{}", a.name);
            let fits = match a.kind {
                Kind::Number(_) => value.is_number(),
                Kind::NumberOrOff(_) => value.is_number() || value.is_null(),
                Kind::Time | Kind::Lead | Kind::Word => value.is_string(),
                Kind::OnOff => value.is_boolean(),
                Kind::Choice(words) => value.as_str().is_some_and(|v| words.contains(&v)),
                Kind::Words | Kind::Phones | Kind::Some(_) | Kind::Filters => value.is_array(),
                Kind::NumberEach(..) | Kind::ChoiceEach(..) | Kind::Limits => value.is_object(),
                Kind::Elsewhere(_) => true,
            };
            assert!(fits, "{}: {value}", a.name);
        }
    }

    #[test]
    fn a_number_outside_its_range_is_told_which() {
        assert_eq!(some("min").refuses(0.0).as_deref(), Some("must be more than 0, not 0"));
        assert_eq!(any("min").refuses(0.0), None);
        assert_eq!(between(2.0, 400.0, "copies").refuses(401.0).as_deref(), Some("is at most 400 copies, not 401"));
    }
}
