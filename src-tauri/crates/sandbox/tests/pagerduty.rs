//! The built-in PagerDuty: events, incidents, notes, webhooks.

mod common;

use chrono::TimeDelta;
use common::*;
use decide::outbox::Vendor;
use hmac::{Hmac, KeyInit, Mac};
use sandbox::{AcceptedKind, Callback, PageAct, SandboxConfig};
use serde_json::{json, Value};

fn incidents(ward: &Ward, query: &str) -> Vec<Value> {
    json(&ward.pager("GET", &format!("/incidents?{query}"), ""))["incidents"].as_array().unwrap().clone()
}

fn kinds(callbacks: &[Callback]) -> Vec<String> {
    callbacks.iter().map(|c| event_of(c)["event_type"].as_str().unwrap().to_string()).collect()
}

fn event_of(callback: &Callback) -> Value {
    serde_json::from_slice::<Value>(&callback.body).unwrap()["event"].clone()
}

#[test]
fn a_trigger_is_answered_202_and_opens_one_incident() {
    let ward = Ward::default();
    let answer = ward.trigger("ws:e1:1");
    assert_eq!(answer.status, 202);
    assert_eq!(json(&answer), json!({"status": "success", "message": "Event processed", "dedup_key": "ws:e1:1"}));
    let found = incidents(&ward, "incident_key=ws:e1:1");
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0]["status"], &found[0]["incident_key"], &found[0]["urgency"]),
        (&json!("triggered"), &json!("ws:e1:1"), &json!("high"))
    );
}

#[test]
fn every_bad_event_is_refused_with_its_reason() {
    let ward = Ward::default();
    let good = ward.trigger_event("k");
    let table: [(&str, Value, &str); 9] = [
        ("/routing_key", json!("short"), "Length of 'routing_key'"),
        ("/routing_key", json!("00000000000000000000000000000000"), "'routing_key' is invalid"),
        ("/event_action", json!("page"), "'event_action' is missing or invalid"),
        ("/payload/severity", json!("High"), "'payload.severity' is invalid"),
        ("/payload/severity", json!("Critical"), "'payload.severity' is invalid"),
        ("/payload/summary", json!("a".repeat(1025)), "'payload.summary' is too long"),
        ("/payload/source", json!(""), "'payload.source' is missing"),
        ("/dedup_key", json!("k".repeat(256)), "'dedup_key' is too long"),
        ("/payload/timestamp", json!("yesterday"), "'payload.timestamp' is invalid"),
    ];
    for (field, value, reason) in table {
        let mut event = good.clone();
        *event.pointer_mut(field).unwrap_or(&mut Value::Null) = value.clone();
        if event == good {
            event["payload"]["timestamp"] = value;
        }
        let answer = ward.event(&event);
        let body = json(&answer);
        assert_eq!((answer.status, &body["status"]), (400, &json!("invalid event")), "{field}");
        assert!(body["errors"].to_string().contains(reason), "{field}: {body}");
    }
    assert!(ward.sandbox.accepted().is_empty());
}

#[test]
fn acknowledging_needs_a_key() {
    let ward = Ward::default();
    let answer = ward.event(&json!({"routing_key": ward.sandbox.config().pagerduty.routing_key, "event_action": "acknowledge"}));
    assert!(json(&answer)["errors"].to_string().contains("'dedup_key' is missing"));
}

#[test]
fn a_second_trigger_with_an_open_key_pages_nobody_again() {
    let ward = Ward::default();
    ward.trigger("k");
    ward.trigger("k");
    assert_eq!(incidents(&ward, "date_range=all").len(), 1);
    assert_eq!(kinds(&ward.sandbox.take_callbacks()), ["incident.triggered"]);
    assert_eq!(ward.sandbox.accepted().len(), 2);
}

#[test]
fn after_a_resolve_the_same_key_opens_a_new_incident() {
    let ward = Ward::default();
    ward.trigger("k");
    ward.lifecycle("resolve", "k");
    ward.trigger("k");
    let found = incidents(&ward, "incident_key=k");
    assert_eq!(found.iter().map(|i| i["status"].as_str().unwrap()).collect::<Vec<_>>(), ["resolved", "triggered"]);
}

