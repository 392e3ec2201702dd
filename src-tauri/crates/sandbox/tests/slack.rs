//! The built-in Slack webhook and the EHR endpoint.

mod common;

use common::*;
use decide::outbox::Vendor;
use sandbox::AcceptedKind;
use serde_json::json;
use vendors::Response;

fn post(ward: &Ward, path: &str, media: &str, body: &str) -> Response {
    ward.ask(Vendor::Slack, "POST", path, &[("Content-Type", media)], body)
}

#[test]
fn a_post_is_answered_ok_and_kept() {
    let ward = Ward::default();
    let path = ward.sandbox.config().slack.path.clone();
    let answer = post(&ward, &path, "application/json", r#"{"text":"Nobody is on call."}"#);
    assert_eq!((answer.status, said(&answer).as_str()), (200, "ok"));
    assert_eq!(ward.sandbox.accepted()[0].what, AcceptedKind::Post { text: "Nobody is on call.".into() });
}

#[test]
fn bad_posts_get_slacks_short_words() {
    let ward = Ward::default();
    let path = ward.sandbox.config().slack.path.clone();
    let table = [
        (path.as_str(), "application/json", r#"{"blocks":[]}"#, 400, "no_text"),
        (path.as_str(), "application/json", "not json", 400, "invalid_payload"),
        (path.as_str(), "text/plain", r#"{"text":"x"}"#, 400, "invalid_payload"),
        ("/services/T0/B0/wrong", "application/json", r#"{"text":"x"}"#, 404, "no_service"),
    ];
    for (path, media, body, status, word) in table {
        let answer = post(&ward, path, media, body);
        assert_eq!((answer.status, said(&answer).as_str()), (status, word));
    }
    assert!(ward.sandbox.accepted().is_empty());
}

#[test]
fn the_ehr_takes_exactly_the_five_fields() {
    let ward = Ward::default();
    let path = ward.sandbox.config().ehr.path.clone();
    let ask =
        |body: serde_json::Value| ward.ask(Vendor::Ehr, "POST", &path, &[("Content-Type", "application/json")], &body.to_string()).status;
    let request = json!({"flow_sid": "", "event_type": "CONFIRM", "appointment_id": "A1", "patient_id": "P1", "provider_id": "D1"});
    assert_eq!(ask(request.clone()), 200);
    let mut more = request.clone();
    more["patient_phone"] = json!("+12025550101");
    assert_eq!(ask(more), 422);
    let mut mixed_case = request.clone();
    mixed_case["event_type"] = json!("Confirm");
    assert_eq!(ask(mixed_case), 422);
    assert_eq!(ward.sandbox.accepted().len(), 1);
}
