//! The resources that are written, and how they are known again.

use super::config::{Coding, LOINC};
use super::request::instant;
use super::Config;
use crate::exchange::{problem, Stop};
use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use decide::outbox::ProblemKind;
use decide::{At, Value, Vital};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::Decimal;
use serde_json::{json, Value as Json};

const UCUM: &str = "http://unitsofmeasure.org";
const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const SYSTOLIC: &str = "8480-6";
const DIASTOLIC: &str = "8462-4";
const PANEL: &str = "85354-9";
/// The panel code of older data; the same measurement.
const OLD_PANEL: &str = "55284-4";
/// Glucose codes that are counted in mmol/L.
const MOLAR: [&str; 3] = ["15074-8", "14743-9", "14749-6"];
/// mg/dL in one mmol/L of glucose.
fn mg_per_mmol() -> Decimal {
    Decimal::new(180_156, 4)
}
/// Kilograms in a pound.
fn kg_per_lb() -> Decimal {
    Decimal::new(45_359_237, 8)
}

/// A vital to be written.
pub struct Vitals<'a> {
    pub vital: Vital,
    pub loinc: &'a str,
    pub value: Value,
    pub effective: At,
}

/// `text` with the marker that is looked for before any retry.
pub fn marked(text: Option<&str>, marker: &str) -> String {
    match text.map(str::trim).filter(|t| !t.is_empty()) {
        Some(text) => format!("{text} [{marker}]"),
        None => format!("[{marker}]"),
    }
}

fn number(d: Decimal) -> Json {
    let d = d.round_dp(2).normalize();
    if d.scale() == 0 {
        if let Some(whole) = d.to_i64() {
            return json!(whole);
        }
    }
    json!(d.to_string().parse::<f64>().unwrap_or_default())
}

fn quantity(value: Decimal, unit: &str, code: &str) -> Json {
    json!({ "value": number(value), "unit": unit, "system": UCUM, "code": code })
}

fn concept(coding: &Coding) -> Json {
    let mut one = json!({ "system": coding.system, "code": coding.code });
    let mut concept = json!({});
    if let Some(display) = &coding.display {
        one["display"] = json!(display);
        concept["text"] = json!(display);
    }
    concept["coding"] = json!([one]);
    concept
}

/// Vital signs need a performer; a sole one must be the legal authenticator.
fn performer(c: &Config) -> Result<Json, Stop> {
    let reference = c.performer().ok_or_else(|| Stop::missing("cerner.performer"))?;
    Ok(json!([{
        "extension": [{
            "url": "http://hl7.org/fhir/StructureDefinition/event-performerFunction",
            "valueCodeableConcept": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "LA", "display": "legal authenticator" }], "text": "legal authenticator" }
        }],
        "reference": reference
    }]))
}

fn observation(c: &Config, patient: &str, category: &str, code: Json, effective: At, note: &str) -> Result<Json, Stop> {
    let display = if category == "laboratory" { "Laboratory" } else { "Vital Signs" };
    Ok(json!({
        "resourceType": "Observation",
        "status": "final",
        "category": [{ "coding": [{ "system": CATEGORY, "code": category, "display": display }], "text": display }],
        "code": code,
        "subject": { "reference": format!("Patient/{patient}") },
        "effectiveDateTime": instant(effective),
        "performer": performer(c)?,
        "note": [{ "text": note }],
    }))
}

/// An Observation of a vital.
pub fn vitals(c: &Config, patient: &str, v: &Vitals<'_>, note: &str) -> Result<Json, Stop> {
    let loinc = |code: &str| json!({ "coding": [{ "system": LOINC, "code": code }] });
    let mmhg = |d: Decimal| quantity(d, "mmHg", "mm[Hg]");
    let (code, set): (&str, Vec<(&str, Json)>) = match v.value {
        Value::Pressure { systolic: None, diastolic: None } => return Err(no_value()),
        // One part alone is filed in the panel, too: tenants list the panel as writable, not its parts.
        Value::Pressure { systolic, diastolic } => {
            let part = |code: &str, d: Option<Decimal>| d.map(|d| json!({ "code": loinc(code), "valueQuantity": mmhg(d) }));
            let parts: Vec<Json> = part(SYSTOLIC, systolic).into_iter().chain(part(DIASTOLIC, diastolic)).collect();
            (PANEL, vec![("component", json!(parts))])
        }
        Value::Number(d) => {
            let quantity = match v.vital {
                Vital::Glucose if MOLAR.contains(&v.loinc) => quantity(d / mg_per_mmol(), "mmol/L", "mmol/L"),
                Vital::Glucose => quantity(d, "mg/dL", "mg/dL"),
                Vital::Weight => quantity(d, "lb", "[lb_av]"),
                Vital::Spo2 => quantity(d, "%", "%"),
                Vital::HeartRate => quantity(d, "/min", "/min"),
                Vital::Bp => mmhg(d),
                Vital::Symptoms => return Err(no_value()),
            };
            (v.loinc, vec![("valueQuantity", quantity)])
        }
    };
    let category = if v.vital == Vital::Glucose { "laboratory" } else { "vital-signs" };
    let mut resource = observation(c, patient, category, loinc(code), v.effective, note)?;
    for (name, value) in set {
        resource[name] = value;
    }
    Ok(resource)
}

fn no_value() -> Stop {
    Stop::Reject(problem(ProblemKind::Invalid, None, None, "what has no value cannot be charted as a reading"))
}

/// The codes under which the chart may have that vital, as a search parameter.
pub fn codes_of(v: &Vitals<'_>) -> String {
    let codes: &[&str] = match v.value {
        Value::Pressure { .. } => &[PANEL, OLD_PANEL, SYSTOLIC, DIASTOLIC],
        Value::Number(_) => &[v.loinc],
    };
    loincs(codes)
}

