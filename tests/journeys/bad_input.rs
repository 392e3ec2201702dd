//! What must not come in, or comes in broken: each with its status and a message that helps, and nothing accepted lost.

use crate::clinic::*;
use crate::console::{Answer, Console, Place, KEY};
use serde_json::{json, Value};

const FHIR: [(&str, &str); 1] = [("content-type", "application/fhir+json")];
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

struct Ward {
    _place: Place,
    console: Console,
}

impl Ward {
    fn open() -> Self {
        let place = Place::new();
        let config = place.write("config.json", &config(2).to_string());
        let console = place.start(&["--config", config.to_str().unwrap()]);
        Self { _place: place, console }
    }

    fn fhir_text(&self, body: &str) -> Answer {
        self.console.post("fhir", &FHIR, body.as_bytes())
    }

    /// Rows in quarantine: reason and whole body.
    fn quarantine(&self) -> Vec<(String, String)> {
        let view = self.console.call("connections", json!({}));
        let text = |v: &Value| v.as_str().unwrap_or_default().to_string();
        view["quarantine"].as_array().unwrap().iter().map(|q| (text(&q["reason"]), text(&q["body"]))).collect()
    }

    fn turned_away(&self, hook: &str, why: &str) -> u64 {
        self.console.metric(&format!("careloop_intake_turned_away_total{{hook=\"{hook}\",why=\"{why}\"}}"))
    }
}

fn issue(answer: &Answer) -> Value {
    let outcome = answer.json();
    assert_eq!(outcome["resourceType"], json!("OperationOutcome"), "{}", answer.text);
    outcome["issue"][0].clone()
}

#[test]
fn a_truncated_body_is_400_names_its_place_and_is_kept_in_quarantine() {
    let ward = Ward::open();
    let whole = pressure(0, "cuff-1", 150, 90).to_string();
    let answer = ward.fhir_text(&whole[..whole.len() / 2]);
    assert_eq!(answer.status, 400);
    assert_eq!(issue(&answer)["severity"], json!("error"));
    let kept = ward.quarantine();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].1.contains("cuff-1"), "kept as it came: {kept:?}");
}

#[test]
fn a_body_of_ten_megabytes_is_413_counted_and_not_kept() {
    let ward = Ward::open();
    let answer = ward.fhir_text(&"x".repeat(10 << 20));
    assert_eq!(answer.status, 413);
    assert_eq!(ward.turned_away("fhir", "too_large"), 1);
    assert!(ward.quarantine().is_empty());
}

#[test]
fn a_wrong_key_is_404_and_nothing_is_kept() {
    let ward = Ward::open();
    let wrong = ward.console.hooks.replace(KEY, "some-other-key-1");
    let body = pressure(0, "cuff-1", 168, 102).to_string();
    let answer = ward.console.try_post(&format!("{wrong}/fhir"), &FHIR, body.as_bytes()).unwrap();
    assert_eq!(answer.status, 404);
    assert_eq!(ward.turned_away("fhir", "wrong_key"), 1);
    assert!(ward.console.rows().is_empty());
}

#[test]
fn an_unknown_patient_is_202_with_a_warning_and_waits_in_quarantine() {
    let ward = Ward::open();
    let answer = ward.console.fhir(&glucose("9999999", "meter-1", 181.0, Some("mg/dL")));
    assert_eq!(answer.status, 202);
    assert_eq!(issue(&answer)["severity"], json!("warning"));
    assert_eq!(ward.quarantine()[0].0, "unknown_patient");
}

#[test]
fn a_value_without_a_unit_is_202_names_the_field_and_is_never_guessed() {
    let ward = Ward::open();
    let answer = ward.console.fhir(&glucose(&mrn(0), "meter-1", 189.0, None));
    assert_eq!(answer.status, 202);
    assert!(issue(&answer)["expression"][0].as_str().unwrap_or_default().contains("valueQuantity"), "{}", answer.text);
    assert_eq!(ward.quarantine()[0].0, "no_unit");
}

#[test]
fn a_page_instead_of_a_resource_is_refused_by_its_type_and_by_its_text() {
    let ward = Ward::open();
    let page = "<!doctype html><title>502 Bad Gateway</title>";
    assert_eq!(ward.console.post("fhir", &[("content-type", "text/html")], page.as_bytes()).status, 415);
    assert_eq!(ward.fhir_text(page).status, 400);
    assert!(ward.quarantine().iter().any(|(_, body)| body.contains("502 Bad Gateway")));
}

#[test]
fn a_reply_with_a_bad_signature_is_403_and_answers_nothing() {
    let ward = Ward::open();
    ward.console.fhir(&pressure(0, "cuff-1", 168, 102));
    let body = format!("MessageSid=SM0001&From=%2B{}&To=%2B12025550100&Body=YES", &phone(0)[1..]);
    let answer = ward.console.post("twilio/inbound", &[FORM, ("x-twilio-signature", "bm90IHNpZ25lZA==")], body.as_bytes());
    assert_eq!((answer.status, answer.json()["field"].clone()), (403, json!("X-Twilio-Signature")));
    let incidents = ward.console.call("simulator", json!({}))["incidents"].clone();
    assert_eq!(incidents, json!([]), "a forged YES pages nobody");
    assert!(ward.console.call("frame", json!({}))["banners"].to_string().contains("signature"), "staff hear of it");
}

#[test]
fn a_pager_event_with_a_bad_signature_is_401_and_changes_nothing() {
    let ward = Ward::open();
    let event = json!({ "event": { "id": "01F", "event_type": "incident.resolved", "resource_type": "incident", "data": { "id": "Q1" } } });
    let header = [("content-type", "application/json"), ("x-pagerduty-signature", "v1=00ff")];
    assert_eq!(ward.console.post("pagerduty", &header, event.to_string().as_bytes()).status, 401);
    assert_eq!(ward.turned_away("pagerduty", "signature"), 1);
}

#[test]
fn one_bad_entry_of_a_bundle_stops_no_other() {
    let ward = Ward::open();
    let entries = [pressure(0, "cuff-1", 168, 102), json!({ "resourceType": "Patient" }), glucose(&mrn(1), "meter-1", 189.0, None)];
    let entries: Vec<Value> = entries.into_iter().map(|r| json!({ "resource": r })).collect();
    let answer = ward.console.fhir(&json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }));
    assert_eq!(answer.status, 202);
    assert!(ward.console.row(&mrn(0)).is_some(), "the good entry opened its episode");
    assert_eq!(ward.quarantine().len(), 2);
}

#[test]
fn commands_need_the_token_and_the_console_answers_to_no_other_name() {
    let ward = Ward::open();
    let frame = format!("{}/api/call/frame", ward.console.url);
    assert_eq!(ward.console.try_post(&frame, &[], b"{}").unwrap().status, 401);
    assert_eq!(ward.console.try_post(&frame, &[("authorization", "Bearer guess")], b"{}").unwrap().status, 401);
    let bearer = format!("Bearer {}", ward.console.token);
    let rebound = [("authorization", bearer.as_str()), ("host", "rebound.example")];
    assert_eq!(ward.console.try_post(&frame, &rebound, b"{}").unwrap().status, 421);
    assert_eq!(ward.console.get("/workspace.json").status, 404);
    assert_eq!(ward.console.get("/api/events?token=guess").status, 401);
}
