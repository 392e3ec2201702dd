//! Appointments: searched, read, patched (contracts 1.10).

use super::outcome::Refusal;
use super::search::{bounds, count, range, within};
use super::update::matched;
use super::{updated, Cerner, Stored};
use crate::exchange::{value, Answer, Ask};
use crate::journal::AcceptedKind;
use decide::At;
use serde_json::{json, Value};

impl Cerner {
    /// Adds or replaces; gives the id.
    pub fn add_appointment(&mut self, now: At, resource: Value) -> String {
        let id = match resource.get("id").and_then(Value::as_str) {
            Some(id) => id.to_string(),
            None => self.next_id(""),
        };
        let version = self.appointments.get(&id).map_or(0, |a| a.version) + 1;
        let stored = self.new_version(resource, version, now);
        self.appointments.insert(id.clone(), stored);
        id
    }

    /// `GET Appointment?`: `_id`, or exactly one of patient, practitioner, location with a date.
    pub(super) fn search_appointments(&mut self, ask: &Ask) -> Result<Answer, Refusal> {
        let tenant = self.config.tenant.clone();
        if let Some(page) = self.pages.next(ask, &tenant, "Appointment", |id| Some(self.appointments.get(id)?.shown(id))) {
            return page;
        }
        let query = ask.query_pairs();
        let count = count(&query, 20, 100)?;
        let given = |name| value(&query, name).filter(|v| !v.is_empty());
        let actors: Vec<(&str, &str)> = [("patient", "Patient"), ("practitioner", "Practitioner"), ("location", "Location")]
            .into_iter()
            .filter_map(|(param, kind)| given(param).map(|v| (kind, v)))
            .collect();
        let dates = bounds(&query, "date")?;
        let mut found: Vec<(&String, &Stored)> = match (given("_id"), actors.as_slice()) {
            (Some(ids), []) => self.appointments.iter().filter(|(id, _)| ids.split(',').any(|i| i == id.as_str())).collect(),
            (None, [(kind, ids)]) => {
                if dates.is_none() {
                    return Err(Refusal::issue(400, "required", "a date is required", "date"));
                }
                self.appointments
                    .iter()
                    .filter(|(_, a)| ids.split(',').any(|id| takes_part(&a.resource, kind, id)))
                    .filter(|(_, a)| within(a.resource["start"].as_str().and_then(range), &dates))
                    .filter(|(_, a)| given("status").is_none_or(|s| s.split(',').any(|s| a.resource["status"] == json!(s))))
                    .collect()
            }
            (None, []) => return Err(Refusal::Text { status: 400, text: "no supported search parameters provided" }),
            _ => return Err(Refusal::issue(400, "invalid", "exactly one of _id, patient, practitioner, location", "patient")),
        };
        found.sort_by_key(|(_, a)| a.resource["start"].as_str().and_then(range));
        let found = found.into_iter().map(|(id, _)| id.clone()).collect();
        Ok(self.pages.first(ask, &tenant, "Appointment", found, count, |id| Some(self.appointments.get(id)?.shown(id))))
    }

    /// `PATCH Appointment/{id}`: a status, or the patient's acceptance.
    pub(super) fn patch_appointment(&mut self, now: At, ask: &Ask, id: &str) -> Result<Answer, Refusal> {
        if ask.media_type() != "application/json-patch+json" {
            return Err(Refusal::issue(415, "not-supported", "Unsupported media type", "Content-Type"));
        }
        let old = matched(ask, self.appointments.get(id))?.clone();
        let Ok(Value::Array(patch)) = serde_json::from_slice::<Value>(&ask.body) else {
            return Err(Refusal::issue(400, "structure", "the body is not a JSON patch", "Appointment"));
        };
        let mut resource = old.resource.clone();
        for step in &patch {
            let (op, path, value) = (step["op"].as_str().unwrap_or(""), step["path"].as_str().unwrap_or(""), &step["value"]);
            match (op, path) {
                ("test", _) => {}
                ("replace", "/status") => {
                    let (from, to) = (resource["status"].as_str().unwrap_or(""), value.as_str().unwrap_or(""));
                    if !may_become(from, to) {
                        return Err(Refusal::rule(format!("the status may not go from {from} to {to}"), "status"));
                    }
                    resource["status"] = value.clone();
                }
                ("add" | "replace", "/cancelationReason") => resource["cancelationReason"] = value.clone(),
                ("replace", "/patient-status") => accept(&mut resource, value)?,
                _ => return Err(Refusal::issue(422, "not-supported", "the change is not supported", path)),
            }
        }
        let stored = self.new_version(resource, old.version + 1, now);
        self.appointments.insert(id.to_string(), stored.clone());
        Ok(updated(&stored, AcceptedKind::AppointmentPatch { id: id.to_string(), patch: Value::Array(patch) }))
    }
}

fn may_become(from: &str, to: &str) -> bool {
    let next: &[&str] = match from {
        "proposed" => &["booked", "cancelled"],
        "booked" => &["arrived", "checked-in", "cancelled"],
        "arrived" => &["checked-in", "cancelled"],
        "checked-in" => &["fulfilled", "cancelled"],
        _ => &[],
    };
    next.contains(&to)
}

fn takes_part(appointment: &Value, kind: &str, id: &str) -> bool {
    let wanted = format!("{kind}/{}", id.rsplit('/').next().unwrap_or(id));
    appointment["participant"]
        .as_array()
        .is_some_and(|all| all.iter().any(|p| p.pointer("/actor/reference").and_then(Value::as_str).is_some_and(|r| r.ends_with(&wanted))))
}

/// The patient confirms: only while booked, and only once.
fn accept(appointment: &mut Value, value: &Value) -> Result<(), Refusal> {
    let booked = appointment["status"] == json!("booked");
    let patient = appointment["participant"].as_array_mut().and_then(|all| {
        all.iter_mut().find(|p| p.pointer("/actor/reference").and_then(Value::as_str).is_some_and(|r| r.contains("Patient/")))
    });
    match patient {
        Some(patient) if booked && *value == json!("accepted") && patient["status"] == json!("tentative") => {
            patient["status"] = value.clone();
            Ok(())
        }
        _ => Err(Refusal::rule("the patient cannot confirm this appointment", "participant.status")),
    }
}
