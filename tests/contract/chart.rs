use crate::desk::{Desk, ANN};
use decide::outbox::*;
use decide::{Mrn, Value, Vital};
use rust_decimal::Decimal;
use sandbox::{AcceptedKind, ChartPatient, FaultState, SandboxConfig};
use serde_json::{json, Value as Json};
use vendors::{Secret, VendorConfig};

fn write_of(purpose: ChartPurpose, what: &str, body: ChartBody) -> Act {
    Act::Chart(ChartWrite { purpose, mrn: Mrn::from(ANN), fhir_id: None, marker: format!("careloop:ws:e12:{what}"), body })
}

fn observation(desk: &Desk, vital: Vital, loinc: &str, value: Value) -> ChartBody {
    ChartBody::Observation { vital, loinc: loinc.into(), value, effective: desk.now(), note: Some("Reviewed by Dr. Kim.".into()) }
}

fn pressure(desk: &Desk) -> Act {
    let value = Value::Pressure { systolic: Some(Decimal::from(165)), diastolic: Some(Decimal::from(95)) };
    write_of(ChartPurpose::Reviewed, "reviewed", observation(desk, Vital::Bp, "85354-9", value))
}

fn note(desk: &Desk) -> Act {
    let text = "Called.\nPatient <well> & resting. 12 min.";
    write_of(ChartPurpose::Note, "note", ChartBody::Document { title: "Remote monitoring note".into(), text: text.into(), at: desk.now() })
}

fn minutes(desk: &Desk) -> Act {
    write_of(ChartPurpose::Flowsheet, "minutes", ChartBody::Minutes { minutes: Decimal::from(12), at: desk.now() })
}

fn of(act: &Act, mrn: &str, fhir_id: Option<&str>) -> Act {
    let Act::Chart(write) = act else { panic!("not a chart write") };
    Act::Chart(ChartWrite { mrn: Mrn::from(mrn), fhir_id: fhir_id.map(str::to_string), ..write.clone() })
}

fn stored(desk: &Desk, receipt: &Receipt) -> Json {
    let (kind, id) = receipt.reference.split_once('/').unwrap();
    desk.sandbox.chart(kind, id).unwrap()
}

#[tokio::test]
async fn the_three_writes_of_a_resolve_are_each_charted_once_and_read_back() {
    let desk = Desk::open().await;
    for (act, said) in [(pressure(&desk), "/note/0/text"), (note(&desk), "/content/0/attachment/title"), (minutes(&desk), "/note/0/text")] {
        let receipt = desk.done(&mut desk.owed(act)).await;
        assert!(!receipt.found_by_looking);
        let resource = stored(&desk, &receipt);
        assert!(resource.pointer(said).and_then(Json::as_str).unwrap().contains("[careloop:ws:e12:"), "{resource}");
    }
    assert_eq!(desk.accepted().len(), 3);
}

