//! Hooks that are signed: Twilio and PagerDuty.

mod ward;

use accept::Found;
use decide::outbox::PagerEventKind;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::Arc;
use vendors::{form, pagerduty, twilio};
use ward::*;

const FORM: &str = "application/x-www-form-urlencoded";

fn signed(url: &str, pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<(String, String)> = pairs.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
    twilio::auth::sign_form(&secret(TOKEN), url, &pairs)
}

/// A form as Twilio posts it to that hook, signed for that base address.
async fn posted(store: &Arc<Store>, hook: &str, base: &str, pairs: &[(&str, &str)]) -> Answer {
    let path = format!("/hooks/{KEY}/twilio/{hook}");
    let signature = signed(&format!("{base}{path}"), pairs);
    send(
        &store.router(),
        post(&path, &[("content-type", FORM), ("x-twilio-signature", &signature), ("host", "hooks.example.org")], form::write(pairs)),
    )
    .await
}

const REPLY: [(&str, &str); 5] =
    [("MessageSid", "SM0001"), ("From", "+12025550101"), ("To", "+12025550100"), ("Body", "Sí & más 100% + é"), ("FromZip", "")];

#[tokio::test]
async fn a_signed_reply_is_kept_and_answered_with_empty_twiml() {
    let store = Store::new();
    let answer = posted(&store, "inbound", PUBLIC, &REPLY).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/xml; charset=utf-8"));
    assert!(answer.text.ends_with("<Response/>"));
    let Found::Reply(text) = store.last().found else { panic!() };
    assert_eq!((text.sid.as_str(), text.from.expose(), text.body.as_str()), ("SM0001", "+12025550101", "Sí & más 100% + é"));
}

#[tokio::test]
async fn a_delivery_report_is_kept() {
    let store = Store::new();
    let pairs = [
        ("MessageSid", "SM0001"),
        ("MessageStatus", "undelivered"),
        ("ErrorCode", "30003"),
        ("To", "+12025550101"),
        ("From", "+12025550100"),
    ];
    assert_eq!(posted(&store, "status", PUBLIC, &pairs).await.status, 200);
    let Found::Report(report) = store.last().found else { panic!() };
    assert_eq!((report.sid.as_str(), report.status.as_str(), report.error_code), ("SM0001", "undelivered", Some(30003)));
}

#[tokio::test]
async fn a_reply_without_its_signature_is_forbidden_and_not_kept() {
    let store = Store::new();
    let path = format!("/hooks/{KEY}/twilio/inbound");
    let body = form::write(&REPLY);
    let other = signed(&format!("{PUBLIC}/hooks/{KEY}/twilio/status"), &REPLY);
    for headers in [
        vec![("content-type", FORM)],
        vec![("content-type", FORM), ("x-twilio-signature", "bm8=")],
        vec![("content-type", FORM), ("x-twilio-signature", other.as_str())],
    ] {
        let answer = send(&store.router(), post(&path, &headers, body.clone())).await;
        assert_eq!((answer.status, answer.json()["field"].as_str()), (403, Some("X-Twilio-Signature")));
    }
    assert_eq!((store.count(), store.forged.load(SeqCst)), (0, 3));
}

#[tokio::test]
async fn a_changed_word_breaks_the_signature() {
    let store = Store::new();
    let path = format!("/hooks/{KEY}/twilio/inbound");
    let signature = signed(&format!("{PUBLIC}{path}"), &REPLY);
    let mut changed = REPLY;
    changed[3].1 = "NO";
    let answer = send(&store.router(), post(&path, &[("x-twilio-signature", &signature)], form::write(&changed))).await;
    assert_eq!((answer.status, store.count()), (403, 0));
}

#[tokio::test]
async fn the_signature_is_over_the_public_address_and_never_the_host_header() {
    let store = Store::new();
    store.change(|auth| auth.public_url = Some("https://clinic.example/careloop/".into()));
    assert_eq!(posted(&store, "inbound", PUBLIC, &REPLY).await.status, 403);
    assert_eq!(posted(&store, "inbound", "https://clinic.example/careloop", &REPLY).await.status, 200);
    store.change(|auth| auth.public_url = None);
    assert_eq!(posted(&store, "inbound", PUBLIC, &REPLY).await.status, 403);
    assert_eq!(posted(&store, "inbound", "http://127.0.0.1:8787", &REPLY).await.status, 200);
}

#[tokio::test]
async fn while_a_token_rotates_both_sign() {
    let store = Store::new();
    store.change(|auth| auth.twilio_tokens.insert(0, secret("new-token")));
    assert_eq!(posted(&store, "inbound", PUBLIC, &REPLY).await.status, 200);
    store.change(|auth| auth.twilio_tokens.truncate(1));
    assert_eq!(posted(&store, "inbound", PUBLIC, &REPLY).await.status, 403);
}

#[tokio::test]
async fn without_a_token_nothing_is_believed_and_the_sender_may_come_again() {
    let store = Store::new();
    store.change(|auth| auth.twilio_tokens = vec![]);
    assert_eq!(posted(&store, "inbound", PUBLIC, &REPLY).await.status, 503);
    store.change(|auth| auth.twilio_tokens = vec![secret("")]);
    assert_eq!((posted(&store, "inbound", PUBLIC, &REPLY).await.status, store.count()), (503, 0));
}

#[tokio::test]
async fn a_signed_form_that_says_too_little_is_refused_by_field_and_kept() {
    let store = Store::new();
    let answer = posted(&store, "inbound", PUBLIC, &REPLY[1..]).await;
    assert_eq!((answer.status, answer.json()["field"].as_str()), (400, Some("MessageSid")));
    assert!(matches!(store.last().found, Found::Refused(_)));
}