/// LOINC codes as one search parameter.
pub fn loincs(codes: &[&str]) -> String {
    codes.iter().map(|c| format!("{LOINC}|{c}")).collect::<Vec<_>>().join(",")
}

/// The interaction minutes under the tenant's flowsheet code.
pub fn minutes(c: &Config, patient: &str, minutes: Decimal, at: At, note: &str) -> Result<Json, Stop> {
    let code = c.codes.flowsheet.as_ref().ok_or_else(|| Stop::missing("cerner.codes.flowsheet"))?;
    let mut resource = observation(c, patient, "vital-signs", concept(code), at, note)?;
    resource["valueQuantity"] = quantity(minutes, "min", "min");
    Ok(resource)
}

/// A note, as text/html: text/plain could never be amended in kind.
pub fn document(c: &Config, patient: &str, kind: &Coding, title: &str, text: &str, at: At, marker: &str) -> Json {
    let paragraphs: String = text.lines().map(|l| format!("<p>{}</p>", escaped(l))).collect();
    let html = format!("<html><head><title>{}</title></head><body>{paragraphs}<p>[{}]</p></body></html>", escaped(title), escaped(marker));
    let mut resource = json!({
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "final",
        "type": concept(kind),
        "subject": { "reference": format!("Patient/{patient}") },
        "content": [{ "attachment": {
            "contentType": "text/html;charset=utf-8",
            "data": STANDARD.encode(html),
            "title": marked(Some(title), marker),
            "creation": instant(at),
        } }],
        "context": { "period": { "start": instant(at), "end": instant(at) } },
    });
    if let Some(author) = c.performer() {
        resource["author"] = json!([{ "reference": author }]);
    }
    resource
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Whether a resource of the chart carries the marker: in a note, a title or a description.
pub fn carries(resource: &Json, marker: &str) -> bool {
    // In its brackets, so that "e1" is not found in "e12".
    let marker = format!("[{marker}]");
    let all = |list: &Json, path: &str| {
        list.as_array().is_some_and(|l| l.iter().any(|e| e.pointer(path).and_then(Json::as_str).is_some_and(|t| t.contains(&marker))))
    };
    all(&resource["note"], "/text")
        || all(&resource["content"], "/attachment/title")
        || resource["description"].as_str().is_some_and(|d| d.contains(&marker))
}

/// Whether the chart's Observation is that same reading: it stands, same second, same value.
pub fn same_reading(resource: &Json, v: &Vitals<'_>) -> bool {
    let stands = !matches!(resource["status"].as_str(), Some("entered-in-error" | "cancelled") | None);
    let when = resource["effectiveDateTime"].as_str().and_then(|t| t.parse::<At>().ok());
    let same_second = when.is_some_and(|w| w.timestamp() == v.effective.timestamp());
    stands && same_second && same_value(resource, v)
}

/// Whether the chart's record is what was sent: it carries the mark, or (where a chart leaves notes out) it is the same Observation.
pub fn proves(resource: &Json, sent: &Json, marker: &str) -> bool {
    if carries(resource, marker) {
        return true;
    }
    let when = |r: &Json| r["effectiveDateTime"].as_str().and_then(|t| t.parse::<At>().ok()).map(|t| t.timestamp());
    let values = |r: &Json| -> Vec<Option<f64>> {
        let parts = r["component"].as_array().map(Vec::as_slice).unwrap_or_default();
        std::iter::once(r).chain(parts).map(|q| q["valueQuantity"]["value"].as_f64()).collect()
    };
    let code = |r: &Json| -> Option<String> { Some(r["code"]["coding"][0]["code"].as_str()?.to_string()) };
    let coded =
        |r: &Json| r["code"]["coding"].as_array().is_some_and(|l| l.iter().any(|c| c["code"].as_str().map(str::to_string) == code(sent)));
    sent["resourceType"] == "Observation"
        && resource["status"] != "entered-in-error"
        && coded(resource)
        && when(resource) == when(sent)
        && values(resource) == values(sent)
}

fn same_value(resource: &Json, v: &Vitals<'_>) -> bool {
    let part = |code: &str| -> Option<Decimal> {
        let coded = |c: &Json| c["code"]["coding"].as_array().is_some_and(|l| l.iter().any(|x| x["code"] == code));
        match resource["component"].as_array() {
            Some(parts) => kept(&parts.iter().find(|p| coded(p))?["valueQuantity"], Vital::Bp),
            None if coded(resource) => kept(&resource["valueQuantity"], Vital::Bp),
            None => None,
        }
    };
    match v.value {
        Value::Pressure { systolic, diastolic } => near(part(SYSTOLIC), systolic) && near(part(DIASTOLIC), diastolic),
        Value::Number(d) => near(kept(&resource["valueQuantity"], v.vital), Some(d)),
    }
}

fn near(there: Option<Decimal>, ours: Option<Decimal>) -> bool {
    match (there, ours) {
        // Written with two decimals, maybe in another unit.
        (Some(a), Some(b)) => (a - b).abs() <= Decimal::new(1, 1),
        (None, None) => true,
        _ => false,
    }
}

/// A quantity in the unit its vital is kept in.
fn kept(quantity: &Json, vital: Vital) -> Option<Decimal> {
    let value: Decimal = quantity["value"].as_number()?.to_string().parse().ok()?;
    let unit = quantity["code"].as_str().or(quantity["unit"].as_str()).unwrap_or_default();
    Some(match (vital, unit) {
        (Vital::Glucose, "mmol/L") => value * mg_per_mmol(),
        (Vital::Weight, "kg") => value / kg_per_lb(),
        (Vital::Weight, "g") => value / kg_per_lb() / Decimal::ONE_THOUSAND,
        _ => value,
    })
}