#[test]
fn an_acknowledgement_without_an_open_alert_is_dropped_without_a_word() {
    let ward = Ward::default();
    assert_eq!(ward.lifecycle("acknowledge", "nothing").status, 202);
    assert!(ward.sandbox.take_callbacks().is_empty());
    assert!(matches!(&ward.sandbox.accepted()[0].what, AcceptedKind::Event { action, incident: None, .. } if action == "acknowledge"));
}

#[test]
fn with_nobody_on_call_the_event_is_taken_and_nobody_is_paged() {
    let ward = Ward::default();
    ward.sandbox.on_call(false);
    assert_eq!(json(&ward.pager("GET", "/oncalls?escalation_policy_ids[]=PESCPOL", ""))["oncalls"], json!([]));
    assert_eq!(ward.trigger("k").status, 202);
    assert!(incidents(&ward, "incident_key=k").is_empty());
    ward.sandbox.on_call(true);
    ward.trigger("k");
    assert_eq!(incidents(&ward, "incident_key=k").len(), 1);
}

#[test]
fn who_is_on_call_is_named_at_level_one_without_end() {
    let ward = Ward::default();
    let body = json(&ward.pager("GET", "/oncalls?escalation_policy_ids[]=PESCPOL&include[]=users&earliest=true", ""));
    let one = &body["oncalls"][0];
    assert_eq!((&one["escalation_level"], &one["end"], &one["user"]["name"]), (&json!(1), &json!(null), &json!("Dr. Rivera")));
    assert_eq!(json(&ward.pager("GET", "/oncalls?escalation_policy_ids[]=POTHER", ""))["oncalls"], json!([]));
}

#[test]
fn on_a_severity_based_service_a_warning_is_low_urgency() {
    let mut config = SandboxConfig::default();
    config.pagerduty.severity_based_urgency = true;
    let ward = Ward::with(config);
    let mut event = ward.trigger_event("k");
    event["payload"]["severity"] = json!("warning");
    ward.event(&event);
    assert_eq!(incidents(&ward, "incident_key=k")[0]["urgency"], "low");
}

