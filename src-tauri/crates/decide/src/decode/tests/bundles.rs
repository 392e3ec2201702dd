use super::{glucose, one, pressure, with};
use crate::decode::{entries, fhir, MOST_ENTRIES};
use crate::input::Decoded;
use serde_json::{json, Value as Json};

fn bundle(resources: &[Json]) -> Json {
    json!({ "resourceType": "Bundle", "type": "collection", "entry": resources.iter().map(|r| json!({ "resource": r })).collect::<Vec<_>>() })
}

#[test]
fn every_entry_is_an_input_of_its_own() {
    for kind in ["collection", "batch", "transaction", "searchset", "message"] {
        let two = with(bundle(&[glucose(), pressure()]), &[("/type", json!(kind))]);
        assert_eq!(one(&two), "glucose 181 2339-0 final at; bp 165/95 85354-9 final at", "{kind}");
    }
    assert_eq!(one(&bundle(&[])), "");
}

#[test]
fn a_bad_entry_does_not_stop_the_others() {
    let body = json!({ "resourceType": "Bundle", "entry": [
        { "resource": with(glucose(), &[("/valueQuantity", json!({ "value": 600 }))]) },
        { "resource": { "resourceType": "Encounter", "id": "e" } },
        { "resource": { "id": "untyped" } },
        { "resource": 7 }, { "fullUrl": "urn:uuid:1" }, null, "text", [],
        { "resource": bundle(&[glucose()]) },
        { "resource": glucose() },
    ]});
    let got: Vec<String> = fhir(body.to_string().as_bytes()).unwrap().iter().map(super::line).collect();
    assert_eq!(
        got,
        [
            r#"no_unit Observation.valueQuantity.unit ["600", "10809.36"]"#,
            "not_an_observation resourceType []",
            "not_an_observation resourceType []",
            "not_an_observation Bundle.entry.resource []",
            "not_an_observation Bundle.entry.resource []",
            "unreadable Bundle.entry []",
            "unreadable Bundle.entry []",
            "unreadable Bundle.entry []",
            "not_an_observation resourceType []",
            "glucose 181 2339-0 final at",
        ]
    );
}

#[test]
fn an_entry_that_is_nested_too_deeply_does_not_stop_the_others() {
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let body = format!(
        r#"{{"resourceType":"Bundle","entry":[{{"resource":{{"resourceType":"Observation","extension":{deep}}}}},{{"resource":{}}}]}}"#,
        glucose()
    );
    let got: Vec<String> = fhir(body.as_bytes()).unwrap().iter().map(super::line).collect();
    assert_eq!(got, ["unreadable Bundle.entry.resource []", "glucose 181 2339-0 final at"]);
}

#[test]
fn the_report_of_a_search_is_no_input() {
    let report = json!({ "search": { "mode": "outcome" }, "resource": { "resourceType": "OperationOutcome", "issue": [] } });
    let stray = json!({ "resource": { "resourceType": "OperationOutcome", "issue": [] } });
    let body = json!({ "resourceType": "Bundle", "type": "searchset", "entry": [report, { "search": { "mode": "match" }, "resource": glucose() }, stray] });
    let body = entries(body.to_string().as_bytes()).unwrap();
    let got: Vec<(usize, String)> = body.entries.iter().map(|e| (e.at, super::line(&e.decoded))).collect();
    assert_eq!(got, [(1, "glucose 181 2339-0 final at".into()), (2, "not_an_observation resourceType []".into())]);
}

#[test]
fn a_search_without_hits_is_no_input_and_no_fault() {
    assert_eq!(one(&json!({ "resourceType": "Bundle", "type": "searchset", "total": 0 })), "");
    assert_eq!(one(&json!({ "resourceType": "Bundle", "type": "searchset" })), "422 no_entries Bundle.entry");
}

#[test]
fn a_patient_in_the_bundle_gives_the_number() {
    let patient = json!({ "resourceType": "Patient", "id": "p", "identifier": [{ "type": { "coding": [{ "code": "MR" }] }, "value": "1022228" }, { "value": "other" }] });
    let body = json!({ "resourceType": "Bundle", "entry": [
        { "resource": with(glucose(), &[("/subject", json!({ "reference": "urn:uuid:p" }))]) },
        { "fullUrl": "urn:uuid:p", "resource": patient },
    ]});
    match &fhir(body.to_string().as_bytes()).unwrap()[0] {
        Decoded::Reading(a) => assert_eq!(a.patient.mrn.as_ref().unwrap().expose(), "1022228"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_entry_knows_its_own_bytes() {
    let text = format!("\u{feff} {}", serde_json::to_string_pretty(&bundle(&[glucose(), pressure()])).unwrap());
    let body = entries(text.as_bytes()).unwrap();
    let own: Vec<Json> = body.entries.iter().map(|e| serde_json::from_slice(&text.as_bytes()[e.span.clone()]).unwrap()).collect();
    assert_eq!(own, [glucose(), pressure()]);
    let text = format!("\n {} \n", glucose());
    let body = entries(text.as_bytes()).unwrap();
    assert_eq!(&text[body.entries[0].span.clone()], glucose().to_string());
}

#[test]
fn too_many_entries_are_refused_whole() {
    let body = |n: usize| format!(r#"{{"resourceType":"Bundle","entry":[{}]}}"#, vec!["{}"; n].join(","));
    assert_eq!(fhir(body(MOST_ENTRIES).as_bytes()).unwrap().len(), MOST_ENTRIES);
    assert_eq!(fhir(body(MOST_ENTRIES + 1).as_bytes()).unwrap_err().reason, "too_many_entries");
}
