//! Writing to the built-in chart: every rule answers with its own refusal.

mod common;

use common::*;
use sandbox::AcceptedKind;
use serde_json::{json, Value};
use vendors::Response;

fn issue(answer: &Response) -> (u16, String, String) {
    let body = json(answer);
    assert_eq!(body["resourceType"], "OperationOutcome");
    let issue = &body["issue"][0];
    (answer.status, issue["code"].as_str().unwrap().to_string(), issue["location"][0].as_str().unwrap_or("").to_string())
}

fn id_of(answer: &Response) -> String {
    assert_eq!(answer.status, 201, "{}", said(answer));
    answer.header("location").unwrap().rsplit('/').next().unwrap().to_string()
}

/// A change to a resource: the path and the new value; null takes the field away.
fn changed(resource: &Value, path: &str, value: Value) -> Value {
    let mut resource = resource.clone();
    let (parent, field) = path.rsplit_once('/').unwrap();
    let parent = resource.pointer_mut(parent).unwrap_or_else(|| panic!("{path}"));
    match (parent, value) {
        (Value::Object(fields), Value::Null) => {
            fields.remove(field);
        }
        (Value::Object(fields), value) => {
            fields.insert(field.to_string(), value);
        }
        (parent, value) => parent[field.parse::<usize>().unwrap()] = value,
    }
    resource
}

#[test]
fn a_created_observation_is_answered_by_an_empty_page_that_says_it_is_html() {
    let ward = Ward::default();
    let ann = ward.ann();
    let answer = ward.file(&ward.heart_rate(&ann));
    let id = id_of(&answer);
    assert!(id.starts_with("VS-"), "{id}");
    assert!(answer.body.is_empty());
    assert_eq!(
        (answer.header("content-type"), answer.header("content-length"), answer.header("etag")),
        (Some("text/html"), Some("0"), Some("W/\"1\""))
    );
    assert_eq!(answer.header("location"), Some(format!("http://cerner.sandbox{}/Observation/{id}", ward.fhir_base()).as_str()));
    assert!(answer.header("x-request-id").is_some() && answer.header("opc-request-id").is_some());
    let read = json(&ward.fhir("GET", &format!("Observation/{id}"), &[], ""));
    assert_eq!((&read["id"], &read["meta"]["versionId"], &read["valueQuantity"]["value"]), (&json!(id), &json!("1"), &json!(72)));
    assert!(
        matches!(&ward.sandbox.accepted()[0].what, AcceptedKind::Observation { id: kept, patient, created: true, .. } if *kept == id && *patient == ann)
    );
}