#[tokio::test]
async fn every_vital_is_taken_by_the_chart() {
    let desk = Desk::open().await;
    let n = |text: &str| Value::Number(text.parse().unwrap());
    let part = |s: Option<i64>, d: Option<i64>| Value::Pressure { systolic: s.map(Decimal::from), diastolic: d.map(Decimal::from) };
    for (index, (vital, loinc, value)) in [
        (Vital::Bp, "55284-4", part(Some(165), Some(95))),
        (Vital::Bp, "85354-9", part(Some(165), None)),
        (Vital::Bp, "85354-9", part(None, Some(95))),
        (Vital::Glucose, "2339-0", n("55")),
        (Vital::Glucose, "2345-7", n("310.5")),
        (Vital::Glucose, "41653-7", n("310")),
        (Vital::Glucose, "99504-3", n("310")),
        (Vital::Glucose, "15074-8", n("300.86052")),
        (Vital::Weight, "29463-7", n("183.1")),
        (Vital::Weight, "3141-9", n("183.1")),
        (Vital::Spo2, "2708-6", n("87")),
        (Vital::Spo2, "59408-5", n("87")),
        (Vital::HeartRate, "8867-4", n("72")),
    ]
    .into_iter()
    .enumerate()
    {
        desk.wait(60);
        let act = write_of(ChartPurpose::Reviewed, &format!("r{index}"), observation(&desk, vital, loinc, value));
        let receipt = desk.done(&mut desk.owed(act)).await;
        assert!(!receipt.found_by_looking, "{loinc}");
    }
    assert_eq!(desk.accepted().len(), 13);
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_found_and_not_made_again() {
    let desk = Desk::open().await;
    for (n, act) in [pressure(&desk), note(&desk), minutes(&desk)].into_iter().enumerate() {
        desk.cut_and_settled(Vendor::Cerner, act).await;
        assert_eq!(desk.accepted().len(), n + 1);
    }
}

#[tokio::test]
async fn a_chart_that_is_down_throttled_or_locked_is_written_once_when_it_is_back() {
    let desk = Desk::open().await;
    let mut effect = desk.owed(note(&desk));
    for (trouble, kind) in [
        (FaultState::Down, ProblemKind::Down),
        (FaultState::RateLimited { retry_after_s: Some(30) }, ProblemKind::Throttled),
        (FaultState::Reject { status: Some(423), error_code: None }, ProblemKind::Conflict),
        (FaultState::Reject { status: Some(424), error_code: None }, ProblemKind::Down),
        (FaultState::Reject { status: Some(500), error_code: None }, ProblemKind::Down),
    ] {
        desk.trouble(Vendor::Cerner, trouble);
        let Delivery::RetryLater { problem, .. } = desk.attempt(&mut effect).await else { panic!("{kind:?} must be tried again") };
        assert_eq!(problem.kind, kind);
    }
    desk.trouble(Vendor::Cerner, FaultState::Up);
    desk.done(&mut effect).await;
    desk.only();
}

#[tokio::test]
async fn a_refused_record_is_final() {
    let desk = Desk::open().await;
    desk.trouble(Vendor::Cerner, FaultState::Reject { status: Some(422), error_code: Some("business-rule".into()) });
    let delivery = desk.attempt(&mut desk.owed(note(&desk))).await;
    assert!(
        matches!(&delivery, Delivery::Rejected(p) if p.kind == ProblemKind::Invalid && p.code.as_deref() == Some("business-rule")),
        "{delivery:?}"
    );
}

fn filed(patient: &str, at: &str) -> Json {
    json!({
        "resourceType": "Observation", "status": "final",
        "identifier": [{ "system": "https://fhir.cerner.com/ceuuid", "value": "CE1" }],
        "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs" }] }],
        "code": { "coding": [{ "system": "http://loinc.org", "code": "85354-9" }] },
        "subject": { "reference": format!("Patient/{patient}") }, "effectiveDateTime": at,
        "performer": [{ "reference": "Practitioner/593923", "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/event-performerFunction", "valueCodeableConcept": { "coding": [{ "code": "LA" }] } }] }],
        "component": [
            { "code": { "coding": [{ "system": "http://loinc.org", "code": "8480-6" }] }, "valueQuantity": { "value": 165, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" } },
            { "code": { "coding": [{ "system": "http://loinc.org", "code": "8462-4" }] }, "valueQuantity": { "value": 95, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" } }]
    })
}

async fn ann(desk: &Desk) -> String {
    match desk.look(Look::Patient { mrn: Some(Mrn::from(ANN)), fhir_id: None }).await {
        Finding::Patient { patient: Some(patient) } => patient.fhir_id,
        other => panic!("Ann is in the chart: {other:?}"),
    }
}

#[tokio::test]
async fn a_reading_the_devices_vendor_filed_is_adopted() {
    let desk = Desk::open().await;
    let id = desk.sandbox.file_observation(filed(&ann(&desk).await, "2026-03-05T19:00:00Z"));
    let receipt = desk.done(&mut desk.owed(pressure(&desk))).await;
    assert_eq!((receipt.reference, receipt.found_by_looking), (format!("Observation/{id}"), true));
    assert!(desk.accepted().is_empty());
}

#[tokio::test]
async fn an_amendment_is_made_once_at_the_version_it_read() {
    let desk = Desk::open().await;
    let patient = ann(&desk).await;
    let amend = |id: &str| {
        write_of(ChartPurpose::Reviewed, "amend", ChartBody::Amend { observation_id: id.into(), note: "Reviewed by Dr. Kim.".into() })
    };
    let first = desk.sandbox.file_observation(filed(&patient, "2026-03-05T19:00:00Z"));
    let receipt = desk.done(&mut desk.owed(amend(&first))).await;
    let resource = stored(&desk, &receipt);
    assert_eq!((resource["status"].as_str(), resource["meta"]["versionId"].as_str()), (Some("amended"), Some("2")));
    let second = desk.sandbox.file_observation(filed(&patient, "2026-03-05T19:10:00Z"));
    desk.cut_and_settled(Vendor::Cerner, amend(&second)).await;
    assert_eq!(desk.accepted().len(), 2);
}

#[tokio::test]
async fn a_number_that_two_patients_have_stops_the_write() {
    let desk = Desk::open().await;
    desk.sandbox.add_patient(ChartPatient { fhir_id: Some("99".into()), ..ChartPatient::named(ANN, "Anne", "Leigh") });
    for act in [note(&desk), of(&note(&desk), "nobody", None)] {
        let delivery = desk.attempt(&mut desk.owed(act)).await;
        assert!(matches!(delivery, Delivery::Rejected(Problem { kind: ProblemKind::NoPatient, .. })), "{delivery:?}");
    }
    assert!(desk.accepted().is_empty());
}

#[tokio::test]
async fn a_note_on_a_merged_patient_goes_to_the_surviving_record() {
    let desk = Desk::open().await;
    let old = ann(&desk).await;
    desk.sandbox.add_patient(ChartPatient { fhir_id: Some("99".into()), ..ChartPatient::named("777", "Ann", "Lee") });
    desk.sandbox.merge_patient(&old, "99").unwrap();
    desk.done(&mut desk.owed(of(&note(&desk), ANN, Some(&old)))).await;
    let AcceptedKind::Document { patient, .. } = desk.only() else { panic!("a document was due") };
    assert_eq!(patient, "99");
    let delivery = desk.attempt(&mut desk.owed(of(&note(&desk), ANN, Some("99")))).await;
    assert!(matches!(delivery, Delivery::Rejected(Problem { kind: ProblemKind::NoPatient, .. })), "somebody else's id: {delivery:?}");
}

#[tokio::test]
async fn a_token_that_ran_out_or_was_revoked_is_replaced_unseen() {
    let desk = Desk::open().await;
    desk.done(&mut desk.owed(note(&desk))).await;
    desk.wait(570);
    desk.done(&mut desk.owed(minutes(&desk))).await;
    desk.trouble_once(Vendor::Cerner, FaultState::Reject { status: Some(401), error_code: None });
    desk.done(&mut desk.owed(pressure(&desk))).await;
    assert_eq!(desk.accepted().len(), 3);
}

#[tokio::test]
async fn a_wrong_secret_or_tenant_waits_for_an_operator() {
    let mut desk = Desk::open().await;
    desk.connections.config.cerner.as_mut().unwrap().client_secret = Some(Secret::new("stale"));
    let delivery = desk.attempt(&mut desk.owed(note(&desk))).await;
    assert!(matches!(delivery, Delivery::RetryLater { problem: Problem { kind: ProblemKind::Credentials, .. }, .. }), "{delivery:?}");
    let mut desk = Desk::open().await;
    let cerner = desk.connections.config.cerner.as_mut().unwrap();
    cerner.base = cerner.base.replace("ec2458f2", "00000000");
    let delivery = desk.attempt(&mut desk.owed(note(&desk))).await;
    assert!(matches!(delivery, Delivery::RetryLater { problem: Problem { kind: ProblemKind::Config, .. }, .. }), "{delivery:?}");
}

#[tokio::test]
async fn what_the_tenant_did_not_grant_is_said_and_not_tried() {
    let mut config = SandboxConfig::default();
    config.cerner.scopes = ["system/Observation.read", "system/Observation.write", "system/Patient.read", "system/DocumentReference.read"]
        .map(String::from)
        .to_vec();
    let desk = Desk::with(config).await;
    let Delivery::RetryLater { problem, .. } = desk.attempt(&mut desk.owed(note(&desk))).await else { panic!("must wait for an operator") };
    assert!(problem.said.contains("DocumentReference"), "{}", problem.said);
    desk.done(&mut desk.owed(minutes(&desk))).await;
}

#[tokio::test]
async fn a_registered_key_signs_us_in_with_either_algorithm() {
    let jwks: Json = serde_json::from_str(include_str!("../../src-tauri/crates/vendors/tests/data/jwks.json")).unwrap();
    for (pem, kid) in [
        (include_str!("../../src-tauri/crates/vendors/tests/data/rs384.private.pem"), "k-rs384"),
        (include_str!("../../src-tauri/crates/vendors/tests/data/es384.private.pem"), "k-es384"),
    ] {
        let mut config = SandboxConfig::default();
        config.cerner.jwks = Some(jwks.clone());
        let mut desk = Desk::with(config).await;
        let cerner = desk.connections.config.cerner.as_mut().unwrap();
        (cerner.client_secret, cerner.private_key_pem, cerner.key_id) = (None, Some(Secret::new(pem)), Some(kid.into()));
        desk.done(&mut desk.owed(note(&desk))).await;
        // A second token needs a second assertion: each is good once.
        desk.wait(570);
        desk.done(&mut desk.owed(minutes(&desk))).await;
    }
}

#[tokio::test]
async fn a_missing_code_blocks_its_own_write_alone() {
    let mut desk = Desk::open().await;
    let config: VendorConfig = desk.connections.config.clone();
    desk.connections.config.cerner.as_mut().unwrap().codes.flowsheet = None;
    let Delivery::Blocked(problem) = desk.attempt(&mut desk.owed(minutes(&desk))).await else { panic!("must be blocked") };
    assert!(problem.said.contains("cerner.codes.flowsheet"), "{}", problem.said);
    desk.done(&mut desk.owed(note(&desk))).await;
    desk.connections.config = config;
    desk.done(&mut desk.owed(minutes(&desk))).await;
    assert_eq!(desk.accepted().len(), 2);
}
