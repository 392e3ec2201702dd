//! Creating Observations: every rule of contracts 1.6.

use super::outcome::Refusal;
use super::units::{self, Charted, Kind};
use super::{body_of, created, keeping, Cerner};
use crate::exchange::{Answer, Ask};
use crate::journal::AcceptedKind;
use chrono::DateTime;
use decide::At;
use serde_json::{json, Value};

pub(super) const CEUUID: &str = "https://fhir.cerner.com/ceuuid";
const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const UCUM: &str = "http://unitsofmeasure.org";
const LOINC: &str = "http://loinc.org";
const KEPT: [&str; 20] = [
    "resourceType",
    "identifier",
    "status",
    "category",
    "code",
    "subject",
    "encounter",
    "effectiveDateTime",
    "issued",
    "performer",
    "valueQuantity",
    "valueCodeableConcept",
    "valueString",
    "valueAttachment",
    "valueDateTime",
    "interpretation",
    "note",
    "referenceRange",
    "component",
    "bodySite",
];

/// An Observation that may be filed.
pub(super) struct Checked {
    pub resource: Value,
    pub patient: String,
    pub vital: bool,
}

impl Cerner {
    /// `POST Observation`.
    pub(super) fn create_observation(&mut self, now: At, ask: &Ask) -> Result<Answer, Refusal> {
        let resource = body_of(ask, "Observation")?;
        let Checked { mut resource, patient, vital } = self.checked_observation(&resource, &["final", "amended", "corrected"])?;
        let id = self.next_id(if vital { "VS-" } else { "L-" });
        resource["identifier"] = json!([{"system": CEUUID, "value": format!("CE{}-{}", id.trim_start_matches(|c: char| !c.is_ascii_digit()), self.config.tenant)}]);
        if resource.get("issued").is_none() {
            resource["issued"] = json!(super::instant(now));
        }
        let stored = self.new_version(resource, 1, now);
        let what = AcceptedKind::Observation { id: id.clone(), patient, created: true, resource: stored.shown(&id) };
        self.observations.insert(id.clone(), stored);
        Ok(created(ask, &self.config.tenant, "Observation", &id, now, what))
    }

    /// The rules that creating and updating share.
    pub(super) fn checked_observation(&self, resource: &Value, statuses: &[&str]) -> Result<Checked, Refusal> {
        match resource["status"].as_str() {
            None => return Err(Refusal::required("status")),
            Some(status) if !statuses.contains(&status) => {
                return Err(Refusal::rule(format!("status must be one of: {}", statuses.join(", ")), "status"))
            }
            Some(_) => {}
        }
        let vital = category(resource)?;
        let charted = self.charted(&resource["code"])?;
        if (vital && charted.kind == Kind::Laboratory) || (!vital && charted.kind == Kind::Vital) {
            return Err(Refusal::rule("the code does not belong to the category", "category"));
        }
        let patient = self.active_patient(resource.pointer("/subject/reference").and_then(Value::as_str), "subject")?;
        if resource.get("effectivePeriod").is_some()
            || resource.get("effectiveTiming").is_some()
            || resource.get("effectiveInstant").is_some()
        {
            return Err(Refusal::rule("only effectiveDateTime is supported", "effective"));
        }
        timed(resource.get("effectiveDateTime"), "effectiveDateTime")?;
        values(resource, vital, &charted)?;
        self.performers(resource, vital)?;
        details(resource)?;
        Ok(Checked { resource: keeping(resource, &KEPT), patient, vital })
    }

    /// How the code is charted: LOINC, or this tenant's own.
    fn charted(&self, code: &Value) -> Result<Charted, Refusal> {
        let codings = code["coding"].as_array().filter(|c| !c.is_empty()).ok_or_else(|| Refusal::required("code"))?;
        let mut charted = None;
        for coding in codings {
            let (system, code) = (coding["system"].as_str().unwrap_or(""), coding["code"].as_str().unwrap_or(""));
            let own = &self.config.flowsheet_code;
            let this = match system {
                LOINC => units::loinc(code),
                _ if system == own.system && code == own.code => Some(units::FLOWSHEET),
                _ if system.starts_with("https://fhir.cerner.com/") && system.ends_with("/codeSet/72") => None,
                _ => return Err(Refusal::rule("the code system must be LOINC or the tenant's codeSet/72", "code")),
            };
            charted = charted.or(this);
        }
        charted.ok_or_else(|| Refusal::rule("the code cannot be filed in this tenant", "code"))
    }

    fn performers(&self, resource: &Value, vital: bool) -> Result<(), Refusal> {
        let performers = resource["performer"].as_array().map(Vec::as_slice).unwrap_or(&[]);
        if performers.is_empty() {
            return if vital { Err(Refusal::issue(422, "required", "Vital Signs require performer", "performer")) } else { Ok(()) };
        }
        let allowed: &[&str] = if vital { &["LA", "PPRF"] } else { &["LA", "PPRF", "PRF", "OP", "AUTHEN"] };
        let mut attested = false;
        for performer in performers {
            let id = performer["reference"].as_str().and_then(|r| r.rsplit_once("Practitioner/")).map(|(_, id)| id);
            if !id.is_some_and(|id| self.is_practitioner(id)) {
                return Err(Refusal::rule("the performer must be a Practitioner of this tenant", "performer"));
            }
            let function = function(performer).ok_or_else(|| {
                Refusal::issue(422, "required", "performer needs the extension event-performerFunction", "performer.extension")
            })?;
            if !allowed.contains(&function) {
                return Err(Refusal::rule(
                    format!("the performer's function must be one of: {}", allowed.join(", ")),
                    "performer.extension",
                ));
            }
            attested |= function == "LA";
        }
        if attested {
            Ok(())
        } else {
            Err(Refusal::rule("one performer must have the function LA", "performer"))
        }
    }
}

