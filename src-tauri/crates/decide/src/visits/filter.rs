//! Filters: visits and events about which nobody is texted (behaviour.md 2.1).

use crate::{Settings, VisitEvent, VisitEventType, VisitFilter};

/// Events that a clinic may turn off.
pub const OPTIONAL_EVENTS: [VisitEventType; 3] = [VisitEventType::Canceled, VisitEventType::Confirmed, VisitEventType::NoShowed];

/// The rule that keeps a text about this visit from going out. `event`: what the text is about; none: a reminder.
pub fn filtered(settings: &Settings, told: &VisitEvent, event: Option<VisitEventType>) -> Option<String> {
    if let Some(off) = event.filter(|e| settings.visit_events_off.contains(e)) {
        return Some(format!("{} off", off.name()));
    }
    settings.visit_filters.iter().find(|rule| fits(rule, told, event)).map(|rule| rule.name.clone())
}

fn fits(rule: &VisitFilter, told: &VisitEvent, event: Option<VisitEventType>) -> bool {
    let is = |wanted: &Option<String>, given: &[&str]| wanted.as_ref().is_none_or(|w| given.iter().any(|g| same(w, g)));
    let provider = format!("{} {}", told.provider_first_name, told.provider_last_name);
    // A MODIFIED that is handled as RESCHEDULED is both.
    let kind = rule.event_type.is_none_or(|t| event.is_some_and(|e| e == t || told.event_type == t));
    kind && is(&rule.location, &[&told.location])
        && is(&rule.provider, &[&told.provider_id, &told.provider_last_name, &provider])
        && is(&rule.service_line, &[&told.service])
}

/// Equal but for case and spaces around.
fn same(wanted: &str, given: &str) -> bool {
    !given.trim().is_empty() && wanted.trim().to_lowercase() == given.trim().to_lowercase()
}

/// What no list of filters may be.
pub fn check_filters(rules: &[VisitFilter]) -> Result<(), String> {
    for (i, rule) in rules.iter().enumerate() {
        let name = rule.name.trim();
        if name.is_empty() {
            return Err(format!("rule {} has no name", i + 1));
        }
        if rules[..i].iter().any(|r| r.name.trim() == name) {
            return Err(format!("two rules are named {name}"));
        }
        let words = [("location", &rule.location), ("provider", &rule.provider), ("service_line", &rule.service_line)];
        if let Some((field, _)) = words.iter().find(|(_, w)| w.as_ref().is_some_and(|w| w.trim().is_empty())) {
            return Err(format!("{name}: {field} is empty"));
        }
        if rule.event_type.is_none() && words.iter().all(|(_, w)| w.is_none()) {
            return Err(format!("{name} names no location, provider, event_type or service_line: it would stop every text"));
        }
    }
    Ok(())
}

/// FW, then letters and digits: it becomes part of an address.
pub fn is_flow_sid(sid: &str) -> bool {
    sid.strip_prefix("FW").is_some_and(|rest| !rest.is_empty() && rest.len() <= 64 && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, Value};

    fn visit(location: &str, service: &str) -> VisitEvent {
        serde_json::from_value(json!({ "event_type": "BOOKED", "event_at": null, "appointment_id": "A1", "patient_id": "P1",
            "provider_id": "D1", "provider_first_name": "Al", "provider_last_name": "Ray", "location": location, "service": service,
            "wall_clock": "2026-03-10T15:00:00", "offset_minutes": -300 }))
        .unwrap()
    }

    fn with(rules: Value) -> Settings {
        Settings { visit_filters: serde_json::from_value(rules).unwrap(), ..Settings::default() }
    }

    #[test]
    fn a_rule_fits_when_everything_it_names_fits() {
        let s = with(
            json!([{ "name": "annex cardiology", "location": "north annex", "service_line": "Cardiology" }, { "name": "Dr. Ray", "provider": "Al Ray" }]),
        );
        let rule = |l, sv| filtered(&s, &visit(l, sv), None);
        assert_eq!(rule("North Annex", "Cardiology").as_deref(), Some("annex cardiology"));
        assert_eq!(rule("North Annex", "").as_deref(), Some("Dr. Ray"));
        let other = VisitEvent { provider_id: "D2".into(), provider_last_name: "Diaz".into(), ..visit("North Annex", "") };
        assert_eq!(filtered(&s, &other, None), None);
    }

    #[test]
    fn a_rule_for_an_event_leaves_reminders_and_other_events() {
        let s = with(json!([{ "name": "no changes", "event_type": "MODIFIED" }]));
        let v = visit("Main Clinic", "");
        assert_eq!(filtered(&s, &v, Some(VisitEventType::Modified)).as_deref(), Some("no changes"));
        assert_eq!(filtered(&s, &v, Some(VisitEventType::Canceled)), None);
        assert_eq!(filtered(&s, &v, None), None);
    }

    #[test]
    fn an_event_that_is_off_is_named() {
        let s = Settings { visit_events_off: vec![VisitEventType::NoShowed], ..Settings::default() };
        assert_eq!(filtered(&s, &visit("", ""), Some(VisitEventType::NoShowed)).as_deref(), Some("NOSHOWED off"));
    }

    #[test]
    fn a_rule_that_says_nothing_or_has_no_name_is_refused() {
        for (rules, why) in [
            (json!([{ "name": " ", "location": "x" }]), "no name"),
            (json!([{ "name": "all" }]), "names no location"),
            (json!([{ "name": "a", "location": " " }]), "location is empty"),
            (json!([{ "name": "a", "location": "x" }, { "name": "a", "provider": "y" }]), "two rules"),
        ] {
            let said = check_filters(&serde_json::from_value::<Vec<VisitFilter>>(rules).unwrap()).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }
}
