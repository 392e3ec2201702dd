//! Settings and what staff say about patients change: at once, with who and why, nonsense refused by name.

use crate::desk::{set_clock, Desk, Whose};
use crate::input::{Change, SettingsOrder};
use crate::rows::Row;
use crate::trail::Line;
use crate::{At, ClockKind, EpisodeState, Order, Patient, Settings};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Why nothing can be changed about somebody.
pub(super) const NOT_ENROLLED: &str = "That patient is not enrolled here.";

impl Desk {
    pub(crate) fn take_change(&mut self, now: At, who: &str, change: Change) {
        match change {
            Change::Patient(p) => self.keep_patient(now, who, *p, &Order::default()),
            Change::Bounds { mrn, bounds, why } => match self.patients.get(&mrn) {
                Some(p) => {
                    let bounds = bounds.or(&p.bounds);
                    self.keep_limits(now, who, Patient { bounds, ..p.clone() }, &Order { why, ..Order::default() });
                }
                None => self.out.answer.refused = Some(NOT_ENROLLED.into()),
            },
            Change::Import { patient, order } => self.keep_patient(now, who, *patient, &order),
            Change::Limits(order) => self.take_limits(now, who, *order),
            Change::Stat(order) => self.take_stat(now, who, *order),
            Change::Personal(change) => self.take_personal(now, who, *change),
            Change::Texts { mrn, out, why } => self.take_texts(now, who, &mrn, out, &why),
            Change::Settings(map) => self.change_settings(now, who, map, None),
            Change::Ordered(order) => self.take_order(now, who, order),
            Change::Script(change) => self.change_script(now, who, change),
            Change::TryScript(attempt) => self.try_script(now, who, attempt),
            Change::Downtime(change) => self.change_downtime(now, who, change),
            Change::CheckIn(change) => self.change_check_in(now, who, change),
            Change::Connection(change) => self.change_connection(now, who, change),
            Change::Minutes(change) => self.change_minutes(now, who, change),
            Change::Shadow(change) => self.change_shadow(now, who, change),
            Change::Safekeeping(event) => self.take_safekeeping(now, who, event),
            Change::OptedOut { phone, out } => {
                if out {
                    if self.opted_out.insert(phone.clone()) {
                        self.out.replan.push(Whose::Phone(phone.clone()));
                        self.out.rows.push(Row::OptOut { phone, out: true, at: now, by: None });
                    }
                } else {
                    self.opt_in(now, &phone, None);
                }
            }
        }
    }

    /// A person's change of settings: all of them, or none and the field at fault.
    pub(crate) fn take_order(&mut self, now: At, who: &str, order: SettingsOrder) {
        match with_settings(&self.settings, &order.settings).1.pop_first() {
            None => self.change_settings(now, who, order.settings.clone(), Some(&order)),
            Some((name, why)) => {
                self.out.answer.refused = Some(why);
                self.out.answer.field = Some(name);
            }
        }
    }

    fn change_settings(&mut self, now: At, who: &str, map: Map<String, Value>, order: Option<&SettingsOrder>) {
        let barred = self.bars_mode(&map);
        let unbarred = |map: &Map<String, Value>| map.iter().filter(|(n, _)| *n != "mode").map(|(n, v)| (n.clone(), v.clone())).collect();
        let (settings, mut refused) = match &barred {
            None => with_settings(&self.settings, &map),
            Some(_) => with_settings(&self.settings, &unbarred(&map)),
        };
        refused.extend(barred.map(|why| ("mode".to_string(), why)));
        let before = order.and_then(|_| serde_json::to_value(&self.settings).ok()).unwrap_or_default();
        if map.keys().any(|name| name.starts_with("appointment_") && !refused.contains_key(name)) {
            self.pull_afresh(now);
        }
        let moved = crate::visits::moves_reminders(&self.settings, &settings);
        let scripts = std::mem::replace(&mut self.settings, settings).scripts;
        self.keep_script_versions(now, who, &scripts, order.map_or("", |o| o.why.trim()));
        for (name, value) in map {
            match refused.get(&name).cloned() {
                None => {
                    self.out.rows.push(Row::Setting { name: name.clone(), value: value.clone(), at: now, by: who.into() });
                    let (was, is) = match order {
                        // The address holds the watch's own key.
                        // Each script has a line of its own.
                        Some(_) if name != "heartbeat_url" && name != "scripts" => (before.get(&name).cloned(), Some(value)),
                        _ => (None, None),
                    };
                    let why = order.map(|o| o.why.trim().to_string()).filter(|w| !w.is_empty());
                    let ordered_by = order.and_then(|o| o.ordered_by.clone());
                    let outcome = "applied".into();
                    self.say(now, None, Some(who), Line::Setting { name, outcome, reason: None, why, ordered_by, was, is });
                }
                Some(why) => {
                    self.out.answer.refused = Some(format!("{name}: {why}"));
                    self.say(
                        now,
                        None,
                        Some(who),
                        Line::Setting {
                            name,
                            outcome: "refused".into(),
                            reason: Some(why),
                            why: None,
                            ordered_by: None,
                            was: None,
                            is: None,
                        },
                    );
                }
            }
        }
        if moved {
            self.plan_visits_again(now);
        }
        self.shadow_since(now);
        self.rehold(now);
        self.silence_settings(now);
        self.backup_settings(now);
        self.unblock(now);
    }