#[test]
fn every_rule_about_an_observation_is_kept() {
    let ward = Ward::default();
    let ann = ward.ann();
    let good = ward.heart_rate(&ann);
    let category = |code: &str| json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": code}]});
    let code = |system: &str, code: &str| json!([{"system": system, "code": code}]);
    let table: Vec<(&str, Value, &str)> = vec![
        ("/status", Value::Null, "status"),
        ("/status", json!("preliminary"), "status"),
        ("/status", json!("reviewed"), "status"),
        ("/category", Value::Null, "category"),
        ("/category", json!([category("vital-signs"), category("laboratory")]), "category"),
        ("/category", json!([category("survey")]), "category"),
        ("/category", json!([category("laboratory")]), "category"),
        ("/code/coding", code("http://loinc.org", "99999-9"), "code"),
        ("/code/coding", code("http://snomed.info/sct", "364075005"), "code"),
        ("/code/coding", code("https://fhir.cerner.com/other/codeSet/72", "1"), "code"),
        ("/subject", Value::Null, "subject"),
        ("/subject/reference", json!("Patient/999"), "subject"),
        ("/effectiveDateTime", Value::Null, "effectiveDateTime"),
        ("/effectiveDateTime", json!("2026-03-05"), "effectiveDateTime"),
        ("/effectivePeriod", json!({"start": "2026-03-05T18:00:00Z"}), "effective"),
        ("/valueQuantity", Value::Null, "value"),
        ("/valueQuantity/code", json!("bpm"), "valueQuantity"),
        ("/valueQuantity/system", Value::Null, "valueQuantity"),
        ("/valueQuantity/value", json!("72"), "valueQuantity"),
        ("/valueString", json!("72"), "value"),
        ("/dataAbsentReason", json!({}), "dataAbsentReason"),
        ("/component", json!([]), "component"),
        ("/performer", Value::Null, "performer"),
        ("/performer", json!([performer("593923", "PPRF")]), "performer"),
        ("/performer", json!([performer("593923", "PRF")]), "performer.extension"),
        ("/performer", json!([{"reference": "Practitioner/593923"}]), "performer.extension"),
        ("/performer", json!([performer("1", "LA")]), "performer"),
        ("/interpretation", json!([{}, {}]), "interpretation"),
        ("/referenceRange", json!([{}, {}]), "referenceRange"),
        ("/referenceRange", json!([{"text": "60-100", "low": {"value": 60}}]), "referenceRange.text"),
        ("/note", json!([{"text": ""}]), "note"),
        ("/modifierExtension", json!([]), "modifierExtension"),
    ];
    for (path, value, location) in table {
        let answer = ward.file(&changed(&good, path, value.clone()));
        let (status, _, at) = issue(&answer);
        assert_eq!((status, at.as_str()), (422, location), "{path} = {value}");
    }
    assert!(ward.sandbox.accepted().is_empty());
}

