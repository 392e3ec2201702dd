//! Reading the built-in chart.

mod common;

use chrono::TimeDelta;
use common::*;
use sandbox::ChartPatient;
use serde_json::{json, Value};

fn ids(bundle: &Value) -> Vec<String> {
    bundle["entry"]
        .as_array()
        .map(|all| all.iter().map(|e| e["resource"]["id"].as_str().unwrap().to_string()).collect())
        .unwrap_or_default()
}

fn next(bundle: &Value) -> Option<String> {
    let link = bundle["link"].as_array()?.iter().find(|l| l["relation"] == "next")?;
    Some(link["url"].as_str().unwrap().to_string())
}

fn search(ward: &Ward, query: &str) -> Value {
    let answer = ward.fhir("GET", query, &[], "");
    assert_eq!(answer.status, 200, "{query}: {}", said(&answer));
    json(&answer)
}

#[test]
fn a_patient_is_found_by_mrn_none_one_or_many() {
    let ward = Ward::default();
    assert_eq!(search(&ward, "Patient?identifier=1022228").get("entry"), None);
    let ann = ward.ann();
    let found = search(&ward, "Patient?identifier=urn:oid:2.16.840.1.113883.6.1000%7C1022228");
    assert_eq!(ids(&found), std::slice::from_ref(&ann));
    let patient = &found["entry"][0]["resource"];
    assert_eq!(
        (&patient["telecom"][0]["value"], &patient["telecom"][0]["use"], &patient["name"][0]["family"]),
        (&json!("2025550101"), &json!("mobile"), &json!("Lee"))
    );
    assert_eq!(ids(&search(&ward, "Patient?identifier=urn:oid:1.2%7C1022228")).len(), 0);
    ward.sandbox.add_patient(ChartPatient { fhir_id: Some("900".into()), active: false, ..ChartPatient::named("1022228", "Anna", "Li") });
    assert_eq!(ids(&search(&ward, "Patient?identifier=1022228")).len(), 2);
}

#[test]
fn the_same_mrn_keeps_its_id() {
    let ward = Ward::default();
    assert_eq!(ward.ann(), ward.ann());
}

#[test]
fn a_merged_patient_is_read_as_replaced_and_never_found() {
    let ward = Ward::default();
    let ann = ward.ann();
    let other = ward.sandbox.add_patient(ChartPatient::named("2", "Ann", "Lee"));
    ward.sandbox.merge_patient(&ann, &other).unwrap();
    assert!(ids(&search(&ward, "Patient?identifier=1022228")).is_empty());
    let read = json(&ward.fhir("GET", &format!("Patient/{ann}"), &[], ""));
    assert_eq!(
        (&read["active"], &read["link"][0]["type"], &read["link"][0]["other"]["reference"]),
        (&json!(false), &json!("replaced-by"), &json!(format!("Patient/{other}")))
    );
}

#[test]
fn there_is_no_search_over_everybody() {
    let ward = Ward::default();
    for query in ["Observation?category=vital-signs", "DocumentReference?type=1", "Patient?gender=female"] {
        let answer = ward.fhir("GET", query, &[], "");
        assert_eq!((answer.status, said(&answer).as_str()), (400, "no supported search parameters provided"), "{query}");
        assert!(answer.header("content-type").unwrap().starts_with("text/plain"));
    }
}

#[test]
fn searches_that_the_chart_does_not_know_are_refused() {
    let ward = Ward::default();
    let ann = ward.ann();
    for rest in [
        "date=ge2026-03-05&_lastUpdated=ge2026-03-05",
        "date=ge2026-03-05&date=ge2026-03-06",
        "date=ge2026-03-05&date=le2026-03-06&date=2026-03-05",
        "date=ne2026-03-05",
        "date=2026-03-05T19:00:00",
        "_count=0",
        "_id=VS-1",
    ] {
        assert_eq!(ward.fhir("GET", &format!("Observation?patient={ann}&{rest}"), &[], "").status, 400, "{rest}");
    }
    assert_eq!(ward.fhir("GET", &format!("DocumentReference?patient={ann}&period=2026-03-05&date=2026-03-05"), &[], "").status, 400);
}

#[test]
fn observations_are_found_by_code_category_and_time() {
    let ward = Ward::default();
    let (ann, bob) = (ward.ann(), ward.sandbox.add_patient(ChartPatient::named("3", "Bob", "Ray")));
    assert_eq!(ward.file(&ward.heart_rate(&ann)).status, 201);
    assert_eq!(ward.file(&ward.heart_rate(&bob)).status, 201);
    let found = |rest: &str| ids(&search(&ward, &format!("Observation?patient={ann}&{rest}"))).len();
    assert_eq!(found(""), 1);
    assert_eq!(found("code=85354-9,http://loinc.org%7C8867-4"), 1);
    assert_eq!(found("code=http://snomed.info/sct%7C8867-4"), 0);
    assert_eq!(found("category=vital-signs"), 1);
    assert_eq!(found("category=laboratory"), 0);
    assert_eq!(found("date=ge2026-03-05T18:58:00Z&date=lt2026-03-05T18:59:00Z"), 1);
    assert_eq!(found("date=lt2026-03-05T18:58:00Z"), 0);
    assert_eq!(found("_lastUpdated=ge2026-03-05T19:00:00Z"), 1);
    assert_eq!(found("_lastUpdated=gt2026-03-05T19:00:01Z"), 0);
}

