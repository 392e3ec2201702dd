use super::*;
use crate::{deliver, Connections};
use decide::outbox::*;
use decide::Mrn;

async fn find(c: &Connections, answers: Vec<Result<Response, Fault>>, mrn: Option<&str>, fhir_id: Option<&str>) -> Delivery {
    let line = Scripted::new(signed_in().into_iter().chain(answers));
    let look = Look::Patient { mrn: mrn.map(Mrn::from), fhir_id: fhir_id.map(str::to_string) };
    deliver(c, &line, &effect(Act::Look(look)), at(NOW)).await
}

fn merged(id: &str, into: &str) -> Value {
    json!({ "resourceType": "Patient", "id": id, "active": false, "identifier": [{ "value": "1022228" }], "link": [{ "type": "replaced-by", "other": { "reference": format!("Patient/{into}") } }] })
}

fn seen(delivery: Delivery) -> Option<SeenPatient> {
    let Delivery::Found(Finding::Patient { patient }) = delivery else { panic!("must be found: {delivery:?}") };
    patient
}

fn nobody(delivery: &Delivery) -> bool {
    matches!(delivery, Delivery::Rejected(Problem { kind: ProblemKind::NoPatient, .. }))
}

#[tokio::test]
async fn a_patient_is_read_with_the_numbers_and_phone_in_force() {
    let patient = seen(find(&connections(), vec![bundle(&[ann("p1")], None)], Some("1022228"), None).await).unwrap();
    let expected = SeenPatient {
        fhir_id: "p1".into(),
        mrns: vec![Mrn::from("1022228")],
        first_name: "Ann".into(),
        last_name: "Lee".into(),
        birth_date: Some("1961-02-03".into()),
        mobile: Some("2025550101".into()),
        language: Some("es".into()),
    };
    assert_eq!(patient, expected);
}

#[tokio::test]
async fn no_patient_is_an_answer_and_two_are_not() {
    assert_eq!(seen(find(&connections(), vec![bundle(&[], None)], Some("1022228"), None).await), None);
    assert!(nobody(&find(&connections(), vec![bundle(&[ann("p1"), ann("p2")], None)], Some("1022228"), None).await));
    assert!(nobody(&find(&connections(), vec![says(422, json!({}))], Some("1"), None).await), "more than 1,000");
}

#[tokio::test]
async fn a_number_given_up_by_one_patient_belongs_to_its_holder() {
    let mut former = ann("p2");
    former["identifier"][0]["period"]["end"] = json!("2021-01-01");
    let both = find(&connections(), vec![bundle(&[former.clone(), ann("p1")], None)], Some("1022228"), None).await;
    assert_eq!(seen(both).unwrap().fhir_id, "p1");
    let alone = find(&connections(), vec![bundle(&[former], None)], Some("1022228"), None).await;
    assert_eq!(seen(alone).unwrap().fhir_id, "p2");
}

#[tokio::test]
async fn a_merged_patient_is_followed_to_the_surviving_record() {
    let patient =
        find(&connections(), vec![says(200, merged("p0", "p9")), says(200, merged("p9", "p1")), says(200, ann("p1"))], None, Some("p0"))
            .await;
    assert_eq!(seen(patient).unwrap().fhir_id, "p1");
    let circle: Vec<_> = (0..6).map(|_| says(200, merged("p0", "p0"))).collect();
    assert!(nobody(&find(&connections(), circle, None, Some("p0")).await));
    let ended = json!({ "resourceType": "Patient", "id": "p0", "active": false });
    assert!(nobody(&find(&connections(), vec![says(200, ended)], None, Some("p0")).await));
}

#[tokio::test]
async fn a_note_never_goes_into_the_chart_of_somebody_else() {
    let document = ChartBody::Document { title: "Note".into(), text: "x".into(), at: at(NOW) };
    let write = |fhir_id: Option<&str>| {
        effect(Act::Chart(ChartWrite {
            purpose: ChartPurpose::Note,
            mrn: Mrn::from("777"),
            fhir_id: fhir_id.map(str::to_string),
            marker: "m".into(),
            body: document.clone(),
        }))
    };
    for (effect, answer) in [
        (write(Some("p1")), says(200, ann("p1"))),
        (write(Some("p1")), says(404, json!({}))),
        (write(None), bundle(&[], None)),
        (write(None), bundle(&[ann("p1")], None)),
    ] {
        let line = Scripted::new(signed_in().into_iter().chain([answer]));
        let delivery = deliver(&connections(), &line, &effect, at(NOW)).await;
        assert!(nobody(&delivery), "{delivery:?}");
        assert_eq!(line.writes(), 0);
    }
}

fn glucose(id: &str, version: &str, value: &str, effective: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation","id":"{id}","meta":{{"versionId":"{version}"}},"status":"final","effectiveDateTime":"{effective}","valueQuantity":{{"value":{value}}}}}"#
    )
}

fn raw_bundle(resources: &[String], next: Option<&str>) -> Result<Response, Fault> {
    let entries: Vec<String> = resources.iter().map(|r| format!(r#"{{"resource":{r}}}"#)).collect();
    let link = next.map(|n| format!(r#","link":[{{"relation":"next","url":"{n}"}}]"#)).unwrap_or_default();
    Ok(response(200, &[], &format!(r#"{{"resourceType":"Bundle","entry":[{}]{link}}}"#, entries.join(","))))
}

#[tokio::test]
async fn a_sweep_overlaps_follows_every_page_and_keeps_the_newest_version_as_written() {
    let outcome = r#"{"resourceType":"OperationOutcome","issue":[]}"#.to_string();
    let answers = [
        raw_bundle(
            &[glucose("L-2", "1", "189", "2026-03-05T19:20:04Z"), glucose("L-1", "1", "181.10", "2026-03-05T19:20:00Z"), outcome],
            Some("http://chart.test/r4/t/Observation?-pageContext=abc"),
        ),
        raw_bundle(&[glucose("L-2", "2", "190", "2026-03-05T19:20:04Z"), glucose("L-1", "1", "181.10", "2026-03-05T19:20:00Z")], None),
    ];
    let line = Scripted::new(signed_in().into_iter().chain(answers));
    let look = Look::Observations { fhir_id: "p1".into(), since: at("2026-03-05T19:15:00Z") };
    let delivery = deliver(&connections(), &line, &effect(Act::Look(look)), at(NOW)).await;
    let expected = vec![glucose("L-1", "1", "181.10", "2026-03-05T19:20:00Z"), glucose("L-2", "2", "190", "2026-03-05T19:20:04Z")];
    assert_eq!(delivery, Delivery::Found(Finding::Observations { resources: expected }));
    assert!(line.asked()[2].starts_with("GET http://chart.test/r4/t/Observation?patient=p1&_lastUpdated=ge2026-03-05T19%3A13%3A00.000Z&code=http%3A%2F%2Floinc.org%7C85354-9%2C"), "{}", line.asked()[2]);
    assert_eq!(line.asked()[3], "GET http://chart.test/r4/t/Observation?-pageContext=abc");
}

#[tokio::test]
async fn the_token_goes_to_no_other_host() {
    let line = Scripted::new(signed_in().into_iter().chain([raw_bundle(&[], Some("http://elsewhere.test/next"))]));
    let look = Look::Observations { fhir_id: "p1".into(), since: at(NOW) };
    let delivery = deliver(&connections(), &line, &effect(Act::Look(look)), at(NOW)).await;
    assert!(matches!(delivery, Delivery::RetryLater { problem: Problem { kind: ProblemKind::Config, .. }, .. }), "{delivery:?}");
    assert_eq!(line.asked().len(), 3);
}
