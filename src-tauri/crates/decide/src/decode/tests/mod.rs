//! Observations and Bundles in, outcomes out.

mod any;
mod appointments;
mod bundles;
mod chart_appointments;
mod files;
mod observations;
mod refusals;

use super::{fhir, Refusal};
use crate::input::Decoded;
use crate::{Measured, Value};
use serde_json::{json, Value as Json};

/// A glucose of 181 mg/dL of patient 1022228.
fn glucose() -> Json {
    json!({
        "resourceType": "Observation", "id": "g-1", "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": "2339-0" }] },
        "subject": { "identifier": { "value": "1022228" } },
        "effectiveDateTime": "2026-03-05T19:00:00Z",
        "valueQuantity": { "value": 181, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL" }
    })
}

/// A blood pressure of 165/95 of patient 1022228.
fn pressure() -> Json {
    let part = |code: &str, value: i64| json!({ "code": { "coding": [{ "system": "http://loinc.org", "code": code }] }, "valueQuantity": { "value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" } });
    json!({
        "resourceType": "Observation", "id": "bp-1", "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": "85354-9" }] },
        "subject": { "identifier": { "value": "1022228" } },
        "effectiveDateTime": "2026-03-05T19:00:00Z",
        "component": [part("8480-6", 165), part("8462-4", 95)]
    })
}

/// The resource with some fields replaced; null takes one away. Paths are JSON pointers.
fn with(mut resource: Json, changes: &[(&str, Json)]) -> Json {
    for (path, value) in changes {
        let (parent, key) = path.rsplit_once('/').expect("a pointer");
        let holder = resource.pointer_mut(parent).expect("the parent is there");
        match (holder, value.is_null()) {
            (Json::Object(fields), true) => drop(fields.shift_remove(key)),
            (Json::Object(fields), false) => drop(fields.insert(key.into(), value.clone())),
            (Json::Array(items), _) => items[key.parse::<usize>().expect("a place")] = value.clone(),
            _ => panic!("nothing to change at {path}"),
        }
    }
    resource
}

/// The outcome in a line.
fn line(decoded: &Decoded) -> String {
    let when = |m: &Measured| match m {
        Measured::At(_) => "at",
        Measured::Day(_) => "day",
        Measured::Period { .. } => "period",
    };
    match decoded {
        Decoded::Reading(a) => {
            let bound = a.comparator.map_or(String::new(), |c| format!(" {c:?}"));
            format!("{} {} {} {} {}{bound}", a.vital.name(), a.value.text(), a.loinc, a.status.code(), when(&a.measured))
        }
        Decoded::Misread(m) => format!("{} {} {:?}", m.reason.name(), m.field, m.candidates.iter().map(Value::text).collect::<Vec<_>>()),
        Decoded::Withdrawal(w) => format!("withdrawal {} {}", w.status.code(), w.source_id.as_deref().unwrap_or("-")),
    }
}

/// The outcome of one resource, in a line.
fn one(resource: &Json) -> String {
    match fhir(resource.to_string().as_bytes()) {
        Ok(all) => all.iter().map(line).collect::<Vec<_>>().join("; "),
        Err(Refusal { status, reason, field, .. }) => format!("{status} {reason} {}", field.unwrap_or_default()),
    }
}
