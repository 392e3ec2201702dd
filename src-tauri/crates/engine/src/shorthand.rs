//! A reading in shorthand as the FHIR Observation a device cloud would post (scenario.md "reading").

use decide::{At, Vital};
use serde_json::{json, Value};

/// A reading in a few words.
#[derive(Debug, Clone)]
pub struct Short {
    pub mrn: String,
    pub vital: Vital,
    pub systolic: Option<serde_json::Number>,
    pub diastolic: Option<serde_json::Number>,
    pub value: Option<serde_json::Number>,
    /// None: the unit it is kept in. Some(None): no unit at all.
    pub unit: Option<Option<String>>,
    pub measured_at: At,
    pub status: String,
    pub source_id: String,
    pub version: Option<String>,
}

/// The Observation.
pub fn observation(s: &Short) -> Value {
    let unit = match &s.unit {
        None => Some(ucum(s.vital).to_string()),
        Some(u) => u.clone(),
    };
    let molar = unit.as_deref() == Some("mmol/L");
    let (code, category) = match s.vital {
        Vital::Bp => ("85354-9", "vital-signs"),
        Vital::Glucose if molar => ("15074-8", "laboratory"),
        Vital::Glucose => ("2339-0", "laboratory"),
        Vital::Weight => ("29463-7", "vital-signs"),
        Vital::Spo2 => ("2708-6", "vital-signs"),
        Vital::HeartRate | Vital::Symptoms => ("8867-4", "vital-signs"),
    };
    let quantity = |n: &serde_json::Number| {
        let mut q = json!({ "value": n });
        if let Some(u) = &unit {
            q["unit"] = json!(u);
            q["system"] = json!("http://unitsofmeasure.org");
            q["code"] = json!(u);
        }
        q
    };
    let mut o = json!({
        "resourceType": "Observation",
        "id": s.source_id,
        "status": s.status,
        "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": category }] }],
        "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
        "subject": { "identifier": { "value": s.mrn } },
        "effectiveDateTime": s.measured_at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
    });
    if let Some(v) = &s.version {
        o["meta"] = json!({ "versionId": v });
    }
    if s.vital == Vital::Bp {
        let part = |code: &str, n: &serde_json::Number| json!({ "code": { "coding": [{ "system": "http://loinc.org", "code": code }] }, "valueQuantity": quantity(n) });
        let parts: Vec<Value> = s.systolic.iter().map(|n| part("8480-6", n)).chain(s.diastolic.iter().map(|n| part("8462-4", n))).collect();
        o["component"] = Value::Array(parts);
    } else if let Some(n) = &s.value {
        o["valueQuantity"] = quantity(n);
    }
    o
}

/// The UCUM code of the unit that a vital is kept in.
pub fn ucum(vital: Vital) -> &'static str {
    match vital {
        Vital::Bp => "mm[Hg]",
        Vital::Glucose => "mg/dL",
        Vital::Weight => "[lb_av]",
        Vital::Spo2 => "%",
        Vital::HeartRate | Vital::Symptoms => "/min",
    }
}