    /// Quiet hours, their policy or a patient's zone changed: what is held is looked at again now.
    pub(super) fn rehold(&mut self, now: At) {
        let (start, finish) = (self.settings.quiet_hours_start, self.settings.quiet_hours_finish);
        let held: Vec<u64> = self
            .episodes
            .values()
            .filter(|e| e.is_open() && e.state == EpisodeState::Held && e.held_until.is_some())
            .map(|e| e.id)
            .collect();
        for id in held {
            let Some(patient) = self.patients.get(&self.episodes[&id].mrn) else { continue };
            let until = crate::wallclock::zone_of(patient, &self.settings).quiet_ends(now, start, finish);
            let escalate = self.settings.after_hours_policy == crate::AfterHours::Escalate;
            if escalate || self.episodes[&id].held_until != Some(until) {
                self.with_episode(id, |_, e| set_clock(&mut e.clocks, ClockKind::HoldEnds, now));
            }
        }
    }
}

/// Whether a setting of that name exists.
pub fn known(name: &str) -> bool {
    serde_json::to_value(Settings::default()).ok().is_some_and(|v| v.get(name).is_some())
}

/// The settings with several changed together, since two may only fit each other; and why each of the others is refused.
pub fn with_settings(settings: &Settings, changes: &Map<String, Value>) -> (Settings, BTreeMap<String, String>) {
    let mut refused = BTreeMap::new();
    for (name, value) in changes {
        if let Err(why) = unchecked(settings, name, value.clone()) {
            refused.insert(name.clone(), why);
        }
    }
    loop {
        let good = changes.iter().filter(|(name, _)| !refused.contains_key(*name));
        let new = good.clone().fold(settings.clone(), |s, (name, value)| unchecked(&s, name, value.clone()).unwrap_or(s));
        let wrong: Vec<(String, String)> = good.filter_map(|(name, _)| Some((name.clone(), check(&new, name).err()?))).collect();
        if wrong.is_empty() {
            return (new, refused);
        }
        refused.extend(wrong);
    }
}

/// The settings with one changed, or why it is refused.
pub fn with_setting(settings: &Settings, name: &str, value: Value) -> Result<Settings, String> {
    let new = unchecked(settings, name, value)?;
    check(&new, name)?;
    Ok(new)
}

fn unchecked(settings: &Settings, name: &str, value: Value) -> Result<Settings, String> {
    let mut all = serde_json::to_value(settings).map_err(|e| e.to_string())?;
    let map = all.as_object_mut().ok_or("settings are not an object")?;
    if !map.contains_key(name) {
        return Err("there is no setting of this name".into());
    }
    if name == "hl7_site_map" {
        crate::hl7::SiteMap::read(&value)?;
    }
    map.insert(name.into(), value);
    serde_json::from_value(all).map_err(|e| e.to_string())
}