#[test]
fn rest_wants_the_token_the_version_and_the_requester() {
    let ward = Ward::default();
    ward.trigger("k");
    let id = incidents(&ward, "incident_key=k")[0]["id"].as_str().unwrap().to_string();
    let token = format!("Token token={}", ward.sandbox.config().pagerduty.api_key);
    let accept = "application/vnd.pagerduty+json;version=2";
    let ask = |method: &str, path: &str, headers: &[(&str, &str)]| {
        let answer = ward.ask(Vendor::PagerDuty, method, path, headers, r#"{"note":{"content":"x"}}"#);
        (answer.status, json(&answer)["error"]["code"].as_u64().unwrap_or(0))
    };
    assert_eq!(ask("GET", "/incidents", &[("Accept", accept)]), (401, 2006));
    assert_eq!(ask("GET", "/incidents", &[("Accept", accept), ("Authorization", "Token token=wrong")]), (401, 2006));
    assert_eq!(ask("GET", "/incidents", &[("Authorization", &token)]), (406, 2002));
    let notes = format!("/incidents/{id}/notes");
    assert_eq!(ask("POST", &notes, &[("Authorization", &token), ("Accept", accept), ("Content-Type", "application/json")]), (400, 1008));
    assert_eq!(ask("GET", "/incidents/QNOTHERE", &[("Authorization", &token), ("Accept", accept)]), (404, 2100));
    assert_eq!(ask("GET", "/incidents?since=tomorrow", &[("Authorization", &token), ("Accept", accept)]), (400, 2004));
    assert_eq!(ask("GET", "/incidents?since=2025-01-01&until=2026-01-01", &[("Authorization", &token), ("Accept", accept)]), (400, 2005));
    assert_eq!(ask("GET", "/incidents?limit=101", &[("Authorization", &token), ("Accept", accept)]), (400, 2001));
}

#[test]
fn incidents_are_listed_page_by_page_and_by_status() {
    let ward = Ward::default();
    for n in 0..5 {
        ward.trigger(&format!("k{n}"));
    }
    ward.sandbox.act("k4", PageAct::Resolve, None, None).unwrap();
    let page = json(&ward.pager("GET", "/incidents?statuses[]=triggered&limit=3&offset=0", ""));
    assert_eq!((page["incidents"].as_array().unwrap().len(), &page["more"]), (3, &json!(true)));
    let page = json(&ward.pager("GET", "/incidents?statuses[]=triggered&limit=3&offset=3", ""));
    assert_eq!((page["incidents"].as_array().unwrap().len(), &page["more"]), (1, &json!(false)));
}

#[test]
fn an_account_with_null_incident_keys_still_finds_by_alert_key() {
    let mut config = SandboxConfig::default();
    config.pagerduty.null_incident_key = true;
    let ward = Ward::with(config);
    ward.trigger("k");
    let found = incidents(&ward, "incident_key=k");
    assert_eq!(found[0]["incident_key"], json!(null));
    let alerts = json(&ward.pager("GET", &format!("/incidents/{}/alerts", found[0]["id"].as_str().unwrap()), ""));
    assert_eq!(alerts["alerts"][0]["alert_key"], "k");
}

#[test]
fn a_clinicians_resolve_adds_the_note_first_and_the_webhook_carries_none() {
    let ward = Ward::default();
    ward.trigger("k");
    ward.sandbox.take_callbacks();
    ward.sandbox.act("k", PageAct::Resolve, Some("Dr. Kim"), Some("Called. 12 min.")).unwrap();
    let callbacks = ward.sandbox.take_callbacks();
    assert_eq!(kinds(&callbacks), ["incident.annotated", "incident.resolved"]);
    assert_eq!(event_of(&callbacks[0])["data"]["content"], "Called. 12 min.");
    let resolved = event_of(&callbacks[1]);
    assert!(!resolved.to_string().contains("12 min"));
    assert_eq!((&resolved["agent"]["type"], &resolved["agent"]["summary"]), (&json!("user_reference"), &json!("Dr. Kim")));
    let id = resolved["data"]["id"].as_str().unwrap().to_string();
    let notes = json(&ward.pager("GET", &format!("/incidents/{id}/notes"), ""));
    assert_eq!((&notes["notes"][0]["content"], &notes["notes"][0]["user"]["summary"]), (&json!("Called. 12 min."), &json!("Dr. Kim")));
    let log = json(&ward.pager("GET", &format!("/incidents/{id}/log_entries"), ""));
    assert_eq!(
        (&log["log_entries"][0]["type"], &log["log_entries"][0]["channel"]["type"]),
        (&json!("resolve_log_entry"), &json!("web_ui"))
    );
}

#[test]
fn an_automatic_resolve_is_by_the_service() {
    let ward = Ward::default();
    ward.trigger("k");
    ward.sandbox.act("k", PageAct::AutoResolve, None, None).unwrap();
    let resolved = event_of(ward.sandbox.take_callbacks().last().unwrap());
    assert_eq!(resolved["agent"]["type"], "service_reference");
    assert!(ward.sandbox.act("k", PageAct::Acknowledge, None, None).is_err());
}

#[test]
fn our_own_acknowledgement_comes_back_as_an_integration() {
    let ward = Ward::default();
    ward.trigger("k");
    ward.lifecycle("acknowledge", "k");
    let event = event_of(ward.sandbox.take_callbacks().last().unwrap());
    assert_eq!((&event["event_type"], &event["agent"]["type"]), (&json!("incident.acknowledged"), &json!("integration_reference")));
}

#[test]
fn a_note_of_ours_is_taken_and_journaled() {
    let ward = Ward::default();
    ward.trigger("k");
    let id = incidents(&ward, "incident_key=k")[0]["id"].as_str().unwrap().to_string();
    let answer = ward.pager("POST", &format!("/incidents/{id}/notes"), r#"{"note":{"content":"The reading was corrected to 150/80."}}"#);
    assert_eq!((answer.status, &json(&answer)["note"]["content"]), (201, &json!("The reading was corrected to 150/80.")));
    assert!(
        matches!(&ward.sandbox.accepted()[1].what, AcceptedKind::Note { content, dedup_key, .. } if content.contains("150/80") && dedup_key.as_deref() == Some("k"))
    );
    assert_eq!(ward.pager("POST", &format!("/incidents/{id}/notes"), r#"{"note":{"content":""}}"#).status, 400);
}

#[test]
fn an_incident_is_resolved_by_put_once() {
    let ward = Ward::default();
    ward.trigger("k");
    let id = incidents(&ward, "incident_key=k")[0]["id"].as_str().unwrap().to_string();
    let put = |status: &str| {
        ward.pager("PUT", &format!("/incidents/{id}"), &json!({"incident": {"type": "incident_reference", "status": status}}).to_string())
    };
    assert_eq!(put("snoozed").status, 400);
    assert_eq!(json(&put("resolved"))["incident"]["status"], "resolved");
    let again = put("resolved");
    assert_eq!((again.status, json(&again)["error"]["code"].as_u64()), (400, Some(2001)));
}

#[test]
fn webhooks_are_signed_over_the_raw_body_with_the_secret_as_written() {
    let ward = Ward::default();
    ward.trigger("k");
    let callback = ward.sandbox.take_callbacks().remove(0);
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(ward.sandbox.config().pagerduty.webhook_secret.as_bytes()).unwrap();
    mac.update(&callback.body);
    let expected: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(header(&callback, "x-pagerduty-signature"), format!("v1={expected}"));
    assert_eq!(header(&callback, "x-webhook-id"), event_of(&callback)["id"].as_str().unwrap());
    assert_eq!(callback.hook, "pagerduty");
}

#[test]
fn a_webhook_not_taken_comes_again_with_the_same_id_and_holds_back_the_later_ones() {
    let ward = Ward::default();
    ward.trigger("k");
    let first = ward.sandbox.take_callbacks().remove(0);
    ward.sandbox.answered(&first, Some(503));
    ward.sandbox.act("k", PageAct::Acknowledge, None, None).unwrap();
    assert!(ward.sandbox.take_callbacks().is_empty(), "a later event overtook a retried one");
    ward.pass(ward.sandbox.next_due().unwrap() - ward.now());
    let again = ward.sandbox.take_callbacks();
    assert_eq!(kinds(&again), ["incident.triggered", "incident.acknowledged"]);
    assert_eq!(header(&again[0], "x-webhook-id"), header(&first, "x-webhook-id"));
}

#[test]
fn three_refusals_in_a_row_silence_pagerduty_for_a_day() {
    let ward = Ward::default();
    for n in 0..3 {
        ward.trigger(&format!("k{n}"));
        let callback = ward.sandbox.take_callbacks().remove(0);
        ward.sandbox.answered(&callback, Some(401));
    }
    ward.trigger("k3");
    assert!(ward.sandbox.take_callbacks().is_empty());
    ward.pass(TimeDelta::hours(25));
    ward.trigger("k4");
    assert_eq!(kinds(&ward.sandbox.take_callbacks()), ["incident.triggered"]);
}

#[test]
fn a_webhook_is_given_up_after_two_days() {
    let ward = Ward::default();
    ward.trigger("k");
    let mut tries = 0;
    while let Some(due) = ward.sandbox.next_due() {
        ward.pass((due - ward.now()).max(TimeDelta::zero()));
        for callback in ward.sandbox.take_callbacks() {
            tries += 1;
            ward.sandbox.answered(&callback, None);
        }
    }
    assert!(tries > 40, "tried {tries} times");
    assert!(ward.now() - "2026-03-05T19:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() <= TimeDelta::hours(48));
}
