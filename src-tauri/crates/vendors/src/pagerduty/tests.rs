use super::{auth, callback, reply};
use crate::exchange::Stop;
use crate::fake::*;
use crate::{deliver, Connections, Secret};
use decide::outbox::*;
use serde_json::{json, Value};

const NOW: &str = "2026-03-05T19:15:00Z";

fn page(action: PageAction) -> Page {
    Page {
        action,
        dedup_key: "ws:e12:1".into(),
        severity: "warning".into(),
        urgency: Urgency::Medium,
        reason: PageReason::NoAnswer,
        summary: "CL-7F3K-92QD blood pressure 165/95".into(),
        details: [("limit".to_string(), "systolic_high 160".to_string())].into(),
        link: Some("https://desk.example.org/case/CL-7F3K-92QD".into()),
        second_key: false,
        at: at(NOW),
    }
}

fn accepted() -> Result<crate::Response, crate::Fault> {
    says(202, json!({ "status": "success", "message": "Event processed", "dedup_key": "ws:e12:1" }))
}

fn incident(status: &str, key: Option<&str>) -> Value {
    json!({ "id": "PINC1", "type": "incident", "status": status, "incident_key": key, "created_at": "2026-03-05T19:15:01Z" })
}

fn found(delivery: Delivery) -> Finding {
    let Delivery::Found(finding) = delivery else { panic!("must be found: {delivery:?}") };
    finding
}

async fn attempt(c: &Connections, line: &Scripted, effect: Effect) -> Delivery {
    deliver(c, line, &effect, at(NOW)).await
}