/// What no setting may be, said with the setting that was changed.
fn check(s: &Settings, name: &str) -> Result<(), String> {
    if let Some(why) = crate::clinic::out_of_range(s, name) {
        return Err(why);
    }
    match name {
        "clinic_time_zone" if !crate::wallclock::zone_known(&s.clinic_time_zone) => {
            Err(format!("is not an IANA time zone: {}", s.clinic_time_zone))
        }
        "pagerduty_severity_map" | "stat_table" | "urgency_table" => crate::recipes::refused(s, name),
        "reminder_outreach_start" | "reminder_outreach_finish" if s.reminder_outreach_start >= s.reminder_outreach_finish => {
            Err("reminder_outreach_start must be before reminder_outreach_finish".into())
        }
        "reminder_first_timing" | "reminder_second_timing"
            if s.reminder_second_timing.0 != 0 && s.reminder_first_timing.minutes() <= s.reminder_second_timing.minutes() =>
        {
            Err("reminder_first_timing must be more than reminder_second_timing".into())
        }
        "customer_code" if s.customer_code.is_empty() || !s.customer_code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) => {
            Err("lower case letters and digits only".into())
        }
        "appointment_delivery" if !["messages", "studio"].contains(&s.appointment_delivery.as_str()) => Err("is messages or studio".into()),
        "appointment_locations" => match s.appointment_locations.iter().find(|l| !chart_id(l)) {
            Some(bad) => Err(format!("is the chart's id of a location, letters, digits, - and . only: {bad}")),
            None => Ok(()),
        },
        "hl7_site_map" => s.hl7_site_map.check(),
        "default_limits" => {
            crate::clinic::limits::sound(&s.default_limits, &s.default_limits).map_err(|(limit, why)| format!("{limit}: {why}"))
        }
        "appointment_delivery" if s.appointment_delivery == "studio" && s.studio_flow_sid.is_empty() => {
            Err("studio needs studio_flow_sid to be set".into())
        }
        "studio_flow_sid" if s.studio_flow_sid.is_empty() && s.appointment_delivery == "studio" => {
            Err("cannot be empty while appointment_delivery is studio".into())
        }
        "studio_flow_sid" if !s.studio_flow_sid.is_empty() && !crate::visits::is_flow_sid(&s.studio_flow_sid) => {
            Err("is FW, then letters and digits".into())
        }
        "mode" => match &s.mode {
            crate::Modes::Each(map) => match map.keys().find(|w| !crate::shadow::WORKFLOWS.contains(&w.as_str())) {
                Some(odd) => Err(format!("there is no workflow {odd}: {}", crate::shadow::WORKFLOWS.join(", "))),
                None => Ok(()),
            },
            crate::Modes::All(_) => Ok(()),
        },
        "billing_codes" => crate::minutes::check_codes(&s.billing_codes),
        "shadow_judged_percent" if !(0.0..=100.0).contains(&s.shadow_judged_percent) => Err("is 0 to 100".into()),
        "visit_filters" => crate::visits::check_filters(&s.visit_filters),
        "visit_events_off" => match s.visit_events_off.iter().find(|t| !crate::visits::OPTIONAL_EVENTS.contains(t)) {
            Some(t) => Err(format!("{} cannot be turned off: CANCELED, CONFIRMED or NOSHOWED", t.name())),
            None => Ok(()),
        },
        "ehr_request_via" if !["json", "hl7", "fhir"].contains(&s.ehr_request_via.as_str()) => Err("is json, hl7 or fhir".into()),
        "source_silence_minutes" | "missing_reading_hours" | "heartbeat_url" => crate::watch::check_setting(s, name),
        "backup_folder" | "backup_at" | "audit_retention_days" => crate::watch::check_keeping(s, name),
        "scripts" => crate::scripts::refused(&s.scripts),
        "backup_numbers" | "internal_numbers" => {
            match if name == "backup_numbers" { &s.backup_numbers } else { &s.internal_numbers }.iter().find(|n| !e164(n)) {
                Some(_) => Err("numbers are in E.164, e.g. +12025550100".into()),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// An id as FHIR has them.
fn chart_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}

/// E.164: plus, a digit 1-9, at most 15 digits.
pub fn e164(n: &str) -> bool {
    n.strip_prefix('+').is_some_and(|d| (7..=15).contains(&d.len()) && !d.starts_with('0') && d.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(name: &str, value: Value) -> bool {
        with_setting(&Settings::default(), name, value).is_err()
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        assert!(refused("reply_wait", json!(5)));
        assert!(refused("reply_wait_minutes", json!(-1)));
        assert!(refused("reminder_outreach_finish", json!("0000")));
        assert!(refused("reminder_first_timing", json!("2400")));
        assert!(refused("customer_code", json!("Owl Health")));
        assert!(refused("quiet_hours_start", json!("0875")));
        assert!(refused("clinic_time_zone", json!("Mars/Olympus")));
        assert!(refused("after_hours_policy", json!("sometimes")));
    }

    #[test]
    fn settings_that_only_fit_each_other_are_taken_together() {
        let pair = |first: &str, second: &str| {
            let map = json!({ "reminder_first_timing": first, "reminder_second_timing": second, "reply_wait_minutes": 5 });
            with_settings(&Settings::default(), map.as_object().unwrap())
        };
        let (s, refused) = pair("1400", "0200");
        assert_eq!((s.reminder_first_timing.minutes(), refused.len()), (840, 0));
        let (s, refused) = pair("2400", "4800");
        assert_eq!(refused.into_keys().collect::<Vec<_>>(), ["reminder_first_timing", "reminder_second_timing"]);
        assert_eq!((s.reminder_first_timing.minutes(), s.reply_wait_minutes), (2880, 5.0));
    }

    #[test]
    fn good_values_take_effect_in_each_spelling() {
        let s = with_setting(&Settings::default(), "reply_wait_minutes", json!(0.5)).unwrap();
        assert_eq!(s.reply_wait_minutes, 0.5);
        let s = with_setting(&s, "review_page_minutes", json!("off")).unwrap();
        assert_eq!(s.review_page_minutes, None);
        let s = with_setting(&s, "review_page_minutes", json!(90)).unwrap();
        assert_eq!(s.review_page_minutes, Some(90.0));
        let s = with_setting(&s, "quiet_hours_start", json!(2200)).unwrap();
        assert_eq!(s.quiet_hours_start.minutes(), 1320);
        let s = with_setting(&s, "sms_consent_required", json!("on")).unwrap();
        assert!(s.sms_consent_required);
        let s = with_setting(&s, "mode", json!("live")).unwrap();
        assert_eq!(s.mode.of("visits"), crate::Mode::Live);
    }
}
