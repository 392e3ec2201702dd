use super::*;
use crate::{deliver, Connections};
use base64::Engine;
use decide::outbox::*;
use decide::{Mrn, Value as Measured, Vital};
use rust_decimal::Decimal;

const MARK: &str = "careloop:ws:e12:note";

fn write_of(purpose: ChartPurpose, body: ChartBody) -> Effect {
    effect(Act::Chart(ChartWrite { purpose, mrn: Mrn::from("1022228"), fhir_id: None, marker: MARK.into(), body }))
}

fn pressure() -> Effect {
    let value = Measured::Pressure { systolic: Some(Decimal::from(165)), diastolic: Some(Decimal::from(95)) };
    let body = ChartBody::Observation {
        vital: Vital::Bp,
        loinc: "55284-4".into(),
        value,
        effective: at("2026-03-05T19:00:00.250Z"),
        note: Some("Reviewed by Dr. Kim.".into()),
    };
    write_of(ChartPurpose::Reviewed, body)
}

fn number(purpose: ChartPurpose, vital: Vital, loinc: &str, value: &str) -> Effect {
    let body = ChartBody::Observation {
        vital,
        loinc: loinc.into(),
        value: Measured::Number(value.parse().unwrap()),
        effective: at("2026-03-05T19:00:00Z"),
        note: None,
    };
    write_of(purpose, body)
}

fn note() -> Effect {
    write_of(
        ChartPurpose::Note,
        ChartBody::Document { title: "Remote monitoring".into(), text: "Called <twice>.\n12 min.".into(), at: at("2026-03-05T19:29:00Z") },
    )
}

fn minutes() -> Effect {
    write_of(ChartPurpose::Flowsheet, ChartBody::Minutes { minutes: Decimal::from(12), at: at("2026-03-05T19:29:00Z") })
}

fn created(kind: &str, id: &str) -> Result<Response, Fault> {
    Ok(response(
        201,
        &[
            ("location", &format!("http://chart.test/r4/t/{kind}/{id}")),
            ("etag", "W/\"1\""),
            ("content-type", "text/html"),
            ("x-request-id", "r1"),
        ],
        "",
    ))
}

/// Answers up to the patient.
fn with_patient() -> Vec<Result<Response, Fault>> {
    let mut all = signed_in();
    all.push(bundle(&[ann("p1")], None));
    all
}

fn marked_observation(id: &str) -> Value {
    json!({ "resourceType": "Observation", "id": id, "status": "final", "note": [{ "text": format!("Reviewed by Dr. Kim. [{MARK}]") }] })
}

fn marked_document(id: &str) -> Value {
    json!({ "resourceType": "DocumentReference", "id": id, "status": "current", "content": [{ "attachment": { "title": format!("Remote monitoring [{MARK}]") } }] })
}

async fn attempt(c: &Connections, line: &Scripted, effect: &Effect) -> Delivery {
    deliver(c, line, effect, at(NOW)).await
}

fn sent(line: &Scripted) -> Value {
    let write = line.requests().into_iter().find(|r| r.write).expect("nothing was written");
    serde_json::from_slice(&write.body).unwrap()
}

