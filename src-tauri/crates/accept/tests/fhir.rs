//! Readings over HTTP.

mod ward;

use accept::{Found, Limits};
use axum::body::Body;
use axum::http::Request;
use std::future::Future;
use std::sync::atomic::Ordering::SeqCst;
use ward::*;

#[tokio::test]
async fn a_reading_that_was_kept_is_answered_200() {
    let store = Store::new();
    let answer = fhir(&store, good("g-1")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/fhir+json; charset=utf-8"));
    let outcome = answer.json();
    assert_eq!(
        (outcome["resourceType"].as_str(), outcome["issue"][0]["severity"].as_str()),
        (Some("OperationOutcome"), Some("information"))
    );
    assert_eq!(store.last().body, good("g-1").as_bytes());
}

#[tokio::test]
async fn the_same_reading_again_is_answered_200_as_well() {
    let store = Store::new();
    fhir(&store, good("g-1")).await;
    let answer = fhir(&store, good("g-1")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("0 kept, 1 received before"), "{}", answer.text);
}

#[tokio::test]
async fn a_reading_without_a_unit_is_kept_in_quarantine_and_answered_202_with_the_field() {
    let store = Store::new();
    let answer = fhir(&store, glucose("g-1", r#"{"value":189}"#)).await;
    let issue = &answer.json()["issue"][0];
    assert_eq!((answer.status, issue["severity"].as_str(), issue["code"].as_str()), (202, Some("warning"), Some("required")));
    assert_eq!(
        (issue["expression"][0].as_str(), issue["details"]["coding"][0]["code"].as_str()),
        (Some("Observation.valueQuantity.unit"), Some("no_unit"))
    );
    assert_eq!(store.count(), 1);
}

#[tokio::test]
async fn a_bundle_tells_of_each_entry_that_waits_in_quarantine() {
    let store = Store::new();
    let bundle = format!(
        r#"{{"resourceType":"Bundle","type":"batch","entry":[{{"search":{{"mode":"outcome"}},"resource":{{"resourceType":"OperationOutcome"}}}},{{"resource":{}}},{{"resource":{}}},{{"resource":{{"resourceType":"Encounter"}}}},{{}}]}}"#,
        good("g-1"),
        glucose("g-2", r#"{"value":189}"#)
    );
    let answer = fhir(&store, bundle).await;
    let outcome = answer.json();
    let fields: Vec<&str> = outcome["issue"].as_array().unwrap().iter().filter_map(|i| i["expression"][0].as_str()).collect();
    assert_eq!(answer.status, 202);
    assert_eq!(
        fields,
        ["Bundle.entry[2].resource.valueQuantity.unit", "Bundle.entry[3].resource.resourceType", "Bundle.entry[4].resource"]
    );
    assert!(answer.text.contains("1 kept, 0 received before, 3 in quarantine"), "{}", answer.text);
}

#[tokio::test]
async fn an_entry_can_be_cut_out_of_the_body_that_was_kept() {
    let store = Store::new();
    fhir(&store, format!(r#"{{"resourceType":"Bundle","entry":[{{"resource":{}}}]}}"#, good("g-1"))).await;
    let incoming = store.last();
    let Found::Readings { bundle: true, entries } = &incoming.found else { panic!("{incoming:?}") };
    assert_eq!(&incoming.body[entries[0].span.clone()], good("g-1").as_bytes());
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_by_place_and_kept_all_the_same() {
    let store = Store::new();
    for (body, status, field) in [
        (&good("g-1")[..60], 400, "line 1 column 60"),
        ("<html><body>502 Bad Gateway</body></html>", 400, ""),
        ("", 400, ""),
        ("[1,2]", 422, "resourceType"),
        (r#"{"resourceType":"Patient","name":[{"family":"Lee"}]}"#, 422, "resourceType"),
        (r#"{"resourceType":"Bundle"}"#, 422, "Bundle.entry"),
    ] {
        let before = store.count();
        let answer = fhir(&store, body.to_string()).await;
        let issue = answer.json()["issue"][0].clone();
        assert_eq!(
            (answer.status, issue["severity"].as_str(), issue["expression"][0].as_str().unwrap_or("")),
            (status, Some("error"), field),
            "{body}"
        );
        assert!(!answer.text.contains("Lee"));
        assert_eq!(store.count(), before + 1);
        assert!(matches!(store.last().found, Found::Refused(_)) && store.last().body == body.as_bytes());
    }
}

#[tokio::test]
async fn nothing_is_answered_2xx_while_the_store_takes_no_writes() {
    let store = Store::new();
    store.writable.store(false, SeqCst);
    for body in [good("g-1"), glucose("g-2", r#"{"value":189}"#), "<html>".into()] {
        let answer = fhir(&store, body).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
    }
    assert_eq!(store.count(), 0);
    store.writable.store(true, SeqCst);
    assert_eq!(fhir(&store, good("g-1")).await.status, 200);
}

#[tokio::test]
async fn a_wrong_key_is_not_found_and_nothing_is_kept() {
    let store = Store::new();
    for key in ["k-7f3b", "k-7f3", "k-7f3aa", "K-7F3A", "%20", "k-7f3a%00"] {
        let answer = send(&store.router(), post(&format!("/hooks/{key}/fhir"), &[], good("g-1"))).await;
        assert_eq!(answer.status, 404, "{key}");
    }
    assert_eq!(store.count(), 0);
}

#[tokio::test]
async fn no_key_at_all_lets_nobody_in() {
    let store = Store::new();
    store.change(|auth| auth.keys = vec![secret("")]);
    assert_eq!(send(&store.router(), post("/hooks//fhir", &[], good("g-1"))).await.status, 404);
    assert_eq!(fhir(&store, good("g-1")).await.status, 404);
}

#[tokio::test]
async fn while_a_key_rotates_both_open_and_afterwards_only_the_new_one() {
    let store = Store::new();
    let router = store.router();
    let take = async |key: &str| send(&router, post(&format!("/hooks/{key}/fhir"), &[], good("g-1"))).await.status;
    store.change(|auth| auth.keys.push(secret("k-new")));
    assert_eq!((take(KEY).await, take("k-new").await), (200, 200));
    store.change(|auth| auth.keys.retain(|k| k.expose() != KEY));
    assert_eq!((take(KEY).await, take("k-new").await), (404, 200));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_and_not_kept() {
    let store = Store::new();
    let router = accept::router(store.clone(), Limits { body_bytes: 1000, ..Limits::default() });
    let path = format!("/hooks/{KEY}/fhir");
    let big = " ".repeat(1001 - good("g-1").len()) + &good("g-1");
    let told = send(&router, post(&path, &[("content-length", "1001")], big.clone())).await;
    let untold = send(&router, post(&path, &[], big.clone())).await;
    assert_eq!((told.status, untold.status, store.count()), (413, 413, 0));
    assert_eq!(told.json()["issue"][0]["code"], "too-long");
    assert_eq!(send(&router, post(&path, &[], big[1..].to_string())).await.status, 200);
}

#[tokio::test]
async fn only_json_that_is_not_compressed_is_read() {
    let store = Store::new();
    let router = store.router();
    let path = format!("/hooks/{KEY}/fhir");
    for (headers, status) in [
        (vec![("content-type", "application/fhir+json; charset=utf-8")], 200),
        (vec![("content-type", "Application/JSON;charset=\"UTF-8\"")], 200),
        (vec![("content-type", "application/fhir+json; fhirVersion=4.0")], 200),
        (vec![], 200),
        (vec![("content-type", "application/fhir+xml")], 415),
        (vec![("content-type", "text/html")], 415),
        (vec![("content-type", "application/x-www-form-urlencoded")], 415),
        (vec![("content-type", "application/json; charset=latin1")], 415),
        (vec![("content-type", "application/json"), ("content-encoding", "gzip")], 415),
    ] {
        let answer = send(&router, post(&path, &headers, good("g-1"))).await;
        assert_eq!((answer.status, answer.json()["resourceType"].as_str()), (status, Some("OperationOutcome")), "{headers:?}");
    }
}

#[tokio::test]
async fn another_method_than_post_is_refused() {
    let store = Store::new();
    for method in ["GET", "PUT", "DELETE", "PATCH"] {
        let answer =
            send(&store.router(), Request::builder().method(method).uri(format!("/hooks/{KEY}/fhir")).body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{method}");
    }
}

#[tokio::test]
async fn too_many_requests_are_asked_to_come_again() {
    let store = Store::new();
    store.change(|auth| auth.rates.per_key_per_second = 0.01);
    let router = store.router();
    let take = async || send(&router, post(&format!("/hooks/{KEY}/fhir"), &[], good("g-1"))).await;
    assert_eq!(take().await.status, 200);
    let held = take().await;
    assert_eq!((held.status, held.header("retry-after"), store.count()), (429, "100", 1));
}

#[tokio::test]
async fn senders_are_asked_to_come_again_while_too_much_is_being_kept() {
    let store = Store::new();
    let router = accept::router(store.clone(), Limits { in_flight: 1, ..Limits::default() });
    let request = |id: &str| post(&format!("/hooks/{KEY}/fhir"), &[], good(id));
    let held = store.slow.acquire().await.unwrap();
    let first = send(&router, request("g-1"));
    tokio::pin!(first);
    // The first is at the store now, and waits there.
    assert!(std::future::poll_fn(|cx| std::task::Poll::Ready(first.as_mut().poll(cx))).await.is_pending());
    let second = send(&router, request("g-2")).await;
    assert_eq!((second.status, second.header("retry-after")), (503, "1"));
    drop(held);
    assert_eq!((first.await.status, store.count()), (200, 1));
    assert_eq!(send(&router, request("g-2")).await.status, 200);
}

#[tokio::test]
async fn senders_are_asked_to_come_again_while_too_much_is_being_received() {
    let store = Store::new();
    let path = format!("/hooks/{KEY}/fhir");
    let router = accept::router(store.clone(), Limits { buffered_bytes: 100, ..Limits::default() });
    assert_eq!(send(&router, post(&path, &[], good("g-1"))).await.status, 503);
    // What was counted for it is given back.
    assert_eq!(send(&router, post(&path, &[], "{")).await.status, 400);
    assert_eq!(store.count(), 1);
}

#[tokio::test]
async fn health_tells_whether_readings_can_be_kept() {
    let store = Store::new();
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    assert_eq!(send(&store.router(), get("/healthz")).await.status, 200);
    store.writable.store(false, SeqCst);
    assert_eq!(send(&store.router(), get("/healthz")).await.status, 503);
}

#[tokio::test]
async fn the_counters_count_and_name_nobody() {
    let store = Store::new();
    let router = store.router();
    let path = format!("/hooks/{KEY}/fhir");
    for body in [good("g-1"), good("g-1"), glucose("g-2", r#"{"value":189}"#), "{".into()] {
        send(&router, post(&path, &[], body)).await;
    }
    send(&router, post("/hooks/wrong/fhir", &[], "")).await;
    let text = send(&router, Request::get("/metrics").body(Body::empty()).unwrap()).await.text;
    for line in [
        r#"careloop_intake_inputs_total{hook="fhir",outcome="kept"} 1"#,
        r#"careloop_intake_inputs_total{hook="fhir",outcome="duplicate"} 1"#,
        r#"careloop_intake_inputs_total{hook="fhir",outcome="quarantined"} 1"#,
        r#"careloop_intake_inputs_total{hook="fhir",outcome="refused"} 1"#,
        r#"careloop_intake_turned_away_total{hook="fhir",why="wrong_key"} 1"#,
        "careloop_open_episodes 3",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} in\n{text}");
    }
    assert!(!text.contains("1022228") && !text.contains(KEY));
}