#[tokio::test]
async fn a_form_that_is_not_utf_8_is_refused() {
    let store = Store::new();
    let answer = send(&store.router(), post(&format!("/hooks/{KEY}/twilio/inbound"), &[("content-type", FORM)], "Body=S%ED")).await;
    assert_eq!((answer.status, answer.json()["field"].as_str(), store.count()), (400, Some("Body"), 0));
}

#[tokio::test]
async fn a_json_hook_is_signed_over_the_hash_of_its_body() {
    let store = Store::new();
    let body = r#"{"MessageSid":"SM0002","From":"+12025550101","To":"+12025550100","Body":"YES","Media":[]}"#;
    let hash = "ca3ab2d4fbd9c6c9e0c21f49acdf39bc3d1e9b8b0e5bb7e4c5d2e0cb0f6d2f00";
    let real: String = sha256_hex(body.as_bytes());
    for (hash, status) in [(hash, 403), (real.as_str(), 200)] {
        let path = format!("/hooks/{KEY}/twilio/inbound?bodySHA256={hash}");
        let signature = signed(&format!("{PUBLIC}{path}"), &[]);
        let answer =
            send(&store.router(), post(&path, &[("content-type", "application/json"), ("x-twilio-signature", &signature)], body)).await;
        assert_eq!(answer.status, status);
    }
    let Found::Reply(text) = store.last().found else { panic!() };
    assert_eq!((text.body.as_str(), store.count()), ("YES", 1));
}

fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[tokio::test]
async fn a_reply_is_not_answered_200_while_the_store_takes_no_writes() {
    let store = Store::new();
    store.writable.store(false, SeqCst);
    assert_eq!((posted(&store, "inbound", PUBLIC, &REPLY).await.status, store.count()), (503, 0));
}

fn event(kind: &str) -> String {
    format!(
        r#"{{"event":{{"id":"01EV","event_type":"{kind}","resource_type":"incident","occurred_at":"2026-03-05T19:20:00Z","agent":{{"id":"PU1","type":"user_reference","summary":"Dr. Kim"}},"client":null,"data":{{"id":"PI1","type":"incident","incident_key":"e12"}}}}}}"#
    )
}

async fn paged(store: &Arc<Store>, signature: Option<&str>, body: &str) -> Answer {
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(signature.map(|s| ("x-pagerduty-signature", s)));
    send(&store.router(), post(&format!("/hooks/{KEY}/pagerduty"), &headers, body.to_string())).await
}

#[tokio::test]
async fn a_signed_page_event_is_kept_and_answered_202() {
    let store = Store::new();
    let body = event("incident.acknowledged");
    let signature = format!("v0=beef, v1=00ff, {}", pagerduty::auth::sign(&secret(SECRET), body.as_bytes()));
    assert_eq!(paged(&store, Some(&signature), &body).await.status, 202);
    let Found::Pager(event) = store.last().found else { panic!() };
    assert_eq!((event.id.as_str(), event.kind, event.dedup_key.as_deref()), ("01EV", PagerEventKind::Acknowledged, Some("e12")));
}

#[tokio::test]
async fn an_event_of_an_unknown_kind_is_answered_202() {
    let store = Store::new();
    for kind in ["pagey.ping", "incident.workflow.started"] {
        let body = event(kind);
        assert_eq!(paged(&store, Some(&pagerduty::auth::sign(&secret(SECRET), body.as_bytes())), &body).await.status, 202);
        let Found::Pager(event) = store.last().found else { panic!() };
        assert_eq!(event.kind, PagerEventKind::Other);
    }
}

#[tokio::test]
async fn a_page_event_whose_signature_does_not_match_is_401_and_staff_hear_of_it() {
    let store = Store::new();
    let body = event("incident.resolved");
    let wrong = pagerduty::auth::sign(&secret("another"), body.as_bytes());
    for signature in [None, Some("v1="), Some(wrong.as_str())] {
        assert_eq!(paged(&store, signature, &body).await.status, 401);
    }
    assert_eq!((store.count(), store.forged.load(SeqCst)), (0, 3));
}

#[tokio::test]
async fn pagerduty_is_asked_to_come_again_while_no_secret_is_set_or_nothing_can_be_kept() {
    let store = Store::new();
    let body = event("incident.resolved");
    let signature = pagerduty::auth::sign(&secret(SECRET), body.as_bytes());
    store.writable.store(false, SeqCst);
    assert_eq!(paged(&store, Some(&signature), &body).await.status, 503);
    store.writable.store(true, SeqCst);
    store.change(|auth| auth.pagerduty_secrets = vec![]);
    assert_eq!((paged(&store, Some(&signature), &body).await.status, store.count(), store.forged.load(SeqCst)), (503, 0, 0));
}

#[tokio::test]
async fn a_signed_body_that_is_no_event_is_refused_by_field_and_kept() {
    let store = Store::new();
    for (body, field) in [("{", "body"), ("{}", "event"), (r#"{"event":{"id":"1"}}"#, "event.event_type")] {
        let answer = paged(&store, Some(&pagerduty::auth::sign(&secret(SECRET), body.as_bytes())), body).await;
        assert_eq!((answer.status, answer.json()["field"].as_str()), (400, Some(field)));
        assert!(matches!(store.last().found, Found::Refused(_)));
    }
}

#[tokio::test]
async fn a_signed_hook_under_a_wrong_key_is_not_found() {
    let store = Store::new();
    for hook in ["twilio/inbound", "twilio/status", "pagerduty"] {
        assert_eq!(send(&store.router(), post(&format!("/hooks/wrong/{hook}"), &[], "")).await.status, 404);
    }
    assert_eq!(store.forged.load(SeqCst), 0);
}