fn function(performer: &Value) -> Option<&str> {
    let extension =
        performer["extension"].as_array()?.iter().find(|e| e["url"].as_str().is_some_and(|u| u.ends_with("event-performerFunction")))?;
    extension.pointer("/valueCodeableConcept/coding/0/code").and_then(Value::as_str)
}

/// Exactly one category; true for vital signs.
fn category(resource: &Value) -> Result<bool, Refusal> {
    let Some([one]) = resource["category"].as_array().map(Vec::as_slice) else {
        return Err(Refusal::rule("exactly one category is required", "category"));
    };
    let codings = one["coding"].as_array().map(Vec::as_slice).unwrap_or(&[]);
    match codings.iter().find(|c| c["system"] == json!(CATEGORY)).and_then(|c| c["code"].as_str()) {
        Some("vital-signs") => Ok(true),
        Some("laboratory") => Ok(false),
        _ => Err(Refusal::rule("the category must be vital-signs or laboratory", "category")),
    }
}

/// A date with a time and a zone.
pub(super) fn timed(value: Option<&Value>, field: &str) -> Result<(), Refusal> {
    let Some(value) = value else { return Err(Refusal::required(field)) };
    match value.as_str().map(DateTime::parse_from_rfc3339) {
        Some(Ok(_)) => Ok(()),
        _ => Err(Refusal::issue(422, "invalid", "must be a date with time and zone", field)),
    }
}

fn values(resource: &Value, vital: bool, charted: &Charted) -> Result<(), Refusal> {
    let given: Vec<&str> = resource.as_object().into_iter().flatten().map(|(k, _)| k.as_str()).filter(|k| k.starts_with("value")).collect();
    if resource.get("dataAbsentReason").is_some() {
        return Err(Refusal::rule("dataAbsentReason cannot be filed", "dataAbsentReason"));
    }
    let components = resource["component"].as_array().map(Vec::as_slice).unwrap_or(&[]);
    if resource.get("component").is_some() && charted.components.is_empty() {
        return Err(Refusal::rule("components are supported for blood pressure and pulse oximetry only", "component"));
    }
    if charted.panel {
        if !given.is_empty() {
            return Err(Refusal::rule("a panel has no value of its own", "value"));
        }
        if components.is_empty() {
            return Err(Refusal::required("component"));
        }
    } else {
        match given.as_slice() {
            ["valueQuantity"] => quantity(&resource["valueQuantity"], charted.units, "valueQuantity")?,
            [] => return Err(Refusal::required("value")),
            ["valueCodeableConcept" | "valueString" | "valueAttachment" | "valueDateTime"] if !vital => {}
            _ => return Err(Refusal::rule("the value must be one valueQuantity", "value")),
        }
    }
    for component in components {
        let codings = component.pointer("/code/coding").and_then(Value::as_array).map(Vec::as_slice).unwrap_or(&[]);
        let known = codings
            .iter()
            .filter(|c| c["system"] == json!(LOINC))
            .find_map(|c| charted.components.iter().find(|(code, _)| c["code"] == json!(code)));
        let Some((_, units)) = known else {
            return Err(Refusal::rule("the component's code cannot be filed", "component.code"));
        };
        quantity(&component["valueQuantity"], units, "component.valueQuantity")?;
    }
    Ok(())
}

fn quantity(quantity: &Value, units: &[&str], field: &str) -> Result<(), Refusal> {
    if !quantity["value"].is_number() {
        return Err(Refusal::required(field));
    }
    if quantity["system"] != json!(UCUM) || !quantity["code"].as_str().is_some_and(|c| units.contains(&c)) {
        return Err(Refusal::rule(format!("the unit must be UCUM and one of: {}", units.join(", ")), field));
    }
    Ok(())
}

fn details(resource: &Value) -> Result<(), Refusal> {
    let many = |field: &str| resource[field].as_array().is_some_and(|a| a.len() > 1);
    if many("interpretation") {
        return Err(Refusal::rule("at most one interpretation", "interpretation"));
    }
    if many("referenceRange") {
        return Err(Refusal::rule("at most one reference range", "referenceRange"));
    }
    if let Some(range) = resource.pointer("/referenceRange/0") {
        if range.get("type").is_some() && range.pointer("/type/coding/0/code") != Some(&json!("normal")) {
            return Err(Refusal::rule("the reference range's type must be normal", "referenceRange.type"));
        }
        if range.get("text").is_some() && (range.get("low").is_some() || range.get("high").is_some()) {
            return Err(Refusal::rule("a reference range has a text or bounds", "referenceRange.text"));
        }
    }
    match resource.get("note") {
        None => Ok(()),
        Some(Value::Array(notes)) if notes.iter().all(|n| n["text"].as_str().is_some_and(|t| !t.is_empty())) => Ok(()),
        Some(_) => Err(Refusal::rule("a note needs a text", "note")),
    }
}