#[test]
fn a_blood_pressure_is_its_components() {
    let ward = Ward::default();
    let ann = ward.ann();
    let part = |code: &str, value: i32, unit: &str| json!({"code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "valueQuantity": {"value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": unit}});
    let mut good = changed(&ward.heart_rate(&ann), "/valueQuantity", Value::Null);
    good = changed(&good, "/code/coding/0/code", json!("85354-9"));
    good["component"] = json!([part("8480-6", 165, "mm[Hg]"), part("8462-4", 95, "mm[Hg]")]);
    assert_eq!(ward.file(&good).status, 201);
    let refused = |path: &str, value: Value| issue(&ward.file(&changed(&good, path, value))).2;
    assert_eq!(refused("/component", Value::Null), "component");
    assert_eq!(refused("/component/0", part("8867-4", 70, "/min")), "component.code");
    assert_eq!(refused("/component/1", part("8462-4", 95, "kPa")), "component.valueQuantity");
    assert_eq!(refused("/valueString", json!("165/95")), "value");
}

#[test]
fn glucose_is_a_laboratory_result_and_needs_no_performer() {
    let ward = Ward::default();
    let ann = ward.ann();
    let mut glucose = changed(&ward.heart_rate(&ann), "/performer", Value::Null);
    glucose["code"]["coding"][0]["code"] = json!("2339-0");
    glucose["valueQuantity"] = json!({"value": 301, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"});
    assert_eq!(issue(&ward.file(&glucose)).2, "category");
    glucose["category"][0]["coding"][0]["code"] = json!("laboratory");
    assert!(id_of(&ward.file(&glucose)).starts_with("L-"));
    glucose["valueQuantity"]["code"] = json!("mmol/L");
    assert_eq!(issue(&ward.file(&glucose)).2, "valueQuantity");
}

#[test]
fn interaction_minutes_go_under_the_tenants_own_code() {
    let ward = Ward::default();
    let ann = ward.ann();
    let mut minutes = ward.heart_rate(&ann);
    minutes["code"]["coding"] = json!([ward.sandbox.config().cerner.flowsheet_code]);
    minutes["valueQuantity"] = json!({"value": 12, "unit": "min", "system": "http://unitsofmeasure.org", "code": "min"});
    assert_eq!(ward.file(&minutes).status, 201);
}

#[test]
fn unknown_fields_are_ignored_without_a_word() {
    let ward = Ward::default();
    let ann = ward.ann();
    let id = id_of(&ward.file(&changed(&ward.heart_rate(&ann), "/device", json!({"display": "cuff"}))));
    assert!(ward.sandbox.chart("Observation", &id).unwrap().get("device").is_none());
}

#[test]
fn a_merged_or_inactive_patient_is_not_written_to() {
    let ward = Ward::default();
    let ann = ward.ann();
    let other = ward.sandbox.add_patient(sandbox::ChartPatient::named("2", "Ann", "Lee"));
    ward.sandbox.merge_patient(&ann, &other).unwrap();
    assert_eq!(issue(&ward.file(&ward.heart_rate(&ann))).2, "subject");
}

#[test]
fn bodies_and_types_are_checked_before_rules() {
    let ward = Ward::default();
    let ann = ward.ann();
    let body = ward.heart_rate(&ann).to_string();
    assert_eq!(ward.fhir("POST", "Observation", &[("Content-Type", "text/plain")], &body).status, 415);
    assert_eq!(ward.fhir("POST", "Observation", &[], "{").status, 400);
    assert_eq!(ward.fhir("POST", "DocumentReference", &[], &body).status, 400);
    let unacceptable = ward.fhir("POST", "Observation", &[("Accept", "application/xml")], &body);
    assert_eq!((unacceptable.status, unacceptable.body.len(), unacceptable.header("content-length")), (406, 0, Some("0")));
    assert_eq!(ward.fhir("POST", "Subscription", &[], "{}").status, 404);
    assert_eq!(ward.fhir("DELETE", "Observation/VS-1", &[], "").status, 405);
}

#[test]
fn an_update_needs_the_current_version_and_keeps_what_may_not_change() {
    let ward = Ward::default();
    let ann = ward.ann();
    let bob = ward.sandbox.add_patient(sandbox::ChartPatient::named("3", "Bob", "Ray"));
    let id = id_of(&ward.file(&ward.heart_rate(&ann)));
    let path = format!("Observation/{id}");
    let mut amended = json(&ward.fhir("GET", &path, &[], ""));
    amended["status"] = json!("amended");
    amended["note"] = json!([{"text": "careloop:e1:reviewed"}]);
    let put = |body: &Value, etag: Option<&str>| {
        let headers: Vec<(&str, &str)> = etag.iter().map(|e| ("If-Match", *e)).collect();
        ward.fhir("PUT", &path, &headers, &body.to_string())
    };
    assert_eq!(put(&amended, None).status, 412);
    assert_eq!(put(&amended, Some("W/\"2\"")).status, 409);
    let current = Some("W/\"1\"");
    assert_eq!(issue(&put(&changed(&amended, "/status", json!("final")), current)).2, "status");
    assert_eq!(issue(&put(&changed(&amended, "/identifier", Value::Null), current)).2, "identifier");
    assert_eq!(issue(&put(&changed(&amended, "/identifier/0/value", json!("CE1")), current)).2, "identifier");
    assert_eq!(issue(&put(&changed(&amended, "/subject/reference", json!(format!("Patient/{bob}"))), current)).2, "subject");
    assert_eq!(put(&changed(&amended, "/id", json!("VS-0")), current).status, 400);
    let done = put(&amended, current);
    assert_eq!((done.status, done.body.len(), done.header("etag")), (200, 0, Some("W/\"2\"")));
    assert_eq!(json(&ward.fhir("GET", &path, &[], ""))["note"][0]["text"], "careloop:e1:reviewed");
    assert_eq!(ward.fhir("PUT", "Observation/VS-0", &[("If-Match", "W/\"1\"")], &amended.to_string()).status, 404);
}

#[test]
fn a_note_is_created_and_found_again_by_its_title() {
    let ward = Ward::default();
    let ann = ward.ann();
    let answer = ward.file(&ward.note(&ann));
    let id = id_of(&answer);
    assert_eq!((answer.header("content-type"), answer.body.len()), (Some("text/html"), 0));
    let found = json(&ward.fhir("GET", &format!("DocumentReference?patient={ann}&_lastUpdated=ge2026-03-05T18:59:00Z"), &[], ""));
    assert_eq!(
        (&found["entry"][0]["resource"]["id"], &found["entry"][0]["resource"]["content"][0]["attachment"]["title"]),
        (&json!(id), &json!("careloop:e1:note"))
    );
    assert!(matches!(&ward.sandbox.accepted()[0].what, AcceptedKind::Document { created: true, .. }));
}

#[test]
fn every_rule_about_a_note_is_kept() {
    let ward = Ward::default();
    let ann = ward.ann();
    let good = ward.note(&ann);
    let own = json!(ward.sandbox.config().cerner.note_type);
    let loinc = json!({"system": "http://loinc.org", "code": "34109-9"});
    let attachment = |media: &str, data: &str| json!([{"attachment": {"contentType": media, "data": data}}]);
    let table: Vec<(&str, Value, &str)> = vec![
        ("/status", json!("superseded"), "status"),
        ("/docStatus", Value::Null, "docStatus"),
        ("/docStatus", json!("preliminary"), "docStatus"),
        ("/type", Value::Null, "type"),
        ("/type/coding", json!([own, loinc]), "type"),
        ("/type/coding", json!([own, own]), "type"),
        ("/type/coding/0/code", json!("1"), "type"),
        ("/subject", Value::Null, "subject"),
        ("/author", json!([{"reference": "Practitioner/1"}]), "author"),
        ("/author", json!([{"reference": "Organization/1"}]), "author"),
        ("/content", json!([]), "content"),
        ("/content", attachment("text/html", "eA=="), "content.attachment.contentType"),
        ("/content", attachment("image/png;charset=utf-8", "eA=="), "content.attachment.contentType"),
        ("/content", attachment("text/html;charset=utf-8", "not base64!"), "content.attachment.data"),
        ("/content", attachment("text/html;charset=utf-8", ""), "content.attachment.data"),
        ("/content", attachment("application/xhtml+xml;charset=utf-8", "PHA+YQ=="), "content.attachment.data"),
        ("/context", Value::Null, "context.period.end"),
        ("/context/period/end", json!("2026-03-05"), "context.period.end"),
        ("/context/encounter", json!([{}, {}]), "context.encounter"),
        ("/modifierExtension", json!([]), "modifierExtension"),
    ];
    for (path, value, location) in table {
        let (status, _, at) = issue(&ward.file(&changed(&good, path, value.clone())));
        assert_eq!((status, at.as_str()), (422, location), "{path} = {value}");
    }
    assert_eq!(ward.file(&changed(&good, "/type/coding", json!([loinc, {"system": "http://loinc.org", "code": "11506-3"}]))).status, 201);
    assert_eq!(ward.file(&changed(&good, "/author", Value::Null)).status, 201);
    assert_eq!(
        ward.file(&changed(&good, "/category", json!([{"coding": [{"code": "anything"}]}]))).status,
        201,
        "category is not a create field"
    );
}

#[test]
fn a_note_in_plain_text_cannot_be_amended_in_kind() {
    let ward = Ward::default();
    let ann = ward.ann();
    let id = id_of(&ward.file(&changed(&ward.note(&ann), "/content/0/attachment/contentType", json!("text/plain;charset=utf-8"))));
    let path = format!("DocumentReference/{id}");
    let mut note = json(&ward.fhir("GET", &path, &[], ""));
    note["docStatus"] = json!("amended");
    let put = |body: &Value| ward.fhir("PUT", &path, &[("If-Match", "W/\"1\"")], &body.to_string());
    assert_eq!(issue(&put(&note)).2, "content.attachment.contentType");
    note["content"][0]["attachment"]["contentType"] = json!("text/html;charset=utf-8");
    assert_eq!(put(&note).status, 200);
}
