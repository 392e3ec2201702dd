//! Who may change which setting, and what must be said with it (design.md "Safety and privacy").

use crate::desk::Desk;
use crate::input::SettingsOrder;
use crate::staff::Role;

/// What a change of a setting asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// A clinician or an administrator, with a reason: the words that patients read.
    Clinical,
    /// An administrator with a reason and the name of the clinician who ordered it.
    Ordered,
    /// An administrator with a reason: it moves what is texted, paged, charted or kept.
    Reasoned,
    /// An administrator.
    Plain,
    /// Not a setting to type: shadow and live change through the go-live gate only.
    Gated,
}

impl Right {
    /// Who may.
    pub fn role_may(self, role: Role) -> bool {
        match self {
            Right::Clinical => matches!(role, Role::Clinician | Role::Administrator),
            Right::Ordered | Right::Reasoned | Right::Plain => role == Role::Administrator,
            Right::Gated => false,
        }
    }

    /// Whether a clinician's name is needed.
    pub fn needs_order(self) -> bool {
        self == Right::Ordered
    }

    /// Whether a reason is needed.
    pub fn needs_why(self) -> bool {
        matches!(self, Right::Clinical | Right::Ordered | Right::Reasoned)
    }

    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Right::Clinical => "clinical",
            Right::Ordered => "ordered",
            Right::Reasoned => "reasoned",
            Right::Plain => "plain",
            Right::Gated => "gated",
        }
    }
}

/// Every setting has its line; a new one without a line fails the test below and cannot be changed on a screen.
const RIGHTS: &[(Right, &[&str])] = &[
    (Right::Gated, &["mode"]),
    (Right::Clinical, &["scripts", "danger_words"]),
    (Right::Ordered, &["default_limits", "stat_table", "after_hours_policy"]),
    (
        Right::Reasoned,
        &[
            "shadow_days_minimum",
            "shadow_judged_percent",
            "billing_codes",
            "rpm_live_minutes_only",
            "future_tolerance_minutes",
            "stale_after_hours",
            "plausibility",
            "weight_window_24h_hours",
            "weight_window_7d_hours",
            "debounce_seconds",
            "repeat_window_minutes",
            "review_target_minutes",
            "review_page_minutes",
            "ack_lease_critical_minutes",
            "ack_lease_abnormal_minutes",
            "reply_wait_minutes",
            "text_send_limit_minutes",
            "quiet_hours_start",
            "quiet_hours_finish",
            "clinic_time_zone",
            "sms_consent_required",
            "urgency_table",
            "pagerduty_severity_map",
            "chart_url_template",
            "case_lookup_phone",
            "page_fallback_seconds",
            "page_proof_seconds",
            "backup_numbers",
            "backup_text_minutes",
            "ack_target_minutes",
            "ack_limit_minutes",
            "coverage_look_hours",
            "source_silence_minutes",
            "missing_reading_hours",
            "mark_reviewed",
            "chart_readings",
            "appointment_delivery",
            "studio_flow_sid",
            "visit_filters",
            "visit_events_off",
            "visit_answers_off",
            "ehr_request_via",
            "event_text_quiet_hours",
            "stop_reminders_when_confirmed",
            "reminder_outreach_start",
            "reminder_outreach_finish",
            "reminder_first_timing",
            "reminder_second_timing",
            "lock_after_minutes",
            "session_hours",
            "break_glass_minutes",
            "backup_folder",
            "backup_at",
            "backups_kept",
            "audit_retention_days",
        ],
    ),
    (
        Right::Plain,
        &[
            "chart_pull_minutes",
            "time_zone_review_days",
            "credential_review_days",
            "exchange_days",
            "twilio_messages_per_second",
            "pagerduty_events_per_minute",
            "heartbeat_url",
            "heartbeat_minutes",
            "stale_data_minutes",
            "cerner_requests_per_minute",
            "stuck_alarm_minutes",
            "intake_per_second",
            "intake_per_connection_per_second",
            "default_country",
            "customer_name",
            "customer_code",
            "studio_answer_wait_seconds",
            "appointment_locations",
            "appointment_pull_minutes",
            "appointment_pull_days",
            "hl7_site_map",
            "reminder_gap_seconds",
            "internal_numbers",
        ],
    ),
];

