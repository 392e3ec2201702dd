//! What staff say about a patient: limits, stat values, number, zone, language, consent, standing. At once, with who and why.

use super::change::NOT_ENROLLED;
use crate::clinic::limits;
use crate::desk::{Desk, Whose};
use crate::input::PersonalChange;
use crate::rows::{LimitChange, Row};
use crate::trail::Line;
use crate::{
    hours, At, Bounds, Direction, LimitOrder, Mrn, Order, OwnStat, Patient, PatientRef, PatientStatus, StatOrder, StatRule, LIMITS,
};
use rust_decimal::Decimal;
use serde_json::Value;

/// How long a pause lasts that came without an end.
const PAUSE_HOURS: f64 = 7.0 * 24.0;

impl Desk {
    /// A whole patient as they are from now on (import, scenario, chart).
    pub(super) fn keep_patient(&mut self, now: At, who: &str, mut p: Patient, order: &Order) {
        if p.status == PatientStatus::Paused && p.status_until.is_none() {
            // A pause always expires, also when nobody said when.
            p.status_until = Some(now + hours(PAUSE_HOURS));
        }
        let before = self.patients.get(&p.mrn).cloned();
        let old = before.clone().unwrap_or_else(|| Patient::new(p.mrn.clone()));
        if p.time_zone.is_some() && p.time_zone != old.time_zone && p.zone_checked_at == old.zone_checked_at {
            p.zone_checked_at = Some(now);
        }
        if p.sms_consent != old.sms_consent && p.consent_at == old.consent_at {
            p.consent_at = Some(now);
        }
        let reach = |p: &Patient| (p.time_zone.clone(), p.sms_consent, p.status, p.status_until);
        if before.as_ref().map(reach) != Some(reach(&p)) {
            self.out.replan.push(Whose::Patient(p.mrn.clone()));
        }
        p.review_on.retain(|limit, _| p.bounds.limit(limit).is_some());
        self.limits_changed(now, who, &p.mrn, &old.bounds, &p.bounds, order);
        let detail = match &before {
            None => Some("enrolled".to_string()),
            Some(old) => differences(old, &p),
        };
        self.say(now, None, Some(who), Line::Act { what: "patient".into(), mrn: Some(p.mrn.clone()), vital: None, detail });
        self.out.rows.push(Row::Patient(Box::new(p.clone())));
        self.index_patient(p.clone());
        if let Some(before) = before {
            self.reach_changed(now, &before, &p);
        }
        self.rehold(now);
        self.retry_quarantine();
    }

    /// A patient of whom only limits changed.
    pub(super) fn keep_limits(&mut self, now: At, who: &str, mut p: Patient, order: &Order) {
        let old = self.patients.get(&p.mrn).map(|o| o.bounds).unwrap_or_default();
        p.review_on.retain(|limit, _| p.bounds.limit(limit).is_some());
        self.limits_changed(now, who, &p.mrn, &old, &p.bounds, order);
        self.out.rows.push(Row::Patient(Box::new(p.clone())));
        self.index_patient(p);
    }

    /// One line for all limits of a patient, one row for each.
    fn limits_changed(&mut self, now: At, who: &str, mrn: &Mrn, old: &Bounds, new: &Bounds, order: &Order) {
        let mut said = Vec::new();
        for facts in &LIMITS {
            let (was, is) = (old.limit(facts.name), new.limit(facts.name));
            if was.map(|n| n.normalize()) == is.map(|n| n.normalize()) {
                continue;
            }
            let text = |n: Option<Decimal>| n.map(|n| n.normalize().to_string());
            let or_default = |n: Option<Decimal>| text(n).unwrap_or_else(|| "default".into());
            said.push(format!("{}: {} -> {}", facts.name, or_default(was), or_default(is)));
            self.out.rows.push(Row::LimitChange(LimitChange {
                mrn: mrn.clone(),
                limit: facts.name.into(),
                old: text(was),
                new: text(is),
                by: who.into(),
                why: order.why.clone(),
                at: now,
                ordered_by: order.ordered_by.clone(),
                review_on: order.review_on,
            }));
        }
        if said.is_empty() {
            return;
        }
        let detail = with_order(said.join(", "), order);
        self.say(now, None, Some(who), Line::Act { what: "limit".into(), mrn: Some(mrn.clone()), vital: None, detail: Some(detail) });
    }

