use super::{glucose, pressure};
use crate::decode::{entries, fhir};
use proptest::prelude::*;
use serde_json::{json, Value as Json};

/// Any JSON, with FHIR's own words among its keys and texts.
fn any_json() -> impl Strategy<Value = Json> {
    let word = prop::sample::select(vec![
        "resourceType",
        "Observation",
        "Bundle",
        "Patient",
        "entry",
        "resource",
        "status",
        "final",
        "entered-in-error",
        "code",
        "coding",
        "system",
        "http://loinc.org",
        "2339-0",
        "85354-9",
        "8480-6",
        "valueQuantity",
        "value",
        "unit",
        "mg/dL",
        "mm[Hg]",
        "http://unitsofmeasure.org",
        "comparator",
        ">",
        "component",
        "subject",
        "identifier",
        "reference",
        "Patient/1",
        "#p",
        "contained",
        "id",
        "effectiveDateTime",
        "2026-03-05T19:00:00Z",
        "2026-03",
        "effectivePeriod",
        "start",
        "end",
        "dataAbsentReason",
        "search",
        "mode",
        "outcome",
        "meta",
        "versionId",
        "fullUrl",
        "urn:uuid:1",
    ])
    .prop_map(str::to_string);
    let text = prop_oneof![word.clone(), ".*"];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(|f| json!(f)),
        text.clone().prop_map(Json::from)
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::vec((text.clone(), inner), 0..8).prop_map(|fields| Json::Object(fields.into_iter().collect()))
        ]
    })
}

/// An Observation in which some fields were replaced by anything.
fn damaged() -> impl Strategy<Value = Json> {
    (prop::sample::select(vec![glucose(), pressure()]), prop::collection::vec((any::<prop::sample::Index>(), any_json()), 0..4)).prop_map(
        |(mut resource, changes)| {
            for (which, value) in changes {
                let mut paths = Vec::new();
                walk(&resource, String::new(), &mut paths);
                let path = which.get(&paths).clone();
                *resource.pointer_mut(&path).unwrap() = value;
            }
            resource
        },
    )
}

fn walk(value: &Json, path: String, paths: &mut Vec<String>) {
    let step = |key: &str| format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Json::Object(fields) => fields.iter().for_each(|(k, v)| walk(v, step(k), paths)),
        Json::Array(items) => items.iter().enumerate().for_each(|(i, v)| walk(v, step(&i.to_string()), paths)),
        _ => {}
    }
    paths.push(path);
}

proptest! {
    #[test]
    fn any_json_is_taken_or_refused(body in any_json()) {
        let _ = fhir(body.to_string().as_bytes());
    }

    #[test]
    fn any_bytes_are_taken_or_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(fhir(&body).is_err());
    }

    #[test]
    fn a_damaged_observation_is_one_input_or_a_refusal(resource in damaged()) {
        if let Ok(all) = fhir(resource.to_string().as_bytes()) {
            if resource["resourceType"] == "Observation" {
                prop_assert_eq!(all.len(), 1);
            }
        }
    }

    #[test]
    fn a_list_of_entries_gives_exactly_as_many_outcomes(list in prop::collection::vec(prop_oneof![any_json(), damaged().prop_map(|r| json!({ "resource": r }))], 0..12)) {
        let report = |e: &Json| e["search"]["mode"] == "outcome" && e["resource"]["resourceType"] == "OperationOutcome";
        prop_assume!(!list.iter().any(report));
        let text = json!({ "resourceType": "Bundle", "type": "batch", "entry": list }).to_string();
        let body = entries(text.as_bytes()).unwrap();
        prop_assert_eq!(body.entries.len(), list.len());
        for (i, entry) in body.entries.iter().enumerate() {
            prop_assert_eq!(entry.at, i);
            prop_assert!(text.get(entry.span.clone()).is_some());
        }
    }
}