#[tokio::test]
async fn a_reviewed_pressure_the_chart_does_not_have_is_created_and_read_back() {
    let line = Scripted::new(with_patient().into_iter().chain([
        bundle(&[], None),
        created("Observation", "VS-1"),
        says(200, marked_observation("VS-1")),
    ]));
    let delivery = attempt(&connections(), &line, &pressure()).await;
    assert!(
        matches!(&delivery, Delivery::Delivered(Receipt { reference, found_by_looking: false, .. }) if reference == "Observation/VS-1"),
        "{delivery:?}"
    );
    assert_eq!(
        line.asked()[2..],
        [
            "GET http://chart.test/r4/t/Patient?identifier=urn%3Aoid%3A1.2.3%7C1022228",
            "GET http://chart.test/r4/t/Observation?patient=p1&date=ge2026-03-05T19%3A00%3A00.000Z&date=lt2026-03-05T19%3A00%3A01.000Z&_count=200&code=http%3A%2F%2Floinc.org%7C85354-9%2Chttp%3A%2F%2Floinc.org%7C55284-4%2Chttp%3A%2F%2Floinc.org%7C8480-6%2Chttp%3A%2F%2Floinc.org%7C8462-4",
            "POST http://chart.test/r4/t/Observation",
            "GET http://chart.test/r4/t/Observation/VS-1"
        ]
    );
    let coding = |code: &str| json!({ "coding": [{ "system": "http://loinc.org", "code": code }] });
    let mmhg = |n: i64| json!({ "value": n, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" });
    let expected = json!({
        "resourceType": "Observation", "status": "final",
        "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs", "display": "Vital Signs" }], "text": "Vital Signs" }],
        "code": coding("85354-9"), "subject": { "reference": "Patient/p1" }, "effectiveDateTime": "2026-03-05T19:00:00.250Z",
        "performer": [{ "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/event-performerFunction", "valueCodeableConcept": {
            "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "LA", "display": "legal authenticator" }], "text": "legal authenticator" } }], "reference": "Practitioner/593923" }],
        "note": [{ "text": format!("Reviewed by Dr. Kim. [{MARK}]") }],
        "component": [{ "code": coding("8480-6"), "valueQuantity": mmhg(165) }, { "code": coding("8462-4"), "valueQuantity": mmhg(95) }]
    });
    assert_eq!(sent(&line), expected);
    assert_eq!(line.requests().iter().find(|r| r.write).unwrap().sent_header("content-type"), Some("application/fhir+json"));
}

#[tokio::test]
async fn a_reading_that_the_devices_own_vendor_filed_is_not_charted_twice() {
    let filed = json!({ "resourceType": "Observation", "id": "VS-7", "status": "final", "effectiveDateTime": "2026-03-05T19:00:00Z", "code": { "coding": [{ "code": "85354-9" }] },
        "component": [{ "code": { "coding": [{ "code": "8480-6" }] }, "valueQuantity": { "value": 165, "unit": "mmHg" } }, { "code": { "coding": [{ "code": "8462-4" }] }, "valueQuantity": { "value": 95 } }] });
    let mut other = filed.clone();
    (other["id"], other["component"][0]["valueQuantity"]["value"]) = (json!("VS-8"), json!(166));
    let line = Scripted::new(with_patient().into_iter().chain([bundle(&[other.clone(), filed], None)]));
    let delivery = attempt(&connections(), &line, &pressure()).await;
    assert!(
        matches!(&delivery, Delivery::Delivered(Receipt { reference, found_by_looking: true, .. }) if reference == "Observation/VS-7"),
        "{delivery:?}"
    );
    assert_eq!(line.writes(), 0);

    let line = Scripted::new(with_patient().into_iter().chain([
        bundle(&[other], None),
        created("Observation", "VS-9"),
        says(200, marked_observation("VS-9")),
    ]));
    attempt(&connections(), &line, &pressure()).await;
    assert_eq!(line.writes(), 1, "another value is another reading");
}

#[tokio::test]
async fn each_vital_is_charted_in_the_unit_its_code_asks_for() {
    for (vital, loinc, kept, category, quantity) in [
        (
            Vital::Glucose,
            "2339-0",
            "55",
            "laboratory",
            json!({ "value": 55, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL" }),
        ),
        (
            Vital::Glucose,
            "15074-8",
            "300.86052",
            "laboratory",
            json!({ "value": 16.7, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L" }),
        ),
        (
            Vital::Weight,
            "29463-7",
            "183.10",
            "vital-signs",
            json!({ "value": 183.1, "unit": "lb", "system": "http://unitsofmeasure.org", "code": "[lb_av]" }),
        ),
        (
            Vital::Spo2,
            "59408-5",
            "87",
            "vital-signs",
            json!({ "value": 87, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%" }),
        ),
        (
            Vital::HeartRate,
            "8867-4",
            "72",
            "vital-signs",
            json!({ "value": 72, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min" }),
        ),
    ] {
        let line = Scripted::new(with_patient().into_iter().chain([created("Observation", "VS-1"), says(200, marked_observation("VS-1"))]));
        attempt(&connections(), &line, &number(ChartPurpose::Reading, vital, loinc, kept)).await;
        let sent = sent(&line);
        assert_eq!((sent["category"][0]["coding"][0]["code"].as_str(), &sent["valueQuantity"]), (Some(category), &quantity), "{loinc}");
        assert_eq!(sent["note"][0]["text"], format!("[{MARK}]"));
    }
}

#[tokio::test]
async fn a_lone_part_of_a_pressure_is_charted_in_its_panel() {
    let body = ChartBody::Observation {
        vital: Vital::Bp,
        loinc: "85354-9".into(),
        value: Measured::Pressure { systolic: Some(Decimal::from(165)), diastolic: None },
        effective: at("2026-03-05T19:00:00Z"),
        note: None,
    };
    let line = Scripted::new(with_patient().into_iter().chain([created("Observation", "VS-1"), says(200, marked_observation("VS-1"))]));
    attempt(&connections(), &line, &write_of(ChartPurpose::Reading, body)).await;
    let sent = sent(&line);
    assert_eq!((sent["code"]["coding"][0]["code"].as_str(), sent.get("valueQuantity")), (Some("85354-9"), None));
    assert_eq!(sent["component"].as_array().map(Vec::len), Some(1));
    assert_eq!(sent["component"][0]["valueQuantity"]["value"], 165);
}

#[tokio::test]
async fn a_weight_filed_in_kilograms_is_the_same_weight() {
    let filed = json!({ "resourceType": "Observation", "id": "VS-7", "status": "final", "effectiveDateTime": "2026-03-05T20:00:00+01:00", "code": { "coding": [{ "code": "29463-7" }] },
        "valueQuantity": { "value": 83.05, "unit": "kg", "code": "kg" } });
    let line = Scripted::new(with_patient().into_iter().chain([bundle(&[filed], None)]));
    let delivery = attempt(&connections(), &line, &number(ChartPurpose::Reviewed, Vital::Weight, "29463-7", "183.1")).await;
    assert!(matches!(delivery, Delivery::Delivered(Receipt { found_by_looking: true, .. })), "{delivery:?}");
}

#[tokio::test]
async fn a_note_is_html_that_can_be_amended_and_carries_its_mark() {
    let line = Scripted::new(with_patient().into_iter().chain([created("DocumentReference", "D1"), says(200, marked_document("D1"))]));
    let delivery = attempt(&connections(), &line, &note()).await;
    assert!(matches!(&delivery, Delivery::Delivered(Receipt { reference, .. }) if reference == "DocumentReference/D1"), "{delivery:?}");
    let mut sent = sent(&line);
    let data = sent["content"][0]["attachment"]["data"].take();
    let html = String::from_utf8(base64::engine::general_purpose::STANDARD.decode(data.as_str().unwrap()).unwrap()).unwrap();
    assert!(html.contains("<p>Called &lt;twice&gt;.</p><p>12 min.</p>"), "{html}");
    let expected = json!({
        "resourceType": "DocumentReference", "status": "current", "docStatus": "final",
        "type": { "text": "Monitoring Note", "coding": [{ "system": "https://fhir.cerner.com/t/codeSet/72", "code": "2820507", "display": "Monitoring Note" }] },
        "subject": { "reference": "Patient/p1" },
        "content": [{ "attachment": { "contentType": "text/html;charset=utf-8", "data": null, "title": format!("Remote monitoring [{MARK}]"), "creation": "2026-03-05T19:29:00.000Z" } }],
        "context": { "period": { "start": "2026-03-05T19:29:00.000Z", "end": "2026-03-05T19:29:00.000Z" } },
        "author": [{ "reference": "Practitioner/593923" }]
    });
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn a_note_of_unknown_fate_is_found_by_its_mark_and_not_by_a_longer_one() {
    let mut longer = marked_document("D0");
    longer["content"][0]["attachment"]["title"] = json!(format!("Remote monitoring [{MARK}2]"));
    let line = Scripted::new(with_patient().into_iter().chain([
        bundle(&[longer.clone()], Some("http://chart.test/r4/t/DocumentReference?page=2")),
        bundle(&[marked_document("D1")], None),
    ]));
    let delivery = attempt(&connections(), &line, &unknown(note())).await;
    assert!(
        matches!(&delivery, Delivery::Delivered(Receipt { reference, found_by_looking: true, .. }) if reference == "DocumentReference/D1"),
        "{delivery:?}"
    );
    assert_eq!(line.asked()[3], "GET http://chart.test/r4/t/DocumentReference?patient=p1&period=ge2026-03-04T19%3A29%3A00.000Z&period=lt2026-03-06T19%3A29%3A00.000Z&_count=100");
    assert_eq!(line.asked()[4], "GET http://chart.test/r4/t/DocumentReference?page=2");

    let line = Scripted::new(with_patient().into_iter().chain([
        bundle(&[longer], None),
        created("DocumentReference", "D1"),
        says(200, marked_document("D1")),
    ]));
    attempt(&connections(), &line, &unknown(note())).await;
    assert_eq!(line.writes(), 1);
}

#[tokio::test]
async fn minutes_are_found_by_time_because_a_tenants_own_code_cannot_be_searched() {
    let line = Scripted::new(with_patient().into_iter().chain([
        bundle(&[], None),
        created("Observation", "VS-3"),
        says(200, marked_observation("VS-3")),
    ]));
    attempt(&connections(), &line, &unknown(minutes())).await;
    assert_eq!(line.asked()[3], "GET http://chart.test/r4/t/Observation?patient=p1&date=ge2026-03-05T19%3A29%3A00.000Z&date=lt2026-03-05T19%3A29%3A01.000Z&_count=200");
    let sent = sent(&line);
    assert_eq!(sent["code"]["coding"][0], json!({ "system": "https://fhir.cerner.com/t/codeSet/72", "code": "4098342" }));
    assert_eq!(sent["valueQuantity"], json!({ "value": 12, "unit": "min", "system": "http://unitsofmeasure.org", "code": "min" }));
}

#[tokio::test]
async fn a_missing_code_or_performer_blocks_and_is_named_before_anything_is_asked() {
    let silent = Scripted::default();
    for (change, effect, setting) in
        [(0, note(), "cerner.codes.note_type"), (1, minutes(), "cerner.codes.flowsheet"), (2, pressure(), "cerner.performer")]
    {
        let mut c = connections();
        let cerner = c.config.cerner.as_mut().unwrap();
        match change {
            0 => cerner.codes.note_type = None,
            1 => cerner.codes.flowsheet = None,
            _ => cerner.performer = Some(" ".into()),
        }
        let Delivery::Blocked(p) = attempt(&c, &silent, &effect).await else { panic!("{setting} must block") };
        assert!(p.said.contains(setting), "{}", p.said);
    }
}

#[tokio::test]
async fn a_cut_line_leaves_the_write_unknown() {
    let line = Scripted::new(with_patient().into_iter().chain([cut()]));
    let delivery = attempt(&connections(), &line, &note()).await;
    assert!(matches!(delivery, Delivery::Unknown(Problem { kind: ProblemKind::NoAnswer, .. })), "{delivery:?}");
}

#[tokio::test]
async fn a_chart_that_is_down_while_the_fate_is_unknown_leaves_it_unknown() {
    let line = Scripted::new([says(503, json!({}))]);
    let delivery = attempt(&connections(), &line, &unknown(note())).await;
    assert!(matches!(delivery, Delivery::Unknown(Problem { kind: ProblemKind::Down, .. })), "{delivery:?}");
    let line = Scripted::new([says(503, json!({}))]);
    let delivery = attempt(&connections(), &line, &note()).await;
    assert!(matches!(delivery, Delivery::RetryLater { .. }), "{delivery:?}");
}

#[tokio::test]
async fn what_cannot_be_read_back_is_not_charted() {
    for answer in [says(404, json!({})), says(503, json!({})), cut()] {
        let line = Scripted::new(with_patient().into_iter().chain([created("DocumentReference", "D1"), answer]));
        let delivery = attempt(&connections(), &line, &note()).await;
        assert!(matches!(delivery, Delivery::Unknown(_)), "{delivery:?}");
    }
    let other = json!({ "resourceType": "DocumentReference", "id": "D1", "content": [{ "attachment": { "title": "Discharge letter" } }] });
    let line = Scripted::new(with_patient().into_iter().chain([created("DocumentReference", "D1"), says(200, other)]));
    let delivery = attempt(&connections(), &line, &note()).await;
    assert!(matches!(delivery, Delivery::Rejected(Problem { kind: ProblemKind::NotProven, .. })), "{delivery:?}");
}

#[tokio::test]
async fn a_chart_that_leaves_notes_out_still_proves_the_minutes() {
    let bare = json!({ "resourceType": "Observation", "id": "VS-3", "status": "final", "effectiveDateTime": "2026-03-05T19:29:00Z",
        "code": { "coding": [{ "system": "https://fhir.cerner.com/t/codeSet/72", "code": "4098342" }] }, "valueQuantity": { "value": 12.0, "unit": "min" } });
    let line = Scripted::new(with_patient().into_iter().chain([created("Observation", "VS-3"), says(200, bare.clone())]));
    assert!(matches!(attempt(&connections(), &line, &minutes()).await, Delivery::Delivered(_)));
    let line = Scripted::new(with_patient().into_iter().chain([bundle(&[bare], None)]));
    attempt(&connections(), &line, &unknown(minutes())).await;
    assert_eq!(line.writes(), 0);
}

fn amendment() -> Effect {
    write_of(ChartPurpose::Reviewed, ChartBody::Amend { observation_id: "VS-7".into(), note: "Reviewed by Dr. Kim.".into() })
}

#[tokio::test]
async fn an_amendment_changes_the_version_it_read_and_nothing_else() {
    let there = json!({ "resourceType": "Observation", "id": "VS-7", "meta": { "versionId": "3" }, "status": "final", "identifier": [{ "system": "https://fhir.cerner.com/ceuuid", "value": "CE1" }],
        "valueQuantity": { "value": 181 }, "note": [{ "text": "Filed by the device" }] });
    let mut after = there.clone();
    after["status"] = json!("amended");
    after["note"].as_array_mut().unwrap().push(json!({ "text": format!("Reviewed by Dr. Kim. [{MARK}]") }));
    let line = Scripted::new(signed_in().into_iter().chain([
        says(200, there),
        Ok(response(200, &[("etag", "W/\"4\"")], "")),
        says(200, after.clone()),
    ]));
    let delivery = attempt(&connections(), &line, &amendment()).await;
    assert!(matches!(&delivery, Delivery::Delivered(Receipt { status: Some(s), .. }) if s == "amended"), "{delivery:?}");
    let put = line.requests().into_iter().find(|r| r.write).unwrap();
    assert_eq!(
        (put.method.as_str(), put.url.as_str(), put.sent_header("if-match")),
        ("PUT", "http://chart.test/r4/t/Observation/VS-7", Some("W/\"3\""))
    );
    assert_eq!(sent(&line), after);
}

#[tokio::test]
async fn an_amendment_that_is_there_is_not_made_again_and_a_stale_one_waits() {
    let line = Scripted::new(signed_in().into_iter().chain([says(200, marked_observation("VS-7"))]));
    let delivery = attempt(&connections(), &line, &unknown(amendment())).await;
    assert!(matches!(delivery, Delivery::Delivered(Receipt { found_by_looking: true, .. })), "{delivery:?}");
    let there = json!({ "resourceType": "Observation", "id": "VS-7", "meta": { "versionId": "3" }, "status": "final" });
    let line = Scripted::new(signed_in().into_iter().chain([says(200, there), says(409, json!({}))]));
    let delivery = attempt(&connections(), &line, &amendment()).await;
    assert!(matches!(delivery, Delivery::RetryLater { problem: Problem { kind: ProblemKind::Conflict, .. }, .. }), "{delivery:?}");
}