    /// Limits of one patient, all or none of them.
    pub(super) fn take_limits(&mut self, now: At, who: &str, order: LimitOrder) {
        let Some(mut p) = self.patients.get(&order.mrn).cloned() else {
            self.out.answer.refused = Some(NOT_ENROLLED.into());
            return;
        };
        for set in &order.set {
            let same = |a: Option<Decimal>, b: Option<Decimal>| a.map(|n| n.normalize()) == b.map(|n| n.normalize());
            let is = p.bounds.limit(&set.limit);
            if !same(is, set.was) && !same(is, set.to) {
                let is = is.map_or_else(|| "the default".to_string(), |n| n.normalize().to_string());
                return self.refuse_field(&set.limit, format!("Somebody else changed this limit meanwhile: it is {is} now."));
            }
            if !p.bounds.set_limit(&set.limit, set.to) {
                return self.refuse_field(&set.limit, "There is no such limit.".into());
            }
            match order.order.review_on.filter(|_| set.to.is_some()) {
                Some(day) => drop(p.review_on.insert(set.limit.clone(), day)),
                None => drop(p.review_on.remove(&set.limit)),
            }
        }
        if let Err((limit, why)) = limits::sound(&p.bounds, &self.settings.default_limits) {
            return self.refuse_field(limit, format!("{limit}: {why}."));
        }
        self.keep_limits(now, who, p, &order.order);
    }

    /// A stat value of a patient's own, or its end.
    pub(super) fn take_stat(&mut self, now: At, who: &str, order: StatOrder) {
        let Some(mut p) = self.patients.get(&order.mrn).cloned() else {
            self.out.answer.refused = Some(NOT_ENROLLED.into());
            return;
        };
        let of = |s: &OwnStat| s.stat.what == order.what && s.stat.direction == order.direction;
        let was = p.stat.iter().find(|s| of(s)).map(|s| s.stat.value);
        p.stat.retain(|s| !of(s));
        if let Some(value) = order.value {
            let review_on = order.order.review_on.and_then(|d| d.and_hms_opt(12, 0, 0)).map(|t| t.and_utc());
            p.stat.push(OwnStat {
                stat: StatRule { what: order.what.clone(), direction: order.direction, value },
                by: order.order.ordered_by.clone().unwrap_or_else(|| who.into()),
                reason: order.order.why.clone().unwrap_or_default(),
                review_on,
            });
        }
        let text = |n: Option<Decimal>| n.map_or_else(|| "the clinic's".to_string(), |n| n.normalize().to_string());
        let way = if order.direction == Direction::High { "high" } else { "low" };
        let detail = with_order(format!("stat {} {way}: {} -> {}", order.what, text(was), text(order.value)), &order.order);
        self.say(now, None, Some(who), Line::Act { what: "limit".into(), mrn: Some(order.mrn), vital: None, detail: Some(detail) });
        self.out.rows.push(Row::Patient(Box::new(p.clone())));
        self.index_patient(p);
    }

    /// Fields of a patient, all or none of them; or a new patient.
    pub(super) fn take_personal(&mut self, now: At, who: &str, change: PersonalChange) {
        let before = match (self.patients.get(&change.mrn).cloned(), change.enrols) {
            (Some(_), true) => return self.refuse_field("mrn", "A patient with this MRN is enrolled already.".into()),
            (None, false) => {
                self.out.answer.refused = Some(NOT_ENROLLED.into());
                return;
            }
            (Some(p), false) => p,
            (None, true) => Patient::new(change.mrn.clone()),
        };
        let mut body = serde_json::to_value(&before).unwrap_or_default();
        for (name, value) in change.fields {
            body[name] = value;
        }
        let mut p: Patient = match serde_json::from_value(body) {
            Ok(p) => p,
            Err(why) => return self.refuse_field("", format!("The changes do not make a patient: {why}.")),
        };
        if change.zone_checked {
            p.zone_checked_at = Some(now);
        }
        if p.sms_consent != before.sms_consent {
            p.consent_at = Some(now);
        }
        if p.time_zone.is_none() {
            p.zone_checked_at = None;
        }
        if let Err((field, why)) = self.check_standing(now, &mut p) {
            return self.refuse_field(field, why.into());
        }
        let theirs = PatientRef { mrn: None, fhir_id: p.fhir_id.clone() };
        if self.find_patient(&theirs).is_some_and(|other| other != p.mrn) {
            return self.refuse_field(
                "fhir_id",
                "Another patient has this id at the chart: readings would be filed with the wrong person.".into(),
            );
        }
        self.keep_patient(now, who, p, &Order::default());
    }

