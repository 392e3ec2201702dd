use crate::desk::{Desk, ANN};
use decide::outbox::*;
use decide::Mrn;
use sandbox::ChartPatient;
use serde_json::{json, Value as Json};

fn glucose(patient: &str, id: &str, value: Json, at: &str) -> Json {
    json!({
        "resourceType": "Observation", "id": id, "status": "final", "code": { "coding": [{ "system": "http://loinc.org", "code": "2339-0" }] },
        "category": [{ "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown" }] }],
        "subject": { "reference": format!("Patient/{patient}") }, "effectiveDateTime": at, "valueQuantity": value
    })
}

async fn pulled(desk: &Desk, patient: &str, since: decide::At) -> Vec<Json> {
    match desk.look(Look::Observations { fhir_id: patient.into(), since }).await {
        Finding::Observations { resources } => resources.iter().map(|r| serde_json::from_str(r).unwrap()).collect(),
        other => panic!("observations were asked for: {other:?}"),
    }
}

#[tokio::test]
async fn a_sweep_brings_readings_without_category_or_unit_and_leaves_social_history() {
    let desk = Desk::open().await;
    let patient = desk.sandbox.add_patient(ChartPatient::named("5", "Bo", "Ray"));
    let since = desk.now();
    desk.wait(60);
    desk.sandbox.file_observation(glucose(&patient, "L-1", json!({ "value": 181, "unit": "mg/dL" }), "2026-03-05T19:00:30Z"));
    desk.sandbox.file_observation(glucose(&patient, "L-2", json!({ "value": 189 }), "2026-03-05T19:00:34Z"));
    let mut smoking = glucose(&patient, "SH-1", json!({ "value": 1 }), "2026-03-05T19:00:30Z");
    smoking["code"]["coding"][0]["code"] = json!("72166-2");
    desk.sandbox.file_observation(smoking);
    let ids: Vec<String> = pulled(&desk, &patient, since).await.iter().map(|r| r["id"].as_str().unwrap().to_string()).collect();
    assert_eq!(ids, ["L-1", "L-2"]);
}

#[tokio::test]
async fn a_sweep_follows_every_page_and_brings_each_reading_once() {
    let desk = Desk::open().await;
    let patient = desk.sandbox.add_patient(ChartPatient::named("5", "Bo", "Ray"));
    let since = desk.now();
    for n in 0..430 {
        let at = (since + chrono::TimeDelta::seconds(n)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        desk.sandbox.file_observation(glucose(&patient, &format!("L-{n}"), json!({ "value": 100 + n, "unit": "mg/dL" }), &at));
    }
    let found = pulled(&desk, &patient, since).await;
    assert_eq!(found.len(), 430);
    assert_eq!((found[0]["id"].as_str(), found[429]["id"].as_str()), (Some("L-0"), Some("L-429")));
}

#[tokio::test]
async fn what_changed_before_the_overlap_is_not_brought_again() {
    let desk = Desk::open().await;
    let patient = desk.sandbox.add_patient(ChartPatient::named("5", "Bo", "Ray"));
    desk.sandbox.file_observation(glucose(&patient, "L-1", json!({ "value": 181, "unit": "mg/dL" }), "2026-03-05T19:00:00Z"));
    desk.wait(3600);
    assert!(pulled(&desk, &patient, desk.now()).await.is_empty());
    desk.sandbox.file_observation(glucose(&patient, "L-1", json!({ "value": 191, "unit": "mg/dL" }), "2026-03-05T19:00:00Z"));
    let again = pulled(&desk, &patient, desk.now()).await;
    assert_eq!((again.len(), again[0]["meta"]["versionId"].as_str()), (1, Some("2")), "a correction is new");
}

#[tokio::test]
async fn a_patient_is_seen_as_the_chart_has_them() {
    let desk = Desk::open().await;
    let whole = ChartPatient {
        birth_date: Some("1961-02-03".into()),
        mobile: Some("+12025550111".into()),
        language: Some("es".into()),
        ..ChartPatient::named("5", "Bo", "Ray")
    };
    let id = desk.sandbox.add_patient(whole);
    let Finding::Patient { patient: Some(seen) } = desk.look(Look::Patient { mrn: Some(Mrn::from("5")), fhir_id: None }).await else {
        panic!("Bo is in the chart")
    };
    let expected = SeenPatient {
        fhir_id: id.clone(),
        mrns: vec![Mrn::from("5")],
        first_name: "Bo".into(),
        last_name: "Ray".into(),
        birth_date: Some("1961-02-03".into()),
        mobile: Some("2025550111".into()),
        language: Some("es".into()),
    };
    assert_eq!(seen, expected);
    assert_eq!(desk.look(Look::Patient { mrn: None, fhir_id: Some(id) }).await, Finding::Patient { patient: Some(expected) });
    assert_eq!(desk.look(Look::Patient { mrn: Some(Mrn::from("nobody")), fhir_id: None }).await, Finding::Patient { patient: None });
    assert!(matches!(desk.look(Look::Patient { mrn: Some(Mrn::from(ANN)), fhir_id: None }).await, Finding::Patient { patient: Some(_) }));
}
