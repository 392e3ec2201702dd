//! The callback of a Studio Flow: signed JSON, its hash in the address.

mod ward;

use accept::Found;
use decide::visits::VisitAnswer;
use sha2::{Digest, Sha256};
use std::sync::atomic::Ordering::SeqCst;
use std::sync::Arc;
use vendors::twilio::auth::sign_form;
use ward::*;

const BODY: &str = r#"{"flow_sid":"FW1","event_type":"Confirm","appointment_id":"A1","patient_id":"P1","provider_id":"D1"}"#;
const JSON: (&str, &str) = ("content-type", "application/json;charset=utf-8");

fn path(body: &str) -> String {
    let hash: String = Sha256::digest(body.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    format!("/hooks/{KEY}/studio?bodySHA256={hash}")
}

fn signature(path: &str) -> String {
    sign_form(&secret(TOKEN), &format!("{PUBLIC}{path}"), &[])
}

async fn posted(store: &Arc<Store>, body: &str) -> Answer {
    let path = path(body);
    send(&store.router(), post(&path, &[JSON, ("x-twilio-signature", &signature(&path))], body.to_string())).await
}

#[tokio::test]
async fn a_signed_callback_is_kept_with_its_delivery_token() {
    let store = Store::new();
    let path = path(BODY);
    let headers = [JSON, ("x-twilio-signature", &signature(&path)), ("i-twilio-idempotency-token", "t-1")];
    let answer = send(&store.router(), post(&path, &headers, BODY)).await;
    assert_eq!((answer.status, answer.json()["outcome"].as_str()), (200, Some("kept")));
    let Found::Studio(told) = store.last().found else { panic!() };
    assert_eq!((told.flow_sid.as_str(), told.answer, told.appointment_id.as_str()), ("FW1", VisitAnswer::Confirm, "A1"));
    assert_eq!((told.patient_id.expose(), told.provider_id.as_str(), told.token.as_deref()), ("P1", "D1", Some("t-1")));
}

#[tokio::test]
async fn the_answer_counts_in_any_case() {
    let store = Store::new();
    for (word, answer) in [("CONFIRM", VisitAnswer::Confirm), ("Cancel", VisitAnswer::Cancel), ("cancel", VisitAnswer::Cancel)] {
        assert_eq!(posted(&store, &BODY.replace("Confirm", word)).await.status, 200);
        let Found::Studio(told) = store.last().found else { panic!() };
        assert_eq!(told.answer, answer, "{word}");
    }
}

#[tokio::test]
async fn unsigned_or_signed_by_somebody_else_is_forbidden_and_not_kept() {
    let store = Store::new();
    let path = path(BODY);
    let foreign = sign_form(&secret("another"), &format!("{PUBLIC}{path}"), &[]);
    for headers in [vec![JSON], vec![JSON, ("x-twilio-signature", "bm8=")], vec![JSON, ("x-twilio-signature", foreign.as_str())]] {
        let answer = send(&store.router(), post(&path, &headers, BODY)).await;
        assert_eq!((answer.status, answer.json()["field"].as_str()), (403, Some("X-Twilio-Signature")));
    }
    assert_eq!((store.count(), store.forged.load(SeqCst)), (0, 3));
}

#[tokio::test]
async fn a_body_that_is_not_the_one_hashed_is_forbidden() {
    let store = Store::new();
    let (signed, without) = (path(BODY), format!("/hooks/{KEY}/studio"));
    for (path, body) in [(&signed, BODY.replace("Confirm", "Cancel")), (&without, BODY.to_string())] {
        let answer = send(&store.router(), post(path, &[JSON, ("x-twilio-signature", &signature(path))], body)).await;
        assert_eq!(answer.status, 403, "{path}");
    }
    assert_eq!(store.count(), 0);
}

#[tokio::test]
async fn a_missing_or_odd_field_is_refused_by_name_and_kept() {
    let store = Store::new();
    for (from, to, field) in [
        (r#""flow_sid":"FW1","#, "", "flow_sid"),
        (r#""event_type":"Confirm","#, "", "event_type"),
        (r#""Confirm""#, r#""Maybe""#, "event_type"),
        (r#""appointment_id":"A1","#, "", "appointment_id"),
        (r#""A1""#, "1", "appointment_id"),
        (r#""patient_id":"P1","#, r#""patient_id":" ","#, "patient_id"),
        (r#","provider_id":"D1""#, "", "provider_id"),
        (r#""D1""#, r#""D1","provider_id":"D2""#, "provider_id"),
    ] {
        let answer = posted(&store, &BODY.replace(from, to)).await;
        assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some(field)), "{from} -> {to}");
        assert!(matches!(store.last().found, Found::Refused(_)));
    }
    assert_eq!(posted(&store, "{").await.status, 400);
}

#[tokio::test]
async fn a_visit_without_a_provider_is_answered_without_one() {
    let store = Store::new();
    assert_eq!(posted(&store, &BODY.replace("D1", "")).await.status, 200);
    let Found::Studio(told) = store.last().found else { panic!() };
    assert_eq!(told.provider_id, "");
}