    /// A pause has a reason and an end ahead; active, ended and deceased have none.
    fn check_standing(&self, now: At, p: &mut Patient) -> Result<(), (&'static str, &'static str)> {
        match p.status {
            PatientStatus::Active | PatientStatus::Ended | PatientStatus::Deceased => {
                p.status_until = None;
                if p.status == PatientStatus::Active {
                    p.status_reason = None;
                }
            }
            PatientStatus::Admitted => {}
            PatientStatus::Paused => {
                if p.status_reason.as_deref().unwrap_or_default().trim().is_empty() {
                    return Err(("status_reason", "Say why: a pause has a reason."));
                }
                if p.status_until.is_none_or(|until| until <= now) {
                    return Err(("status_until", "Say until when: a pause always expires."));
                }
            }
        }
        Ok(())
    }

    /// A patient tells staff that no texts are wanted, or an opt-out that staff put down is taken back.
    pub(super) fn take_texts(&mut self, now: At, who: &str, mrn: &Mrn, out: bool, why: &str) {
        let Some(p) = self.patients.get(mrn) else {
            self.out.answer.refused = Some(NOT_ENROLLED.into());
            return;
        };
        let Some(phone) = p.phone.clone().filter(|n| !n.is_empty()) else {
            return self.refuse_field("phone", "There is no mobile number to stop texts to.".into());
        };
        if out == self.opted_out.contains(&phone) {
            let how = if out { "stopped" } else { "allowed" };
            self.out.answer.refused = Some(format!("Texts to this number are {how} already."));
            return;
        }
        let what = if out { "texts_stopped" } else { "texts_allowed" };
        let line = Line::Act { what: what.into(), mrn: Some(mrn.clone()), vital: None, detail: Some(why.into()) };
        self.say(now, None, Some(who), line);
        if out {
            let people = self.people_at(&phone);
            self.opt_out(now, &phone, &people, Some(who));
        } else {
            self.opt_in(now, &phone, Some(who));
        }
    }

    fn refuse_field(&mut self, field: &str, why: String) {
        self.out.answer.refused = Some(why);
        self.out.answer.field = Some(field.to_string()).filter(|f| !f.is_empty());
    }
}

fn with_order(what: String, order: &Order) -> String {
    let mut text = what;
    if let Some(why) = &order.why {
        text.push_str(&format!("; because: {why}"));
    }
    if let Some(by) = &order.ordered_by {
        text.push_str(&format!("; ordered by {by}"));
    }
    if let Some(day) = order.review_on {
        text.push_str(&format!("; review on {day}"));
    }
    text
}

/// "phone: +12025550101 -> +12025550102, language: en -> es"; none if only limits or dates differ.
fn differences(old: &Patient, new: &Patient) -> Option<String> {
    const ELSEWHERE: [&str; 4] = ["mrn", "bounds", "review_on", "stat"];
    let (old, new) = (serde_json::to_value(old).ok()?, serde_json::to_value(new).ok()?);
    let text = |v: &Value| v.as_str().filter(|t| !t.is_empty()).unwrap_or("none").to_string();
    let changed =
        new.as_object()?.iter().filter(|(name, value)| !ELSEWHERE.contains(&name.as_str()) && old.get(name.as_str()) != Some(value));
    let said: Vec<String> = changed.map(|(name, value)| format!("{name}: {} -> {}", text(&old[name.as_str()]), text(value))).collect();
    (!said.is_empty()).then(|| said.join(", "))
}