/// What a change of that setting asks for; none: there is no such setting.
pub fn right(name: &str) -> Option<Right> {
    RIGHTS.iter().find(|(_, names)| names.contains(&name)).map(|(right, _)| *right)
}

/// All settings with what they ask for, in the table's order.
pub fn all() -> impl Iterator<Item = (&'static str, Right)> {
    RIGHTS.iter().flat_map(|(right, names)| names.iter().map(|name| (*name, *right)))
}

/// Why an order is not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmet {
    /// Nothing is changed by it.
    Nothing,
    /// There is no setting of this name.
    Unknown(String),
    /// It has a gate of its own.
    Gated(String),
    /// The role may not; the right it needs.
    Role(String, Right),
    /// A reason is missing.
    Why(String),
    /// The clinician who ordered it is missing.
    OrderedBy(String),
    /// The one who ordered it is not a clinician of this desk.
    NotAClinician(String),
}

impl Desk {
    /// The names of the clinicians who may sign in here, in order.
    pub fn clinicians(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.staff.values().filter(|s| s.active && s.role == Role::Clinician).map(|s| s.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// Whether that role may give that order, and with what it says. Where the desk knows clinicians by name, the one who
    /// ordered it is one of them; a desk without any takes the name as it is written.
    pub fn may_order(&self, role: Role, who: &str, order: &SettingsOrder) -> Result<(), Unmet> {
        if order.settings.is_empty() {
            return Err(Unmet::Nothing);
        }
        let mut rights = Vec::new();
        for name in order.settings.keys() {
            let right = right(name).ok_or_else(|| Unmet::Unknown(name.clone()))?;
            match right {
                Right::Gated => return Err(Unmet::Gated(name.clone())),
                right if !right.role_may(role) => return Err(Unmet::Role(name.clone(), right)),
                right => rights.push((name, right)),
            }
        }
        let said = |text: &str| text.chars().any(char::is_alphanumeric);
        for (name, right) in rights {
            if right.needs_why() && !said(&order.why) {
                return Err(Unmet::Why(name.clone()));
            }
            if right.needs_order() {
                let by = order.ordered_by.as_deref().map(str::trim).filter(|by| said(by)).ok_or_else(|| Unmet::OrderedBy(name.clone()))?;
                let clinicians = self.clinicians();
                let known = clinicians.is_empty() || clinicians.iter().any(|c| c.eq_ignore_ascii_case(by));
                if !known || by.eq_ignore_ascii_case(who.trim()) {
                    return Err(Unmet::NotAClinician(by.into()));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use std::collections::BTreeSet;

    #[test]
    fn every_setting_has_exactly_one_line_in_the_table_of_rights() {
        let settings = serde_json::to_value(Settings::default()).unwrap();
        let names: BTreeSet<&str> = settings.as_object().unwrap().keys().map(String::as_str).collect();
        let listed: Vec<&str> = all().map(|(name, _)| name).collect();
        assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), names);
        assert_eq!(listed.len(), names.len(), "a setting is listed twice");
    }

    #[test]
    fn only_words_are_a_clinicians_to_change_and_nobody_else_changes_any() {
        for (name, right) in all() {
            assert!(!right.role_may(Role::Nurse) && !right.role_may(Role::Auditor), "{name}");
            assert_eq!(right.role_may(Role::Clinician), right == Right::Clinical, "{name}");
            assert_eq!(right.role_may(Role::Administrator), right != Right::Gated, "{name}");
        }
    }

    #[test]
    fn defaults_the_stat_table_and_the_after_hours_policy_need_a_clinicians_name() {
        let ordered: Vec<&str> = all().filter(|(_, r)| r.needs_order()).map(|(name, _)| name).collect();
        assert_eq!(ordered, ["default_limits", "stat_table", "after_hours_policy"]);
    }
}
