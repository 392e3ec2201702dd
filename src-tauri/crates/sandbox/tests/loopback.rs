//! The vendors over real loopback HTTP, spoken to by the console's own transport.

mod common;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::Router;
use chrono::Utc;
use common::*;
use decide::outbox::Vendor;
use sandbox::{FaultState, PageAct, Sandbox, SandboxConfig, VendorFault};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tower::ServiceExt;
use vendors::{Fault, HttpTransport, Request, Transport};

fn live() -> Arc<Sandbox> {
    Sandbox::new(Arc::new(Utc::now), SandboxConfig::default())
}

fn text_to(sandbox: &Sandbox, base: &str) -> Request {
    let config = &sandbox.config().twilio;
    let auth = basic(&config.account_sid, &config.auth_token);
    let path = format!("/2010-04-01/Accounts/{}/Messages.json", config.account_sid);
    let body = form(&[("To", PATIENT), ("From", "+12025550100"), ("Body", "x")]);
    let mut request =
        request(Vendor::Twilio, "POST", &path, &[("Authorization", &auth), ("Content-Type", "application/x-www-form-urlencoded")], &body);
    request.url = format!("{base}{path}");
    request
}

#[tokio::test]
async fn every_vendor_answers_on_its_own_port() {
    let sandbox = live();
    let served = sandbox.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let vendors = sandbox.vendors(served.bases());
    let transport = HttpTransport::new().unwrap();
    assert_eq!(transport.send(text_to(&sandbox, vendors["twilio"]["base"].as_str().unwrap())).await.unwrap().status, 201);
    let mut post = request(Vendor::Slack, "POST", "/", &[("Content-Type", "application/json")], r#"{"text":"x"}"#);
    post.url = vendors["slack"]["webhook_url"].as_str().unwrap().to_string();
    assert_eq!(transport.send(post).await.unwrap().body, b"ok");
    let mut metadata = request(Vendor::Cerner, "GET", "/", &[], "");
    metadata.url = format!("{}/metadata", vendors["cerner"]["base"].as_str().unwrap());
    assert_eq!(json(&transport.send(metadata).await.unwrap())["fhirVersion"], "4.0.1");
    assert_eq!(sandbox.accepted().len(), 2);
    served.stop().await;
}

#[tokio::test]
async fn a_cut_line_is_felt_as_unknown_and_the_write_is_there() {
    let sandbox = live();
    let served = sandbox.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let transport = HttpTransport::new().unwrap();
    sandbox.set_fault(Vendor::Twilio, VendorFault::next(1, FaultState::AcceptThenDrop));
    assert!(matches!(transport.send(text_to(&sandbox, &served.bases().twilio)).await, Err(Fault::Unknown(_))));
    assert_eq!(sandbox.accepted().len(), 1);
    assert_eq!(transport.send(text_to(&sandbox, &served.bases().twilio)).await.unwrap().status, 201);
}

#[tokio::test]
async fn an_unreachable_vendor_refuses_the_connection_until_it_is_back() {
    let sandbox = live();
    let served = sandbox.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let base = served.bases().twilio.clone();
    sandbox.set_fault(Vendor::Twilio, VendorFault::lasting(FaultState::Unreachable));
    let refused = loop {
        // The port closes a moment after the fault is set; until then the line is cut without an effect.
        match HttpTransport::new().unwrap().send(text_to(&sandbox, &base)).await {
            Err(Fault::NotSent(said)) => break said,
            Err(Fault::Unknown(_)) => tokio::time::sleep(Duration::from_millis(5)).await,
            Ok(answer) => panic!("answered {}", answer.status),
        }
    };
    assert!(!refused.is_empty());
    assert!(sandbox.accepted().is_empty());
    sandbox.set_fault(Vendor::Twilio, VendorFault::up());
    let back = loop {
        if let Ok(answer) = HttpTransport::new().unwrap().send(text_to(&sandbox, &base)).await {
            break answer.status;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert_eq!(back, 201);
}

#[tokio::test]
async fn a_slow_vendor_outlasts_a_short_patience() {
    let sandbox = live();
    let served = sandbox.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    sandbox.set_fault(Vendor::Twilio, VendorFault::lasting(FaultState::Slow { delay_s: 30.0 }));
    let mut request = text_to(&sandbox, &served.bases().twilio);
    request.timeout = Duration::from_millis(200);
    assert!(matches!(HttpTransport::new().unwrap().send(request).await, Err(Fault::Unknown(_))));
    assert_eq!(sandbox.accepted().len(), 1);
}

#[tokio::test]
async fn a_router_answers_without_a_socket() {
    let sandbox = live();
    let request = axum::http::Request::post(sandbox.config().slack.path.clone())
        .header("content-type", "application/json")
        .body(axum::body::Body::from(r#"{"text":"x"}"#))
        .unwrap();
    assert_eq!(sandbox.router(Vendor::Slack).oneshot(request).await.unwrap().status(), 200);
}

/// A console that answers with the given status and tells what it was posted.
async fn console(status: Arc<AtomicU16>) -> (String, mpsc::UnboundedReceiver<(String, HeaderMap, Vec<u8>)>) {
    type Told = mpsc::UnboundedSender<(String, HeaderMap, Vec<u8>)>;
    let (told, posts) = mpsc::unbounded_channel();
    let hear = |State((told, status)): State<(Told, Arc<AtomicU16>)>, uri: axum::http::Uri, headers: HeaderMap, body: axum::body::Bytes| async move {
        let status = axum::http::StatusCode::from_u16(status.load(Ordering::SeqCst)).unwrap();
        told.send((uri.path().to_string(), headers, body.to_vec())).unwrap();
        status
    };
    let router = Router::new().fallback(hear).with_state((told, status));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hooks = format!("http://{}/hooks/KEY", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (hooks, posts)
}

#[tokio::test]
async fn webhooks_are_pumped_to_the_console() {
    let sandbox = live();
    let (hooks, mut posts) = console(Arc::new(AtomicU16::new(200))).await;
    sandbox.point_hooks_at(&hooks);
    let _pump = sandbox.spawn_pump(&hooks).unwrap();
    sandbox.reply(PATIENT, "yes", None);
    let (path, headers, body) = posts.recv().await.unwrap();
    assert_eq!(path, "/hooks/KEY/twilio/inbound");
    assert!(headers.contains_key("x-twilio-signature"));
    assert_eq!(field(&body, "Body").as_deref(), Some("yes"));
}

#[tokio::test]
async fn pagerduty_posts_again_what_a_busy_console_did_not_take() {
    let ahead = Arc::new(std::sync::atomic::AtomicI64::new(0));
    let hand = ahead.clone();
    let sandbox =
        Sandbox::new(Arc::new(move || Utc::now() + chrono::TimeDelta::seconds(hand.load(Ordering::SeqCst))), SandboxConfig::default());
    let status = Arc::new(AtomicU16::new(503));
    let (hooks, mut posts) = console(status.clone()).await;
    let _pump = sandbox.spawn_pump(&hooks).unwrap();
    let event = Ward::default().trigger_event("k").to_string();
    let request =
        axum::http::Request::post("/v2/enqueue").header("content-type", "application/json").body(axum::body::Body::from(event)).unwrap();
    assert_eq!(sandbox.router(Vendor::PagerDuty).oneshot(request).await.unwrap().status(), 202);
    let first = posts.recv().await.unwrap();
    status.store(202, Ordering::SeqCst);
    // Its next try is planned once the answer is in.
    while sandbox.next_due().is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    ahead.store(60, Ordering::SeqCst);
    let again = posts.recv().await.unwrap();
    assert_eq!(first.1["x-webhook-id"], again.1["x-webhook-id"]);
    sandbox.act("k", PageAct::Acknowledge, Some("Dr. Kim"), None).unwrap();
    assert!(String::from_utf8(posts.recv().await.unwrap().2).unwrap().contains("incident.acknowledged"));
}

#[tokio::test]
async fn the_ehr_acknowledges_two_requests_on_one_mllp_line() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let sandbox = live();
    let served = sandbox.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let mut line = tokio::net::TcpStream::connect(&served.bases().ehr_mllp).await.unwrap();
    let message = |id: &str| format!("\x0bMSH|^~\\&|CARELOOP|C|EHR|C|20260309||SRM^S03^SRM_S01|{id}|P|2.5\rARQ|R1|A1\rPID|1||P1\r\x1c\r");
    line.write_all((message("M1") + &message("M2")).as_bytes()).await.unwrap();
    let mut heard = String::new();
    let mut chunk = [0u8; 512];
    while heard.matches("MSA|AA|").count() < 2 {
        let n = line.read(&mut chunk).await.unwrap();
        assert!(n > 0, "closed after {heard}");
        heard.push_str(&String::from_utf8_lossy(&chunk[..n]));
    }
    assert!(heard.contains("MSA|AA|M1\r") && heard.contains("MSA|AA|M2\r"));
    assert_eq!(sandbox.accepted().len(), 2);
    sandbox.set_fault(Vendor::Ehr, VendorFault::next(1, FaultState::AcceptThenDrop));
    line.write_all(message("M3").as_bytes()).await.unwrap();
    assert_eq!(line.read(&mut chunk).await.unwrap_or(0), 0, "the line was not cut");
    assert_eq!(sandbox.accepted().len(), 3);
}