#[tokio::test]
async fn a_page_is_one_event_with_pagerdutys_own_severity() {
    let line = Scripted::new([accepted()]);
    let delivery = attempt(&connections(), &line, effect(Act::Page(page(PageAction::Trigger)))).await;
    assert_eq!(
        delivery,
        Delivery::Delivered(Receipt {
            reference: "ws:e12:1".into(),
            taken_at: None,
            found_by_looking: false,
            status: Some("success".into())
        })
    );
    assert_eq!(line.asked(), ["POST http://events.test/v2/enqueue"]);
    let sent: Value = serde_json::from_slice(&line.requests()[0].body).unwrap();
    let expected = json!({
        "routing_key": "pd-routing", "event_action": "trigger", "dedup_key": "ws:e12:1",
        "payload": { "summary": "CL-7F3K-92QD blood pressure 165/95", "source": "careloop", "severity": "warning", "timestamp": "2026-03-05T19:15:00.000Z", "class": "no_answer",
                     "custom_details": { "limit": "systolic_high 160", "urgency": "Medium" } },
        "client": "Careloop", "client_url": "https://desk.example.org/case/CL-7F3K-92QD",
        "links": [{ "href": "https://desk.example.org/case/CL-7F3K-92QD", "text": "Open the case" }]
    });
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn an_acknowledgement_carries_the_key_alone() {
    let line = Scripted::new([accepted()]);
    attempt(&connections(), &line, effect(Act::Page(page(PageAction::Acknowledge)))).await;
    let sent: Value = serde_json::from_slice(&line.requests()[0].body).unwrap();
    assert_eq!(sent, json!({ "routing_key": "pd-routing", "event_action": "acknowledge", "dedup_key": "ws:e12:1" }));
}

#[tokio::test]
async fn nothing_pagerduty_would_refuse_keeps_a_page_back() {
    let mut odd = page(PageAction::Trigger);
    (odd.severity, odd.link, odd.summary) = ("High".into(), Some("careloop:case/1".into()), "x".repeat(2000));
    let line = Scripted::new([accepted()]);
    attempt(&connections(), &line, effect(Act::Page(odd))).await;
    let sent: Value = serde_json::from_slice(&line.requests()[0].body).unwrap();
    assert_eq!((sent["payload"]["severity"].as_str(), sent["payload"]["summary"].as_str().unwrap().len()), (Some("error"), 1024));
    assert!(sent.get("links").is_none() && sent["payload"]["custom_details"]["case"] == "careloop:case/1");
}

#[tokio::test]
async fn a_page_of_unknown_fate_that_has_an_incident_is_not_sent_again() {
    let line = Scripted::new([says(200, json!({ "incidents": [incident("resolved", Some("ws:e12:1"))] }))]);
    let delivery = attempt(&connections(), &line, unknown(effect(Act::Page(page(PageAction::Trigger))))).await;
    assert!(matches!(delivery, Delivery::Delivered(Receipt { found_by_looking: true, .. })), "{delivery:?}");
    assert_eq!(line.writes(), 0);
    assert_eq!(line.asked()[0], "GET http://pd.test/incidents?incident_key=ws%3Ae12%3A1&date_range=all&limit=100&statuses%5B%5D=triggered&statuses%5B%5D=acknowledged&statuses%5B%5D=resolved");
    assert_eq!(line.requests()[0].sent_header("authorization"), Some("Token token=pd-rest"));
    assert_eq!(line.requests()[0].sent_header("accept"), Some("application/vnd.pagerduty+json;version=2"));
}

#[tokio::test]
async fn a_look_that_fails_does_not_keep_a_page_back() {
    let line = Scripted::new([says(503, json!({})), accepted()]);
    let delivery = attempt(&connections(), &line, unknown(effect(Act::Page(page(PageAction::Trigger))))).await;
    assert!(matches!(delivery, Delivery::Delivered(_)), "{delivery:?}");
}

#[tokio::test]
async fn an_incident_without_a_key_is_known_by_its_alert() {
    let line = Scripted::new([
        says(200, json!({ "incidents": [] })),
        says(200, json!({ "incidents": [incident("triggered", None)] })),
        says(200, json!({ "alerts": [{ "id": "PA1", "alert_key": "ws:e12:1" }] })),
    ]);
    let look = Act::Look(Look::Incident { dedup_key: "ws:e12:1".into() });
    let Finding::Incident { incident } = found(attempt(&connections(), &line, effect(look)).await) else {
        panic!("an incident was asked for")
    };
    assert_eq!(incident.unwrap().id, "PINC1");
    assert_eq!(line.asked()[2], "GET http://pd.test/incidents/PINC1/alerts?limit=100");
}

#[tokio::test]
async fn a_page_without_an_incident_is_not_proven() {
    let line = Scripted::new([says(200, json!({ "incidents": [] })), says(200, json!({ "incidents": [] }))]);
    let look = Act::Look(Look::Incident { dedup_key: "ws:e12:1".into() });
    assert_eq!(found(attempt(&connections(), &line, effect(look)).await), Finding::Incident { incident: None });
}

#[tokio::test]
async fn a_resolved_incident_says_who_resolved_it_and_what_was_noted() {
    let line = Scripted::new([
        says(200, json!({ "incidents": [incident("resolved", Some("ws:e12:1"))] })),
        says(
            200,
            json!({ "log_entries": [
            { "type": "resolve_log_entry", "created_at": "2026-03-05T19:30:00Z", "agent": { "id": "PU1", "type": "user_reference", "summary": "Dr. Kim" } },
            { "type": "acknowledge_log_entry", "created_at": "2026-03-05T19:18:00Z", "agent": { "id": "PU1", "type": "user_reference", "summary": "Dr. Kim" } },
            { "type": "trigger_log_entry", "created_at": "2026-03-05T19:15:01Z", "agent": { "id": "PS1", "type": "service_reference", "summary": "Careloop" } }] }),
        ),
        says(
            200,
            json!({ "notes": [{ "id": "PN1", "user": { "id": "PU1", "type": "user_reference", "summary": "Dr. Kim" }, "content": "Called. 12 min.", "created_at": "2026-03-05T19:29:00Z" }] }),
        ),
    ]);
    let look = Act::Look(Look::Incident { dedup_key: "ws:e12:1".into() });
    let Finding::Incident { incident: Some(seen) } = found(attempt(&connections(), &line, effect(look)).await) else {
        panic!("an incident was asked for")
    };
    assert_eq!(
        (seen.acknowledged_by.as_deref(), seen.acknowledged_at, seen.resolved_at),
        (Some("Dr. Kim"), Some(at("2026-03-05T19:18:00Z")), Some(at("2026-03-05T19:30:00Z")))
    );
    assert!(seen.resolved_by.unwrap().is_person());
    assert_eq!(seen.notes[0].text, "Called. 12 min.");
}

#[tokio::test]
async fn an_automatic_resolve_is_nobodys() {
    let line = Scripted::new([
        says(200, json!({ "incidents": [incident("resolved", Some("ws:e12:1"))] })),
        says(
            200,
            json!({ "log_entries": [{ "type": "resolve_log_entry", "created_at": "2026-03-05T23:15:00Z", "agent": { "id": "PS1", "type": "service_reference", "summary": "Careloop" } }] }),
        ),
        says(200, json!({ "notes": [] })),
    ]);
    let look = Act::Look(Look::Incident { dedup_key: "ws:e12:1".into() });
    let Finding::Incident { incident: Some(seen) } = found(attempt(&connections(), &line, effect(look)).await) else {
        panic!("an incident was asked for")
    };
    assert!(!seen.resolved_by.unwrap().is_person());
}

#[tokio::test]
async fn on_call_means_first_in_line_now_on_every_page() {
    let entry = |name: &str, level: u32, start: Option<&str>, end: Option<&str>| json!({ "user": { "id": name, "type": "user_reference", "summary": name }, "escalation_level": level, "start": start, "end": end });
    let line = Scripted::new([
        says(
            200,
            json!({ "oncalls": [entry("Dr. Later", 1, Some("2026-03-06T00:00:00Z"), None), entry("Dr. Over", 1, Some("2026-03-01T00:00:00Z"), Some(NOW)), entry("Dr. Second", 2, None, None)], "more": true }),
        ),
        says(
            200,
            json!({ "oncalls": [entry("Dr. Kim", 1, None, None), entry("Dr. Kim", 1, Some("2026-03-05T08:00:00Z"), Some("2026-03-05T20:00:00Z"))], "more": false }),
        ),
    ]);
    assert_eq!(
        found(attempt(&connections(), &line, effect(Act::Look(Look::OnCall))).await),
        Finding::OnCall { names: vec!["Dr. Kim".into()] }
    );
    assert_eq!(line.asked()[1], "GET http://pd.test/oncalls?escalation_policy_ids%5B%5D=PESC&include%5B%5D=users&limit=100&offset=3");
}

#[tokio::test]
async fn on_call_unknown_is_not_nobody() {
    let line = Scripted::new([says(429, json!({ "error": { "code": 2020, "message": "Rate Limit Exceeded" } }))]);
    let delivery = attempt(&connections(), &line, effect(Act::Look(Look::OnCall))).await;
    assert!(matches!(delivery, Delivery::RetryLater { problem: Problem { kind: ProblemKind::Throttled, .. }, .. }), "{delivery:?}");
    let mut c = connections();
    c.config.pagerduty.as_mut().unwrap().escalation_policy = None;
    let Delivery::Blocked(p) = attempt(&c, &Scripted::default(), effect(Act::Look(Look::OnCall))).await else { panic!("must be blocked") };
    assert!(p.said.contains("pagerduty.escalation_policy"));
}

fn correction() -> Act {
    Act::PageNote(PageNote { dedup_key: "ws:e12:1".into(), text: "The reading was corrected to 152/90.".into() })
}

#[tokio::test]
async fn a_correction_is_noted_on_the_incident_under_the_consoles_name() {
    let line = Scripted::new([
        says(200, json!({ "incidents": [incident("acknowledged", Some("ws:e12:1"))] })),
        says(
            200,
            json!({ "note": { "id": "PN2", "content": "The reading was corrected to 152/90.", "created_at": "2026-03-05T19:20:00Z" } }),
        ),
    ]);
    let delivery = attempt(&connections(), &line, effect(correction())).await;
    assert!(matches!(delivery, Delivery::Delivered(Receipt { ref reference, .. }) if reference == "PN2"), "{delivery:?}");
    let sent = &line.requests()[1];
    assert_eq!(
        (sent.method.as_str(), sent.url.as_str(), sent.sent_header("from")),
        ("POST", "http://pd.test/incidents/PINC1/notes", Some("console@example.org"))
    );
    assert_eq!(
        serde_json::from_slice::<Value>(&sent.body).unwrap(),
        json!({ "note": { "content": "The reading was corrected to 152/90." } })
    );
}

#[tokio::test]
async fn a_note_of_unknown_fate_is_found_among_the_notes() {
    let line = Scripted::new([
        says(200, json!({ "incidents": [incident("acknowledged", Some("ws:e12:1"))] })),
        says(
            200,
            json!({ "notes": [{ "id": "PN2", "content": "The reading was corrected to 152/90.", "created_at": "2026-03-05T19:20:00Z" }] }),
        ),
    ]);
    let delivery = attempt(&connections(), &line, unknown(effect(correction()))).await;
    assert!(matches!(delivery, Delivery::Delivered(Receipt { found_by_looking: true, .. })), "{delivery:?}");
    assert_eq!(line.writes(), 0);
}

#[test]
fn every_refusal_has_its_meaning() {
    use ProblemKind::*;
    let body =
        json!({ "status": "invalid event", "message": "Event object is invalid", "errors": ["'payload.severity' is invalid"] }).to_string();
    let answer = |status: u16| response(status, &[("ratelimit-reset", "17")], &body);
    for (status, kind, after) in [
        (429, Throttled, Some(17)),
        (500, Down, Some(17)),
        (502, Down, Some(17)),
        (503, Down, Some(17)),
        (504, Down, Some(17)),
        (401, Credentials, Some(17)),
        (403, Credentials, Some(17)),
        (408, NoAnswer, Some(17)),
    ] {
        let Err(Stop::Retry(p, a)) = reply::enqueued(&answer(status), "k") else { panic!("{status} must be tried again") };
        assert_eq!((p.kind, a), (kind, after), "{status}");
    }
    for (status, kind) in [(400, Invalid), (402, Config), (404, Config), (413, Invalid), (302, Config)] {
        let Err(Stop::Reject(p)) = reply::enqueued(&answer(status), "k") else { panic!("{status} must be final") };
        assert_eq!(p.kind, kind, "{status}");
        assert!(status == 302 || p.said.contains("'payload.severity' is invalid"), "{}", p.said);
    }
    // A note has no key: what a gateway lost may be there.
    for status in [502, 504, 408] {
        assert!(matches!(reply::refusal(&answer(status), true), Stop::Unknown(_)), "{status}");
    }
    let rest = response(
        400,
        &[],
        &json!({ "error": { "code": 2001, "message": "Invalid Input Provided", "errors": ["Content is missing"] } }).to_string(),
    );
    let Stop::Reject(p) = reply::refusal(&rest, true) else { panic!("400 must be final") };
    assert_eq!(p.code.as_deref(), Some("2001"));
}

fn vector() -> (Value, Secret) {
    let v: Value = serde_json::from_str(include_str!("../../tests/data/pagerduty-signature.json")).unwrap();
    let secret = Secret::new(v["secret"].as_str().unwrap());
    (v, secret)
}

#[test]
fn the_published_signature_is_recognised_and_the_foreign_one_is_not() {
    let (v, secret) = vector();
    let body = v["body"].as_str().unwrap().as_bytes();
    let (valid, mismatch) = (v["header_valid"].as_str().unwrap(), v["header_mismatch"].as_str().unwrap());
    assert!(auth::verify(std::slice::from_ref(&secret), body, valid));
    assert!(!auth::verify(std::slice::from_ref(&secret), body, mismatch));
    assert!(auth::verify(std::slice::from_ref(&secret), body, &format!("{mismatch}, {valid}")), "any of several passes");
    assert!(!auth::verify(std::slice::from_ref(&secret), body, &valid.replace("v1=", "v2=")), "another scheme is ignored");
    assert!(!auth::verify(std::slice::from_ref(&secret), &[body, b" "].concat(), valid));
    assert!(!auth::verify(&[secret], body, ""));
    assert!(!auth::verify(&[Secret::new("")], b"", &auth::sign(&Secret::new(""), b"")), "no secret, no trust");
}

#[test]
fn a_webhook_that_changes_nothing_for_us_is_other() {
    let (v, _) = vector();
    let event = callback::event(v["body"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!((event.kind, event.incident_id.as_str()), (PagerEventKind::Other, "PGR0VU2"));
    let ping = callback::event(
        json!({ "event": { "id": "E1", "event_type": "pagey.ping", "data": { "message": "Hello" } } }).to_string().as_bytes(),
    )
    .unwrap();
    assert_eq!(ping.kind, PagerEventKind::Other);
}

#[test]
fn each_kind_of_webhook_is_told_apart() {
    use PagerEventKind::*;
    for (name, kind) in [
        ("incident.triggered", Triggered),
        ("incident.acknowledged", Acknowledged),
        ("incident.unacknowledged", Unacknowledged),
        ("incident.escalated", Escalated),
        ("incident.reassigned", Reassigned),
        ("incident.delegated", Reassigned),
        ("incident.resolved", Resolved),
        ("incident.reopened", Reopened),
        ("incident.responder.added", Other),
        ("service.updated", Other),
    ] {
        let body = json!({ "event": { "id": "E1", "event_type": name, "occurred_at": "2026-03-05T19:18:00.000Z", "agent": { "id": "PU1", "type": "user_reference", "summary": "Dr. Kim" }, "client": null,
                                      "data": { "id": "PINC1", "type": "incident", "incident_key": "ws:e12:1", "status": "acknowledged" } } });
        let event = callback::event(body.to_string().as_bytes()).unwrap();
        assert_eq!(
            (event.kind, event.dedup_key.as_deref(), event.agent.and_then(|a| a.name).as_deref()),
            (kind, Some("ws:e12:1"), Some("Dr. Kim"))
        );
    }
}

#[test]
fn a_note_names_its_incident_and_a_resolve_may_have_no_agent() {
    let note = json!({ "event": { "id": "E2", "event_type": "incident.annotated", "occurred_at": NOW, "agent": null,
                                  "data": { "id": "PN1", "type": "incident_note", "incident": { "id": "PINC1", "type": "incident_reference" }, "content": "Called. 12 min.", "trimmed": false } } });
    let event = callback::event(note.to_string().as_bytes()).unwrap();
    assert_eq!((event.incident_id.as_str(), event.note.as_deref(), event.agent), ("PINC1", Some("Called. 12 min."), None));
}

#[test]
fn a_webhook_that_says_too_little_is_refused_by_name() {
    for (body, field) in [
        (json!({}), "event"),
        (json!({ "event": { "event_type": "incident.resolved" } }), "event.id"),
        (json!({ "event": { "id": "E1" } }), "event.event_type"),
        (json!({ "event": { "id": "E1", "event_type": "incident.resolved", "data": {} } }), "event.data.id"),
        (
            json!({ "event": { "id": "E1", "event_type": "incident.resolved", "occurred_at": "soon", "data": { "id": "P" } } }),
            "event.occurred_at",
        ),
    ] {
        assert_eq!(callback::event(body.to_string().as_bytes()).unwrap_err().field, field);
    }
    assert_eq!(callback::event(b"{").unwrap_err().field, "body");
}