#[test]
fn a_component_code_and_a_proprietary_vital_find_nothing() {
    let ward = Ward::default();
    let ann = ward.ann();
    ward.sandbox.file_observation(json!({
        "resourceType": "Observation", "id": "BP-1-2", "status": "final", "subject": {"reference": format!("Patient/{ann}")}, "effectiveDateTime": "2026-03-05T18:00:00Z",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}, {"system": "https://fhir.cerner.com/x/codeSet/72", "code": "7"}]},
        "component": [{"code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]}}],
    }));
    let found = |rest: &str| ids(&search(&ward, &format!("Observation?patient={ann}&{rest}"))).len();
    assert_eq!((found("code=85354-9"), found("code=8480-6")), (1, 0));
    let own = "code=https://fhir.cerner.com/x/codeSet/72%7C7";
    assert_eq!((found(own), found(&format!("{own}&category=vital-signs"))), (1, 0));
}

#[test]
fn a_long_search_is_followed_by_opaque_links() {
    let ward = Ward::default();
    let ann = ward.ann();
    for _ in 0..5 {
        ward.pass(TimeDelta::seconds(1));
        assert_eq!(ward.file(&ward.heart_rate(&ann)).status, 201);
    }
    let mut page = search(&ward, &format!("Observation?patient={ann}&_lastUpdated=ge2026-03-05&_count=2"));
    let mut all = ids(&page);
    while let Some(url) = next(&page) {
        assert!(!url.contains("patient="), "the link is not opaque: {url}");
        page = search(&ward, url.split_once("/Observation").map(|(_, rest)| format!("Observation{rest}")).unwrap().as_str());
        all.extend(ids(&page));
    }
    assert_eq!(all.len(), 5);
    let newest_first: Vec<String> = {
        let mut sorted = all.clone();
        sorted.sort();
        sorted.into_iter().rev().collect()
    };
    assert_eq!(all, newest_first);
    assert_eq!(ward.fhir("GET", "Observation?-pageContext=made-up", &[], "").status, 400);
}

#[test]
fn a_page_is_never_larger_than_the_chart_allows() {
    let ward = Ward::default();
    let ann = ward.ann();
    for n in 0..201 {
        ward.sandbox.file_observation(json!({"resourceType": "Observation", "subject": {"reference": format!("Patient/{ann}")}, "effectiveDateTime": "2026-03-05T18:00:00Z", "n": n}));
    }
    assert_eq!(ids(&search(&ward, &format!("Observation?patient={ann}&_count=1000"))).len(), 200);
    assert_eq!(ids(&search(&ward, &format!("Observation?patient={ann}"))).len(), 50);
}

#[test]
fn the_performer_of_the_sandbox_exists() {
    let ward = Ward::default();
    assert_eq!(ward.fhir("GET", "Practitioner/593923", &[], "").status, 200);
    assert_eq!(ward.fhir("GET", "Practitioner/1", &[], "").status, 404);
}

#[test]
fn an_appointment_is_cancelled_only_from_a_state_that_allows_it() {
    let ward = Ward::default();
    let ann = ward.ann();
    let id = ward.sandbox.add_appointment(json!({
        "resourceType": "Appointment", "status": "booked", "start": "2026-03-10T20:00:00Z",
        "participant": [{"actor": {"reference": format!("Patient/{ann}")}, "status": "tentative"}],
    }));
    assert_eq!(
        ids(&search(&ward, &format!("Appointment?patient={ann}&date=ge2026-03-10T00:00:00Z&date=lt2026-03-11T00:00:00Z"))),
        std::slice::from_ref(&id)
    );
    let patch = |etag: &str, steps: Value| {
        ward.fhir(
            "PATCH",
            &format!("Appointment/{id}"),
            &[("Content-Type", "application/json-patch+json"), ("If-Match", etag)],
            &steps.to_string(),
        )
        .status
    };
    assert_eq!(patch("W/\"1\"", json!([{"op": "replace", "path": "/patient-status", "value": "accepted"}])), 200);
    assert_eq!(patch("W/\"2\"", json!([{"op": "replace", "path": "/patient-status", "value": "accepted"}])), 422);
    assert_eq!(patch("W/\"1\"", json!([{"op": "replace", "path": "/status", "value": "cancelled"}])), 409);
    assert_eq!(patch("W/\"2\"", json!([{"op": "replace", "path": "/status", "value": "noshow"}])), 422);
    assert_eq!(patch("W/\"2\"", json!([{"op": "replace", "path": "/status", "value": "cancelled"}])), 200);
}
